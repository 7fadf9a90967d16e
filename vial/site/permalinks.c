/*
 * permalinks.c - addresses by the patterns of vial.yaml
 *
 *     permalinks:
 *       blog: /<year>/<month>/<slug>/
 *       notes: /n/<name>.html
 *
 *   comes in:  `permalinks:`, and pages
 *   goes out:  a page's address; an error where a pattern asks for a date that the page has not
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/address.h"

static const char *const parts[] = { "year", "month", "day", "slug", "name", "section" };

/* The next "<part>" of `rest`, and what stands before it. False: there is no more. */
static bool next_part(str *rest, str *before, str *part)
{
    ptrdiff_t open = str_find_char(*rest, '<'), close = str_find_char(*rest, '>');

    if (open == STR_NONE || close < open)
        return false;
    *before = str_slice(*rest, 0, (size_t)open);
    *part = str_slice(*rest, (size_t)open + 1, (size_t)close);
    *rest = str_from(*rest, (size_t)close + 1);
    return true;
}

static bool check_pattern(const struct yaml_node *node, struct error *err)
{
    str rest = node->text, before, part;
    bool one = false;

    if (node->kind != YAML_STR || !str_starts(node->text, S("/"))) {
        error_at(err, yaml_place(node), "a permalink is a pattern that begins with '/'");
        return error_hint(err, "write '/<year>/<month>/<slug>/'");
    }
    while (next_part(&rest, &before, &part)) {
        struct nearest nearest = nearest_to(part);
        bool known = false;

        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            nearest_try(&nearest, str_of(parts[i]));
            known = known || str_eq(part, str_of(parts[i]));
        }
        if (!known) {
            error_at(err, yaml_place(node), "a permalink has no part '<%.*s>'", STR(part));
            return error_meant(err, nearest.best);
        }
        one = one || str_eq(part, S("slug")) || str_eq(part, S("name"));
    }
    if (one)
        return true;
    error_at(err, yaml_place(node), "all pages would have one address");
    return error_hint(err, "'<slug>' or '<name>' tells them apart");
}

bool config_permalinks(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("permalinks"));
    struct error err = { 0 };
    bool good = true;

    if (!map || map->kind != YAML_MAP)
        return true;
    config->permalinks = arena_array(a, struct config_permalink, map->count);
    for (size_t i = 0; i < map->count; i++) {
        str section = path_normal(a, map->entries[i].key->text);

        while (str_starts(section, S("/")))
            section = str_from(section, 1);
        if (!check_pattern(map->entries[i].node, &err)) {
            errors_add(errors, &err);
            good = false;
        }
        config->permalinks[config->npermalinks++] =
            (struct config_permalink){ str_eq(section, S(".")) ? S("") : section,
                                       map->entries[i].node->text };
    }
    return good;
}

/* ---- addresses ---- */

static bool lies_in(str path, str folder)
{
    return !folder.len || path_below(path, folder).p;
}

/* Of the nearest section above the page; NULL: none has a pattern. */
static const struct config_permalink *pattern_for(const struct config *config, str path)
{
    const struct config_permalink *best = NULL;

    for (size_t i = 0; i < config->npermalinks; i++) {
        const struct config_permalink *one = &config->permalinks[i];

        if (lies_in(path, one->section) && (!best || one->section.len > best->section.len))
            best = one;
    }
    return best;
}

static bool add_part(struct giving *g, const struct page *page, str part, struct buf *out)
{
    struct civil day = date_civil(page->date.date);
    struct error err = { 0 };

    if (str_eq(part, S("slug"))) {
        buf_add(out, page->slug);
    } else if (str_eq(part, S("name"))) {
        bool folder = page_names_folder(page->place);

        buf_add(out, folder ? path_name(path_dir(page->place)) : path_stem(page->place));
    } else if (str_eq(part, S("section"))) {
        buf_add(out, config_logical(g->in->config, page->language, page->section->path));
    } else if (!page->date.there) {
        error_at(
            &err,
            (struct place){ .file = path_join(&g->index->arena, g->in->content, page_text(page)) },
            "its permalink has the %.*s, and the page has no date", STR(part));
        error_hint(&err, "'date' in the front matter, or '2026-11-21-' before the file's name");
        errors_add(g->errors, &err);
        return false;
    } else {
        buf_addf(out, str_eq(part, S("year")) ? "%04d" : "%02d",
                 str_eq(part, S("year"))    ? day.year
                 : str_eq(part, S("month")) ? day.month
                                            : day.day);
    }
    return true;
}

bool address_permalink(struct giving *g, const struct page *page, str *address)
{
    const struct config_permalink *pattern =
        pattern_for(g->in->config, config_logical(g->in->config, page->language, page->place));
    struct buf out = buf_in(&g->index->arena);
    str rest, before, part;

    if (!pattern)
        return false;
    rest = pattern->pattern;
    while (next_part(&rest, &before, &part)) {
        buf_add(&out, before);
        if (!add_part(g, page, part, &out))
            return false;
    }
    buf_add(&out, rest);
    *address = buf_str(&out);
    while (str_starts(*address, S("//"))) /* an empty <section> leaves two slashes */
        *address = str_from(*address, 1);
    *address = address_in_language(g, page->language, *address);
    return true;
}
