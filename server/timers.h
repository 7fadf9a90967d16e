/*
 * Timers: a wheel of deadlines, for thousands of connections of which nearly none ever runs out.
 *
 * Setting and cancelling cost the same however many there are; in return a timer may go off one
 * tick (TIMER_TICK milliseconds) late, never early. Times are milliseconds of one clock that only
 * goes forward. A wheel belongs to one thread.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TIMER_TICK = 16, TIMER_SLOTS = 512 };

struct timer_link {
    struct timer_link *next, *prev; /* NULL: in no ring */
};

/* All zero is a timer that is not set. It is part of what it times, and knows its place. */
struct timer {
    struct timer_link link; /* first, so that a link is its timer                   */
    int64_t due;            /* when it is to go off                                 */
    int64_t tick;           /* when it is looked at, which is never after it is due */
    void (*fire)(struct timer *t);
};

struct timers {
    struct timer_link slots[TIMER_SLOTS]; /* rings                                            */
    int64_t tick;                         /* the next one to look at                          */
    int64_t soonest;                      /* no timer is to be looked at before this one      */
    unsigned count;
};

void timers_init(struct timers *w, int64_t now);
void timer_set(struct timers *w, struct timer *t, int64_t due); /* anew, or for the first time */
void timer_cancel(struct timers *w, struct timer *t);           /* fine when it is not set     */

/* Fires what is due. A timer is not set any more when it fires. */
void timers_run(struct timers *w, int64_t now);

/* How long, in milliseconds, timers_run() has nothing to do; -1: for ever. */
int timers_wait(const struct timers *w, int64_t now);

#ifdef __cplusplus
}
#endif
