/*
 * objects.c - what every template of an app sees: request, g, session, url_for and their kin
 *
 *   comes in:  a rendering, whose user is the request
 *   goes out:  values
 *
 * They are globals and ask the request of whatever rendering touches them, so that imported
 * templates see them as well, and a page that does not use them pays nothing.
 */
#include "vial/app/objects.h"
#include "vial/app/json.h"
#include "vial/http/accept.h"

/* ---- url_for ---- */

static value url_for(struct rendering *rendering, const struct call *call, void *self)
{
    vial *app = self;
    vial_req *r = rendering_user(rendering);
    struct arena *a = rendering_arena(rendering);
    value values = dict_new(a, call->nnamed);
    struct error err = { 0 };
    str url;

    if (call->nargs != 1 || call->args[0].type != VIAL_STR)
        return fail(rendering, "TypeError",
                    "url_for() takes an endpoint, and values by name: url_for('show', id=7)");
    for (size_t i = 0; i < call->nnamed; i++)
        dict_set(values, call->names[i], call->named[i]);
    if (vial_url_to(app, r, value_text(call->args[0]), values, &url, a, &err))
        return value_str(url_as_shown(r, url));

    if (err.hint.len)
        fail(rendering, "BuildError", "%.*s: %.*s", STR(err.sentence), STR(err.hint));
    else
        fail(rendering, "BuildError", "%.*s", STR(err.sentence));
    error_free(&err);
    return value_undefined();
}

/* ---- g ---- */

static bool g_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    vial_req *r = rendering_user(rendering);

    (void)o;
    vial_glance(r);
    *out = r ? dict_get(r->g, name) : value_undefined();
    return !value_is_undefined(*out);
}

static bool g_item(struct rendering *rendering, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && g_attr(rendering, o, value_text(key), out);
}

static bool g_contains(struct rendering *rendering, const struct object *o, value v)
{
    value out;

    return g_item(rendering, o, v, &out);
}

static const struct object_type g_type = {
    .name = "_AppCtxGlobals",
    .attr = g_attr,
    .item = g_item,
    .contains = g_contains,
};

/* ---- request ---- */

static value get_view_args(vial_req *r)
{
    value dict = dict_new(r->arena, r->match.count);

    for (size_t i = 0; r->matched && i < r->match.count; i++)
        dict_set(dict, r->match.arguments[i].name, r->match.arguments[i].v);
    return dict;
}

static value full_url(vial_req *r, bool with_host, bool with_query)
{
    struct buf url = buf_in(r->arena);

    if (with_host)
        buf_addf(&url, "%.*s://%.*s", STR(r->binding.scheme), STR(r->binding.host));
    buf_add(&url, r->binding.script_name);
    url_encode_to(&url, r->path, url_path_safe);
    if (with_query && r->http->query.len)
        buf_addf(&url, "?%.*s", STR(r->http->query));
    return value_str(buf_str(&url));
}

static value text_or_none(str s)
{
    return s.len ? value_str(s) : value_none();
}

static value get_args(vial_req *r)
{
    return multi_new(request_query(r), NULL, false, r->arena);
}

static value get_form(vial_req *r)
{
    return multi_new(&request_form(r)->fields, NULL, false, r->arena);
}

static value get_files(vial_req *r)
{
    return files_value(request_form(r), r->arena);
}

/* Query and form together, the query first. */
static value get_values(vial_req *r)
{
    const struct params *both[2] = { request_query(r), &request_form(r)->fields };
    struct params *all = arena_make(r->arena, struct params);

    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->count; i++)
            params_add(all, both[k]->list[i].name, both[k]->list[i].value, r->arena);
    return multi_new(all, NULL, false, r->arena);
}

static value get_headers(vial_req *r)
{
    return headers_value(&r->http->headers, r->arena);
}

static value get_cookies(vial_req *r)
{
    return cookies_value(&r->http->headers, r->arena);
}

static str header_of(const vial_req *r, const char *name)
{
    return headers_get(&r->http->headers, str_of(name));
}

static value get_mimetype(vial_req *r)
{
    return value_str(str_lower(r->arena, header_value(header_of(r, "Content-Type"))));
}

static value get_is_json(vial_req *r)
{
    str type = value_text(get_mimetype(r));

    return value_bool(str_eq(type, S("application/json")) ||
                      (str_starts(type, S("application/")) && str_ends(type, S("+json"))));
}

static value get_json(vial_req *r)
{
    return get_is_json(r).as.b ? vial_json(r) : value_none();
}

static value get_content_length(vial_req *r)
{
    return value_int((int64_t)r->http->body.len);
}

static value get_is_secure(vial_req *r)
{
    return value_bool(vial_is_secure(r));
}

static value get_content_type(vial_req *r)
{
    str type = header_of(r, "Content-Type");

    return type.p ? value_str(type) : value_none();
}

static value get_referrer(vial_req *r)
{
    str referrer = header_of(r, "Referer");

    return referrer.p ? value_str(referrer) : value_none();
}

static value get_user_agent(vial_req *r)
{
    return value_str(header_of(r, "User-Agent"));
}

static value get_blueprint(vial_req *r)
{
    return r->scope->name.len ? value_str(r->scope->name) : value_none();
}

static value get_script_root(vial_req *r)
{
    return value_str(r->binding.script_name);
}

static value get_method(vial_req *r)
{
    return value_str(r->http->method);
}

static value get_path(vial_req *r)
{
    return value_str(r->path);
}

static value get_full_path(vial_req *r)
{
    return full_url(r, false, true);
}

static value get_url(vial_req *r)
{
    return full_url(r, true, true);
}

static value get_base_url(vial_req *r)
{
    return full_url(r, true, false);
}

static value get_root_url(vial_req *r)
{
    return value_str(str_fmt(r->arena, "%.*s://%.*s%.*s/", STR(r->binding.scheme),
                             STR(r->binding.host), STR(r->binding.script_name)));
}

static value get_host(vial_req *r)
{
    return value_str(r->binding.host);
}

static value get_scheme(vial_req *r)
{
    return value_str(r->binding.scheme);
}

static value get_endpoint(vial_req *r)
{
    return text_or_none(r->endpoint);
}

static value get_remote_addr(vial_req *r)
{
    return text_or_none(r->peer);
}

static value get_query_string(vial_req *r)
{
    return value_str(r->http->query);
}

static const struct {
    const char *name, *asks; /* which part of the request, in words of vial_asked() */
    value (*get)(vial_req *r);
} request_fields[] = {
    { "args", "query", get_args },
    { "form", "body", get_form },
    { "files", "body", get_files },
    { "values", "query body", get_values },
    { "headers", "headers", get_headers },
    { "cookies", "cookies", get_cookies },
    { "json", "body headers", get_json },
    { "is_json", "headers", get_is_json },
    { "is_secure", "host", get_is_secure },
    { "mimetype", "headers", get_mimetype },
    { "content_type", "headers", get_content_type },
    { "content_length", "body", get_content_length },
    { "referrer", "headers", get_referrer },
    { "user_agent", "headers", get_user_agent },
    { "blueprint", "", get_blueprint },
    { "script_root", "", get_script_root },
    { "root_path", "", get_script_root },
    { "method", "method", get_method },
    { "path", "", get_path },
    { "full_path", "query", get_full_path },
    { "url", "host query", get_url },
    { "base_url", "host", get_base_url },
    { "url_root", "host", get_root_url },
    { "host_url", "host", get_root_url },
    { "host", "host", get_host },
    { "scheme", "host", get_scheme },
    { "endpoint", "", get_endpoint },
    { "remote_addr", "peer", get_remote_addr },
    { "query_string", "query", get_query_string },
    { "view_args", "", get_view_args },
};

static bool request_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    vial_req *r = rendering_user(rendering);

    (void)o;
    if (!r)
        return false;
    vial_glance(r);
    for (size_t i = 0; i < sizeof request_fields / sizeof *request_fields; i++)
        if (str_eq(name, str_of(request_fields[i].name))) {
            vial_asked(r, request_fields[i].asks);
            *out = request_fields[i].get(r);
            return true;
        }
    return false;
}

static const struct object_type request_type = {
    .name = "Request",
    .attr = request_attr,
};

/* ---- session ---- */

static value session_of(struct rendering *rendering)
{
    vial_req *r = rendering_user(rendering);

    vial_glance(r);
    return r ? request_session(r)->values : value_undefined();
}

static bool session_item(struct rendering *rendering, const struct object *o, value key, value *out)
{
    (void)o;
    *out = dict_get(session_of(rendering), value_text(key));
    return !value_is_undefined(*out);
}

static value session_get(struct rendering *rendering, const struct call *call, void *self)
{
    value out;

    (void)self;
    if (!call->nargs)
        return fail(rendering, "TypeError", "get() needs a name");
    if (session_item(rendering, NULL, call->args[0], &out))
        return out;
    return call->nargs > 1 ? call->args[1] : value_none();
}

static bool session_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    (void)o;
    if (!str_eq(name, S("get")))
        return false;
    *out = function_new(rendering_arena(rendering), "get", session_get, NULL);
    return true;
}

static bool session_contains(struct rendering *rendering, const struct object *o, value v)
{
    value out;

    return session_item(rendering, o, v, &out);
}

static int64_t session_length(struct rendering *rendering, const struct object *o)
{
    (void)o;
    return (int64_t)dict_len(session_of(rendering));
}

static const struct object_type session_type = {
    .name = "SecureCookieSession",
    .attr = session_attr,
    .item = session_item,
    .contains = session_contains,
    .length = session_length,
    .mapping = true,
};

static bool flag_of(const struct call *call, size_t at, const char *name)
{
    if (at < call->nargs)
        return value_truth_simple(call->args[at]);
    for (size_t i = 0; i < call->nnamed; i++)
        if (str_eq(call->names[i], str_of(name)))
            return value_truth_simple(call->named[i]);
    return false;
}

static value get_flashed_messages(struct rendering *rendering, const struct call *call, void *self)
{
    vial_req *r = rendering_user(rendering);
    value only = call->nargs > 1 ? call->args[1] : value_undefined();

    (void)self;
    vial_glance(r);
    for (size_t i = 0; i < call->nnamed; i++)
        if (str_eq(call->names[i], S("category_filter")))
            only = call->named[i];
    if (!r)
        return list_new(rendering_arena(rendering), 0);
    return flashed_messages(r, flag_of(call, 0, "with_categories"), only);
}

static value csrf_token(struct rendering *rendering, const struct call *call, void *self)
{
    vial_req *r = rendering_user(rendering);

    (void)self;
    (void)call;
    vial_glance(r);
    const char *token = r ? vial_csrf_token(r) : "";
    if (r && r->failed)
        return fail(rendering, "TemplateRuntimeError", "%.*s", STR(r->why));
    return value_str(str_of(token));
}

void objects_register(vial *app)
{
    static const struct object g = { &g_type }, request = { &request_type },
                               session = { &session_type };

    env_global(app->env, S("g"), value_object(&g));
    env_global(app->env, S("request"), value_object(&request));
    env_global(app->env, S("session"), value_object(&session));
    env_global(app->env, S("url_for"), function_new(app->arena, "url_for", url_for, app));
    env_global(app->env, S("get_flashed_messages"),
               function_new(app->arena, "get_flashed_messages", get_flashed_messages, app));
    env_global(app->env, S("csrf_token"), function_new(app->arena, "csrf_token", csrf_token, app));
}
