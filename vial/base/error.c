/*
 * error.c - a place in the reader's file and a sentence
 *
 *   comes in:  a span of a file, printf's arguments
 *   goes out:  an error that owns its text; printed, the line at fault with a caret below
 *
 * Counting lines and copying the excerpt happen here and only when something went wrong, so what
 * reads files carries nothing but offsets.
 */
#include "vial/base/error.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EXCERPT_MAX = 160, /* code points of a line that are shown             */
    LINE_AFTER = 4096  /* bytes of a line that are kept from the span on   */
};

static str format(struct arena *a, const char *fmt, va_list args)
{
    struct buf text = buf_in(a);

    buf_addv(&text, fmt, args);
    return buf_str(&text);
}

void place_line(struct place place, unsigned *line, unsigned *col, str *text)
{
    size_t offset = place.offset < place.source.len ? place.offset : place.source.len;
    str before = str_slice(place.source, 0, offset);
    str rest = before;
    unsigned count = 1;
    ptrdiff_t at;

    while ((at = str_find_char(rest, '\n')) != STR_NONE) {
        rest = str_from(rest, (size_t)at + 1);
        count++;
    }
    *line = count;
    *col = (unsigned)utf8_count(rest) + 1;

    str whole = str_from(place.source, before.len - rest.len);
    whole = str_slice(whole, 0, rest.len + LINE_AFTER);
    *text = str_rtrim(str_cut(&whole, '\n'));
}

static void fill(struct error *err, struct place place, const char *fmt, va_list args)
{
    struct arena own = { 0 };
    str text;

    /* formatted first: the sentence may quote the error that is being replaced */
    str sentence = format(&own, fmt, args);
    error_free(err);
    err->own = own;
    err->sentence = sentence;
    err->file = str_copy(&err->own, place.file);
    if (!place.source.p)
        return;
    place_line(place, &err->line, &err->col, &text);
    err->excerpt = utf8_mended(&err->own, str_copy(&err->own, text));
    err->width =
        (unsigned)utf8_count(str_slice(place.source, place.offset, place.offset + place.len));
}

bool error_set(struct error *err, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    fill(err, (struct place){ 0 }, fmt, args);
    va_end(args);
    return false;
}

bool error_at(struct error *err, struct place place, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    fill(err, place, fmt, args);
    va_end(args);
    return false;
}

bool error_errno(struct error *err, str file, const char *fmt, ...)
{
    const char *why = strerror(errno);
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    fill(err, (struct place){ .file = file }, fmt, args);
    va_end(args);
    err->sentence = str_fmt(&err->own, "%.*s: %s", STR(err->sentence), why);
    return false;
}

bool error_kind(struct error *err, const char *kind)
{
    if (err)
        err->kind = kind;
    return false;
}

bool error_hint(struct error *err, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    err->hint = format(&err->own, fmt, args);
    va_end(args);
    return false;
}

bool error_meant(struct error *err, str nearest)
{
    return nearest.len ? error_hint(err, "did you mean '%.*s'?", STR(nearest)) : false;
}

bool error_note(struct error *err, struct place place, const char *fmt, ...)
{
    va_list args;
    str ignored;

    if (!err)
        return false;

    struct error_note *note = arena_make(&err->own, struct error_note), **last = &err->notes;
    note->file = str_copy(&err->own, place.file);
    if (place.source.p)
        place_line(place, &note->line, &note->col, &ignored);
    va_start(args, fmt);
    note->text = format(&err->own, fmt, args);
    va_end(args);
    while (*last)
        last = &(*last)->next;
    *last = note;
    return false;
}

void error_free(struct error *err)
{
    if (!err)
        return;
    arena_free(&err->own);
    *err = (struct error){ 0 };
}

void error_move(struct error *to, struct error *from)
{
    error_free(to);
    *to = *from;
    *from = (struct error){ 0 };
}

/*
 * Files may hold anything, also what a terminal would obey: control characters are shown as their
 * pictures, which are in U+2400 and after.
 */
static void add_shown(struct buf *out, uint32_t c)
{
    if (c == '\t' || c == '\n' || (c >= ' ' && c < 0x7F) || c >= 0xA0)
        buf_add_utf8(out, c);
    else
        buf_add_utf8(out, c < ' ' ? 0x2400 + c : c == 0x7F ? 0x2421 : UTF8_REPLACEMENT);
}

/* No line but the first begins at the left: so nobody's text can pass for a message of its own. */
static void add_text(struct buf *out, str text)
{
    while (text.len) {
        uint32_t c = utf8_next(&text);

        add_shown(out, c);
        if (c == '\n')
            buf_lit(out, "  ");
    }
}

static void print_place(str file, unsigned line, unsigned col, struct buf *out)
{
    if (!file.len)
        return;
    add_text(out, file);
    if (line)
        buf_addf(out, ":%u:%u", line, col);
}

static void add_times(struct buf *out, char c, unsigned times)
{
    while (times--)
        buf_addc(out, c);
}

/*
 * The line at fault and a caret under the span. Tabs are kept above and below, so that the caret
 * stands right however wide a tab is, and a wide character counts for two; a very long line is cut
 * around the span.
 */
static void print_excerpt(const struct error *err, const char *caret_on, const char *off,
                          struct buf *out)
{
    size_t col = err->col - 1;
    size_t from = col > EXCERPT_MAX / 2 ? col - EXCERPT_MAX / 2 : 0;
    str line = str_from(err->excerpt, utf8_offset(err->excerpt, from));
    bool cut = utf8_count(line) > EXCERPT_MAX;
    size_t width = err->width ? err->width : 1;

    line = str_slice(line, 0, utf8_offset(line, EXCERPT_MAX));
    buf_addf(out, "  %s", from ? "..." : "");
    add_text(out, line);
    buf_addf(out, "%s\n  %s", cut ? "..." : "", from ? "   " : "");

    str rest = line;
    for (size_t i = from; i < col && rest.len; i++) {
        uint32_t c = utf8_next(&rest);

        if (c == '\t')
            buf_addc(out, '\t');
        else
            add_times(out, ' ', unicode_width(c));
    }
    unsigned marked = 0;
    for (size_t i = 0; i < width && rest.len; i++)
        marked += unicode_width(utf8_next(&rest));
    buf_addf(out, "%s^", caret_on);
    add_times(out, '~', marked ? marked - 1 : 0);
    buf_addf(out, "%s\n", off);
}

void error_print(const struct error *err, enum error_style style, struct buf *out)
{
    bool colour = style == ERROR_COLOUR;
    const char *bold = colour ? "\033[1m" : "", *red = colour ? "\033[1;31m" : "";
    const char *off = colour ? "\033[0m" : "";

    buf_add(out, str_of(bold));
    print_place(err->file, err->line, err->col, out);
    buf_addf(out, "%s%s%s", err->file.len ? ": " : "", off, red);
    if (err->kind)
        buf_addf(out, "%s: ", err->kind);
    add_text(out, err->sentence);
    buf_addf(out, "%s\n", off);
    if (style == ERROR_BRIEF)
        return;

    if (err->line && err->excerpt.len)
        print_excerpt(err, red, off, out);
    if (err->hint.len) {
        buf_lit(out, "  ");
        add_text(out, err->hint);
        buf_addc(out, '\n');
    }
    for (const struct error_note *note = err->notes; note; note = note->next) {
        buf_lit(out, "  ");
        add_text(out, note->text);
        buf_add(out, note->file.len && note->text.len ? S(" ") : S(""));
        print_place(note->file, note->line, note->col, out);
        buf_addc(out, '\n');
    }
}

void errors_add(struct errors *errors, struct error *err)
{
    if (errors->count == errors->cap) {
        size_t cap = errors->cap ? errors->cap * 2 : 8;
        struct error *list = realloc(errors->list, cap * sizeof *list);

        if (!list)
            out_of_memory(cap * sizeof *list);
        errors->list = list;
        errors->cap = cap;
    }
    errors->list[errors->count++] = *err;
    *err = (struct error){ 0 };
}

static int by_notes(const struct error_note *a, const struct error_note *b)
{
    int order = 0;

    for (; !order && a && b; a = a->next, b = b->next) {
        order = str_cmp(a->file, b->file);
        if (!order)
            order = str_cmp(a->text, b->text);
    }
    return order ? order : (a != NULL) - (b != NULL);
}

static int by_place(const void *left, const void *right)
{
    const struct error *a = left, *b = right;
    int order = str_cmp(a->file, b->file);

    if (!order)
        order = (a->line > b->line) - (a->line < b->line);
    if (!order)
        order = (a->col > b->col) - (a->col < b->col);
    if (!order)
        order = str_cmp(a->sentence, b->sentence);
    return order ? order : by_notes(a->notes, b->notes);
}

void errors_sort(struct errors *errors)
{
    if (errors->count)
        qsort(errors->list, errors->count, sizeof *errors->list, by_place);
}

void errors_free(struct errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        error_free(&errors->list[i]);
    free(errors->list);
    *errors = (struct errors){ 0 };
}
