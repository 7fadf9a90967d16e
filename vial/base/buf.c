/*
 * buf.c - text that grows at its end
 *
 *   comes in:  pieces of text
 *   goes out:  one text
 *
 * Capacity doubles. In an arena the last piece grows in place, so a buffer that nothing is
 * allocated beside is never copied until its block is full. Escaping HTML looks at eight bytes at a
 * time, since most of them are to be left alone.
 */
#include "vial/base/buf.h"

#include "vial/base/eight.h"
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
    if (__builtin_add_overflow(b->len, more, &need) || need > SIZE_MAX / 4)
        out_of_memory(more);
    while (cap < need)
        cap *= 2;

    char *p = b->arena ? arena_grow(b->arena, b->p, b->len, cap) : realloc(b->p, cap);
    if (!p)
        out_of_memory(cap);
    b->p = p;
    b->cap = cap;
}

const char *buf_cstr(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->len] = '\0';
    return b->p;
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

/* ---- printing ---- */

static void add_unsigned(struct buf *b, uint64_t number)
{
    if (number > INT64_MAX) {
        buf_add_int(b, (int64_t)(number / 10));
        number %= 10;
    }
    buf_add_int(b, (int64_t)number);
}

/* %d and %u, with l, ll or z: `spec` begins behind the "%". NULL when it is none of these. */
static const char *add_number(struct buf *b, const char *spec, va_list *args)
{
    int longs = 0;

    if (spec[0] == 'z' && spec[1] == 'u') {
        add_unsigned(b, va_arg(*args, size_t));
        return spec + 2;
    }
    for (; *spec == 'l'; spec++)
        longs++;
    if (*spec == 'd')
        buf_add_int(b, longs == 0   ? va_arg(*args, int)
                       : longs == 1 ? va_arg(*args, long)
                                    : va_arg(*args, long long));
    else if (*spec == 'u')
        add_unsigned(b, longs == 0   ? va_arg(*args, unsigned)
                        : longs == 1 ? va_arg(*args, unsigned long)
                                     : va_arg(*args, unsigned long long));
    else
        return NULL;
    return spec + 1;
}

/* %s and %.*s, likewise. */
static const char *add_text(struct buf *b, const char *spec, va_list *args)
{
    bool cut = strncmp(spec, ".*", 2) == 0;
    const char *end = spec + (cut ? 2 : 0);

    if (*end != 's')
        return NULL;
    int most = cut ? va_arg(*args, int) : -1;
    const char *text = va_arg(*args, const char *);
    if (!text && most != 0)
        return NULL;
    buf_add(b, str_n(text, most == 0 ? 0 : most < 0 ? strlen(text) : strnlen(text, (size_t)most)));
    return end + 1;
}

/*
 * What is printed most is text and whole numbers as they are: that is put together here, in a tenth
 * of the C library's time. False when there is anything else in it.
 */
static bool print_plainly(struct buf *b, const char *fmt, va_list *args)
{
    const char *spec;

    while (*(spec = strchrnul(fmt, '%'))) {
        buf_add(b, str_n(fmt, (size_t)(spec - fmt)));
        fmt = add_text(b, spec + 1, args);
        if (!fmt)
            fmt = add_number(b, spec + 1, args);
        if (!fmt)
            return false;
    }
    buf_add(b, str_n(fmt, (size_t)(spec - fmt)));
    return true;
}

void buf_addv(struct buf *b, const char *fmt, va_list args)
{
    size_t before = b->len;
    va_list first, again;

    va_copy(first, args);
    bool done = print_plainly(b, fmt, &first);
    va_end(first);
    if (done)
        return;
    va_copy(again, args);
    b->len = before;
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

/* What stands for the bytes that HTML reads as its own; the numbers are markupsafe's. */
enum { PLAIN, AMP, LESS, GREATER, DOUBLE_QUOTE, QUOTE };
static const uint8_t entity_of[256] = {
    ['&'] = AMP, ['<'] = LESS, ['>'] = GREATER, ['"'] = DOUBLE_QUOTE, ['\''] = QUOTE,
};
static const char entities[][8] = { "", "&amp;", "&lt;", "&gt;", "&#34;", "&#39;" };
static const uint8_t entity_len[] = { 1, 5, 4, 4, 5, 5 };

/*
 * Marks the first of eight bytes that HTML reads as its own. Of the five that it does, & and '
 * differ in one bit, and so do < and >: three questions find all of them.
 */
static uint64_t marked_in(uint64_t eight)
{
    return zeros_in((eight | EIGHT(1)) ^ EIGHT('\'')) | zeros_in((eight | EIGHT(2)) ^ EIGHT('>')) |
           zeros_in(eight ^ EIGHT('"'));
}

/* What one round takes at most; it may write nothing but entities, and a store of eight more. */
enum { ESCAPED_AT_ONCE = 128 };

/*
 * One byte, which is or is not an entity: both are written and one is kept, since where the next
 * entity is can't be guessed and a wrong guess costs more than a store.
 */
static char *escape_byte(char *to, char c)
{
    size_t entity = entity_of[(unsigned char)c];

    memcpy(to, entities[entity], sizeof entities[entity]);
    *to = entity ? '&' : c;
    return to + entity_len[entity];
}

static char *escape(char *to, const char *from, const char *end)
{
    uint64_t eight;

    for (; end - from >= 8; from += 8) {
        memcpy(&eight, from, 8);
        if (!marked_in(eight)) {
            memcpy(to, &eight, 8);
            to += 8;
            continue;
        }
        for (int i = 0; i < 8; i++)
            to = escape_byte(to, from[i]);
    }
    if (end - from >= 4) {
        eight = 0;
        memcpy(&eight, from, 4);
        if (!marked_in(eight)) { /* the zeros behind them are no marks */
            memcpy(to, &eight, 4);
            to += 4;
            from += 4;
        }
    }
    while (from < end)
        to = escape_byte(to, *from++);
    return to;
}

size_t html_plain(str s)
{
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        uint64_t marked = marked_in(eight_at(s.p + i));

        if (marked)
            return i + first_marked(marked);
    }
    while (i < s.len && !entity_of[(unsigned char)s.p[i]])
        i++;
    return i;
}

void buf_add_html(struct buf *b, str s)
{
    while (s.len) {
        str some = str_slice(s, 0, ESCAPED_AT_ONCE);

        if (b->cap - b->len < some.len * 5 + 8)
            buf_reserve(b, some.len * 5 + 8);
        char *to = b->p + b->len;
        b->len += (size_t)(escape(to, some.p, some.p + some.len) - to);
        s = str_from(s, some.len);
    }
}

static size_t growth(str s)
{
    size_t more = 0;

    for (size_t i = 0; i < s.len; i++)
        more += entity_len[entity_of[(unsigned char)s.p[i]]];
    return more - s.len;
}

/* The text is moved so far to the right that what is written on the left never meets it. */
void buf_escape_from(struct buf *b, size_t from)
{
    size_t len = b->len - from, more = growth(str_from(buf_str(b), from));

    if (!more)
        return;
    buf_reserve(b, more + 8);
    char *to = b->p + from, *moved = to + more + 8;
    memmove(moved, to, len);
    escape(to, moved, moved + len);
    b->len += more;
}
