/*
 * Packing: numbers and texts one behind the other, for files that only vial reads.
 *
 * Numbers take a byte for each seven bits. What is unpacked is checked: past the end, or where the
 * bytes cannot be, everything is zero or empty and `bad` is set, so a reader asks once, at its end.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/hash.h"

#ifdef __cplusplus
extern "C" {
#endif

void pack_number(struct buf *out, uint64_t n);
void pack_signed(struct buf *out, int64_t n); /* small ones are short, of either sign */
void pack_fixed(struct buf *out, uint64_t n); /* always eight bytes                   */
void pack_text(struct buf *out, str s);       /* .p may be NULL, and is again         */
void pack_digest(struct buf *out, struct digest d);

/* What `s` does not share with the name packed before it: for many names in order. */
void pack_name(struct buf *out, str before, str s);

struct unpack {
    const unsigned char *at, *end;
    bool bad;
};

static inline struct unpack unpack_of(str s)
{
    struct unpack u = { (const unsigned char *)s.p, (const unsigned char *)s.p + s.len, false };
    return u;
}
static inline bool unpack_more(const struct unpack *u)
{
    return !u->bad && u->at < u->end;
}

uint64_t unpack_long(struct unpack *u); /* a number of more than one byte */
static inline uint64_t unpack_number(struct unpack *u)
{
    if (u->at < u->end && *u->at < 0x80)
        return *u->at++;
    return unpack_long(u);
}
int64_t unpack_signed(struct unpack *u);
uint64_t unpack_fixed(struct unpack *u);
str unpack_text(struct unpack *u); /* lies in what is unpacked */
struct digest unpack_digest(struct unpack *u);

/*
 * How many things follow, of at least `least` bytes each: no more than there are bytes for, so that
 * room can be made for them.
 */
size_t unpack_count(struct unpack *u, size_t least);

/* The counterpart of pack_name(); `before` is what it gave last. In `a`. */
str unpack_name(struct unpack *u, str before, struct arena *a);

#ifdef __cplusplus
}
#endif
