/*
 * Metrics: what the server did, counted, in the text form that Prometheus reads.
 *
 * Counting is for the common way: each thread has counters of its own, and they are added up only
 * when somebody asks. NULL metrics count nothing.
 */
#pragma once
#include "vial/base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

enum metric {
    METRIC_ACCEPTED,      /* connections let in                                   */
    METRIC_CLOSED,        /* and ended; the difference is open                    */
    METRIC_BEGUN,         /* requests whose head came                             */
    METRIC_ENDED,         /* and that are over; the difference is under way       */
    METRIC_REFUSED,       /* what was no request                                  */
    METRIC_LIMITED,       /* refused by the rate limit                            */
    METRIC_CUT,           /* replies of which the other side did not get all      */
    METRIC_BYTES,         /* of bodies, sent                                      */
    METRIC_GREETED,       /* TLS handshakes that came to a connection             */
    METRIC_GREETINGS_BAD, /* and those that did not                               */
    METRIC_HTTP2,         /* connections that speak HTTP/2                        */
    METRIC_COUNT,
};

struct metrics;

struct metrics *metrics_open(void); /* NULL when there is no memory */
/* One that somebody else counts. `type` is "counter" or "gauge". */
void metrics_line(struct buf *out, const char *name, const char *type, const char *help,
                  uint64_t value);
void metrics_close(struct metrics *m);

/* From any thread. */
void metrics_add(struct metrics *m, enum metric what, uint64_t n);
void metrics_answered(struct metrics *m, int status, uint64_t bytes, int64_t microseconds);

void metrics_print(const struct metrics *m, struct buf *out);

#ifdef __cplusplus
}
#endif
