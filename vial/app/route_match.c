/*
 * route_match.c - from a path to its route
 *
 *   comes in:  rules in parts, while the app is set up; then one path per request
 *   goes out:  the route and its arguments; or a redirect, the methods it would answer to, nothing
 *
 * Rules share their beginnings in a tree: a state per part, the host's first, then one for each
 * segment. From a state fixed segments lead on through a table, so a thousand of them cost what one
 * does, and parts with arguments through a list sorted by weight. A fixed segment is tried before
 * an argument, and a dead end gives back what it took. Each state is entered once at most, since
 * what a part takes of a path does not depend on what comes after it.
 *
 * Among parts of equal weight the rule that was added first wins, and not the part that was: so
 * all of them are followed, and a rule elsewhere in the tree cannot change who wins.
 */
#include "vial/app/route_inside.h"

struct edge {
    const struct part *part;
    struct state *to;
};

/* A route that ends in a state, with what is asked of each. */
struct ending {
    const struct route *route;
    method_set methods;
    bool strict;
};

struct state {
    struct map fixed;    /* to struct state                     */
    struct state *slash; /* the one that an empty segment leads to: for what ends in a slash */
    struct edge *edges;  /* by weight; equal ones as they came */
    size_t edge_count, edge_cap;
    struct ending *endings; /* in order of adding */
    size_t ending_count, ending_cap;
};

struct state *state_new(struct arena *a)
{
    struct state *state = arena_make(a, struct state);

    state->fixed = map_in(a);
    return state;
}

/* ---- adding ---- */

static struct state *follow_fixed(struct state *state, const struct part *part, struct arena *a)
{
    if (!part->content.len) {
        if (!state->slash)
            state->slash = state_new(a);
        return state->slash;
    }
    struct map_entry *entry = map_put(&state->fixed, part->content);

    if (!entry->data)
        entry->data = state_new(a);
    return entry->data;
}

static struct state *follow_edge(struct state *state, const struct part *part, struct arena *a)
{
    for (size_t i = 0; i < state->edge_count; i++) {
        const struct part *other = state->edges[i].part;

        if (str_eq(other->content, part->content) && str_eq(other->weight, part->weight))
            return state->edges[i].to;
    }
    if (state->edge_count == state->edge_cap) {
        size_t cap = state->edge_cap ? state->edge_cap * 2 : 2;

        state->edges = arena_grow(a, state->edges, state->edge_cap * sizeof *state->edges,
                                  cap * sizeof *state->edges);
        state->edge_cap = cap;
    }
    size_t at = state->edge_count++;
    for (; at > 0 && str_cmp(part->weight, state->edges[at - 1].part->weight) < 0; at--)
        state->edges[at] = state->edges[at - 1];
    state->edges[at] = (struct edge){ part, state_new(a) };
    return state->edges[at].to;
}

void state_add(struct routes *routes, const struct route *route)
{
    const struct parts *parts = &route->inside->parts;
    struct state *state = routes->root;

    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->list[i];

        state = part->fixed ? follow_fixed(state, part, routes->arena)
                            : follow_edge(state, part, routes->arena);
    }
    if (state->ending_count == state->ending_cap) {
        size_t cap = state->ending_cap ? state->ending_cap * 2 : 1;

        state->endings =
            arena_grow(routes->arena, state->endings, state->ending_cap * sizeof *state->endings,
                       cap * sizeof *state->endings);
        state->ending_cap = cap;
    }
    state->endings[state->ending_count++] =
        (struct ending){ route, route->inside->methods, route->inside->strict_slashes };
}

/* ---- matching ---- */

/* What is left of a path: its next segment, and what comes after it. */
struct left {
    bool nothing; /* all is matched: not even an empty segment is left */
    str all;      /* the next segment and everything behind it         */
};

struct outcome {
    const struct route *route; /* NULL: none */
    bool slash;                /* it would answer with a slash more */
    size_t count;
    str texts[ARGUMENTS_MAX];
};

struct match_run {
    method_set method;
    method_set allowed; /* the methods of routes that answer to the path, but not to `method` */
    bool converting;    /* a value that its converter refuses is no match                     */
    bool refused;       /* there was one                                                      */
    struct arena *arena;
    str texts[ARGUMENTS_MAX + 1]; /* taken so far */
    size_t count;
};

static bool seek(struct match_run *m, const struct state *state, struct left left,
                 struct outcome *out);

static bool convert(const struct route *route, const str *texts, struct argument *arguments,
                    struct arena *a)
{
    const struct trace *trace = &route->inside->trace;
    size_t n = 0;

    for (size_t i = 0; i < trace->count; i++) {
        const struct converter *c = trace->list[i].converter;

        if (!c)
            continue;
        arguments[n].name = trace->list[i].text;
        arguments[n].text = texts[n];
        if (!c->type->to_value(c, texts[n], a, &arguments[n].v))
            return false;
        n++;
    }
    return true;
}

static bool values_fit(struct match_run *m, const struct route *route)
{
    struct argument arguments[ARGUMENTS_MAX];

    if (!m->converting || convert(route, m->texts, arguments, m->arena))
        return true;
    m->refused = true;
    return false;
}

static bool arrive(const struct match_run *m, const struct route *route, bool slash,
                   struct outcome *out)
{
    out->route = route;
    out->slash = slash;
    out->count = m->count;
    memcpy(out->texts, m->texts, m->count * sizeof *m->texts);
    return true;
}

/* The routes that end in `state`; `loose`: only those that do not mind a slash. */
static bool end_here(struct match_run *m, const struct state *state, bool loose,
                     struct outcome *out)
{
    for (size_t i = 0; i < state->ending_count; i++) {
        const struct ending *ending = &state->endings[i];

        if (loose && ending->strict)
            continue;
        if (!(ending->methods & m->method))
            m->allowed |= ending->methods;
        else if (values_fit(m, ending->route))
            return arrive(m, ending->route, false, out);
    }
    return false;
}

/* The path has ended, and with a slash more it would match: a redirect, or forgiven. */
static bool end_before_slash(struct match_run *m, const struct state *state, struct outcome *out)
{
    const struct state *after = state->slash;

    for (size_t i = 0; after && i < after->ending_count; i++) {
        const struct ending *ending = &after->endings[i];

        if (!(ending->methods & m->method))
            continue;
        if (ending->strict || values_fit(m, ending->route))
            return arrive(m, ending->route, ending->strict, out);
    }
    return false;
}

/* What follows the segment at the front of `left`. */
static struct left after_segment(struct left left, str *segment)
{
    ptrdiff_t slash = str_find_char(left.all, '/');

    if (slash < 0) {
        *segment = left.all;
        return (struct left){ .nothing = true };
    }
    *segment = str_slice(left.all, 0, (size_t)slash);
    return (struct left){ .all = str_from(left.all, (size_t)slash + 1) };
}

static bool try_edge(struct match_run *m, const struct edge *edge, str segment, struct left all,
                     struct left rest, struct outcome *out)
{
    size_t before = m->count;
    bool slash = false, found = false;

    if (edge->part->final) {
        segment = all.all;
        rest = (struct left){ .nothing = true };
    }
    if (before + edge->part->arguments <= ARGUMENTS_MAX &&
        part_match(edge->part, segment, m->texts + before, &slash, m->arena)) {
        m->count += edge->part->arguments;
        if (slash)
            rest = (struct left){ .all = S("") };
        found = seek(m, edge->to, rest, out);
    }
    m->count = before; /* a dead end gives back the arguments it took */
    return found;
}

/* Edges of one weight, [from, to): the rule that was added first, whichever edge leads to it. */
static bool try_equals(struct match_run *m, const struct state *state, size_t from, size_t to,
                       str segment, struct left all, struct left rest, struct outcome *out)
{
    struct outcome other;
    bool found = false;

    if (to - from == 1)
        return try_edge(m, &state->edges[from], segment, all, rest, out);
    for (size_t i = from; i < to; i++) {
        if (!try_edge(m, &state->edges[i], segment, all, rest, &other))
            continue;
        if (!found || other.route->order < out->route->order)
            *out = other;
        found = true;
    }
    return found;
}

/* `segment` is taken from `state` on; `rest` is what is left after it. */
static bool take(struct match_run *m, const struct state *state, str segment, struct left all,
                 struct left rest, struct outcome *out)
{
    const struct state *fixed = segment.len ? map_get(&state->fixed, segment) : state->slash;

    if (fixed && seek(m, fixed, rest, out))
        return true;
    for (size_t from = 0, to; from < state->edge_count; from = to) {
        str weight = state->edges[from].part->weight;

        for (to = from + 1; to < state->edge_count; to++)
            if (!str_eq(weight, state->edges[to].part->weight))
                break;
        if (try_equals(m, state, from, to, segment, all, rest, out))
            return true;
    }
    return false;
}

static bool seek(struct match_run *m, const struct state *state, struct left left,
                 struct outcome *out)
{
    str segment;

    if (left.nothing)
        return end_here(m, state, false, out) || end_before_slash(m, state, out);

    struct left rest = after_segment(left, &segment);
    if (take(m, state, segment, left, rest, out))
        return true;
    /* Only a last slash is left: rules that are loose about it match without. */
    return rest.nothing && !segment.len && end_here(m, state, true, out);
}

static bool run(struct match_run *m, const struct routes *routes, str domain, str path,
                struct outcome *out)
{
    m->count = 0;
    return take(m, routes->root, domain, (struct left){ .all = domain },
                (struct left){ .all = path }, out);
}

/* ---- the whole of it ---- */

static void take_arguments(const struct outcome *out, struct match *match, struct arena *a)
{
    value defaults = out->route->rule.defaults, key, v;

    match->route = out->route;
    match->count = out->count;
    convert(out->route, out->texts, match->arguments, a); /* it did so before */
    for (size_t i = 0; dict_entry(defaults, i, &key, &v); i++) {
        size_t at = 0;

        while (at < match->count && !str_eq(match->arguments[at].name, value_text(key)))
            at++;
        if (at == match->count)
            match->count++;
        match->arguments[at] = (struct argument){ value_text(key), S(""), v };
    }
}

/* "/a//b" redirects to "/a/b", when that matches. */
static bool redirect_to_merged(struct match_run *m, const struct bound *b, str domain, str path,
                               struct match *match)
{
    struct outcome out;
    str single;

    if (b->routes->options.keep_slashes || str_find(path, S("//")) < 0)
        return false;
    single = slashes_merged(m->arena, path);
    m->converting = m->refused; /* else it would lead to a page that is not there */
    if (!run(m, b->routes, domain, single, &out))
        return false;
    if (!out.slash && !out.route->inside->merge_slashes)
        return false;
    match_redirect_to_path(b, single, out.slash, match, m->arena);
    return true;
}

/* "//a" is asked for as "/a"; an empty path stays empty. */
static str path_part(str path, struct arena *a)
{
    size_t slashes = 0;

    while (slashes < path.len && path.p[slashes] == '/')
        slashes++;
    if (slashes)
        return str_from(path, slashes - 1);
    return path.len ? str_fmt(a, "/%.*s", STR(path)) : path;
}

void routes_match(const struct routes *routes, const struct binding *binding, str method, str path,
                  struct match *match, struct arena *a)
{
    struct bound b = bind_to(routes, binding, a);
    struct match_run m = { .arena = a, .converting = true, .method = method_bit(routes, method) };
    str domain = routes->options.host_matching ? b.host : b.subdomain;
    struct outcome out;

    match->kind = MATCH_NONE;
    match->count = 0;
    path = path_part(path, a);
    if (!run(&m, routes, domain, path, &out)) {
        if (redirect_to_merged(&m, &b, domain, path, match) || !m.allowed)
            return;
        match->kind = MATCH_NO_METHOD;
        match->allow = methods_list(routes, m.allowed, a);
        return;
    }
    if (out.slash) {
        match_redirect_to_path(&b, path, true, match, a);
        return;
    }
    take_arguments(&out, match, a);
    match->kind = MATCH_FOUND;
    match_redirect(routes, binding, &b, m.method, method, match, a);
}

str routes_allowed(const struct routes *routes, const struct binding *binding, str path,
                   struct arena *a)
{
    struct bound b = bind_to(routes, binding, a);
    struct match_run m = { .arena = a, .converting = true }; /* no method at all */
    str domain = routes->options.host_matching ? b.host : b.subdomain;
    struct outcome out;

    run(&m, routes, domain, path_part(path, a), &out);
    return methods_list(routes, m.allowed, a);
}
