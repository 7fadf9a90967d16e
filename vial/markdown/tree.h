/*
 * From text to tree: cmark-gfm, held so that threads do not meet and no text costs too much.
 *
 * The tree is cmark's own, read directly (Debian ships the structure's header); nothing outside
 * this room sees it. It lives in the arena given and is never freed piece by piece.
 */
#pragma once
#include "vial/base/error.h"
#include <cmark-gfm/node.h>

/* The node types that extensions add; constant after tree_start(). */
extern cmark_node_type tree_table, tree_row, tree_cell, tree_strikethrough;

/* Once, before any thread. */
void tree_start(void);

/*
 * The document `text` with the extensions not in `without` (enum markdown_extension). NULL, and
 * `err` says why, when reading it costs more than any honest text does. One at a time per thread.
 */
cmark_node *tree_parse(str file, str text, unsigned without, struct arena *a, struct error *err);

/*
 * Where an inline node begins in what its block holds, in bytes, plus one; 0 when it is not known.
 * Links, images and the first of adjacent texts have it, unless they were made afterwards.
 */
static inline size_t tree_offset(const cmark_node *node)
{
    return (size_t)(uintptr_t)node->user_data;
}

static inline str tree_str(cmark_chunk chunk)
{
    return str_n((const char *)chunk.data, (size_t)chunk.len);
}

static inline bool tree_is_table_header(cmark_node *row)
{
    return *(const bool *)row->as.opaque;
}
