/*
 * config_feeds.c - which feeds a site has
 *
 *   comes in:  `feeds:`, a format, a list of formats, or a map
 *   goes out:  formats, lists and limits; an error where there is no address to begin links with
 */
#include "vial/base/nearest.h"
#include "vial/site/config.h"

struct feeds_keys {
    struct texts formats, of;
    struct maybe_int limit;
    bool full;
};

static const struct key keys[] = {
    { "formats", KEY_TEXTS, offsetof(struct feeds_keys, formats), NULL },
    { "of", KEY_TEXTS, offsetof(struct feeds_keys, of), NULL },
    { "limit", KEY_INT, offsetof(struct feeds_keys, limit), NULL },
    { "full", KEY_BOOL, offsetof(struct feeds_keys, full), NULL },
    { 0 },
};

/* Sets what `words` name out of `names`; they are told with the place of `node`. */
static bool choose(const struct texts *words, const char *const *names, bool *const *flags,
                   size_t count, const struct yaml_node *node, struct error *err)
{
    for (size_t i = 0; i < words->count; i++) {
        struct nearest nearest = nearest_to(words->list[i]);
        bool known = false;

        for (size_t n = 0; n < count; n++) {
            nearest_try(&nearest, str_of(names[n]));
            if (str_eq(words->list[i], str_of(names[n])))
                *flags[n] = known = true;
        }
        if (!known) {
            error_at(err, yaml_place(node), "'%.*s' is none of %s, %s and %s", STR(words->list[i]),
                     names[0], names[1], names[2]);
            return error_meant(err, nearest.best);
        }
    }
    return true;
}

static bool read_formats(struct config_feeds *feeds, const struct texts *words,
                         const struct yaml_node *node, struct error *err)
{
    static const char *const names[] = { "atom", "rss", "json" };
    bool *const flags[] = { &feeds->formats[0], &feeds->formats[1], &feeds->formats[2] };

    return choose(words, names, flags, 3, node, err);
}

static bool read_of(struct config_feeds *feeds, const struct texts *words,
                    const struct yaml_node *node, struct error *err)
{
    static const char *const names[] = { "site", "sections", "terms" };
    bool *const flags[] = { &feeds->site, &feeds->sections, &feeds->terms };

    if (!words->count)
        feeds->site = true;
    return choose(words, names, flags, 3, node, err);
}

/* "atom" or [atom, json]: the words of a scalar or a list. */
static bool words_of(const struct yaml_node *node, struct texts *words, struct arena *a,
                     struct errors *errors)
{
    static const struct key one[] = { { "feeds", KEY_TEXTS, 0, NULL }, { 0 } };
    struct yaml_node name = { .kind = YAML_STR, .text = S("feeds"), .text_in = node->text_in };
    struct yaml_entry entry = { &name, node };
    struct yaml_node map = { .kind = YAML_MAP, .entries = &entry, .count = 1 };

    return keys_read(&map, one, UNKNOWN_REFUSED, "'feeds'", words, a, errors);
}

static bool read(struct config *config, const struct yaml_node *node, struct arena *a,
                 struct errors *errors, struct error *err)
{
    str usual = S("atom");
    struct feeds_keys read = { .limit = { 20, true } };
    bool good = node->kind == YAML_MAP
                    ? keys_read(node, keys, UNKNOWN_REFUSED, "'feeds'", &read, a, errors)
                    : words_of(node, &read.formats, a, errors);

    if (!good)
        return false;
    if (!read.formats.count)
        read.formats = (struct texts){ &usual, 1 };
    if (read.limit.number < 1)
        return error_at(err, yaml_place(yaml_get(node, S("limit"))), "'limit' is at least 1");
    config->feeds.limit = (size_t)read.limit.number;
    config->feeds.full = read.full;
    return read_formats(&config->feeds, &read.formats, node, err) &&
           read_of(&config->feeds, &read.of, node, err);
}

bool config_feeds(struct config *config, bool has_address, struct arena *a, struct errors *errors)
{
    const struct yaml_node *node = yaml_get(config->top, S("feeds"));
    struct error err = { 0 };
    bool good = true;

    if (node && node->kind != YAML_NULL)
        good = read(config, node, a, errors, &err);
    if (err.sentence.len)
        errors_add(errors, &err);
    if (has_address || (!config->sitemap && (!node || node->kind == YAML_NULL)))
        return good;
    const char *key = config->sitemap ? "sitemap" : "feeds";
    error_at(&err, config_place(config, str_of(key)), "'%s' needs a 'base_url'", key);
    error_hint(&err, "add 'base_url: https://' with the site's host: others read these addresses");
    errors_add(errors, &err);
    return false;
}
