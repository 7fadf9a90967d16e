/*
 * server.c - from an exchange to a handler, and back
 *
 *   comes in:  a request's head and body, from the transport
 *   goes out:  a struct request to the handler; its struct response, as a reply, to the transport
 *
 * The exchange's arena holds all that belongs to one request: the task below, the body as it comes
 * together, and what the handler makes. Where there is a pool, the task is a job in it; the
 * transport does not touch the arena until the reply is there.
 *
 * The headers that any page should carry (see `usual`) are added by the transport to every response
 * that does not set them, so that pages, redirects, refusals and 404s all have them; the app
 * and the builder do not know of them.
 */
#include "server/server.h"

#include "server/access_log.h"
#include "server/epoll.h"
#include "server/pool.h"
#include "server/range.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct header usual[] = {
    { { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
    { { "Referrer-Policy", 15 }, { "strict-origin-when-cross-origin", 31 } },
    { { NULL, 0 }, { NULL, 0 } },
};

struct server {
    struct epoll *transport;
    struct answerer answerer;
    server_handler *handler;
    void *self;
    struct pool *pool; /* NULL: handlers run on the loops */
    struct access_log *log;
};

struct task {
    struct job job; /* first */
    struct server *server;
    struct exchange *exchange;
    struct request request;
    struct response response;
    struct buf body;
};

/* --- from a response to a reply --------------------------------------------------------------- */

static void wake(struct stream *stream)
{
    exchange_wake(stream->carrier);
}

/* What was promised is sent or nothing: the file may have changed since the handler looked. */
static bool open_file(struct response *res, struct arena *a)
{
    struct stat st;

    if (res->fd <= 0)
        res->fd = open(str_cstr(a, res->file), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return res->fd > 0 && fstat(res->fd, &st) == 0 && S_ISREG(st.st_mode) &&
           res->from <= (uint64_t)st.st_size && res->length <= (uint64_t)st.st_size - res->from;
}

static void plain(struct reply *reply, struct arena *a, int status)
{
    struct header *type = arena_make(a, struct header);

    *type = (struct header){ S("Content-Type"), S("text/plain; charset=utf-8") };
    *reply = (struct reply){
        .status = status,
        .fields = type,
        .count = 1,
        .body = REPLY_TEXT,
        .text = str_fmt(a, "%d %s\n", status, http_reason(status)),
    };
}

static void reply_of(struct reply *reply, struct task *t)
{
    struct response *res = &t->response;

    *reply = (struct reply){
        .status = res->status,
        .fields = res->headers.list,
        .count = res->headers.count,
    };
    switch (res->body) {
    case BODY_NONE:
        break;
    case BODY_TEXT:
        reply->body = REPLY_TEXT;
        reply->text = res->text;
        break;
    case BODY_FILE:
        if (!open_file(res, t->exchange->arena)) {
            plain(reply, t->exchange->arena, 500);
            break;
        }
        reply->body = REPLY_FILE;
        reply->fd = res->fd;
        reply->from = res->from;
        reply->length = (int64_t)res->length;
        break;
    case BODY_PULL:
        reply->body = REPLY_PULL;
        reply->pull = res->stream;
        reply->length = -1;
        res->stream->carrier = t->exchange;
        __atomic_store_n(&res->stream->wake, wake, __ATOMIC_RELEASE);
        break;
    }
}

/* --- from an exchange to a request ------------------------------------------------------------ */

static bool fill_request(struct request *req, const struct exchange *x, str body)
{
    const struct incoming *in = &x->request;

    *req = (struct request){
        .method = in->method,
        .target = in->target,
        .path = in->path,
        .query = in->query,
        .scheme = in->scheme,
        .host = in->authority,
        .peer = in->peer,
        .headers = { (struct header *)in->fields, in->count, in->count, x->arena },
        .body = body,
    };
    return !str_has(in->path, '%') || url_decode(&req->path, in->path, x->arena);
}

static void run(struct job *job)
{
    struct task *t = (struct task *)job;
    struct server *server = t->server;
    struct reply reply;

    server->handler(server->self, &t->request, &t->response, t->exchange->arena);
    range_apply(&t->request, &t->response, t->exchange->arena);
    reply_of(&reply, t);
    exchange_reply(t->exchange, &reply);
}

/* The request is whole. */
static void answer(struct task *t)
{
    struct exchange *x = t->exchange;
    struct reply reply;

    if (str_eq(x->request.path, S("*"))) {
        exchange_reply(x, &(struct reply){ .status = 204 });
    } else if (!fill_request(&t->request, x, buf_str(&t->body))) {
        plain(&reply, x->arena, 400);
        exchange_reply(x, &reply);
    } else if (t->server->pool) {
        pool_put(t->server->pool, &t->job);
    } else {
        run(&t->job);
    }
}

static void on_head(void *self, struct exchange *x)
{
    struct task *t = arena_make(x->arena, struct task);

    t->job.run = run;
    t->server = self;
    t->exchange = x;
    t->response.headers.arena = x->arena;
    t->body = buf_in(x->arena);
    x->own = t;
    if (x->request.length == 0)
        answer(t);
}

static size_t on_body(void *self, struct exchange *x, str piece, bool last)
{
    struct task *t = x->own;

    (void)self;
    buf_add(&t->body, piece);
    if (last)
        answer(t);
    return piece.len;
}

static void on_gone(void *self, struct exchange *x)
{
    struct server *server = self;
    struct task *t = x->own;
    struct response *res = &t->response;

    if (res->body == BODY_PULL) {
        res->body = BODY_NONE;
        res->stream->done(res->stream, !x->whole);
    }
    response_end(res);
    if (x->status)
        access_log_exchange(server->log, x);
}

static void on_refused(void *self, str peer, int status, const char *why)
{
    struct server *server = self;

    access_log_refused(server->log, peer, status, why);
}

/* --- the door --------------------------------------------------------------------------------- */

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

    if (options->access_log && !(server->log = access_log_open(options->access_log, err)))
        return false;
    if (options->threads && !(server->pool = pool_open(options->threads)))
        return error_set(err, "cannot start the threads for handlers");
    server->transport = epoll_open(&transport, &server->answerer, err);
    return server->transport != NULL;
}

struct server *server_open(const struct server_options *options, struct error *err)
{
    struct server *server = calloc(1, sizeof *server);

    if (!server) {
        error_set(err, "out of memory");
        return NULL;
    }
    server->handler = options->handler;
    server->self = options->self;
    server->answerer = (struct answerer){
        .head = on_head,
        .body = on_body,
        .gone = on_gone,
        .refused = on_refused,
        .self = server,
    };
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
    pool_close(server->pool);
    if (server->transport)
        epoll_close(server->transport);
    access_log_close(server->log);
    free(server);
}
