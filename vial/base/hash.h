/*
 * Hashes: of short keys, for tables, and of contents, to tell whether something changed.
 *
 * Both are XXH3 (libxxhash). A table's hash is seeded with a number drawn once per process, so that
 * strangers cannot choose keys that collide; it is never written down. A digest is 128 bits, the
 * same on every machine and run, and says "these bytes" for the manifest and for ETags; it is no
 * signature, since XXH3 is not meant to withstand somebody who looks for collisions.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct digest {
    uint64_t high, low;
};

uint64_t hash_key(str s);   /* for tables; differs from run to run */
uint64_t hash_bytes(str s); /* the same in every run               */
struct digest digest_of(str s);

/* Of bytes that come in pieces: begin, add each, end. */
struct digester {
    alignas(64) unsigned char state[640];
};
void digester_begin(struct digester *d);
void digester_add(struct digester *d, str piece);
struct digest digester_end(const struct digester *d);

static inline bool digest_eq(struct digest a, struct digest b)
{
    return a.high == b.high && a.low == b.low;
}

enum { DIGEST_TEXT = 32 };
str digest_text(struct arena *a, struct digest d); /* 32 hexadecimal digits */
bool digest_parse(str text, struct digest *d);

#ifdef __cplusplus
}
#endif
