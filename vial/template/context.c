/*
 * context.c - what a template's names mean outside of it
 *
 *   comes in:  the variables a rendering was given, what templates set and export
 *   goes out:  a name's value; for a block's name, who overrides it
 *
 * Contexts form a chain: a template that is included with context has one of its own whose parent
 * is the includer's. Few names are set at the top of templates, so a context's own are a short list
 * that is searched one by one; what the rendering was given is a dict.
 */
#include "vial/template/reuse.h"

#include "vial/base/nearest.h"
#include "vial/template/containers.h"
#include "vial/template/env.h"

static void push_block(struct rendering *r, struct context *context, const struct block *block)
{
    struct block_stack *stack = context_blocks(context, block->name);

    if (!stack) {
        struct blocks *blocks = context->blocks;

        if (blocks->count == blocks->cap) {
            size_t cap = blocks->cap ? blocks->cap * 2 : 8;
            blocks->list = arena_grow(r->arena, blocks->list, blocks->cap * sizeof *stack,
                                      cap * sizeof *stack);
            blocks->cap = cap;
        }
        stack = &blocks->list[blocks->count++];
        *stack = (struct block_stack){ .name = block->name };
    }
    if (stack->count == stack->cap) {
        size_t cap = stack->cap ? stack->cap * 2 : 2;
        stack->list = arena_grow(r->arena, stack->list, stack->cap * sizeof *stack->list,
                                 cap * sizeof *stack->list);
        stack->cap = cap;
    }
    stack->list[stack->count++] = block;
}

void context_extend(struct rendering *r, struct context *context, const struct jinja *t)
{
    for (size_t i = 0; i < t->nblocks; i++)
        push_block(r, context, &t->blocks[i]);
}

struct context *context_new(struct rendering *r, const struct jinja *t, struct context *parent,
                            value given)
{
    struct context *context = arena_make(r->arena, struct context);

    context->parent = parent;
    context->template = t;
    context->given = given;
    context->autoescape = arena_alloc(r->arena, sizeof(bool));
    *context->autoescape = t->autoescape;
    context->blocks = arena_make(r->arena, struct blocks);
    context_extend(r, context, t);
    return context;
}

struct context *context_derive(struct rendering *r, struct context *of)
{
    struct context *context = arena_make(r->arena, struct context);

    *context = *of;
    context->parent = of;
    context->given = value_undefined();
    context->vars = NULL;
    context->nvars = context->cap = 0;
    return context;
}

static struct context_var *own(const struct context *context, str name)
{
    for (size_t i = 0; i < context->nvars; i++)
        if (str_eq(context->vars[i].name, name))
            return &context->vars[i];
    return NULL;
}

void context_set(struct rendering *r, struct context *context, str name, value v,
                 enum export_how how)
{
    struct context_var *var = own(context, name);

    if (!var) {
        if (context->nvars == context->cap) {
            size_t cap = context->cap ? context->cap * 2 : 8;
            context->vars =
                arena_grow(r->arena, context->vars, context->cap * sizeof *var, cap * sizeof *var);
            context->cap = cap;
        }
        var = &context->vars[context->nvars++];
        *var = (struct context_var){ .name = name };
    }
    var->v = v;
    if (how != EXPORT_KEEP)
        var->exported = how == EXPORT_ADD;
}

bool context_find(const struct rendering *r, const struct context *context, str name, value *v,
                  const struct context **at)
{
    const struct dict_entry *entry;

    for (; context; context = context->parent) {
        const struct context_var *var = own(context, name);

        *at = context;

        if (var) {
            *v = var->v;
            return var->v.type != VALUE_MISSING;
        }
        if (context->given.type != VIAL_DICT)
            continue;
        entry = dict_text_entry(dict_inside(context->given), name);
        if (entry) {
            *v = entry->v;
            return true;
        }
    }
    *at = NULL;
    entry = dict_text_entry(dict_inside(env_globals(r->env)), name);
    if (entry)
        *v = entry->v;
    return entry != NULL;
}

struct context *context_snapshot(struct rendering *r, struct context *context)
{
    if (!context)
        return NULL;
    rendering_unsteady(r);

    struct context *copy = arena_alloc(r->arena, sizeof *copy);
    *copy = *context;
    copy->vars = arena_alloc(r->arena, context->nvars * sizeof *copy->vars);
    copy->cap = context->nvars;
    if (context->nvars)
        memcpy(copy->vars, context->vars, context->nvars * sizeof *copy->vars);
    copy->parent = context_snapshot(r, context->parent);
    return copy;
}

struct block_stack *context_blocks(struct context *context, str name)
{
    struct blocks *blocks = context->blocks;

    for (size_t i = 0; i < blocks->count; i++)
        if (str_eq(blocks->list[i].name, name))
            return &blocks->list[i];
    return NULL;
}

void context_names(value into, const struct context *context)
{
    value key, v;

    if (!context)
        return;
    context_names(into, context->parent);
    for (size_t i = 0; dict_entry(context->given, i, &key, &v); i++)
        if (key.type == VIAL_STR)
            dict_set(into, value_text(key), v);
    for (size_t i = 0; i < context->nvars; i++)
        dict_set(into, context->vars[i].name, context->vars[i].v);
}

static void try_keys(struct nearest *near, value dict)
{
    value key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        if (key.type == VIAL_STR)
            nearest_try(near, value_text(key));
}

str context_nearest(const struct rendering *r, const struct context *context, str name)
{
    struct nearest near = nearest_to(name);

    for (; context; context = context->parent) {
        for (size_t i = 0; i < context->nvars; i++)
            nearest_try(&near, context->vars[i].name);
        try_keys(&near, context->given);
    }
    try_keys(&near, env_globals(r->env));
    return near.best;
}

bool rendering_resolve(struct rendering *r, str name, value *out)
{
    const struct context *at;
    bool own;

    if (!r->observer)
        return context_find(r, r->context, name, out, &at);
    *out = observed_name(r, r->context, name, false, &own);
    return out->type != VALUE_MISSING;
}

str rendering_nearest(struct rendering *r, str name)
{
    return context_nearest(r, r->context, name);
}
