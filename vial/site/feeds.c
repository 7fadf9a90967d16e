/*
 * feeds.c - which feeds there are, and what is in them
 *
 *   comes in:  sections and terms with dated pages
 *   goes out:  for each a list of the newest, and an address for each format
 *
 * A list without a dated page has no feed: it would have nothing to say, and no date to say it on.
 */
#include "vial/site/feeds.h"
#include "vial/http/http.h"
#include "vial/site/address.h"
#include <stdlib.h>

const struct feed_format feed_formats[FEED_FORMATS] = {
    { "atom", "atom.xml", "feeds/atom.xml", "application/atom+xml" },
    { "rss", "rss.xml", "feeds/rss.xml", "application/rss+xml" },
    { "json", "feed.json", "feeds/feed.json", "application/feed+json" },
};

/* The newest first; of one moment, as the site has them. */
static int by_date(const void *left, const void *right)
{
    const struct page *a = *(const struct page *const *)left;
    const struct page *b = *(const struct page *const *)right;

    return page_order(a, b, (struct wish){ SORT_BY_DATE, false, NULL });
}

static size_t add_dated(const struct page **into, size_t count, const struct page *const *pages,
                        size_t npages)
{
    for (size_t i = 0; i < npages; i++)
        if (pages[i]->date.there)
            into[count++] = pages[i];
    return count;
}

/* `listed`: its own pages are in the list of the section around it. */
static size_t add_below(const struct page **into, size_t count, const struct section *section,
                        bool listed)
{
    if (!listed)
        count = add_dated(into, count, section->pages, section->npages);
    for (size_t i = 0; i < section->nsections; i++)
        count = add_below(into, count, section->sections[i], section->sections[i]->transparent);
    return count;
}

static void give(struct giving *g, str address, const struct page *page, const struct page **pages,
                 size_t count)
{
    const struct config_feeds *config = &g->in->config->feeds;
    struct arena *a = &g->index->arena;
    struct feed *feed = arena_make(a, struct feed);
    str base;
    const char *slash = str_ends(address, S("/")) ? "" : "/";

    if (!count)
        return;
    qsort(pages, count, sizeof *pages, by_date);
    if (!url_decode(&base, address, a))
        base = address;
    feed->key = address;
    feed->page = page;
    feed->npages = count < config->limit ? count : config->limit;
    feed->pages = arena_alloc(a, feed->npages * sizeof *pages);
    memcpy(feed->pages, pages, feed->npages * sizeof *pages);
    map_put(&g->index->feeds, address)->data = feed;
    for (size_t i = 0; i < FEED_FORMATS; i++) {
        if (!config->formats[i])
            continue;
        str at = str_fmt(a, "%.*s%s%s", STR(base), slash, feed_formats[i].file);
        feed->urls[i] = address_encoded(g, at);
        address_give(g, at,
                     (struct target){ .kind = TARGET_FEED,
                                      .url = feed->urls[i],
                                      .page = page,
                                      .feed = feed,
                                      .number = i });
    }
}

void address_feeds(struct giving *g)
{
    const struct config_feeds *config = &g->in->config->feeds;
    struct index *index = g->index;
    struct arena scratch = { 0 };

    if (!config->site && !config->sections && !config->terms)
        return;
    const struct page **pages = arena_array(&scratch, const struct page *, g->in->npages + 1);
    for (size_t i = 0; config->site && i < index->nlanguages; i++) {
        const struct language *language = &index->languages[i];

        give(g, language->root->url, language->root->page, pages,
             add_dated(pages, 0, language->all, language->nall));
    }
    for (size_t i = 0; config->sections && i < index->sections.count; i++) {
        const struct section *section = index->sections.entries[i].data;

        if (section->parent && (section->page->has_file || index->lists))
            give(g, section->page->url, section->page, pages, add_below(pages, 0, section, false));
    }
    for (size_t i = 0; config->terms && i < index->terms.count; i++) {
        const struct term *term = index->terms.entries[i].data;

        if (term->taxonomy->config->by == BY_WORDS && (term->page->has_file || index->lists_terms))
            give(g, term->page->url, term->page, pages,
                 add_dated(pages, 0, term->pages, term->npages));
    }
    arena_free(&scratch);
}
