/*
 * app.c - an app while it is set up
 *
 *   comes in:  options, rules, hooks, folders
 *   goes out:  what vial_handle() reads, and nobody changes any more
 */
#include "vial/app/debug.h"
#include "vial/base/log.h"
#include <unistd.h>

/* ---- its life ---- */

static struct env_options as_flask = {
    .autoescape = AUTOESCAPE_BY_NAME,
};

enum { MAX_CONTENT = 1 << 20, MAX_FORM_MEMORY = 500000, MAX_FORM_PARTS = 1000, MAX_JSON = 1 << 20 };

static size_t or_default(size_t given, size_t otherwise)
{
    return given ? given : otherwise;
}

vial *vial_new_with(const vial_opts *options, const struct env_options *env)
{
    struct arena *arena = arena_new();
    vial *app = arena_make(arena, vial);

    app->arena = arena;
    app->shape = buf_in(arena);
    app->given = buf_in(arena);
    app->users = 1;
    app->name = str_copy(arena, str_of(options->name));
    app->debug = options->debug;
    app->env = env_new(env);
    app->routes = routes_new(NULL, arena);
    app->endpoints = map_in(arena);
    app->own = (struct scope){ .owner = app, .app = app };
    app->trusted_hosts = str_copy(arena, str_of(options->trusted_hosts));
    app->proxies = options->proxies;
    app->max_content = or_default(options->max_content, MAX_CONTENT);
    app->form_limits.memory = or_default(options->max_form_memory, MAX_FORM_MEMORY);
    app->form_limits.parts = or_default(options->max_form_parts, MAX_FORM_PARTS);
    app->max_json = or_default(options->max_json, MAX_JSON);
    app->data = map_in(arena);
    app->settings = dict_new(arena, 8);
    app->instance = str_copy(arena, str_of(options->instance));
    app->env_prefix = str_copy(arena, str_of(options->env_prefix));
    session_keys_init(&app->session, options, arena);
    statics_init(&app->statics);
    objects_register(app);
    env_global(app->env, S("config"), dict_new(arena, 0)); /* until vial_config() */
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

void app_hold(vial *app)
{
    atomic_fetch_add(&app->users, 1);
}

void app_release(vial *app)
{
    void (*at_end)(void *) = app->at_end;
    void *self = app->at_end_self;

    if (atomic_fetch_sub(&app->users, 1) > 1)
        return;
    app_free_mounted(app);
    debugger_free(app->debugger);
    versions_free(app->versions);
    if (app->env) { /* else it is a blueprint that nobody has mounted */
        env_free(app->env);
        statics_free(&app->statics);
    }
    arena_delete(app->arena);
    if (at_end)
        at_end(self);
}

void vial_free(vial *app)
{
    if (app)
        app_release(app);
}

void vial_at_end(vial *app, void (*fn)(void *), void *self)
{
    app->at_end = fn;
    app->at_end_self = self;
}

struct env *vial_env(vial *app)
{
    return app->env;
}

const struct routes *vial_routes(const vial *app)
{
    return app->routes;
}

size_t vial_max_content(const vial *app)
{
    return app->max_content;
}

str vial_name(const vial *app)
{
    return app->name;
}

bool vial_is_debug(const vial *app)
{
    return app->debug;
}

void vial_set_debug(vial *app, bool debug)
{
    app->debug = debug;
}

str vial_debug_token(vial *app)
{
    if (!app->debugger)
        app->debugger = debugger_new(app);
    return debugger_token(app->debugger);
}

void vial_relative_urls(vial *app, bool relative)
{
    app->relative_urls = relative;
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

str vial_base_path(const vial *app)
{
    return app->base_path;
}

/* ---- routes ---- */

/* An endpoint is one handler: else vial_url() could not say where it leads. */
static bool endpoint_is_free(vial *app, const struct rule *rule, struct error *err)
{
    const struct map_entry *there = map_find(&app->endpoints, rule->endpoint);

    if (!rule->handler || !there || there->data == (void *)rule->handler)
        return true;
    error_set(err, "the endpoint '%.*s' has another handler already", STR(rule->endpoint));
    return error_hint(err, "give one of them another name with .endpoint");
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
    if (!route)
        return false;
    route->options_by_itself = by_itself;
    shape_add(app, "rule", route->rule.rule);
    shape_add(app, "endpoint", route->rule.endpoint);
    shape_add(app, "methods", route->rule.methods);
    if (rule->handler)
        map_set(&app->endpoints, route->rule.endpoint, (void *)rule->handler);
    else
        map_put(&app->endpoints, route->rule.endpoint);
    return true;
}

/* "show_post, .methods = ..." is what the macro saw of the options: the name comes first. */
static str handler_name(const char *options)
{
    str rest = str_of(options);
    str name = str_trim(str_cut(&rest, ','));

    return str_starts(name, S("&")) ? str_trim(str_from(name, 1)) : name;
}

static bool add_route(vial *app, const struct rule *rule, const struct duty *duty)
{
    struct error err = { 0 };
    bool good =
        app->env ? scope_route(&app->own, rule, duty, &err) : record_rule(app, rule, duty, &err);

    if (!good)
        app_refuses(app, &err);
    error_free(&err);
    return good;
}

bool vial_route_(vial *app, const char *rule, const char *name, vial_route_o o)
{
    struct rule added = {
        .rule = str_of(rule),
        .endpoint = o.endpoint ? str_of(o.endpoint) : handler_name(name),
        .methods = str_of(o.methods),
        .handler = o.fn,
        .data = o.data,
        .strict_slashes = o.loose_slashes ? NO : BY_DEFAULT,
        .no_freeze = o.no_freeze,
    };
    struct duty duty = { .csrf = o.csrf, .no_csrf = o.no_csrf, .tells_all = o.tells_all };

    if (o.defaults) {
        added.defaults = dict_new(app->arena, 4);
        values_add(added.defaults, o.defaults, app->arena);
    }
    return add_route(app, &added, &duty);
}

bool vial_view_(vial *app, const char *rule, vial_view_o view)
{
    const struct {
        vial_fn *fn;
        const char *method;
    } methods[] = {
        { view.get, "GET" },     { view.post, "POST" },      { view.put, "PUT" },
        { view.patch, "PATCH" }, { view.delete_, "DELETE" },
    };
    struct buf names = buf_in(app->arena);
    vial_view_o *kept = arena_make(app->arena, vial_view_o);

    *kept = view;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (methods[i].fn)
            buf_addf(&names, "%s%s", names.len ? " " : "", methods[i].method);

    struct rule added = {
        .rule = str_of(rule),
        .endpoint = str_copy(app->arena, str_of(view.endpoint)),
        .methods = buf_str(&names),
        .handler = view_answer,
        .data = view.with.data,
        .strict_slashes = view.with.loose_slashes ? NO : BY_DEFAULT,
        .no_freeze = view.with.no_freeze,
    };
    struct duty duty = { .view = kept,
                         .csrf = view.with.csrf,
                         .no_csrf = view.with.no_csrf,
                         .tells_all = view.with.tells_all };
    if (view.with.defaults) {
        added.defaults = dict_new(app->arena, 4);
        values_add(added.defaults, view.with.defaults, app->arena);
    }
    return add_route(app, &added, &duty);
}

bool app_static(struct scope *scope, str prefix, str folder)
{
    vial *app = scope->app;
    struct error err = { 0 };

    while (str_ends(prefix, S("/")))
        prefix.len--;
    str endpoint = scope_endpoint(scope, S("static"), app->arena);
    struct rule rule = {
        .rule = str_fmt(app->arena, "%.*s/<path:filename>", STR(prefix)),
        .endpoint = endpoint,
        .build_only = true,
    };
    shape_add(app, "static", prefix);
    statics_add(&app->statics, prefix, folder, endpoint, app->arena);
    if (map_find(&app->endpoints, endpoint) || vial_route_add(app, &rule, &err))
        return true;
    app_refuses(app, &err);
    error_free(&err);
    return false;
}

bool vial_static(vial *app, const char *prefix, const char *folder)
{
    return record_static(app, prefix, folder) ||
           app_static(&app->own, str_of(prefix), str_of(folder));
}

str vial_static_file(vial *app, str path, struct arena *a)
{
    struct static_file file;

    if (!app->statics.roots || !statics_open(&app->statics, path, &file, a))
        return (str){ 0 };
    close(file.fd);
    return file.path;
}

/* ---- hooks ---- */

struct hook *hook_first(vial *app, struct hook **list)
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

void vial_url_defaults(vial *app, void (*fn)(vial_req *, const char *, vial_val))
{
    hook_last(app, &app->url_defaults)->fn.url_defaults = fn;
    app->has_url_defaults = true;
    for (struct scope *place = app->places; place; place = place->same)
        place->app->has_url_defaults = true;
}

void vial_set_data(vial *app, const char *name, void *data)
{
    map_set(&app->data, str_copy(app->arena, str_of(name)), data);
}

void *vial_data(vial_req *r, const char *name)
{
    return map_get(&r->app->data, str_of(name));
}

void vial_listen(vial *app, enum vial_event event, void (*fn)(vial_req *, const char *))
{
    if (!record_listener(app, event, fn))
        app_listen(app, event, fn);
}

void app_listen(vial *app, enum vial_event event, void (*fn)(vial_req *, const char *))
{
    struct hook *hook = hook_last(app, &app->listeners);

    hook->status = (int)event;
    hook->fn.listen = fn;
}

void signal_listeners(vial_req *r, enum vial_event event, str what)
{
    for (const struct hook *hook = r->app->listeners; hook; hook = hook->next)
        if (hook->status == (int)event)
            hook->fn.listen(r, what.len ? str_cstr(r->arena, what) : NULL);
}
