/*
 * filter_lazy.c - filters that give their results one by one: map, select, batch, slice, ...
 *
 *   comes in:  whatever can be walked, and what is to be done with its items
 *   goes out:  an iterator; nothing is done, and nothing fails, before somebody walks it
 *
 * They are Python's generators: once walked they are used up, and they have no length.
 */
#include "vial/template/attribute.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/iterators.h"
#include "vial/template/number.h"

enum { LOT = 32 };

/* What all of them keep. The arguments are copied: a call's own are gone when it returns. */
struct lazy {
    struct object object;
    value input;
    struct walk walk;
    bool begun, ended;
    unsigned taken; /* items */
    struct call call;

    struct path path;
    const struct filter *filter; /* map("upper")           */
    const struct test *test;     /* select("odd")          */
    bool wanted;                 /* select: true, reject: false */
    value seen;                  /* unique: keys of a dict */
    value args[2];               /* batch, slice           */
    size_t at, extra;            /* slice                  */
    value list;
};

static struct lazy *lazy_new(struct rendering *r, const struct object_type *type, value input)
{
    struct lazy *lazy = arena_make(r->arena, struct lazy);

    lazy->object.type = type;
    lazy->input = input;
    return lazy;
}

static struct call keep_call(struct rendering *r, const struct call *call)
{
    value *args = arena_array(r->arena, value, call->nargs);
    value *named = arena_array(r->arena, value, call->nnamed);
    str *names = arena_array(r->arena, str, call->nnamed);

    for (size_t i = 0; i < call->nargs; i++)
        args[i] = call->args[i];
    for (size_t i = 0; i < call->nnamed; i++) {
        named[i] = call->named[i];
        names[i] = call->names[i];
    }
    return (struct call){ args, call->nargs, names, named, call->nnamed };
}

/* Runs `begin` before the first item; false when there is nothing (more) to walk. */
static bool begin(struct rendering *r, struct lazy *lazy,
                  bool (*prepare)(struct rendering *r, struct lazy *lazy))
{
    if (lazy->begun) /* charged in lots */
        return !lazy->ended &&
               (++lazy->taken % LOT || (rendering_spend(r, LOT) && rendering_take(r, 0)));
    lazy->begun = true;
    lazy->ended = true;
    if (prepare && (!value_truth(r, lazy->input) || r->failed || !prepare(r, lazy)))
        return false;
    if (!walk_begin(r, &lazy->walk, lazy->input))
        return false;
    lazy->ended = false;
    return true;
}

static bool next_item(struct rendering *r, struct lazy *lazy, value *item)
{
    if (!lazy->ended && walk_next_any(r, &lazy->walk, item))
        return true;
    lazy->ended = true;
    return false;
}

/* Drops the first `count` positional arguments. */
static void drop_args(struct call *call, size_t count)
{
    call->args += count;
    call->nargs -= count;
}

static value no_such(struct rendering *r, const char *what, value name)
{
    uint64_t hash;

    if (!value_hash(r, name, &hash)) /* it is looked up in a dict */
        return value_undefined();
    str shown = value_repr_str(r, name);

    if (name.type == VIAL_UNDEFINED)
        return fail(r, "TemplateRuntimeError",
                    "No %s named %.*s. (%.*s; did you forget to quote the callable name?)", what,
                    STR(shown), STR(undefined_message(r, name)));
    fail(r, "TemplateRuntimeError", "No %s named %.*s.", what, STR(shown));
    if (name.type == VIAL_STR && *what == 'f')
        fail_meant(r, env_nearest_filter(r->env, value_text(name)));
    else if (name.type == VIAL_STR)
        fail_meant(r, env_nearest_test(r->env, value_text(name)));
    return value_undefined();
}

/* ---- map ---- */

static const value *named_argument(const struct call *call, str name)
{
    for (size_t i = 0; i < call->nnamed; i++)
        if (str_eq(call->names[i], name))
            return &call->named[i];
    return NULL;
}

static bool prepare_attribute(struct rendering *r, struct lazy *lazy, const value *attribute)
{
    const value *otherwise = named_argument(&lazy->call, S("default"));

    for (size_t i = 0; i < lazy->call.nnamed; i++) {
        str name = lazy->call.names[i];

        if (!str_eq(name, S("attribute")) && !str_eq(name, S("default"))) {
            fail(r, "FilterArgumentError", "Unexpected keyword argument %.*s",
                 STR(value_repr_str(r, value_str(name))));
            return false;
        }
    }
    lazy->path = path_of(r, *attribute, false);
    if (otherwise)
        lazy->path.otherwise = *otherwise;
    return true;
}

static bool prepare_map(struct rendering *r, struct lazy *lazy)
{
    const value *attribute = named_argument(&lazy->call, S("attribute"));

    if (!lazy->call.nargs && attribute)
        return prepare_attribute(r, lazy, attribute);
    if (!lazy->call.nargs) {
        fail(r, "FilterArgumentError", "map requires a filter argument");
        return false;
    }
    lazy->args[0] = lazy->call.args[0];
    if (lazy->args[0].type == VIAL_STR)
        lazy->filter = env_find_filter(r->env, value_text(lazy->args[0]));
    lazy->wanted = true; /* a filter is */
    drop_args(&lazy->call, 1);
    return true;
}

static bool map_next(struct rendering *r, struct object *o, value *out)
{
    struct lazy *lazy = (struct lazy *)o;
    value item;

    if (!begin(r, lazy, prepare_map) || !next_item(r, lazy, &item))
        return false;
    if (!lazy->wanted)
        *out = path_follow(r, &lazy->path, item);
    else if (lazy->filter)
        *out = filter_apply(r, lazy->filter, item, &lazy->call);
    else
        no_such(r, "filter", lazy->args[0]);
    return !r->failed;
}

static const struct object_type map_type = { .name = "generator", .next = map_next };

value filter_map(struct rendering *r, value input, const struct call *call, void *self)
{
    struct lazy *lazy = lazy_new(r, &map_type, input);

    (void)self;
    lazy->call = keep_call(r, call);
    return value_object(&lazy->object);
}

/* ---- select, reject, selectattr, rejectattr ---- */

static bool prepare_test(struct rendering *r, struct lazy *lazy)
{
    if (!lazy->call.nargs)
        return true;
    lazy->args[0] = lazy->call.args[0];
    lazy->args[1] = value_bool(true); /* a test is wanted */
    if (lazy->args[0].type == VIAL_STR)
        lazy->test = env_find_test(r->env, value_text(lazy->args[0]));
    drop_args(&lazy->call, 1);
    return true;
}

static bool prepare_attribute_test(struct rendering *r, struct lazy *lazy)
{
    if (!lazy->call.nargs) {
        fail(r, "FilterArgumentError", "Missing parameter for attribute name");
        return false;
    }
    lazy->path = path_of(r, lazy->call.args[0], false);
    drop_args(&lazy->call, 1);
    return prepare_test(r, lazy);
}

static bool passes(struct rendering *r, struct lazy *lazy, value v)
{
    if (lazy->args[1].type == VIAL_UNDEFINED)
        return value_truth(r, v);
    if (lazy->test)
        return test_apply(r, lazy->test, v, &lazy->call);
    no_such(r, "test", lazy->args[0]);
    return false;
}

static bool select_from(struct rendering *r, struct lazy *lazy, value *out,
                        bool (*prepare)(struct rendering *r, struct lazy *lazy))
{
    if (!begin(r, lazy, prepare))
        return false;
    while (next_item(r, lazy, out)) {
        value v = path_follow(r, &lazy->path, *out);
        bool good = !r->failed && passes(r, lazy, v);

        if (r->failed || !rendering_spend(r, 1))
            return false;
        if (good == lazy->wanted)
            return true;
    }
    return false;
}

static bool select_next(struct rendering *r, struct object *o, value *out)
{
    return select_from(r, (struct lazy *)o, out, prepare_test);
}

static bool selectattr_next(struct rendering *r, struct object *o, value *out)
{
    return select_from(r, (struct lazy *)o, out, prepare_attribute_test);
}

static const struct object_type select_type = { .name = "generator", .next = select_next };
static const struct object_type selectattr_type = { .name = "generator", .next = selectattr_next };

static value selection(struct rendering *r, const struct object_type *type, value input,
                       const struct call *call, bool wanted)
{
    struct lazy *lazy = lazy_new(r, type, input);

    lazy->call = keep_call(r, call);
    lazy->wanted = wanted;
    return value_object(&lazy->object);
}

value filter_select(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)self;
    return selection(r, &select_type, input, call, true);
}
value filter_reject(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)self;
    return selection(r, &select_type, input, call, false);
}
value filter_selectattr(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)self;
    return selection(r, &selectattr_type, input, call, true);
}
value filter_rejectattr(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)self;
    return selection(r, &selectattr_type, input, call, false);
}

/* ---- unique ---- */

static bool unique_next(struct rendering *r, struct object *o, value *out)
{
    struct lazy *lazy = (struct lazy *)o;
    value found;

    if (!begin(r, lazy, NULL))
        return false;
    while (next_item(r, lazy, out)) {
        value key = path_follow(r, &lazy->path, *out);
        bool seen = !r->failed && dict_find(r, lazy->seen, key, &found);

        if (r->failed || !rendering_spend(r, 1) || !rendering_take(r, 64))
            return false;
        if (!seen)
            return dict_put(r, lazy->seen, key, value_none());
    }
    return false;
}

static const struct object_type unique_type = { .name = "generator", .next = unique_next };

value filter_unique(struct rendering *r, value input, const value *args)
{
    struct lazy *lazy = lazy_new(r, &unique_type, input);

    lazy->path = path_of(r, args[1], !value_truth(r, args[0]));
    lazy->seen = dict_new(r->arena, 0);
    return value_object(&lazy->object);
}

/* ---- items ---- */

static bool items_next(struct rendering *r, struct object *o, value *out)
{
    struct lazy *lazy = (struct lazy *)o;

    if (!lazy->begun && lazy->input.type != VIAL_UNDEFINED) {
        const struct object *input = lazy->input.type == VIAL_OBJECT ? lazy->input.as.object : NULL;

        if (lazy->input.type != VIAL_DICT && !(input && input->type->mapping)) {
            fail(r, "TypeError", "Can only get item pairs from a mapping.");
            return false;
        }
        if (!items_of(r, lazy->input, &lazy->input))
            return false;
    }
    return lazy->input.type != VIAL_UNDEFINED && begin(r, lazy, NULL) && next_item(r, lazy, out);
}

static const struct object_type items_type = { .name = "generator", .next = items_next };

value filter_items(struct rendering *r, value input, const value *args)
{
    (void)args;
    return value_object(&lazy_new(r, &items_type, input)->object);
}

/* ---- batch ---- */

static bool fill_batch(struct rendering *r, value row, value size, value with)
{
    value missing;
    int64_t count;

    if (with.type == VIAL_NONE ||
        !value_compare(r, COMPARE_LT, value_int((int64_t)list_len(row)), size))
        return !r->failed;
    missing = value_subtract(r, size, value_int((int64_t)list_len(row)));
    if (!r->failed && !value_is_int(missing))
        value_multiply(r, row, missing); /* by a float: TypeError */
    if (r->failed)
        return false;
    if (value_is_bigint(missing))
        fail(r, "OverflowError", "cannot fit 'int' into an index-sized integer");
    if (r->failed || !value_to_index(r, missing, &count) ||
        !rendering_take(r, (size_t)count * sizeof(value)))
        return false;
    list_reserve(row, (size_t)count);
    for (; count > 0; count--)
        list_push(row, with);
    return true;
}

static bool batch_next(struct rendering *r, struct object *o, value *out)
{
    struct lazy *lazy = (struct lazy *)o;
    value item;

    if (!begin(r, lazy, NULL))
        return false;
    if (lazy->list.type == VIAL_UNDEFINED)
        lazy->list = list_new(r->arena, 4);
    while (next_item(r, lazy, &item)) {
        value row = lazy->list;
        bool full = value_equal(r, value_int((int64_t)list_len(row)), lazy->args[0]);

        if (full)
            lazy->list = list_new(r->arena, list_len(row));
        list_push(lazy->list, item);
        *out = row;
        if (r->failed || !rendering_spend(r, 1) || !rendering_take(r, 32))
            return false;
        if (full)
            return true;
    }
    *out = lazy->list;
    if (r->failed || !list_len(lazy->list) || !fill_batch(r, *out, lazy->args[0], lazy->args[1]))
        return false;
    lazy->list = list_new(r->arena, 0);
    return true;
}

static const struct object_type batch_type = { .name = "generator", .next = batch_next };

value filter_batch(struct rendering *r, value input, const value *args)
{
    struct lazy *lazy = lazy_new(r, &batch_type, input);

    lazy->args[0] = args[0];
    lazy->args[1] = args[1];
    return value_object(&lazy->object);
}

/* ---- slice ---- */

static bool slice_begin(struct rendering *r, struct lazy *lazy)
{
    lazy->list = value_to_list(r, lazy->input);
    lazy->begun = true;
    if (r->failed)
        return false;
    value length = value_int((int64_t)list_len(lazy->list));

    value_floor_divide(r, length, lazy->args[0]); /* by nothing, or by text: an error */
    if (!r->failed && !value_is_small_int(lazy->args[0]))
        fail(r, "TypeError", "'%s' object cannot be interpreted as an integer",
             value_type_name(lazy->args[0]));
    return !r->failed;
}

static bool slice_next(struct rendering *r, struct object *o, value *out)
{
    struct lazy *lazy = (struct lazy *)o;

    if (!lazy->begun && !slice_begin(r, lazy))
        return false;
    int64_t slices = value_small_int(lazy->args[0]);

    if (slices <= 0 || lazy->at >= (size_t)slices || !rendering_spend(r, 1))
        return false;
    size_t count = list_len(lazy->list), each = count / (size_t)slices;
    size_t extra = count % (size_t)slices;
    size_t from = lazy->at * each + (lazy->at < extra ? lazy->at : extra);
    size_t to = from + each + (lazy->at < extra);
    value slice = list_new(r->arena, to - from + 1);

    for (size_t i = from; i < to; i++)
        list_push(slice, list_at(lazy->list, i));
    if (lazy->args[1].type != VIAL_NONE && lazy->at >= extra)
        list_push(slice, lazy->args[1]);
    lazy->at++;
    *out = slice;
    return rendering_take(r, (to - from) * sizeof(value));
}

static const struct object_type slice_type = { .name = "generator", .next = slice_next };

value filter_slice(struct rendering *r, value input, const value *args)
{
    struct lazy *lazy = lazy_new(r, &slice_type, input);

    lazy->args[0] = args[0];
    lazy->args[1] = args[1];
    return value_object(&lazy->object);
}
