/*
 * container_methods.c - what templates call on lists, tuples and dicts
 *
 *   comes in:  the container and the arguments its signature has sorted
 *   goes out:  what Python's list, tuple and dict give
 *
 * Methods that change their container do so only if it was made by this rendering (containers.h).
 */
#include "vial/template/containers.h"
#include "vial/template/iterators.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include "vial/template/sort.h"

/* ---- may it change? ---- */

static bool own(struct rendering *r, value v)
{
    const struct arena *arena = v.type == VIAL_DICT ? dict_inside(v)->arena : list_inside(v)->arena;

    if (rendering_made(r, arena)) {
        /* of a list nobody knows where it was made: a module may have it */
        struct birth birth = { NULL, r->modules.count > 0 };

        rendering_changes(r, &birth);
        return true;
    }
    fail(r, "TypeError",
         "this %s was not made by the template, and is shared: take a copy to change it",
         value_type_name(v));
    return false;
}

static bool room_for(struct rendering *r, size_t items)
{
    return rendering_spend(r, items / 8 + 1) && rendering_take(r, items * 2 * sizeof(value));
}

/* ---- lists and tuples ---- */

static value list_append(struct rendering *r, value self, const value *args)
{
    if (own(r, self) && room_for(r, 1))
        list_push(self, args[0]);
    return value_none();
}

static value list_extend(struct rendering *r, value self, const value *args)
{
    value more = value_to_list(r, args[0]); /* a copy first: `l.extend(l)` ends */

    if (r->failed || !own(r, self) || !room_for(r, list_len(more)))
        return value_undefined();
    for (size_t i = 0; i < list_len(more); i++)
        list_push(self, list_at(more, i));
    return value_none();
}

static value list_insert(struct rendering *r, value self, const value *args)
{
    struct list *list = list_inside(self);
    int64_t at;

    if (!value_to_index(r, args[0], &at) || !own(r, self) || !room_for(r, list->count))
        return value_undefined();
    if (at < 0)
        at = at + (int64_t)list->count < 0 ? 0 : at + (int64_t)list->count;
    if (at > (int64_t)list->count)
        at = (int64_t)list->count;
    list_push(self, args[1]);
    memmove(list->items + at + 1, list->items + at, (list->count - 1 - (size_t)at) * sizeof(value));
    list->items[at] = args[1];
    return value_none();
}

static value list_take_out(struct list *list, size_t at)
{
    value taken = list->items[at];

    memmove(list->items + at, list->items + at + 1, (list->count - at - 1) * sizeof(value));
    list->count--;
    return taken;
}

static value list_pop(struct rendering *r, value self, const value *args)
{
    struct list *list = list_inside(self);
    int64_t at;

    if (!value_to_index(r, args[0], &at) || !own(r, self) || !rendering_spend(r, list->count / 32))
        return value_undefined();
    if (!list->count)
        return fail(r, "IndexError", "pop from empty list");
    if (at < 0)
        at += (int64_t)list->count;
    if (at < 0 || at >= (int64_t)list->count)
        return fail(r, "IndexError", "pop index out of range");
    return list_take_out(list, (size_t)at);
}

/* Where `v` stands between two positions, or -1. */
static int64_t find(struct rendering *r, value self, value v, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < list_len(self); i++) {
        value item = list_at(self, i);

        if (value_same(item, v) || value_equal(r, item, v))
            return (int64_t)i;
        if (r->failed || !rendering_spend(r, 1))
            break;
    }
    return -1;
}

static value list_remove(struct rendering *r, value self, const value *args)
{
    if (!own(r, self))
        return value_undefined();
    int64_t at = find(r, self, args[0], 0, list_len(self));

    if (at < 0)
        return r->failed ? value_undefined()
                         : fail(r, "ValueError", "list.remove(x): x not in list");
    list_take_out(list_inside(self), (size_t)at);
    return value_none();
}

static value list_clear(struct rendering *r, value self, const value *args)
{
    (void)args;
    if (own(r, self))
        list_inside(self)->count = 0;
    return value_none();
}

static value list_copy(struct rendering *r, value self, const value *args)
{
    (void)args;
    return value_to_list(r, self);
}

static value row_count(struct rendering *r, value self, const value *args)
{
    int64_t count = 0;

    for (size_t i = 0; i < list_len(self) && !r->failed && rendering_spend(r, 1); i++)
        count += value_same(list_at(self, i), args[0]) || value_equal(r, list_at(self, i), args[0]);
    return value_int(count);
}

static size_t bound(int64_t at, size_t count)
{
    if (at < 0)
        at = at + (int64_t)count < 0 ? 0 : at + (int64_t)count;
    return (size_t)at > count ? count : (size_t)at;
}

static value row_index(struct rendering *r, value self, const value *args)
{
    int64_t from, to;

    if (!value_to_clamped(r, args[1], &from) || !value_to_clamped(r, args[2], &to))
        return value_undefined();
    int64_t at = find(r, self, args[0], bound(from, list_len(self)), bound(to, list_len(self)));

    if (at >= 0 || r->failed)
        return value_int(at);
    if (self.type == VIAL_TUPLE)
        return fail(r, "ValueError", "tuple.index(x): x not in tuple");
    str shown = value_repr_str(r, args[0]);

    return fail(r, "ValueError", "%.*s is not in list", STR(shown));
}

static value list_reverse(struct rendering *r, value self, const value *args)
{
    struct list *list = list_inside(self);

    (void)args;
    if (!own(r, self) || !rendering_spend(r, list->count / 8))
        return value_undefined();
    for (size_t i = 0, j = list->count; i + 1 < j; i++) {
        value swap = list->items[i];

        list->items[i] = list->items[--j];
        list->items[j] = swap;
    }
    return value_none();
}

static value list_sort_in_place(struct rendering *r, value self, const struct call *call)
{
    bool reverse = false;
    value key = value_none();

    if (call->nargs)
        return fail(r, "TypeError", "sort() takes no positional arguments");
    for (size_t i = 0; i < call->nnamed; i++) {
        if (str_eq(call->names[i], S("reverse")))
            sort_direction(r, call->named[i], &reverse);
        else if (str_eq(call->names[i], S("key")))
            key = call->named[i];
        else
            return fail(r, "TypeError", "'%.*s' is an invalid keyword argument for sort()",
                        STR(call->names[i]));
    }
    if (r->failed || !own(r, self))
        return value_undefined();
    sort_list(r, self, sort_by_call, &key, reverse);
    return value_none();
}

/* ---- dicts ---- */

static value dict_get_or(struct rendering *r, value self, const value *args)
{
    value found = args[1];

    dict_find(r, self, args[0], &found);
    return found;
}

static value no_key(struct rendering *r, value key)
{
    str shown = value_repr_str(r, key);

    return fail(r, "KeyError", "%.*s", STR(shown));
}

static value dict_pop(struct rendering *r, value self, const value *args)
{
    struct dict *dict = dict_inside(self);

    if (!own(r, self) || !rendering_spend(r, dict->count / 32))
        return value_undefined();
    struct dict_entry *entry = dict_value_entry(r, dict, args[0]);

    if (!entry && !r->failed && is_given(args[1]))
        return args[1];
    if (!entry)
        return r->failed ? value_undefined() : no_key(r, args[0]);
    value taken = entry->v;

    dict_remove(dict, entry);
    return taken;
}

static value dict_popitem(struct rendering *r, value self, const value *args)
{
    struct dict *dict = dict_inside(self);

    (void)args;
    if (!own(r, self))
        return value_undefined();
    if (!dict->count)
        return fail(r, "KeyError", "'popitem(): dictionary is empty'");
    struct dict_entry *last = &dict->entries[dict->count - 1];
    value pair = tuple_of(r->arena, (value[]){ last->key, last->v }, 2);

    dict_remove(dict, last);
    return rendering_spend(r, dict->count / 32) ? pair : value_undefined();
}

static value dict_setdefault(struct rendering *r, value self, const value *args)
{
    value found;

    if (dict_find(r, self, args[0], &found))
        return found;
    if (r->failed || !own(r, self) || !room_for(r, 2))
        return value_undefined();
    dict_put(r, self, args[0], args[1]);
    return args[1];
}

static value dict_clear_all(struct rendering *r, value self, const value *args)
{
    (void)args;
    if (own(r, self))
        dict_clear(dict_inside(self));
    return value_none();
}

static value dict_copy(struct rendering *r, value self, const value *args)
{
    value copy = dict_new(r->arena, dict_len(self));

    (void)args;
    if (room_for(r, dict_len(self) * 4))
        dict_merge(copy, self);
    return copy;
}

static value dict_update(struct rendering *r, value self, const struct call *call)
{
    if (call->nargs > 1)
        return fail(r, "TypeError", "update expected at most 1 argument, got %zu", call->nargs);
    if (own(r, self))
        dict_fill(r, self, call);
    return value_none();
}

static value dict_from_keys(struct rendering *r, value self, const value *args)
{
    value dict = dict_new(r->arena, 0), key;
    struct walk w;

    (void)self;
    if (!walk_begin(r, &w, args[0]))
        return value_undefined();
    while (walk_next_any(r, &w, &key))
        if (!room_for(r, 4) || !dict_put(r, dict, key, args[1]))
            return value_undefined();
    return dict;
}

static value dict_items(struct rendering *r, value self, const value *args)
{
    (void)args;
    return dict_view(r, self, VIEW_ITEMS);
}
static value dict_keys(struct rendering *r, value self, const value *args)
{
    (void)args;
    return dict_view(r, self, VIEW_KEYS);
}
static value dict_values(struct rendering *r, value self, const value *args)
{
    (void)args;
    return dict_view(r, self, VIEW_VALUES);
}

/*
 * What dict(...) and dict.update(...) take: a mapping or pairs, then names.
 */
bool dict_fill(struct rendering *r, value dict, const struct call *call)
{
    struct walk w;
    value pair;
    int64_t number = 0;

    if (call->nargs && call->args[0].type == VIAL_DICT) {
        if (room_for(r, dict_len(call->args[0]) * 4))
            dict_merge(dict, call->args[0]);
    } else if (call->nargs && call->args[0].type == VIAL_UNDEFINED) {
        undefined_fail(r, call->args[0]); /* asked for its keys() */
    } else if (call->nargs) {
        if (!walk_begin(r, &w, call->args[0]))
            return false;
        for (; walk_next_any(r, &w, &pair); number++) {
            value parts = value_is_list(pair) ? pair : value_undefined();

            if (!value_is_iterable(pair)) {
                fail(r, "TypeError",
                     "cannot convert dictionary update sequence element #%lld to a sequence",
                     (long long)number);
                return false;
            }
            if (!value_is_list(pair))
                parts = value_to_list(r, pair);
            if (r->failed)
                return false;
            if (list_len(parts) != 2) {
                fail(r, "ValueError",
                     "dictionary update sequence element #%lld has length %zu; 2 is required",
                     (long long)number, list_len(parts));
                return false;
            }
            if (!room_for(r, 4) || !dict_put(r, dict, list_at(parts, 0), list_at(parts, 1)))
                return false;
        }
    }
    for (size_t i = 0; i < call->nnamed && room_for(r, 4); i++)
        dict_set(dict, call->names[i], call->named[i]);
    return !r->failed;
}

/* ---- the tables ---- */

const struct object no_default;

/* clang-format off */
#define WHERE REQUIRED("value"), OPTIONAL_INT("start", 0), OPTIONAL_INT("stop", INT64_MAX)

static const struct method list_table[] = {
    C_METHOD_CHANGES("list", "append", list_append, REQUIRED("object")),
    C_METHOD_CHANGES("list", "clear", list_clear),
    C_METHOD("list", "copy", list_copy),
    C_METHOD("list", "count", row_count, REQUIRED("value")),
    C_METHOD_CHANGES("list", "extend", list_extend, REQUIRED("iterable")),
    C_METHOD("list", "index", row_index, WHERE),
    C_METHOD_CHANGES("list", "insert", list_insert, REQUIRED("index"), REQUIRED("object")),
    C_METHOD_CHANGES("list", "pop", list_pop, OPTIONAL_INT("index", -1)),
    C_METHOD_CHANGES("list", "remove", list_remove, REQUIRED("value")),
    C_METHOD_CHANGES("list", "reverse", list_reverse),
    { .name = "sort", .raw = list_sort_in_place, .changes = true },
};
const struct methods list_methods = METHODS(list_table);

static const struct method tuple_table[] = {
    C_METHOD("tuple", "count", row_count, REQUIRED("value")),
    C_METHOD("tuple", "index", row_index, WHERE),
};
const struct methods tuple_methods = METHODS(tuple_table);

static const struct method dict_table[] = {
    C_METHOD_CHANGES("dict", "clear", dict_clear_all),
    C_METHOD("dict", "copy", dict_copy),
    C_METHOD("dict", "fromkeys", dict_from_keys, REQUIRED("iterable"), OPTIONAL_NONE("value")),
    C_METHOD("dict", "get", dict_get_or, REQUIRED("key"), OPTIONAL_NONE("default")),
    C_METHOD("dict", "items", dict_items),
    C_METHOD("dict", "keys", dict_keys),
    C_METHOD_CHANGES("dict", "pop", dict_pop, REQUIRED("key"), OPTIONAL("default")),
    C_METHOD_CHANGES("dict", "popitem", dict_popitem),
    C_METHOD_CHANGES("dict", "setdefault", dict_setdefault, REQUIRED("key"),
                     OPTIONAL_NONE("default")),
    { .name = "update", .raw = dict_update, .changes = true },
    C_METHOD("dict", "values", dict_values),
};
const struct methods dict_methods = METHODS(dict_table);
/* clang-format on */

const struct object_type list_type = { .name = "list" };
const struct object_type tuple_type = { .name = "tuple" };
const struct object_type dict_type = { .name = "dict" };
