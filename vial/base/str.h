/*
 * Slices: text as a pointer and a length, borrowed from a page, a request or a template.
 *
 * A slice is passed by value and costs nothing to cut; nothing here copies but str_copy() and
 * str_cstr(). Comparisons are of bytes, and case is ASCII's: base/unicode.h knows the rest.
 */
#pragma once
#include "vial/base/arena.h"
#include "vial/types.h"
#include <stdbool.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef vial_str str;

/* S("home"): a literal. printf("%.*s", STR(s)): one printed. */
#ifdef __cplusplus
#define S(literal) (vial_str{ "" literal, sizeof(literal) - 1 })
#else
#define S(literal) ((str){ "" literal, sizeof(literal) - 1 })
#endif
#define STR(s) (int)(s).len, (s).p

static inline str str_of(const char *cstr) /* NULL gives the empty slice */
{
    str s = { cstr, cstr ? strlen(cstr) : 0 };
    return s;
}
static inline str str_n(const char *p, size_t len)
{
    str s = { p, len };
    return s;
}
static inline bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}
static inline bool str_starts(str s, str with)
{
    return s.len >= with.len && (with.len == 0 || memcmp(s.p, with.p, with.len) == 0);
}
static inline bool str_ends(str s, str with)
{
    return s.len >= with.len &&
           (with.len == 0 || memcmp(s.p + s.len - with.len, with.p, with.len) == 0);
}
/* From `from` up to, not including, `to`; both are cut down to the slice's end. */
static inline str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return str_n(s.p ? s.p + from : s.p, to - from);
}
static inline str str_from(str s, size_t from)
{
    return str_slice(s, from, s.len);
}

enum { STR_NONE = -1 };

int str_cmp(str a, str b);         /* as strcmp, bytes; the shorter is less    */
bool str_like(str s, str pattern); /* where '*' in the pattern is any text */
bool str_ieq(str a, str b);        /* equal but for the case of ASCII letters   */
bool str_istarts(str s, str with);
ptrdiff_t str_find(str s, str what); /* offset of the first `what`, or STR_NONE   */
ptrdiff_t str_find_char(str s, char c);
ptrdiff_t str_rfind_char(str s, char c);
bool str_has(str s, char c);

str str_trim(str s); /* without ASCII white space at both ends    */
str str_ltrim(str s);
str str_rtrim(str s);

/*
 * What stands before the first `c` in `*rest`; `*rest` becomes what stands after it. Without one,
 * all of it, and `*rest` is empty: so a loop `while (rest.len)` sees each part.
 */
str str_cut(str *rest, char c);

/* The next line without its "\n" or "\r\n"; false when `*rest` is empty. */
bool str_line(str *rest, str *line);

/* A decimal integer, all of `s`, with an optional '-'; false when it is none or does not fit. */
bool str_int(str s, int64_t *number);

/*
 * A decimal number, all of `s`: "-1.5", "3.", ".5", "12", "1e-3", with an optional sign; no blanks,
 * no names. False when it is none. What is too large is infinite.
 */
bool str_float(str s, double *number);

str str_copy(struct arena *a, str s); /* always followed by a NUL                  */
const char *str_cstr(struct arena *a,
                     str s);           /* a copy that C functions take; a NUL within cuts it */
str str_lower(struct arena *a, str s); /* ASCII; `s` itself when nothing changes    */
str str_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str str_join(struct arena *a, const str *parts, size_t count, str between);

/* ASCII only, whatever the locale. */
static inline bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}
static inline bool is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}
static inline bool is_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}
static inline bool is_alpha(int c)
{
    return is_lower(c) || is_upper(c);
}
static inline bool is_alnum(int c)
{
    return is_alpha(c) || is_digit(c);
}
static inline bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char to_lower(char c)
{
    return is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}
static inline char to_upper(char c)
{
    return is_lower(c) ? (char)(c - ('a' - 'A')) : c;
}
/* The value of a hexadecimal digit, or -1. */
static inline int hex_digit(int c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

#ifdef __cplusplus
}
#endif
