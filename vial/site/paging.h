/*
 * Paging: a long list in pieces, each at an address of its own.
 *
 *     paginate: 10                                        /blog/, /blog/page/2/, /blog/page/3/
 *     paginate: {by: 10, path: "teil-<n>/", orphans: 2, reversed: true, of: below}
 *
 * It is asked for in the front matter of a section's page, in a taxonomy and in a route.
 */
#pragma once
#include "vial/site/keys.h"

struct paging {
    size_t by;      /* things on a page                                                   */
    size_t orphans; /* as many and fewer do not get a page of their own                   */
    bool reversed;  /* the list is turned around before it is cut                         */
    str path;       /* of all but the first, below the list's own address: "page/<n>/"    */
    str of;         /* "here", "below", "site", or a section's folder                     */
    struct place place;
};

/* Reads `node`, which may be a number. NULL: its defects are in `errors`. All lives in `a`. */
struct paging *paging_read(const struct yaml_node *node, struct arena *a, struct errors *errors);

size_t paging_total(const struct paging *paging, size_t count); /* pages; 1 for an empty list */
/* The part of `count` things that page `number` (from 1) shows. */
void paging_part(const struct paging *paging, size_t count, size_t number, size_t *from,
                 size_t *to);
