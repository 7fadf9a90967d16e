/*
 * undefined.c - what is missing: made, printed, complained of
 *
 *   comes in:  the name, element or sentence that tells what was missing
 *   goes out:  a value that is empty and false, or an error when it is used, as the environment's
 *              kind of undefined has it (default, strict, chainable, debug)
 *
 * A missing name costs no memory: the value holds the template's own text. All others have a small
 * struct with what the message needs; the message itself is only made when somebody asks.
 */
#include "vial/template/undefined.h"

#include "vial/base/nearest.h"
#include "vial/template/methods.h"
#include "vial/template/ops.h"

/* How an undefined value knows what was missing: in its flags. */
enum { NOTHING_KNOWN = 0, HAS_NAME = 2, HAS_INSIDE = 4, IS_DEFAULT = 8 };

struct inside {
    const char *kind; /* of the error that using it gives */
    str hint;
    value of, key;
};

value undefined_name(str name)
{
    value v = { VIAL_UNDEFINED, HAS_NAME, 0, (uint32_t)name.len, { 0 } };

    v.as.s = name.p;
    return v;
}

static value make_inside(struct rendering *r, struct inside inside)
{
    value v = { VIAL_UNDEFINED, HAS_INSIDE, 0, 0, { 0 } };
    struct inside *place = arena_alloc(r->arena, sizeof *place);

    *place = inside;
    v.as.object = place;
    return v;
}

value undefined_element(struct rendering *r, value of, value key)
{
    return make_inside(r, (struct inside){ "UndefinedError", S(""), of, key });
}

static value make_hint(struct rendering *r, const char *kind, const char *fmt, va_list args)
{
    struct buf text = buf_in(r->arena);

    buf_addv(&text, fmt, args);
    return make_inside(
        r, (struct inside){ kind, buf_str(&text), value_undefined(), value_undefined() });
}

void undefined_about(value v, value of, str key)
{
    struct inside *inside = v.as.object;

    inside->of = of;
    inside->key = value_str(key);
}

value undefined_hint(struct rendering *r, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    value v = make_hint(r, "UndefinedError", fmt, args);

    va_end(args);
    return v;
}

value undefined_raising(struct rendering *r, const char *kind, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    value v = make_hint(r, kind, fmt, args);

    va_end(args);
    return v;
}

/* ---- of which kind ---- */

enum undefined_kind undefined_kind(struct rendering *r)
{
    return env_get_options(r->env)->undefined;
}

value undefined_as_default(value v)
{
    v.flags |= IS_DEFAULT;
    return v;
}

static enum undefined_kind kind_of(struct rendering *r, value v)
{
    return v.flags & IS_DEFAULT ? UNDEFINED_DEFAULT : undefined_kind(r);
}

/* ---- what is said of it ---- */

const char *undefined_class(struct rendering *r, value v)
{
    static const char *const names[] = {
        [UNDEFINED_DEFAULT] = "jinja2.runtime.Undefined",
        [UNDEFINED_STRICT] = "jinja2.runtime.StrictUndefined",
        [UNDEFINED_CHAINABLE] = "jinja2.runtime.ChainableUndefined",
        [UNDEFINED_DEBUG] = "jinja2.runtime.DebugUndefined",
    };

    return names[kind_of(r, v)];
}

const char *value_type_shown(struct rendering *r, value v)
{
    return v.type == VIAL_UNDEFINED ? strrchr(undefined_class(r, v), '.') + 1 : value_type_name(v);
}

/* jinja2.utils.object_type_repr */
static void add_type(value v, struct buf *out)
{
    if (v.type == VIAL_NONE)
        buf_lit(out, "None");
    else
        buf_addf(out, "%s object", value_qualified_type(v));
}

static void add_element(struct rendering *r, const struct inside *inside, struct buf *out)
{
    bool text = inside->key.type == VIAL_STR;

    if (text)
        buf_lit(out, "'");
    add_type(inside->of, out);
    buf_add(out, text ? S("' has no attribute ") : S(" has no element "));
    value_repr(r, inside->key, out);
}

str undefined_message(struct rendering *r, value v)
{
    struct buf text = buf_in(r->arena);
    const struct inside *inside = v.flags & HAS_INSIDE ? v.as.object : NULL;

    if (inside && inside->hint.len)
        return inside->hint;
    if (inside) {
        add_element(r, inside, &text);
    } else {
        value name = v.flags & HAS_NAME ? value_str(str_n(v.as.s, v.len)) : value_none();

        value_repr(r, name, &text);
        buf_lit(&text, " is undefined");
    }
    return buf_str(&text);
}

/* For "did you mean": keys, methods, and what an object says it has. */
static str nearest_part(value of, str name)
{
    struct nearest near = nearest_to(name);
    value key, v;

    for (size_t i = 0; dict_entry(of, i, &key, &v); i++)
        if (key.type == VIAL_STR)
            nearest_try(&near, value_text(key));
    if (of.type == VIAL_OBJECT && ((const struct object *)of.as.object)->type->names)
        ((const struct object *)of.as.object)->type->names(of.as.object, &near);
    methods_offer(of, &near);
    return near.best;
}

value undefined_fail(struct rendering *r, value v)
{
    const struct inside *inside = v.flags & HAS_INSIDE ? v.as.object : NULL;
    str message = undefined_message(r, v);

    fail(r, inside ? inside->kind : "UndefinedError", "%.*s", STR(message));
    if (v.flags & HAS_NAME)
        fail_meant(r, rendering_nearest(r, str_n(v.as.s, v.len)));
    else if (inside && inside->key.type == VIAL_STR)
        fail_meant(r, nearest_part(inside->of, value_text(inside->key)));
    if (v.flags & HAS_NAME)
        r->failure.name = str_n(v.as.s, v.len);
    else if (inside && inside->key.type == VIAL_STR)
        r->failure.name = value_text(inside->key);
    return value_undefined();
}

/* ---- as a value ---- */

bool undefined_strict(struct rendering *r, value v)
{
    if (kind_of(r, v) != UNDEFINED_STRICT)
        return false;
    undefined_fail(r, v);
    return true;
}

bool undefined_chain(struct rendering *r, value v, str name, value *out)
{
    if (kind_of(r, v) == UNDEFINED_CHAINABLE)
        *out = v;
    else
        undefined_fail(r, v);
    (void)name;
    return !r->failed;
}

bool undefined_has_html(struct rendering *r, value v)
{
    return v.type == VIAL_UNDEFINED && kind_of(r, v) == UNDEFINED_CHAINABLE;
}

/* DebugUndefined.__str__ */
static void print_debug(struct rendering *r, value v, struct buf *out)
{
    const struct inside *inside = v.flags & HAS_INSIDE ? v.as.object : NULL;

    buf_lit(out, "{{ ");
    if (inside && inside->hint.len) {
        buf_addf(out, "undefined value printed: %.*s", STR(inside->hint));
    } else if (inside) {
        buf_lit(out, "no such element: ");
        add_type(inside->of, out);
        buf_lit(out, "[");
        value_repr(r, inside->key, out);
        buf_lit(out, "]");
    } else if (v.flags & HAS_NAME) {
        buf_add(out, str_n(v.as.s, v.len));
    } else {
        buf_lit(out, "None");
    }
    buf_lit(out, " }}");
}

void undefined_print(struct rendering *r, value v, struct buf *out)
{
    switch (kind_of(r, v)) {
    case UNDEFINED_STRICT:
        undefined_fail(r, v);
        break;
    case UNDEFINED_DEBUG:
        print_debug(r, v, out);
        break;
    default:
        break;
    }
}
