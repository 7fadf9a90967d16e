/*
 * config_languages.c - which languages a site is written in
 *
 *     language: en                        the language of files that name none
 *     languages:
 *       en: {name: English}
 *       de: {name: Deutsch, title: Meine Seite, fallback: true, params: {...}, menus: {...},
 *            taxonomies: {tags: {path: /schlagworte/, title: Schlagworte}}}
 *
 *   comes in:  `language:` and `languages:`; the path of a file in content/
 *   goes out:  the languages, the site's own first; and for each file which language it is in, and
 *              where it stands among the files of that language
 *
 * "blog/hello.de.md" and "de/blog/hello.md" are the same thing: German, and called "blog/hello.md"
 * in it. So both ways become one before anybody else sees the file: its place is
 * "de/blog/hello.md", as if German were a folder. Of the site's own language, the place is the
 * path.
 */
#include "vial/base/path.h"
#include "vial/site/config.h"
#include "vial/site/locale.h"

struct language_keys {
    str name, title, description, author, prefix;
    int dir;
    bool fallback;
    const struct yaml_node *nav, *menus, *params, *words;
};

#define FIELD(name) offsetof(struct language_keys, name)

static const struct key keys[] = {
    { "name", KEY_TEXT, FIELD(name), NULL },
    { "title", KEY_TEXT, FIELD(title), NULL },
    { "description", KEY_TEXT, FIELD(description), NULL },
    { "author", KEY_TEXT, FIELD(author), NULL },
    { "prefix", KEY_TEXT, FIELD(prefix), NULL },
    { "dir", KEY_CHOICE, FIELD(dir), "auto ltr rtl" },
    { "fallback", KEY_BOOL, FIELD(fallback), NULL },
    { "nav", KEY_LIST, FIELD(nav), NULL },
    { "menus", KEY_MAP, FIELD(menus), NULL },
    { "params", KEY_MAP, FIELD(params), NULL },
    { "taxonomies", KEY_MAP, FIELD(words), NULL },
    { 0 },
};

/* Languages, and scripts of others, that are written from right to left. */
static bool is_rtl(str code)
{
    static const char *const languages[] = { "ar", "arc", "ckb", "dv", "fa", "he", "iw",
                                             "ks", "nqo", "ps",  "sd", "ug", "ur", "yi" };
    static const char *const scripts[] = { "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm" };
    str rest = code, part = str_cut(&rest, '-');
    bool rtl = false;

    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        rtl = rtl || str_ieq(part, str_of(languages[i]));
    while (rest.len) {
        part = str_cut(&rest, '-');
        if (part.len != 4) /* a script has four letters: "ku-Arab", "az-Latn" */
            continue;
        rtl = false;
        for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
            rtl = rtl || str_ieq(part, str_of(scripts[i]));
    }
    return rtl;
}

/* "de", "pt-BR", "zh-Hans-TW": two or three letters, and parts of up to eight. */
static bool is_code(str code)
{
    str rest = code, part = str_cut(&rest, '-');
    bool good = part.len >= 2 && part.len <= 3;

    for (size_t i = 0; good && i < part.len; i++)
        good = is_alpha(part.p[i]);
    while (good && rest.len) {
        part = str_cut(&rest, '-');
        good = part.len >= 2 && part.len <= 8;
        for (size_t i = 0; good && i < part.len; i++)
            good = is_alnum(part.p[i]);
    }
    return good && !str_ends(code, S("-"));
}

static bool refuse(struct errors *errors, struct error *err)
{
    errors_add(errors, err);
    return false;
}

static bool check_code(struct place place, str code, struct errors *errors)
{
    struct error err = { 0 };

    if (is_code(code))
        return true;
    error_at(&err, place, "'%.*s' is no code of a language", STR(code));
    error_hint(&err, "write 'en', 'de' or 'pt-BR'");
    return refuse(errors, &err);
}

static bool check_prefix(const struct config_language *language, const struct yaml_node *node,
                         struct errors *errors)
{
    struct error err = { 0 };
    bool good = true;

    for (size_t i = 0; i < language->prefix.len; i++)
        good = good && (is_alnum(language->prefix.p[i]) || strchr("-_", language->prefix.p[i]));
    if (good)
        return true;
    error_at(&err, yaml_place(yaml_get(node, S("prefix"))),
             "'prefix' is the first part of addresses, of letters, digits and hyphens");
    return refuse(errors, &err);
}

static bool read_one(struct config_language *language, const struct yaml_entry *entry,
                     struct arena *a, struct errors *errors)
{
    struct language_keys read = { 0 };
    bool main = language->main;

    if (!check_code(yaml_place(entry->key), entry->key->text, errors) ||
        !keys_read(entry->node, keys, UNKNOWN_REFUSED, "a language", &read, a, errors))
        return false;
    str code = entry->key->text;
    *language = (struct config_language){
        .code = code,
        .name = read.name,
        .title = read.title,
        .description = read.description,
        .author = read.author,
        .prefix = read.prefix.p ? read.prefix
                  : main        ? S("")
                                : code,
        .rtl = read.dir ? read.dir == 2 : is_rtl(code),
        .fallback = read.fallback && !main,
        .main = main,
        .nav = read.nav,
        .menus = read.menus,
        .words = read.words,
        .params = read.params ? yaml_value(read.params, a) : dict_new(a, 0),
        .place = yaml_place(entry->key),
    };
    return check_prefix(language, entry->node, errors);
}

static bool check_prefixes(const struct config *config, struct errors *errors)
{
    struct error err = { 0 };
    bool good = true;

    for (size_t i = 0; i < config->nlanguages; i++)
        for (size_t k = 0; k < i; k++) {
            const struct config_language *one = &config->languages[i],
                                         *other = &config->languages[k];

            if (!str_eq(one->prefix, other->prefix))
                continue;
            error_at(&err, one->place, "%.*s and %.*s would have the same addresses",
                     STR(other->code), STR(one->code));
            error_hint(&err, "give one of them a 'prefix' of its own");
            good = refuse(errors, &err);
        }
    return good;
}

static int language_called(const struct config *config, str code)
{
    for (size_t i = 0; i < config->nlanguages; i++)
        if (str_ieq(code, config->languages[i].code))
            return (int)i;
    return -1;
}

/* A route with `lang: de` is shown in German. */
static bool read_routes(struct config *config, struct errors *errors)
{
    struct error err = { 0 };
    bool good = true;

    for (size_t i = 0; i < config->nroutes; i++) {
        struct config_route *route = &config->routes[i];
        value lang = dict_get(route->more, S("lang"));
        int language = lang.type == VIAL_STR ? language_called(config, value_text(lang)) : -1;

        if (language >= 0) {
            route->language = (unsigned)language;
        } else if (lang.type == VIAL_STR && config->nlanguages > 1) {
            error_at(&err, route->place, "there is no language '%.*s' in vial.yaml",
                     STR(value_text(lang)));
            good = refuse(errors, &err);
        }
    }
    return good;
}

bool config_languages(struct config *config, struct arena *a, struct errors *errors)
{
    enum { MOST = 250 };
    const struct yaml_node *map = yaml_get(config->top, S("languages"));
    size_t count = map && map->kind == YAML_MAP ? map->count : 0;
    struct error err = { 0 };
    bool good = check_code(config_place(config, S("language")), config->language, errors);

    if (count > MOST) {
        error_at(&err, yaml_place(map), "a site has at most %d languages", MOST);
        return refuse(errors, &err);
    }
    config->languages = arena_array(a, struct config_language, count + 1);
    config->languages[0] = (struct config_language){
        .code = config->language,
        .main = true,
        .rtl = is_rtl(config->language),
        .params = dict_new(a, 0),
        .place = config_place(config, S("language")),
    };
    config->nlanguages = 1;
    for (size_t i = 0; i < count; i++) {
        bool main = str_ieq(map->entries[i].key->text, config->language);
        struct config_language *language = &config->languages[main ? 0 : config->nlanguages++];

        language->main = main;
        good = read_one(language, &map->entries[i], a, errors) && good;
    }
    good = read_routes(config, errors) && good;
    config->names_language = count || yaml_get(config->top, S("language"));
    return good && check_prefixes(config, errors);
}

bool config_timezone(struct config *config, struct arena *a, struct errors *errors)
{
    str name = config->timezone, nearest = S("");
    struct place place = config_place(config, S("timezone"));
    struct error err = { 0 };

    if (!name.len || str_eq(name, S("UTC")))
        return true;
    if (!locale_start(&err))
        return refuse(errors, &err);
    config->zone = zone_open(name, a, &nearest);
    if (config->zone)
        return true;
    error_at(&err, place, "there is no time zone '%.*s'", STR(name));
    if (nearest.len)
        error_meant(&err, nearest);
    else
        error_hint(&err, "write a region and a city, such as 'Europe/Berlin', or 'UTC'");
    return refuse(errors, &err);
}

/* ---- files ---- */

struct located config_locate(const struct config *config, str path, struct arena *a)
{
    struct located found = { path, path, 0 };
    str rest = path, folder = str_cut(&rest, '/'), stem = path_stem(path);
    ptrdiff_t dot = str_rfind_char(stem, '.');
    int language;

    if (config->nlanguages == 1)
        return found;
    if (rest.len && (language = language_called(config, folder)) >= 0) {
        found.language = (uint8_t)language;
        found.logical = rest;
    }
    if (str_eq(path_ext(path), S(".md")) && dot > 0 &&
        (language = language_called(config, str_from(stem, (size_t)dot + 1))) >= 0) {
        str dir = path_dir(found.logical), name = str_slice(stem, 0, (size_t)dot);

        found.language = (uint8_t)language;
        found.logical = str_fmt(a, "%.*s%s%.*s.md", STR(dir), dir.len ? "/" : "", STR(name));
    }
    found.place = found.logical;
    if (found.language)
        found.place = config_in_language(config, found.language, found.logical, a);
    return found;
}

str config_in_language(const struct config *config, unsigned language, str logical, struct arena *a)
{
    str code = config->languages[language].code;

    if (!language)
        return logical;
    return logical.len ? str_fmt(a, "%.*s/%.*s", STR(code), STR(logical)) : code;
}

str config_logical(const struct config *config, unsigned language, str place)
{
    size_t code = config->languages[language].code.len;

    if (!language)
        return place;
    return str_from(place, place.len > code ? code + 1 : code);
}
