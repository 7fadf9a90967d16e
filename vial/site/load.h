/*
 * Loading: many content files into pages, by a thread per core.
 */
#pragma once
#include "vial/site/page.h"

/* Pages loaded together share their memory; it is given back when the last of them is gone. */
struct page_batch {
    struct arena arena;
    size_t pages;
};

/*
 * Reads the `count` files `entries` of the folder `content`, whose name for messages is `shown_as`.
 * pages[i] is the page of entries[i], or NULL, and then `errors` say why. The order of errors and
 * warnings is that of the files, however many threads there are.
 */
void pages_load(struct page **pages, const struct file_entry *entries, size_t count, str content,
                const struct config *config, struct errors *errors, struct errors *warnings);

void page_free(struct page *page); /* NULL is fine */

/* For pages that come from elsewhere: `pages` counts them; released when it is 0. */
struct page_batch *page_batch_new(void);
void page_batch_release(struct page_batch *batch); /* one less */
