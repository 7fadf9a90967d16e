/*
 * Backlinks: for each page, the pages whose text leads to it.
 *
 * They are made when somebody first asks, and with each index from then on.
 */
#pragma once
#include "vial/site/inside.h"

/* The links of one page as they were written, each ended by a newline; on the heap. */
struct page_links {
    size_t len;
    char text[];
};

struct page_links *page_links_new(str text);
struct page_links *page_links_read(const struct site *site, const struct page *page);
bool page_links_same(const struct page_links *a,
                     const struct page_links *b); /* NULL is like none */

struct backlinks {
    const struct page **pages; /* in the order of the files, each once */
    size_t count, cap;
};

/* Makes site->index->backlinks, if nobody has. Any thread. */
void site_backlinks(struct site *site);
