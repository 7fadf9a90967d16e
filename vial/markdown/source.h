/*
 * Where an inline node stands in the file: from the tree back to the text.
 */
#pragma once
#include "vial/markdown/tree.h"

/* Questions come in the tree's order; what the last answer was found by serves the next. */
struct source {
    str text;
    struct arena *arena;
    size_t *lines; /* where each begins, and one more at the end; NULL until the first question */
    size_t count;

    const cmark_node *block; /* that of the last question                              */
    size_t number;           /* of its text's first line, or of its row; 0: not found   */
    size_t behind;           /* in its content: what addresses have been found before  */
    size_t at, passed;       /* in its content: a line's start, and the lines before it */
    const cmark_node *row, *cell;
    size_t row_number, cell_from; /* in the row's line: where `cell` begins */
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

/* The line, from 1, of a heading's text. */
unsigned source_line(struct source *source, const cmark_node *heading);

/* Line and column of an offset, both from 1, the column in code points. */
void source_place(struct source *source, size_t offset, unsigned *line, unsigned *col);
