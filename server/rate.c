/*
 * rate.c - who asks too often
 *
 *   comes in:  an address and the time
 *   goes out:  whether it may, or how long it has to wait
 *
 * For each address one number is kept: the time at which all it asked so far would be paid for, at
 * `per_second`. A request moves it on by one interval; it is refused when that would lie more than
 * `burst` intervals ahead. Quiet addresses lie in the past and need not be remembered.
 *
 * An address belongs to one set of WAYS places, found by a hash that nobody outside can predict. In
 * a full set the place of whoever lies farthest in the past is taken.
 */
#include "server/rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

enum { WAYS = 8, SETS = 2048, LOCKS = 64 }; /* 16,384 addresses, 256 KiB */

struct place {
    uint64_t who; /* 0: nobody */
    int64_t paid; /* microseconds */
};

struct rate {
    int64_t interval, ahead; /* microseconds */
    uint64_t secret;
    pthread_mutex_t locks[LOCKS];
    struct place places[SETS][WAYS];
};

/* 0 when it is no address: a UNIX socket's peers are not told apart. */
static uint64_t who_is(str peer)
{
    char text[64];
    uint64_t who = 0;
    struct in_addr four;
    struct in6_addr six;

    if (peer.len >= sizeof text)
        return 0;
    memcpy(text, peer.p ? peer.p : "", peer.len);
    text[peer.len] = '\0';
    if (inet_pton(AF_INET, text, &four) == 1)
        return 1ull << 32 | four.s_addr;
    if (inet_pton(AF_INET6, text, &six) == 1) {
        memcpy(&who, &six, sizeof who);
        return who ? who : 1; /* "::1" is one as well */
    }
    return 0;
}

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
}

static struct place *place_of(struct place *set, uint64_t who)
{
    struct place *oldest = set;

    for (int i = 0; i < WAYS; i++) {
        if (set[i].who == who)
            return &set[i];
        if (set[i].paid < oldest->paid)
            oldest = &set[i];
    }
    *oldest = (struct place){ .who = who };
    return oldest;
}

unsigned rate_take(struct rate *rate, str peer, int64_t now)
{
    uint64_t who = rate ? who_is(peer) : 0;
    int64_t at = now * 1000, wait = 0;

    if (!who)
        return 0;
    size_t set = mixed(mixed(who ^ rate->secret)) % SETS;
    pthread_mutex_t *lock = &rate->locks[set % LOCKS];

    pthread_mutex_lock(lock);
    struct place *place = place_of(rate->places[set], who);
    int64_t paid = (place->paid > at ? place->paid : at) + rate->interval;
    if (paid - at > rate->ahead)
        wait = paid - at - rate->ahead;
    else
        place->paid = paid;
    pthread_mutex_unlock(lock);
    return (unsigned)((wait + 999999) / 1000000);
}

struct rate *rate_open(struct rate_rule rule)
{
    struct rate *rate = calloc(1, sizeof *rate);

    if (!rate)
        return NULL;
    rate->interval = 1000000 / rule.per_second;
    rate->ahead = rate->interval * (rule.burst ? rule.burst : 1);
    if (getrandom(&rate->secret, sizeof rate->secret, 0) < 0)
        rate->secret = (uintptr_t)rate;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&rate->locks[i], NULL);
    return rate;
}

void rate_close(struct rate *rate)
{
    for (int i = 0; rate && i < LOCKS; i++)
        pthread_mutex_destroy(&rate->locks[i]);
    free(rate);
}
