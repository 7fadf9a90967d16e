/*
 * compile_tags.c - statements become instructions
 *
 *   comes in:  a body, the frame it stands in
 *   goes out:  code that prints and sets what it says
 *
 * What Jinja does in odd corners is kept: a template that surely extends another prints nothing of
 * its own outside of blocks, but its includes and calls still do; a block in a loop of such a
 * template is still called.
 */
#include "vial/template/compile.h"

struct frame inner_frame(const struct frame *f, struct scope *scope)
{
    return (struct frame){
        .scope = scope, .output_check = f->output_check, .loop = f->loop, .captures = f->captures
    };
}

static struct scope *new_scope(struct compiler *c, const struct frame *f)
{
    struct scope *scope = arena_make(c->arena, struct scope);

    scope_init(scope, f->scope, c->function, c->arena);
    return scope;
}

str position_of(struct compiler *c, const struct node *node)
{
    const struct jinja *t = c->template;
    unsigned line, col;
    str text;

    place_line((struct place){ t->file, t->text, node->at, 0 }, &line, &col, &text);
    return str_fmt(c->arena, "line %u in '%.*s'", line, STR(t->name));
}

/* ---- output ---- */

static bool constant_text(struct compiler *c, struct node *n, str *text)
{
    if (n->kind != N_DATA)
        return fold_print(c, n, text);
    *text = n->text;
    return true;
}

static enum operation print_op(const struct compiler *c)
{
    return c->is_volatile ? OP_PRINT_AUTO : c->autoescape ? OP_PRINT_HTML : OP_PRINT;
}

/* A variable of this function that has a slot: it and its attributes are printed at one go. */
static bool own_slot(struct compiler *c, const struct frame *f, const struct node *n,
                     uint16_t *slot)
{
    if (n->kind != N_NAME)
        return false;
    struct ref *ref = scope_find(f->scope, n->name);
    if (ref->function != c->function || (ref->begins == BEGINS_CONTEXT && !ref->stored))
        return false;
    *slot = ref_slot(c, ref);
    return true;
}

static void compile_print(struct compiler *c, const struct frame *f, struct node *n)
{
    uint16_t slot;

    emit_line(c, n);
    if (n->kind == N_CALL) {
        compile_call(c, f, n, false, true);
        return;
    }
    if (!c->is_volatile && own_slot(c, f, n, &slot)) {
        emit_node(c, n);
        emit(c, c->autoescape ? OP_PRINT_SLOT_HTML : OP_PRINT_SLOT, slot, 0);
        return;
    }
    if (!c->is_volatile && n->kind == N_ATTR &&
        !str_eq(n->part.node->kind == N_NAME ? n->part.node->name : S(""), S("loop")) &&
        own_slot(c, f, n->part.node, &slot)) {
        emit_node(c, n->part.node);
        emit2(c, c->autoescape ? OP_PRINT_ATTR_HTML : OP_PRINT_ATTR, slot,
              add_text(c, n->part.name), 0);
        return;
    }
    bool passing = makes_only_passing(c, n);

    if (passing)
        emit(c, OP_PASSING, 0, 0);
    compile_expr(c, f, n);
    emit_node(c, n);
    emit(c, print_op(c), 0, -1);
    if (passing)
        emit(c, OP_PASSED, 0, 0);
}

/* Neighbouring texts become one. */
static void compile_items(struct compiler *c, const struct frame *f, const struct nodes *items)
{
    for (struct node *n = items->first; n;) {
        str text, more;

        if (n->kind == N_DATA && c->is_volatile)
            emit_line(c, n); /* as Jinja, which knows no constants then */
        if (!constant_text(c, n, &text)) {
            compile_print(c, f, n);
            n = n->next;
            continue;
        }
        struct node *next = n->next;
        if (next && constant_text(c, next, &more)) {
            struct buf joined = buf_in(c->arena);
            buf_add(&joined, text);
            for (; next && constant_text(c, next, &more); next = next->next)
                buf_add(&joined, more);
            text = buf_str(&joined);
        }
        if (text.len)
            emit(c, OP_TEXT, add_constant(c, value_str(text)), 0);
        n = next;
    }
}

static void compile_output(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t skip = 0;

    if (f->output_check && c->known_extends)
        return;
    if (f->output_check)
        skip = emit_jump(c, OP_IF_CHILD, 0);
    compile_items(c, f, &n->items);
    if (f->output_check)
        patch(c, skip);
}

/* ---- conditions and variables ---- */

static size_t compile_branch(struct compiler *c, const struct frame *f, struct node *n)
{
    emit_line(c, n);
    compile_expr(c, f, n->cond.test);
    emit_node(c, n->cond.test);
    size_t otherwise = emit_jump(c, OP_JUMP_UNLESS, -1);
    compile_body(c, f, &n->cond.body);
    return otherwise;
}

static void compile_if(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t *ends = arena_array(c->arena, size_t, n->cond.elifs.count + 1), count = 0;
    struct frame soft = *f;

    soft.rootlevel = false;
    soft.soft = true;
    size_t otherwise = compile_branch(c, &soft, n);
    for (struct node *branch = n->cond.elifs.first; branch; branch = branch->next) {
        ends[count++] = emit_jump(c, OP_JUMP, 0);
        patch(c, otherwise);
        otherwise = compile_branch(c, &soft, branch);
    }
    if (n->cond.orelse.count) {
        ends[count++] = emit_jump(c, OP_JUMP, 0);
        patch(c, otherwise);
        compile_body(c, &soft, &n->cond.orelse);
    } else {
        patch(c, otherwise);
    }
    while (count)
        patch(c, ends[--count]);
}

static void check_namespaces(struct compiler *c, const struct frame *f, struct node *target)
{
    if (target->kind == N_NSREF) {
        emit_load(c, f, target->nsref.name);
        emit_node(c, target);
        emit(c, OP_NS_CHECK, 0, -1);
    }
    if (target->kind == N_TUPLE)
        for (struct node *n = target->items.first; n; n = n->next)
            check_namespaces(c, f, n);
}

static void compile_set(struct compiler *c, const struct frame *f, struct node *n)
{
    check_namespaces(c, f, n->set.target);
    emit_line(c, n);
    compile_expr(c, f, n->set.value);
    emit_store(c, f, n->set.target);
    if (f->toplevel)
        emit_exports(c, f, n->set.target);
}

static void compile_captured(struct compiler *c, struct frame *inner, struct node *n,
                             struct scope *scope)
{
    enter_scope(c, scope);
    emit(c, OP_CAPTURE, 0, 1);
    inner->captures++;
    compile_body(c, inner, &n->capture.body);
    emit_line(c, n);
}

static void compile_set_block(struct compiler *c, const struct frame *f, struct node *n)
{
    struct scope *scope = new_scope(c, f);
    struct frame inner = inner_frame(f, scope);

    inner.output_check = false;
    scope_visit_all(scope, &n->capture.body);
    compile_captured(c, &inner, n, scope);
    if (n->capture.filter) {
        emit(c, OP_CAPTURED, captured_how(c), 0);
        compile_filters(c, &inner, n->capture.filter);
        emit_node(c, n);
        emit(c, OP_MARK_SAFE, 0, 0);
    } else {
        emit(c, OP_CAPTURED, CAPTURED_AUTO, 0);
    }
    emit_store(c, f, n->capture.target);
    if (f->toplevel)
        emit_exports(c, f, n->capture.target);
    leave_scope(c, scope);
}

static void compile_filter_block(struct compiler *c, const struct frame *f, struct node *n)
{
    struct scope *scope = new_scope(c, f);
    struct frame inner = inner_frame(f, scope);

    scope_visit_all(scope, &n->capture.body);
    scope_visit(scope, n->capture.filter);
    compile_captured(c, &inner, n, scope);
    emit(c, OP_CAPTURED, captured_how(c), 0);
    compile_filters(c, &inner, n->capture.filter);
    emit_node(c, n);
    emit(c, OP_PRINT_TEXT, 0, -1);
    leave_scope(c, scope);
}

static void compile_with(struct compiler *c, const struct frame *f, struct node *n)
{
    struct scope *scope = new_scope(c, f);
    struct frame inner = inner_frame(f, scope);
    struct node *given = n->with.values.first;

    scope_visit_all(scope, &n->with.targets);
    scope_visit_all(scope, &n->with.body);
    enter_scope(c, scope);
    for (struct node *target = n->with.targets.first; target; target = target->next) {
        compile_expr(c, f, given);
        emit_store(c, &inner, target);
        given = given->next;
    }
    compile_body(c, &inner, &n->with.body);
    leave_scope(c, scope);
}

static void compile_autoescape(struct compiler *c, const struct frame *f, struct node *n)
{
    bool autoescape = c->autoescape, was_volatile = c->is_volatile;
    struct scope *scope = new_scope(c, f);
    struct frame inner = inner_frame(f, scope);
    value v;

    scope_visit(scope, n->autoescape.option);
    scope_visit_all(scope, &n->autoescape.body);
    enter_scope(c, scope);
    size_t slot = slot_new(c, S(""));
    compile_expr(c, &inner, n->autoescape.option);
    emit(c, OP_AUTOESCAPE, slot, -1);
    if (fold(c, n->autoescape.option, &v))
        c->autoescape = value_truth(NULL, v);
    else
        c->is_volatile = true;
    compile_body(c, &inner, &n->autoescape.body);
    c->autoescape = autoescape;
    c->is_volatile = was_volatile;
    emit(c, OP_AUTOESCAPED, slot, 0);
    leave_scope(c, scope);
}

/* ---- other templates ---- */

static void compile_block(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t name = add_text(c, n->block.name), skip = 0;
    bool check = f->toplevel && c->extends_so_far > 0;

    if (f->toplevel && c->known_extends)
        return;
    if (check)
        skip = emit_jump(c, OP_IF_CHILD, 0);
    emit_line(c, n);
    if (n->block.required) {
        emit_node(c, n);
        emit(c, OP_REQUIRED, name, 0);
    }
    emit_node(c, n);
    emit2(c, OP_BLOCK, name, n->block.scoped ? add_locals(c, f->scope) : NO_LOCALS, 0);
    if (check)
        patch(c, skip);
}

static void compile_extends(struct compiler *c, const struct frame *f, struct node *n)
{
    if (!f->toplevel) {
        compile_fail(c, n->from, n->to, "cannot use extend from a non top-level scope");
        return;
    }
    if (c->extends_so_far > 0) {
        size_t twice = 0, fine = 0;

        if (!c->known_extends) {
            twice = emit_jump(c, OP_IF_CHILD, 0);
            fine = emit_jump(c, OP_JUMP, 0);
            patch(c, twice);
        }
        emit_node(c, n);
        emit(c, OP_FAIL, add_text(c, S("extended multiple times")), 0);
        if (c->known_extends) {
            c->exited = true;
            return;
        }
        patch(c, fine);
    }
    emit_line(c, n);
    compile_expr(c, f, n->import.template);
    emit_node(c, n->import.template);
    emit(c, OP_EXTENDS, 0, -1);
    if (f->rootlevel)
        c->known_extends = true;
    c->extends_so_far++;
}

static size_t import_flags(const struct node *n)
{
    const struct node *name = n->import.template;
    bool one = name->kind == N_CONST && name->constant.type == VIAL_STR;
    bool many = name->kind == N_TUPLE || name->kind == N_LIST;

    return (n->import.with_context ? IMPORT_CONTEXT : 0u) |
           (n->import.ignore_missing ? IMPORT_OPTIONAL : 0u) |
           (one || n->kind != N_INCLUDE ? IMPORT_ONE : 0u) | (many ? IMPORT_MANY : 0u);
}

static size_t import_locals(struct compiler *c, const struct frame *f, const struct node *n)
{
    return n->import.with_context ? add_locals(c, f->scope) : NO_LOCALS;
}

static void compile_include(struct compiler *c, const struct frame *f, struct node *n)
{
    emit_line(c, n);
    compile_expr(c, f, n->import.template);
    emit_node(c, n->import.template);
    emit2(c, OP_INCLUDE, import_flags(n), import_locals(c, f, n), -1);
}

static void emit_import(struct compiler *c, const struct frame *f, struct node *n)
{
    emit_line(c, n);
    compile_expr(c, f, n->import.template);
    emit_node(c, n->import.template);
    emit2(c, OP_IMPORT, import_flags(n), import_locals(c, f, n), 0);
}

static void compile_import(struct compiler *c, const struct frame *f, struct node *n)
{
    emit_import(c, f, n);
    emit(c, OP_SET, ref_slot(c, scope_find(f->scope, n->import.target)), -1);
    if (f->toplevel)
        emit_export(c, f, n->import.target, EXPORT_DROP);
}

static void compile_from(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t where = add_text(c, position_of(c, n));

    emit_import(c, f, n);
    for (const struct import *name = n->import.names; name; name = name->next) {
        emit_place(c, name->from, name->to);
        emit2(c, OP_FROM, add_text(c, name->name), where, 1);
        emit(c, OP_SET, ref_slot(c, scope_find(f->scope, name->alias)), -1);
    }
    emit(c, OP_POP, 0, -1);
    if (!f->toplevel)
        return;
    for (const struct import *name = n->import.names; name; name = name->next)
        emit_export(c, f, name->alias, EXPORT_DROP);
}

/* ---- bodies ---- */

static void compile_do(struct compiler *c, const struct frame *f, struct node *n)
{
    emit_line(c, n);
    compile_expr(c, f, n->expr);
    emit(c, OP_POP, 0, -1);
}

static void compile_debug(struct compiler *c, const struct frame *f, struct node *n)
{
    if (f->output_check && c->known_extends)
        return;
    size_t skip = f->output_check ? emit_jump(c, OP_IF_CHILD, 0) : 0;
    emit_line(c, n);
    emit(c, OP_DEBUG, 0, 1);
    emit(c, print_op(c), 0, -1);
    if (f->output_check)
        patch(c, skip);
}

void compile_statement(struct compiler *c, const struct frame *f, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case N_OUTPUT:
        compile_output(c, f, n);
        break;
    case N_FOR:
        compile_for(c, f, n);
        break;
    case N_IF:
        compile_if(c, f, n);
        break;
    case N_MACRO:
        compile_macro(c, f, n);
        break;
    case N_CALL_BLOCK:
        compile_call_block(c, f, n);
        break;
    case N_FILTER_BLOCK:
        compile_filter_block(c, f, n);
        break;
    case N_WITH:
        compile_with(c, f, n);
        break;
    case N_BLOCK:
        compile_block(c, f, n);
        break;
    case N_EXTENDS:
        compile_extends(c, f, n);
        break;
    case N_INCLUDE:
        compile_include(c, f, n);
        break;
    case N_IMPORT:
        compile_import(c, f, n);
        break;
    case N_FROM:
        compile_from(c, f, n);
        break;
    case N_SET:
        compile_set(c, f, n);
        break;
    case N_SET_BLOCK:
        compile_set_block(c, f, n);
        break;
    case N_AUTOESCAPE:
        compile_autoescape(c, f, n);
        break;
    case N_DO:
        compile_do(c, f, n);
        break;
    case N_DEBUG:
        compile_debug(c, f, n);
        break;
    case N_BREAK:
    case N_CONTINUE:
        compile_break(c, f, n);
        break;
    default:
        break;
    }
}

void compile_body(struct compiler *c, const struct frame *f, const struct nodes *body)
{
    for (struct node *n = body->first; n && !c->failed && !c->exited; n = n->next)
        compile_statement(c, f, n);
    c->exited = false;
}
