/*
 * urls.c - url_for(): the way from an endpoint to its URL, for C and for templates
 *
 *   comes in:  "show_post", {id: 7, _anchor: "top"}
 *   goes out:  "/post/7#top", noted as a URL that somebody will want to follow
 */
#include "vial/app/inside.h"

struct url_options {
    struct build_how how;
    str anchor;
};

static bool is_true(value v)
{
    return v.type == VIAL_BOOL ? v.as.b : !value_is_null(v);
}

static bool has_options(value values)
{
    value key, v;

    for (size_t i = 0; dict_entry(values, i, &key, &v); i++)
        if (str_starts(value_text(key), S("_")))
            return true;
    return false;
}

/* Takes "_anchor" and the like out of the values. */
static value split_options(value values, struct url_options *options, struct arena *a)
{
    if (!has_options(values))
        return values;

    value rest = dict_new(a, dict_len(values)), key, v;

    for (size_t i = 0; dict_entry(values, i, &key, &v); i++) {
        str name = value_text(key);

        if (str_eq(name, S("_anchor")))
            options->anchor = value_text(v);
        else if (str_eq(name, S("_external")))
            options->how.external = is_true(v);
        else if (str_eq(name, S("_method")))
            options->how.method = value_text(v);
        else if (str_eq(name, S("_scheme")))
            options->how.scheme = value_text(v);
        else
            dict_set(rest, name, v);
    }
    options->how.external |= options->how.scheme.len > 0;
    return rest;
}

/* ---- defaults ---- */

static void add_defaults(vial_req *r, const struct scope *scope, const char *endpoint, value into)
{
    if (scope->parent)
        add_defaults(r, scope->parent, endpoint, into);
    for (const struct hook *hook = scope->owner->url_defaults; hook; hook = hook->next)
        hook->fn.url_defaults(r, endpoint, into);
}

/* The blueprint that the endpoint belongs to; names are found from the longest. */
static const struct scope *scope_of(const vial *app, str endpoint)
{
    const struct scope *best = &app->own;

    for (const struct scope *scope = app->scopes; scope; scope = scope->next)
        if (scope->name.len > best->name.len && str_starts(endpoint, scope->name) &&
            str_starts(str_from(endpoint, scope->name.len), S(".")))
            best = scope;
    return best;
}

/* With what hooks know of arguments that the endpoint has, and that were not given. */
static value filled_in(vial *app, vial_req *r, str endpoint, value values, struct arena *a)
{
    value all = dict_new(a, 4), defaults = dict_new(a, 4), key, v;

    vial_glance(r);
    add_defaults(r, scope_of(app, endpoint), str_cstr(a, endpoint), defaults);
    for (size_t i = 0; dict_entry(defaults, i, &key, &v); i++)
        if (routes_expect(app->routes, endpoint, value_text(key)))
            dict_set(all, value_text(key), v);
    for (size_t i = 0; dict_entry(values, i, &key, &v); i++)
        dict_set(all, value_text(key), v);
    return all;
}

/* ---- relative URLs ---- */

/* Where the last common slash of two paths is, plus one. */
static size_t common_folder(str a, str b)
{
    size_t end = 0;

    for (size_t i = 0; i < a.len && i < b.len && a.p[i] == b.p[i]; i++)
        if (a.p[i] == '/')
            end = i + 1;
    return end;
}

str url_as_shown(vial_req *r, str url)
{
    if (!r || !r->app->relative_urls)
        return url;
    vial_glance(r); /* at its path */
    if (!str_starts(url, S("/")) || str_starts(url, S("//")) || str_eq(r->path, S("/404.html")))
        return url;

    struct buf from = buf_in(r->arena), out = buf_in(r->arena);
    buf_add(&from, r->binding.script_name);
    url_encode_to(&from, r->path, url_path_safe);

    size_t end = 0, common;
    while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
        end++;
    str path = str_slice(url, 0, end), tail = str_from(url, end);
    common = common_folder(buf_str(&from), path);
    for (size_t i = common; i < from.len; i++)
        if (from.p[i] == '/')
            buf_lit(&out, "../");
    if (!out.len && str_has(str_from(path, common), ':'))
        buf_lit(&out, "./"); /* else it would look like a scheme */
    buf_add(&out, str_from(path, common));
    if (str_ends(path, S("/")))
        buf_lit(&out, "index.html");
    buf_add(&out, tail);
    return buf_str(&out);
}

/* ---- URLs ---- */

bool vial_url_to(vial *app, vial_req *r, str endpoint, value values, str *url, struct arena *a,
                 struct error *err)
{
    const struct binding own = { .scheme = app->base_scheme,
                                 .host = app->base_host,
                                 .script_name = app->base_path };
    const struct binding *binding = r ? &r->binding : &own;
    struct url_options options = { 0 };
    value rest = split_options(values, &options, a);

    if (str_starts(endpoint, S(".")) || options.how.external)
        vial_glance(r); /* at the blueprint, at the host */
    if (r && options.how.external)
        vial_asked(r, "host");
    if (str_starts(endpoint, S(".")))
        endpoint = r ? scope_endpoint(r->scope, str_from(endpoint, 1), a) : str_from(endpoint, 1);
    if (r && app->has_url_defaults)
        rest = filled_in(app, r, endpoint, rest, a);
    if (!routes_build(app->routes, binding, endpoint, rest, &options.how, url, a, err))
        return false;
    if (!str_starts(*url, S("/")) || str_starts(*url, S("//")))
        vial_glance(r);
    if (r)
        reads_note_url(r->reads, *url);
    if (options.anchor.len)
        *url = str_fmt(a, "%.*s#%.*s", STR(*url),
                       STR(url_encode(a, options.anchor, "%!#$&'()*+,/:;=?@")));
    return true;
}

const char *vial_url(vial_req *r, const char *endpoint, const vial_kv *values)
{
    struct error err = { 0 };
    str url;

    if (vial_url_to(r->app, r, str_of(endpoint), vial_map(r, values), &url, r->arena, &err))
        return str_cstr(r->arena, url_as_shown(r, url));
    vial_abort_error(r, &err);
    return NULL;
}
