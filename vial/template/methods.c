/*
 * methods.c - from a value and a name to what can be called
 *
 *   comes in:  `text.upper`, `list.append`, `number.real`
 *   goes out:  the method bound to its value; or the call, made at once
 *
 * Each type has one sorted table. A call in the template does not make the bound method: it finds
 * the entry and calls it.
 */
#include "vial/template/methods.h"

#include "vial/base/named.h"
#include "vial/base/nearest.h"
#include "vial/template/class.h"
#include "vial/template/containers.h"
#include "vial/template/number.h"
#include <math.h>
#include <stdio.h>

static const struct object_type *type_of(value v)
{
    return ((const struct object *)v.as.object)->type;
}

/* ---- finding ---- */

static const struct method *find_in(const struct methods *methods, str name)
{
    return named_find(methods->list, methods->count, sizeof *methods->list, name);
}

static const struct method *find_in_text(value v, str name)
{
    const struct method *method = NULL;

    if (v.flags & VIAL_SAFE)
        method = find_in(&markup_methods, name);
    return method ? method : find_in(&str_methods, name);
}

/* NULL: it has none. */
static const struct methods *methods_of(value v)
{
    switch (v.type) {
    case VIAL_STR:
        return &str_methods;
    case VIAL_LIST:
        return &list_methods;
    case VIAL_TUPLE:
        return &tuple_methods;
    case VIAL_DICT:
        return &dict_methods;
    case VIAL_BOOL:
    case VIAL_INT:
        return &int_methods;
    case VIAL_FLOAT:
        return &float_methods;
    case VIAL_OBJECT:
        return value_is_bigint(v) ? &int_methods : type_of(v)->methods;
    default:
        return NULL;
    }
}

const struct method *method_find(value v, str name)
{
    const struct methods *methods = methods_of(v);

    if (v.type == VIAL_STR)
        return find_in_text(v, name);
    return methods ? find_in(methods, name) : NULL;
}

void methods_offer(value v, struct nearest *near)
{
    const struct methods *methods = methods_of(v);

    for (size_t i = 0; methods && i < methods->count; i++)
        nearest_try(near, str_of(methods->list[i].name));
}

bool method_may_exist(str name)
{
    if (name.len < 3 || name.len > 10)
        return str_starts(name, S("__"));
    switch (name.p[0]) {
    case 'c': /* clear, copy */
        return name.p[1] == 'l' || name.p[1] == 'o';
    case 'f': /* fromkeys */
        return name.len == 8;
    case 'g': /* get */
    case 'k': /* keys */
        return name.p[1] == 'e';
    case 'i': /* items */
        return name.len == 5;
    case 'p': /* pop, popitem */
        return name.p[1] == 'o';
    case 's': /* setdefault */
        return name.len == 10;
    case 'u': /* update */
        return name.len == 6;
    case 'v': /* values */
        return name.len == 6;
    case '_':
        return true;
    default:
        return false;
    }
}

bool method_changes(value v, str name)
{
    const struct method *method = method_find(v, name);

    return method && method->changes;
}

/* ---- calling ---- */

value method_call(struct rendering *r, const struct method *method, value self,
                  const struct call *call)
{
    value args[MAX_PARAMETERS];

    if (method->raw)
        return method->raw(r, self, call);
    if (!signature_bind(r, &method->signature, call, args))
        return value_undefined();
    return method->bound(r, self, args);
}

struct bound_method {
    struct object object;
    const struct method *method;
    value self;
};

static value call_bound(struct rendering *r, const struct object *o, const struct call *call)
{
    const struct bound_method *bound = (const struct bound_method *)o;

    return method_call(r, bound->method, bound->self, call);
}

/* Markup has most of its methods from str, wrapped; some are its own; the rest are plainly str's.
 */
static const char *markup_owner(const char *name)
{
    static const char wrapped[] = " capitalize title lower upper replace ljust rjust lstrip rstrip "
                                  "center strip translate expandtabs swapcase zfill ";
    static const char own[] = " join split rsplit splitlines unescape striptags partition "
                              "rpartition format ";
    char word[32];

    snprintf(word, sizeof word, " %s ", name);
    return strstr(wrapped, word) ? "str" : strstr(own, word) ? "Markup" : NULL;
}

static const struct object_type bound_type;

static void print_bound(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct bound_method *bound = (const struct bound_method *)o;
    const char *name = bound->method->name;

    if (o->type != &bound_type) {
        buf_addf(out, "<bound method %s.%s of ", markup_owner(name), name);
        value_repr(r, bound->self, out);
        buf_lit(out, ">");
    } else {
        buf_addf(out, "<built-in method %s of %s object>", name, value_type_name(bound->self));
    }
}

static bool same_bound(struct rendering *r, const struct object *o, value other)
{
    const struct bound_method *a = (const struct bound_method *)o, *b = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && b->object.type == o->type && a->method == b->method &&
           value_same(a->self, b->self);
}

static uint64_t hash_bound(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uintptr_t)((const struct bound_method *)o)->method;
}

#define BOUND_TYPE(spoken)                                                                         \
    {                                                                                              \
        .name = spoken, .call = call_bound, .print = print_bound, .equal = same_bound,             \
        .hash = hash_bound                                                                         \
    }
static const struct object_type bound_type = BOUND_TYPE("builtin_function_or_method");
static const struct object_type markup_bound_type = BOUND_TYPE("method");

static const struct object_type *type_of_bound(const struct method *method, value self)
{
    bool markup = self.type == VIAL_STR && self.flags & VIAL_SAFE;

    return markup && markup_owner(method->name) ? &markup_bound_type : &bound_type;
}

static bool number_attribute(struct rendering *r, value v, str name, value *out)
{
    if (str_eq(name, S("real")))
        *out = value_positive(r, v);
    else if (str_eq(name, S("imag")))
        *out = v.type == VIAL_FLOAT ? value_float(0) : value_int(0);
    else if (str_eq(name, S("numerator")) && v.type != VIAL_FLOAT)
        *out = value_positive(r, v);
    else if (str_eq(name, S("denominator")) && v.type != VIAL_FLOAT)
        *out = value_int(1);
    else
        return false;
    return true;
}

bool method_bind(struct rendering *r, value v, str name, value *out)
{
    const struct method *method = method_find(v, name);

    if (!method)
        return (value_is_number(v) && number_attribute(r, v, name, out)) ||
               class_attribute(r, v, name, out);
    struct bound_method *bound = arena_alloc(r->arena, sizeof *bound);

    *bound = (struct bound_method){ { type_of_bound(method, v) }, method, v };
    *out = value_object(&bound->object);
    return true;
}

/* ---- values that are called ---- */

bool value_is_callable(value v)
{
    return v.type == VIAL_OBJECT && type_of(v)->call;
}

value value_call(struct rendering *r, value callee, const struct call *call)
{
    if (value_is_callable(callee))
        return type_of(callee)->call(r, callee.as.object, call);
    if (callee.type == VIAL_UNDEFINED)
        return undefined_fail(r, callee);
    return fail(r, "TypeError", "'%s' object is not callable", value_type_name(callee));
}

value value_call_method(struct rendering *r, value v, str name, const struct call *call)
{
    const struct method *method = NULL;
    const struct env_options *options = env_get_options(r->env);

    if (!options->sandbox_immutable && v.type != VIAL_UNDEFINED &&
        !(v.type == VIAL_OBJECT && type_of(v)->attr))
        method = method_find(v, name);
    if (v.type == VIAL_STR && !rendering_read(r, v.len))
        return value_undefined();
    if (method)
        return method_call(r, method, v, call);
    value callee = value_attr(r, v, name);

    return r->failed ? value_undefined() : value_call(r, callee, call);
}
