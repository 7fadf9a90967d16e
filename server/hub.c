/*
 * hub.c - what the connections of one thread share
 *
 *   comes in:  letters from other threads: a reply, a wake-up, room for more
 *   goes out:  the same, one by one, on the hub's own thread
 *
 * An exchange that is over keeps its arena's newest block and waits for the next request, so in the
 * steady state nothing is allocated. The letter box is a list under a lock; only the first letter
 * into an empty box has to wake the loop. A reply that is given while the answerer is being called
 * (the common way) takes neither lock nor letter.
 */
#include "server/hub.h"

#include "server/repeats.h"
#include "vial/base/date.h"
#include <stdlib.h>

/* Of the arenas that are kept: what one may have used, and all of them. */
enum { SPARE_ONE = 512 * 1024, SPARE_ALL = 2 * 1024 * 1024 };

static _Thread_local struct parcel *entered;

struct limits limits_or_default(const struct limits *given)
{
    struct limits l = *given;

    l.head = l.head ? l.head : 16 * 1024;
    l.target = l.target ? l.target : 8 * 1024;
    l.fields = l.fields ? l.fields : 100;
    l.body = l.body ? l.body : 1024 * 1024;
    if (!l.bodies) /* a body that is allowed has room: it lies on disk where it is large */
        l.bodies = l.body > 32 * 1024 * 1024 ? 2 * l.body : 64 * 1024 * 1024;
    l.connections = l.connections ? l.connections : 10000;
    l.head_ms = l.head_ms ? l.head_ms : 10000;
    l.idle_ms = l.idle_ms ? l.idle_ms : 60000;
    l.body_ms = l.body_ms ? l.body_ms : 10000;
    l.write_ms = l.write_ms ? l.write_ms : 20000;
    l.rate = l.rate ? l.rate : 1024;
    l.linger_ms = l.linger_ms ? l.linger_ms : 2000;
    l.drain_ms = l.drain_ms ? l.drain_ms : 10000;
    return l;
}

static void *room_for(size_t count, size_t size)
{
    void *room = calloc(count, size);

    if (!room)
        abort();
    return room;
}

static void parcel_free(struct parcel *p)
{
    arena_free(&p->arena);
    buf_free(&p->kept);
    free(p);
}

void hub_open(struct hub *hub, const struct answerer *answerer, const struct limits *limits,
              const struct header *always, int64_t now)
{
    *hub = (struct hub){ .answerer = answerer, .always = always, .now = now, .date_second = -1 };
    hub->limits = limits_or_default(limits);
    hub->fields = room_for(hub->limits.fields, sizeof *hub->fields);
    hub->room = room_for(1, HUB_ROOM);
    if (answerer->repeated)
        hub->repeats = repeats_new();
    pthread_mutex_init(&hub->lock, NULL);
    timers_init(&hub->timers, now);
    hub_tick(hub, now);
}

void hub_close(struct hub *hub)
{
    while (hub->spare) {
        struct parcel *p = hub->spare;

        hub->spare = p->next;
        parcel_free(p);
    }
    repeats_free(hub->repeats);
    pthread_mutex_destroy(&hub->lock);
    arena_free(&hub->date_arena);
    buf_free(&hub->head);
    buf_free(&hub->frames);
    free(hub->fields);
    free(hub->room);
}

void hub_tick(struct hub *hub, int64_t now)
{
    int64_t second = (int64_t)time(NULL);

    if (second != hub->date_second) {
        arena_reset(&hub->date_arena);
        hub->date = date_http(&hub->date_arena, second);
        hub->date_second = second;
    }
    hub->now = now;
    hub->moment = now_ns();
    timers_run(&hub->timers, now);
}

struct parcel *parcel_take(struct hub *hub, struct conn *conn)
{
    struct parcel *p = hub->spare;

    if (p) {
        hub->spare = p->next;
        hub->spare_bytes -= p->kept_bytes;
    } else {
        p = room_for(1, sizeof *p);
    }

    struct arena arena = p->arena;
    struct buf kept = p->kept;
    *p = (struct parcel){ .hub = hub, .conn = conn, .arena = arena, .kept = kept };
    p->exchange.arena = &p->arena;
    hub->live++;
    return p;
}

static void forget_letters(struct parcel *p)
{
    struct hub *hub = p->hub;
    struct parcel **at = &hub->first, *before = NULL;

    pthread_mutex_lock(&hub->lock);
    if (p->letters) {
        while (*at != p) {
            before = *at;
            at = &(*at)->next;
        }
        *at = p->next;
        if (hub->last == p)
            hub->last = before;
        p->letters = 0;
    }
    pthread_mutex_unlock(&hub->lock);
}

void parcel_gone(struct parcel *p)
{
    const struct answerer *answerer = p->hub->answerer;

    if (p->repeated)
        answerer->repeated(answerer->self, &p->exchange);
    else
        answerer->gone(answerer->self, &p->exchange);
    parcel_keep(p);
}

void parcel_keep(struct parcel *p)
{
    struct hub *hub = p->hub;

    if (p->lettered)
        forget_letters(p);
    hub->live--;
    hub->bodies -= p->got;
    size_t bytes = sizeof *p + p->arena.size + p->kept.cap;
    if (bytes > SPARE_ONE || hub->spare_bytes + bytes > SPARE_ALL) {
        parcel_free(p);
        return;
    }
    arena_reset(&p->arena);
    buf_clear(&p->kept);
    p->kept_bytes = bytes;
    p->next = hub->spare;
    hub->spare = p;
    hub->spare_bytes += bytes;
}

void parcel_enter(struct parcel *p)
{
    entered = p;
}

void parcel_leave(void)
{
    entered = NULL;
}

static void post(struct parcel *p, unsigned letter)
{
    struct hub *hub = p->hub;
    bool first = false;

    pthread_mutex_lock(&hub->lock);
    if (!p->letters) {
        first = !hub->first;
        p->next = NULL;
        if (first)
            hub->first = p;
        else
            hub->last->next = p;
        hub->last = p;
    }
    p->letters |= letter;
    pthread_mutex_unlock(&hub->lock);
    if (first)
        hub->notify(hub);
}

size_t hub_letters(struct hub *hub)
{
    size_t count = 0;

    pthread_mutex_lock(&hub->lock);
    for (const struct parcel *p = hub->first; p; p = p->next)
        count++;
    pthread_mutex_unlock(&hub->lock);
    return count;
}

struct parcel *hub_letter(struct hub *hub, unsigned *letters)
{
    pthread_mutex_lock(&hub->lock);
    struct parcel *p = hub->first;
    if (p) {
        hub->first = p->next;
        if (!hub->first)
            hub->last = NULL;
        *letters = p->letters;
        p->letters = 0;
    }
    pthread_mutex_unlock(&hub->lock);
    return p;
}

void exchange_reply(struct exchange *x, const struct reply *reply)
{
    struct parcel *p = (struct parcel *)x;

    p->reply = *reply;
    if (entered == p)
        p->replied = true;
    else
        post(p, LETTER_REPLY);
}

void exchange_wake(struct exchange *x)
{
    post((struct parcel *)x, LETTER_WAKE);
}

void exchange_more(struct exchange *x)
{
    post((struct parcel *)x, LETTER_MORE);
}
