/*
 * shortest.c - the fewest digits that tell a double from all others
 *
 *   comes in:  a double, which is c * 2^q
 *   goes out:  digits and a power of ten
 *
 * This is Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2020). Every
 * double stands in an interval whose numbers are all read as that double. For the right k there is
 * one or two multiples of 10^k in it, and at most one of 10^(k+1): so four candidates are enough,
 * found with three multiplications by a power of ten that is known to 128 bits. The products are
 * rounded "to odd": a mark for what was cut off keeps all later comparisons exact.
 */
#include "vial/template/shortest.h"
#include <string.h>

enum { FIRST_POWER = -292, BIAS = 1075, FRACTION_BITS = 52 };

struct bits128 {
    uint64_t high, low;
};

static const struct bits128 powers_of_ten[] = {
#include "powers_of_ten.inc"
};

/* floor(log2(10^k)), and the k of the interval; both are right for all exponents of doubles. */
static int log2_of_power(int k)
{
    return (k * 1741647) >> 19;
}
static int scale_of(int q, int closer_below)
{
    return (q * 1262611 - (closer_below ? 524031 : 0)) >> 22;
}

/* The upper 64 bits of power * c, its lowest bit set when anything below was. */
static uint64_t times_power(struct bits128 power, uint64_t c)
{
    unsigned __int128 low = (unsigned __int128)power.low * c;
    unsigned __int128 high = (unsigned __int128)power.high * c + (uint64_t)(low >> 64);

    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

static struct decimal trimmed(uint64_t digits, int exponent)
{
    while (digits && digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    return (struct decimal){ digits, digits ? exponent : 0 };
}

struct decimal shortest_decimal(double d)
{
    uint64_t bits, c;
    int q;

    memcpy(&bits, &d, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    int biased = (int)(bits >> FRACTION_BITS) & 0x7FF;

    if (biased) {
        c = fraction | (uint64_t)1 << FRACTION_BITS;
        q = biased - BIAS;
        if (q <= 0 && q > -(FRACTION_BITS + 1) && !(c & (((uint64_t)1 << -q) - 1)))
            return trimmed(c >> -q, 0); /* a whole number */
    } else {
        c = fraction;
        q = 1 - BIAS;
    }
    if (!c)
        return (struct decimal){ 0, 0 };

    /* The interval's ends and the number itself, in quarters. Below a power of two the doubles
     * stand twice as close; ends belong to the interval when c is even. */
    int closer_below = fraction == 0 && biased > 1;
    int k = scale_of(q, closer_below), h = q + log2_of_power(-k) + 1;
    struct bits128 power = powers_of_ten[-k - FIRST_POWER];
    uint64_t below = times_power(power, (4 * c - 2 + (uint64_t)closer_below) << h);
    uint64_t here = times_power(power, (4 * c) << h);
    uint64_t above = times_power(power, (4 * c + 2) << h);
    uint64_t lower = below + (c & 1), upper = above - (c & 1);
    uint64_t s = here / 4, tens = s / 10;

    if (s >= 10) {
        int down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;

        if (down != up)
            return trimmed(tens + (uint64_t)up, k + 1);
    }
    int down = lower <= 4 * s, up = 4 * s + 4 <= upper;

    if (down != up)
        return trimmed(s + (uint64_t)up, k);
    uint64_t middle = 4 * s + 2;

    return trimmed(s + (here > middle || (here == middle && (s & 1))), k);
}
