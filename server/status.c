/*
 * status.c - how the server is
 *
 *   comes in:  GET /-/health, GET /-/metrics
 *   goes out:  "ok", or 503 "draining" once it has been told to stop; the counters as text
 */
#include "server/status.h"

static void say(struct response *res, int status, str type, str text)
{
    res->status = status;
    res->body = BODY_TEXT;
    res->text = text;
    headers_set(&res->headers, S("Content-Type"), type);
    headers_set(&res->headers, S("Cache-Control"), S("no-store"));
}

void status_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct status *status = self;
    str plain = S("text/plain; charset=utf-8");

    if (!str_eq(req->method, S("GET")) && !str_eq(req->method, S("HEAD"))) {
        say(res, 405, plain, S("405 Method Not Allowed\n"));
        headers_set(&res->headers, S("Allow"), S("GET, HEAD"));
    } else if (str_eq(req->path, S("/-/health"))) {
        bool draining = __atomic_load_n(&status->draining, __ATOMIC_RELAXED);

        say(res, draining ? 503 : 200, plain, draining ? S("draining\n") : S("ok\n"));
    } else if (str_eq(req->path, S("/-/metrics"))) {
        struct buf text = buf_in(a);

        metrics_print(status->metrics, &text);
        if (status->counts)
            status->counts(status->self, &text);
        say(res, 200, S("text/plain; version=0.0.4; charset=utf-8"), buf_str(&text));
    } else {
        say(res, 404, plain, S("/-/health\n/-/metrics\n"));
    }
}
