/*
 * blueprint.c - parts of an app that are made apart and mounted
 *
 *   comes in:  rules, folders, filters, told to a blueprint; the places where it is mounted
 *   goes out:  the same, told to the app, with names and prefixes of the place
 *
 * A blueprint remembers what it is told and does it again for each place; what it is told later is
 * done at once at all its places, so that it does not matter which comes first. Its hooks are not
 * copied: a scope points to whoever owns them.
 */
#include "vial/app/inside.h"
#include "vial/base/log.h"

enum record_kind {
    RECORD_RULE,
    RECORD_STATIC,
    RECORD_CHILD,
    RECORD_EXTENSION,
    RECORD_TEMPLATES,
    RECORD_LISTENER,
    RECORD_LISTER,
    RECORD_COMMAND,
    RECORD_MOUNTED,
};

struct record {
    struct record *next;
    enum record_kind kind;
    struct rule rule; /* RECORD_RULE */
    struct duty duty;
    str prefix, folder; /* RECORD_STATIC, RECORD_TEMPLATES; RECORD_CHILD: its prefix */
    vial *child;
    str name; /* of the child, the extension, the command; the endpoint of a lister */
    int extension;
    const void *fn;
    value v;
    union {
        void (*listen)(vial_req *, const char *);
        void (*list)(vial_req *, vial_urls *);
        void (*mounted)(vial *);
    } call;
    enum vial_event event;
    vial_command_o command;
};

static bool scope_apply(struct scope *scope, const struct record *record, struct error *err);

/* ---- names ---- */

str scope_endpoint(const struct scope *scope, str endpoint, struct arena *a)
{
    if (!scope->name.len)
        return endpoint;
    return str_fmt(a, "%.*s.%.*s", STR(scope->name), STR(endpoint));
}

/* "/admin" and "/users/" to "/admin/users/"; an empty rule is the prefix itself. */
static str joined(str prefix, str rule, struct arena *a)
{
    while (str_ends(prefix, S("/")))
        prefix.len--;
    if (!prefix.len)
        return rule;
    if (!rule.len)
        return prefix;
    return str_fmt(a, "%.*s%s%.*s", STR(prefix), str_starts(rule, S("/")) ? "" : "/", STR(rule));
}

/* ---- which blueprint does a path belong to? ---- */

/* Segment by segment; one with an argument in it stands for any. */
static bool is_below(str path, str prefix)
{
    while (prefix.len) {
        str wanted = str_cut(&prefix, '/'), there = str_cut(&path, '/');

        if (!str_has(wanted, '<') ? !str_eq(wanted, there) : !there.len)
            return false;
    }
    return true;
}

const struct scope *scope_of_path(const vial *app, str path)
{
    const struct scope *best = &app->own;

    for (const struct scope *scope = app->scopes; scope; scope = scope->next)
        if (scope->prefix.len > best->prefix.len && is_below(path, scope->prefix))
            best = scope;
    return best;
}

/* ---- rules ---- */

bool scope_route(struct scope *scope, const struct rule *rule, const struct duty *duty,
                 struct error *err)
{
    struct arena *a = scope->app->arena;
    struct rule added = *rule;
    struct duty *own = arena_make(a, struct duty);

    *own = *duty;
    own->scope = scope;
    added.rule = joined(scope->prefix, rule->rule, a);
    added.endpoint = scope_endpoint(scope, rule->endpoint, a);
    added.duty = own;
    return vial_route_add(scope->app, &added, err);
}

/* ---- remembering ---- */

static struct record *record_new(vial *blueprint, enum record_kind kind)
{
    struct record *record = arena_make(blueprint->arena, struct record), **last;

    for (last = &blueprint->records; *last;)
        last = &(*last)->next;
    *last = record;
    record->kind = kind;
    return record;
}

/* Does at once, at all places, what was just remembered. */
static bool record_done(vial *blueprint, const struct record *record, struct error *err)
{
    for (struct scope *place = blueprint->places; place; place = place->same)
        if (!scope_apply(place, record, err))
            return false;
    return true;
}

static bool told(bool good, struct error *err)
{
    if (!good)
        log_failure(err);
    error_free(err);
    return good;
}

bool record_rule(vial *blueprint, const struct rule *rule, const struct duty *duty,
                 struct error *err)
{
    struct record *record = record_new(blueprint, RECORD_RULE);
    struct arena *a = blueprint->arena;

    if (str_has(rule->endpoint, '.'))
        return error_set(err,
                         "the endpoint '%.*s' has a dot in it, which parts names of blueprints",
                         STR(rule->endpoint));
    record->rule = *rule;
    record->rule.rule = str_copy(a, rule->rule);
    record->rule.endpoint = str_copy(a, rule->endpoint);
    if (rule->methods.p)
        record->rule.methods = str_copy(a, rule->methods);
    if (!value_is_undefined(rule->defaults))
        record->rule.defaults = value_copy(a, rule->defaults);
    record->duty = *duty;
    return record_done(blueprint, record, err);
}

bool record_static(vial *blueprint, const char *prefix, const char *folder)
{
    struct error err = { 0 };

    if (blueprint->env)
        return false;
    struct record *record = record_new(blueprint, RECORD_STATIC);
    record->prefix = str_copy(blueprint->arena, str_of(prefix));
    record->folder = str_copy(blueprint->arena, str_of(folder));
    told(record_done(blueprint, record, &err), &err);
    return true;
}

bool record_extension(vial *blueprint, const char *name, int kind, const void *fn, value v)
{
    struct error err = { 0 };

    if (blueprint->env)
        return false;
    struct record *record = record_new(blueprint, RECORD_EXTENSION);
    record->name = str_copy(blueprint->arena, str_of(name));
    record->extension = kind;
    record->fn = fn;
    record->v = value_copy(blueprint->arena, v);
    told(record_done(blueprint, record, &err), &err);
    return true;
}

bool record_listener(vial *blueprint, enum vial_event event, void (*fn)(vial_req *, const char *))
{
    struct error err = { 0 };

    if (blueprint->env)
        return false;
    struct record *record = record_new(blueprint, RECORD_LISTENER);
    record->event = event;
    record->call.listen = fn;
    told(record_done(blueprint, record, &err), &err);
    return true;
}

bool record_lister(vial *blueprint, const char *endpoint, void (*list)(vial_req *, vial_urls *))
{
    struct error err = { 0 };

    if (blueprint->env)
        return false;
    struct record *record = record_new(blueprint, RECORD_LISTER);
    record->name = str_copy(blueprint->arena, str_of(endpoint));
    record->call.list = list;
    told(record_done(blueprint, record, &err), &err);
    return true;
}

bool record_command(vial *blueprint, const char *name, const vial_command_o *o)
{
    struct error err = { 0 };

    if (blueprint->env)
        return false;
    command_add(blueprint, str_of(name), o); /* which keeps what the options point to */
    struct record *record = record_new(blueprint, RECORD_COMMAND);
    record->name = str_copy(blueprint->arena, str_of(name));
    record->command = *command_last(blueprint);
    told(record_done(blueprint, record, &err), &err);
    return true;
}

void vial_mounted(vial *blueprint, void (*fn)(vial *app))
{
    struct error err = { 0 };

    if (blueprint->env) {
        fn(blueprint);
        return;
    }
    struct record *record = record_new(blueprint, RECORD_MOUNTED);
    record->call.mounted = fn;
    told(record_done(blueprint, record, &err), &err);
}

/* ---- making and mounting ---- */

vial *vial_blueprint_(vial_mount_o o)
{
    struct arena *arena = arena_new();
    vial *blueprint = arena_make(arena, vial);

    blueprint->arena = arena;
    blueprint->users = 1;
    blueprint->name = str_copy(arena, str_of(o.name));
    blueprint->prefix = str_copy(arena, str_of(o.prefix));
    if (o.templates)
        record_new(blueprint, RECORD_TEMPLATES)->folder = str_copy(arena, str_of(o.templates));
    if (o.static_dir)
        record_static(blueprint, "/static", o.static_dir);
    return blueprint;
}

static bool name_is_free(const vial *app, str name, struct error *err)
{
    if (!name.len || str_starts(name, S(".")) || str_ends(name, S(".")))
        return error_set(err, "a blueprint needs a name");
    for (const struct scope *scope = app->scopes; scope; scope = scope->next)
        if (str_eq(scope->name, name)) {
            error_set(err, "the name '%.*s' is taken by another blueprint", STR(name));
            return error_hint(err,
                              "give one of them another name: vial_mount(app, it, .name = ...)");
        }
    return true;
}

static bool place(struct scope *parent, vial *blueprint, str name, str prefix, struct error *err)
{
    vial *app = parent->app;
    struct arena *a = app->arena;
    struct scope *scope = arena_make(a, struct scope), **last = &app->scopes;

    *scope = (struct scope){ .parent = parent, .owner = blueprint, .app = app };
    scope->name = str_copy(a, scope_endpoint(parent, name, a));
    scope->prefix = str_copy(a, joined(parent->prefix, prefix, a));
    while (str_ends(scope->prefix, S("/")))
        scope->prefix.len--;
    if (!name_is_free(app, scope->name, err))
        return false;
    while (*last)
        last = &(*last)->next;
    *last = scope;
    scope->same = blueprint->places;
    blueprint->places = scope;
    app->has_url_defaults |= blueprint->has_url_defaults;
    for (const struct record *record = blueprint->records; record; record = record->next)
        if (!scope_apply(scope, record, err))
            return false;
    return true;
}

/* Whether the blueprint is mounted in this app for the first time: some things are done once. */
static bool is_first(const struct scope *scope)
{
    for (const struct scope *other = scope->app->scopes; other != scope; other = other->next)
        if (other->owner == scope->owner)
            return false;
    return true;
}

/* "outer.inner" and "user add" to "outer inner user add". */
static str command_name(const struct scope *scope, str name)
{
    struct buf whole = buf_in(scope->app->arena);
    str rest = scope->name;

    while (rest.len) {
        buf_add(&whole, str_cut(&rest, '.'));
        buf_addc(&whole, ' ');
    }
    buf_add(&whole, name);
    return buf_str(&whole);
}

static bool scope_apply(struct scope *scope, const struct record *record, struct error *err)
{
    switch (record->kind) {
    case RECORD_RULE:
        return scope_route(scope, &record->rule, &record->duty, err);
    case RECORD_STATIC:
        return app_static(scope, joined(scope->prefix, record->prefix, scope->app->arena),
                          record->folder);
    case RECORD_TEMPLATES:
        env_add_folder(scope->app->env, str_copy(scope->app->arena, record->folder));
        return true;
    case RECORD_EXTENSION:
        extension_register(scope->app, record->name, record->extension, record->fn, record->v);
        return true;
    case RECORD_LISTENER:
        if (is_first(scope))
            app_listen(scope->app, record->event, record->call.listen);
        return true;
    case RECORD_LISTER:
        lister_add(scope->app, scope_endpoint(scope, record->name, scope->app->arena),
                   record->call.list);
        return true;
    case RECORD_COMMAND:
        command_add(scope->app, command_name(scope, record->name), &record->command);
        return true;
    case RECORD_MOUNTED:
        if (is_first(scope))
            record->call.mounted(scope->app);
        return true;
    case RECORD_CHILD:
        return place(scope, record->child, record->name, record->prefix, err);
    }
    return true;
}

/* Whoever mounts it holds it, once, until it ends itself. */
static void hold(vial *parent, vial *blueprint)
{
    struct mounted *mounted;

    for (mounted = parent->mounted; mounted; mounted = mounted->next)
        if (mounted->blueprint == blueprint)
            return;
    mounted = arena_make(parent->arena, struct mounted);
    *mounted = (struct mounted){ parent->mounted, blueprint };
    parent->mounted = mounted;
    blueprint->holders++;
}

void app_free_mounted(vial *app)
{
    for (const struct mounted *mounted = app->mounted; mounted; mounted = mounted->next) {
        vial *blueprint = mounted->blueprint;

        if (--blueprint->holders)
            continue;
        app_free_mounted(blueprint);
        arena_delete(blueprint->arena);
    }
}

bool vial_mount_(vial *parent, struct vial_mount_a what)
{
    vial *blueprint = what.blueprint;
    struct error err = { 0 };
    str name = what.name ? str_of(what.name) : blueprint->name;
    str prefix = what.prefix ? str_of(what.prefix) : blueprint->prefix;

    hold(parent, blueprint);
    if (parent->env && place(&parent->own, blueprint, name, prefix, &err))
        return true;
    if (parent->env) {
        app_refuses(parent, &err);
        error_free(&err);
        return false;
    }

    struct record *record = record_new(parent, RECORD_CHILD);
    record->child = blueprint;
    record->name = str_copy(parent->arena, name);
    record->prefix = str_copy(parent->arena, prefix);
    return told(record_done(parent, record, &err), &err);
}
