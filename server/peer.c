/*
 * peer.c - the other side of a socket
 *
 *   comes in:  the kernel's word that it may be read or written
 *   goes out:  its bytes to the connection's machine (conn.c), and the machine's bytes to it
 *
 * A recv that does not fill the buffer has emptied the socket and is not tried again, unless the
 * other side has closed: then one more finds the end. Before its machine hears anything, a peer may
 * have to tell whom it speaks for (the PROXY protocol), and greet (TLS, peer_tls.c); until it has,
 * it counts as idle, and has as long as for a head.
 *
 * A connection that closes is only unlinked at once; it is freed when the loop comes round, because
 * the events and callers of this round may still hold it.
 */
#include "server/loop.h"

#include "server/h2.h"
#include "server/metrics.h"
#include "server/proxy_line.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_ROUNDS = 8 }; /* then it is the others' turn */
enum { NOTHING = TLS_NOTHING, BROKEN = TLS_BROKEN };

/* --- the wire --------------------------------------------------------------------------------- */

static ptrdiff_t taken(ssize_t n)
{
    if (n >= 0)
        return n;
    return errno == EAGAIN || errno == EINTR ? WIRE_FULL : WIRE_GONE;
}

static ptrdiff_t wire_send(struct conn *c, const struct iovec *parts, int count, bool more)
{
    struct msghdr message = { .msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count };
    int fd = peer_of(c)->fd, flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0);

    if (count == 1) /* the kernel has less to look at */
        return taken(send(fd, parts->iov_base, parts->iov_len, flags));
    return taken(sendmsg(fd, &message, flags));
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

void wire_resume(struct conn *c)
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

void wire_closed(struct conn *c)
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
    metrics_add(loop->transport->metrics, METRIC_CLOSED, 1);
}

static const struct wire socket_wire = {
    .send = wire_send,
    .send_file = wire_send_file,
    .stop_sending = wire_stop_sending,
    .resume = wire_resume,
    .closed = wire_closed,
};

/* --- reading ---------------------------------------------------------------------------------- */

static enum peer_stage stage_after_telling(const struct listen_at *at)
{
    return at->tls ? PEER_GREETS : at->h2c ? PEER_CHOOSES : PEER_TALKS;
}

void peer_begin_h2(struct peer *peer)
{
    metrics_add(peer->loop->transport->metrics, METRIC_HTTP2, 1);
    if (!h2_begin(&peer->conn))
        conn_close(&peer->conn);
}

/*
 * HTTP/2 begins with what no other request begins with (RFC 9113 §3.4); the bytes stay in the
 * socket until it is known whether that is what they are.
 */
static void hear_version(struct peer *peer)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    struct conn *c = &peer->conn;
    char bytes[sizeof preface - 1];
    ssize_t n = recv(peer->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    bool same = n > 0 && memcmp(bytes, preface, (size_t)n) == 0, all = n == sizeof bytes;
    if (n <= 0 || (same && !all && peer->ended)) {
        conn_close(c);
    } else if (!same || all) {
        peer->stage = PEER_TALKS;
        conn_known(c, S(""), c->secure);
        if (same)
            peer_begin_h2(peer);
    }
}

/* Whom it speaks for is told before all else; the bytes stay in the socket until all of it came. */
static void hear_proxy(struct peer *peer)
{
    struct conn *c = &peer->conn;
    struct proxy_said said;
    ssize_t n = recv(peer->fd, peer->loop->room, PROXY_MOST, MSG_PEEK | MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        conn_close(c);
        return;
    }
    switch (proxy_read(&said, str_n(peer->loop->room, (size_t)n))) {
    case PROXY_MORE:
        if (peer->ended)
            conn_close(c);
        break;
    case PROXY_BAD:
        peer->stage = PEER_TALKS; /* to nobody */
        conn_refuse(c, 400, "the connection does not begin with the PROXY protocol");
        break;
    case PROXY_DONE:
        n = recv(peer->fd, peer->loop->room, said.size, MSG_DONTWAIT); /* all there: just seen */
        peer->stage = (uint8_t)stage_after_telling(peer->at);
        conn_known(c, str_of(said.peer), said.tls);
        if (peer->stage != PEER_TALKS)
            conn_expect(c);
        break;
    }
}

static ptrdiff_t receive(struct peer *peer)
{
    char *room = peer->loop->room;
    ssize_t n;

    if (peer->tls)
        return tls_receive(peer->tls, room, READ_ROOM);
    do
        n = recv(peer->fd, room, READ_ROOM, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n >= 0 ? n : errno == EAGAIN ? NOTHING : BROKEN;
}

void peer_read(struct peer *peer)
{
    struct conn *c = &peer->conn;

    if (peer->stage == PEER_TELLS)
        hear_proxy(peer);
    if (peer->stage == PEER_GREETS)
        peer_greet(peer);
    if (peer->stage == PEER_CHOOSES)
        hear_version(peer);
    if (peer->stage != PEER_TALKS)
        return;

    for (int round = 0; peer->readable && conn_wants(c); round++) {
        if (round == READ_ROUNDS) {
            wire_resume(c);
            return;
        }
        ptrdiff_t n = receive(peer);
        if (n > 0) {
            peer->readable = n == READ_ROOM || peer->ended || peer->tls;
            conn_input(c, str_n(peer->loop->room, (size_t)n));
        } else if (n == NOTHING) {
            peer->readable = false;
        } else if (n == TLS_END) {
            peer->readable = false;
            conn_end(c);
        } else {
            conn_close(c);
        }
    }
}

void peers_read(struct loop *loop)
{
    size_t count = 0;

    for (const struct peer *peer = loop->ready; peer; peer = peer->next_ready)
        count++;
    while (count-- > 0 && loop->ready) { /* who joins meanwhile waits for the next round */
        struct peer *peer = loop->ready;

        not_ready(peer);
        peer_read(peer);
    }
}

void peers_bury(struct loop *loop)
{
    while (loop->dead) {
        struct peer *peer = loop->dead;

        loop->dead = peer->next;
        free(peer);
    }
}

void peer_happened(struct peer *peer, uint32_t events)
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
        if (peer->stage == PEER_TALKS)
            conn_hangup(c);
    }
    if (events & (EPOLLIN | EPOLLRDHUP)) {
        peer->readable = true;
        peer_read(peer);
    }
    if (events & EPOLLOUT && peer->stage == PEER_GREETS && peer->tls)
        peer_read(peer);
    else if (events & EPOLLOUT)
        conn_writable(c);
}

/* --- a new one -------------------------------------------------------------------------------- */

void peer_welcome(struct loop *loop, const struct door *door, int fd,
                  const struct sockaddr_storage *from)
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
    peer->at = door->at;
    peer->stage = (uint8_t)(door->at->proxy ? PEER_TELLS : stage_after_telling(door->at));
    peer->next = loop->peers;
    if (peer->next)
        peer->next->prev = peer;
    loop->peers = peer;
    atomic_fetch_add_explicit(&loop->transport->connections, 1, memory_order_relaxed);
    metrics_add(loop->transport->metrics, METRIC_ACCEPTED, 1);
    conn_open(&peer->conn, &loop->hub, &socket_wire,
              str_n(text, peer_text(from, text, sizeof text)));
    if (peer->stage != PEER_TALKS)
        conn_expect(&peer->conn);
}
