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

/* Takes "_anchor" and the like out of the values. */
static value split_options(value values, struct url_options *options, struct arena *a)
{
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

bool vial_url_to(vial *app, vial_req *r, str endpoint, value values, str *url, struct arena *a,
                 struct error *err)
{
    struct binding binding = { .scheme = app->base_scheme,
                               .host = app->base_host,
                               .script_name = app->base_path };
    struct url_options options = { 0 };
    value rest = split_options(values, &options, a);

    if (r)
        binding = r->binding;
    if (str_starts(endpoint, S(".")) || options.how.external)
        vial_glance(r); /* at the blueprint, at the host */
    if (r && options.how.external)
        vial_asked(r, "host");
    if (str_starts(endpoint, S(".")))
        endpoint = r ? scope_endpoint(r->scope, str_from(endpoint, 1), a) : str_from(endpoint, 1);
    if (!routes_build(app->routes, &binding, endpoint, rest, &options.how, url, a, err))
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
        return str_cstr(r->arena, url);
    vial_abort_error(r, &err);
    return NULL;
}
