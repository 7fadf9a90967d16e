/*
 * class.c - x.__class__ and its name, the one look that templates take at Python's insides
 *
 *   comes in:  any value
 *   goes out:  its class: prints as "<class 'str'>", and has __name__; nothing can be made with it
 */
#include "vial/template/class.h"
#include "vial/base/hash.h"
#include "vial/template/ops.h"
#include "vial/template/undefined.h"

struct class
{
    struct object object;
    const char *name;
};

static bool class_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const char *full = ((const struct class *)o)->name, *dot = strrchr(full, '.');

    (void)r;
    if (str_eq(name, S("__name__")) || str_eq(name, S("__qualname__")))
        *out = value_str(str_of(dot ? dot + 1 : full));
    else if (str_eq(name, S("__module__")))
        *out = value_str(dot ? str_n(full, (size_t)(dot - full)) : S("builtins"));
    else
        return false;
    return true;
}

static void class_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_addf(out, "<class '%s'>", ((const struct class *)o)->name);
}

static const struct object_type class_type;

static bool class_equal(struct rendering *r, const struct object *o, value other)
{
    const struct class *a = (const struct class *)o, *b = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && b->object.type == &class_type && !strcmp(a->name, b->name);
}

static uint64_t class_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return hash_key(str_of(((const struct class *)o)->name));
}

static const struct object_type class_type = { .name = "type",
                                               .attr = class_attr,
                                               .print = class_print,
                                               .equal = class_equal,
                                               .hash = class_hash };

bool class_attribute(struct rendering *r, value v, str name, value *out)
{
    if (!str_eq(name, S("__class__")))
        return false;
    struct class *class = arena_alloc(r->arena, sizeof *class);

    *class = (struct class){ { &class_type },
                             v.type == VIAL_UNDEFINED ? undefined_class(r, v)
                                                      : value_qualified_type(v) };
    *out = value_object(&class->object);
    return true;
}
