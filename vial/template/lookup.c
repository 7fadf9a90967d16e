/*
 * lookup.c - a.b, a['b'], a[1:2], len(a)
 *
 *   comes in:  a value and a name, key or range
 *   goes out:  what is found there, or an undefined value that remembers what was asked of whom
 *
 * Jinja looks twice: `a.b` is the attribute and then the item, `a['b']` the other way round. So
 * `d.items` is a dict's method even if it has such a key, and `d['items']` is the entry.
 */
#include "vial/template/lookup.h"
#include "vial/base/utf8.h"
#include "vial/template/class.h"
#include "vial/template/containers.h"
#include "vial/template/markup.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include "vial/template/ops.h"
#include "vial/template/undefined.h"

static const struct object_type *type_of(value v)
{
    return ((const struct object *)v.as.object)->type;
}

/* ---- attributes ---- */

bool value_attr_only(struct rendering *r, value v, str name, value *out)
{
    if (v.type == VIAL_UNDEFINED)
        return class_attribute(r, v, name, out) || undefined_chain(r, v, name, out);
    if (v.type == VIAL_OBJECT || v.type == VIAL_TUPLE) {
        const struct object_type *type = type_of(v);

        if (type->attr && type->attr(r, v.as.object, name, out))
            return true;
        if (r->failed)
            return false;
    }
    return method_bind(r, v, name, out);
}

/* In the sandbox: names that begin with "_", and what changes lists and dicts where it is
 * immutable.
 */
static bool is_unsafe(struct rendering *r, value v, str name)
{
    const struct env_options *options = env_get_options(r->env);

    if (!options->sandbox && !options->sandbox_immutable)
        return false;
    return str_starts(name, S("_")) || (options->sandbox_immutable && method_changes(v, name));
}

static value unsafe(struct rendering *r, value v, str name)
{
    str shown = value_repr_str(r, value_str(name));

    return undefined_raising(r, "SecurityError",
                             "access to attribute %.*s of '%s' object is unsafe.", STR(shown),
                             value_type_name(v));
}

/* Python's own names, of which vial has none: the sandbox says that they are not to be had, and
 * not that they are not there. */
static bool is_pythons(value v, str name)
{
    static const char *const of_all[] = {
        "__delattr__",   "__dir__",          "__doc__",  "__eq__",           "__format__",
        "__ge__",        "__gt__",           "__hash__", "__init__",         "__le__",
        "__lt__",        "__ne__",           "__new__",  "__reduce__",       "__repr__",
        "__setattr__",   "__sizeof__",       "__str__",  "__getattribute__", "__init_subclass__",
        "__reduce_ex__", "__subclasshook__",
    };
    static const char *const of_containers[] = { "__len__", "__iter__", "__contains__",
                                                 "__getitem__" };

    if (!str_starts(name, S("__")))
        return false;
    for (size_t i = 0; i < sizeof of_all / sizeof *of_all; i++)
        if (str_eq(name, str_of(of_all[i])))
            return true;
    if (v.type == VIAL_STR && value_is_safe(v) && str_eq(name, S("__html__")))
        return true;
    for (size_t i = 0; i < sizeof of_containers / sizeof *of_containers; i++)
        if (str_eq(name, str_of(of_containers[i])))
            return v.type == VIAL_STR || v.type == VIAL_LIST || v.type == VIAL_TUPLE ||
                   v.type == VIAL_DICT;
    return false;
}

static bool is_refused(struct rendering *r, value v, str name)
{
    return v.type != VIAL_UNDEFINED && is_pythons(v, name) && is_unsafe(r, v, name);
}

static value no_attribute(struct rendering *r, value v, str name)
{
    return is_refused(r, v, name) ? unsafe(r, v, name) : undefined_element(r, v, value_str(name));
}

value value_attr(struct rendering *r, value v, str name)
{
    value found;

    if (v.type == VIAL_DICT && !method_may_exist(name)) {
        const struct dict_entry *entry = dict_text_entry(dict_inside(v), name);

        return entry ? entry->v : no_attribute(r, v, name);
    }
    if (value_attr_only(r, v, name, &found)) /* what an undefined value gives is harmless mostly */
        return is_unsafe(r, v, name) && (v.type != VIAL_UNDEFINED || found.type != VIAL_UNDEFINED)
                   ? unsafe(r, v, name)
                   : found;
    if (r->failed || value_item_only(r, v, value_str(name), &found))
        return r->failed ? value_undefined() : found;
    return r->failed ? value_undefined() : no_attribute(r, v, name);
}

/* ---- items ---- */

/* Python's position: from the end when negative; false when outside. */
bool value_position(struct rendering *r, value key, size_t count, size_t *at)
{
    int64_t i;

    if (!value_is_int(key) || !value_to_clamped(r, key, &i))
        return false;
    if (i < 0)
        i += (int64_t)count;
    *at = (size_t)i;
    return i >= 0 && (size_t)i < count;
}

static bool character(struct rendering *r, value v, value key, value *out)
{
    str s = value_text(v);
    size_t at;

    if (!value_is_int(key) || !value_position(r, key, utf8_count(s), &at))
        return false;
    str from = str_from(s, utf8_offset(s, at));

    *out = v;
    out->as.s = from.p;
    out->len = (uint32_t)utf8_offset(from, 1);
    return true;
}

bool value_item_only(struct rendering *r, value v, value key, value *out)
{
    size_t at;

    switch (v.type) {
    case VIAL_DICT:
        return dict_find(r, v, key, out);
    case VIAL_LIST:
    case VIAL_TUPLE:
        if (!value_position(r, key, list_inside(v)->count, &at))
            return false;
        *out = list_inside(v)->items[at];
        return true;
    case VIAL_STR:
        return rendering_read(r, v.len) && character(r, v, key, out);
    case VIAL_OBJECT:
        return type_of(v)->item && type_of(v)->item(r, v.as.object, key, out) && !r->failed;
    case VIAL_UNDEFINED:
        return undefined_chain(r, v, S(""), out);
    default:
        return false;
    }
}

/* What Jinja's getitem() catches: everything that says "there is no such item". */
static bool is_caught(struct rendering *r)
{
    static const char *const kinds[] = { "TypeError", "KeyError", "IndexError", "LookupError",
                                         "AttributeError" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(r->failure.kind, kinds[i]))
            return true;
    return false;
}

value value_item(struct rendering *r, value v, value key)
{
    value found;

    if (value_item_only(r, v, key, &found))
        return found;
    if (r->failed && !is_caught(r))
        return value_undefined();
    fail_forget(r);
    if (key.type == VIAL_STR && value_attr_only(r, v, value_text(key), &found))
        return is_unsafe(r, v, value_text(key)) ? unsafe(r, v, value_text(key)) : found;
    if (r->failed)
        return value_undefined();
    if (key.type == VIAL_STR && is_refused(r, v, value_text(key)))
        return unsafe(r, v, value_text(key));
    return undefined_element(r, v, key);
}

/* ---- slices ---- */

bool slice_part(struct rendering *r, value part, int64_t otherwise, int64_t *out)
{
    *out = otherwise;
    if (part.type == VIAL_NONE)
        return true;
    if (!value_is_int(part)) {
        fail(r, "TypeError", "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    return value_to_clamped(r, part, out);
}

static int64_t within(int64_t i, int64_t len, int64_t low, int64_t high)
{
    if (i < 0)
        i = i < -len ? low : i + len;
    return i < low ? low : i > high ? high : i;
}

bool slice_bounds(struct rendering *r, int64_t len, value start, value stop, value step,
                  struct slice *range)
{
    int64_t first, last, by;

    if (!slice_part(r, step, 1, &by))
        return false;
    if (by == 0) {
        fail(r, "ValueError", "slice step cannot be zero");
        return false;
    }
    int64_t low = by < 0 ? -1 : 0, high = by < 0 ? len - 1 : len;

    if (!slice_part(r, start, by < 0 ? INT64_MAX : 0, &first) ||
        !slice_part(r, stop, by < 0 ? INT64_MIN : INT64_MAX, &last))
        return false;
    first = within(first, len, low, high);
    last = within(last, len, low, high);
    if (by == INT64_MIN)
        by++;
    range->start = first;
    range->stop = last;
    range->step = by;
    range->count = by > 0 ? (last > first ? (last - first - 1) / by + 1 : 0)
                          : (last < first ? (first - last - 1) / -by + 1 : 0);
    return true;
}

static value slice_list(struct rendering *r, value v, const struct slice *range)
{
    const struct list *from = list_inside(v);
    size_t count = (size_t)range->count;

    if (!rendering_take(r, count * sizeof(value)))
        return value_undefined();
    value slice = v.type == VIAL_TUPLE ? tuple_new(r->arena, count) : list_new(r->arena, count);

    for (int64_t i = 0, at = range->start; i < range->count; i++, at += range->step)
        list_push(slice, from->items[at]);
    return slice;
}

/* With steps, characters are picked one by one out of a row of their offsets. */
static value slice_text(struct rendering *r, value v, const struct slice *range, size_t length)
{
    str s = value_text(v);
    bool ascii = length == s.len;

    if (range->step == 1) {
        size_t from = utf8_offset(s, (size_t)range->start);
        str rest = str_from(s, from);

        v.as.s = rest.p;
        v.len = range->count ? (uint32_t)utf8_offset(rest, (size_t)range->count) : 0;
        return v;
    }
    if (!rendering_take(r, (size_t)range->count * 4 + (ascii ? 0 : length * 4 + 4)))
        return value_undefined();
    uint32_t *offsets = ascii ? NULL : arena_array(r->arena, uint32_t, length + 1);
    struct buf text = buf_in(r->arena);

    for (size_t i = 0, at = 0; offsets && i < length; i++) {
        at += utf8_offset(str_from(s, at), 1);
        offsets[i + 1] = (uint32_t)at;
    }
    for (int64_t i = 0, at = range->start; i < range->count; i++, at += range->step) {
        if (ascii)
            buf_addc(&text, s.p[at]);
        else
            buf_add(&text, str_slice(s, offsets[at], offsets[at + 1]));
    }
    v.as.s = buf_str(&text).p;
    v.len = (uint32_t)text.len;
    return v;
}

value value_slice(struct rendering *r, value v, value start, value stop, value step)
{
    struct slice range;
    size_t length;

    switch (v.type) {
    case VIAL_STR:
        length = utf8_count(value_text(v));
        if (!rendering_read(r, v.len) ||
            !slice_bounds(r, (int64_t)length, start, stop, step, &range))
            return value_undefined();
        return slice_text(r, v, &range, length);
    case VIAL_LIST:
    case VIAL_TUPLE:
        if (!slice_bounds(r, (int64_t)list_len(v), start, stop, step, &range))
            return value_undefined();
        return slice_list(r, v, &range);
    case VIAL_UNDEFINED:
        undefined_chain(r, v, S(""), &v);
        return v;
    case VIAL_DICT:
        return fail(r, "TypeError", "unhashable type: 'slice'");
    case VIAL_OBJECT:
        if (type_of(v)->slice)
            return type_of(v)->slice(r, v.as.object, start, stop, step);
        break;
    default:
        break;
    }
    return fail(r, "TypeError", "'%s' object is not subscriptable", value_type_name(v));
}

/* ---- length ---- */

int64_t value_length_or_none(struct rendering *r, value v)
{
    switch (v.type) {
    case VIAL_UNDEFINED:
        return 0;
    case VIAL_STR:
        rendering_read(r, v.len);
        return (int64_t)utf8_count(value_text(v));
    case VIAL_LIST:
    case VIAL_TUPLE:
        return (int64_t)list_inside(v)->count;
    case VIAL_DICT:
        return (int64_t)dict_inside(v)->count;
    case VIAL_OBJECT:
        return type_of(v)->length ? type_of(v)->length(r, v.as.object) : -1;
    default:
        return -1;
    }
}

int64_t value_length(struct rendering *r, value v)
{
    if (v.type == VIAL_UNDEFINED && undefined_strict(r, v))
        return -1;
    int64_t length = value_length_or_none(r, v);

    if (length < 0 && !r->failed)
        fail(r, "TypeError", "object of type '%s' has no len()", value_type_name(v));
    return length;
}
