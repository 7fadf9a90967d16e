/*
 * calls.c - arguments, from the stack to the callee; and the other way round, unpacking
 *
 *   comes in:  values on the stack, the site that says what they are
 *   goes out:  a call
 *
 * Without * and ** the arguments stay where they are. With them the positional ones and the named
 * ones are put together anew in the arena.
 */
#include "vial/template/containers.h"
#include "vial/template/interp.h"

static bool add_sequence(struct rendering *r, struct call *call, value sequence)
{
    value list;
    size_t more;

    if (!value_is_iterable(sequence) && sequence.type != VIAL_UNDEFINED) {
        fail(r, "TypeError", "Value after * must be an iterable, not %s",
             value_type_name(sequence));
        return false;
    }
    list = value_to_list(r, sequence);
    if (r->failed)
        return false;
    more = list_len(list);
    value *args = arena_alloc(r->arena, (call->nargs + more) * sizeof *args);
    for (size_t i = 0; i < call->nargs; i++)
        args[i] = call->args[i];
    for (size_t i = 0; i < more; i++)
        args[call->nargs + i] = list_at(list, i);
    call->args = args;
    call->nargs += more;
    return true;
}

static bool is_named(const struct call *call, str name)
{
    for (size_t i = 0; i < call->nnamed; i++)
        if (str_eq(call->names[i], name))
            return true;
    return false;
}

static bool add_mapping(struct rendering *r, struct call *call, value mapping)
{
    size_t more = dict_len(mapping);
    value key, v;

    if (mapping.type != VIAL_DICT) {
        fail(r, "TypeError",
             "jinja2.runtime.Context.call() argument after ** must be a mapping, not %s",
             value_type_name(mapping));
        return false;
    }
    str *names = arena_alloc(r->arena, (call->nnamed + more) * sizeof *names);
    value *named = arena_alloc(r->arena, (call->nnamed + more) * sizeof *named);
    for (size_t i = 0; i < call->nnamed; i++) {
        names[i] = call->names[i];
        named[i] = call->named[i];
    }
    for (size_t i = 0; dict_entry(mapping, i, &key, &v); i++) {
        if (key.type != VIAL_STR) {
            fail(r, "TypeError", "keywords must be strings");
            return false;
        }
        if (is_named(call, value_text(key))) {
            fail(r, "TypeError", "got multiple values for keyword argument '%.*s'",
                 STR(value_text(key)));
            return false;
        }
        names[call->nnamed + i] = value_text(key);
        named[call->nnamed + i] = v;
    }
    call->names = names;
    call->named = named;
    call->nnamed += more;
    return true;
}

bool site_call(struct rendering *r, const struct site *site, const value *args, struct call *call)
{
    const value *named = args + site->nargs + site->dyn_args;

    *call = (struct call){ .args = args,
                           .nargs = site->nargs,
                           .names = site->names,
                           .named = named,
                           .nnamed = site->nnamed };
    if (site->dyn_args && !add_sequence(r, call, args[site->nargs]))
        return false;
    return !site->dyn_kwargs || add_mapping(r, call, named[site->nnamed]);
}

/* Who walks over a dict by two names gets its keys, which are text. */
static void hint_unpack(struct rendering *r, value v)
{
    if (v.type == VIAL_STR)
        fail_hint(r, S("this is text; a dict gives pairs by its '.items()'"));
}

/* `count` items of `v`, the first last: so that setting the first target takes it off the top. */
bool unpack(struct rendering *r, value v, size_t count, value *items)
{
    struct walk w;
    value item;
    size_t got = 0;

    if (!value_is_iterable(v) && v.type != VIAL_UNDEFINED) {
        fail(r, "TypeError", "cannot unpack non-iterable %s object", value_type_name(v));
        return false;
    }
    if (!walk_begin(r, &w, v))
        return false;
    while (got < count && walk_next_any(r, &w, &item))
        items[count - 1 - got++] = item;
    if (r->failed)
        return false;
    if (got < count) {
        fail(r, "ValueError", "not enough values to unpack (expected %zu, got %zu)", count, got);
        hint_unpack(r, v);
        return false;
    }
    if (walk_next_any(r, &w, &item)) {
        fail(r, "ValueError", "too many values to unpack (expected %zu)", count);
        hint_unpack(r, v);
        return false;
    }
    return !r->failed;
}
