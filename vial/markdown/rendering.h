/*
 * One rendering: what render.c, blocks.c and inlines.c share.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/markdown/markdown.h"
#include "vial/markdown/source.h"
#include "vial/markdown/tree.h"
#include "vial/markdown/words.h"

/* Neighbours in the tree, and where in the buffer their HTML is. */
struct part {
    cmark_node *first, *end; /* from the one, up to and without the other            */
    size_t from, to;
    size_t anchors; /* of the rendering, when it began                           */
    bool twice;     /* it cannot be taken as it stands, and is to be written anew */
};

/* What the page explains (abbreviations.c). */
struct abbreviations {
    struct map meanings; /* str, by what is short for it  */
    uint64_t lengths;    /* a bit for each length, in bytes */
};

struct hook_open; /* hooks.c */

/* Those whose HTML is not whole yet, the outermost first. */
struct hooks {
    struct hook_open *open;
    size_t count, cap;
    struct markdown_cell *cells; /* of the table that is open */
    size_t ncells, cells_cap, rows;
    bool failed;
    struct error *err;
};

struct rendering {
    struct buf html;
    const struct markdown_options *options;
    struct markdown *out;
    struct arena *arena, *scratch;
    cmark_node *root;
    struct hooks hooks;

    bool again;     /* a part is written once more: nothing is noted                     */
    bool unlinked;  /* it will stand in a link: no links in it, and nothing raw           */
    size_t anchors; /* ids and footnotes written: what may stand on a page but once      */

    cmark_node *top;         /* the child of the root that is being written       */
    size_t first_end;        /* where the HTML of the first of them ended         */
    const cmark_node *block; /* the paragraph, heading or cell                     */
    struct source source;
    struct words words;
    struct map ids;

    struct markdown_heading *headings;
    struct part *titles; /* the inside of each heading */
    struct markdown_link *links;
    struct markdown_language *unknown;
    size_t headings_cap, titles_cap, links_cap, unknown_cap;

    struct part summary, paragraph;
    size_t words_before; /* the paragraph           */
    bool cut;            /* by a <!-- more --> mark */

    bool bare; /* the paragraph has no <p>: a hook writes all there is in it */
    size_t toc_at;
    bool has_toc;
    cmark_node *marked;   /* that holds an open ==mark               */
    cmark_node *inserted; /* and an open ^^insertion                 */
    unsigned tab_sets;

    struct abbreviations abbreviations;
    struct map block_attributes; /* struct attributes, by the address of their block */
    struct map heading_words;    /* str, of headings whose words were changed (emoji.c) */

    unsigned footnotes, footnotes_returned;
    bool in_table_head, in_table_body;
    size_t column;
};

/* Each writes what comes before the inside, or all of it; `leave` what comes after. */
void blocks_enter(struct rendering *r, cmark_node *node);
void blocks_leave(struct rendering *r, cmark_node *node);
void inlines_enter(struct rendering *r, cmark_node *node);
void inlines_leave(struct rendering *r, cmark_node *node);

bool raw_is_more(str html); /* <!-- more --> */
/* Raw HTML, as the options want it. */
void raw_add(struct rendering *r, const cmark_node *node);

/* The HTML of `part`, fit to stand elsewhere: without ids and footnotes; in the result's arena. */
str render_again(struct rendering *r, const struct part *part, bool unlinked);

/* The text in `node`, as a reader would say it, without markup; with what stands for images? */
void plain_text_add(struct buf *out, const cmark_node *node, bool alts);

static inline bool is_inline(const cmark_node *node)
{
    return (node->type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE;
}

/* `list` with room for one more than `count`. */
static inline void *list_grown(struct arena *a, void *list, size_t *cap, size_t count, size_t size)
{
    size_t more = *cap ? *cap * 2 : 8;

    if (count < *cap)
        return list;
    list = arena_grow(a, list, *cap * size, more * size);
    *cap = more;
    return list;
}
