/*
 * route_redirect.c - where a path that matched is sent instead
 *
 *   comes in:  a match, or a path that wants a slash more or fewer
 *   goes out:  an absolute URL with the request's query
 *
 * A page has one address. Those who come by another - without the slash, by an alias, with the
 * arguments that are a rule's defaults - are told the right one; and a rule may say itself where it
 * leads.
 */
#include "vial/app/route_inside.h"

void match_redirect_to_path(const struct bound *b, str path, bool slash, struct match *match,
                            struct arena *a)
{
    str host = bound_host(b, b->subdomain, a);
    struct buf encoded = buf_in(a);

    url_encode_to(&encoded, path, url_path_safe);
    if (slash)
        buf_addc(&encoded, '/');
    match->kind = MATCH_REDIRECT;
    match->redirect = bound_url(b, host, buf_str(&encoded), b->query, a);
}

static value values_of(const struct match *match, struct arena *a)
{
    value values = dict_new(a, match->count);

    for (size_t i = 0; i < match->count; i++)
        dict_set(values, match->arguments[i].name, match->arguments[i].v);
    return values;
}

static bool same_names(const struct route_inside *a, const struct route_inside *b)
{
    size_t same = 0;

    for (size_t i = 0; i < a->name_count; i++)
        for (size_t j = 0; j < b->name_count; j++)
            same += str_eq(a->names[i], b->names[j]);
    return same == a->name_count && same == b->name_count;
}

static bool same_trace(const struct route *a, const struct route *b)
{
    const struct trace *x = &a->inside->trace, *y = &b->inside->trace;

    if (x->count != y->count || a->inside->host_pieces != b->inside->host_pieces)
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (!x->list[i].converter != !y->list[i].converter ||
            !str_eq(x->list[i].text, y->list[i].text))
            return false;
    return true;
}

/* Does `other` have as defaults what `route` takes from the path? */
static bool gives_defaults_for(const struct route *other, const struct route *route)
{
    return !other->rule.build_only && dict_len(other->rule.defaults) &&
           same_names(other->inside, route->inside) && !same_trace(other, route);
}

/* "/all/page/1" redirects to "/all/", when that rule has page=1 as its default. */
static bool redirect_to_default(const struct bound *b, method_set method, struct match *match,
                                struct arena *a)
{
    const struct endpoint *e = map_get(&b->routes->endpoints, match->route->rule.endpoint);
    value values = value_undefined();

    for (size_t i = 0; e->has_defaults && i < e->count && e->list[i] != match->route; i++) {
        const struct route *other = e->list[i];
        str domain, path;

        if (!gives_defaults_for(other, match->route))
            continue;
        if (value_is_undefined(values))
            values = values_of(match, a);
        if (!route_is_suitable(other, values, method) ||
            !route_build(b->routes, other, values, true, &domain, &path, a, NULL))
            continue;
        match->kind = MATCH_REDIRECT;
        match->redirect = bound_url(b, bound_host(b, domain, a), path, b->query, a);
        return true;
    }
    return false;
}

static void redirect_to_canonical(const struct routes *routes, const struct binding *binding,
                                  const struct bound *b, str method, struct match *match,
                                  struct arena *a)
{
    struct build_how how = { .method = method, .external = true, .no_query = true };
    str url;

    match->kind = MATCH_NONE; /* an alias of nothing: there is no such page */
    if (!routes_build(routes, binding, match->route->rule.endpoint, values_of(match, a), &how, &url,
                      a, NULL))
        return;
    match->kind = MATCH_REDIRECT;
    match->redirect = b->query.len ? str_fmt(a, "%.*s?%.*s", STR(url), STR(b->query)) : url;
}

static const struct converter *converter_of(const struct route *route, str name)
{
    const struct trace *trace = &route->inside->trace;

    for (size_t i = 0; i < trace->count; i++)
        if (trace->list[i].converter && str_eq(trace->list[i].text, name))
            return trace->list[i].converter;
    return NULL;
}

/* `redirect_to` with its <names> filled in; a name that is none stays as it is. */
static str fill_in(const struct match *match, struct arena *a)
{
    str rest = match->route->rule.redirect_to;
    struct buf out = buf_in(a);

    while (rest.len) {
        ptrdiff_t close = rest.p[0] == '<' ? str_find_char(rest, '>') : -1;
        const struct converter *c = NULL;
        value v = value_undefined();

        if (close > 1) {
            str name = str_slice(rest, 1, (size_t)close);

            c = converter_of(match->route, name);
            for (size_t i = 0; i < match->count; i++)
                if (str_eq(match->arguments[i].name, name))
                    v = match->arguments[i].v;
        }
        if (c && c->type->to_url(c, v, &out, NULL)) {
            rest = str_from(rest, (size_t)close + 1);
        } else {
            buf_addc(&out, rest.p[0]);
            rest = str_from(rest, 1);
        }
    }
    return buf_str(&out);
}

static void redirect_elsewhere(const struct bound *b, struct match *match, struct arena *a)
{
    str host =
        b->subdomain.len ? str_fmt(a, "%.*s.%.*s", STR(b->subdomain), STR(b->host)) : b->host;
    str base = bound_url(b, host, S(""), S(""), a);

    match->redirect = url_join(a, base, fill_in(match, a));
    match->kind = MATCH_REDIRECT;
}

void match_redirect(const struct routes *routes, const struct binding *binding,
                    const struct bound *b, method_set method_bits, str method, struct match *match,
                    struct arena *a)
{
    const struct rule *rule = &match->route->rule;

    if (rule->alias && !routes->options.keep_defaults)
        redirect_to_canonical(routes, binding, b, method, match, a);
    else if (!routes->options.keep_defaults && redirect_to_default(b, method_bits, match, a))
        return;
    else if (rule->redirect_to.p)
        redirect_elsewhere(b, match, a);
}
