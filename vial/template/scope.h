/*
 * Scopes: which variable a name means, as Jinja's idtracking.py finds it.
 *
 * A scope belongs to a template's root, a block, a macro, a loop's body and so on. It is analysed
 * once, before its code is made: each name that is used or set in it, but not in scopes inside it,
 * gets a reference. A reference says what the variable holds when the scope begins.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/template/ast.h"

struct function; /* compile.h */

enum begins_as {
    BEGINS_PARAM,     /* given: a macro's argument, a loop's target       */
    BEGINS_CONTEXT,   /* what the context has under its name, perhaps nothing */
    BEGINS_ALIAS,     /* what the same name is in a scope outside          */
    BEGINS_UNDEFINED, /* nothing                                          */
};

struct ref {
    str name;
    struct function *function;
    enum begins_as begins;
    struct ref *alias;
    bool stored;   /* set somewhere in its scope: it needs a slot */
    bool captured; /* seen by a function inside                   */
    bool has_slot;
    uint16_t slot;
};

struct scope {
    struct scope *parent;
    struct function *function;
    struct arena *arena;
    struct map refs;
    struct ref **stores; /* in the order they were first set */
    size_t nstores, cap;
};

void scope_init(struct scope *scope, struct scope *parent, struct function *function,
                struct arena *a);

/* Looks at a node that stands in the scope. */
void scope_visit(struct scope *scope, struct node *node);
void scope_visit_all(struct scope *scope, const struct nodes *nodes);
/* At a loop's target: all its names are given. */
void scope_visit_target(struct scope *scope, struct node *target);

struct ref *scope_param(struct scope *scope, str name);
/* The variable that `name` means here, or NULL when nobody has asked for it. */
struct ref *scope_find(const struct scope *scope, str name);

/*
 * Jinja's find_undeclared(): which of `count` names are used in `nodes` before they are set there.
 * It looks into everything but blocks. A bit for each.
 */
unsigned find_undeclared(const struct nodes *nodes, const str *names, size_t count);
