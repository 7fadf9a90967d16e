/*
 * compile_names.c - names become slots
 *
 *   comes in:  scopes that have been analysed
 *   goes out:  instructions that read and set slots, here or in a frame outwards
 *
 * A name that nothing in its scope sets needs no slot: it is the context's, looked up once per run
 * of the function and then kept in its cache. All others begin as their scope says.
 */
#include "vial/template/compile.h"

static bool is_context_only(const struct ref *ref)
{
    return ref->begins == BEGINS_CONTEXT && !ref->stored;
}

uint16_t ref_slot(struct compiler *c, struct ref *ref)
{
    struct function *now = c->function;

    if (!ref->has_slot) {
        c->function = ref->function;
        ref->slot = (uint16_t)slot_new(c, ref->name);
        c->function = now;
        ref->has_slot = true;
    }
    return ref->slot;
}

static void begin_as_alias(struct compiler *c, struct ref *ref)
{
    struct ref *outer = ref->alias;
    uint16_t slot = ref_slot(c, ref);

    if (is_context_only(outer)) {
        emit2(c, OP_FETCH, slot, name_number(c, ref->name), 0);
    } else if (outer->function == c->function) {
        emit2(c, OP_COPY, slot, ref_slot(c, outer), 0);
    } else {
        outer->captured = true;
        emit2(c, OP_COPY_UP, slot, (size_t)hops_to(c, outer) << 16 | ref_slot(c, outer), 0);
    }
}

void enter_scope(struct compiler *c, struct scope *scope)
{
    for (size_t i = 0; i < scope->refs.count; i++) {
        struct ref *ref = scope->refs.entries[i].data;

        switch (ref->begins) {
        case BEGINS_PARAM:
            break;
        case BEGINS_CONTEXT:
            if (ref->stored)
                emit2(c, OP_FETCH, ref_slot(c, ref), name_number(c, ref->name), 0);
            break;
        case BEGINS_ALIAS:
            begin_as_alias(c, ref);
            break;
        case BEGINS_UNDEFINED:
            emit2(c, OP_CLEAR, ref_slot(c, ref), 1, 0);
            break;
        }
    }
}

/* What a function inside may still look at has no value any more. */
void leave_scope(struct compiler *c, struct scope *scope)
{
    for (size_t i = 0; i < scope->refs.count; i++) {
        struct ref *ref = scope->refs.entries[i].data;

        if (ref->captured && ref->has_slot && ref->function == c->function)
            emit2(c, OP_CLEAR, ref->slot, 1, 0);
    }
}

void emit_load(struct compiler *c, const struct frame *f, str name)
{
    struct ref *ref = scope_find(f->scope, name);

    if (is_context_only(ref)) {
        emit(c, OP_NAME, name_number(c, name), 1);
    } else if (ref->function == c->function) {
        emit(c, OP_SLOT, ref_slot(c, ref), 1);
    } else {
        ref->captured = true;
        emit2(c, OP_UP, ref_slot(c, ref), hops_to(c, ref), 1);
    }
}

void emit_store(struct compiler *c, const struct frame *f, struct node *target)
{
    switch ((enum node_kind)target->kind) {
    case N_TUPLE:
        emit_node(c, target);
        emit(c, OP_UNPACK, target->items.count, (int)target->items.count - 1);
        for (struct node *n = target->items.first; n; n = n->next)
            emit_store(c, f, n);
        break;
    case N_NSREF:
        emit_load(c, f, target->nsref.name);
        emit_node(c, target);
        emit(c, OP_NS_SET, add_text(c, target->nsref.attr), -2);
        break;
    default:
        emit(c, OP_SET, ref_slot(c, scope_find(f->scope, target->name)), -1);
    }
}

void emit_export(struct compiler *c, const struct frame *f, str name, enum export_how how)
{
    uint16_t slot = ref_slot(c, scope_find(f->scope, name));

    if (name.p[0] == '_')
        how = EXPORT_KEEP;
    emit2(c, OP_EXPORT, add_text(c, name), (size_t)how << 16 | slot, 0);
}

void emit_exports(struct compiler *c, const struct frame *f, const struct node *target)
{
    if (target->kind == N_NAME)
        emit_export(c, f, target->name, EXPORT_ADD);
    if (target->kind == N_TUPLE)
        for (const struct node *n = target->items.first; n; n = n->next)
            emit_exports(c, f, n);
}
