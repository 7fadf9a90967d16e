/*
 * Chance, for the filter `random` and for lipsum().
 */
#pragma once
#include <stdint.h>

/* Below `limit`, which is not 0; from the system's source of randomness, one state per thread. */
uint64_t random_below(uint64_t limit);
