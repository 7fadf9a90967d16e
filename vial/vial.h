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
#include <initializer_list>
#include <type_traits>
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
#else
/* The same words in C++, where a list lives as long as the call that it is written in. */
extern "C++" {
template <class T>
vial_val V(T x)
{
    if constexpr (std::is_same_v<T, bool>)
        return vial_b(x);
    else if constexpr (std::is_integral_v<T>)
        return vial_i(int64_t(x));
    else if constexpr (std::is_floating_point_v<T>)
        return vial_d(x);
    else if constexpr (std::is_same_v<T, vial_val>)
        return x;
    else
        return vial_s(x);
}
}
#define KV(...) (std::initializer_list<vial_kv>{ __VA_ARGS__, { nullptr, vial_b(false) } }.begin())
#endif

vial_val vial_safe(vial_req *r, const char *html); /* HTML already: the only way past escaping */
vial_val vial_map(vial_req *r, const vial_kv *entries);
vial_val vial_list(vial_req *r, size_t n, const vial_val *items);
vial_val vial_json_parse(vial_req *r, const char *text, size_t n); /* null when it is no JSON   */

const char *vial_json_text(vial_req *r, vial_val v); /* NULL: JSON cannot say it */

vial_val vial_get(vial_val map, const char *key); /* null when absent, or no map     */
vial_val vial_at(vial_val list, size_t i);        /* null when there is none         */
size_t vial_len(vial_val list_or_map);            /* of others: 0                    */
bool vial_isnull(vial_val v);
int64_t vial_int(vial_val v, int64_t otherwise);
/* Text as C has it, ended by NUL; `otherwise` when `v` is no text. */
const char *vial_cstr(vial_req *r, vial_val v, const char *otherwise);

/* ---- the app ---- */

/*
 * How many proxies stand before the app and set each of these headers; 0 believes none. Believe no
 * more than there are: the rest of a header is what a stranger wrote.
 */
typedef struct vial_proxies {
    int x_for, x_proto, x_host, x_port, x_prefix; /* X-Forwarded-For, -Proto, ... */
} vial_proxies;

typedef struct vial_opts {
    const char *name;
    const char *templates;  /* folder of templates; NULL: none                                 */
    const char *static_dir; /* folder of files that are sent as they are, below /static/       */
    bool debug;             /* error pages tell what happened: never where strangers can see   */

    /* Signs sessions: at least 16 bytes that nobody can guess. `vial session key` makes one. */
    const char *secret_key;
    const char *const *secret_fallbacks; /* older ones, still read; ended by NULL              */
    const char *session_cookie;          /* its name; NULL: "session"                          */
    int64_t session_lifetime;            /* seconds, of permanent ones; 0: 31 days              */

    const char *instance;   /* folder of what belongs to this one installation; NULL: here     */
    const char *env_prefix; /* "BLOG": vial_config() reads BLOG_SECRET_KEY and the like        */

    const char *trusted_hosts; /* "example.com .example.org": others get a 400; NULL: any       */
    vial_proxies proxies;

    size_t max_content;     /* bytes of a request's body, else 413; 0: 1 MiB, as the server has */
    size_t max_form_memory; /* bytes of all fields of a form, files apart, else 413; 0: 500,000 */
    size_t max_form_parts;  /* fields and files of a form, else 413; 0: 1000                   */
    size_t max_json;        /* bytes of JSON for vial_json(), else 413; 0: 1 MiB                */
} vial_opts;

/* vial_new("blog", .templates = "templates"): an app, to be ended by vial_free(). */
#define vial_new(...) vial_new_((vial_opts){ .name = __VA_ARGS__ })
vial *vial_new_(vial_opts options);
void vial_free(vial *app); /* and the blueprints it has mounted */

/*
 * Reads the configuration: `file` (YAML or JSON; NULL: none) in the instance's folder, and then the
 * environment, where BLOG_MAIL__SERVER is "mail.server". Keys of vial_opts count for the app:
 * secret_key, secret_fallbacks, session_cookie, session_lifetime, trusted_hosts, max_content,
 * max_form_memory, max_form_parts, max_json, debug, base_url; all others are yours. Templates have
 * all of it as `config`, but what is secret by its name (secret, password, token, key). False, and
 * the log says where and why, when something is wrong; vial_main() does not start then. A file that
 * is not there is none.
 */
bool vial_config(vial *app, const char *file);
/* "mail.server"; null when absent. With a type: what is there and is no such thing is an error in
 * the log, and `otherwise`. */
vial_val vial_cfg(vial *app, const char *key);
const char *vial_cfg_s(vial *app, const char *key, const char *otherwise);
int64_t vial_cfg_i(vial *app, const char *key, int64_t otherwise);
bool vial_cfg_b(vial *app, const char *key, bool otherwise);
/* A path in the instance's folder; lives as long as the app. */
const char *vial_instance(vial *app, const char *name);

/* ---- blueprints: parts of an app, with a name and a place below a URL ---- */

typedef struct vial_mount_o {
    const char *name;       /* its endpoints become "name.endpoint"                             */
    const char *prefix;     /* its URLs begin so: "/admin", "/<lang>"                           */
    const char *templates;  /* folders, asked after the app's own                               */
    const char *static_dir; /* answers below PREFIX/static/, as the endpoint "name.static"      */
} vial_mount_o;

/*
 * vial_blueprint("admin", .prefix = "/admin"): takes rules, hooks, handlers of errors and folders
 * as an app does. They count for its own endpoints only; its handlers of errors for every URL below
 * its prefix, also where no rule matches.
 */
#define vial_blueprint(...) vial_blueprint_((vial_mount_o){ .name = __VA_ARGS__ })
vial *vial_blueprint_(vial_mount_o options);

/*
 * vial_mount(app, admin): its rules answer from now on. `parent` is an app or another blueprint;
 * then endpoints are "outer.inner.endpoint" and prefixes are joined. A blueprint can be mounted
 * many times, with .name and .prefix of its own each: vial_mount(app, blog, .name = "news", .prefix
 * =
 * "/news"). False, and the log says why, when the name is taken.
 */
#define vial_mount(parent, ...)                                                                    \
    vial_mount_((parent), (struct vial_mount_a){ .blueprint = __VA_ARGS__ })
struct vial_mount_a {
    vial *blueprint;
    const char *name, *prefix;
};
bool vial_mount_(vial *parent, struct vial_mount_a what);

/*
 * Calls fn(app) when the blueprint is mounted, once for each app: for what counts for all of it,
 * and not for the blueprint's own endpoints alone: vial_before(app, ...), vial_error(app, ...).
 */
void vial_mounted(vial *blueprint, void (*fn)(vial *app));

typedef struct vial_route_o {
    vial_fn *fn;
    const char *methods;  /* "GET POST"; NULL: GET. HEAD comes with GET, OPTIONS by itself       */
    const char *endpoint; /* for vial_url(); NULL: the handler's name                           */
    const vial_kv *defaults; /* arguments that the rule does not mention                         */
    const void *data;        /* vial_route_data() gives it to the handler                        */
    bool loose_slashes;      /* "/a" answers for "/a/" without a redirect                        */
    bool no_freeze;          /* only answered live, never built                                  */
    bool tells_all;          /* vial_depends() names all that it reads: frozen again only when   */
                             /* some of that changed, or a template                              */
    bool csrf;    /* a form must bring vial_csrf_token(), or the header X-CSRF-Token, else 400   */
    bool no_csrf; /* other sites' pages may send forms here as well: else they get a 403         */
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
 * A view as a table of handlers by method. vial_view(app, "/post/<int:id>", "post",
 * .get = show_post, .post = save_post): other methods get a 405.
 */
typedef struct vial_view_o {
    const char *endpoint;
    vial_fn *get, *post, *put, *patch, *delete_;
    vial_fn *before;   /* before each of them, as vial_before() */
    vial_route_o with; /* what a rule may have beside; its handler and methods do not count */
} vial_view_o;
#define vial_view(app, rule, ...)                                                                  \
    vial_view_((app), (rule), (vial_view_o){ .endpoint = __VA_ARGS__ })
bool vial_view_(vial *app, const char *rule, vial_view_o view);

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
/* {{ x | name(y) }} calls fn(r, x, {y}, 1); likewise {% if x is name(y) %}, and {{ name(y) }}. */
void vial_filter(vial *app, const char *name,
                 vial_val (*fn)(vial_req *r, vial_val input, const vial_val *args, size_t n));
void vial_test(vial *app, const char *name,
               bool (*fn)(vial_req *r, vial_val input, const vial_val *args, size_t n));
void vial_function(vial *app, const char *name,
                   vial_val (*fn)(vial_req *r, const vial_val *args, size_t n));
void vial_global(vial *app, const char *name, vial_val v); /* copied */

/*
 * Arguments that URLs have without being told: before one is built, fn(r, endpoint, into) may
 * vial_put() some into `into`. They count where the endpoint has such an argument and it was not
 * given. A blueprint's are for URLs of its own endpoints: so "/<lang>/" need not be told at each
 * link. (A hook of vial_before() finds the arguments that came with vial_arg().)
 */
void vial_url_defaults(vial *app, void (*fn)(vial_req *r, const char *endpoint, vial_val into));

/* What handlers find again by its name: a database, a cache. NULL when there is none. */
void vial_set_data(vial *app, const char *name, void *data);
void *vial_data(vial_req *r, const char *name);

/*
 * What happens on the way, for those who only watch: logs, figures, tests. `what` is the template's
 * name, the message that was flashed, or why it is a 500; else NULL. What a blueprint listens to
 * are the events of the whole app.
 */
enum vial_event {
    VIAL_REQUEST_STARTED,
    VIAL_TEMPLATE_RENDERED,
    VIAL_MESSAGE_FLASHED,
    VIAL_GOT_ERROR,
    VIAL_REQUEST_FINISHED,
    VIAL_REQUEST_TEARING_DOWN,
};
void vial_listen(vial *app, enum vial_event event, void (*fn)(vial_req *r, const char *what));

/* ---- the request ---- */

const char *vial_method(vial_req *r);
const char *vial_path(vial_req *r);                     /* decoded, begins with '/'         */
const char *vial_host(vial_req *r);                     /* "example.com:8000"               */
const char *vial_remote(vial_req *r);                   /* the other side's address; may be "" */
bool vial_is_secure(vial_req *r);                       /* it came by https                 */
const char *vial_endpoint(vial_req *r);                 /* NULL: no rule matched            */
const char *vial_header(vial_req *r, const char *name); /* NULL when absent                 */
const char *vial_cookie(vial_req *r, const char *name); /* NULL when absent                 */
const char *vial_body(vial_req *r, size_t *n);          /* ended by NUL; `n` may be NULL     */
const char *vial_arg(vial_req *r, const char *name);    /* of the rule; "" when it has none */
int64_t vial_arg_i(vial_req *r, const char *name);      /* of an <int:> ; else 0             */
const char *vial_query(vial_req *r, const char *name, const char *otherwise);
int64_t vial_query_i(vial_req *r, const char *name, int64_t otherwise);
/* All values of a name, `*all` ended by NULL; how many there are. */
size_t vial_query_all(vial_req *r, const char *name, const char *const **all);

/*
 * Fields of the form that was sent, and the first of query or form. A form that does not parse
 * or is too large fails the request with 400 or 413, and its fields are as if they were not there.
 */
const char *vial_form(vial_req *r, const char *name, const char *otherwise);
int64_t vial_form_i(vial_req *r, const char *name, int64_t otherwise);
size_t vial_form_all(vial_req *r, const char *name, const char *const **all);
const char *vial_value(vial_req *r, const char *name, const char *otherwise);

/* A file that was sent with a form. What is in it lies in memory or on disk, by its size. */
typedef struct vial_file {
    const char *name;     /* of the form's field                                         */
    const char *filename; /* as the browser says it: for people, never for paths           */
    const char *type;     /* "image/png", as the browser says it; may be ""                */
    const char *data;     /* not ended by NUL                                              */
    size_t size;
} vial_file;
const vial_file *vial_upload(vial_req *r, const char *name); /* NULL: none was chosen */
size_t vial_upload_all(vial_req *r, const char *name, const vial_file **all); /* NULL name: all */
/*
 * Keeps it in `folder`, under a safe form of its own name, or as `name`; with a number where there
 * is one already. The path, or NULL and a request that has failed.
 */
const char *vial_upload_save(vial_req *r, const vial_file *file, const char *folder,
                             const char *name);

/* The JSON that was sent. Null and a request that has failed: 415 when it is none, 400 when broken.
 */
vial_val vial_json(vial_req *r);

/*
 * Which of "text/html application/json" the other side likes best, by its Accept: one of these
 * words, or NULL when it takes none. Likewise for languages: "de en-GB".
 */
const char *vial_accepts(vial_req *r, const char *types);
const char *vial_accepts_language(vial_req *r, const char *languages);
/* Seconds since 1970 of a header such as "If-Modified-Since"; `otherwise` when it has no date. */
int64_t vial_header_date(vial_req *r, const char *name, int64_t otherwise);
const void *vial_route_data(vial_req *r);
vial *vial_app(vial_req *r);

void *vial_alloc(vial_req *r, size_t size); /* zeroed, and never NULL */
const char *vial_fmt(vial_req *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* When all is done with the request, last first, after the teardown of hooks. */
void vial_defer(vial_req *r, void (*fn)(void *data), void *data);
/* After this one handler, before the hooks of vial_after(). */
void vial_after_this(vial_req *r, vial_res *(*fn)(vial_req *r, vial_res *res));

/* `g`: what hooks and handlers of one request leave for each other, and for its templates. */
vial_val vial_g(vial_req *r, const char *name); /* null when absent */
void vial_g_set(vial_req *r, const char *name, vial_val v);

/*
 * The path that leads to an endpoint; ".index" is one of the same blueprint. Values that its rule
 * has no place for become a query;
 * "_anchor", "_external", "_scheme" and "_method" mean what they do in Flask. NULL when there is
 * no such endpoint or a value is missing: the request has failed then, as after vial_abort(r, 500).
 */
const char *vial_url(vial_req *r, const char *endpoint, const vial_kv *values);

/*
 * Says that the response is made from `file`, or from all that is in a folder: when that changes it
 * is made again. Say so before you read it. Templates, settings, and where links lead vial sees for
 * itself; a handler that names all else, hooks and filters included, is routed with .tells_all.
 */
void vial_depends(vial_req *r, const char *file);

/*
 * The same of what is no file: vial_depends_on(r, "post", "7"). How it is known whether that
 * changed, vial_versions(app, "post", version) says: version(r, "7") gives a text that is another
 * one then, such as the time of its last change; NULL while there is no such thing.
 */
void vial_depends_on(vial_req *r, const char *kind, const char *id);
void vial_versions(vial *app, const char *kind,
                   const char *(*version)(vial_req *r, const char *id));

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
/* The browser keeps the response as a file of this name, and does not show it. */
vial_res *vial_download(vial_res *res, const char *filename);

/*
 * A body that is made while it is sent: `next` puts up to `room` bytes into `into` and says how
 * many, 0 at the end, -1 to break off. `state` has to live until then: take it from vial_alloc().
 */
vial_res *vial_stream(vial_req *r, const char *type,
                      ptrdiff_t (*next)(void *state, char *into, size_t room), void *state);

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
vial_res *vial_add(vial_res *res, const char *header, const char *value); /* beside others      */
vial_res *vial_vary(vial_res *res, const char *header); /* it depends on this header, too   */
int vial_res_status(const vial_res *res);
const char *vial_res_header(vial_res *res, const char *name); /* NULL when absent */

/*
 * Who has this version already gets a 304. Pages and files have a tag of their content by
 * themselves; these tell another, or a time of the last change.
 */
vial_res *vial_etag(vial_res *res, const char *tag);
vial_res *vial_last_modified(vial_res *res, int64_t unix_time);
/*
 * For what changes things: false, and a 412, when If-Match or If-Unmodified-Since ask for another
 * version than `tag` and `unix_time` (NULL and 0: there is none).
 */
bool vial_still(vial_req *r, const char *tag, int64_t unix_time);

/*
 * vial_set_cookie(res, "theme", "dark", .max_age = 86400): zeros are safe: no script reads it,
 * other sites do not send it along (SameSite=Lax), and it is for https alone if the page came so.
 */
typedef struct vial_cookie_o {
    const char *name, *value;
    const char *path, *domain; /* NULL: "/", and this host alone      */
    const char *samesite;      /* "Lax", "Strict" or "None"           */
    int64_t max_age;           /* seconds; 0: until the browser ends  */
    bool insecure, script_readable, partitioned;
} vial_cookie_o;
#define vial_set_cookie(res, name_, ...)                                                           \
    vial_set_cookie_((res), (name_), (vial_cookie_o){ .value = __VA_ARGS__ })
vial_res *vial_set_cookie_(vial_res *res, const char *name, vial_cookie_o cookie);
vial_res *vial_delete_cookie(vial_res *res, const char *name); /* as it was set, at path "/" */

/* ---- the session: signed, in a cookie, as Flask writes it ---- */

/*
 * What one browser was told to keep. It can be read by whoever has the browser, but not changed: it
 * needs .secret_key. A cookie that is not ours, or too old, is an empty session and never an error.
 */
vial_val vial_session(vial_req *r, const char *key);             /* null when absent   */
void vial_session_set(vial_req *r, const char *key, vial_val v); /* copied              */
void vial_session_pop(vial_req *r, const char *key);
void vial_session_clear(vial_req *r);
void vial_session_permanent(vial_req *r, bool permanent); /* for .session_lifetime, else until
                                                             the browser ends                    */

/* A message for the page that the browser sees next: get_flashed_messages() there. */
void vial_flash(vial_req *r, const char *message, const char *category); /* NULL: "message" */

/* For a form: <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">. */
const char *vial_csrf_token(vial_req *r);
bool vial_csrf_ok(vial_req *r); /* did the form, or X-CSRF-Token, bring it? */

/* "scrypt:32768:8:1$salt$hash", as Werkzeug writes it; pbkdf2's are understood as well. */
const char *vial_password_hash(vial_req *r, const char *password);
bool vial_password_ok(const char *hash, const char *password);

/* ---- the command line ---- */

/*
 * An app as a program: `int main(int argc, char **argv) { return vial_main(blog_app(), argc, argv);
 * }` has the commands run, routes, freeze and config, and those of its own. Ends the app; gives the
 * program's exit code.
 */
int vial_main(vial *app, int argc, char **argv);

/*
 * A command of the app's own, for vial_command(app, "user add", add_user, .help = "...", .options =
 * OPTIONS({ "name", 'n', "whose", .prompt = "Name" }, { "admin", .flag = true })): words before the
 * last are groups. It has a request of its own, with no rule and no session, and returns the exit
 * code. A blueprint's stand in a group of its name: "admin user add".
 */
typedef int vial_command_fn(vial_req *r);
typedef struct vial_option {
    const char *name;      /* --name                                                        */
    char letter;           /* -n; 0: none                                                   */
    const char *help;      /* one line                                                      */
    const char *otherwise; /* what stands for it when it is not given; NULL: nothing        */
    const char *prompt;    /* asks for it when it is not given and nothing stands for it     */
    bool flag;             /* takes no value                                                */
    bool required;
} vial_option;
#define OPTIONS(...) ((const vial_option[]){ __VA_ARGS__, { 0 } })
typedef struct vial_command_o {
    vial_command_fn *fn;
    const char *help;           /* one line                             */
    const vial_option *options; /* ended by zero                        */
    const char *operands;       /* "FILE [FILE...]", for the help; NULL: it takes none */
} vial_command_o;
#define vial_command(app, name, ...)                                                               \
    vial_command_((app), (name), (vial_command_o){ .fn = __VA_ARGS__ })
void vial_command_(vial *app, const char *name, vial_command_o command);

/* In a command: an option's value (NULL: not given), its number, was the flag given, the words. */
const char *vial_given(vial_req *r, const char *name);
int64_t vial_given_i(vial_req *r, const char *name, int64_t otherwise);
bool vial_flag(vial_req *r, const char *name);
const char *vial_operand(vial_req *r, size_t i); /* NULL: there are not so many */
void vial_print(vial_req *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- freezing: the app as files ---- */

/*
 * `freeze` makes a file of everything that can be asked for without arguments, of static files, of
 * what url_for() leads to from there, and of what listers tell: vial_freeze_each(app, "show_post",
 * every_post) calls every_post(r, urls), which adds the arguments of each URL. Rules with arguments
 * that nobody leads to are reported, and so are links of its pages that lead to no file. The
 * endpoints of a blueprint's listers are its own. The next time, the files of rules with .tells_all
 * are left as they are until something changes that they were made from.
 */
typedef struct vial_urls vial_urls;
void vial_freeze_each(vial *app, const char *endpoint, void (*list)(vial_req *r, vial_urls *urls));
void vial_urls_add(vial_urls *urls, const vial_kv *arguments);
void vial_urls_path(vial_urls *urls, const char *path); /* "/feed.xml" */

/* ---- logic: the own code of a site that vial builds and serves ---- */

/*
 * `logic: logic` in vial.yaml names a folder of C files, of which one defines this function. It is
 * called when the site is opened, and again when the code was changed: it registers routes,
 * filters, hooks, commands, as one does with an app of one's own. The app is the site: templates
 * see its pages, vial_instance(app, "data/x.json") is a file of its folder, and its pages answer
 * where no route of yours does.
 */
__attribute__((visibility("default"))) void site_logic(vial *app);

/* ---- the test client: no sockets, the same code ---- */

/* A browser without a window: it keeps cookies from one request to the next. */
typedef struct vial_client vial_client;

typedef struct vial_got {
    int status;
    const char *body; /* ended by NUL */
    size_t n;
    const char *location;          /* NULL: no redirect */
    const char *type;              /* "text/html; charset=utf-8"; NULL: none */
    vial_val ctx;                  /* what the last template got, or null */
    const char *template_;         /* its name; NULL: none was rendered */
    const char *error;             /* what went wrong on the way to a 500, else NULL */
    const char *path;              /* that was asked for last */
    size_t redirects;              /* followed on the way here */
    const struct vial_got *before; /* the redirect that led here; NULL: none was followed */
} vial_got;

vial_client *vial_client_new(vial *app);
void vial_client_free(vial_client *client);

/* A file to be sent with a form. */
typedef struct vial_sent_file {
    const char *name, *filename, *type, *data; /* `type` NULL: by the file's name */
    size_t size;                               /* 0: `data` is ended by NUL       */
} vial_sent_file;
#define FILES(...) ((const vial_sent_file[]){ __VA_ARGS__, { 0 } })

/*
 * vial_send(client, "POST", "/post/1/edit", .form = KV({ "title", V("x") }), .follow = true): the
 * answer, which lives until vial_client_free().
 */
#define vial_send(client, method, ...)                                                             \
    vial_send_((client), (method), (struct vial_send_a){ .path = __VA_ARGS__ })
struct vial_send_a {
    const char *path; /* with its query; or a URL */
    const vial_kv *headers;
    const vial_kv *query;        /* added to that of the path */
    const vial_kv *form;         /* sent as a browser sends a form */
    const vial_sent_file *files; /* along with it */
    const char *json, *body;
    const char *peer; /* the address it comes from; NULL: 127.0.0.1 */
    bool follow;      /* redirects, as a browser does; at most 10 */
};
const vial_got *vial_send_(vial_client *client, const char *method, struct vial_send_a what);
const char *vial_got_header(const vial_got *got, const char *name); /* NULL when absent */

/* The cookies of the host "localhost"; NULL when there is none, and to take one away. */
const char *vial_client_cookie(vial_client *client, const char *name);
void vial_client_set_cookie(vial_client *client, const char *name, const char *value);

/* A command line without the program's name: "user add --name Ann". `input` answers prompts. */
typedef struct vial_ran {
    int status;         /* the exit code              */
    const char *output; /* what it printed            */
    const char *errors; /* what it complained about   */
} vial_ran;
const vial_ran *vial_client_run(vial_client *client, const char *line, const char *input);

/* What the session holds between two requests, and what it is to hold for the next one. */
vial_val vial_client_session(vial_client *client, const char *key);
void vial_client_session_set(vial_client *client, const char *key, vial_val v);

#ifdef __cplusplus
}
#endif
