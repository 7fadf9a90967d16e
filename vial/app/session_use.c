/*
 * session_use.c - a request's session: read when it is asked for, written when it was changed
 *
 *   comes in:  the cookie; what handlers put in, flash, or take out
 *   goes out:  values; and at the end a Set-Cookie, when there is something new to keep
 *
 * Whoever looks into a session gets another page than others do, so that caches are told (Vary).
 */
#include "vial/app/inside.h"
#include "vial/app/sign.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include "vial/http/cookie.h"

static const char flashes_key[] = "_flashes", permanent_key[] = "_permanent", csrf_key[] = "_csrf";

static bool has_key(const vial_req *r)
{
    const struct session_keys *keys = &r->app->session;

    return keys->count && keys->secrets[0].len >= SECRET_LEAST;
}

struct session *request_session(vial_req *r)
{
    struct session *session = &r->session;
    value values;

    session->accessed = true;
    vial_asked(r, "session");
    if (!value_is_undefined(session->values))
        return session;

    session->values = dict_new(r->arena, 4);
    str cookie =
        has_key(r) ? cookie_get(&r->http->headers, r->app->session.cookie, r->arena) : S("");
    session->is_new = !cookie.len;
    if (cookie.len && session_decode(&values, cookie, &r->app->session, now_unix(), r->arena, NULL))
        session->values = values;
    return session;
}

/* To be changed. NULL: the request has failed, since nothing could be kept. */
static struct session *session_to_change(vial_req *r)
{
    struct session *session = request_session(r);
    const struct session_keys *keys = &r->app->session;

    if (has_key(r)) {
        session->modified = true;
        return session;
    }
    vial_abort_str(
        r, 500,
        keys->count
            ? str_fmt(r->arena,
                      "the secret key is too short to sign a session: it has to have %d "
                      "bytes; 'vial session key' makes one",
                      SECRET_LEAST)
            : S("a session needs a secret key: vial_new(..., .secret_key = ...); 'vial session "
                "key' makes one"));
    return NULL;
}

static value without(value dict, str name, struct arena *a)
{
    value kept = dict_new(a, dict_len(dict)), key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        if (!str_eq(value_text(key), name))
            dict_set(kept, value_text(key), v);
    return kept;
}

/* ---- values ---- */

vial_val vial_session(vial_req *r, const char *key)
{
    return vial_get(request_session(r)->values, key);
}

void vial_session_set(vial_req *r, const char *key, vial_val v)
{
    struct session *session = session_to_change(r);

    if (session)
        vial_put(r, session->values, key, value_copy(r->arena, v));
}

void vial_session_pop(vial_req *r, const char *key)
{
    struct session *session = request_session(r);

    if (value_is_undefined(dict_get(session->values, str_of(key))))
        return;
    session->values = without(session->values, str_of(key), r->arena);
    session->modified = true;
}

void vial_session_clear(vial_req *r)
{
    struct session *session = request_session(r);

    session->values = dict_new(r->arena, 4);
    session->modified = true;
}

void vial_session_permanent(vial_req *r, bool permanent)
{
    if (permanent)
        vial_session_set(r, permanent_key, value_bool(true));
    else
        vial_session_pop(r, permanent_key);
}

/* ---- flashing ---- */

void vial_flash(vial_req *r, const char *message, const char *category)
{
    struct session *session = session_to_change(r);
    str kind = category ? str_of(category) : S("message");

    if (!session)
        return;
    value list = dict_get(session->values, str_of(flashes_key));
    if (list.type != VIAL_LIST) {
        list = list_new(r->arena, 2);
        dict_set(session->values, str_of(flashes_key), list);
    }
    value pair[2] = { value_str(str_copy(r->arena, kind)),
                      value_str(str_copy(r->arena, str_of(message))) };
    list_push(list, tuple_of(r->arena, pair, 2));
    signal_listeners(r, VIAL_MESSAGE_FLASHED, value_text(pair[1]));
}

static bool is_among(value list, value v)
{
    for (size_t i = 0; i < list_len(list); i++)
        if (str_eq(value_text(list_at(list, i)), value_text(v)))
            return true;
    return false;
}

/* They are taken out once, and are there for the whole request. */
value flashed_messages(vial_req *r, bool with_categories, value only)
{
    struct session *session = request_session(r);

    if (value_is_undefined(session->flashes)) {
        session->flashes = dict_get(session->values, str_of(flashes_key));
        vial_session_pop(r, flashes_key);
        if (session->flashes.type != VIAL_LIST)
            session->flashes = list_new(r->arena, 0);
    }
    value out = list_new(r->arena, list_len(session->flashes));
    for (size_t i = 0; i < list_len(session->flashes); i++) {
        value pair = list_at(session->flashes, i);

        if (list_len(only) && !is_among(only, list_at(pair, 0)))
            continue;
        list_push(out, with_categories ? pair : list_at(pair, 1));
    }
    return out;
}

/* ---- forms that are ours ---- */

const char *vial_csrf_token(vial_req *r)
{
    enum { TOKEN = 16 };
    str token = value_text(dict_get(request_session(r)->values, str_of(csrf_key)));

    if (!token.len) {
        token = random_hex(r->arena, TOKEN);
        vial_session_set(r, csrf_key, value_str(token));
    }
    return str_cstr(r->arena, token);
}

bool vial_csrf_ok(vial_req *r)
{
    str token = value_text(dict_get(request_session(r)->values, str_of(csrf_key)));
    str given = headers_get(&r->http->headers, S("X-CSRF-Token"));

    if (!given.p)
        given = params_get(&request_form(r)->fields, S("csrf_token"));
    return token.len && given.p && bytes_equal(token, given);
}

/* ---- writing it ---- */

static bool is_permanent(value values)
{
    value v = dict_get(values, str_of(permanent_key));

    return v.type == VIAL_BOOL && v.as.b;
}

static bool encode(vial_req *r, struct cookie *cookie, str *header, struct error *err)
{
    const struct session *session = &r->session;
    int64_t now = now_unix();

    if (dict_len(session->values)) {
        if (!session_encode(&cookie->value, session->values, &r->app->session, now, r->arena, err))
            return false;
        if (is_permanent(session->values)) {
            cookie->has_age = true;
            cookie->max_age = r->app->session.lifetime;
        }
    } else {
        cookie->has_age = true; /* nothing left: the browser forgets it */
    }
    return cookie_print(cookie, now, header, r->arena) ||
           error_set(err, "the session is too large for a cookie: browsers keep 4093 bytes; keep "
                          "a key in it, and the rest in a database");
}

void session_respond(vial_req *r, struct response *res)
{
    const struct session *session = &r->session;
    struct cookie cookie = { .name = r->app->session.cookie,
                             .samesite = S("Lax"),
                             .http_only = true,
                             .secure = vial_is_secure(r) };
    struct error err = { 0 };
    str header;

    if (!session->accessed)
        return;
    headers_vary(&res->headers, S("Cookie"));
    bool empty = !dict_len(session->values);
    bool refresh = session->modified || is_permanent(session->values);
    if (!refresh || (empty && session->is_new) || !has_key(r))
        return;
    if (encode(r, &cookie, &header, &err))
        headers_add(&res->headers, S("Set-Cookie"), header);
    else
        log_failure(&err);
    error_free(&err);
}

vial_res *vial_vary(vial_res *res, const char *header)
{
    if (res)
        headers_vary(&res->http.headers, str_copy(res->r->arena, str_of(header)));
    return res;
}
