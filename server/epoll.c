/*
 * epoll.c - the transport over sockets
 *
 *   comes in:  connections, and the kernel's word that one may be read or written
 *   goes out:  bytes to and from each connection's machine (conn.c)
 *
 * Each worker thread runs one loop with its own listener, epoll set, hub and read buffer; the loops
 * share nothing but the count of connections. A socket is registered once, edge-triggered, for all
 * that can happen to it, so a request in the steady state costs three system calls: the wait, one
 * recv, one sendmsg. How connections come is accept.c, how bytes come and go peer.c.
 */
#include "server/loop.h"

#include "vial/base/log.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS = 256, ACCEPT_ROUNDS = 64, LAST_ROUNDS = 4096 };

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void notify(struct hub *hub)
{
    struct loop *loop = (struct loop *)hub;
    uint64_t one = 1;
    ssize_t n = write(loop->wake_up, &one, sizeof one);

    (void)n; /* full means that it is awake already */
}

static void quiet_wake_up(struct loop *loop)
{
    uint64_t count;
    ssize_t n = read(loop->wake_up, &count, sizeof count);

    (void)n;
}

/* Whoever waits in the queue is still let in; whoever has just asked is still read. */
static void begin_drain(struct loop *loop)
{
    struct hub *hub = &loop->hub;

    hub->draining = true;
    loop->give_up = hub->now + hub->limits.drain_ms;
    for (size_t i = 0; i < loop->door_count; i++)
        accept_some(loop, &loop->doors[i], LAST_ROUNDS);
    timer_cancel(&hub->timers, &loop->back_off);
    doors_close(loop);
    for (struct peer *peer = loop->peers, *next; peer; peer = next) {
        next = peer->next;
        peer->readable = true;
        peer_read(peer);
        conn_drain(&peer->conn);
    }
}

static void cut_off(struct loop *loop)
{
    while (loop->peers)
        conn_close(&loop->peers->conn);
}

/* What to do after each round when somebody called epoll_stop(); true when all is done. */
static bool drained(struct loop *loop)
{
    int stops = atomic_load(&loop->transport->stops);

    if (stops == 0)
        return false;
    if (!loop->hub.draining)
        begin_drain(loop);
    if (stops > 1 || loop->hub.now >= loop->give_up)
        cut_off(loop);
    peers_bury(loop);
    return !loop->peers && loop->hub.live == 0;
}

static int wait_ms(const struct loop *loop)
{
    int ms = timers_wait(&loop->hub.timers, loop->hub.now);

    if (loop->ready)
        return 0;
    if (!loop->hub.draining)
        return ms;
    int64_t left = loop->give_up - loop->hub.now; /* after that only answerers can be awaited */
    return left <= 0 || (ms >= 0 && ms < left) ? ms : (int)left + 1;
}

static bool is_door(const struct loop *loop, const void *p)
{
    return (uintptr_t)p >= (uintptr_t)loop->doors &&
           (uintptr_t)p < (uintptr_t)(loop->doors + LISTEN_MOST);
}

static void *run_loop(void *self)
{
    struct loop *loop = self;
    struct epoll_event events[EVENTS];

    while (!drained(loop)) {
        int count = epoll_wait(loop->epoll, events, EVENTS, wait_ms(loop));

        hub_tick(&loop->hub, clock_ms());
        for (int i = 0; i < count; i++) {
            void *to = events[i].data.ptr;

            if (is_door(loop, to))
                accept_some(loop, to, ACCEPT_ROUNDS);
            else if (to == &loop->wake_up)
                quiet_wake_up(loop);
            else
                peer_happened(to, events[i].events);
        }
        hub_deliver(&loop->hub);
        peers_read(loop);
        peers_bury(loop);
    }
    return NULL;
}

/* --- the door --------------------------------------------------------------------------------- */

static bool open_loop(struct loop *loop, struct epoll *t, const struct epoll_options *options,
                      const struct answerer *answerer)
{
    struct epoll_event event = { .events = EPOLLIN };

    hub_open(&loop->hub, answerer, &options->limits, options->always, clock_ms());
    loop->hub.notify = notify;
    loop->transport = t;
    loop->back_off.fire = accept_again;
    loop->ready_end = &loop->ready;
    loop->room = malloc(READ_ROOM);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_up = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    event.data.ptr = &loop->wake_up;
    return loop->room && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake_up, &event) == 0 &&
           doors_open(loop);
}

static void close_loop(struct loop *loop)
{
    peers_bury(loop);
    hub_close(&loop->hub);
    doors_close(loop);
    if (loop->epoll >= 0)
        close(loop->epoll);
    if (loop->wake_up >= 0)
        close(loop->wake_up);
    free(loop->room);
}

/* Each loop gets a descriptor of each place. */
static bool open_places(struct epoll *t, const struct listen_list *places, struct error *err)
{
    int *sockets = calloc(t->workers, sizeof *sockets);
    bool ok = sockets != NULL;

    for (size_t i = 0; ok && i < places->count; i++) {
        struct listen_at *at = &t->places.at[i];

        *at = places->at[i];
        ok = listen_on(at, sockets, t->workers, err);
        for (unsigned w = 0; ok && w < t->workers; w++)
            t->loops[w].doors[t->loops[w].door_count++] = (struct door){ sockets[w], at };
        t->places.count += ok;
    }
    free(sockets);
    return ok;
}

struct epoll *epoll_open(const struct epoll_options *options, const struct answerer *answerer,
                         struct error *err)
{
    struct epoll *t = calloc(1, sizeof *t);
    struct loop *loops = calloc(options->workers, sizeof *loops);
    bool ok = t && loops;

    if (!ok) {
        error_set(err, "out of memory");
        free(t);
        free(loops);
        return NULL;
    }
    t->loops = loops;
    t->workers = options->workers;
    t->metrics = options->metrics;
    t->keys = options->keys;
    for (unsigned i = 0; i < t->workers; i++)
        loops[i].epoll = loops[i].wake_up = -1;
    ok = open_places(t, options->places, err);
    for (unsigned i = 0; ok && i < t->workers; i++)
        if (!open_loop(&loops[i], t, options, answerer))
            ok = error_errno(err, S(""), "cannot make an event loop");
    if (ok)
        return t;
    epoll_close(t);
    return NULL;
}

const struct listen_list *epoll_places(const struct epoll *t)
{
    return &t->places;
}

/*
 * There are fewer threads than were wanted: a limit of the container, of systemd or of the user.
 * Nobody is to wait at a door that no loop looks after, so the first loop runs here if it must.
 */
static void go_on_with(struct epoll *t, unsigned started, int why)
{
    unsigned served = started ? started : 1;

    for (unsigned i = served; i < t->workers; i++)
        doors_close(&t->loops[i]);
    log_warning("only %u of %u workers could be started: %s", started, t->workers, strerror(why));
    if (!started)
        run_loop(&t->loops[0]);
}

/* The loops run on threads of their own: no signal finds them, and SIGPIPE does not end us. */
void epoll_run(struct epoll *t)
{
    sigset_t all, before;
    unsigned started = 0;
    int why = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (started < t->workers &&
           !(why = pthread_create(&t->loops[started].thread, NULL, run_loop, &t->loops[started])))
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started < t->workers)
        go_on_with(t, started, why);
    for (unsigned i = 0; i < started; i++)
        pthread_join(t->loops[i].thread, NULL);
}

void epoll_stop(struct epoll *t)
{
    atomic_fetch_add(&t->stops, 1);
    for (unsigned i = 0; i < t->workers; i++)
        notify(&t->loops[i].hub);
}

void epoll_close(struct epoll *t)
{
    for (unsigned i = 0; i < t->workers; i++)
        close_loop(&t->loops[i]);
    for (size_t i = 0; i < t->places.count; i++)
        listen_end(&t->places.at[i]);
    free(t->loops);
    free(t);
}
