/*
 * checks.c - what is wrong with a page though every link of it leads somewhere
 *
 *   comes in:  a page's HTML; the titles of all pages
 *   goes out:  pictures without a text, ids that stand twice, pages of one section with one title
 *
 * They are warnings, and `checks:` in vial.yaml makes errors of them or silences them. All of it
 * rides on walks that are made anyhow: the tags of a page are seen when its links are, and that an
 * id stands twice shows in the sorted list of them.
 */
#include "vial/site/html_tags.h"
#include "vial/site/links.h"
#include <stdlib.h>

static const struct key keys[] = {
    { "alt", KEY_CHOICE, offsetof(struct config_checks, alt), "error warn ignore" },
    { "ids", KEY_CHOICE, offsetof(struct config_checks, ids), "error warn ignore" },
    { "titles", KEY_CHOICE, offsetof(struct config_checks, titles), "error warn ignore" },
    { "templates", KEY_CHOICE, offsetof(struct config_checks, templates), "error warn ignore" },
    { "skip", KEY_TEXTS, offsetof(struct config_checks, skip), NULL },
    { 0 },
};

bool config_read_checks(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("checks"));

    config->checks =
        (struct config_checks){ LINKS_WARN, LINKS_WARN, LINKS_WARN, LINKS_WARN, { 0 } };
    return !map || keys_read(map, keys, UNKNOWN_REFUSED, "'checks'", &config->checks, a, errors);
}

static void tell(struct link_scope *scope, int policy, struct error *err)
{
    struct findings *findings = scope->visit->site->findings;

    reads_note(scope->visit->reads, S("again:links")); /* so that it is told each time */
    pthread_mutex_lock(&findings->lock);
    errors_add(policy == LINKS_WARN ? &findings->warnings : &findings->errors, err);
    pthread_mutex_unlock(&findings->lock);
}

static bool wants(const struct link_scope *scope, int policy)
{
    return policy != LINKS_IGNORE && visit_tells(scope->visit, scope->page);
}

/* The next `what` in the page's own text, from `*from` on; the file alone where there is none. */
static struct place find_place(const struct link_scope *scope, str what, size_t *from)
{
    const struct rendered *rendered = scope->rendered;
    size_t begin = *from > rendered->body ? *from : rendered->body;
    ptrdiff_t found = str_find(str_from(rendered->text, begin), what);

    if (found == STR_NONE)
        return (struct place){ .file = rendered->file };
    *from = begin + (size_t)found + what.len;
    return rendered_place(rendered, begin + (size_t)found, what.len);
}

/* ---- pictures ---- */

/*
 * `alt=""` in HTML is a writer's word for "this only decorates"; of Markdown's "![](map.png)"
 * nobody can tell, so it is told.
 */
void check_picture(struct link_scope *scope, const struct html_tags *tag)
{
    const struct html_attribute *alt = html_attribute(tag, "alt");
    struct error err = { 0 };

    if (!wants(scope, scope->visit->site->config->checks.alt) || (alt && alt->value.len))
        return;
    struct place place = find_place(scope, alt ? S("![](") : S("<img"), &scope->pictures_at);
    if (alt && !place.source.p)
        return; /* it was written as HTML */
    error_at(&err, place, "this picture has no text for those who cannot see it");
    error_hint(&err, alt ? "write ![what it shows](...); <img alt=\"\"> where it only decorates"
                         : "add alt=\"what it shows\", or alt=\"\" where it only decorates");
    tell(scope, scope->visit->site->config->checks.alt, &err);
}

/* ---- ids ---- */

static void tell_id(struct link_scope *scope, str id)
{
    struct error err = { 0 };
    struct arena *a = scope->visit->arena;
    size_t from = 0;
    str raw = str_fmt(a, "id=\"%.*s\"", STR(id)), attribute = str_fmt(a, "#%.*s}", STR(id));
    struct place place = find_place(scope, raw, &from);

    if (!place.source.p)
        place = find_place(scope, attribute, &from);
    error_at(&err, place, "the id '%.*s' stands on this page twice", STR(id));
    error_hint(&err, "a link to '#%.*s' finds the first of them only", STR(id));
    tell(scope, scope->visit->site->config->checks.ids, &err);
}

void check_ids(struct link_scope *scope, const struct page_ids *ids, str html)
{
    struct html_tags tags = { .html = html };
    struct map seen = map_in(scope->visit->arena);
    bool twice = false;

    for (size_t i = 1; ids && i < ids->count; i++)
        twice = twice || ids->hashes[i] == ids->hashes[i - 1];
    if (!twice || !wants(scope, scope->visit->site->config->checks.ids))
        return;
    while (html_next_tag(&tags)) {
        const struct html_attribute *id = html_attribute(&tags, "id");
        size_t before = seen.count;

        if (!id || !id->value.len)
            continue;
        struct map_entry *entry = map_put(&seen, id->value);
        if (seen.count == before && !entry->data) {
            entry->data = scope; /* told once */
            tell_id(scope, id->value);
        }
    }
}

/* ---- titles ---- */

void check_titles(const struct index *index, const struct index_inputs *in, struct errors *errors,
                  struct errors *warnings)
{
    int policy = in->config->checks.titles;

    for (size_t i = 0; policy != LINKS_IGNORE && i < index->sections.count; i++) {
        const struct section *section = index->sections.entries[i].data;
        struct arena a = { 0 };
        struct map titles = map_in(&a);

        for (size_t n = 0; n < section->npages; n++) {
            const struct page *page = section->pages[n];
            struct map_entry *entry = map_put(&titles, page->title);
            const struct page *other = entry->data;
            struct error err = { 0 };

            entry->data = (void *)(uintptr_t)page;
            if (!other || page->source)
                continue;
            error_at(&err, page_place(in->content, page, S("title"), &a),
                     "has the title '%.*s', as %.*s has", STR(page->title), STR(other->path));
            error_hint(&err, "lists and search results show two pages that look like one");
            errors_add(policy == LINKS_WARN ? warnings : errors, &err);
        }
        arena_free(&a);
    }
}
