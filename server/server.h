/*
 * The server: vial_handle() on a socket.
 *
 *     struct server *server = server_open(&(struct server_options){ .port = 8000,
 *                                         .handler = answer, .self = app }, &err);
 *     server_run(server);
 *     server_close(server);
 *
 * One loop per worker thread, each with its own listener on the same port (SO_REUSEPORT), reads
 * requests, asks the handler and writes what it says. The seam between the two is transport.h; this
 * is the door for the commands.
 *
 * A handler that may block (a database, a slow template) is given `threads`: then it runs in a pool
 * of that many and the loops only carry. With none it runs on the loop itself, which is faster for
 * what answers from memory.
 *
 * A response whose body is BODY_PULL stays open for as long as its stream likes, whichever thread
 * wakes it: that is how server-sent events are done (http.h, stream_wake()).
 */
#pragma once
#include "server/access_log.h"
#include "server/forwarded.h"
#include "server/listen.h"
#include "server/rate.h"
#include "server/sandbox.h"
#include "server/tls.h"
#include "server/transport.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Answers one request; what vial_handle() does, or a preview or a folder of files in its place.
 * Everything of the response lives in `a`. Called by many threads at once.
 */
typedef void server_handler(void *self, const struct request *req, struct response *res,
                            struct arena *a);

/*
 * Answers what needs no making and never waits, on the loop itself, also where handlers run in a
 * pool. False: the handler is to be asked.
 */
typedef bool server_quick(void *self, const struct request *req, struct response *res,
                          struct arena *a);

/* Adds lines as Prometheus reads them (metrics.h). Any thread. */
typedef void server_counts(void *self, struct buf *out);

struct server_options {
    const char *address; /* NULL: "127.0.0.1"                                           */
    uint16_t port;       /* 0: any free one; see server_port()                          */
    const struct listen_list *listen; /* places instead of that one                      */
    const struct listen_list *status; /* where /-/health and /-/metrics are; NULL: nowhere */
    unsigned workers; /* 0: one per core                                             */
    unsigned threads; /* in which handlers may block; 0: they answer on the loops     */
    server_handler *handler;
    server_quick *quick;    /* asked before `handler`; NULL: there is none */
    server_counts *counts;  /* what they count, for /-/metrics; may be NULL */
    void *self;             /* of all three                                */
    struct limits limits;   /* zeros are the defaults                                      */
    const char *access_log; /* a file to add to, "-" for standard output; NULL: none        */
    enum access_log_form log_form;
    struct sandbox
        *sandbox; /* entered once all is open; the server adds what it needs; NULL: none */
    const struct tls_file *tls; /* certificates, `tls_count` of them, for places with TLS */
    size_t tls_count;
    struct rate_rule rate;        /* for one address                                             */
    const struct nets *trust;     /* proxies whose X-Forwarded-For is believed; NULL: none       */
    const struct header *headers; /* for each response that does not set them itself; ended by an
                                     empty name. NULL: the usual ones                            */
};

/* nosniff and a Referrer-Policy; ended by an empty name. */
extern const struct header server_usual_headers[];

struct server;

/* Listens from now on, so that whoever connects before server_run() waits. NULL, and `err` says
 * why, when it cannot. */
struct server *server_open(const struct server_options *options, struct error *err);
uint16_t server_port(const struct server *server); /* the first one's */

/* "http://127.0.0.1:8000/ and https://[::]:443/": where it listens. */
str server_addresses(const struct server *server, struct arena *a);

/* Serves until server_stop(), then finishes what was asked, closes, and returns. */
void server_run(struct server *server);
void server_stop(struct server *server);   /* from any thread or signal handler                 */
void server_renew(struct server *server);  /* certificates are read anew; likewise */
void server_reopen(struct server *server); /* the log, that somebody renamed; likewise           */
void server_close(struct server *server);

#ifdef __cplusplus
}
#endif
