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

static size_t digits_of(uint64_t n)
{
    size_t digits = 1;

    for (; n >= 10000; n /= 10000)
        digits += 4;
    return digits + (n >= 10) + (n >= 100) + (n >= 1000);
}

/* Two digits at a time. */
void buf_add_int(struct buf *b, int64_t number)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    uint64_t n = number < 0 ? -(uint64_t)number : (uint64_t)number;
    size_t digits = digits_of(n);

    if (b->cap - b->len < digits + 1)
        buf_reserve(b, digits + 1);
    if (number < 0)
        b->p[b->len++] = '-';

    char *at = b->p + b->len + digits;
    b->len += digits;
    for (; n >= 100; n /= 100)
        memcpy(at -= 2, pairs + n % 100 * 2, 2);
    if (n >= 10)
        memcpy(at - 2, pairs + n * 2, 2);
    else
        at[-1] = (char)('0' + n);
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
