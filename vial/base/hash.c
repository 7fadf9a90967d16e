/*
 * hash.c - of short keys, for tables, and of contents, to tell whether something changed
 *
 *   comes in:  bytes
 *   goes out:  64 bits, or a digest of 128
 */
#include "vial/base/hash.h"

#include <sys/random.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t seed;

__attribute__((constructor)) static void draw_seed(void)
{
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uint64_t)time(NULL) * UINT64_C(0x9E3779B97F4A7C15);
}

uint64_t hash_key(str s)
{
    return XXH3_64bits_withSeed(s.p ? s.p : "", s.len, seed);
}

uint64_t hash_bytes(str s)
{
    return XXH3_64bits(s.p ? s.p : "", s.len);
}

struct digest digest_of(str s)
{
    XXH128_hash_t hash = XXH3_128bits(s.p ? s.p : "", s.len);

    return (struct digest){ .high = hash.high64, .low = hash.low64 };
}

_Static_assert(sizeof(XXH3_state_t) <= sizeof(struct digester), "XXH3's state has grown");

void digester_begin(struct digester *d)
{
    XXH3_128bits_reset((XXH3_state_t *)d->state);
}

void digester_add(struct digester *d, str piece)
{
    XXH3_128bits_update((XXH3_state_t *)d->state, piece.p ? piece.p : "", piece.len);
}

struct digest digester_end(const struct digester *d)
{
    XXH128_hash_t hash = XXH3_128bits_digest((const XXH3_state_t *)d->state);

    return (struct digest){ .high = hash.high64, .low = hash.low64 };
}

str digest_text(struct arena *a, struct digest d)
{
    return str_fmt(a, "%016llx%016llx", (unsigned long long)d.high, (unsigned long long)d.low);
}

static bool parse_half(str text, uint64_t *half)
{
    *half = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.p[i]);

        if (digit < 0)
            return false;
        *half = *half << 4 | (uint64_t)digit;
    }
    return true;
}

bool digest_parse(str text, struct digest *d)
{
    return text.len == DIGEST_TEXT && parse_half(str_slice(text, 0, 16), &d->high) &&
           parse_half(str_from(text, 16), &d->low);
}
