/*
 * app.c - an app while it is set up
 *
 *   comes in:  options, rules, hooks, folders
 *   goes out:  what vial_handle() reads, and nobody changes any more
 */
#include "vial/app/inside.h"
#include "vial/base/log.h"

/* ---- its life ---- */

static struct env_options as_flask = {
    .autoescape = AUTOESCAPE_BY_NAME,
};

vial *vial_new_with(const vial_opts *options, const struct env_options *env)
{
    struct arena *arena = arena_new();
    vial *app = arena_make(arena, vial);

    app->arena = arena;
    app->name = str_copy(arena, str_of(options->name));
    app->debug = options->debug;
    app->env = env_new(env);
    app->routes = routes_new(NULL, arena);
    statics_init(&app->statics);
    objects_register(app);
    if (options->templates)
        env_add_folder(app->env, str_copy(arena, str_of(options->templates)));
    if (options->static_dir)
        vial_static(app, "/static", options->static_dir);
    return app;
}

vial *vial_new_(vial_opts options)
{
    return vial_new_with(&options, &as_flask);
}

void vial_free(vial *app)
{
    if (!app)
        return;
    env_free(app->env);
    statics_free(&app->statics);
    arena_delete(app->arena);
}

struct env *vial_env(vial *app)
{
    return app->env;
}

const struct routes *vial_routes(const vial *app)
{
    return app->routes;
}

void vial_base_url(vial *app, str url)
{
    ptrdiff_t colon = str_find(url, S("://"));

    if (colon > 0) {
        app->base_scheme = str_copy(app->arena, str_slice(url, 0, (size_t)colon));
        url = str_from(url, (size_t)colon + 3);
        ptrdiff_t slash = str_find_char(url, '/');
        size_t end = slash < 0 ? url.len : (size_t)slash;
        app->base_host = str_copy(app->arena, str_slice(url, 0, end));
        url = str_from(url, end);
    }
    while (str_ends(url, S("/")))
        url.len--;
    app->base_path = str_copy(app->arena, url);
}

/* ---- routes ---- */

/* An endpoint is one handler: else vial_url() could not say where it leads. */
static bool endpoint_is_free(const vial *app, const struct rule *rule, struct error *err)
{
    for (size_t i = 0; rule->handler && i < routes_count(app->routes); i++) {
        const struct rule *other = &routes_at(app->routes, i)->rule;

        if (!str_eq(other->endpoint, rule->endpoint) || other->handler == rule->handler ||
            !other->handler)
            continue;
        error_set(err, "the endpoint '%.*s' has another handler already, by the rule '%.*s'",
                  STR(rule->endpoint), STR(other->rule));
        return error_hint(err, "give one of them another name with .endpoint");
    }
    return true;
}

static bool names_method(str methods, str wanted)
{
    while (methods.len)
        if (str_ieq(str_cut(&methods, ' '), wanted))
            return true;
    return false;
}

bool vial_route_add(vial *app, const struct rule *rule, struct error *err)
{
    struct rule added = *rule;
    bool by_itself = !names_method(rule->methods, S("OPTIONS"));

    if (!rule->methods.len)
        added.methods = S("GET");
    if (by_itself)
        added.methods = str_fmt(app->arena, "%.*s OPTIONS", STR(added.methods));
    if (!value_is_undefined(rule->defaults))
        added.defaults = value_copy(app->arena, rule->defaults);
    if (!endpoint_is_free(app, rule, err))
        return false;

    struct route *route = routes_add(app->routes, &added, err);
    if (route)
        route->options_by_itself = by_itself;
    return route != NULL;
}

/* "show_post, .methods = ..." is what the macro saw of the options: the name comes first. */
static str handler_name(const char *options)
{
    str rest = str_of(options);
    str name = str_trim(str_cut(&rest, ','));

    return str_starts(name, S("&")) ? str_trim(str_from(name, 1)) : name;
}

bool vial_route_(vial *app, const char *rule, const char *name, vial_route_o o)
{
    struct error err = { 0 };
    struct rule added = {
        .rule = str_of(rule),
        .endpoint = o.endpoint ? str_of(o.endpoint) : handler_name(name),
        .methods = str_of(o.methods),
        .handler = o.fn,
        .data = o.data,
        .strict_slashes = o.loose_slashes ? NO : BY_DEFAULT,
        .no_freeze = o.no_freeze,
    };

    if (o.defaults) {
        added.defaults = dict_new(app->arena, 4);
        values_add(added.defaults, o.defaults, app->arena);
    }
    if (vial_route_add(app, &added, &err))
        return true;
    log_failure(&err);
    error_free(&err);
    return false;
}

static bool has_endpoint(const vial *app, str endpoint)
{
    for (size_t i = 0; i < routes_count(app->routes); i++)
        if (str_eq(routes_at(app->routes, i)->rule.endpoint, endpoint))
            return true;
    return false;
}

bool vial_static(vial *app, const char *prefix, const char *folder)
{
    struct error err = { 0 };
    str at = str_of(prefix);

    while (str_ends(at, S("/")))
        at.len--;
    struct rule rule = {
        .rule = str_fmt(app->arena, "%.*s/<path:filename>", STR(at)),
        .endpoint = S("static"),
        .build_only = true,
    };
    statics_add(&app->statics, at, str_of(folder), app->arena);
    if (has_endpoint(app, S("static")) || vial_route_add(app, &rule, &err))
        return true;
    log_failure(&err);
    error_free(&err);
    return false;
}

/* ---- hooks ---- */

static struct hook *hook_first(vial *app, struct hook **list)
{
    struct hook *hook = arena_make(app->arena, struct hook);

    hook->next = *list;
    *list = hook;
    return hook;
}

static struct hook *hook_last(vial *app, struct hook **list)
{
    while (*list)
        list = &(*list)->next;
    return hook_first(app, list);
}

void vial_before(vial *app, vial_fn *fn)
{
    hook_last(app, &app->before)->fn.before = fn;
}

void vial_after(vial *app, vial_res *(*fn)(vial_req *, vial_res *))
{
    hook_first(app, &app->after)->fn.after = fn;
}

void vial_teardown(vial *app, void (*fn)(vial_req *, int))
{
    hook_first(app, &app->teardown)->fn.teardown = fn;
}

void vial_error(vial *app, int status, vial_fn *fn)
{
    struct hook *hook = hook_first(app, &app->errors);

    hook->status = status;
    hook->fn.error = fn;
}

void vial_context(vial *app, void (*fn)(vial_req *, vial_val))
{
    hook_last(app, &app->context)->fn.context = fn;
}
