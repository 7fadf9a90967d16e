/*
 * Buffers: text that grows at its end.
 *
 * A buffer lives in an arena, or on the heap when it has none; only the latter is to be freed.
 * All zero is an empty buffer on the heap. What buf_str() gives is valid until the buffer grows.
 */
#pragma once
#include "vial/base/str.h"
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

struct buf {
    char *p;
    size_t len, cap;
    struct arena *arena; /* NULL: the heap */
};

static inline struct buf buf_in(struct arena *a)
{
    struct buf b = { NULL, 0, 0, a };
    return b;
}
static inline str buf_str(const struct buf *b)
{
    return str_n(b->p ? b->p : "", b->len);
}

void buf_free(struct buf *b);                 /* the heap's memory back; the buffer is empty */
void buf_reserve(struct buf *b, size_t more); /* room for `more` bytes after the end         */
const char *buf_cstr(struct buf *b);          /* NUL-terminated, the length unchanged        */
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *b, const char *fmt, va_list args);
void buf_add_utf8(struct buf *b, uint32_t codepoint);
void buf_add_int(struct buf *b, int64_t number); /* in decimal                                  */
void buf_add_html(struct buf *b, str s);         /* with & < > " ' as markupsafe escapes them   */
size_t html_plain(str s); /* bytes at the front of `s` that stay as they are */
void buf_escape_from(struct buf *b, size_t from); /* escapes what stands there from `from` on */

static inline void buf_clear(struct buf *b)
{
    b->len = 0;
}
static inline void buf_add(struct buf *b, str s)
{
    if (b->cap - b->len < s.len)
        buf_reserve(b, s.len);
    if (s.len)
        memcpy(b->p + b->len, s.p, s.len);
    b->len += s.len;
}
/* The same for what mostly is short: copied here, in two pieces that may overlap. */
static inline void buf_add_short(struct buf *b, str s)
{
    if (b->cap - b->len < s.len)
        buf_reserve(b, s.len);

    char *to = b->p + b->len;
    b->len += s.len;
    if (s.len > 16) {
        memcpy(to, s.p, s.len);
    } else if (s.len >= 8) {
        memcpy(to, s.p, 8);
        memcpy(to + s.len - 8, s.p + s.len - 8, 8);
    } else if (s.len >= 4) {
        memcpy(to, s.p, 4);
        memcpy(to + s.len - 4, s.p + s.len - 4, 4);
    } else {
        for (size_t i = 0; i < s.len; i++)
            to[i] = s.p[i];
    }
}
static inline void buf_addc(struct buf *b, char c)
{
    if (b->cap == b->len)
        buf_reserve(b, 1);
    b->p[b->len++] = c;
}
/* buf_lit(b, "<p>"): a literal. */
#define buf_lit(b, literal) buf_add((b), S(literal))

#ifdef __cplusplus
}
#endif
