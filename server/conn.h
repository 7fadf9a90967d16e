/*
 * A connection: HTTP/1.1, or HTTP/2 (h2.h), as a machine over a wire, whatever the wire is.
 *
 * The transport tells it what happened (bytes came, there is room to write, a deadline passed) and
 * it acts through `struct wire`: a socket (peer.c), TLS (peer_tls.c), a test's memory (memory.c).
 * It holds no buffer of its own unless a head came in pieces, so an idle connection is this struct.
 */
#pragma once
#include "server/hub.h"
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { WIRE_FULL = 0, WIRE_GONE = -1 };

struct wire {
    /* How many bytes were taken, WIRE_FULL or WIRE_GONE; `more` follows at once. */
    ptrdiff_t (*send)(struct conn *c, const struct iovec *parts, int count, bool more);
    /* The same, of an open file; WIRE_GONE also when the file is shorter than it was. */
    ptrdiff_t (*send_file)(struct conn *c, int fd, uint64_t from, size_t length);
    void (*stop_sending)(struct conn *c); /* the other side sees the end of our bytes            */
    void (*resume)(struct conn *c);       /* bytes are wanted again: there may be some waiting    */
    void (*closed)(struct conn *c);       /* the last call; `c` is still looked at until we return
                                             to whoever called the connection                     */
};

enum phase {
    PHASE_HEAD,   /* waiting for a head, or in the middle of one */
    PHASE_BODY,   /* its body is coming                          */
    PHASE_WAIT,   /* the answerer owes a reply                   */
    PHASE_SEND,   /* the reply is going out                      */
    PHASE_LINGER, /* our last word is said; listening so that it is not lost */
    PHASE_CLOSED,
};

enum { PEER_TEXT = 46 };

struct conn {
    struct timer timer; /* first */
    const struct wire *wire;
    struct hub *hub;
    struct parcel *parcel; /* the exchange under way */
    struct h2 *h2;         /* NULL: it speaks HTTP/1  */
    struct buf held;       /* bytes that came and could not be taken yet */
    int64_t since;         /* when the phase began that is being timed   */
    uint64_t moved;        /* bytes, in that phase                       */
    int64_t moment;        /* of the last request: hub.h                 */
    struct conn *older_idle, *newer_idle;
    uint8_t phase;
    bool in_head; /* `since` is of the head's first byte            */
    bool idle;    /* among the hub's idle ones                      */
    bool hung_up; /* the other side has stopped sending             */
    bool waiting; /* PHASE_SEND: for the stream, not for the wire   */
    bool used;    /* has had a request                              */
    bool secure;  /* came by TLS, to us or to a proxy we believe    */
    uint8_t peer_len;
    char peer[PEER_TEXT];
};

void conn_open(struct conn *c, struct hub *hub, const struct wire *wire, str peer);
void conn_close(struct conn *c); /* at once; nothing more is said */

/* Before the first byte: it has as long as for a head to tell who it is, and then is known. */
void conn_expect(struct conn *c);
void conn_known(struct conn *c, str peer, bool secure); /* an empty `peer` is who it was */
void conn_refuse(struct conn *c, int status, const char *why);

bool conn_wants(const struct conn *c); /* bytes: else do not read any */
void conn_input(struct conn *c, str bytes);
void conn_writable(struct conn *c); /* after WIRE_FULL                                           */
void conn_hangup(struct conn *c);   /* the other side has stopped sending, some may not be read  */
void conn_end(struct conn *c);      /* and now all is read                                       */
void conn_drain(struct conn *c);    /* the hub is draining: close now if nothing is under way    */

/* Hands out the letters that other threads wrote; new ones wait for the next call. */
void hub_deliver(struct hub *hub);

/* The connection that has been idle longest, to be closed when there are too many; or NULL. */
struct conn *hub_idlest(const struct hub *hub);

/*
 * The moment of a request whose bytes have come. Requests that one wait of the loop brought came in
 * one moment, and share what is looked at for them. A second one of the same connection may have
 * been sent after the first one's answer, and has a moment of its own.
 */
int64_t conn_moment(struct conn *c);

/* For h2.c: after whatever happened, the deadline of where we are; and the end, when all is said.
 */
void conn_rest(struct conn *c);
void conn_linger(struct conn *c);

/* sending.c: begins the reply of c->parcel, or goes on with it. */
enum sent {
    SENT_ALL,   /* of the reply                                       */
    SENT_FULL,  /* as much as the wire takes now                      */
    SENT_WAITS, /* as much as the stream has now                      */
    SENT_TURN,  /* a good deal of it, and now it is the others' turn   */
    SENT_GONE,
};
void sending_begin(struct conn *c);
enum sent sending_go_on(struct conn *c);

#ifdef __cplusplus
}
#endif
