/*
 * reStructuredText between its files: rst.c blocks, rst_directives.c what begins with "..",
 * rst_tables.c tables, rst_inline.c what stands in a line.
 */
#pragma once
#include "vial/import/inside.h"

enum { RST_STYLES = 16, RST_DEPTH = 24 };

struct rst {
    struct importing *im;
    struct item *item;
    struct map targets;       /* ".. _name: url", small letters and single blanks, to a C string */
    struct map substitutions; /* ".. |name| replace:: text", to a C string, which is Markdown    */
    struct map titles;        /* of sections, likewise small, to nothing                         */
    str *anonymous;           /* addresses of "__ url", in order                                 */
    size_t nanonymous, anonymous_at;
    struct {
        char sign;
        bool over;
    } styles[RST_STYLES]; /* of titles, the outermost first */
    size_t nstyles;
    bool titled; /* the first title is the page's */
    unsigned depth;
};

/* Lines of the file, without the indentation that all of a block have. */
struct rst_lines {
    const str *list;
    size_t count;
};

/* The page's text as Markdown; title and fields at its head become front matter. */
str rst_convert(struct importing *im, struct item *item);

/* Lines as blocks of Markdown. */
void rst_blocks(struct rst *r, struct rst_lines lines, struct buf *out);
/* The same for a block that stands in another: each line begins with `indent`, the first with
 * `first`. */
void rst_inside(struct rst *r, struct rst_lines lines, const char *first, const char *indent,
                struct buf *out);
/* What is indented behind line `at`, without that indentation; how many lines it takes. */
size_t rst_indented(struct rst *r, struct rst_lines lines, size_t at, struct rst_lines *block);
void rst_fence(struct buf *out, str language, struct rst_lines code);
/* Tells of a construct at its place in the old file. */
void rst_left(struct rst *r, str line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ".. name::" at line `at`, and all that belongs to it; how many lines that is. */
size_t rst_explicit(struct rst *r, struct rst_lines lines, size_t at, struct buf *out);
/* Targets and substitutions, which may stand behind their use. */
void rst_note_explicit(struct rst *r, struct rst_lines lines);

/* A table at line `at`; 0: it is none. */
size_t rst_table(struct rst *r, struct rst_lines lines, size_t at, struct buf *out);
void rst_table_row(struct rst *r, const str *cells, size_t count, struct buf *out);
void rst_table_rule(size_t count, struct buf *out);

void rst_inline(struct rst *r, str text, struct buf *out);
/* Small letters, and one blank where there was white space. */
str rst_name(struct arena *a, str text);
