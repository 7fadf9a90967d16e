/*
 * str.c - slices of text: compared, searched, cut
 *
 *   comes in:  slices
 *   goes out:  slices of the same bytes; copies only where an arena is passed
 *
 * Searching for a byte or for something long is left to glibc, which does it with vectors.
 */
#include "vial/base/str.h"

#include "vial/base/buf.h"
#include "vial/base/eight.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int str_cmp(str a, str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.p, b.p, common) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_ieq(str a, str b)
{
    return a.len == b.len && str_istarts(a, b);
}

bool str_istarts(str s, str with)
{
    if (s.len < with.len)
        return false;
    for (size_t i = 0; i < with.len; i++)
        if (to_lower(s.p[i]) != to_lower(with.p[i]))
            return false;
    return true;
}

static ptrdiff_t offset_of(str s, const void *found)
{
    return found ? (const char *)found - s.p : STR_NONE;
}

enum { SHORT = 16 };

/*
 * For something short: where its first and its last byte stand as far apart as they should, eight
 * places at a time. (A zero makes its neighbour look like one now and then: all are compared.)
 */
static ptrdiff_t find_short(str s, str what)
{
    size_t i = 0, last = what.len - 1, places = s.len - last;

    for (; i + 8 <= places; i += 8) {
        uint64_t both = zeros_in(eight_at(s.p + i) ^ EIGHT(what.p[0])) &
                        zeros_in(eight_at(s.p + i + last) ^ EIGHT(what.p[last]));

        for (; both; both &= both - 1) {
            size_t at = i + first_marked(both);

            if (memcmp(s.p + at, what.p, what.len) == 0)
                return (ptrdiff_t)at;
        }
    }
    for (; i < places; i++)
        if (s.p[i] == what.p[0] && memcmp(s.p + i, what.p, what.len) == 0)
            return (ptrdiff_t)i;
    return STR_NONE;
}

ptrdiff_t str_find(str s, str what)
{
    if (what.len == 0)
        return 0;
    if (what.len > s.len)
        return STR_NONE;
    if (what.len == 1)
        return str_find_char(s, what.p[0]);
    if (what.len <= SHORT)
        return find_short(s, what);
    return offset_of(s, memmem(s.p, s.len, what.p, what.len));
}

ptrdiff_t str_find_char(str s, char c)
{
    return s.len ? offset_of(s, memchr(s.p, c, s.len)) : STR_NONE;
}

ptrdiff_t str_rfind_char(str s, char c)
{
    return s.len ? offset_of(s, memrchr(s.p, c, s.len)) : STR_NONE;
}

bool str_has(str s, char c)
{
    return str_find_char(s, c) != STR_NONE;
}

str str_ltrim(str s)
{
    size_t from = 0;

    while (from < s.len && is_space(s.p[from]))
        from++;
    return str_from(s, from);
}

str str_rtrim(str s)
{
    while (s.len && is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

str str_trim(str s)
{
    return str_rtrim(str_ltrim(s));
}

str str_cut(str *rest, char c)
{
    ptrdiff_t at = str_find_char(*rest, c);
    str part = *rest;

    if (at == STR_NONE) {
        *rest = str_from(*rest, rest->len);
        return part;
    }
    *rest = str_from(*rest, (size_t)at + 1);
    return str_slice(part, 0, (size_t)at);
}

bool str_line(str *rest, str *line)
{
    if (rest->len == 0)
        return false;
    *line = str_cut(rest, '\n');
    if (line->len && line->p[line->len - 1] == '\r')
        line->len--;
    return true;
}

bool str_int(str s, int64_t *number)
{
    bool negative = s.len && s.p[0] == '-';
    int64_t n = 0;

    if (negative)
        s = str_from(s, 1);
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.p[i]))
            return false;
        /* built as a negative number, whose range is the larger by one */
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, s.p[i] - '0', &n))
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, n, &n))
        return false;
    *number = n;
    return true;
}

static size_t digits_at(str s, size_t at)
{
    size_t end = at;

    while (end < s.len && is_digit(s.p[end]))
        end++;
    return end - at;
}

static size_t sign_at(str s, size_t at)
{
    return at < s.len && (s.p[at] == '-' || s.p[at] == '+');
}

/* [sign] digits [. digits] [e [sign] digits], with a digit on one side of the point at least */
static bool looks_like_float(str s)
{
    size_t at = sign_at(s, 0), digits = digits_at(s, at);

    at += digits;
    if (at < s.len && s.p[at] == '.') {
        size_t fraction = digits_at(s, at + 1);

        digits += fraction;
        at += 1 + fraction;
    }
    if (digits && at < s.len && to_lower(s.p[at]) == 'e') {
        at += 1 + sign_at(s, at + 1);
        digits = digits_at(s, at);
        at += digits;
    }
    return digits && at == s.len;
}

bool str_float(str s, double *number)
{
    struct arena scratch = { 0 };
    char few[64];

    if (!looks_like_float(s))
        return false;
    if (s.len < sizeof few) { /* the common way needs no memory */
        memcpy(few, s.p, s.len);
        few[s.len] = '\0';
        *number = strtod(few, NULL);
        return true;
    }
    *number = strtod(str_copy(&scratch, s).p, NULL);
    arena_free(&scratch);
    return true;
}

str str_copy(struct arena *a, str s)
{
    char *copy = arena_alloc(a, s.len + 1);

    if (s.len)
        memcpy(copy, s.p, s.len);
    copy[s.len] = '\0';
    return str_n(copy, s.len);
}

const char *str_cstr(struct arena *a, str s)
{
    return str_copy(a, s).p;
}

str str_lower(struct arena *a, str s)
{
    size_t i = 0;

    while (i < s.len && !is_upper(s.p[i]))
        i++;
    if (i == s.len)
        return s;

    char *copy = arena_alloc(a, s.len);
    for (i = 0; i < s.len; i++)
        copy[i] = to_lower(s.p[i]);
    return str_n(copy, s.len);
}

str str_fmt(struct arena *a, const char *fmt, ...)
{
    char few[256]; /* what fits here takes no more of the arena than it is long */
    struct buf text = { few, 0, sizeof few, a };
    va_list args;

    assert(fmt);
    va_start(args, fmt);
    buf_addv(&text, fmt, args);
    va_end(args);
    return text.p == few ? str_copy(a, buf_str(&text)) : str_n(buf_cstr(&text), text.len);
}

str str_join(struct arena *a, const str *parts, size_t count, str between)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += parts[i].len + (i ? between.len : 0);

    char *text = arena_alloc(a, len + 1), *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i && between.len)
            at = mempcpy(at, between.p, between.len);
        if (parts[i].len)
            at = mempcpy(at, parts[i].p, parts[i].len);
    }
    *at = '\0';
    return str_n(text, len);
}

/* After a '*' the shortest text is tried first, and one more sign each time the rest does not fit.
 */
bool str_like(str s, str pattern)
{
    size_t p = 0, n = 0, star = SIZE_MAX, from = 0;

    while (n < s.len) {
        if (p < pattern.len && pattern.p[p] == '*') {
            star = p++;
            from = n;
        } else if (p < pattern.len && pattern.p[p] == s.p[n]) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.p[p] == '*')
        p++;
    return p == pattern.len;
}
