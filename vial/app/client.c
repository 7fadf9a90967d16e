/*
 * client.c - the test client: requests without a socket
 *
 *   comes in:  a method, a path, a form, files or JSON
 *   goes out:  the answer of vial_handle(), the very one a server would send
 *
 * Cookies go into a jar and come out of it for the next request; parts are cut off and bodies
 * pulled here, as a transport would.
 */
#include "vial/app/client.h"
#include "vial/app/inside.h"
#include "vial/app/jar.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include "vial/http/range.h"
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
    struct arena arena;
    struct jar jar;
};

#define OWN_HOST S("localhost")

vial_client *vial_client_new(vial *app)
{
    vial_client *client = calloc(1, sizeof *client);

    if (!client)
        abort();
    client->app = app;
    client->jar.arena = &client->arena;
    return client;
}

struct arena *client_arena(vial_client *client)
{
    return &client->arena;
}

vial *client_app(vial_client *client)
{
    return client->app;
}

void vial_client_free(vial_client *client)
{
    while (client && client->exchanges) {
        struct exchange *exchange = client->exchanges;

        client->exchanges = exchange->next;
        arena_free(&exchange->arena);
        free(exchange);
    }
    if (client)
        arena_free(&client->arena);
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

static void add_fields(struct buf *out, const vial_kv *fields, struct arena *a)
{
    for (const vial_kv *field = fields; field && field->k; field++) {
        struct buf text = buf_in(a);

        if (out->len)
            buf_addc(out, '&');
        url_text(field->v, &text, NULL);
        query_add(out, str_of(field->k), buf_str(&text));
    }
}

/* Of names in a part's headers: as browsers escape them. */
static void add_quoted(struct buf *out, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '"' || *s == '\r' || *s == '\n')
            buf_addf(out, "%%%02X", (unsigned)*s);
        else
            buf_addc(out, *s);
    }
}

static void begin_part(struct buf *out, const char *boundary, const char *name)
{
    buf_addf(out, "--%s\r\nContent-Disposition: form-data; name=\"", boundary);
    add_quoted(out, name);
    buf_addc(out, '"');
}

static str multipart_body(const struct vial_send_a *what, const char *boundary, struct arena *a)
{
    struct buf body = buf_in(a);

    for (const vial_kv *field = what->form; field && field->k; field++) {
        begin_part(&body, boundary, field->k);
        buf_lit(&body, "\r\n\r\n");
        url_text(field->v, &body, NULL);
        buf_lit(&body, "\r\n");
    }
    for (const vial_sent_file *file = what->files; file->name; file++) {
        str type = file->type ? str_of(file->type) : media_type(str_of(file->filename));

        begin_part(&body, boundary, file->name);
        buf_lit(&body, "; filename=\"");
        add_quoted(&body, file->filename);
        buf_addf(&body, "\"\r\nContent-Type: %.*s\r\n\r\n", STR(type));
        buf_add(&body, file->size ? str_n(file->data, file->size) : str_of(file->data));
        buf_lit(&body, "\r\n");
    }
    buf_addf(&body, "--%s--\r\n", boundary);
    return buf_str(&body);
}

static void add_body(struct request *req, const struct vial_send_a *what, struct arena *a)
{
    static const char boundary[] = "----vial-client-7MA4YWxkTrZu0gW";
    struct buf form = buf_in(a);

    if (what->files) {
        req->body = multipart_body(what, boundary, a);
        headers_set(&req->headers, S("Content-Type"),
                    str_fmt(a, "multipart/form-data; boundary=%s", boundary));
    } else if (what->form) {
        add_fields(&form, what->form, a);
        req->body = buf_str(&form);
        headers_set(&req->headers, S("Content-Type"), S("application/x-www-form-urlencoded"));
    } else if (what->json) {
        req->body = str_copy(a, str_of(what->json));
        headers_set(&req->headers, S("Content-Type"), S("application/json"));
    } else {
        req->body = str_copy(a, str_of(what->body));
    }
    if (req->body.len)
        headers_set(&req->headers, S("Content-Length"), str_fmt(a, "%zu", req->body.len));
}

static void add_query(struct request *req, const vial_kv *query, struct arena *a)
{
    struct buf out = buf_in(a);

    if (!query)
        return;
    buf_add(&out, req->query);
    add_fields(&out, query, a);
    req->query = buf_str(&out);
}

/* "http://host/path?query" or "/path?query". */
static bool add_target(struct request *req, str url, struct arena *a)
{
    ptrdiff_t colon = str_find(url, S("://"));

    req->scheme = S("http");
    req->host = OWN_HOST;
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

static str pull_body(struct stream *stream, struct arena *a)
{
    enum { PIECE = 4096 };
    struct buf body = buf_in(a);
    ptrdiff_t got;

    do {
        buf_reserve(&body, PIECE);
        got = stream->pull(stream, body.p + body.len, PIECE);
        body.len += got > 0 ? (size_t)got : 0;
    } while (got > 0); /* what has to wait for others never goes on here */
    return buf_str(&body);
}

static str read_body(struct response *res, struct arena *a)
{
    if (res->body == BODY_TEXT)
        return str_copy(a, res->text);
    if (res->body == BODY_PULL)
        return pull_body(res->stream, a);
    if (res->body != BODY_FILE)
        return S("");

    char *text = arena_alloc(a, (size_t)res->length + 1);
    ssize_t got = pread(res->fd, text, (size_t)res->length, (off_t)res->from);
    text[got > 0 ? got : 0] = '\0';
    return str_n(text, got > 0 ? (size_t)got : 0);
}

static void keep_cookies(vial_client *client, const struct request *req,
                         const struct headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        if (str_ieq(headers->list[i].name, S("Set-Cookie")))
            jar_keep(&client->jar, headers->list[i].value, req->host, req->path,
                     str_eq(req->scheme, S("https")));
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
    struct seen seen;

    req->method = str_copy(a, str_of(method));
    req->headers.arena = a;
    req->peer = what->peer ? str_copy(a, str_of(what->peer)) : S("127.0.0.1");
    got->path = str_copy(a, url).p;
    if (!add_target(req, str_copy(a, url), a)) {
        got->status = 400;
        got->body = "";
        return got;
    }
    add_query(req, what->query, a);
    add_body(req, what, a);
    str cookies = jar_send(&client->jar, req->host, req->path, str_eq(req->scheme, S("https")), a);
    if (cookies.len)
        headers_set(&req->headers, S("Cookie"), cookies);
    for (const vial_kv *header = what->headers; header && header->k; header++)
        headers_set(&req->headers, str_of(header->k), value_text(header->v));

    handle_and_see(client->app, req, &res, a, &err, &seen);
    range_apply(req, &res, a);
    keep_cookies(client, req, &res.headers);
    got->ctx = seen.context;
    got->template_ = seen.template_name.len ? str_cstr(a, seen.template_name) : NULL;
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

/* A redirect that keeps the method keeps the body; the others are fetched, as browsers do. */
static void follow_as_browser(const struct vial_got *got, const char **method,
                              struct vial_send_a *what)
{
    what->query = NULL;
    if (got->status >= 307 || strcmp(*method, "HEAD") == 0)
        return;
    *method = "GET";
    what->form = NULL;
    what->files = NULL;
    what->json = what->body = NULL;
}

const vial_got *vial_send_(vial_client *client, const char *method, struct vial_send_a what)
{
    struct vial_got *got = exchange_run(client, method, str_of(what.path), &what);
    struct arena scratch = { 0 };
    str url = str_of(what.path);

    for (size_t n = 1; what.follow && is_redirect(got) && n <= REDIRECTS_MAX; n++) {
        const struct vial_got *before = got;

        url = url_join(&scratch, url, str_of(got->location));
        follow_as_browser(got, &method, &what);
        got = exchange_run(client, method, url, &what);
        got->redirects = n;
        got->before = before;
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

/* ---- cookies and the session ---- */

const char *vial_client_cookie(vial_client *client, const char *name)
{
    str found = jar_get(&client->jar, str_of(name), OWN_HOST);

    return found.p ? str_cstr(&client->arena, found) : NULL;
}

void vial_client_set_cookie(vial_client *client, const char *name, const char *text)
{
    jar_put(&client->jar, str_of(name), str_of(text), OWN_HOST);
}

static value session_values(vial_client *client)
{
    const struct session_keys *keys = &client->app->session;
    str cookie = jar_get(&client->jar, keys->cookie, OWN_HOST);
    value values;

    if (cookie.p && session_decode(&values, cookie, keys, now_unix(), &client->arena, NULL))
        return values;
    return dict_new(&client->arena, 4);
}

vial_val vial_client_session(vial_client *client, const char *key)
{
    return vial_get(session_values(client), key);
}

void vial_client_session_set(vial_client *client, const char *key, vial_val v)
{
    const struct session_keys *keys = &client->app->session;
    struct error err = { 0 };
    value values = session_values(client);
    str cookie;

    dict_set(values, str_copy(&client->arena, str_of(key)), value_copy(&client->arena, v));
    if (!keys->count)
        error_set(&err, "the app has no secret key: its session cannot be set");
    else if (session_encode(&cookie, values, keys, now_unix(), &client->arena, &err))
        jar_put(&client->jar, keys->cookie, cookie, OWN_HOST);
    if (err.sentence.len)
        log_failure(&err);
    error_free(&err);
}
