/*
 * buf.c - text that grows at its end
 *
 *   comes in:  pieces of text
 *   goes out:  one text
 *
 * Capacity doubles. In an arena the last piece grows in place, so a buffer that nothing is
 * allocated beside is never copied until its block is full.
 */
#include "vial/base/buf.h"

#include "vial/base/utf8.h"
#include <stdio.h>
#include <stdlib.h>

void buf_free(struct buf *b)
{
    if (!b->arena)
        free(b->p);
    *b = buf_in(b->arena);
}

void buf_reserve(struct buf *b, size_t more)
{
    size_t need, cap = b->cap ? b->cap : 64;

    if (b->cap - b->len >= more)
        return;
    if (__builtin_add_overflow(b->len, more, &need) || need > SIZE_MAX / 4) {
        fprintf(stderr, "vial: out of memory (a text of %zu bytes)\n", need);
        exit(71);
    }
    while (cap < need)
        cap *= 2;

    char *p = b->arena ? arena_grow(b->arena, b->p, b->cap, cap) : realloc(b->p, cap);
    if (!p) {
        fprintf(stderr, "vial: out of memory (a text of %zu bytes)\n", cap);
        exit(71);
    }
    b->p = p;
    b->cap = cap;
}

const char *buf_cstr(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->len] = '\0';
    return b->p;
}

void buf_addv(struct buf *b, const char *fmt, va_list args)
{
    va_list again;

    va_copy(again, args);
    buf_reserve(b, 64); /* most of what is printed is short: one call does */
    int len = vsnprintf(b->p + b->len, b->cap - b->len, fmt, args);
    if (len > 0 && (size_t)len >= b->cap - b->len) {
        buf_reserve(b, (size_t)len + 1);
        vsnprintf(b->p + b->len, (size_t)len + 1, fmt, again);
    }
    b->len += len > 0 ? (size_t)len : 0;
    va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    buf_addv(b, fmt, args);
    va_end(args);
}

void buf_add_utf8(struct buf *b, uint32_t codepoint)
{
    buf_reserve(b, UTF8_MAX);
    b->len += utf8_encode(b->p + b->len, codepoint);
}

void buf_add_int(struct buf *b, int64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t n = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do {
        *--at = (char)('0' + n % 10);
    } while (n /= 10);
    if (number < 0)
        *--at = '-';
    buf_add(b, str_n(at, (size_t)(digits + sizeof digits - at)));
}

/* What stands for each byte that HTML reads as its own; the numbers are markupsafe's. */
static const str entities[256] = {
    ['&'] = S("&amp;"), ['<'] = S("&lt;"),   ['>'] = S("&gt;"),
    ['"'] = S("&#34;"), ['\''] = S("&#39;"),
};

void buf_add_html(struct buf *b, str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        str entity = entities[(unsigned char)s.p[i]];

        if (!entity.len)
            continue;
        buf_add(b, str_slice(s, from, i));
        buf_add(b, entity);
        from = i + 1;
    }
    buf_add(b, str_from(s, from));
}
