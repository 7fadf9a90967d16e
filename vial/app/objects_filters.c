/*
 * objects_filters.c - filters, tests, functions and values that an app adds to its templates
 *
 *   comes in:  C functions, while the app is set up
 *   goes out:  what templates call; a request that failed meanwhile is an error of the template
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"
#include "vial/base/pack.h"

typedef vial_val app_filter_fn(vial_req *, vial_val, const vial_val *, size_t);
typedef bool app_test_fn(vial_req *, vial_val, const vial_val *, size_t);
typedef vial_val app_function_fn(vial_req *, const vial_val *, size_t);

struct extended {
    union {
        app_filter_fn *filter;
        app_test_fn *test;
        app_function_fn *function;
        const void *any;
    } fn;
};

/* In the debugger's console a request may be over, and what the app's code would use is closed. */
static bool takes(struct rendering *rendering, const struct call *call)
{
    const vial_req *r = rendering_user(rendering);

    if (call->nnamed)
        fail(rendering, "TypeError", "this takes no named arguments");
    else if (r && r->over)
        fail(rendering, "TemplateRuntimeError",
             "this is the app's own code, and the teardown of the request has run");
    return !failed(rendering);
}

static value checked(struct rendering *rendering, const vial_req *r, value v)
{
    if (r && r->failed)
        return fail(rendering, "TemplateRuntimeError", "%.*s", STR(r->why));
    return v;
}

static value run_filter(struct rendering *rendering, value input, const struct call *call,
                        void *self)
{
    const struct extended *extended = self;
    vial_req *r = rendering_user(rendering);

    vial_glance(r);
    if (!takes(rendering, call))
        return value_undefined();
    note_code(r);
    return checked(rendering, r, extended->fn.filter(r, input, call->args, call->nargs));
}

static bool run_test(struct rendering *rendering, value input, const struct call *call, void *self)
{
    const struct extended *extended = self;
    vial_req *r = rendering_user(rendering);

    vial_glance(r);
    if (!takes(rendering, call))
        return false;
    note_code(r);
    bool holds = extended->fn.test(r, input, call->args, call->nargs);
    checked(rendering, r, value_none());
    return holds;
}

static value run_function(struct rendering *rendering, const struct call *call, void *self)
{
    const struct extended *extended = self;
    vial_req *r = rendering_user(rendering);

    vial_glance(r);
    if (!takes(rendering, call))
        return value_undefined();
    note_code(r);
    return checked(rendering, r, extended->fn.function(r, call->args, call->nargs));
}

void extension_register(vial *app, str name, int kind, const void *fn, value v)
{
    struct extended *extended = arena_make(app->arena, struct extended);

    name = str_copy(app->arena, name);
    shape_add(app, "extension", name);
    extended->fn.any = fn;
    switch ((enum extension)kind) {
    case EXTENSION_FILTER:
        env_filter(app->env, name, run_filter, extended);
        break;
    case EXTENSION_TEST:
        env_test(app->env, name, run_test, extended);
        break;
    case EXTENSION_FUNCTION:
        env_global(app->env, name, function_new(app->arena, name.p, run_function, extended));
        break;
    case EXTENSION_GLOBAL:
        if (app->notes_code)
            json_print(v, &app->shape);
        pack_text(&app->given, name);
        json_print(v, &app->given);
        env_global(app->env, name, value_copy(app->arena, v));
        break;
    }
}

static void extend(vial *app, const char *name, enum extension kind, const void *fn, value v)
{
    if (!record_extension(app, name, (int)kind, fn, v))
        extension_register(app, str_of(name), (int)kind, fn, v);
}

void vial_filter(vial *app, const char *name, app_filter_fn *fn)
{
    extend(app, name, EXTENSION_FILTER, (const void *)fn, value_none());
}

void vial_test(vial *app, const char *name, app_test_fn *fn)
{
    extend(app, name, EXTENSION_TEST, (const void *)fn, value_none());
}

void vial_function(vial *app, const char *name, app_function_fn *fn)
{
    extend(app, name, EXTENSION_FUNCTION, (const void *)fn, value_none());
}

void vial_global(vial *app, const char *name, vial_val v)
{
    extend(app, name, EXTENSION_GLOBAL, NULL, v);
}
