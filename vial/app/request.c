/*
 * request.c - what a handler asks its request
 *
 *   comes in:  a request and what the router found
 *   goes out:  C's strings and numbers, in the request's arena
 */
#include "vial/app/inside.h"
#include "vial/base/date.h"
#include "vial/http/accept.h"
#include "vial/http/cookie.h"

struct arena *vial_arena(vial_req *r)
{
    return r->arena;
}

struct reads *vial_reads(vial_req *r)
{
    return r->reads;
}

const struct request *vial_http(vial_req *r)
{
    return r->http;
}

vial *vial_app(vial_req *r)
{
    return r->app;
}

static const char *cstr_or_null(vial_req *r, str s)
{
    return s.p ? str_cstr(r->arena, s) : NULL;
}

const char *vial_method(vial_req *r)
{
    vial_asked(r, "method");
    return str_cstr(r->arena, r->http->method);
}

const char *vial_path(vial_req *r)
{
    return str_cstr(r->arena, r->path);
}

const char *vial_host(vial_req *r)
{
    vial_asked(r, "host");
    return str_cstr(r->arena, r->binding.host);
}

const char *vial_remote(vial_req *r)
{
    vial_asked(r, "peer");
    return str_cstr(r->arena, r->peer);
}

bool vial_is_secure(vial_req *r)
{
    vial_asked(r, "host");
    return str_eq(r->binding.scheme, S("https"));
}

const char *vial_endpoint(vial_req *r)
{
    return r->endpoint.len ? str_cstr(r->arena, r->endpoint) : NULL;
}

const char *vial_header(vial_req *r, const char *name)
{
    vial_asked(r, "headers");
    return cstr_or_null(r, headers_get(&r->http->headers, str_of(name)));
}

const char *vial_cookie(vial_req *r, const char *name)
{
    vial_asked(r, "cookies");
    return cstr_or_null(r, cookie_get(&r->http->headers, str_of(name), r->arena));
}

const char *vial_body(vial_req *r, size_t *n)
{
    vial_asked(r, "body");
    if (n)
        *n = r->http->body.len;
    return str_copy(r->arena, r->http->body).p;
}

value vial_arg_value(vial_req *r, const char *name)
{
    for (size_t i = 0; r->matched && i < r->match.count; i++)
        if (str_eq(r->match.arguments[i].name, str_of(name)))
            return r->match.arguments[i].v;
    return value_undefined();
}

str vial_arg_text(vial_req *r, const char *name)
{
    value v = vial_arg_value(r, name);
    struct buf text = buf_in(r->arena);

    switch ((enum vial_type)v.type) {
    case VIAL_STR:
        return value_text(v);
    case VIAL_INT:
        buf_add_int(&text, v.as.i);
        return buf_str(&text);
    case VIAL_FLOAT:
        return str_fmt(r->arena, "%.17g", v.as.d);
    default:
        return S("");
    }
}

const char *vial_arg(vial_req *r, const char *name)
{
    return str_cstr(r->arena, vial_arg_text(r, name));
}

int64_t vial_arg_i(vial_req *r, const char *name)
{
    return vial_int(vial_arg_value(r, name), 0);
}

/* ---- what the other side would like ---- */

enum { OFFERS_MAX = 32 };

static const char *best_offer(vial_req *r, const char *header, enum accept_kind kind,
                              const char *words)
{
    struct accept accept;
    str offers[OFFERS_MAX], rest = str_of(words);
    size_t count = 0;

    while (rest.len && count < OFFERS_MAX) {
        str word = str_cut(&rest, ' ');

        if (word.len)
            offers[count++] = word;
    }
    accept_parse(&accept, headers_get(&r->http->headers, str_of(header)));
    int best = accept_best(&accept, kind, offers, count);
    return best < 0 ? NULL : str_cstr(r->arena, offers[best]);
}

const char *vial_accepts(vial_req *r, const char *types)
{
    vial_asked(r, "accept");
    return best_offer(r, "Accept", ACCEPT_MEDIA, types);
}

const char *vial_accepts_language(vial_req *r, const char *languages)
{
    vial_asked(r, "language");
    return best_offer(r, "Accept-Language", ACCEPT_LANGUAGE, languages);
}

int64_t vial_header_date(vial_req *r, const char *name, int64_t otherwise)
{
    str header = headers_get(&r->http->headers, str_of(name));
    int64_t time;

    vial_asked(r, "headers");
    return header.p && date_http_parse(header, &time) ? time : otherwise;
}

const void *vial_route_data(vial_req *r)
{
    return r->matched ? r->match.route->rule.data : NULL;
}

void vial_defer(vial_req *r, void (*fn)(void *), void *data)
{
    struct deferred *deferred = arena_make(r->arena, struct deferred);

    *deferred = (struct deferred){ r->deferred, fn, data };
    r->deferred = deferred;
}

void vial_after_this(vial_req *r, vial_res *(*fn)(vial_req *, vial_res *))
{
    struct hook *hook = arena_make(r->arena, struct hook), **last = &r->after_this;

    while (*last)
        last = &(*last)->next;
    hook->fn.after = fn;
    *last = hook;
}

void *vial_alloc(vial_req *r, size_t size)
{
    return arena_zalloc(r->arena, 1, size);
}

const char *vial_fmt(vial_req *r, const char *fmt, ...)
{
    struct buf text = buf_in(r->arena);
    va_list args;

    va_start(args, fmt);
    buf_addv(&text, fmt, args);
    va_end(args);
    return buf_cstr(&text);
}

vial_val vial_g(vial_req *r, const char *name)
{
    return vial_get(r->g, name);
}

void vial_g_set(vial_req *r, const char *name, vial_val v)
{
    vial_put(r, r->g, name, v);
}
