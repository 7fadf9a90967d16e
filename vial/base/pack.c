/*
 * pack.c - numbers and texts one behind the other
 *
 *   comes in:  numbers, texts
 *   goes out:  bytes, and the same again from them
 */
#include "vial/base/pack.h"

void pack_number(struct buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_addc(out, (char)(n | 0x80));
    buf_addc(out, (char)n);
}

/* 0, -1, 1, -2, 2: the sign is the lowest bit. */
void pack_signed(struct buf *out, int64_t n)
{
    pack_number(out, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

void pack_fixed(struct buf *out, uint64_t n)
{
    for (int i = 0; i < 8; i++, n >>= 8)
        buf_addc(out, (char)n);
}

/* The length is one more than it is, so that nothing is told from an empty text. */
void pack_text(struct buf *out, str s)
{
    pack_number(out, s.p ? s.len + 1 : 0);
    if (s.p)
        buf_add(out, s);
}

void pack_digest(struct buf *out, struct digest d)
{
    pack_fixed(out, d.high);
    pack_fixed(out, d.low);
}

void pack_name(struct buf *out, str before, str s)
{
    size_t same = 0, most = before.len < s.len ? before.len : s.len;

    while (same < most && before.p[same] == s.p[same])
        same++;
    pack_number(out, same);
    pack_text(out, str_n(s.p + same, s.len - same));
}

/* ---- and back ---- */

static uint64_t spoil(struct unpack *u)
{
    u->bad = true;
    u->at = u->end;
    return 0;
}

uint64_t unpack_long(struct unpack *u)
{
    uint64_t n = 0;

    for (int shift = 0; shift < 64 && u->at < u->end; shift += 7) {
        unsigned char c = *u->at++;

        n |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return n;
    }
    return spoil(u);
}

int64_t unpack_signed(struct unpack *u)
{
    uint64_t n = unpack_number(u);

    return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

uint64_t unpack_fixed(struct unpack *u)
{
    uint64_t n = 0;

    if (u->end - u->at < 8)
        return spoil(u);
    for (int i = 0; i < 8; i++)
        n |= (uint64_t)u->at[i] << (8 * i);
    u->at += 8;
    return n;
}

str unpack_text(struct unpack *u)
{
    uint64_t len = unpack_number(u);
    str s = { 0 };

    if (!len)
        return s;
    if (len - 1 > (uint64_t)(u->end - u->at)) {
        spoil(u);
        return s;
    }
    s = str_n((const char *)u->at, (size_t)len - 1);
    u->at += s.len;
    return s;
}

struct digest unpack_digest(struct unpack *u)
{
    struct digest d;

    d.high = unpack_fixed(u);
    d.low = unpack_fixed(u);
    return d;
}

size_t unpack_count(struct unpack *u, size_t least)
{
    uint64_t count = unpack_number(u);

    if (count > (uint64_t)(u->end - u->at) / least)
        return (size_t)spoil(u);
    return (size_t)count;
}

str unpack_name(struct unpack *u, str before, struct arena *a)
{
    uint64_t same = unpack_number(u);
    str rest = unpack_text(u);

    if (same > before.len || !rest.p) {
        spoil(u);
        return S("");
    }
    if (!same)
        return rest;
    char *name = arena_alloc(a, (size_t)same + rest.len);
    memcpy(name, before.p, (size_t)same);
    memcpy(name + same, rest.p, rest.len);
    return str_n(name, (size_t)same + rest.len);
}
