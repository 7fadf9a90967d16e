/*
 * objects.c - what every template of an app sees: request, g, url_for, and the app's filters
 *
 *   comes in:  a rendering, whose user is the request
 *   goes out:  values
 *
 * They are globals and ask the request of whatever rendering touches them, so that imported
 * templates see them as well, and a page that does not use them pays nothing.
 */
#include "vial/app/inside.h"

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
        return value_str(url);

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

static value params_value(const struct params *params, struct arena *a)
{
    value dict = dict_new(a, params->count);

    for (size_t i = 0; i < params->count; i++) {
        const struct param *param = &params->list[i];

        if (value_is_undefined(dict_get(dict, param->name))) /* the first of a name counts */
            dict_set(dict, param->name, value_str(param->value));
    }
    return dict;
}

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
    struct params params;

    params_parse(&params, r->http->query, 1000, r->arena);
    return params_value(&params, r->arena);
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
    return text_or_none(r->http->peer);
}

static value get_query_string(vial_req *r)
{
    return value_str(r->http->query);
}

static const struct {
    const char *name;
    value (*get)(vial_req *r);
} request_fields[] = {
    { "args", get_args },
    { "method", get_method },
    { "path", get_path },
    { "full_path", get_full_path },
    { "url", get_url },
    { "base_url", get_base_url },
    { "url_root", get_root_url },
    { "host_url", get_root_url },
    { "host", get_host },
    { "scheme", get_scheme },
    { "endpoint", get_endpoint },
    { "remote_addr", get_remote_addr },
    { "query_string", get_query_string },
    { "view_args", get_view_args },
};

/* request.headers and request.cookies: looked up by name, and nothing else. */
struct named_object {
    struct object object;
    const vial_req *r;
    bool cookies;
};

static bool named_item(struct rendering *rendering, const struct object *o, value key, value *out)
{
    const struct named_object *named = (const struct named_object *)o;
    const struct headers *headers = &named->r->http->headers;
    str name = value_text(key);
    str found = named->cookies ? cookie_get(headers, name) : headers_get(headers, name);

    (void)rendering;
    *out = value_str(found);
    return found.p != NULL;
}

static value named_get(struct rendering *rendering, const struct call *call, void *self)
{
    value out;

    if (!call->nargs)
        return fail(rendering, "TypeError", "get() needs a name");
    if (named_item(rendering, self, call->args[0], &out))
        return out;
    return call->nargs > 1 ? call->args[1] : value_none();
}

static bool named_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    if (!str_eq(name, S("get")))
        return named_item(rendering, o, value_str(name), out);
    *out = function_new(rendering_arena(rendering), "get", named_get, (void *)o);
    return true;
}

static bool named_contains(struct rendering *rendering, const struct object *o, value v)
{
    value out;

    return named_item(rendering, o, v, &out);
}

static const struct object_type named_type = {
    .name = "EnvironHeaders",
    .attr = named_attr,
    .item = named_item,
    .contains = named_contains,
};

static value named_new(const vial_req *r, bool cookies)
{
    struct named_object *named = arena_make(r->arena, struct named_object);

    named->object.type = &named_type;
    named->r = r;
    named->cookies = cookies;
    return value_object(&named->object);
}

static bool request_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    vial_req *r = rendering_user(rendering);

    (void)o;
    if (!r)
        return false;
    if (str_eq(name, S("headers")) || str_eq(name, S("cookies"))) {
        *out = named_new(r, str_eq(name, S("cookies")));
        return true;
    }
    for (size_t i = 0; i < sizeof request_fields / sizeof *request_fields; i++)
        if (str_eq(name, str_of(request_fields[i].name))) {
            *out = request_fields[i].get(r);
            return true;
        }
    return false;
}

static const struct object_type request_type = {
    .name = "Request",
    .attr = request_attr,
};

/* ---- filters of the app's own ---- */

struct app_filter {
    vial_val (*fn)(vial_req *, vial_val, const vial_val *, size_t);
};

static value run_filter(struct rendering *rendering, value input, const struct call *call,
                        void *self)
{
    const struct app_filter *filter = self;
    vial_req *r = rendering_user(rendering);

    if (call->nnamed)
        return fail(rendering, "TypeError", "this filter takes no named arguments");
    value v = filter->fn(r, input, call->args, call->nargs);
    if (r && r->failed)
        return fail(rendering, "TemplateRuntimeError", "%.*s", STR(r->why));
    return v;
}

void vial_filter(vial *app, const char *name,
                 vial_val (*fn)(vial_req *, vial_val, const vial_val *, size_t))
{
    struct app_filter *filter = arena_make(app->arena, struct app_filter);

    filter->fn = fn;
    env_filter(app->env, str_copy(app->arena, str_of(name)), run_filter, filter);
}

void objects_register(vial *app)
{
    static const struct object g = { &g_type }, request = { &request_type };

    env_global(app->env, S("g"), value_object(&g));
    env_global(app->env, S("request"), value_object(&request));
    env_global(app->env, S("url_for"), function_new(app->arena, "url_for", url_for, app));
}
