/*
 * scope.c - which variable a name means
 *
 *   comes in:  the nodes of a scope
 *   goes out:  a reference for each of its names
 *
 * The rules are Jinja's idtracking.py, read closely. What is peculiar to them: a name that is set
 * in only some branches of an `if` begins as what it is outside, so that the untaken branch leaves
 * it alone; and a name that is read before it is set begins as what the context has. Jinja copies
 * the symbols for each branch and merges them afterwards; the outcome is the same when all
 * branches write into one scope and the names that were set since the `if` are then looked at.
 */
#include "vial/template/scope.h"

void scope_init(struct scope *scope, struct scope *parent, struct function *function,
                struct arena *a)
{
    *scope =
        (struct scope){ .parent = parent, .function = function, .arena = a, .refs = map_in(a) };
}

struct ref *scope_find(const struct scope *scope, str name)
{
    for (; scope; scope = scope->parent) {
        struct ref *ref = map_get(&scope->refs, name);

        if (ref)
            return ref;
    }
    return NULL;
}

static struct ref *define(struct scope *scope, str name, enum begins_as begins)
{
    struct ref *ref = map_get(&scope->refs, name);

    if (!ref) {
        ref = arena_make(scope->arena, struct ref);
        ref->name = name;
        ref->function = scope->function;
        map_set(&scope->refs, name, ref);
    }
    ref->begins = begins;
    return ref;
}

static void mark_stored(struct scope *scope, struct ref *ref)
{
    if (ref->stored)
        return;
    ref->stored = true;
    if (scope->nstores == scope->cap) {
        size_t cap = scope->cap ? scope->cap * 2 : 8;
        scope->stores = arena_grow(scope->arena, scope->stores, scope->cap * sizeof(struct ref *),
                                   cap * sizeof(struct ref *));
        scope->cap = cap;
    }
    scope->stores[scope->nstores++] = ref;
}

struct ref *scope_param(struct scope *scope, str name)
{
    struct ref *ref = define(scope, name, BEGINS_PARAM);

    mark_stored(scope, ref);
    return ref;
}

static void load(struct scope *scope, str name)
{
    if (!scope_find(scope, name))
        define(scope, name, BEGINS_CONTEXT);
}

static void store(struct scope *scope, str name)
{
    struct ref *ref = map_get(&scope->refs, name);

    if (!ref) {
        struct ref *outer = scope->parent ? scope_find(scope->parent, name) : NULL;

        ref = define(scope, name, outer ? BEGINS_ALIAS : BEGINS_UNDEFINED);
        ref->alias = outer;
    }
    mark_stored(scope, ref);
}

/* A name first set within an `if` begins as it is outside, or as the context has it. */
static void visit_if(struct scope *scope, struct node *n)
{
    scope_visit(scope, n->cond.test);

    size_t before = scope->nstores;
    scope_visit_all(scope, &n->cond.body);
    scope_visit_all(scope, &n->cond.elifs);
    scope_visit_all(scope, &n->cond.orelse);
    for (size_t i = before; i < scope->nstores; i++) {
        struct ref *ref = scope->stores[i];

        if (ref->begins == BEGINS_PARAM)
            continue;
        ref->alias = scope->parent ? scope_find(scope->parent, ref->name) : NULL;
        ref->begins = ref->alias ? BEGINS_ALIAS : BEGINS_CONTEXT;
    }
}

static void visit_name(struct scope *scope, const struct node *n)
{
    switch ((enum name_use)n->use) {
    case USE_PARAM:
        scope_param(scope, n->name);
        break;
    case USE_STORE:
        store(scope, n->name);
        break;
    case USE_LOAD:
        load(scope, n->name);
        break;
    }
}

static bool visit_child(struct node *n, void *data)
{
    scope_visit(data, n);
    return true;
}

void scope_visit(struct scope *scope, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case N_NAME:
        visit_name(scope, n);
        break;
    case N_NSREF:
        load(scope, n->nsref.name);
        break;
    case N_IF:
        visit_if(scope, n);
        break;
    case N_MACRO:
        store(scope, n->macro.name);
        break;
    case N_IMPORT:
        scope_visit(scope, n->import.template);
        store(scope, n->import.target);
        break;
    case N_FROM:
        scope_visit(scope, n->import.template);
        for (const struct import *name = n->import.names; name; name = name->next)
            store(scope, name->alias);
        break;
    case N_SET:
        scope_visit(scope, n->set.value);
        scope_visit(scope, n->set.target);
        break;
    case N_SET_BLOCK:
        scope_visit(scope, n->capture.target);
        break;
    case N_FOR:
        scope_visit(scope, n->loop.iter);
        break;
    case N_CALL_BLOCK:
        scope_visit(scope, n->macro.call);
        break;
    case N_FILTER_BLOCK:
        scope_visit(scope, n->capture.filter);
        break;
    case N_WITH:
        scope_visit_all(scope, &n->with.values);
        break;
    case N_AUTOESCAPE:
    case N_BLOCK:
        break; /* scopes of their own */
    default:
        node_children(n, visit_child, scope);
    }
}

void scope_visit_all(struct scope *scope, const struct nodes *nodes)
{
    for (struct node *n = nodes->first; n; n = n->next)
        scope_visit(scope, n);
}

void scope_visit_target(struct scope *scope, struct node *target)
{
    if (target->kind == N_NAME)
        scope_param(scope, target->name);
    for (struct node *n = target->kind == N_TUPLE ? target->items.first : NULL; n; n = n->next)
        scope_visit_target(scope, n);
}

/* ---- undeclared names ---- */

struct search {
    const str *names;
    size_t count;
    unsigned wanted, found;
};

static bool search(struct node *n, void *data)
{
    struct search *s = data;

    if (n->kind == N_BLOCK)
        return true;
    if (n->kind != N_NAME)
        return node_children(n, search, s);
    for (size_t i = 0; i < s->count; i++) {
        if (!str_eq(n->name, s->names[i]) || !(s->wanted & 1u << i))
            continue;
        if (n->use == USE_LOAD)
            s->found |= 1u << i;
        else
            s->wanted &= ~(1u << i);
    }
    return s->found != s->wanted;
}

unsigned find_undeclared(const struct nodes *nodes, const str *names, size_t count)
{
    struct search s = { names, count, (1u << count) - 1, 0 };

    for (struct node *n = nodes->first; n && search(n, &s); n = n->next)
        ;
    return s.found;
}
