/*
 * epoll.c - the transport over sockets
 *
 *   comes in:  connections, and the kernel's word that one may be read or written
 *   goes out:  bytes to and from each connection's machine (conn.c)
 *
 * Each worker thread runs one loop with its own listener, epoll set, hub and read buffer; the loops
 * share nothing but the count of connections. A socket is registered once, edge-triggered, for all
 * that can happen to it, so a request in the steady state costs three system calls: the wait, one
 * recv, one sendmsg. A recv that does not fill the buffer has emptied the socket and is not tried
 * again, unless the other side has closed: then one more finds the end.
 *
 * A connection that closes is only unlinked at once; it is freed when the loop comes round, because
 * the events and callers of this round may still hold it.
 */
#include "server/epoll.h"

#include "server/conn.h"
#include "server/listen.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 256,
    READ_ROOM = 32 * 1024,
    READ_ROUNDS = 8, /* then it is the others' turn */
    ACCEPT_ROUNDS = 64,
    LAST_ROUNDS = 4096,
    BACK_OFF = 100, /* milliseconds without accepting when there is no room for more */
};

struct peer {
    struct conn conn; /* first */
    struct loop *loop;
    struct peer *next, *prev; /* all of the loop's           */
    struct peer *next_ready;  /* those that have to be read  */
    int fd;
    bool readable, ended, ready;
};

struct loop {
    struct hub hub; /* first */
    struct epoll *transport;
    struct timer back_off;
    int epoll, listener, wake_up;
    pthread_t thread;
    struct peer *peers, *dead;
    struct peer *ready, **ready_end;
    int64_t give_up; /* draining: when all that is left is cut off */
    char *room;      /* READ_ROOM bytes */
    bool accepting;
};

struct epoll {
    uint16_t port;
    unsigned workers;
    struct loop *loops;
    atomic_uint connections;
    atomic_int stops;
};

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the wire --------------------------------------------------------------------------------- */

static struct peer *peer_of(struct conn *c)
{
    return (struct peer *)c;
}

static ptrdiff_t taken(ssize_t n)
{
    if (n >= 0)
        return n;
    return errno == EAGAIN || errno == EINTR ? WIRE_FULL : WIRE_GONE;
}

static ptrdiff_t wire_send(struct conn *c, const struct iovec *parts, int count, bool more)
{
    struct msghdr message = { .msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count };
    int fd = peer_of(c)->fd;

    return taken(sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0)));
}

static ptrdiff_t wire_send_file(struct conn *c, int fd, uint64_t from, size_t length)
{
    off_t at = (off_t)from;
    ssize_t n = sendfile(peer_of(c)->fd, fd, &at, length);

    return n == 0 ? WIRE_GONE : taken(n);
}

static void wire_stop_sending(struct conn *c)
{
    shutdown(peer_of(c)->fd, SHUT_WR);
}

static void wire_resume(struct conn *c)
{
    struct peer *peer = peer_of(c);
    struct loop *loop = peer->loop;

    if (peer->ready || !peer->readable)
        return;
    peer->ready = true;
    peer->next_ready = NULL;
    *loop->ready_end = peer;
    loop->ready_end = &peer->next_ready;
}

static void not_ready(struct peer *peer)
{
    struct loop *loop = peer->loop;
    struct peer **at = &loop->ready;

    if (!peer->ready)
        return;
    while (*at != peer)
        at = &(*at)->next_ready;
    *at = peer->next_ready;
    if (!*at)
        loop->ready_end = at;
    peer->ready = false;
}

static void wire_closed(struct conn *c)
{
    struct peer *peer = peer_of(c);
    struct loop *loop = peer->loop;

    close(peer->fd);
    peer->fd = -1;
    not_ready(peer);
    *(peer->prev ? &peer->prev->next : &loop->peers) = peer->next;
    if (peer->next)
        peer->next->prev = peer->prev;
    peer->next = loop->dead;
    loop->dead = peer;
    atomic_fetch_sub_explicit(&loop->transport->connections, 1, memory_order_relaxed);
}

static const struct wire socket_wire = {
    .send = wire_send,
    .send_file = wire_send_file,
    .stop_sending = wire_stop_sending,
    .resume = wire_resume,
    .closed = wire_closed,
};

/* --- reading ---------------------------------------------------------------------------------- */

static void read_some(struct peer *peer)
{
    struct conn *c = &peer->conn;

    for (int round = 0; peer->readable && conn_wants(c); round++) {
        if (round == READ_ROUNDS) {
            wire_resume(c);
            return;
        }
        ssize_t n = recv(peer->fd, peer->loop->room, READ_ROOM, MSG_DONTWAIT);
        if (n > 0) {
            peer->readable = n == READ_ROOM || peer->ended;
            conn_input(c, str_n(peer->loop->room, (size_t)n));
        } else if (n < 0 && errno == EAGAIN) {
            peer->readable = false;
        } else if (n == 0 || errno != EINTR) {
            conn_close(c);
        }
    }
}

static void read_ready(struct loop *loop)
{
    size_t count = 0;

    for (const struct peer *peer = loop->ready; peer; peer = peer->next_ready)
        count++;
    while (count-- > 0 && loop->ready) { /* who joins meanwhile waits for the next round */
        struct peer *peer = loop->ready;

        not_ready(peer);
        read_some(peer);
    }
}

static void bury(struct loop *loop)
{
    while (loop->dead) {
        struct peer *peer = loop->dead;

        loop->dead = peer->next;
        free(peer);
    }
}

static void happened(struct peer *peer, uint32_t events)
{
    struct conn *c = &peer->conn;

    if (c->phase == PHASE_CLOSED) /* by an event before this one */
        return;
    if (events & (EPOLLERR | EPOLLHUP)) {
        conn_close(c);
        return;
    }
    if (events & EPOLLRDHUP) {
        peer->ended = true;
        conn_hangup(c);
    }
    if (events & (EPOLLIN | EPOLLRDHUP)) {
        peer->readable = true;
        read_some(peer);
    }
    if (events & EPOLLOUT)
        conn_writable(c);
}

/* --- accepting -------------------------------------------------------------------------------- */

static void watch_listener(struct loop *loop, bool on)
{
    struct epoll_event event = { .events = on ? EPOLLIN : 0, .data.ptr = &loop->listener };

    loop->accepting = on;
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, loop->listener, &event);
}

static void accept_again(struct timer *timer)
{
    struct loop *loop = (struct loop *)((char *)timer - offsetof(struct loop, back_off));

    if (loop->listener >= 0)
        watch_listener(loop, true);
}

/* There is no room. Those who wait are in the listener's queue meanwhile, and not turned away. */
static void back_off(struct loop *loop)
{
    if (!loop->accepting)
        return;
    watch_listener(loop, false);
    timer_set(&loop->hub.timers, &loop->back_off, loop->hub.now + BACK_OFF);
}

static bool make_room(struct loop *loop)
{
    struct conn *idlest = hub_idlest(&loop->hub);

    if (idlest)
        conn_close(idlest);
    return idlest != NULL;
}

static void welcome(struct loop *loop, int fd, const struct sockaddr_storage *from)
{
    struct peer *peer = calloc(1, sizeof *peer);
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
    char text[PEER_TEXT];

    event.data.ptr = peer;
    if (!peer || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        free(peer);
        close(fd);
        return;
    }
    peer->fd = fd;
    peer->loop = loop;
    peer->next = loop->peers;
    if (peer->next)
        peer->next->prev = peer;
    loop->peers = peer;
    atomic_fetch_add_explicit(&loop->transport->connections, 1, memory_order_relaxed);
    conn_open(&peer->conn, &loop->hub, &socket_wire,
              str_n(text, peer_text(from, text, sizeof text)));
}

static bool is_full(const struct loop *loop)
{
    return atomic_load_explicit(&loop->transport->connections, memory_order_relaxed) >=
           loop->hub.limits.connections;
}

/* False when nobody is waiting, or nobody can be let in. */
static bool accept_one(struct loop *loop)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof from;

    if (is_full(loop) && !hub_idlest(&loop->hub)) {
        back_off(loop);
        return false;
    }
    int fd = accept4(loop->listener, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        if (is_full(loop))
            make_room(loop);
        welcome(loop, fd, &from);
        return true;
    }
    switch (errno) {
    case EAGAIN:
        return false;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        if (make_room(loop))
            return true;
        back_off(loop);
        return false;
    default: /* that one came to nothing; the next may be fine */
        return true;
    }
}

static void accept_some(struct loop *loop, int most)
{
    while (most-- > 0 && accept_one(loop))
        ;
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
    accept_some(loop, LAST_ROUNDS);
    timer_cancel(&hub->timers, &loop->back_off);
    close(loop->listener);
    loop->listener = -1;
    for (struct peer *peer = loop->peers, *next; peer; peer = next) {
        next = peer->next;
        peer->readable = true;
        read_some(peer);
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
    bury(loop);
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

static void *run_loop(void *self)
{
    struct loop *loop = self;
    struct epoll_event events[EVENTS];

    while (!drained(loop)) {
        int count = epoll_wait(loop->epoll, events, EVENTS, wait_ms(loop));

        hub_tick(&loop->hub, clock_ms());
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &loop->listener)
                accept_some(loop, ACCEPT_ROUNDS);
            else if (events[i].data.ptr == &loop->wake_up)
                quiet_wake_up(loop);
            else
                happened(events[i].data.ptr, events[i].events);
        }
        hub_deliver(&loop->hub);
        read_ready(loop);
        bury(loop);
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
    loop->accepting = true;
    event.data.ptr = &loop->wake_up;
    if (!loop->room || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake_up, &event) < 0)
        return false;
    event.data.ptr = &loop->listener;
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->listener, &event) == 0;
}

static void close_loop(struct loop *loop)
{
    bury(loop);
    hub_close(&loop->hub);
    if (loop->listener >= 0)
        close(loop->listener);
    if (loop->epoll >= 0)
        close(loop->epoll);
    if (loop->wake_up >= 0)
        close(loop->wake_up);
    free(loop->room);
}

struct epoll *epoll_open(const struct epoll_options *options, const struct answerer *answerer,
                         struct error *err)
{
    unsigned workers = options->workers;
    struct epoll *t = calloc(1, sizeof *t);
    struct loop *loops = calloc(workers, sizeof *loops);
    int *listeners = calloc(workers, sizeof *listeners);
    bool ok = t && loops && listeners;

    if (!ok) {
        error_set(err, "out of memory");
    } else {
        t->loops = loops;
        t->port = options->port;
        ok = listen_on(options->address, &t->port, listeners, workers, err);
    }
    for (unsigned i = 0; ok && i < workers; i++, t->workers++) {
        loops[i].listener = listeners[i];
        if (!open_loop(&loops[i], t, options, answerer))
            ok = error_errno(err, S(""), "cannot make an event loop");
    }
    free(listeners);
    if (ok)
        return t;
    if (t)
        epoll_close(t);
    else
        free(loops);
    return NULL;
}

uint16_t epoll_port(const struct epoll *t)
{
    return t->port;
}

/* The loops run on threads of their own: no signal finds them, and SIGPIPE does not end us. */
void epoll_run(struct epoll *t)
{
    sigset_t all, before;
    unsigned started = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (started < t->workers &&
           pthread_create(&t->loops[started].thread, NULL, run_loop, &t->loops[started]) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
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
    free(t->loops);
    free(t);
}
