/*
 * Merging: the words of all pages, with the parts they are in. Between search_merge.c, which puts
 * them together, and search_write.c, which writes them down.
 */
#pragma once
#include "vial/site/search_index.h"
#include "vial/site/search_known.h"

/* All forms of one stem. */
struct group {
    uint32_t *places; /* part * 4 + enum word_level, ascending; parts of all pages count on */
    size_t count, cap;
    struct known_word *first; /* of its forms, in order: its `reach` is that of the group */
    uint32_t number, written; /* in the file that is written: which that is + 1 */
    bool common;              /* in so many pages that it tells none from another */
};

struct merged {
    struct arena *arena;
    struct search_known *known;
    const struct search_page *pages;
    size_t npages;
    struct known_word **forms; /* sorted by their bytes; of what differs in accents alone, one */
    size_t nforms;
    struct group *groups; /* by number */
    size_t *first_part;   /* of each page; and behind the last */
    size_t nparts;
};

/* A page has room for this many parts, or as many again. */
void search_merge(struct merged *m, struct search_known *known, const struct search_page *pages,
                  size_t npages, size_t room, struct arena *a);

/* A number as it is written in the files. (search_write.c) */
void search_put_number(struct buf *out, uint64_t n);
