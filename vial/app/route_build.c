/*
 * route_build.c - from an endpoint and its values to a URL
 *
 *   comes in:  "show_post", {id: 7, q: "x"}
 *   goes out:  "/post/7?q=x"
 *
 * Of the rules of an endpoint the first that can use the values builds: the one with most
 * arguments, then most defaults (route.c keeps them so). What a rule has no place for goes into the
 * query.
 */
#include "vial/app/route_inside.h"
#include "vial/base/nearest.h"
#include "vial/template/number.h"
#include <stdlib.h>

bool values_are_equal(value a, value b)
{
    if (value_is_number(a) && value_is_number(b))
        return number_compare(a, b) == 0;
    if (a.type != b.type)
        return false;
    return a.type == VIAL_NONE || (a.type == VIAL_STR && str_eq(value_text(a), value_text(b)));
}

/* None is as if it had not been given. */
static value given(value values, str name)
{
    value v = dict_get(values, name);

    return value_is_none(v) ? value_undefined() : v;
}

static bool has(value dict, str name)
{
    return !value_is_undefined(dict_get(dict, name));
}

bool route_is_suitable(const struct route *route, value values, method_set method)
{
    const struct route_inside *in = route->inside;
    value defaults = route->rule.defaults, key, v;

    if (method && !(in->methods & method))
        return false;
    for (size_t i = 0; i < in->name_count; i++)
        if (!has(defaults, in->names[i]) && value_is_undefined(given(values, in->names[i])))
            return false;
    for (size_t i = 0; dict_entry(defaults, i, &key, &v); i++) {
        value other = given(values, value_text(key));

        if (!value_is_undefined(other) && !values_are_equal(v, other))
            return false;
    }
    return true;
}

static bool build_pieces(const struct route *route, size_t from, size_t to, value values,
                         struct buf *out, struct error *err)
{
    for (size_t i = from; i < to; i++) {
        const struct piece *piece = &route->inside->trace.list[i];

        if (!piece->converter) {
            buf_add(out, piece->encoded);
            continue;
        }
        value v = dict_get(route->rule.defaults, piece->text);
        if (value_is_undefined(v))
            v = given(values, piece->text);
        if (!piece->converter->type->to_url(piece->converter, v, out, err))
            return error_hint(err, "the argument '%.*s' of '%.*s'", STR(piece->text),
                              STR(route->rule.rule));
    }
    return true;
}

static bool query_field(struct params *fields, str name, value v, struct arena *a,
                        struct error *err)
{
    struct buf text = buf_in(a);

    if (value_is_null(v))
        return true;
    if (!url_text(v, &text, err))
        return error_hint(err, "the value '%.*s'", STR(name));
    params_add(fields, name, buf_str(&text), a);
    return true;
}

static int cmp_params(const void *a, const void *b)
{
    const struct param *x = a, *y = b;
    int order = str_cmp(x->name, y->name);

    return order ? order : str_cmp(x->value, y->value);
}

static bool is_name(const struct route_inside *in, str name)
{
    for (size_t i = 0; i < in->name_count; i++)
        if (str_eq(in->names[i], name))
            return true;
    return false;
}

/* What the rule has no place for; a list gives a field for each of its items. */
static bool build_query(const struct routes *routes, const struct route *route, value values,
                        struct buf *out, struct arena *a, struct error *err)
{
    struct params fields = { 0 };
    value key, v;

    for (size_t i = 0; dict_entry(values, i, &key, &v); i++) {
        str name = value_text(key);
        bool many = v.type == VIAL_LIST || v.type == VIAL_TUPLE;

        if (is_name(route->inside, name))
            continue;
        for (size_t j = 0; many && j < list_len(v); j++)
            if (!query_field(&fields, name, list_at(v, j), a, err))
                return false;
        if (!many && !query_field(&fields, name, v, a, err))
            return false;
    }
    if (routes->options.sort_parameters && fields.count)
        qsort(fields.list, fields.count, sizeof *fields.list, cmp_params);
    for (size_t i = 0; i < fields.count; i++) {
        buf_addc(out, i ? '&' : '?');
        query_add(out, fields.list[i].name, fields.list[i].value);
    }
    return true;
}

bool route_build(const struct routes *routes, const struct route *route, value values,
                 bool no_query, str *domain, str *url, struct arena *a, struct error *err)
{
    const struct route_inside *in = route->inside;
    struct buf host = buf_in(a), path = buf_in(a);

    if (!build_pieces(route, 0, in->host_pieces, values, &host, err) ||
        !build_pieces(route, in->host_pieces, in->trace.count, values, &path, err))
        return false;
    if (!no_query && !build_query(routes, route, values, &path, a, err))
        return false;
    *domain = buf_str(&host);
    *url = buf_str(&path);
    return true;
}

bool routes_expect(const struct routes *routes, str endpoint, str name)
{
    const struct endpoint *e = map_get(&routes->endpoints, endpoint);

    for (size_t i = 0; e && i < e->count; i++)
        for (size_t k = 0; k < e->list[i]->inside->name_count; k++)
            if (str_eq(e->list[i]->inside->names[k], name))
                return true;
    return false;
}

enum built { BUILT, NOT_SUITABLE, REFUSED };

/* The first rule that can; with hosts, the first whose host is this one, else the first. */
static enum built build_first(const struct bound *b, const struct endpoint *e, value values,
                              method_set method, bool no_query, str *domain, str *path,
                              struct arena *a, struct error *err)
{
    enum built built = NOT_SUITABLE;

    for (size_t i = 0; i < e->count; i++) {
        str host, url;

        if (!route_is_suitable(e->list[i], values, method))
            continue;
        if (!route_build(b->routes, e->list[i], values, no_query, &host, &url, a, err))
            return REFUSED;
        if (built == NOT_SUITABLE) {
            *domain = host;
            *path = url;
            built = BUILT;
        }
        if (!b->routes->options.host_matching)
            return BUILT;
        if (str_eq(host, b->host)) {
            *domain = host;
            *path = url;
            return BUILT;
        }
    }
    return built;
}

static bool no_endpoint(const struct routes *routes, str endpoint, struct error *err)
{
    struct nearest near = nearest_to(endpoint);

    for (size_t i = 0; i < routes->endpoints.count; i++)
        nearest_try(&near, routes->endpoints.entries[i].key);
    error_set(err, "there is no endpoint '%.*s' to build a URL for", STR(endpoint));
    return error_meant(err, near.best);
}

/* Says what the endpoint's first rule would have needed. */
static bool not_suitable(const struct endpoint *e, str endpoint, value values, struct error *err)
{
    const struct route *route = e->list[0];
    struct buf missing = { 0 };

    for (size_t i = 0; i < route->inside->name_count; i++) {
        str name = route->inside->names[i];

        if (!has(route->rule.defaults, name) && value_is_undefined(given(values, name)))
            buf_addf(&missing, "%s'%.*s'", missing.len ? ", " : "", STR(name));
    }
    error_set(err, "no URL can be built for the endpoint '%.*s'", STR(endpoint));
    if (missing.len)
        error_hint(err, "'%.*s' needs %.*s", STR(route->rule.rule), STR(buf_str(&missing)));
    else
        error_hint(err, "no rule of it fits the method or these values");
    buf_free(&missing);
    return false;
}

bool routes_build(const struct routes *routes, const struct binding *binding, str endpoint,
                  value values, const struct build_how *how, str *url, struct arena *a,
                  struct error *err)
{
    struct bound b = bind_to(routes, binding, a);
    const struct endpoint *e = map_get(&routes->endpoints, endpoint);
    bool any = !how->method.len;
    method_set method = method_bit(routes, any ? S("GET") : how->method);
    enum built built;
    str domain, path;

    if (!e)
        return no_endpoint(routes, endpoint, err);
    built = build_first(&b, e, values, method, how->no_query, &domain, &path, a, err);
    if (built == NOT_SUITABLE && any)
        built = build_first(&b, e, values, 0, how->no_query, &domain, &path, a, err);
    if (built == NOT_SUITABLE)
        return not_suitable(e, endpoint, values, err);
    if (built == REFUSED)
        return false;

    str host = bound_host(&b, domain, a);
    bool here = routes->options.host_matching ? str_eq(host, b.host) : str_eq(domain, b.subdomain);
    if (how->scheme.len)
        b.scheme = how->scheme;
    *url = bound_url(&b, how->external || !here ? host : S(""), path, S(""), a);
    return true;
}
