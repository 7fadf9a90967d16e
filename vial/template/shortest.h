/*
 * The shortest decimal that is read back as the same double.
 */
#pragma once
#include <stdint.h>

/* digits * 10 ^ exponent; the digits end in no zero, unless they are 0. */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* Of a finite `d` that is not negative. Among the shortest it is the one nearest to `d`. */
struct decimal shortest_decimal(double d);
