/*
 * Reloading: the pages of a site as their files are now, those that did not change kept as they
 * are.
 */
#pragma once
#include "vial/app/reads.h"
#include "vial/site/inside.h"

/* What came of it. */
struct reloaded {
    struct page **gone; /* pages that were replaced or went away: to be freed when all is done */
    size_t ngone;
    bool moved; /* more than texts changed: the index has to be made anew */
};

/*
 * Brings site->pages up to date with site->page_files. Read again are files whose stamp changed,
 * the `named` ones (sorted by bytes), and those that made no page the last time. Keys that follow
 * from new texts alone are added to `keys`; the other changes are the index's to tell. Lives in
 * `a`.
 */
struct reloaded pages_reload(struct site *site, const str *named, size_t nnamed, struct reads *keys,
                             struct arena *a, struct errors *errors);
