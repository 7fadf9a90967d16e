/*
 * config_taxonomies.c - what vial.yaml files pages under
 *
 *   comes in:  `taxonomies:`, a map of names; nothing says: the usual ones
 *   goes out:  how each of them is named, ordered and cut into pages; and named in other languages
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/config.h"

struct taxonomy_keys {
    str path, title;
    bool nested, reverse;
    int by, sort_by;
    const struct yaml_node *paginate;
};

#define FIELD(name) offsetof(struct taxonomy_keys, name)

static const struct key keys[] = {
    { "path", KEY_TEXT, FIELD(path), NULL },
    { "title", KEY_TEXT, FIELD(title), NULL },
    { "by", KEY_CHOICE, FIELD(by), "word year month day" },
    { "nested", KEY_BOOL, FIELD(nested), NULL },
    { "sort_by", KEY_CHOICE, FIELD(sort_by), SORT_BY_WORDS },
    { "reverse", KEY_BOOL, FIELD(reverse), NULL },
    { "paginate", KEY_NODE, FIELD(paginate), NULL },
    { 0 },
};

/* It is a key of front matter, a folder of content/ and a part of addresses. */
static bool check_name(const struct yaml_node *key, struct error *err)
{
    enum { LONGEST = 64 };
    str name = key->text;
    bool good = name.len && name.len <= LONGEST;

    for (size_t i = 0; good && i < name.len; i++)
        good = is_alnum(name.p[i]) || name.p[i] == '_' || name.p[i] == '-' ||
               (unsigned char)name.p[i] >= 0x80;
    if (good)
        return true;
    error_at(err, yaml_place(key), "a taxonomy's name is one word, not '%.*s'", STR(name));
    return error_hint(err, "'title' may be anything");
}

static bool check_path(str path, const struct yaml_node *node, struct error *err)
{
    if (!path.len || (str_starts(path, S("/")) && str_ends(path, S("/")) &&
                      !str_starts(path, S("//")) && path.len > 1))
        return true;
    error_at(err, yaml_place(yaml_get(node, S("path"))), "'path' begins and ends with '/'");
    return error_hint(err, "write 'path: /topics/'");
}

static bool read_one(struct config_taxonomy *taxonomy, const struct yaml_entry *entry,
                     struct arena *a, struct errors *errors)
{
    struct taxonomy_keys read = { .sort_by = -1 };
    struct error err = { 0 };

    if (!check_name(entry->key, &err) ||
        !keys_read(entry->node, keys, UNKNOWN_REFUSED, "a taxonomy", &read, a, errors)) {
        if (err.sentence.len)
            errors_add(errors, &err);
        return false;
    }
    if (!check_path(read.path, entry->node, &err)) {
        errors_add(errors, &err);
        return false;
    }
    *taxonomy = (struct config_taxonomy){
        .name = entry->key->text,
        .path = read.path.len ? read.path : str_fmt(a, "/%.*s/", STR(entry->key->text)),
        .title = read.title,
        .by = read.by,
        .nested = read.nested || read.by != BY_WORDS,
        .sort_by = read.sort_by,
        .reverse = read.reverse,
        .place = yaml_place(entry->key),
    };
    return !read.paginate || (taxonomy->paging = paging_read(read.paginate, a, errors));
}

static void the_usual(struct config *config, struct arena *a)
{
    static const char *const names[] = { "tags", "categories" };

    config->ntaxonomies = sizeof names / sizeof *names;
    config->taxonomies = arena_array(a, struct config_taxonomy, config->ntaxonomies);
    for (size_t i = 0; i < config->ntaxonomies; i++)
        config->taxonomies[i] = (struct config_taxonomy){
            .name = str_of(names[i]),
            .path = str_fmt(a, "/%s/", names[i]),
            .usual = true,
            .sort_by = -1,
            .place = config->text,
        };
}

/* ---- in a language ---- */

#define WORDS(name) offsetof(struct config_words, name)

static const struct key words[] = {
    { "path", KEY_TEXT, WORDS(path), NULL },
    { "title", KEY_TEXT, WORDS(title), NULL },
    { 0 },
};

static int taxonomy_called(const struct config *config, const struct yaml_node *key,
                           struct error *err)
{
    struct nearest nearest = nearest_to(key->text);

    for (size_t i = 0; i < config->ntaxonomies; i++) {
        if (str_eq(key->text, config->taxonomies[i].name))
            return (int)i;
        nearest_try(&nearest, config->taxonomies[i].name);
    }
    error_at(err, yaml_place(key), "there is no taxonomy '%.*s'", STR(key->text));
    if (nearest.best.len)
        error_meant(err, nearest.best);
    else
        error_hint(err, "'taxonomies' of vial.yaml itself names them");
    return -1;
}

static bool read_words(const struct config *config, struct config_language *language,
                       const struct yaml_entry *entry, struct arena *a, struct errors *errors)
{
    struct error err = { 0 };
    int taxonomy = taxonomy_called(config, entry->key, &err);

    if (taxonomy < 0) {
        errors_add(errors, &err);
        return false;
    }
    struct config_words *read = &language->taxonomies[taxonomy];
    if (!keys_read(entry->node, words, UNKNOWN_REFUSED, "a taxonomy in a language", read, a,
                   errors))
        return false;
    if (check_path(read->path, entry->node, &err))
        return true;
    errors_add(errors, &err);
    return false;
}

bool config_words(struct config *config, struct arena *a, struct errors *errors)
{
    bool good = true;

    for (size_t i = 0; i < config->nlanguages; i++) {
        struct config_language *language = &config->languages[i];

        language->taxonomies = arena_array(a, struct config_words, config->ntaxonomies);
        for (size_t n = 0; language->words && n < language->words->count; n++)
            good = read_words(config, language, &language->words->entries[n], a, errors) && good;
    }
    return good;
}

static const struct config_words *
words_of(const struct config *config, const struct config_taxonomy *taxonomy, unsigned language)
{
    return &config->languages[language].taxonomies[taxonomy - config->taxonomies];
}

str config_taxonomy_path(const struct config *config, const struct config_taxonomy *taxonomy,
                         unsigned language)
{
    str own = words_of(config, taxonomy, language)->path;

    return own.len ? own : taxonomy->path;
}

str config_taxonomy_title(const struct config *config, const struct config_taxonomy *taxonomy,
                          unsigned language, bool *said)
{
    str own = words_of(config, taxonomy, language)->title;

    *said = own.len || (taxonomy->title.len && !language);
    return own.len ? own : taxonomy->title;
}

bool config_taxonomies(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("taxonomies"));
    bool good = true;

    if (!map || map->kind == YAML_NULL) {
        the_usual(config, a);
        return true;
    }
    if (map->kind != YAML_MAP)
        return false; /* it was told */
    config->taxonomies = arena_array(a, struct config_taxonomy, map->count);
    for (size_t i = 0; i < map->count; i++)
        good = read_one(&config->taxonomies[config->ntaxonomies++], &map->entries[i], a, errors) &&
               good;
    return good;
}
