/*
 * memory.c - the transport over memory
 *
 *   comes in:  what a test sends, and how much it takes
 *   goes out:  what a client would have got
 *
 * A wire that is full, a peer that vanishes, a clock that runs out and a reply from another thread
 * can all be brought about at a chosen byte, which no socket allows.
 */
#include "server/memory.h"

#include "server/conn.h"
#include "server/h2.h"
#include "vial/base/date.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEP = 5 /* milliseconds that pass at once */ };

struct memory_peer {
    struct conn conn; /* first */
    struct memory_peer *next;
    struct buf got;
    struct buf unread; /* sent while nobody wanted it */
    size_t window;     /* how much more it takes      */
    bool sent_all, ended, closed;
};

struct memory {
    struct hub hub; /* first */
    struct memory_peer *peers;
    pthread_mutex_t lock;
    pthread_cond_t letters;
    bool notified;
};

static struct memory_peer *peer_of(struct conn *c)
{
    return (struct memory_peer *)c;
}

/* --- the wire --------------------------------------------------------------------------------- */

static ptrdiff_t wire_send(struct conn *c, const struct iovec *parts, int count, bool more)
{
    struct memory_peer *peer = peer_of(c);
    ptrdiff_t sent = 0;

    (void)more;
    for (int i = 0; i < count; i++) {
        size_t n = parts[i].iov_len < peer->window ? parts[i].iov_len : peer->window;

        buf_add(&peer->got, str_n(parts[i].iov_base, n));
        peer->window -= n;
        sent += (ptrdiff_t)n;
    }
    return sent;
}

static ptrdiff_t wire_send_file(struct conn *c, int fd, uint64_t from, size_t length)
{
    struct memory_peer *peer = peer_of(c);
    size_t most = length < peer->window ? length : peer->window;

    if (most == 0)
        return WIRE_FULL;
    buf_reserve(&peer->got, most);
    ssize_t n = pread(fd, peer->got.p + peer->got.len, most, (off_t)from);
    if (n <= 0)
        return WIRE_GONE;
    peer->got.len += (size_t)n;
    peer->window -= (size_t)n;
    return n;
}

static void wire_stop_sending(struct conn *c)
{
    peer_of(c)->ended = true;
}

static void wire_resume(struct conn *c)
{
    (void)c; /* what is unread is looked at after each event: go_on() */
}

static void wire_closed(struct conn *c)
{
    peer_of(c)->closed = peer_of(c)->ended = true;
}

static const struct wire memory_wire = {
    .send = wire_send,
    .send_file = wire_send_file,
    .stop_sending = wire_stop_sending,
    .resume = wire_resume,
    .closed = wire_closed,
};

static void notify(struct hub *hub)
{
    struct memory *m = (struct memory *)hub;

    pthread_mutex_lock(&m->lock);
    m->notified = true;
    pthread_cond_signal(&m->letters);
    pthread_mutex_unlock(&m->lock);
}

/* --- what happens ----------------------------------------------------------------------------- */

static void go_on(struct memory_peer *peer)
{
    struct conn *c = &peer->conn;

    if (peer->unread.len && conn_wants(c)) {
        struct buf bytes = peer->unread;

        peer->unread = (struct buf){ 0 };
        conn_input(c, buf_str(&bytes));
        buf_free(&bytes);
    }
    if (peer->sent_all && !peer->unread.len && conn_wants(c))
        conn_end(c);
}

static void deliver(struct memory *m)
{
    for (;;) {
        pthread_mutex_lock(&m->lock);
        bool notified = m->notified;
        m->notified = false;
        pthread_mutex_unlock(&m->lock);
        if (!notified)
            break;
        hub_deliver(&m->hub);
    }
    for (struct memory_peer *peer = m->peers; peer; peer = peer->next)
        go_on(peer);
}

struct memory *memory_open(const struct answerer *answerer, const struct limits *limits)
{
    struct memory *m = calloc(1, sizeof *m);

    if (!m)
        abort();
    hub_open(&m->hub, answerer, limits, NULL, 1000);
    m->hub.notify = notify;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->letters, NULL);
    return m;
}

void memory_close(struct memory *m)
{
    while (m->peers)
        memory_forget(m->peers);
    while (m->hub.live) /* replies that are still owed: by other threads */
        memory_wait(m, 1000);
    hub_close(&m->hub);
    pthread_cond_destroy(&m->letters);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

struct memory_peer *memory_connect(struct memory *m)
{
    struct memory_peer *peer = calloc(1, sizeof *peer);

    if (!peer)
        abort();
    peer->window = SIZE_MAX;
    peer->next = m->peers;
    m->peers = peer;
    conn_open(&peer->conn, &m->hub, &memory_wire, S("memory"));
    return peer;
}

struct memory_peer *memory_connect_h2(struct memory *m)
{
    struct memory_peer *peer = memory_connect(m);

    if (!h2_begin(&peer->conn))
        conn_close(&peer->conn);
    return peer;
}

void memory_forget(struct memory_peer *peer)
{
    struct memory *m = (struct memory *)peer->conn.hub;
    struct memory_peer **at = &m->peers;

    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    conn_close(&peer->conn);
    buf_free(&peer->got);
    buf_free(&peer->unread);
    free(peer);
}

void memory_send(struct memory_peer *peer, str bytes)
{
    if (peer->closed || peer->sent_all)
        return;
    peer->conn.hub->moment = now_ns();
    if (peer->unread.len || !conn_wants(&peer->conn))
        buf_add(&peer->unread, bytes);
    else
        conn_input(&peer->conn, bytes);
    go_on(peer);
}

void memory_end(struct memory_peer *peer)
{
    peer->sent_all = true;
    conn_hangup(&peer->conn);
    go_on(peer);
}

void memory_vanish(struct memory_peer *peer)
{
    conn_close(&peer->conn);
}

void memory_take_up_to(struct memory_peer *peer, size_t bytes)
{
    peer->window = bytes;
    if (bytes)
        conn_writable(&peer->conn);
    go_on(peer);
}

str memory_got(const struct memory_peer *peer)
{
    return buf_str(&peer->got);
}

bool memory_is_ended(const struct memory_peer *peer)
{
    return peer->ended;
}

bool memory_is_closed(const struct memory_peer *peer)
{
    return peer->closed;
}

void memory_pass(struct memory *m, unsigned ms)
{
    for (unsigned passed = 0; passed < ms; passed += STEP) {
        hub_tick(&m->hub, m->hub.now + STEP);
        deliver(m);
    }
}

bool memory_wait(struct memory *m, unsigned ms)
{
    struct timespec until;
    int status = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&m->lock);
    while (ms && !m->notified && status != ETIMEDOUT)
        status = pthread_cond_timedwait(&m->letters, &m->lock, &until);
    bool notified = m->notified;
    pthread_mutex_unlock(&m->lock);
    deliver(m);
    return notified;
}

void memory_drain(struct memory *m)
{
    m->hub.draining = true;
    for (struct memory_peer *peer = m->peers; peer; peer = peer->next)
        conn_drain(&peer->conn);
}
