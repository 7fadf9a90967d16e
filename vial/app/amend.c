/*
 * amend.c - a response that is there already, changed
 *
 *   comes in:  a response, or NULL, and a status, a header, a cookie, a tag
 *   goes out:  the response; NULL, and a request that has failed, when a header cannot be one
 */
#include "vial/app/inside.h"
#include "vial/base/date.h"
#include "vial/http/cookie.h"

vial_res *vial_status(vial_res *res, int status)
{
    if (res) {
        res->http.status = status;
        res->status_set = true;
    }
    return res;
}

int vial_res_status(const vial_res *res)
{
    return res ? res->http.status : 0;
}

const char *vial_res_header(vial_res *res, const char *name)
{
    str found = res ? headers_get(&res->http.headers, str_of(name)) : S("");

    return res && found.p ? str_cstr(res->r->arena, found) : NULL;
}

/* ---- headers ---- */

/* Framing is the transport's: who sends the response knows its length and its connection. */
static bool is_ours_to_set(str name)
{
    return !str_ieq(name, S("Connection")) && !str_ieq(name, S("Transfer-Encoding")) &&
           !str_ieq(name, S("Content-Length"));
}

static vial_res *put_header(vial_res *res, const char *header, const char *content, bool instead)
{
    if (!res)
        return NULL;

    struct arena *a = res->r->arena;
    str name = str_copy(a, str_of(header)), text = str_copy(a, str_of(content));
    if (!header_is_legal(name, text) || !is_ours_to_set(name))
        return vial_abort(res->r, 500, "a header was to be set that cannot be one");
    if (instead)
        headers_remove(&res->http.headers, name);
    headers_add(&res->http.headers, name, text);
    return res;
}

vial_res *vial_set(vial_res *res, const char *header, const char *content)
{
    return put_header(res, header, content, true);
}

vial_res *vial_add(vial_res *res, const char *header, const char *content)
{
    return put_header(res, header, content, false);
}

/* RFC 6266: plain for the old, and encoded for names that are not ASCII. */
vial_res *vial_download(vial_res *res, const char *filename)
{
    if (!res)
        return NULL;

    struct arena *a = res->r->arena;
    str name = filename_safe(str_of(filename), a);
    struct buf plain = buf_in(a);
    for (size_t i = 0; i < name.len; i++)
        buf_addc(&plain, (unsigned char)name.p[i] < 0x80 ? name.p[i] : '_');
    str ascii = buf_str(&plain);
    str both = str_eq(ascii, name)
                   ? S("")
                   : str_fmt(a, "; filename*=UTF-8''%.*s", STR(url_encode(a, name, "")));
    headers_set(&res->http.headers, S("Content-Disposition"),
                str_fmt(a, "attachment; filename=\"%.*s\"%.*s", STR(ascii), STR(both)));
    return res;
}

/* ---- versions ---- */

vial_res *vial_etag(vial_res *res, const char *tag)
{
    if (!res)
        return NULL;

    str quoted = str_fmt(res->r->arena, "\"%s\"", tag);
    return str_has(str_of(tag), '"') ? vial_abort(res->r, 500, "a tag has no quotes in it")
                                     : vial_set(res, "ETag", quoted.p);
}

vial_res *vial_last_modified(vial_res *res, int64_t unix_time)
{
    if (res)
        headers_set(&res->http.headers, S("Last-Modified"), date_http(res->r->arena, unix_time));
    return res;
}

bool vial_still(vial_req *r, const char *tag, int64_t unix_time)
{
    str etag = tag ? str_fmt(r->arena, "\"%s\"", tag) : S("");

    if (http_precondition(r->http, etag, unix_time))
        return true;
    vial_abort(r, 412, NULL);
    return false;
}

/* ---- cookies ---- */

static str text_of(const char *s, struct arena *a)
{
    return s ? str_copy(a, str_of(s)) : S("");
}

static vial_res *put_cookie(vial_res *res, struct cookie *cookie)
{
    struct arena *a = res->r->arena;
    str header;

    if (!cookie_print(cookie, now_unix(), &header, a))
        return vial_abort_str(res->r, 500,
                              str_fmt(a,
                                      "the cookie '%.*s' is too large, or has a name, a path or "
                                      "a domain that no cookie can have",
                                      STR(cookie->name)));
    headers_add(&res->http.headers, S("Set-Cookie"), header);
    return res;
}

vial_res *vial_set_cookie_(vial_res *res, const char *name, vial_cookie_o o)
{
    if (!res)
        return NULL;

    struct arena *a = res->r->arena;
    struct cookie cookie = {
        .name = text_of(name, a),
        .value = text_of(o.value, a),
        .path = text_of(o.path, a),
        .domain = text_of(o.domain, a),
        .samesite = o.samesite ? text_of(o.samesite, a) : S("Lax"),
        .max_age = o.max_age,
        .has_age = o.max_age != 0,
        .secure = !o.insecure && vial_is_secure(res->r),
        .http_only = !o.script_readable,
        .partitioned = o.partitioned,
    };
    return put_cookie(res, &cookie);
}

vial_res *vial_delete_cookie(vial_res *res, const char *name)
{
    if (!res)
        return NULL;

    struct cookie cookie = { .name = text_of(name, res->r->arena),
                             .samesite = S("Lax"),
                             .has_age = true,
                             .http_only = true,
                             .secure = vial_is_secure(res->r) };
    return put_cookie(res, &cookie);
}
