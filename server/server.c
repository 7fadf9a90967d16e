/*
 * server.c - the parts of a server, put together
 *
 *   comes in:  where to listen, whom to ask
 *   goes out:  a transport that asks them, a pool and a log where they are wanted
 *
 * The headers that any page should carry (see `usual`) are added by the transport to every response
 * that does not set them, so that pages, redirects, refusals and 404s all have them; the app
 * and the builder do not know of them.
 */
#include "server/server.h"

#include "server/answering.h"
#include "server/epoll.h"
#include <stdlib.h>
#include <unistd.h>

static const struct header usual[] = {
    { { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
    { { "Referrer-Policy", 15 }, { "strict-origin-when-cross-origin", 31 } },
    { { NULL, 0 }, { NULL, 0 } },
};

struct server {
    struct epoll *transport;
    struct answering answering;
};

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n > 0 ? (unsigned)n : 1;
}

static bool open_parts(struct server *server, const struct server_options *options,
                       struct error *err)
{
    struct epoll_options transport = {
        .address = options->address ? options->address : "127.0.0.1",
        .port = options->port,
        .workers = options->workers ? options->workers : cores(),
        .limits = options->limits,
        .always = options->headers ? options->headers : usual,
    };

    struct answering *answering = &server->answering;

    if (options->access_log && !(answering->log = access_log_open(options->access_log, err)))
        return false;
    if (options->threads && !(answering->pool = pool_open(options->threads)))
        return error_set(err, "cannot start the threads for handlers");
    server->transport = epoll_open(&transport, &answering->answerer, err);
    return server->transport != NULL;
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
    answering_init(&server->answering);
    if (open_parts(server, options, err))
        return server;
    server_close(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    return epoll_port(server->transport);
}

void server_run(struct server *server)
{
    epoll_run(server->transport);
}

void server_stop(struct server *server)
{
    epoll_stop(server->transport);
}

void server_close(struct server *server)
{
    if (!server)
        return;
    pool_close(server->answering.pool);
    if (server->transport)
        epoll_close(server->transport);
    access_log_close(server->answering.log);
    free(server);
}
