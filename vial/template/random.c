/*
 * random.c - numbers nobody knows before
 *
 *   comes in:  a limit
 *   goes out:  a number below it
 *
 * xorshift64*, begun by the system's randomness in each thread. It is for templates that vary what
 * they show; secrets are made elsewhere.
 */
#include "vial/template/random.h"
#include <sys/random.h>

uint64_t random_below(uint64_t limit)
{
    static _Thread_local uint64_t state;

    while (!state)
        if (getrandom(&state, sizeof state, 0) < 0)
            state = (uintptr_t)&state;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint64_t)(((unsigned __int128)(state * 0x2545F4914F6CDD1Du) * limit) >> 64);
}
