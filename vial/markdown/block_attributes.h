/*
 * Attributes of lists, quotations and tables, on a line of their own right below.
 *
 *     - one              > Said.           | a |
 *     - two              {.epigraph}       |---|
 *     {.steps}                             {.wide}
 */
#pragma once
#include "vial/markdown/attributes.h"

/* Takes those lines out of the tree, and keeps what they say. */
void block_attributes_take(struct rendering *r);

/* What was said of `block`; NULL: nothing. */
struct attributes *block_attributes_of(const struct rendering *r, const cmark_node *block);

/* The same as it stands in its tag. */
void block_attributes_add(struct rendering *r, const cmark_node *block);
