/*
 * languages.c - which pages are translations of each other, and what stands for those that are not
 *
 *   comes in:  all pages, each in its place
 *   goes out:  the same by place, with stand-ins where a translation is missing and the language
 * has `fallback: true`; later, for each page, what it is in the other languages
 *
 * Two pages say the same where their places do but for the language, or where their front matter
 * has the same `translation_key`. A folder's own page may be called _index, index or README in
 * each. What has no file has translations as well: sections by their folder, terms by their word.
 */
#include "vial/base/path.h"
#include "vial/site/index.h"
#include <stdlib.h>

/* What is the same in all languages. */
static str key_of(const struct index_inputs *in, const struct page *page, struct arena *a)
{
    value said = dict_get(page->more, S("translation_key"));
    str logical = config_logical(in->config, page->language, page->place);

    if (said.type == VIAL_STR && value_text(said).len)
        return str_fmt(a, "=%.*s", STR(value_text(said)));
    return page_names_folder(logical) ? str_fmt(a, "%.*s/", STR(path_dir(logical))) : logical;
}

static int by_place(const void *left, const void *right)
{
    const struct page *a = *(const struct page *const *)left;
    const struct page *b = *(const struct page *const *)right;
    int order = str_cmp(a->place, b->place);

    return order ? order : str_cmp(a->path, b->path);
}

/* ---- stand-ins ---- */

/* A page of the site's own language, as readers of another see it for now. */
static struct page *stand_in(struct index *index, const struct index_inputs *in,
                             struct page *source, unsigned language, str place)
{
    struct page *page = arena_make(&index->arena, struct page);

    (void)in;
    *page = *source;
    atomic_store(&page->ids, NULL);
    atomic_store(&page->links, NULL);
    page->path = page->place = place;
    page->language = (uint8_t)language;
    page->source = source;
    page->aliases = (struct texts){ 0 };
    page->own_url = (str){ 0 };
    page->stand_ins = source->stand_ins;
    source->stand_ins = page;
    return page;
}

/* By "2 KEY", and by place: what is there in a language already. */
static void note(struct map *there, const struct index_inputs *in, const struct page *page,
                 struct arena *a)
{
    str key = key_of(in, page, a);

    map_put(there, str_fmt(a, "%u %.*s", (unsigned)page->language, STR(key)));
    map_put(there, page->place);
}

static size_t add_stand_ins(struct index *index, const struct index_inputs *in, struct page **pages,
                            size_t count)
{
    struct arena scratch = { 0 };
    struct map there = map_in(&scratch);
    size_t npages = count;

    for (size_t i = 0; i < npages; i++)
        note(&there, in, pages[i], &scratch);
    for (unsigned n = 1; n < in->config->nlanguages; n++)
        for (size_t i = 0; in->config->languages[n].fallback && i < npages; i++) {
            str key = key_of(in, pages[i], &scratch);
            str place = config_in_language(in->config, n, pages[i]->place, &index->arena);

            if (!pages[i]->language && !str_eq(pages[i]->place, S("404.md")) &&
                !map_find(&there, str_fmt(&scratch, "%u %.*s", n, STR(key))) &&
                !map_find(&there, place))
                pages[count++] = stand_in(index, in, pages[i], n, place);
        }
    arena_free(&scratch);
    return count;
}

void index_languages(struct index *index, struct index_inputs *in)
{
    const struct config *config = in->config;
    struct page **pages;
    size_t stand_ins = 0;

    index->nlanguages = config->nlanguages;
    index->languages = arena_array(&index->arena, struct language, config->nlanguages);
    for (size_t i = 0; i < config->nlanguages; i++) {
        index->languages[i].config = &config->languages[i];
        index->languages[i].menus = map_in(&index->arena);
        stand_ins += config->languages[i].fallback;
    }
    for (size_t i = 0; i < in->npages; i++)
        in->pages[i]->stand_ins = NULL;
    if (config->nlanguages == 1)
        return;
    pages = arena_array(&index->arena, struct page *, in->npages * (stand_ins + 1));
    if (in->npages)
        memcpy(pages, in->pages, in->npages * sizeof(struct page *));
    in->npages = add_stand_ins(index, in, pages, in->npages);
    in->pages = pages;
    qsort(pages, in->npages, sizeof(struct page *), by_place);
    index->stand_ins = arena_array(&index->arena, struct page *, in->npages);
    for (size_t i = 0; i < in->npages; i++)
        if (pages[i]->source)
            index->stand_ins[index->nstand_ins++] = pages[i];
}

/* ---- translations ---- */

static void join(struct map *groups, const struct index *index, const struct index_inputs *in,
                 struct page *page, struct arena *a)
{
    struct map_entry *entry = map_put(groups, key_of(in, page, a));
    const struct page **group = entry->data;

    if (!group)
        entry->data = group = arena_array((struct arena *)(uintptr_t)&index->arena,
                                          const struct page *, index->nlanguages);
    if (!group[page->language])
        group[page->language] = page;
    page->translations = group;
}

/* Who is alone has no translations. */
static void part(const struct index *index, struct page *page)
{
    size_t count = 0;

    for (size_t i = 0; page->translations && i < index->nlanguages; i++)
        count += page->translations[i] != NULL;
    if (count < 2 || page->translations[page->language] != page)
        page->translations = NULL;
}

typedef void each_fn(struct page *page, void *self);

/* All that have an address: pages with a file, sections and terms without one. */
static void each_page(const struct index *index, const struct index_inputs *in, each_fn *each,
                      void *self)
{
    for (size_t i = 0; i < in->npages; i++)
        if (!in->pages[i]->shown)
            each(in->pages[i], self);
    for (size_t i = 0; i < index->sections.count; i++) {
        const struct section *section = index->sections.entries[i].data;

        if (!section->page->has_file && (index->lists || !section->parent))
            each((struct page *)(uintptr_t)section->page, self);
    }
    for (size_t i = 0; i < index->taxonomies.count; i++) {
        const struct taxonomy *taxonomy = index->taxonomies.entries[i].data;

        if (!taxonomy->page->has_file && taxonomy_is_shown(index, taxonomy))
            each(taxonomy->page, self);
    }
    for (size_t i = 0; i < index->terms.count; i++) {
        const struct term *term = index->terms.entries[i].data;

        if (!term->page->has_file && index->lists_terms)
            each(term->page, self);
    }
}

struct grouping {
    struct map groups;
    const struct index *index;
    const struct index_inputs *in;
    struct arena scratch;
};

static void join_one(struct page *page, void *self)
{
    struct grouping *g = self;

    join(&g->groups, g->index, g->in, page, &g->scratch);
}

static void part_one(struct page *page, void *self)
{
    part(((struct grouping *)self)->index, page);
}

void index_translations(struct index *index, const struct index_inputs *in)
{
    struct grouping g = { .index = index, .in = in };

    for (size_t i = 0; i < in->npages; i++)
        in->pages[i]->translations = NULL;
    if (index->nlanguages == 1)
        return;
    g.groups = map_in(&g.scratch);
    each_page(index, in, join_one, &g);
    each_page(index, in, part_one, &g);
    arena_free(&g.scratch);
}
