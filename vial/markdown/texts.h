/*
 * Runs of text: what stands between markup is many nodes to cmark, cut wherever a sign might have
 * meant something. Here it is one text again.
 *
 *     struct text_runs runs = { .root = root, .arena = scratch };
 *     while (text_runs_next(&runs))
 *         if (...) text_run_set(&runs, better);
 */
#pragma once
#include "vial/markdown/tree.h"

struct text_runs {
    cmark_node *root;
    struct arena *arena;
    char sign; /* only runs that have it; '\0': all */

    cmark_node *first, *end; /* the run: from the one up to and without the other */
    str text;
    const cmark_node *block; /* the paragraph, heading or cell */
    bool begun;
};

/*
 * The next run of the tree; false at its end. What was escaped ("\:") is in none, nor is code, nor
 * an address that is its link's text.
 */
bool text_runs_next(struct text_runs *runs);

/* `text` in the place of the run, as one node; it must live as long as the tree. */
void text_run_set(struct text_runs *runs, str text);
