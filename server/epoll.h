/*
 * The transport over sockets: a loop per worker thread, each with its own listener (SO_REUSEPORT).
 */
#pragma once
#include "server/listen.h"
#include "server/transport.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct metrics;
struct tls_keys;

struct epoll_options {
    const struct listen_list *places; /* where to listen */
    unsigned workers;
    struct limits limits;
    const struct header *always; /* fields of each reply that does not set them; see http1_reply */
    struct metrics *metrics;     /* NULL: nothing is counted */
    struct tls_keys *keys;       /* for places that want TLS; NULL: none does */
};

struct epoll;

/* Listens. NULL, and `err` says why, when it cannot. `answerer` is used until epoll_close(). */
struct epoll *epoll_open(const struct epoll_options *options, const struct answerer *answerer,
                         struct error *err);
const struct listen_list *epoll_places(const struct epoll *t); /* with the ports that were free */
void epoll_run(struct epoll *t);  /* until epoll_stop(), then until all is answered          */
void epoll_stop(struct epoll *t); /* from anywhere, signal handlers too; twice: do not wait  */
void epoll_close(struct epoll *t);

#ifdef __cplusplus
}
#endif
