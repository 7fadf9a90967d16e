/*
 * globals.c - what every template can call: range, dict, lipsum, cycler, joiner, namespace
 *
 *   comes in:  a call
 *   goes out:  a value, or one of the small objects that remember something while a template runs
 *
 * The objects belong to the rendering that made them, so they may change.
 */
#include "vial/template/containers.h"
#include "vial/template/iterators.h"
#include "vial/template/lipsum.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include "vial/template/range.h"

/* ---- cycler ---- */

struct cycler {
    struct object object;
    struct birth birth;
    value items; /* a tuple, not empty */
    size_t at;
};

static bool cycler_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct cycler *cycler = (const struct cycler *)o;

    (void)r;
    if (str_eq(name, S("current")))
        *out = list_at(cycler->items, cycler->at);
    else if (str_eq(name, S("items")))
        *out = cycler->items;
    else if (str_eq(name, S("pos")))
        *out = value_int((int64_t)cycler->at);
    else
        return false;
    return true;
}

static value cycler_next(struct rendering *r, value self, const value *args)
{
    struct cycler *cycler = self.as.object;
    value item = list_at(cycler->items, cycler->at);

    (void)r;
    (void)args;
    rendering_changes(r, &cycler->birth);
    cycler->at = (cycler->at + 1) % list_len(cycler->items);
    return item;
}

static value cycler_reset(struct rendering *r, value self, const value *args)
{
    struct cycler *cycler = self.as.object;

    (void)r;
    (void)args;
    rendering_changes(r, &cycler->birth);
    cycler->at = 0;
    return value_none();
}

static const struct method cycler_table[] = {
    PYTHON_METHOD("Cycler", "next", cycler_next),
    PYTHON_METHOD("Cycler", "reset", cycler_reset),
};
static const struct methods cycler_methods = METHODS(cycler_table);
static const struct object_type cycler_type = { .name = "jinja2.utils.Cycler",
                                                .attr = cycler_attr,
                                                .methods = &cycler_methods };

static value call_cycler(struct rendering *r, const struct call *call)
{
    if (call->nnamed)
        return fail(r, "TypeError", "Cycler.__init__() got an unexpected keyword argument '%.*s'",
                    STR(call->names[0]));
    if (!call->nargs)
        return fail(r, "RuntimeError", "at least one item has to be provided");
    struct cycler *cycler = arena_alloc(r->arena, sizeof *cycler);

    *cycler = (struct cycler){
        { &cycler_type }, birth_now(r), tuple_of(r->arena, call->args, call->nargs), 0
    };
    return value_object(&cycler->object);
}

/* ---- joiner ---- */

struct joiner {
    struct object object;
    struct birth birth;
    value separator;
    bool used;
};

static value joiner_call(struct rendering *r, const struct object *o, const struct call *call)
{
    struct joiner *joiner = (struct joiner *)o;
    bool first = !joiner->used;

    if (call->nargs || call->nnamed)
        return fail(r, "TypeError",
                    "Joiner.__call__() takes 1 positional argument but %zu were given",
                    1 + call->nargs + call->nnamed);
    rendering_changes(r, &joiner->birth);
    joiner->used = true;
    return first ? value_str(S("")) : joiner->separator;
}

static bool joiner_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct joiner *joiner = (const struct joiner *)o;

    (void)r;
    if (str_eq(name, S("sep")))
        *out = joiner->separator;
    else if (str_eq(name, S("used")))
        *out = value_bool(joiner->used);
    else
        return false;
    return true;
}

static const struct object_type joiner_type = { .name = "jinja2.utils.Joiner",
                                                .attr = joiner_attr,
                                                .call = joiner_call };

static value call_joiner(struct rendering *r, const struct call *call)
{
    static const struct signature signature =
        SIGNATURE(BIND_PYTHON, "Joiner.__init__", 1, NULL, OPTIONAL_STR("sep", ", "));
    value args[MAX_PARAMETERS];

    if (!signature_bind(r, &signature, call, args))
        return value_undefined();
    struct joiner *joiner = arena_alloc(r->arena, sizeof *joiner);

    *joiner = (struct joiner){ { &joiner_type }, birth_now(r), args[0], false };
    return value_object(&joiner->object);
}

/* ---- namespace ---- */

struct namespace
{
    struct object object;
    struct birth birth;
    value attributes; /* a dict */
};

static bool namespace_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct dict *dict = dict_inside(((const struct namespace *)o)->attributes);
    const struct dict_entry *entry = dict_text_entry(dict, name);

    (void)r;
    if (entry)
        *out = entry->v;
    return entry != NULL;
}

static void namespace_print(struct rendering *r, const struct object *o, struct buf *out)
{
    buf_lit(out, "<Namespace ");
    value_repr(r, ((const struct namespace *)o)->attributes, out);
    buf_lit(out, ">");
}

static const struct object_type namespace_type = { .name = "jinja2.utils.Namespace",
                                                   .attr = namespace_attr,
                                                   .print = namespace_print };

static value call_namespace(struct rendering *r, const struct call *call)
{
    struct namespace *namespace = arena_alloc(r->arena, sizeof *namespace);

    if (call->nargs > 1)
        return fail(r, "TypeError", "dict expected at most 1 argument, got %zu", call->nargs);
    *namespace =
        (struct namespace){ { &namespace_type }, birth_now(r), dict_new(r->arena, call->nnamed) };
    return dict_fill(r, namespace->attributes, call) ? value_object(&namespace->object)
                                                     : value_undefined();
}

bool value_is_namespace(value v)
{
    return v.type == VIAL_OBJECT && ((const struct object *)v.as.object)->type == &namespace_type;
}

bool namespace_set(struct rendering *r, value ns, str name, value v)
{
    struct namespace *namespace = ns.as.object;

    if (!value_is_namespace(ns))
        return false;
    rendering_changes(r, &namespace->birth);
    if (rendering_take(r, 0))
        dict_set(namespace->attributes, name, v);
    return true;
}

/* ---- the others ---- */

static value call_range(struct rendering *r, const struct call *call)
{
    if (call->nnamed)
        return fail(r, "TypeError", "range() takes no keyword arguments");
    return range_of_args(r, call->args, call->nargs);
}

static value call_dict(struct rendering *r, const struct call *call)
{
    value dict = dict_new(r->arena, call->nnamed);

    if (call->nargs > 1)
        return fail(r, "TypeError", "dict expected at most 1 argument, got %zu", call->nargs);
    return dict_fill(r, dict, call) ? dict : value_undefined();
}

static value call_lipsum(struct rendering *r, const struct call *call)
{
    static const struct signature signature =
        SIGNATURE(BIND_PYTHON, "generate_lorem_ipsum", 0, NULL, OPTIONAL_INT("n", 5),
                  OPTIONAL_BOOL("html", true), OPTIONAL_INT("min", 20), OPTIONAL_INT("max", 100));
    value args[MAX_PARAMETERS];
    int64_t n, min, max;

    if (!signature_bind(r, &signature, call, args) || !value_to_index(r, args[0], &n) ||
        !value_to_index(r, args[2], &min) || !value_to_index(r, args[3], &max))
        return value_undefined();
    return lipsum(r, n, value_truth(r, args[1]), min, max);
}

/* ---- as values ---- */

struct global {
    struct object object;
    value (*call)(struct rendering *r, const struct call *call);
    const char *name, *shown;
};

static value global_call(struct rendering *r, const struct object *o, const struct call *call)
{
    return ((const struct global *)o)->call(r, call);
}

static void global_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_add(out, str_of(((const struct global *)o)->shown));
}

static const struct object_type class_type = { .name = "type",
                                               .call = global_call,
                                               .print = global_print };
static const struct object_type function_type = { .name = "function",
                                                  .call = global_call,
                                                  .print = global_print };

static const struct global table[] = {
    { { &class_type }, call_cycler, "cycler", "<class 'jinja2.utils.Cycler'>" },
    { { &class_type }, call_dict, "dict", "<class 'dict'>" },
    { { &class_type }, call_joiner, "joiner", "<class 'jinja2.utils.Joiner'>" },
    { { &function_type }, call_lipsum, "lipsum", "<function generate_lorem_ipsum>" },
    { { &class_type }, call_namespace, "namespace", "<class 'jinja2.utils.Namespace'>" },
    { { &class_type }, call_range, "range", "<class 'range'>" },
};

void builtin_globals(value globals, struct arena *a, bool sandbox)
{
    (void)a;
    (void)sandbox; /* range() asks the rendering */
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        dict_set(globals, str_of(table[i].name), value_object(&table[i].object));
}
