/*
 * peer_tls.c - a peer that speaks TLS
 *
 *   comes in:  the kernel's word that its socket may be read or written
 *   goes out:  a connection that was greeted; from then on its wire, over its session (tls.c)
 *
 * Whoever speaks plain HTTP here, as browsers do when somebody types the port but not the scheme,
 * is told so in plain HTTP.
 */
#include "server/loop.h"

#include "server/h2.h"
#include "server/metrics.h"
#include <errno.h>
#include <sys/socket.h>

enum { HANDSHAKE = 0x16 }; /* the first byte of TLS, always */

/* --- the wire --------------------------------------------------------------------------------- */

static ptrdiff_t taken(ptrdiff_t n)
{
    return n < 0 ? WIRE_GONE : n;
}

static ptrdiff_t tls_wire_send(struct conn *c, const struct iovec *parts, int count, bool more)
{
    (void)more;
    return taken(tls_send(peer_of(c)->tls, parts, count));
}

static ptrdiff_t tls_wire_send_file(struct conn *c, int fd, uint64_t from, size_t length)
{
    return taken(tls_send_file(peer_of(c)->tls, fd, from, length));
}

static void tls_wire_stop_sending(struct conn *c)
{
    tls_end(peer_of(c)->tls);
    shutdown(peer_of(c)->fd, SHUT_WR);
}

static void tls_wire_closed(struct conn *c)
{
    tls_end(peer_of(c)->tls);
    tls_close(peer_of(c)->tls);
    peer_of(c)->tls = NULL;
    wire_closed(c);
}

static const struct wire tls_wire = {
    .send = tls_wire_send,
    .send_file = tls_wire_send_file,
    .stop_sending = tls_wire_stop_sending,
    .resume = wire_resume,
    .closed = tls_wire_closed,
};

/* --- greeting --------------------------------------------------------------------------------- */

static void no_greeting(struct peer *peer)
{
    metrics_add(peer->loop->transport->metrics, METRIC_GREETINGS_BAD, 1);
    conn_close(&peer->conn);
}

/* False when it did not begin, and is not going to. */
static bool begin(struct peer *peer)
{
    char first;
    ssize_t n = recv(peer->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n == 1 && is_upper(first)) {
        peer->stage = PEER_TALKS; /* to nobody */
        conn_refuse(&peer->conn, 400, "this port speaks TLS: the address begins with https://");
    } else if (n <= 0 || (uint8_t)first != HANDSHAKE) {
        no_greeting(peer);
    } else if (!(peer->tls = tls_open(peer->loop->transport->keys, peer->fd,
                                      h2_is_there() && !peer->at->http1))) {
        conn_close(&peer->conn);
    } else {
        peer->conn.wire = &tls_wire;
        return true;
    }
    return false;
}

void peer_greet(struct peer *peer)
{
    if (!peer->tls && !begin(peer))
        return;
    switch (tls_greet(peer->tls)) {
    case TLS_WAITS:
        if (peer->ended)
            no_greeting(peer);
        break;
    case TLS_FAILED:
        no_greeting(peer);
        break;
    case TLS_GREETED:
        metrics_add(peer->loop->transport->metrics, METRIC_GREETED, 1);
        peer->stage = PEER_TALKS;
        conn_known(&peer->conn, S(""), true);
        if (tls_speaks_h2(peer->tls))
            peer_begin_h2(peer);
        break;
    }
}
