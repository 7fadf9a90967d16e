/*
 * Merging: the words of all pages, with the parts they are in. Between search_merge.c, which puts
 * them together, and search_write.c, which writes them down.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/site/search_index.h"
#include "vial/site/search_stems.h"

/* How much of a group's first form goes, and which endings come: what many groups share. */
struct reach {
    str text;
    size_t groups, number; /* how many; from 1, by how many */
};

/* All forms of one stem. */
struct group {
    str stem;         /* with accents */
    uint32_t *places; /* part * 4 + enum word_level, ascending; parts of all pages count on */
    size_t count, cap;
    const struct form *first; /* of its forms, in order; NULL until they are sorted */
    uint32_t number, written; /* in the file that is written: which that is + 1 */
    bool common;              /* in so many pages that it tells none from another */
    struct reach *reach;      /* which endings lead to it; NULL: none */
};

/* A word as it is compared. One may belong to two groups, where accents alone tell them apart. */
struct form {
    str text;  /* bare  */
    str plain; /* as it was written first: what the stemmer is asked of */
    struct group *group;
};

struct merged {
    struct arena *arena;
    struct stems *stems;
    struct form *forms; /* sorted by their bytes */
    size_t nforms;
    size_t *first_part; /* of each page; and behind the last */
    str *parts;         /* their line in the list of titles (search_write.c) */
    size_t nparts;
    struct reach **reaches; /* each once, by its number */
    size_t nreaches;
};

void search_merge(struct merged *m, const struct search_page *pages, size_t npages, str language,
                  struct arena *a);

/* A number as it is written in the files. (search_write.c) */
void search_put_number(struct buf *out, uint64_t n);
