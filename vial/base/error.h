/*
 * Errors: a place in the reader's file and a sentence.
 *
 * What can fail returns bool and takes `struct error *err` last; it is filled only on false, and
 * never when NULL was passed. The error owns all its text (its own small arena), so it outlives the
 * file it speaks of; error_free() ends it. Rooms return errors, the edges (cli, server) print them:
 *
 *     themes/plain/templates/page.html:1:21: unknown filter 'upcase'
 *       <h1>{{ page.title | upcase }}</h1>
 *                           ^~~~~~
 *       did you mean 'upper'?
 *       included from themes/plain/templates/base.html:12:3
 *
 * Lines and columns count from 1; a column counts code points, as editors do. What is printed holds
 * no control characters but tabs and line ends, whatever the file holds.
 */
#pragma once
#include "vial/base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A span of a file: tokens carry offsets, and lines are counted only when an error is made. */
struct place {
    str file;      /* its name as the reader knows it; empty: there is none                 */
    str source;    /* the whole text, as it was read; empty: unknown, then only `file` counts */
    size_t offset; /* in bytes, of the span's first                                         */
    size_t len;    /* of the span, in bytes; 0 marks one character                          */
};

struct error_note {
    struct error_note *next;
    str file; /* may be empty */
    unsigned line, col;
    str text;
};

struct error {
    struct arena own;
    const char *kind; /* static text such as "TemplateSyntaxError", or NULL */
    str file;         /* empty when the error has no place                  */
    unsigned line, col, width;
    unsigned tag_line; /* of a template: where the tag begins that holds the place; 0: unknown */
    str sentence;
    str excerpt; /* the line at fault, without its end, and not far beyond the span */
    str hint;    /* what would mend it; may be empty   */
    struct error_note *notes;
};

/* Each returns false, so that `return error_at(...)` both fills and fails; what `err` held is
 * freed. */
bool error_set(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool error_at(struct error *err, struct place place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "FILE: sentence: strerror(errno)", for what the system refused. */
bool error_errno(struct error *err, str file, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* To be called on a filled error; NULL is fine. All return false as well. */
bool error_kind(struct error *err, const char *kind);
bool error_hint(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A step of the way that led here, innermost first: "included from". */
bool error_note(struct error *err, struct place place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "did you mean 'x'?", when there is an x. */
bool error_meant(struct error *err, str nearest);

void error_free(struct error *err);
void error_move(struct error *to, struct error *from); /* `from` is empty afterwards */

/* The line and column of `offset`, and that line's text (of a very long one, its beginning). */
void place_line(struct place place, unsigned *line, unsigned *col, str *text);

enum error_style { ERROR_PLAIN, ERROR_BRIEF /* the first line only */, ERROR_COLOUR };
void error_print(const struct error *err, enum error_style style, struct buf *out);

/* Many errors: all those of a build are reported, not the first. All zero is none. */
struct errors {
    struct error *list;
    size_t count, cap;
};

void errors_add(struct errors *errors, struct error *err); /* takes over what `err` owns */
void errors_sort(struct errors *errors);                   /* by place, sentence, notes   */
void errors_free(struct errors *errors);

#ifdef __cplusplus
}
#endif
