/*
 * Answering: a handler, made into what a transport wants to call.
 */
#pragma once
#include "server/access_log.h"
#include "server/forwarded.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/rate.h"
#include "server/server.h"

#ifdef __cplusplus
extern "C" {
#endif

struct answering {
    struct answerer answerer; /* for the transport */
    server_handler *handler;
    server_quick *quick; /* may be NULL */
    void *self;
    struct pool *pool;        /* NULL: the handler is called on the transport's thread */
    struct access_log *log;   /* NULL: none */
    struct metrics *metrics;  /* NULL: none */
    struct rate *rate;        /* NULL: no limit */
    const struct nets *trust; /* proxies whose word is believed; NULL: nobody's */
};

/* Fills `answerer`; the rest is the caller's. `answering` stays where it is from now on. */
void answering_init(struct answering *answering);

#ifdef __cplusplus
}
#endif
