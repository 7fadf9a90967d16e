/*
 * cascade.c - what pages inherit from the sections they are in
 *
 *   comes in:  `cascade:` in the front matter of sections' pages
 *   goes out:  for each page the keys it has from above; its own come before them
 *
 * A site without a cascade pays one look per section. Where two sections above a page give the same
 * key, the nearer one does; of `params` each single one is inherited.
 */
#include "vial/base/path.h"
#include "vial/site/index.h"

struct cascading {
    struct index *index;
    struct map given; /* by folder, to struct page: with a cascade */
    struct map made;  /* by folder, to a value                     */
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

void index_cascades(struct index *index, const struct index_inputs *in)
{
    struct cascading c = { index, map_in(&index->arena), map_in(&index->arena) };

    for (size_t i = 0; i < in->npages; i++) {
        const struct page *page = in->pages[i];

        in->pages[i]->cascade = value_undefined();
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
}

value page_key(const struct page *page, str key)
{
    value own = dict_get(page->more, key);

    return value_is_undefined(own) ? dict_get(page->cascade, key) : own;
}
