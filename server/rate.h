/*
 * A rate limit: how many requests a second one address may make, and how many at once.
 *
 * An IPv4 address counts for itself, an IPv6 one for its /64, which is what one customer has. The
 * table has a fixed size: an address that has been quiet longest makes room.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rate_rule {
    unsigned per_second; /* 0: no limit                  */
    unsigned burst;      /* at once, after a quiet time  */
};

struct rate;

struct rate *rate_open(struct rate_rule rule); /* NULL when there is no memory */
void rate_close(struct rate *rate);

/* One more by `peer`, at `now` in milliseconds: 0 when it may, else seconds to wait. Any thread. */
unsigned rate_take(struct rate *rate, str peer, int64_t now);

#ifdef __cplusplus
}
#endif
