/*
 * pieces.c - the addresses of lists in pieces, and what is on each
 *
 *   comes in:  a page that shows a list, and how it is to be cut
 *   goes out:  an address for each piece; later, when all is in order, the list itself
 *
 * How long a list is is known before its order is: so addresses are given first, and the lists are
 * filled when the navigation has had its say.
 */
#include "vial/base/nearest.h"
#include "vial/site/address.h"
#include <stdlib.h>

/* A list that is to be cut, while addresses are given. */
struct cut {
    struct paged *paged;
    const struct section *section; /* NULL: all pages, or a term's */
    const struct term *term;
    unsigned language; /* of all pages */
    bool below;
};

/* `listed`: its own pages are in the list of the section around it. */
static size_t count_below(const struct section *section, bool listed)
{
    size_t count = listed ? 0 : section->npages;

    for (size_t i = 0; i < section->nsections; i++)
        count += count_below(section->sections[i], section->sections[i]->transparent);
    return count;
}

static size_t count_of(const struct index *index, const struct cut *cut)
{
    if (cut->term)
        return cut->term->npages;
    if (!cut->section)
        return index->languages[cut->language].nall;
    return cut->below ? count_below(cut->section, false) : cut->section->npages;
}

static struct place asked_at(struct giving *g, const struct target *target)
{
    const struct page *page = target->page;

    if (target->route)
        return target->route->place;
    return page->has_file ? page_place(g->in->content, page, S("paginate"), &g->index->arena)
                          : g->in->config->text;
}

static bool no_section(struct giving *g, const struct target *target, str of)
{
    struct error err = { 0 };
    struct nearest nearest = nearest_to(of);

    for (size_t i = 0; i < g->index->sections.count; i++)
        nearest_try(&nearest, g->index->sections.entries[i].key);
    error_at(&err, asked_at(g, target), "there is no section '%.*s' to paginate", STR(of));
    if (!error_meant(&err, nearest.best) && !nearest.best.len)
        error_hint(&err, "'of' is here, below, site, or a folder of %.*s", STR(g->in->content));
    errors_add(g->errors, &err);
    return false;
}

/* The section of this folder in the page's language, or the folder itself. */
static const struct section *section_in(const struct index *index, const struct config *config,
                                        unsigned language, str folder)
{
    struct arena a = { 0 };
    const struct section *section =
        map_get(&index->sections, config_in_language(config, language, folder, &a));

    arena_free(&a);
    return section ? section : map_get(&index->sections, folder);
}

/* Which list it is that the page shows. */
static bool find_list(struct giving *g, const struct target *target, str of, struct cut *cut)
{
    const struct page *page = target->page;
    struct error err = { 0 };

    if (str_eq(of, S("site")) || (target->route && str_eq(of, S("here"))))
        return true;
    if (page->kind == PAGE_TAXONOMY) {
        error_at(&err, asked_at(g, target), "a taxonomy has terms, and no pages to paginate");
        error_hint(&err, "'paginate' under 'taxonomies:' of vial.yaml is for its terms");
        errors_add(g->errors, &err);
        return false;
    }
    if (str_eq(of, S("here")) && cut->term)
        return true;
    cut->term = NULL;
    cut->below = str_eq(of, S("below"));
    cut->section = page->section;
    if (!cut->below && !str_eq(of, S("here")))
        cut->section = section_in(g->index, g->in->config, page->language, of);
    return cut->section || no_section(g, target, of);
}

static str piece_address(struct giving *g, const struct paging *paging, str address, size_t number)
{
    str path = paging->path;
    ptrdiff_t mark = str_find(path, S("<n>"));
    bool folder = str_ends(address, S("/"));

    return str_fmt(&g->index->arena, "%.*s%s%.*s%zu%.*s", STR(address), folder ? "" : "/",
                   STR(str_slice(path, 0, (size_t)mark)), number,
                   STR(str_from(path, (size_t)mark + 3)));
}

bool address_give_pieces(struct giving *g, str address, struct target target,
                         const struct paging *paging, const struct term *term)
{
    struct arena *a = &g->index->arena;
    struct cut *cut = arena_make(a, struct cut);
    struct paged *paged = arena_make(a, struct paged);

    cut->paged = paged;
    cut->term = term;
    cut->language = target.page->language;
    if (!find_list(g, &target, paging->of, cut))
        return false;
    paged->paging = paging;
    paged->npages = count_of(g->index, cut);
    paged->total = paging_total(paging, paged->npages);
    str *urls = arena_array(a, str, paged->total);
    paged->urls = urls;
    map_put(&g->index->paged, target.url)->data = paged;
    map_put(&g->index->cuts, target.url)->data = cut;
    target.paged = paged;
    for (size_t number = 1; number <= paged->total; number++) {
        str piece = number == 1 ? address : piece_address(g, paging, address, number);

        urls[number - 1] = target.url = address_encoded(g, piece);
        target.number = number;
        if (!address_give(g, piece, target))
            return false;
    }
    return true;
}

bool address_give_page(struct giving *g, str address, struct page *page, const struct term *term)
{
    const struct paging *paging = page->paging;
    struct target target = { .kind = TARGET_PAGE, .page = page };

    page->url = target.url = address_encoded(g, address);
    if (!paging && term)
        paging = term->taxonomy->config->paging;
    if (paging)
        return address_give_pieces(g, address, target, paging, term);
    return address_give(g, address, target);
}

/* ---- filling ---- */

static size_t gather(const struct section *section, bool listed, const struct page **pages)
{
    size_t count = listed ? 0 : section->npages;

    if (count)
        memcpy(pages, section->pages, count * sizeof(struct page *));
    for (size_t i = 0; i < section->nsections; i++)
        count += gather(section->sections[i], section->sections[i]->transparent, pages + count);
    return count;
}

static int compare(const void *left, const void *right, void *wish)
{
    return page_order(*(const struct page *const *)left, *(const struct page *const *)right,
                      *(struct wish *)wish);
}

static void fill(struct index *index, const struct cut *cut, const struct index_inputs *in)
{
    const struct page **pages = arena_array(&index->arena, const struct page *, cut->paged->npages);
    size_t count = cut->paged->npages;

    if (!count)
        return;
    if (cut->term) {
        memcpy(pages, cut->term->pages, count * sizeof *pages);
    } else if (!cut->section) {
        memcpy(pages, index->languages[cut->language].all, count * sizeof *pages);
    } else if (cut->below) {
        struct wish wish = wish_of(cut->section, in);

        gather(cut->section, false, pages);
        qsort_r(pages, count, sizeof *pages, compare, &wish);
    } else {
        memcpy(pages, cut->section->pages, count * sizeof *pages);
    }
    for (size_t i = 0; cut->paged->paging->reversed && i < count / 2; i++) {
        const struct page *other = pages[i];

        pages[i] = pages[count - 1 - i];
        pages[count - 1 - i] = other;
    }
    cut->paged->pages = pages;
}

void index_pieces(struct index *index, const struct index_inputs *in)
{
    for (size_t i = 0; i < index->cuts.count; i++)
        fill(index, index->cuts.entries[i].data, in);
}
