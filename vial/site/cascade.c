/*
 * cascade.c - what pages inherit from the sections they are in
 *
 *   comes in:  `cascade:` in the front matter of sections' pages
 *   goes out:  for each page the keys it has from above; its own come before them
 *
 * The defaults of a schema (schema.h) stand behind all that is inherited.
 *
 * A site without a cascade pays one look per section. Where two sections above a page give the same
 * key, the nearer one does; of `params` each single one is inherited.
 */
#include "vial/base/path.h"
#include "vial/site/schema.h"

struct cascading {
    struct index *index;
    struct map given;  /* by folder, to struct page: with a cascade */
    struct map made;   /* by folder, to a value                     */
    struct map filled; /* the same, with the defaults of schemas    */
};

static void merge(value into, value from)
{
    value key, v;

    for (size_t i = 0; dict_entry(from, i, &key, &v); i++) {
        value there = dict_get(into, value_text(key));

        if (there.type == VIAL_DICT && v.type == VIAL_DICT)
            merge(there, v);
        else if (value_is_undefined(there))
            dict_set(into, value_text(key), v);
    }
}

/* What pages in `folder` inherit; undefined: nothing. */
static value cascade_of(struct cascading *c, str folder)
{
    const value *made = map_get(&c->made, folder);
    const struct page *page = map_get(&c->given, folder);
    struct arena *a = &c->index->arena;

    if (made)
        return *made;
    value *cascade = arena_make(a, value);
    if (page) {
        /* copied, for its inner dicts are added to */
        *cascade = value_copy(a, dict_get(page->more, S("cascade")));
        if (folder.len)
            merge(*cascade, value_copy(a, cascade_of(c, path_dir(folder))));
    } else if (folder.len) {
        *cascade = cascade_of(c, path_dir(folder));
    }
    map_put(&c->made, folder)->data = cascade;
    return *cascade;
}

/* ---- defaults ---- */

/* Pages of one folder inherit the same, and so do the defaults of its schema go to all of them. */
static void add_defaults(struct cascading *c, const struct index_inputs *in, struct page *page)
{
    const struct schema *schema = schema_for(in->config, page->language, page->place);
    struct arena *a = &c->index->arena;
    str folder = path_dir(page->place);

    if (!schema || !schema->fields.fallback)
        return;
    if (page_names_folder(page->place))
        folder = path_dir(folder);
    struct map_entry *entry =
        map_put(&c->filled, str_fmt(a, "%.*s %.*s", STR(folder), STR(schema->section)));
    if (!entry->data) {
        value *filled = arena_make(a, value);

        *filled = schema_defaults(schema, page->cascade, a);
        entry->data = filled;
    }
    page->cascade = *(const value *)entry->data;
    page->whole = schema_completed(schema, page->more, a);
}

void index_cascades(struct index *index, const struct index_inputs *in)
{
    struct cascading c = { index, map_in(&index->arena), map_in(&index->arena),
                           map_in(&index->arena) };

    for (size_t i = 0; i < in->npages; i++) {
        const struct page *page = in->pages[i];

        in->pages[i]->cascade = in->pages[i]->whole = value_undefined();
        if (page->more.type == VIAL_DICT && page_names_folder(page->place) &&
            dict_get(page->more, S("cascade")).type == VIAL_DICT)
            map_put(&c.given, path_dir(page->place))->data = (void *)(uintptr_t)page;
    }
    for (size_t i = 0; c.given.count && i < in->npages; i++) {
        struct page *page = in->pages[i];
        str folder = path_dir(page->place);

        if (!page_names_folder(page->place))
            page->cascade = cascade_of(&c, folder);
        else if (folder.len)
            page->cascade = cascade_of(&c, path_dir(folder));
    }
    for (size_t i = 0; in->config->nschemas && i < in->npages; i++)
        add_defaults(&c, in, in->pages[i]);
}

value page_own(const struct page *page, str key)
{
    value whole = dict_get(page->whole, key);

    return value_is_undefined(whole) ? dict_get(page->more, key) : whole;
}

value page_key(const struct page *page, str key)
{
    value own = page_own(page, key);

    return value_is_undefined(own) ? dict_get(page->cascade, key) : own;
}
