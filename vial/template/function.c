/*
 * function.c - C functions that templates can call
 */
#include "vial/template/rendering.h"

struct function_object {
    struct object object;
    const char *name;
    function_fn *fn;
    void *self;
};

static value call(struct rendering *r, const struct object *o, const struct call *with)
{
    const struct function_object *function = (const struct function_object *)o;

    return function->fn(r, with, function->self);
}

static void print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_addf(out, "<function %s>", ((const struct function_object *)o)->name);
}

static const struct object_type function_type = { .name = "function",
                                                  .call = call,
                                                  .print = print };

value function_new(struct arena *a, const char *name, function_fn *fn, void *self)
{
    struct function_object *function = arena_make(a, struct function_object);

    function->object.type = &function_type;
    function->name = name;
    function->fn = fn;
    function->self = self;
    return value_object(&function->object);
}
