/*
 * Giving addresses, between the files that do it (address.c, pieces.c).
 */
#pragma once
#include "vial/site/index.h"

struct giving {
    struct index *index;
    const struct index_inputs *in;
    struct map folders; /* section and bundle folders, to their decoded addresses: struct folder */
    struct errors *errors;
};

/* Lets `target` answer at `address` (decoded). False: something else does, and it was told. */
bool address_give(struct giving *g, str address, struct target target);
/* The page's address by `permalinks:`. False: no pattern is for it, or it lacks what one asks. */
bool address_permalink(struct giving *g, const struct page *page, str *address);
/* "/tags/" in German: "/de/tags/". */
str address_in_language(struct giving *g, unsigned language, str address);
/* An address as it stands in a link; the same bytes where nothing needs to be encoded. */
str address_encoded(struct giving *g, str address);
/*
 * `page` at `address`; where it shows a list in pieces, those as well, each below it. `term` may be
 * NULL: it is no term's.
 */
bool address_give_page(struct giving *g, str address, struct page *page, const struct term *term);
/* The same of what answers as `target`, whose page has its URL. */
bool address_give_pieces(struct giving *g, str address, struct target target,
                         const struct paging *paging, const struct term *term);
