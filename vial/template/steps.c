/*
 * steps.c - frames, and what instructions do where that is more than a line
 *
 *   comes in:  the interpreter's calls
 *   goes out:  values, text; a pending failure when something is wrong
 */
#include "vial/template/steps.h"

#include "vial/template/env.h"
#include "vial/template/filters.h"
#include "vial/template/reuse.h"

/* ---- frames ---- */

/*
 * Frames lie one behind the other in chunks. A chunk that has been left is used again by the next
 * frame that needs one: however often a macro is called, its frames take the same place.
 */
struct chunk {
    struct chunk *next;
    value *end;
    value values[];
};

enum { CHUNK_VALUES = 1024 };

static struct chunk *chunk_behind(struct rendering *r, size_t count)
{
    struct chunk **link = r->chunk ? &r->chunk->next : &r->first_chunk;

    if (!*link || (size_t)((*link)->end - (*link)->values) < count) {
        size_t size = count > CHUNK_VALUES ? count : CHUNK_VALUES;
        struct chunk *chunk = arena_alloc(r->lasting, sizeof *chunk + size * sizeof(value));

        chunk->next = *link;
        chunk->end = chunk->values + size;
        *link = chunk;
    }
    return *link;
}

static value *stack_take(struct rendering *r, size_t count)
{
    if (!r->chunk || (size_t)(r->chunk->end - r->stack_top) < count) {
        r->chunk = chunk_behind(r, count);
        r->stack_top = r->chunk->values;
    }
    value *taken = r->stack_top;
    r->stack_top += count;
    return taken;
}

void step_fill(value *values, size_t count, value with)
{
    for (size_t i = 0; i < count; i++)
        values[i] = with;
}

struct activation *activation_begin(struct rendering *r, const struct code *code,
                                    struct activation *outer, struct context *context)
{
    static const value unresolved = { VALUE_UNRESOLVED, 0, 0, 0, { 0 } };
    size_t head = (sizeof(struct activation) + sizeof(value) - 1) / sizeof(value);
    size_t count = (size_t)code->nnames + code->nslots + code->nstack;
    value *top = r->stack_top;
    struct chunk *chunk = r->chunk;
    value *room = code->captured ? arena_alloc(r->lasting, (head + count) * sizeof(value))
                                 : stack_take(r, head + count);
    struct activation *f = (struct activation *)room;

    *f = (struct activation){ .outer = outer,
                              .code = code,
                              .context = context,
                              .names = room + head,
                              .slots = room + head + code->nnames,
                              .stack = room + head + code->nnames + code->nslots,
                              .top_before = top,
                              .chunk_before = chunk };
    step_fill(f->names, code->nnames, unresolved);
    step_fill(f->slots, code->nslots, value_missing());
    return f;
}

void activation_end(struct rendering *r, struct activation *f)
{
    r->stack_top = f->top_before;
    r->chunk = f->chunk_before;
}

/* ---- what instructions do that is more than a line ---- */

value step_context_name(struct rendering *r, struct activation *f, size_t number, bool attr)
{
    value *cached = &f->names[number];
    const struct context *at;

    if (cached->type != VALUE_UNRESOLVED)
        return *cached;
    if (r->observer) {
        bool own;
        value v = observed_name(r, f->context, f->code->names[number], attr, &own);

        if (own)
            *cached = v;
        return v;
    }
    if (!context_find(r, f->context, f->code->names[number], cached, &at))
        *cached = value_missing();
    return *cached;
}

struct activation *step_outwards(struct activation *f, size_t hops)
{
    while (hops--)
        f = f->outer;
    return f;
}

struct activation *step_root_of(struct activation *f)
{
    while (f->outer)
        f = f->outer;
    return f;
}

/* The names of a template that an include, an import or a scoped block takes along. */
struct context *step_with_locals(struct rendering *r, struct activation *f, uint32_t number)
{
    const struct locals *locals;
    struct context *context;

    if (number == NO_LOCALS)
        return NULL;
    locals = f->code->template->locals[number];
    context = context_derive(r, f->context);
    for (size_t i = 0; i < locals->count; i++) {
        const struct local *local = &locals->list[i];
        value v = step_outwards(f, local->hops)->slots[local->slot];

        if (v.type != VALUE_MISSING)
            context_set(r, context, local->name, v, EXPORT_KEEP);
    }
    return context;
}

void step_call_block(struct rendering *r, struct activation *f, str name, uint32_t locals)
{
    struct block_stack *stack = context_blocks(f->context, name);
    struct context *context = locals == NO_LOCALS ? f->context : step_with_locals(r, f, locals);

    run_block(r, stack->list[0], context);
}

void step_extend(struct rendering *r, struct activation *f, value name, const uint32_t *op)
{
    const struct jinja *parent = find_template(r, name, IMPORT_ONE);

    if (!parent)
        return;
    context_extend(r, f->context, parent);
    f->parent = parent;
    f->extended_at = op;
}

value step_make_dict(struct rendering *r, const value *pairs, size_t count)
{
    value dict = dict_new(r->arena, count);

    for (size_t i = 0; i < count && !r->failed; i++)
        dict_put(r, dict, pairs[2 * i], pairs[2 * i + 1]);
    return dict;
}

value step_make_list(struct rendering *r, const value *items, size_t count)
{
    value list = list_new(r->arena, count);

    for (size_t i = 0; i < count; i++)
        list_push(list, items[i]);
    return list;
}

bool step_compares(struct rendering *r, enum operand how, value a, value b)
{
    switch (how) {
    case OPERAND_IN:
        return value_contains(r, b, a);
    case OPERAND_NOT_IN:
        return !value_contains(r, b, a);
    default:
        return value_compare(r, (enum comparison)how, a, b);
    }
}

value step_filtered(struct rendering *r, const struct site *site, const value *args)
{
    struct call call;

    if (!site->filter)
        return fail(r, "TemplateRuntimeError", "No filter named '%.*s' found.", STR(site->name));
    if (!site_call(r, site, args + 1, &call))
        return value_undefined();
    return filter_apply(r, site->filter, args[0], &call);
}

value step_tested(struct rendering *r, const struct site *site, const value *args)
{
    struct call call;

    if (!site->test)
        return fail(r, "TemplateRuntimeError", "No test named '%.*s' found.", STR(site->name));
    if (!site_call(r, site, args + 1, &call))
        return value_undefined();
    return value_bool(test_apply(r, site->test, args[0], &call));
}

static const struct macro *as_macro(value v)
{
    const struct object *o = v.as.object;

    return v.type == VIAL_OBJECT && o->type == &macro_type ? (const struct macro *)o : NULL;
}

value step_called(struct rendering *r, const struct site *site, const value *args)
{
    const struct macro *macro = as_macro(args[0]);
    struct call call;

    if (!site_call(r, site, args + 1, &call))
        return value_undefined();
    if (macro)
        return macro_call(r, macro, &call);
    return value_call(r, args[0], &call);
}

value step_method_called(struct rendering *r, const struct site *site, const value *args)
{
    struct call call;

    if (!site_call(r, site, args + 1, &call))
        return value_undefined();
    return value_call_method(r, args[0], site->name, &call);
}

void step_print_as(struct rendering *r, enum operation how, value v)
{
    if (how == OP_PRINT_HTML || (how == OP_PRINT_AUTO && r->autoescape))
        value_print_html(r, v, r->out);
    else
        value_print(r, v, r->out);
}

/* A macro that is called only to be printed prints by itself, if that needs no escaping. */
void step_print_call(struct rendering *r, const struct site *site, const value *args, uint32_t how)
{
    const struct macro *macro = how & 0x100 ? NULL : as_macro(args[0]);
    enum operation op = (enum operation)(how & 0xff);
    struct call call;

    if (macro && (op != OP_PRINT_HTML || r->autoescape)) {
        if (site_call(r, site, args + 1, &call))
            macro_print(r, macro, &call);
        return;
    }
    value v = how & 0x100 ? step_method_called(r, site, args) : step_called(r, site, args);
    if (!r->failed)
        step_print_as(r, op, v);
}

value step_captured(struct rendering *r, value begin, enum captured how)
{
    bool html = how == CAPTURED_HTML || (how == CAPTURED_AUTO && r->autoescape);

    return capture_end(r, (size_t)begin.as.i, html);
}

value capture_end(struct rendering *r, size_t begin, bool html)
{
    str text = str_copy(r->arena, str_from(buf_str(r->out), begin));

    r->out->len = begin;
    return html ? value_safe(text) : value_str(text);
}

void step_no_param(struct rendering *r, value *slot, str name)
{
    *slot = undefined_hint(r, "parameter '%.*s' was not provided", STR(name));
}

void step_require_text(struct rendering *r, value v)
{
    if (v.type == VIAL_STR)
        buf_add(r->out, value_text(v));
    else
        fail(r, "TypeError", "sequence item 0: expected str instance, %s found",
             value_type_name(v));
}

/* A loop that nobody can keep is used again when it runs again: its slot is its own. */
void step_begin_loop(struct rendering *r, struct activation *f, value over, value *slot, bool shed)
{
    bool again = shed && slot->type == VIAL_OBJECT;

    *slot = value_object(&loop_begin(r, f, over, again ? slot->as.object : NULL)->object);
}
