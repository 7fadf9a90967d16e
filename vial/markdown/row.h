/*
 * The cells of a table's row, as cmark-gfm's parser finds them.
 */
#pragma once
#include "vial/base/str.h"

/* Behind the '|' at `at`, if there is one, and the spaces that follow it. */
static inline size_t row_skip_pipe(str row, size_t at)
{
    if (at >= row.len || row.p[at] != '|')
        return at;
    at++;
    while (at < row.len && is_space(row.p[at]) && row.p[at] != '\n' && row.p[at] != '\r')
        at++;
    return at;
}

/* The end of the cell that begins at `at`: a '|' without a backslash, or the line's end. */
static inline size_t row_cell_end(str row, size_t at)
{
    size_t from = at;

    while (at < row.len && row.p[at] != '\n' && row.p[at] != '\r' &&
           !(row.p[at] == '|' && (at == from || row.p[at - 1] != '\\')))
        at++;
    return at;
}
