/*
 * Where an inline node stands in the file: from the tree back to the text.
 */
#pragma once
#include "vial/markdown/tree.h"

/* A piece of a block's content, and the bytes of the file it came from; "|" may be "\|" there. */
struct trail {
    str piece, file;
    size_t offset, base; /* where these begin in the content and in the file */
    size_t index, at;    /* how far they have been followed                  */
};

/* Questions come in the tree's order; what the last answer was found by serves the next. */
struct source {
    str text;
    struct arena *arena;
    size_t *lines; /* where each begins, and one more at the end; NULL until the first question */
    size_t count;

    const cmark_node *block; /* that of the last question                         */
    struct trail trail;      /* of its line or cell                               */
    size_t first, passed;    /* the file's line its text begins on; the lines done */
    size_t line_end;         /* of the trail's line in the content                */

    const cmark_node *row, *cell;
    size_t row_number, cell_from; /* the row's line; where `cell` begins in it */

    size_t placed; /* the offset asked for last, and its column */
    unsigned placed_col;
};

static inline struct source source_of(str text, struct arena *a)
{
    return (struct source){ .text = text, .arena = a };
}

/*
 * In bytes from the text's start: the '[', '!' or '<' of a link or an image, or an address itself.
 * `block` is the paragraph, heading or cell around it.
 */
size_t source_find(struct source *source, const cmark_node *block, const cmark_node *link);

/* Line `number` of the text, from 1, without its end; empty when there is none. */
str source_text(struct source *source, size_t number);

/* The line, from 1, of a heading's text. */
unsigned source_line(struct source *source, const cmark_node *heading);

/* Line and column of an offset, both from 1, the column in code points. */
void source_place(struct source *source, size_t offset, unsigned *line, unsigned *col);
