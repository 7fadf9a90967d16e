/*
 * server.c - the parts of a server, put together
 *
 *   comes in:  where to listen, whom to ask
 *   goes out:  a transport that asks them, a pool, a log and limits where they are wanted
 *
 * The headers that any page should carry (see below) are added by the transport to every response
 * that does not set them, so that pages, redirects, refusals and 404s all have them; the app
 * and the builder do not know of them.
 *
 * What the server says of itself (status.c) is a second transport with one loop and no strangers.
 * It goes on while the first one drains, so that balancers see why.
 */
#include "server/server.h"

#include "server/answering.h"
#include "server/epoll.h"
#include "server/status.h"
#include "vial/base/log.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct header server_usual_headers[] = {
    { { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
    { { "Referrer-Policy", 15 }, { "strict-origin-when-cross-origin", 31 } },
    { { NULL, 0 }, { NULL, 0 } },
};

struct server {
    struct epoll *transport;
    struct answering answering;
    struct epoll *status_transport; /* NULL: nobody wants to know */
    struct answering status_answering;
    struct status status;
    struct tls_keys *keys; /* NULL: no TLS */
};

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n > 0 ? (unsigned)n : 1;
}

static bool one_place(struct listen_list *list, const struct server_options *options,
                      struct error *err)
{
    struct listen_at *at = &list->at[0];
    str address = options->address ? str_of(options->address) : S("127.0.0.1");

    if (address.len >= sizeof at->name)
        return error_set(err, "'%.*s' is no address", STR(str_slice(address, 0, 80)));
    memcpy(at->name, address.p, address.len);
    at->port = options->port;
    list->count = 1;
    return true;
}

static bool open_transport(struct server *server, const struct server_options *options,
                           struct error *err)
{
    struct listen_list one = { 0 };
    struct epoll_options transport = {
        .places = options->listen ? options->listen : &one,
        .workers = options->workers ? options->workers : cores(),
        .limits = options->limits,
        .always = options->headers ? options->headers : server_usual_headers,
        .metrics = server->answering.metrics,
        .keys = server->keys,
    };

    if (!options->listen && !one_place(&one, options, err))
        return false;
    server->transport = epoll_open(&transport, &server->answering.answerer, err);
    return server->transport != NULL;
}

/* Certificates, if any place wants TLS; then there have to be some. */
static bool open_keys(struct server *server, const struct server_options *options,
                      struct error *err)
{
    const struct listen_list *places = options->listen;
    bool wanted = false;

    for (size_t i = 0; places && i < places->count; i++)
        wanted |= places->at[i].tls;
    if (!wanted)
        return true;
    if (!options->tls_count) {
        error_set(err, "https needs a certificate");
        return error_hint(err, "--tls-cert FILE --tls-key FILE");
    }
    server->keys = tls_keys_open(options->tls, options->tls_count, err);
    return server->keys != NULL;
}

static bool open_status(struct server *server, const struct server_options *options,
                        struct error *err)
{
    struct answering *answering = &server->status_answering;
    struct epoll_options transport = {
        .places = options->status,
        .workers = 1,
        .limits = { .connections = 64 },
        .always = server_usual_headers,
    };

    server->status.metrics = server->answering.metrics;
    server->status.counts = options->counts;
    server->status.self = options->self;
    answering->handler = status_answer;
    answering->self = &server->status;
    answering_init(answering);
    server->status_transport = epoll_open(&transport, &answering->answerer, err);
    return server->status_transport != NULL;
}

/*
 * Besides what it is to serve, a server writes its log, where large bodies wait, reads certificates
 * when they are renewed, and takes away its sockets.
 */
static void allow_own(struct sandbox *sandbox, const struct server_options *options)
{
    const char *bodies = getenv("TMPDIR"); /* where spool.h puts them */
    const struct listen_list *places = options->listen;
    struct stat st;

    if (options->access_log && stat(options->access_log, &st) == 0 && S_ISREG(st.st_mode))
        sandbox_allow_parent(sandbox, options->access_log, SANDBOX_ADD);
    for (size_t i = 0; i < options->tls_count; i++) {
        const char *const files[] = { options->tls[i].cert, options->tls[i].key };

        for (size_t k = 0; k < 2; k++) {
            char *behind = realpath(files[k], NULL); /* a link, as certbot has it */

            sandbox_allow_parent(sandbox, files[k], SANDBOX_READ);
            if (behind)
                sandbox_allow_parent(sandbox, behind, SANDBOX_READ);
            free(behind);
        }
    }
    sandbox_allow(sandbox, bodies ? bodies : "/var/tmp",
                  SANDBOX_READ | SANDBOX_ADD | SANDBOX_REMOVE);
    for (size_t i = 0; places && i < places->count; i++)
        if (places->at[i].kind == LISTEN_PATH)
            sandbox_allow_parent(sandbox, places->at[i].name, SANDBOX_REMOVE);
}

static bool confine(const struct server_options *options, struct error *err)
{
    struct arena arena = { 0 };
    struct buf said = buf_in(&arena);

    allow_own(options->sandbox, options);
    bool ok = sandbox_enter(options->sandbox, &said, err);
    if (ok)
        log_note("confined: %.*s", STR(buf_str(&said)));
    arena_free(&arena);
    return ok;
}

static bool open_parts(struct server *server, const struct server_options *options,
                       struct error *err)
{
    struct answering *answering = &server->answering;

    if (options->access_log &&
        !(answering->log = access_log_open(options->access_log, options->log_form, err)))
        return false;
    if ((options->status && !(answering->metrics = metrics_open())) ||
        (options->rate.per_second && !(answering->rate = rate_open(options->rate))))
        return error_set(err, "out of memory");
    if (!open_keys(server, options, err) || !open_transport(server, options, err) ||
        (options->status && !open_status(server, options, err)) ||
        (options->sandbox && !confine(options, err)))
        return false;
    if (options->threads && !(answering->pool = pool_open(options->threads)))
        return error_set(err, "cannot start the threads for handlers");
    return true;
}

struct server *server_open(const struct server_options *options, struct error *err)
{
    struct server *server = calloc(1, sizeof *server);

    if (!server) {
        error_set(err, "out of memory");
        return NULL;
    }
    server->answering.handler = options->handler;
    server->answering.quick = options->quick;
    server->answering.self = options->self;
    server->answering.trust = options->trust;
    answering_init(&server->answering);
    if (open_parts(server, options, err))
        return server;
    server_close(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    return epoll_places(server->transport)->at[0].port;
}

str server_addresses(const struct server *server, struct arena *a)
{
    const struct listen_list *places = epoll_places(server->transport);
    struct buf out = buf_in(a);

    for (size_t i = 0; i < places->count; i++) {
        if (i)
            buf_lit(&out, " and ");
        listen_print(&places->at[i], &out);
    }
    if (server->status_transport) {
        buf_lit(&out, ", its state on ");
        listen_print(&epoll_places(server->status_transport)->at[0], &out);
    }
    return buf_str(&out);
}

static void *run_status(void *transport)
{
    epoll_run(transport);
    return NULL;
}

void server_run(struct server *server)
{
    pthread_t thread;
    bool tells = server->status_transport &&
                 pthread_create(&thread, NULL, run_status, server->status_transport) == 0;

    epoll_run(server->transport);
    if (!tells)
        return;
    epoll_stop(server->status_transport);
    epoll_stop(server->status_transport); /* it waits for nobody */
    pthread_join(thread, NULL);
}

void server_stop(struct server *server)
{
    __atomic_store_n(&server->status.draining, true, __ATOMIC_RELAXED);
    epoll_stop(server->transport);
}

void server_renew(struct server *server)
{
    tls_keys_renew(server->keys);
}

void server_reopen(struct server *server)
{
    access_log_reopen(server->answering.log);
}

void server_close(struct server *server)
{
    if (!server)
        return;
    pool_close(server->answering.pool);
    if (server->transport)
        epoll_close(server->transport);
    if (server->status_transport)
        epoll_close(server->status_transport);
    access_log_close(server->answering.log);
    metrics_close(server->answering.metrics);
    rate_close(server->answering.rate);
    tls_keys_close(server->keys);
    free(server);
}
