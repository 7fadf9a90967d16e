/*
 * index.c - where everything is
 *
 *   comes in:  all pages by the order of their files, all other files, the configuration
 *   goes out:  sections in a tree, and tables by path and by address
 *
 * A folder with pages is a section. A folder whose only page is its own, and whose page is not
 * called _index, is no section but a page with its files (a bundle). What is not shown is left out,
 * with all below it where it is a section's own page.
 */
#include "vial/site/index.h"
#include "vial/base/path.h"
#include "vial/site/slug.h"
#include <stdlib.h>

struct making {
    struct index *index;
    const struct index_inputs *in;
};

/* ---- what kind of page each is ---- */

static bool lies_in(str path, str folder)
{
    return !folder.len || path_below(path, folder).p;
}

/* Pages are sorted by place, so those of one folder stand together. */
static bool is_alone(const struct index_inputs *in, size_t i)
{
    str folder = path_dir(in->pages[i]->place);

    return (i == 0 || !lies_in(in->pages[i - 1]->place, folder)) &&
           (i + 1 == in->npages || !lies_in(in->pages[i + 1]->place, folder));
}

static enum page_kind kind_of(const struct making *m, size_t i)
{
    const struct index_inputs *in = m->in;
    const struct page *page = in->pages[i];
    str path = config_logical(in->config, page->language, page->place);
    const struct taxonomy *taxonomy = taxonomy_of(m->index, in->config, page);

    if (taxonomy)
        return page_names_folder(path) && str_eq(path_dir(path), taxonomy->config->name)
                   ? PAGE_TAXONOMY
                   : PAGE_TERM;
    if (!page_names_folder(path))
        return str_eq(path, S("404.md")) ? PAGE_NOT_FOUND : PAGE_PLAIN;
    if (str_has(path, '/') && !str_eq(path_stem(path), S("_index")) && is_alone(in, i))
        return PAGE_BUNDLE;
    return PAGE_SECTION;
}

static enum page_shown own_shown(const struct index_inputs *in, const struct page *page)
{
    enum page_shown shown = page_shown_at(page, in->now);

    if ((shown == PAGE_DRAFT && in->drafts) || (shown == PAGE_FUTURE && in->future))
        return PAGE_SHOWN;
    return shown;
}

static void sort_out(struct making *m)
{
    for (size_t i = 0; i < m->in->npages; i++) {
        struct page *page = m->in->pages[i];

        page->kind = (uint8_t)kind_of(m, i);
        page->shown = (uint8_t)own_shown(m->in, page);
        page->order = (uint32_t)i;
        page->section = NULL;
        page->prev = page->next = page->above = NULL;
        page->url = S("");
        page->outputs = NULL;
        map_put(&m->index->pages, page->path)->data = page;
        if (!str_eq(page->place, page->path))
            map_put(&m->index->places, page->place)->data = page;
        if (page->shown && page_names_folder(page->place) && page->kind != PAGE_TERM)
            map_put(&m->index->hidden, path_dir(page->place))->data = page;
    }
}

/* The page of an enclosing section that is not shown, or NULL. */
static const struct page *hidden_by(const struct making *m, str path)
{
    if (!m->index->hidden.count)
        return NULL;
    for (str folder = path_dir(path);; folder = path_dir(folder)) {
        const struct page *page = map_get(&m->index->hidden, folder);

        if (page || !folder.len)
            return page;
    }
}

/* ---- sections ---- */

/* Stands for the file that a section does not have. */
static struct page *page_for(struct making *m, const struct section *section)
{
    struct arena *a = &m->index->arena;
    struct page *page = arena_make(a, struct page);
    const struct config_language *language = &m->in->config->languages[section->language];
    str folder = section->path, name = path_name(folder);
    str site = language->title.len ? language->title : m->in->config->title;

    page->path = folder.len ? str_fmt(a, "%.*s/_index.md", STR(folder)) : S("_index.md");
    page->place = page->path;
    page->language = section->language;
    page->kind = PAGE_SECTION;
    page->title = section->parent ? slug_title(a, name) : site.len ? site : S("Home");
    page->title_from = TITLE_NAME;
    page->slug = slug_of(a, name).len ? slug_of(a, name) : name;
    page->sort_by = -1;
    page->order = UINT32_MAX;
    return page;
}

/*
 * Parents are made first, and so stand before their sections in the table. `language` is what it
 * lies in: there, its folder is the root.
 */
static struct section *section_for(struct making *m, str folder, unsigned language)
{
    struct section *section = map_get(&m->index->sections, folder);

    if (section)
        return section;
    section = arena_make(&m->index->arena, struct section);
    section->path = folder;
    section->language = (uint8_t)language;
    if (config_logical(m->in->config, language, folder).len) {
        section->parent = section_for(m, path_dir(folder), language);
        section->parent->nsections++;
    }
    map_put(&m->index->sections, folder)->data = section;
    return section;
}

static void place_page(struct making *m, struct page *page)
{
    str folder = path_dir(page->place);
    struct language *language = &m->index->languages[page->language];

    switch (page->kind) {
    case PAGE_SECTION:
        page->section = section_for(m, folder, page->language);
        if (!page->section->page) /* a second one is a collision of addresses */
            page->section->page = page;
        return;
    case PAGE_BUNDLE:
        map_put(&m->index->bundles, folder)->data = page;
        page->section = section_for(m, path_dir(folder), page->language);
        break;
    case PAGE_NOT_FOUND:
        language->not_found = page;
        page->section = language->root;
        return;
    case PAGE_TAXONOMY:
    case PAGE_TERM:
        return; /* index_terms() places them */
    default:
        page->section = section_for(m, folder, page->language);
    }
}

static void place_pages(struct making *m)
{
    for (unsigned i = 0; i < m->index->nlanguages; i++)
        m->index->languages[i].root =
            section_for(m, config_in_language(m->in->config, i, S(""), &m->index->arena), i);
    for (size_t i = 0; i < m->in->npages; i++) {
        struct page *page = m->in->pages[i];
        const struct page *hider = hidden_by(m, page->place);

        if (hider && !page->shown)
            page->shown = hider->shown;
        if (!page->shown)
            place_page(m, page);
    }
}

/* Counts the pages of each list, or puts them into it. */
static void list_pages(struct making *m, bool put)
{
    for (size_t i = 0; i < m->in->npages; i++) {
        struct page *page = m->in->pages[i];
        struct language *language = &m->index->languages[page->language];

        if (page->shown || (page->kind != PAGE_PLAIN && page->kind != PAGE_BUNDLE))
            continue;
        for (struct section *in = page->section; in; in = section_through(in)) {
            if (put)
                in->pages[in->npages] = page;
            in->npages++;
        }
        if (put)
            language->all[language->nall] = page;
        language->nall++;
    }
}

/* Now that each section knows how many it has, there is room for exactly those. */
static void fill_sections(struct making *m)
{
    struct index *index = m->index;
    struct arena *a = &index->arena;

    for (size_t i = 0; i < index->sections.count; i++) {
        struct section *section = index->sections.entries[i].data;

        if (!section->page) {
            struct page *page = page_for(m, section);
            page->section = section;
            section->page = page;
        }
        value through = page_key(section->page, S("transparent"));
        section->transparent = section->parent && through.type == VIAL_BOOL && through.as.b;
    }
    list_pages(m, false);
    for (size_t i = 0; i < index->sections.count; i++) {
        struct section *section = index->sections.entries[i].data;

        section->pages = arena_array(a, const struct page *, section->npages);
        section->sections = arena_array(a, const struct section *, section->nsections);
        section->npages = section->nsections = 0;
    }
    for (size_t i = 0; i < index->sections.count; i++) {
        struct section *section = index->sections.entries[i].data;

        if (section->parent)
            section->parent->sections[section->parent->nsections++] = section;
    }
    for (size_t i = 0; i < index->nlanguages; i++) {
        struct language *language = &index->languages[i];

        language->all = arena_array(a, const struct page *, language->nall);
        language->nall = 0;
    }
    list_pages(m, true);
}

struct index *index_new(const struct index_inputs *given, struct errors *errors,
                        struct errors *warnings)
{
    struct index *index = calloc(1, sizeof *index);
    struct index_inputs all = *given, *in = &all;
    struct making m = { .index = index, .in = in };

    if (!index)
        abort();
    index->lists = in->lists;
    index->sections = map_in(&index->arena);
    index->pages = map_in(&index->arena);
    index->places = map_in(&index->arena);
    index->assets = map_in(&index->arena);
    index->bundles = map_in(&index->arena);
    index->targets = map_in(&index->arena);
    index->hidden = map_in(&index->arena);
    index->taxonomies = map_in(&index->arena);
    index->terms = map_in(&index->arena);
    index->term_pages = map_in(&index->arena);
    index->feeds = map_in(&index->arena);
    index->paged = map_in(&index->arena);
    index->cuts = map_in(&index->arena);
    index->lists_terms = in->lists_terms;
    index_languages(index, in);
    index_cascades(index, in);
    index_taxonomies(index, in);
    sort_out(&m);
    place_pages(&m);
    fill_sections(&m);
    index_terms(index, in, errors);
    index_order(index, in);
    index_translations(index, in);
    index_addresses(index, in, errors);
    index_nav(index, in, errors, warnings);
    index_menus(index, in, errors, warnings);
    index_pieces(index, in);
    check_titles(index, in, errors, warnings);
    check_schemas(index, in, errors, warnings);
    return index;
}

void index_free(struct index *index)
{
    if (!index)
        return;
    arena_free(&index->arena);
    arena_free(&index->arena_backlinks);
    free(index);
}

const struct page *index_page_at(const struct index *index, str place)
{
    const struct page *page = map_get(&index->pages, place);

    return page ? page : map_get(&index->places, place);
}
