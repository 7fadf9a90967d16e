/*
 * backlinks.c - which pages lead to a page
 *
 *   comes in:  the texts of all pages
 *   goes out:  for each page the others whose text links to it, in the order of the files
 *
 * Nobody pays for it who does not ask: the first template that reads `page.backlinks` has all texts
 * looked through, and from then on each page keeps the links it has, also from one run to the next,
 * so that only texts that changed are looked through again. What counts is what a writer wrote:
 * links of Markdown and of raw HTML, and not those that templates and shortcodes make.
 */
#include "vial/site/backlinks.h"
#include "vial/base/path.h"
#include "vial/site/html_tags.h"
#include "vial/site/links.h"
#include <stdlib.h>

/* ---- the links of a page, as they were written ---- */

struct page_links *page_links_new(str text)
{
    struct page_links *links = malloc(sizeof *links + text.len);

    if (!links)
        out_of_memory(sizeof *links + text.len);
    links->len = text.len;
    if (text.len)
        memcpy(links->text, text.p, text.len);
    return links;
}

bool page_links_same(const struct page_links *a, const struct page_links *b)
{
    return a && b && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool may_be_ours(str url)
{
    return url.len && url.p[0] != '#' && !str_has(url, '\n') &&
           str_find(url, S("://")) == STR_NONE && !str_starts(url, S("//")) &&
           !str_istarts(url, S("mailto:"));
}

static void collect(str html, struct buf *out, struct arena *a)
{
    struct html_tags tags = { .html = html };

    while (html_next_tag(&tags)) {
        const struct html_attribute *href =
            str_ieq(tags.name, S("a")) ? html_attribute(&tags, "href") : NULL;
        str url = href && href->value.p ? html_address(href->value, a) : S("");

        if (!may_be_ours(url))
            continue;
        buf_add(out, url);
        buf_addc(out, '\n');
    }
}

struct page_links *page_links_read(const struct site *site, const struct page *page)
{
    struct arena scratch = { 0 };
    struct buf out = buf_in(&scratch);
    struct front_span span;
    struct markdown markdown;
    str text, file = path_join(&scratch, site->content, page->path);
    unsigned with = site->config->markdown & ~(unsigned)MARKDOWN_HIGHLIGHT;

    if (file_read(&text, file, PAGE_SIZE, NULL, &scratch, NULL) &&
        front_matter_find(&span, file, text, NULL) &&
        markdown_render(&markdown, file, str_from(text, span.body),
                        &(struct markdown_options){ .max_size = PAGE_SIZE, .with = with }, &scratch,
                        NULL))
        collect(markdown.html, &out, &scratch);
    struct page_links *links = page_links_new(buf_str(&out));
    arena_free(&scratch);
    return links;
}

static const struct page_links *page_links_of(const struct site *site, const struct page *page)
{
    struct page *keeper = (struct page *)(uintptr_t)page;
    struct page_links *links = atomic_load(&keeper->links), *none = NULL;

    if (links)
        return links;
    links = page_links_read(site, page);
    if (atomic_compare_exchange_strong(&keeper->links, &none, links))
        return links;
    free(links);
    return none;
}

/* ---- of all pages ---- */

struct graph {
    struct site *site;
    struct index *index;
    struct arena scratch;
};

static void add(struct graph *g, const struct page *to, const struct page *from)
{
    struct map_entry *entry = map_put(&g->index->backlinks, to->path);
    struct backlinks *list = entry->data;
    struct arena *a = &g->index->arena_backlinks;

    if (!list)
        list = entry->data = arena_make(a, struct backlinks);
    if (list->count && list->pages[list->count - 1] == from)
        return;
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 4;

        list->pages =
            arena_grow(a, list->pages, list->cap * sizeof *list->pages, cap * sizeof *list->pages);
        list->cap = cap;
    }
    list->pages[list->count++] = from;
}

/* A stand-in has no words of its own, so it leads nowhere that its page does not. */
static void add_page(struct graph *g, const struct page *page)
{
    const struct page_links *links = page_links_of(g->site, page);
    str rest = str_n(links->text, links->len);
    struct visit v = { .site = g->site, .arena = &g->scratch, .reads = reads_new(&g->scratch) };

    while (rest.len) {
        str url = str_cut(&rest, '\n');
        const struct page *to = link_page(&v, page, url);

        if (to && to != page)
            add(g, to, page);
    }
    arena_reset(&g->scratch);
}

static void make(struct site *site)
{
    struct graph g = { .site = site, .index = site->index };

    g.index->backlinks = map_in(&g.index->arena_backlinks);
    for (size_t i = 0; i < site->npages; i++)
        if (!site->pages[i]->shown)
            add_page(&g, site->pages[i]);
    arena_free(&g.scratch);
    atomic_store(&g.index->has_backlinks, true);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void site_backlinks(struct site *site)
{
    if (atomic_load(&site->index->has_backlinks))
        return;
    pthread_mutex_lock(&lock);
    if (!atomic_load(&site->index->has_backlinks))
        make(site);
    pthread_mutex_unlock(&lock);
    atomic_store(&site->findings->backlinks, true);
}

value backlinks_value(struct visit *v, const struct page *page)
{
    site_backlinks(v->site);
    visit_note_key(v, "backlinks", page->path);
    const struct backlinks *list = map_get(&v->site->index->backlinks, page->path);
    return list ? pages_value(v, list->pages, list->count) : list_new(v->arena, 0);
}
