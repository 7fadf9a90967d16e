/*
 * root.c - whole templates: rendered, extended, included, imported
 *
 *   comes in:  a template's name, the context it gets
 *   goes out:  its text; or, of an import, a module with the names it exports
 *
 * A template that extends another is run first, for its blocks and what it sets; then the other one
 * is run in the same context.
 */
#include "vial/template/filter_functions.h"
#include "vial/template/reuse.h"

#include "vial/base/nearest.h"
#include "vial/template/env.h"
#include "vial/template/undefined.h"

/* ---- finding ---- */

static const struct jinja *load(struct rendering *r, str name, bool *missing)
{
    struct map_entry *known = map_find(&r->templates, name);
    const struct jinja *t = NULL;

    *missing = false;
    if (known) {
        if (r->observer && r->options->template_read)
            r->options->template_read(r->user, name, known->data != NULL);
        *missing = !known->data;
        return known->data;
    }
    enum loaded loaded = env_load(r->env, name, &t, r->err);
    if (loaded == LOAD_FAILED) {
        r->failed = r->placed = true;
        r->failure.kind = r->err ? r->err->kind : "TemplateSyntaxError";
        r->unwound = NULL;
        return NULL;
    }
    map_set(&r->templates, str_copy(r->arena, name), (void *)t);
    if (r->options->template_read)
        r->options->template_read(r->user, name, t != NULL);
    *missing = !t;
    return t;
}

static str template_name(struct rendering *r, value name)
{
    return value_text(value_to_str(r, name));
}

static const struct jinja *find_one(struct rendering *r, value name)
{
    bool missing;

    if (name.type == VIAL_UNDEFINED) {
        undefined_fail(r, name);
        return NULL;
    }
    if (name.type == VIAL_LIST || name.type == VIAL_DICT) { /* Jinja looks into its cache with it */
        fail(r, "TypeError", "unhashable type: '%s'", value_type_name(name));
        return NULL;
    }
    str text = template_name(r, name);
    const struct jinja *t = r->failed ? NULL : load(r, text, &missing);
    if (!t && !r->failed) {
        fail(r, "TemplateNotFound", "%.*s", STR(text));
        fail_hint(r, env_missing_hint(r->env, text, r->arena));
    }
    return t;
}

static const struct jinja *find_first(struct rendering *r, value names)
{
    struct buf tried = buf_in(r->arena);
    struct walk w;
    value name;
    bool missing;
    size_t count = 0;

    if (names.type == VIAL_UNDEFINED) {
        undefined_fail(r, names);
        return NULL;
    }
    if (!value_truth(r, names)) {
        fail(r, "TemplateNotFound", "Tried to select from an empty list of templates.");
        return NULL;
    }
    if (!walk_begin(r, &w, names))
        return NULL;
    buf_lit(&tried, "none of the templates given were found: ");
    for (; walk_next_any(r, &w, &name); count++) {
        bool undefined = name.type == VIAL_UNDEFINED;
        str text = undefined ? undefined_message(r, name) : template_name(r, name);
        const struct jinja *t = undefined || r->failed ? NULL : load(r, text, &missing);

        if (t || r->failed)
            return t;
        buf_addf(&tried, "%s%.*s", count ? ", " : "", STR(text));
    }
    if (!r->failed)
        fail(r, "TemplateNotFound", "%.*s", STR(buf_str(&tried)));
    return NULL;
}

const struct jinja *find_template(struct rendering *r, value name, unsigned flags)
{
    if (flags & IMPORT_MANY)
        return find_first(r, name);
    if (flags & IMPORT_ONE || name.type == VIAL_STR || name.type == VIAL_UNDEFINED)
        return find_one(r, name);
    return find_first(r, name);
}

/* ---- running ---- */

static bool run_parent(struct rendering *r, const struct activation *child,
                       const struct jinja *parent, struct context *context)
{
    bool done = rendering_enter(r) && run_root(r, parent, context);

    if (done)
        rendering_leave(r);
    else
        fail_at(r, child, child->extended_at);
    return done;
}

bool run_root(struct rendering *r, const struct jinja *t, struct context *context)
{
    struct activation *f = activation_begin(r, t->root, NULL, context);
    bool done = run(r, f);

    if (done && f->parent)
        done = run_parent(r, f, f->parent, context);
    activation_end(r, f);
    return done;
}

/* ---- modules ---- */

struct module {
    struct object object;
    const struct jinja *template;
    struct context *context;
    str body;
    const void *notes; /* made while it ran without context; NULL: there are none to be kept */
};

static value make_module(struct rendering *r, const struct jinja *t, struct context *parent)
{
    struct module *module = arena_make(r->arena, struct module);
    size_t begin = capture_begin(r);

    module->object.type = &module_type;
    module->template = t;
    module->context = context_new(r, t, parent, value_undefined());
    r->making++;
    bool done = run_root(r, t, module->context);
    r->making--;
    if (!done)
        return value_undefined();
    module->body = value_text(capture_end(r, begin, false));
    return value_object(&module->object);
}

/* Its notes are kept, for includes that use it after it has run for somebody else. */
static value make_shared(struct rendering *r, const struct jinja *t)
{
    if (!r->shelf)
        return make_module(r, t, NULL);
    struct aside aside = aside_begin(r);
    value module = make_module(r, t, NULL);
    const void *notes = aside_end(r, &aside, r->lasting);
    if (module.type == VIAL_OBJECT) {
        ((struct module *)module.as.object)->notes = notes;
        ((struct module *)module.as.object)->context->shared = notes != NULL;
    }
    return module;
}

static void use_again(struct rendering *r, const struct module *module)
{
    if (module->notes)
        r->env->reuse->again(r->user, module->notes);
    else
        rendering_unsteady(r);
}

/* Without context a module is the same for all who import it. */
static value shared_module(struct rendering *r, const struct jinja *t)
{
    const struct object *known = map_get(&r->modules, t->name);

    if (known) {
        if (r->observer)
            use_again(r, (const struct module *)known);
        return value_object(known);
    }
    value module = make_shared(r, t);
    if (!r->failed)
        map_set(&r->modules, t->name, module.as.object);
    return module;
}

value import_template(struct rendering *r, value name, unsigned flags, struct context *context)
{
    const struct jinja *t = find_template(r, name, flags | IMPORT_ONE);

    if (!t)
        return value_undefined();
    if (!context)
        return shared_module(r, t);
    return make_module(r, t, context_snapshot(r, context));
}

bool include_template(struct rendering *r, value name, unsigned flags, struct context *context)
{
    const struct jinja *t = find_template(r, name, flags);

    if (!t) {
        if (flags & IMPORT_OPTIONAL && !r->placed && r->failed &&
            strcmp(r->failure.kind, "TemplateNotFound") == 0)
            fail_forget(r);
        return !r->failed;
    }
    if (context || r->shelf)
        return include_run(r, t, context);

    value module = shared_module(r, t);
    if (!r->failed)
        buf_add(r->out, ((const struct module *)module.as.object)->body);
    return !r->failed;
}

static bool module_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct module *module = (const struct module *)o;

    (void)r;
    if (str_eq(name, S("__name__"))) {
        *out = value_str(module->template->name);
        return true;
    }
    for (size_t i = 0; i < module->context->nvars; i++) {
        const struct context_var *var = &module->context->vars[i];

        if (!var->exported || !str_eq(var->name, name))
            continue;
        *out = var->v;
        return true;
    }
    return false;
}

static void module_names(const struct object *o, struct nearest *near)
{
    const struct context *context = ((const struct module *)o)->context;

    for (size_t i = 0; i < context->nvars; i++)
        if (context->vars[i].exported)
            nearest_try(near, context->vars[i].name);
}

value module_name(struct rendering *r, value module, str name, str where)
{
    const struct module *m = module.as.object;
    value v;

    if (module_attr(r, &m->object, name, &v))
        return v;
    v = undefined_hint(
        r, "the template %.*s (imported on %.*s) does not export the requested name %.*s",
        STR(value_repr_str(r, value_str(m->template->name))), STR(where),
        STR(value_repr_str(r, value_str(name))));
    undefined_about(v, module, name);
    return v;
}

static void module_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_add(out, ((const struct module *)o)->body);
}

static bool module_html(struct rendering *r, const struct object *o, struct buf *out)
{
    module_print(r, o, out);
    return true;
}

static void module_repr(struct rendering *r, const struct object *o, struct buf *out)
{
    buf_lit(out, "<TemplateModule ");
    value_repr(r, value_str(((const struct module *)o)->template->name), out);
    buf_lit(out, ">");
}

/* What its template is, if it ran without context. */
static const void *module_same(const struct object *o)
{
    const struct module *module = (const struct module *)o;

    return module->notes ? module->template : NULL;
}

const struct object_type module_type = { .name = "jinja2.environment.TemplateModule",
                                         .same = module_same,
                                         .attr = module_attr,
                                         .names = module_names,
                                         .print = module_print,
                                         .repr = module_repr,
                                         .html = module_html };

/* ---- {% debug %} ---- */

value debug_text(struct rendering *r)
{
    rendering_unsteady(r);
    value shown = dict_new(r->arena, 3), names = dict_new(r->arena, 8), globals, key, v;

    globals = env_globals(r->env);
    for (size_t i = 0; dict_entry(globals, i, &key, &v); i++)
        dict_set(names, value_text(key), v);
    context_names(names, r->context);
    dict_set(shown, S("context"), names);
    dict_set(shown, S("filters"), env_names(r->env, false, r->arena));
    dict_set(shown, S("tests"), env_names(r->env, true, r->arena));
    return pretty_outline(r, shown, 3);
}

/* ---- from outside ---- */

enum { MAX_STEPS = 100000000, MAX_MEMORY = 256 << 20, MAX_RENDER_DEPTH = 250 };

bool template_render(const struct jinja *t, value given, const struct render_options *options,
                     struct buf *out, struct error *err)
{
    struct render_options limits = *options;

    if (!limits.max_steps)
        limits.max_steps = MAX_STEPS;
    if (!limits.max_memory)
        limits.max_memory = MAX_MEMORY;
    if (!limits.max_depth)
        limits.max_depth = MAX_RENDER_DEPTH;

    struct shelf *shelf = t->env->reuse && limits.user ? shelf_take(t->env) : NULL;
    struct rendering r = { .env = t->env,
                           .arena = limits.arena,
                           .lasting = limits.arena,
                           .user = limits.user,
                           .out = out,
                           .steps = limits.max_steps,
                           .memory = limits.arena->size + out->len + limits.max_memory,
                           .depth = limits.max_depth,
                           .options = &limits,
                           .err = err,
                           .templates = map_in(limits.arena),
                           .modules = map_in(limits.arena),
                           .shelf = shelf };
    r.passing_in = limits.frame_left ? r.lasting : &r.passing;
    buf_reserve(out, 64);
    r.context = context_new(&r, t, NULL, given);
    r.autoescape = t->autoescape;
    map_set(&r.templates, t->name, (void *)t);
    bool done = run_root(&r, t, r.context);
    if (!done)
        fail_finish(&r);
    if (shelf)
        shelf_return(t->env, shelf);
    arena_free(&r.passing);
    return done;
}

struct arena *rendering_arena(struct rendering *r)
{
    return r->lasting;
}

void *rendering_user(struct rendering *r)
{
    return r->user;
}
