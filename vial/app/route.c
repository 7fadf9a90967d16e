/*
 * route.c - rules as they are added, and the questions that are asked about all of them
 *
 *   comes in:  rules, while the app is set up
 *   goes out:  routes, by order, by endpoint, and in the tree of route_match.c
 */
#include "vial/app/route_inside.h"
#include <stdlib.h>

struct routes *routes_new(const struct routes_options *options, struct arena *a)
{
    static const char *const common[] = { "",       "GET",     "HEAD",  "POST",  "PUT",
                                          "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT" };
    struct routes *routes = arena_make(a, struct routes);

    routes->arena = a;
    if (options)
        routes->options = *options;
    routes->options.default_subdomain = str_copy(a, routes->options.default_subdomain);
    routes->root = state_new(a);
    routes->endpoints = map_in(a);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        routes->methods[routes->method_count++] = str_of(common[i]);
    return routes;
}

size_t routes_count(const struct routes *routes)
{
    return routes->count;
}

const struct route *routes_at(const struct routes *routes, size_t i)
{
    return i < routes->count ? routes->list[i] : NULL;
}

/* ---- methods ---- */

method_set method_bit(const struct routes *routes, str method)
{
    for (size_t i = 1; i < routes->method_count; i++)
        if (str_eq(routes->methods[i], method))
            return (method_set)1 << i;
    return METHOD_OTHER;
}

static str upper(struct arena *a, str s)
{
    char *text = arena_alloc(a, s.len + 1);

    for (size_t i = 0; i < s.len; i++)
        text[i] = to_upper(s.p[i]);
    text[s.len] = '\0';
    return str_n(text, s.len);
}

static bool parse_methods(struct routes *routes, str list, method_set *set, struct error *err)
{
    method_set get = method_bit(routes, S("GET")), head = method_bit(routes, S("HEAD"));

    *set = list.p ? 0 : METHODS_ALL;
    while (list.len) {
        str method = str_cut(&list, ' ');

        if (!method.len)
            continue;
        method = upper(routes->arena, method);
        if (!header_is_legal(method, S("")))
            return error_set(err, "'%.*s' is no method", STR(method));
        if (method_bit(routes, method) == METHOD_OTHER) {
            if (routes->method_count == METHODS_MAX)
                return error_set(err, "an app knows at most %d methods", METHODS_MAX - 1);
            routes->methods[routes->method_count++] = method;
        }
        *set |= method_bit(routes, method);
    }
    if (*set & get)
        *set |= head;
    return true;
}

static int cmp_strs(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

str methods_list(const struct routes *routes, method_set methods, struct arena *a)
{
    str names[METHODS_MAX];
    size_t count = 0;

    for (size_t i = 1; i < routes->method_count; i++)
        if (methods >> i & 1)
            names[count++] = routes->methods[i];
    qsort(names, count, sizeof *names, cmp_strs);
    return str_join(a, names, count, S(", "));
}

/* ---- adding ---- */

str slashes_merged(struct arena *a, str s)
{
    struct buf out = buf_in(a);

    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != '/' || i == 0 || s.p[i - 1] != '/')
            buf_addc(&out, s.p[i]);
    return buf_str(&out);
}

static bool by_choice(enum choice choice, bool otherwise)
{
    return choice == BY_DEFAULT ? otherwise : choice == YES;
}

static bool has_name(const struct route_inside *in, str name)
{
    for (size_t i = 0; i < in->name_count; i++)
        if (str_eq(in->names[i], name))
            return true;
    return false;
}

static void collect_names(struct route_inside *in, value defaults, struct arena *a)
{
    str *names = arena_array(a, str, in->trace.count + dict_len(defaults));
    value key, v;

    in->names = names;
    for (size_t i = 0; i < in->trace.count; i++)
        if (in->trace.list[i].converter)
            names[in->name_count++] = in->trace.list[i].text;
    for (size_t i = 0; dict_entry(defaults, i, &key, &v); i++)
        if (!has_name(in, value_text(key)))
            names[in->name_count++] = value_text(key);
}

/* A default for an argument that stands in the rule must be able to stand in its URL. */
static bool defaults_fit(const struct route_inside *in, value defaults, struct arena *a,
                         struct error *err)
{
    struct buf text = buf_in(a);

    for (size_t i = 0; i < in->trace.count; i++) {
        const struct piece *piece = &in->trace.list[i];
        value v = dict_get(defaults, piece->text);

        if (piece->converter && !value_is_undefined(v) &&
            !piece->converter->type->to_url(piece->converter, v, &text, err))
            return error_hint(err, "the default of '%.*s' has to fit its converter",
                              STR(piece->text));
    }
    return true;
}

/* The host or subdomain of a rule: one part, before those of its path. */
static bool parse_domain(struct routes *routes, struct route_inside *in, const struct rule *rule,
                         struct error *err)
{
    str domain = routes->options.host_matching ? rule->host : rule->subdomain;

    if (!rule_parse(domain, &in->parts, &in->trace, routes->arena, err))
        return false;
    if (in->parts.count != 1 || in->parts.list[0].final)
        return error_set(err, "the host '%.*s' of a rule can hold no '/' and no <path:>",
                         STR(domain));
    in->host_pieces = in->trace.count;
    return true;
}

static size_t defaults_of(const struct route *route)
{
    return dict_len(route->rule.defaults);
}

/* For building, rules come first that are no alias, have more arguments, and more defaults. */
static bool builds_before(const struct route *a, const struct route *b)
{
    if (a->rule.alias != b->rule.alias)
        return b->rule.alias;
    if (a->inside->name_count != b->inside->name_count)
        return a->inside->name_count > b->inside->name_count;
    return defaults_of(a) > defaults_of(b);
}

static void add_to_endpoint(struct routes *routes, const struct route *route)
{
    struct map_entry *entry = map_put(&routes->endpoints, route->rule.endpoint);
    struct endpoint *e = entry->data;

    if (!e)
        entry->data = e = arena_make(routes->arena, struct endpoint);
    if (e->count == e->cap) {
        size_t cap = e->cap ? e->cap * 2 : 2;

        e->list =
            arena_grow(routes->arena, e->list, e->cap * sizeof *e->list, cap * sizeof *e->list);
        e->cap = cap;
    }
    e->has_defaults |= defaults_of(route) > 0;
    size_t at = e->count++;
    for (; at > 0 && builds_before(route, e->list[at - 1]); at--)
        e->list[at] = e->list[at - 1];
    e->list[at] = route;
}

static void add_to_list(struct routes *routes, struct route *route)
{
    if (routes->count == routes->cap) {
        size_t cap = routes->cap ? routes->cap * 2 : 16;

        routes->list = arena_grow(routes->arena, routes->list, routes->cap * sizeof *routes->list,
                                  cap * sizeof *routes->list);
        routes->cap = cap;
    }
    route->order = routes->count;
    routes->list[routes->count++] = route;
}

static void copy_rule(struct rule *to, const struct rule *from, struct routes *routes)
{
    struct arena *a = routes->arena;

    *to = *from;
    to->rule = str_copy(a, from->rule);
    to->endpoint = str_copy(a, from->endpoint);
    if (from->methods.p)
        to->methods = str_copy(a, from->methods);
    to->host = str_lower(a, str_copy(a, from->host));
    to->subdomain =
        from->has_subdomain ? str_copy(a, from->subdomain) : routes->options.default_subdomain;
    if (from->redirect_to.p)
        to->redirect_to = str_copy(a, from->redirect_to);
}

struct route *routes_add(struct routes *routes, const struct rule *rule, struct error *err)
{
    struct route *route = arena_make(routes->arena, struct route);
    struct route_inside *in = arena_make(routes->arena, struct route_inside);

    if (!str_starts(rule->rule, S("/"))) {
        error_set(err, "the rule '%.*s' does not begin with a '/'", STR(rule->rule));
        return NULL;
    }
    copy_rule(&route->rule, rule, routes);
    route->inside = in;
    in->strict_slashes = by_choice(rule->strict_slashes, !routes->options.loose_slashes);
    in->merge_slashes = by_choice(rule->merge_slashes, !routes->options.keep_slashes);
    str path =
        in->merge_slashes ? slashes_merged(routes->arena, route->rule.rule) : route->rule.rule;
    if (!parse_methods(routes, rule->methods, &in->methods, err) ||
        !parse_domain(routes, in, &route->rule, err) ||
        !rule_parse(path, &in->parts, &in->trace, routes->arena, err) ||
        !defaults_fit(in, rule->defaults, routes->arena, err))
        return NULL;
    collect_names(in, rule->defaults, routes->arena);
    if (in->name_count > ARGUMENTS_MAX) {
        error_set(err, "a rule has at most %d arguments", ARGUMENTS_MAX);
        return NULL;
    }
    add_to_list(routes, route);
    add_to_endpoint(routes, route);
    if (!rule->build_only)
        state_add(routes, route);
    return route;
}

/* ---- where a request came to ---- */

bool is_lower_case(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_upper(s.p[i]))
            return false;
    return true;
}

struct bound bind_to(const struct routes *routes, const struct binding *binding, struct arena *a)
{
    struct bound b = { .routes = routes, .query = binding->query };
    str script = binding->script_name;

    while (str_ends(script, S("/")))
        script.len--;
    b.script = script;
    b.scheme = binding->scheme.len ? binding->scheme : S("http");
    b.host = binding->host_lower || is_lower_case(binding->host) ? binding->host
                                                                 : str_lower(a, binding->host);
    if (!routes->options.host_matching)
        b.subdomain =
            binding->has_subdomain ? binding->subdomain : routes->options.default_subdomain;
    return b;
}

str bound_host(const struct bound *b, str domain, struct arena *a)
{
    if (b->routes->options.host_matching)
        return domain.len ? domain : b->host;
    return domain.len ? str_fmt(a, "%.*s.%.*s", STR(domain), STR(b->host)) : b->host;
}

static str without_slashes(str s)
{
    while (str_starts(s, S("/")))
        s = str_from(s, 1);
    return s;
}

str bound_url(const struct bound *b, str host, str path, str query, struct arena *a)
{
    struct buf url = buf_in(a);

    if (!host.len && !b->script.len && !query.len && str_starts(path, S("/")) &&
        !str_starts(path, S("//")))
        return path; /* the common way: it is one already */
    path = without_slashes(path);
    buf_reserve(&url, b->scheme.len + host.len + b->script.len + path.len + query.len + 8);
    if (host.len) {
        buf_add(&url, b->scheme);
        buf_lit(&url, "://");
        buf_add(&url, host);
    }
    if (b->script.len && b->script.p[0] != '/')
        buf_addc(&url, '/');
    buf_add(&url, b->script);
    buf_addc(&url, '/');
    buf_add(&url, path);
    if (query.len) {
        buf_addc(&url, str_has(path, '?') ? '&' : '?');
        buf_add(&url, query);
    }
    return buf_str(&url);
}
