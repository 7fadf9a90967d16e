/*
 * block.c - `self` and `super`: blocks as values
 *
 *   comes in:  a block's name, and which of its overrides is meant
 *   goes out:  its text, when it is called
 */
#include "vial/base/nearest.h"
#include "vial/template/interp.h"

#include "vial/base/nearest.h"

struct template_reference {
    struct object object;
    struct context *context;
};

struct block_reference {
    struct object object;
    struct context *context;
    str name;
    size_t depth; /* 0 is the one that counts */
};

bool run_block(struct rendering *r, const struct block *block, struct context *context)
{
    struct activation *f = activation_begin(r, block->code, NULL, context);
    bool done = run(r, f);

    activation_end(r, f);
    return done;
}

static value reference(struct rendering *r, struct context *context, str name, size_t depth)
{
    struct block_stack *stack = context_blocks(context, name);

    if (!stack || depth >= stack->count)
        return undefined_hint(r, "there is no parent block called %.*s.",
                              STR(value_repr_str(r, value_str(name))));

    struct block_reference *block = arena_make(r->arena, struct block_reference);
    block->object.type = &block_reference_type;
    block->context = context;
    block->name = name;
    block->depth = depth;
    return value_object(&block->object);
}

value super_new(struct rendering *r, struct context *context, str name, const struct code *now)
{
    const struct block_stack *stack = context_blocks(context, name);
    size_t depth = 0;

    while (stack && depth < stack->count && stack->list[depth]->code != now)
        depth++;
    return reference(r, context, name, depth + 1);
}

static value call_block(struct rendering *r, const struct object *o, const struct call *call)
{
    const struct block_reference *block = (const struct block_reference *)o;
    const struct block_stack *stack = context_blocks(block->context, block->name);
    size_t begin = capture_begin(r);

    if (call->nargs)
        return fail(r, "TypeError",
                    "BlockReference.__call__() takes 1 positional argument but %zu were given",
                    call->nargs + 1);
    if (call->nnamed)
        return fail(r, "TypeError",
                    "BlockReference.__call__() got an unexpected keyword argument '%.*s'",
                    STR(call->names[0]));
    if (!run_block(r, stack->list[block->depth], block->context))
        return value_undefined();
    return capture_end(r, begin, *block->context->autoescape);
}

static void block_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    (void)o;
    buf_lit(out, "<jinja2.runtime.BlockReference object>");
}

static bool block_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct block_reference *block = (const struct block_reference *)o;

    if (str_eq(name, S("super")))
        *out = reference(r, block->context, block->name, block->depth + 1);
    else if (str_eq(name, S("name")))
        *out = value_str(block->name);
    else
        return false;
    return true;
}

const struct object_type block_reference_type = { .name = "jinja2.runtime.BlockReference",
                                                  .attr = block_attr,
                                                  .print = block_print,
                                                  .call = call_block };

value self_new(struct rendering *r, struct context *context)
{
    struct template_reference *self = arena_make(r->arena, struct template_reference);

    self->object.type = &template_reference_type;
    self->context = context;
    return value_object(&self->object);
}

static bool self_item(struct rendering *r, const struct object *o, value key, value *out)
{
    struct context *context = ((const struct template_reference *)o)->context;

    if (key.type != VIAL_STR || !context_blocks(context, value_text(key)))
        return false;
    *out = reference(r, context, value_text(key), 0);
    return true;
}

static void self_names(const struct object *o, struct nearest *near)
{
    const struct context *context = ((const struct template_reference *)o)->context;

    for (size_t i = 0; i < context->blocks->count; i++)
        nearest_try(near, context->blocks->list[i].name);
}

static void self_repr(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct template_reference *self = (const struct template_reference *)o;

    buf_lit(out, "<TemplateReference ");
    value_repr(r, value_str(self->context->template->name), out);
    buf_lit(out, ">");
}

const struct object_type template_reference_type = { .name = "jinja2.runtime.TemplateReference",
                                                     .item = self_item,
                                                     .names = self_names,
                                                     .print = self_repr,
                                                     .repr = self_repr };
