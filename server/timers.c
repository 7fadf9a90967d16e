/*
 * timers.c - a wheel of deadlines
 *
 *   comes in:  timers and when they are due; the time, as it goes on
 *   goes out:  calls of those that are due
 *
 * A slot for each tick, a ring of timers in each slot, and a timer that is further away than one
 * turn of the wheel waits in its slot for the right turn. Nearly every deadline is put off before
 * it comes, again and again, so putting off only writes down the later time: the timer stays in its
 * slot, and is moved when the wheel gets there and finds that it is not due yet.
 */
#include "server/timers.h"

#include <limits.h>
#include <stddef.h>

/* The first tick that begins when `due` is over. */
static int64_t tick_after(int64_t due)
{
    return due / TIMER_TICK + 1;
}

static void put(struct timers *w, struct timer *t)
{
    t->tick = tick_after(t->due);
    if (t->tick < w->tick)
        t->tick = w->tick;
    if (t->tick < w->soonest)
        w->soonest = t->tick;

    struct timer_link *slot = &w->slots[t->tick % TIMER_SLOTS];
    t->link = (struct timer_link){ .next = slot, .prev = slot->prev };
    slot->prev->next = &t->link;
    slot->prev = &t->link;
}

static void take_out(struct timer *t)
{
    t->link.prev->next = t->link.next;
    t->link.next->prev = t->link.prev;
    t->link = (struct timer_link){ 0 };
}

void timers_init(struct timers *w, int64_t now)
{
    for (int i = 0; i < TIMER_SLOTS; i++)
        w->slots[i].next = w->slots[i].prev = &w->slots[i];
    w->tick = now / TIMER_TICK;
    w->soonest = INT64_MAX;
    w->count = 0;
}

void timer_set(struct timers *w, struct timer *t, int64_t due)
{
    t->due = due;
    if (t->link.next && t->tick <= tick_after(due))
        return;
    if (t->link.next)
        take_out(t);
    else
        w->count++;
    put(w, t);
}

void timer_cancel(struct timers *w, struct timer *t)
{
    if (!t->link.next)
        return;
    take_out(t);
    w->count--;
}

/* The ring is taken out of its slot first: what is set meanwhile is not to be met again. */
static void run_slot(struct timers *w, struct timer_link *slot, int64_t tick, int64_t now)
{
    struct timer_link ring = *slot;

    if (slot->next == slot)
        return;
    ring.next->prev = ring.prev->next = &ring;
    slot->next = slot->prev = slot;
    while (ring.next != &ring) {
        struct timer *t = (struct timer *)ring.next;

        take_out(t);
        if (t->tick > tick || t->due >= now) {
            put(w, t);
            continue;
        }
        w->count--;
        t->fire(t);
    }
}

static int64_t soonest_of(const struct timers *w)
{
    if (w->count == 0)
        return INT64_MAX;
    for (int64_t tick = w->tick; tick < w->tick + TIMER_SLOTS; tick++) {
        const struct timer_link *slot = &w->slots[tick % TIMER_SLOTS];

        if (slot->next != slot)
            return tick;
    }
    return INT64_MAX;
}

void timers_run(struct timers *w, int64_t now)
{
    int64_t until = now / TIMER_TICK;

    if (until < w->soonest) {
        w->tick = until + 1 > w->tick ? until + 1 : w->tick;
        return;
    }
    if (w->tick < until - TIMER_SLOTS + 1) /* after a long sleep one turn sees them all */
        w->tick = until - TIMER_SLOTS + 1;
    while (w->tick <= until) {
        int64_t tick = w->tick++;

        run_slot(w, &w->slots[tick % TIMER_SLOTS], tick, now);
    }
    w->soonest = soonest_of(w);
}

int timers_wait(const struct timers *w, int64_t now)
{
    if (w->count == 0)
        return -1;
    int64_t ms = w->soonest * TIMER_TICK - now;
    return ms <= 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}
