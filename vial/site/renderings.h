/*
 * Renderings: what was made of a page for the sake of others, kept for the next of them.
 *
 * A post stands in the lists of its section, of its tags and of the archive, and in four feeds:
 * its Markdown is rendered once for all of these. What the page's own rendering does beyond that is
 * to look at its links and pictures; where that is told (visit_tells()) it is not taken from here.
 *
 * Of a fixed size: what was not asked for in a long time goes first. Any thread.
 */
#pragma once
#include "vial/site/visit.h"

struct renderings *renderings_new(void);
void renderings_delete(struct renderings *renderings);
void renderings_clear(struct renderings *renderings); /* something changed */

/* A copy in `a`, with what it read in `notes`; NULL when it is not there. */
struct rendered *renderings_find(struct renderings *renderings, const struct page *page,
                                 struct reads **notes, struct arena *a);
void renderings_keep(struct renderings *renderings, const struct page *page,
                     const struct rendered *rendered, const struct reads *notes);
