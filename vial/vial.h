/*
 * vial.h: all that a site's own C code sees.
 *
 *     static vial_res *show_post(vial_req *r)
 *     {
 *         vial_val post = find_post(r, vial_arg_i(r, "id"));
 *
 *         if (vial_isnull(post))
 *             return vial_abort(r, 404, "no such post");
 *         return vial_render(r, "post.html", KV({ "post", post }));
 *     }
 *
 *     vial *blog_app(void)
 *     {
 *         vial *app = vial_new("blog", .templates = "templates", .static_dir = "static");
 *
 *         vial_route(app, "/post/<int:id>", show_post);
 *         vial_route(app, "/post/<int:id>/edit", edit_post, .methods = "GET POST");
 *         return app;
 *     }
 *
 * There are two lifetimes, and the first argument tells which: what is made with a `vial` lives
 * until vial_free(), what is made with a `vial_req` until its response is sent. Your code never
 * calls free. An app is set up by one thread; afterwards handlers run in many at once, each with a
 * request of its own.
 *
 * Options are named and their zero is the safe default. Text is UTF-8; in templates it is escaped
 * unless vial_safe() made it.
 */
#pragma once
#include "vial/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vial vial;
typedef struct vial_req vial_req;
typedef struct vial_res vial_res;

/* A handler returns its response; NULL after vial_abort(), and a 500 when it forgot to. */
typedef vial_res *vial_fn(vial_req *r);

/* ---- values: what templates and JSON are made of ---- */

/* A name and its value. KV({ "id", V(7) }, { "q", V("x") }) makes a list of them, ended by zero. */
typedef struct vial_kv {
    const char *k;
    vial_val v;
} vial_kv;

vial_val vial_b(bool b);
vial_val vial_i(int64_t i);
vial_val vial_d(double d);
vial_val vial_s(const char *text); /* borrowed: it must live as long as the value; NULL is null */
vial_val vial_same(vial_val v);

#ifndef __cplusplus
#define V(x)                                                                                       \
    _Generic((x), bool: vial_b, int: vial_i, long: vial_i, long long: vial_i, unsigned: vial_i,   \
        unsigned long: vial_i, float: vial_d, double: vial_d, char *: vial_s,                      \
        const char *: vial_s, vial_val: vial_same)(x)
#define KV(...) ((const vial_kv[]){ __VA_ARGS__, { 0 } })
#endif

vial_val vial_safe(vial_req *r, const char *html); /* HTML already: the only way past escaping */
vial_val vial_map(vial_req *r, const vial_kv *entries);
vial_val vial_list(vial_req *r, size_t n, const vial_val *items);
vial_val vial_json_parse(vial_req *r, const char *text, size_t n); /* null when it is no JSON   */

vial_val vial_get(vial_val map, const char *key); /* null when absent, or no map     */
vial_val vial_at(vial_val list, size_t i);        /* null when there is none         */
size_t vial_len(vial_val list_or_map);            /* of others: 0                    */
bool vial_isnull(vial_val v);
int64_t vial_int(vial_val v, int64_t otherwise);
/* Text as C has it, ended by NUL; `otherwise` when `v` is no text. */
const char *vial_cstr(vial_req *r, vial_val v, const char *otherwise);

/* ---- the app ---- */

typedef struct vial_opts {
    const char *name;
    const char *templates;  /* folder of templates; NULL: none                                 */
    const char *static_dir; /* folder of files that are sent as they are, below /static/       */
    bool debug;             /* error pages tell what happened: never where strangers can see   */
} vial_opts;

/* vial_new("blog", .templates = "templates"): an app, to be ended by vial_free(). */
#define vial_new(...) vial_new_((vial_opts){ .name = __VA_ARGS__ })
vial *vial_new_(vial_opts options);
void vial_free(vial *app);

typedef struct vial_route_o {
    vial_fn *fn;
    const char *methods;  /* "GET POST"; NULL: GET. HEAD comes with GET, OPTIONS by itself       */
    const char *endpoint; /* for vial_url(); NULL: the handler's name                           */
    const vial_kv *defaults; /* arguments that the rule does not mention                         */
    const void *data;        /* vial_route_data() gives it to the handler                        */
    bool loose_slashes;      /* "/a" answers for "/a/" without a redirect                        */
    bool no_freeze;          /* only answered live, never built                                  */
} vial_route_o;

/*
 * vial_route(app, "/post/<int:id>", show_post, .methods = "GET POST"): lets the handler answer what
 * the rule matches. Arguments are <name>, <int:id>, <float:x>, <path:rest>, <any(a,b):kind>,
 * <uuid:id> and <string(length=2):lang>. False, and the log says why, when the rule does not parse
 * or its endpoint has another handler already.
 */
#define vial_route(app, rule, ...)                                                                 \
    vial_route_((app), (rule), #__VA_ARGS__, (vial_route_o){ .fn = __VA_ARGS__ })
bool vial_route_(vial *app, const char *rule, const char *name, vial_route_o options);

/*
 * Files of `folder` answer below `prefix` ("/", "/static"), before any rule does. Folders with the
 * same prefix are asked in the order they were added. vial_url(r, "static", KV({ "filename",
 * V("a.css") })) leads into the first prefix. Never sent: what lies outside, hidden files (but
 * /.well-known/), anything but plain files.
 */
bool vial_static(vial *app, const char *prefix, const char *folder);

/* Before each handler, in order: one that returns a response, or aborts, ends the matter there. */
void vial_before(vial *app, vial_fn *fn);
/* After each handler, last added first: may change the response or return another one. */
void vial_after(vial *app, vial_res *(*fn)(vial_req *r, vial_res *res));
/* At the very end, whatever happened, last added first. */
void vial_teardown(vial *app, void (*fn)(vial_req *r, int status));
/* Answers in place of the plain page for `status`; 0: for every status that has no other. */
void vial_error(vial *app, int status, vial_fn *fn);
/* Adds to what every template gets: `into` is a map for vial_put(). */
void vial_context(vial *app, void (*fn)(vial_req *r, vial_val into));
void vial_put(vial_req *r, vial_val map, const char *key, vial_val v);
/* {{ x | name(y) }} calls fn(r, x, {y}, 1). */
void vial_filter(vial *app, const char *name,
                 vial_val (*fn)(vial_req *r, vial_val input, const vial_val *args, size_t n));

/* ---- the request ---- */

const char *vial_method(vial_req *r);
const char *vial_path(vial_req *r);                     /* decoded, begins with '/'         */
const char *vial_host(vial_req *r);                     /* "example.com:8000"               */
const char *vial_endpoint(vial_req *r);                 /* NULL: no rule matched            */
const char *vial_header(vial_req *r, const char *name); /* NULL when absent                 */
const char *vial_cookie(vial_req *r, const char *name); /* NULL when absent                 */
const char *vial_body(vial_req *r, size_t *n);          /* ended by NUL; `n` may be NULL     */
const char *vial_arg(vial_req *r, const char *name);    /* of the rule; "" when it has none */
int64_t vial_arg_i(vial_req *r, const char *name);      /* of an <int:> ; else 0             */
const char *vial_query(vial_req *r, const char *name, const char *otherwise);
int64_t vial_query_i(vial_req *r, const char *name, int64_t otherwise);
const void *vial_route_data(vial_req *r);
vial *vial_app(vial_req *r);

void *vial_alloc(vial_req *r, size_t size); /* zeroed, and never NULL */
const char *vial_fmt(vial_req *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* `g`: what hooks and handlers of one request leave for each other, and for its templates. */
vial_val vial_g(vial_req *r, const char *name); /* null when absent */
void vial_g_set(vial_req *r, const char *name, vial_val v);

/*
 * The path that leads to an endpoint. Values that its rule has no place for become a query;
 * "_anchor", "_external", "_scheme" and "_method" mean what they do in Flask. NULL when there is
 * no such endpoint or a value is missing: the request has failed then, as after vial_abort(r, 500).
 */
const char *vial_url(vial_req *r, const char *endpoint, const vial_kv *values);

/* Notes that the response was made from `file`: when that changes it is made again. */
void vial_depends(vial_req *r, const char *file);

/* ---- the response ---- */

/* The template `name` with `values`, `g`, `request`, `url_for` and what vial_context() adds. */
vial_res *vial_render(vial_req *r, const char *name, const vial_kv *values);
vial_res *vial_text(vial_req *r, const char *text);
vial_res *vial_html(vial_req *r, vial_val html); /* text that is not safe is escaped */
vial_res *vial_reply_json(vial_req *r, vial_val v);
vial_res *vial_redirect(vial_req *r, const char *url); /* 303 See Other */
vial_res *vial_to(vial_req *r, const char *endpoint, const vial_kv *values);
/* A file of `folder`, whose name a stranger gave: 404 for what is not there, or outside of it. */
vial_res *vial_send_file(vial_req *r, const char *folder, const char *name);

/*
 * Fails the request: `return vial_abort(r, 404, "no such post")`. The page for `status` answers,
 * and shows `why` (NULL: a sentence of its own). It gives NULL.
 */
vial_res *vial_abort(vial_req *r, int status, const char *why);
/* In a handler of vial_error(): the status that is to be answered, and why (may be ""). */
int vial_failed(vial_req *r);
const char *vial_why(vial_req *r);

/* These take NULL and give it back, so that they can be wrapped around any of the above. */
vial_res *vial_status(vial_res *res, int status);
vial_res *vial_set(vial_res *res, const char *header, const char *value); /* in place of others */
int vial_res_status(const vial_res *res);

/* ---- the test client: no sockets, the same code ---- */

typedef struct vial_client vial_client;

typedef struct vial_got {
    int status;
    const char *body; /* ended by NUL */
    size_t n;
    const char *location; /* NULL: no redirect */
    const char *type;     /* "text/html; charset=utf-8"; NULL: none */
    vial_val ctx;         /* what the last template got, or null */
    const char *error;    /* what went wrong on the way to a 500, else NULL */
    size_t redirects;     /* followed on the way here */
} vial_got;

vial_client *vial_client_new(vial *app);
void vial_client_free(vial_client *client);

/*
 * vial_send(client, "POST", "/post/1/edit", .form = KV({ "title", V("x") }), .follow = true): the
 * answer, which lives until vial_client_free().
 */
#define vial_send(client, method, ...)                                                             \
    vial_send_((client), (method), (struct vial_send_a){ .path = __VA_ARGS__ })
struct vial_send_a {
    const char *path; /* with its query; or a URL */
    const vial_kv *headers;
    const vial_kv *form; /* sent as a browser sends a form */
    const char *json, *body;
    bool follow; /* redirects, as a browser does; at most 10 */
};
const vial_got *vial_send_(vial_client *client, const char *method, struct vial_send_a what);
const char *vial_got_header(const vial_got *got, const char *name); /* NULL when absent */

#ifdef __cplusplus
}
#endif
