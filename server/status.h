/*
 * What a server says of itself, to its operator: /-/health and /-/metrics, at an address of their
 * own that strangers do not reach.
 */
#pragma once
#include "server/metrics.h"
#include "server/server.h"

#ifdef __cplusplus
extern "C" {
#endif

struct status {
    const struct metrics *metrics;
    server_counts *counts; /* the handler's own; may be NULL */
    void *self;            /* of these                       */
    bool draining;         /* set by any thread: balancers should send nobody here any more */
};

/* A server_handler; `self` is a struct status. */
void status_answer(void *self, const struct request *req, struct response *res, struct arena *a);

#ifdef __cplusplus
}
#endif
