/*
 * answering.c - from an exchange to a handler, and back
 *
 *   comes in:  a request's head and body, from the transport
 *   goes out:  a struct request to the handler; its struct response, as a reply, to the transport
 *
 * The exchange's arena holds all that belongs to one request: the task below, the body as it comes
 * together (a large one in a file, spool.h), and what the handler makes. Where there is a pool, the
 * task is a job in it; the transport does not touch the arena until the reply is there.
 */
#include "server/answering.h"

#include "vial/http/range.h"
#include "vial/http/spool.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct task {
    struct job job; /* first */
    struct answering *answering;
    struct exchange *exchange;
    struct request request;
    struct response response;
    struct spool body;
    bool disk_full, limited;
};

enum { BODY_IN_MEMORY = 256 << 10 }; /* larger ones lie on disk */

/* --- from a response to a reply --------------------------------------------------------------- */

static void wake(struct stream *stream)
{
    exchange_wake(stream->carrier);
}

/*
 * What was promised is sent or nothing: the file may have changed since the handler looked at its
 * name. Whoever hands on an open one has looked at just that.
 */
static bool open_file(struct response *res, struct arena *a)
{
    struct stat st;

    if (res->fd > 0)
        return true;
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
        .standing = res->standing,
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
        reply->length = res->length ? (int64_t)res->length : -1;
        res->stream->carrier = t->exchange;
        __atomic_store_n(&res->stream->wake, wake, __ATOMIC_RELEASE);
        break;
    }
}

/* --- from an exchange to a request ------------------------------------------------------------ */

/*
 * Whether its answer may be given again without us: who is counted, or whose address a proxy tells,
 * is looked at each time. A part may depend on the time of the day (If-Range).
 */
static bool may_repeat(const struct answering *answering, const struct request *req)
{
    return !answering->rate && !answering->trust &&
           (str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"))) &&
           !headers_get(&req->headers, S("Range")).p;
}

static bool fill_request(const struct answering *answering, struct request *req,
                         const struct exchange *x, str body)
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
        .moment = in->moment,
        .unfollowed = true,
        .headers = { (struct header *)in->fields, in->count, in->count, x->arena },
        .body = body,
    };
    req->repeats = in->repeats && may_repeat(answering, req);
    return !str_has(in->path, '%') || url_decode(&req->path, in->path, x->arena);
}

static void send_answer(struct task *t)
{
    struct reply reply;

    range_apply(&t->request, &t->response, t->exchange->arena);
    reply_of(&reply, t);
    exchange_reply(t->exchange, &reply);
}

static void run(struct job *job)
{
    struct task *t = (struct task *)job;
    struct answering *answering = t->answering;

    answering->handler(answering->self, &t->request, &t->response, t->exchange->arena);
    send_answer(t);
}

static bool try_quick(struct task *t)
{
    struct answering *answering = t->answering;

    return answering->quick &&
           answering->quick(answering->self, &t->request, &t->response, t->exchange->arena);
}

static int64_t microseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Too many of them: said with the time to wait. */
static bool is_too_often(struct answering *answering, struct exchange *x)
{
    struct header *fields;
    struct reply reply;
    unsigned wait = rate_take(answering->rate, x->request.peer, x->begun / 1000);

    if (!wait)
        return false;
    metrics_add(answering->metrics, METRIC_LIMITED, 1);
    plain(&reply, x->arena, 429);
    fields = arena_alloc(x->arena, 2 * sizeof *fields);
    fields[0] = reply.fields[0];
    fields[1] = (struct header){ S("Retry-After"), str_fmt(x->arena, "%u", wait) };
    reply.fields = fields;
    reply.count = 2;
    exchange_reply(x, &reply);
    return true;
}

/* The request is whole. */
static void answer(struct task *t)
{
    struct exchange *x = t->exchange;
    struct reply reply;
    str body;

    if (str_eq(x->request.path, S("*"))) {
        exchange_reply(x, &(struct reply){ .status = 204 });
    } else if (t->disk_full || !spool_end(&t->body, &body)) {
        plain(&reply, x->arena, 500);
        exchange_reply(x, &reply);
    } else if (!fill_request(t->answering, &t->request, x, body)) {
        plain(&reply, x->arena, 400);
        exchange_reply(x, &reply);
    } else if (t->answering->pool && try_quick(t)) {
        send_answer(t);
    } else if (t->answering->pool) {
        pool_put(t->answering->pool, &t->job);
    } else {
        run(&t->job);
    }
}

static void on_head(void *self, struct exchange *x)
{
    struct answering *answering = self;
    struct task *t = arena_make(x->arena, struct task);

    t->job.run = run;
    t->answering = answering;
    t->exchange = x;
    t->response.headers.arena = x->arena;
    t->body = (struct spool){ .memory = BODY_IN_MEMORY, .arena = x->arena };
    x->own = t;
    if (answering->metrics || answering->log || answering->rate)
        x->begun = microseconds();
    metrics_add(answering->metrics, METRIC_BEGUN, 1);
    if (answering->trust)
        forwarded_apply(answering->trust, &x->request);
    t->limited = answering->rate && is_too_often(answering, x);
    if (x->request.length == 0 && !t->limited)
        answer(t);
}

static size_t on_body(void *self, struct exchange *x, str piece, bool last)
{
    struct task *t = x->own;

    (void)self;
    if (t->limited)
        return piece.len;
    t->disk_full |= !spool_add(&t->body, piece);
    if (last)
        answer(t);
    return piece.len;
}

static void on_gone(void *self, struct exchange *x)
{
    struct answering *answering = self;
    struct task *t = x->own;
    struct response *res = &t->response;

    if (res->body == BODY_PULL) {
        res->body = BODY_NONE;
        res->stream->done(res->stream, !x->whole);
    }
    response_end(res);
    response_give_back(res);
    spool_close(&t->body);
    metrics_add(answering->metrics, METRIC_ENDED, 1);
    if (!x->status)
        return;
    if (answering->metrics || answering->log)
        x->took = microseconds() - x->begun;
    metrics_answered(answering->metrics, x->status, x->sent, x->took);
    if (!x->whole)
        metrics_add(answering->metrics, METRIC_CUT, 1);
    access_log_exchange(answering->log, x);
}

/* It took no time that could be measured with a clock that takes none. */
static void on_repeated(void *self, struct exchange *x)
{
    struct answering *answering = self;

    metrics_add(answering->metrics, METRIC_BEGUN, 1);
    metrics_add(answering->metrics, METRIC_ENDED, 1);
    metrics_answered(answering->metrics, x->status, x->sent, 0);
    if (!x->whole)
        metrics_add(answering->metrics, METRIC_CUT, 1);
    access_log_exchange(answering->log, x);
}

static void on_refused(void *self, str peer, int status, const char *why)
{
    struct answering *answering = self;

    metrics_add(answering->metrics, METRIC_REFUSED, 1);
    access_log_refused(answering->log, peer, status, why);
}

void answering_init(struct answering *answering)
{
    answering->answerer = (struct answerer){
        .head = on_head,
        .body = on_body,
        .gone = on_gone,
        .repeated = on_repeated,
        .refused = on_refused,
        .self = answering,
    };
}
