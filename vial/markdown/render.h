/*
 * From tree to HTML, and all that is learnt on the way: headings, links, the summary, words.
 */
#pragma once
#include "vial/markdown/markdown.h"
#include "vial/markdown/tree.h"

/* Fills `out` with what lives in `a`; `scratch` is where the tree lives. False: a hook failed. */
bool render_tree(struct markdown *out, cmark_node *root, str text,
                 const struct markdown_options *options, struct arena *a, struct arena *scratch,
                 struct error *err);
