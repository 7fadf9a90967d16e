/*
 * client.c - the test client: requests without a socket
 *
 *   comes in:  a method, a path, a form or JSON
 *   goes out:  the answer of vial_handle(), the very one a server would send
 */
#include "vial/app/inside.h"
#include "vial/base/log.h"
#include <stdlib.h>
#include <unistd.h>

enum { REDIRECTS_MAX = 10 };

/* One exchange: its arena lives as long as the client, so that an answer may be kept and compared.
 */
struct exchange {
    struct exchange *next;
    struct arena arena;
    struct headers headers;
    struct vial_got got; /* what vial_got_header() gets points here */
};

struct vial_client {
    vial *app;
    struct exchange *exchanges;
};

vial_client *vial_client_new(vial *app)
{
    vial_client *client = calloc(1, sizeof *client);

    if (!client)
        abort();
    client->app = app;
    return client;
}

void vial_client_free(vial_client *client)
{
    while (client && client->exchanges) {
        struct exchange *exchange = client->exchanges;

        client->exchanges = exchange->next;
        arena_free(&exchange->arena);
        free(exchange);
    }
    free(client);
}

static struct exchange *exchange_new(vial_client *client)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);

    if (!exchange)
        abort();
    exchange->next = client->exchanges;
    client->exchanges = exchange;
    return exchange;
}

static str form_body(const vial_kv *form, struct arena *a)
{
    struct buf body = buf_in(a);

    for (const vial_kv *field = form; field && field->k; field++) {
        struct buf text = buf_in(a);

        if (body.len)
            buf_addc(&body, '&');
        url_text(field->v, &text, NULL);
        query_add(&body, str_of(field->k), buf_str(&text));
    }
    return buf_str(&body);
}

static void add_body(struct request *req, const struct vial_send_a *what, struct arena *a)
{
    if (what->form) {
        req->body = form_body(what->form, a);
        headers_set(&req->headers, S("Content-Type"), S("application/x-www-form-urlencoded"));
    } else if (what->json) {
        req->body = str_copy(a, str_of(what->json));
        headers_set(&req->headers, S("Content-Type"), S("application/json"));
    } else {
        req->body = str_of(what->body);
    }
    if (req->body.len)
        headers_set(&req->headers, S("Content-Length"), str_fmt(a, "%zu", req->body.len));
}

/* "http://host/path?query" or "/path?query". */
static bool add_target(struct request *req, str url, struct arena *a)
{
    ptrdiff_t colon = str_find(url, S("://"));

    req->scheme = S("http");
    req->host = S("localhost");
    if (colon > 0 && str_find_char(url, '/') > colon) {
        req->scheme = str_slice(url, 0, (size_t)colon);
        url = str_from(url, (size_t)colon + 3);
        ptrdiff_t slash = str_find_char(url, '/');
        req->host = str_slice(url, 0, slash < 0 ? url.len : (size_t)slash);
        url = slash < 0 ? S("/") : str_from(url, (size_t)slash);
    }
    headers_set(&req->headers, S("Host"), req->host);
    str rest = str_slice(
        url, 0, (size_t)(str_has(url, '#') ? str_find_char(url, '#') : (ptrdiff_t)url.len));
    req->target = rest;
    str path = str_cut(&rest, '?');
    req->query = rest;
    return url_decode(&req->path, path, a);
}

static str read_body(struct response *res, struct arena *a)
{
    if (res->body == BODY_TEXT)
        return str_copy(a, res->text);
    if (res->body != BODY_FILE)
        return S("");

    char *text = arena_alloc(a, (size_t)res->length + 1);
    ssize_t got = pread(res->fd, text, (size_t)res->length, (off_t)res->from);
    text[got > 0 ? got : 0] = '\0';
    return str_n(text, got > 0 ? (size_t)got : 0);
}

static const char *header_or_null(const struct headers *headers, const char *name, struct arena *a)
{
    str found = headers_get(headers, str_of(name));

    return found.p ? str_cstr(a, found) : NULL;
}

static const char *error_text(const struct error *err, struct arena *a)
{
    struct buf text = buf_in(a);

    error_print(err, ERROR_PLAIN, &text);
    return buf_cstr(&text);
}

static struct vial_got *exchange_run(vial_client *client, const char *method, str url,
                                     const struct vial_send_a *what)
{
    struct exchange *exchange = exchange_new(client);
    struct arena *a = &exchange->arena;
    struct vial_got *got = &exchange->got;
    struct request *req = arena_make(a, struct request);
    struct response res = { 0 };
    struct error err = { 0 };

    req->method = str_copy(a, str_of(method));
    req->headers.arena = a;
    if (!add_target(req, str_copy(a, url), a)) {
        got->status = 400;
        got->body = "";
        return got;
    }
    add_body(req, what, a);
    for (const vial_kv *header = what->headers; header && header->k; header++)
        headers_set(&req->headers, str_of(header->k), value_text(header->v));

    handle_keeping_context(client->app, req, &res, a, &err, &got->ctx);
    exchange->headers = res.headers;
    str body = str_eq(req->method, S("HEAD")) ? S("") : read_body(&res, a);
    response_end(&res);
    got->status = res.status;
    got->body = str_copy(a, body).p;
    got->n = body.len;
    got->location = header_or_null(&res.headers, "Location", a);
    got->type = header_or_null(&res.headers, "Content-Type", a);
    if (err.sentence.len)
        got->error = error_text(&err, a);
    error_free(&err);
    return got;
}

static bool is_redirect(const struct vial_got *got)
{
    int s = got->status;

    return got->location && (s == 301 || s == 302 || s == 303 || s == 307 || s == 308);
}

const vial_got *vial_send_(vial_client *client, const char *method, struct vial_send_a what)
{
    struct vial_got *got = exchange_run(client, method, str_of(what.path), &what);
    struct arena scratch = { 0 };
    str url = str_of(what.path);

    for (size_t n = 1; what.follow && is_redirect(got) && n <= REDIRECTS_MAX; n++) {
        url = url_join(&scratch, url, str_of(got->location));
        if (got->status < 307 && strcmp(method, "HEAD") != 0) { /* as browsers do */
            method = "GET";
            what.form = NULL;
            what.json = what.body = NULL;
        }
        got = exchange_run(client, method, url, &what);
        got->redirects = n;
    }
    arena_free(&scratch);
    return got;
}

const char *vial_got_header(const vial_got *got, const char *name)
{
    struct exchange *exchange =
        (struct exchange *)((char *)(uintptr_t)got - offsetof(struct exchange, got));

    return header_or_null(&exchange->headers, name, &exchange->arena);
}
