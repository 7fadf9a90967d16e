/*
 * A loop of the socket transport, and the peers on it. For epoll.c, accept.c and peer.c, which are
 * the loop itself, how connections come to it, and how bytes go between them and their machines.
 */
#pragma once
#include "server/conn.h"
#include "server/epoll.h"
#include "server/listen.h"
#include "server/tls.h"
#include <stdatomic.h>

enum { READ_ROOM = 32 * 1024 };

/* A listener, as one loop has it. */
struct door {
    int fd;
    const struct listen_at *at;
};

enum peer_stage {
    PEER_TELLS,   /* by the PROXY protocol, whom it speaks for */
    PEER_GREETS,  /* TLS: keys are being agreed on              */
    PEER_CHOOSES, /* HTTP/1.1 or, in the clear, HTTP/2         */
    PEER_TALKS,   /* HTTP: its machine gets the bytes          */
};

struct peer {
    struct conn conn; /* first */
    struct loop *loop;
    struct peer *next, *prev; /* all of the loop's           */
    struct peer *next_ready;  /* those that have to be read  */
    const struct listen_at *at;
    struct tls *tls; /* NULL: it speaks in the clear */
    int fd;
    uint8_t stage;
    bool readable, ended, ready;
};

struct loop {
    struct hub hub; /* first */
    struct epoll *transport;
    struct timer back_off;
    int epoll, wake_up;
    struct door doors[LISTEN_MOST];
    size_t door_count; /* 0 when draining: they are closed */
    pthread_t thread;
    struct peer *peers, *dead;
    struct peer *ready, **ready_end;
    int64_t give_up; /* draining: when all that is left is cut off */
    char *room;      /* READ_ROOM bytes */
    bool accepting;
};

struct epoll {
    struct listen_list places;
    unsigned workers;
    struct loop *loops;
    struct metrics *metrics;
    struct tls_keys *keys; /* NULL: no TLS */
    atomic_uint connections;
    atomic_int stops;
};

/* accept.c */
bool doors_open(struct loop *loop); /* those of `doors` are watched from now on */
void doors_close(struct loop *loop);
void accept_some(struct loop *loop, const struct door *door, int most);
void accept_again(struct timer *timer);

/* peer.c */
static inline struct peer *peer_of(struct conn *c)
{
    return (struct peer *)c;
}
void peer_welcome(struct loop *loop, const struct door *door, int fd,
                  const struct sockaddr_storage *from);
void peer_happened(struct peer *peer, uint32_t events);
void peer_begin_h2(struct peer *peer); /* it was agreed on */
void peer_read(struct peer *peer);     /* what it has sent, for a while */
void peers_read(struct loop *loop);    /* those that are ready */
void peers_bury(struct loop *loop);    /* those that are closed */
void wire_resume(struct conn *c);
void wire_closed(struct conn *c);

/* peer_tls.c */
void peer_greet(struct peer *peer); /* goes on with the handshake */
