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
 * The document `text` with the extensions not in `without` (enum markdown_extension) and what
 * `with` adds. NULL, and `err` says why, when reading it costs more than any honest text does. One
 * at a time per thread.
 */
cmark_node *tree_parse(str file, str text, unsigned without, unsigned with, struct arena *a,
                       struct error *err);

/*
 * Where an inline node begins in what its block holds, in bytes, plus one; 0 when it is not known.
 * Links, images and texts have it.
 */
static inline size_t tree_offset(const cmark_node *node)
{
    return (size_t)(uintptr_t)node->user_data;
}

static inline void tree_set_offset(cmark_node *node, size_t offset)
{
    node->user_data = (void *)(uintptr_t)(offset + 1);
}

/* How large an image is: kept where the parser keeps lines of blocks alone. */
static inline void tree_set_size(cmark_node *image, unsigned width, unsigned height)
{
    image->end_line = (int)width;
    image->end_column = (int)height;
    image->start_line = width && height ? -1 : 0;
}

/* False, and both are 0: it is not known. */
static inline bool tree_size(const cmark_node *image, unsigned *width, unsigned *height)
{
    bool known = image->start_line == -1;

    *width = known ? (unsigned)image->end_line : 0;
    *height = known ? (unsigned)image->end_column : 0;
    return known;
}

/* A paragraph, a heading or a cell: what holds lines of text. */
static inline bool tree_has_lines(const cmark_node *node)
{
    return node->type == CMARK_NODE_PARAGRAPH || node->type == CMARK_NODE_HEADING ||
           node->type == tree_cell;
}

/* The text that the inline nodes of such a block were made from. */
static inline str tree_content(const cmark_node *block)
{
    return str_n((const char *)block->content.ptr, (size_t)block->content.size);
}

/* The node that follows, in the order of the text, within `top`; NULL at its end. */
static inline cmark_node *tree_next(cmark_node *node, const cmark_node *top, bool inside)
{
    if (inside && node->first_child)
        return node->first_child;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

/* What cmark's inline parser takes for white space: neither "\v" nor "\f". */
static inline bool tree_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline str tree_str(cmark_chunk chunk)
{
    return str_n((const char *)chunk.data, (size_t)chunk.len);
}

static inline bool tree_is_table_header(cmark_node *row)
{
    return *(const bool *)row->as.opaque;
}
