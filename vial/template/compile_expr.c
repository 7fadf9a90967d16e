/*
 * compile_expr.c - expressions become instructions on a stack
 *
 *   comes in:  an expression's tree, the frame it stands in
 *   goes out:  code that leaves its value on the stack
 *
 * Each instruction that can fail is preceded by its span. For look-ups that is the span of what is
 * looked into, since that is what was undefined; for filters and tests it is their name.
 */
#include "vial/template/compile.h"

#include "vial/template/filters.h"

enum captured captured_how(const struct compiler *c)
{
    return c->is_volatile ? CAPTURED_AUTO : c->autoescape ? CAPTURED_HTML : CAPTURED_TEXT;
}

/* ---- constants ---- */

static void emit_constant(struct compiler *c, value v)
{
    switch (v.type) {
    case VIAL_NONE:
        emit(c, OP_NONE, 0, 1);
        break;
    case VIAL_BOOL:
        emit(c, v.as.b ? OP_TRUE : OP_FALSE, 0, 1);
        break;
    case VIAL_INT:
        if (v.as.i >= 0 && v.as.i < 1 << 23) {
            emit(c, OP_INT, (size_t)v.as.i, 1);
            break;
        }
        emit(c, OP_CONST, add_constant(c, v), 1);
        break;
    case VIAL_STR:
        emit(c, OP_CONST, v.flags ? add_constant(c, v) : add_text(c, value_text(v)), 1);
        break;
    default:
        emit(c, OP_CONST, add_constant(c, v), 1);
    }
}

/* ---- operators ---- */

static const unsigned char binary_ops[N_COUNT] = {
    [N_ADD] = OP_ADD, [N_SUB] = OP_SUB,           [N_MUL] = OP_MUL, [N_DIV] = OP_DIV,
    [N_MOD] = OP_MOD, [N_FLOORDIV] = OP_FLOORDIV, [N_POW] = OP_POW,
};

static const unsigned char operand_ops[] = {
    [OPERAND_EQ] = OP_EQ, [OPERAND_NE] = OP_NE, [OPERAND_LT] = OP_LT, [OPERAND_LE] = OP_LE,
    [OPERAND_GT] = OP_GT, [OPERAND_GE] = OP_GE, [OPERAND_IN] = OP_IN, [OPERAND_NOT_IN] = OP_NOT_IN,
};

static void compile_binary(struct compiler *c, const struct frame *f, struct node *n)
{
    compile_expr(c, f, n->binary.left);
    compile_expr(c, f, n->binary.right);
    emit_node(c, n);
    emit(c, binary_ops[n->kind], 0, -1);
}

static void compile_logic(struct compiler *c, const struct frame *f, struct node *n)
{
    compile_expr(c, f, n->binary.left);
    emit_node(c, n->binary.left);
    size_t end = emit_jump(c, n->kind == N_AND ? OP_AND : OP_OR, -1);
    compile_expr(c, f, n->binary.right);
    patch(c, end);
}

/* "a < b < c": b is looked at once, and what is false ends it. */
static void compile_compare(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t *ends = arena_array(c->arena, size_t, n->compare.rest.count), count = 0;

    compile_expr(c, f, n->compare.first);
    for (struct node *rest = n->compare.rest.first; rest; rest = rest->next) {
        compile_expr(c, f, rest->expr);
        emit_node(c, n);
        if (rest->next) {
            ends[count++] = here(c);
            emit2(c, OP_CHAIN, 0, rest->use, -1);
        } else {
            emit(c, operand_ops[rest->use], 0, -1);
        }
    }
    while (count)
        patch(c, ends[--count]);
}

static void compile_unary(struct compiler *c, const struct frame *f, struct node *n,
                          enum operation op)
{
    compile_expr(c, f, n->expr);
    emit_node(c, n->expr);
    emit(c, op, 0, 0);
}

static void compile_concat(struct compiler *c, const struct frame *f, struct node *n)
{
    bool html = c->autoescape && !c->is_volatile;

    for (struct node *item = n->items.first; item; item = item->next)
        compile_expr(c, f, item);
    emit_node(c, n);
    emit2(c, OP_CONCAT, n->items.count, html, 1 - (int)n->items.count);
}

/* ---- containers ---- */

static void compile_items(struct compiler *c, const struct frame *f, struct node *n,
                          enum operation op)
{
    for (struct node *item = n->items.first; item; item = item->next)
        compile_expr(c, f, item);
    emit(c, op, n->items.count, 1 - (int)n->items.count);
}

static void compile_dict(struct compiler *c, const struct frame *f, struct node *n)
{
    for (struct node *pair = n->items.first; pair; pair = pair->next) {
        compile_expr(c, f, pair->pair.key);
        compile_expr(c, f, pair->pair.value);
    }
    emit_node(c, n);
    emit(c, OP_DICT, n->items.count, 1 - 2 * (int)n->items.count);
}

static void compile_or_none(struct compiler *c, const struct frame *f, struct node *n)
{
    if (n)
        compile_expr(c, f, n);
    else
        emit(c, OP_NONE, 0, 1);
}

static void compile_item(struct compiler *c, const struct frame *f, struct node *n)
{
    struct node *index = n->part.index;

    compile_expr(c, f, n->part.node);
    if (index->kind == N_SLICE) {
        compile_or_none(c, f, index->slice.start);
        compile_or_none(c, f, index->slice.stop);
        compile_or_none(c, f, index->slice.step);
        emit_node(c, n);
        emit(c, OP_SLICE, 0, -3);
        return;
    }
    compile_expr(c, f, index);
    emit_node(c, n->part.node);
    emit(c, OP_ITEM, 0, -1);
}

/* "x[1:2, 3]": Python has slices as values there, and nothing that takes them. */
static void compile_stray_slice(struct compiler *c, const struct frame *f, struct node *n)
{
    compile_or_none(c, f, n->slice.start);
    compile_or_none(c, f, n->slice.stop);
    compile_or_none(c, f, n->slice.step);
    emit(c, OP_TUPLE, 3, -2);
}

/* ---- `loop` ---- */

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
static const str loop_parts[] = {
    [LOOP_INDEX] = NAME("index"),         [LOOP_INDEX0] = NAME("index0"),
    [LOOP_FIRST] = NAME("first"),         [LOOP_LAST] = NAME("last"),
    [LOOP_LENGTH] = NAME("length"),       [LOOP_REVINDEX] = NAME("revindex"),
    [LOOP_REVINDEX0] = NAME("revindex0"), [LOOP_PREVITEM] = NAME("previtem"),
    [LOOP_NEXTITEM] = NAME("nextitem"),   [LOOP_DEPTH] = NAME("depth"),
    [LOOP_DEPTH0] = NAME("depth0"),
};

enum loop_part loop_part_named(str name)
{
    for (size_t i = 0; i < LOOP_PARTS; i++)
        if (str_eq(name, loop_parts[i]))
            return (enum loop_part)i;
    return LOOP_PARTS;
}

/* The slot of the loop that `n`, the name `loop`, means, when it is of this function. */
static bool is_loop(struct compiler *c, const struct frame *f, const struct node *n, uint16_t *slot)
{
    const struct loop_code *loop = f->loop;

    if (n->kind != N_NAME || !str_eq(n->name, S("loop")))
        return false;
    const struct ref *ref = scope_find(f->scope, n->name);
    while (loop && loop->ref != ref)
        loop = loop->outer;
    if (!loop || loop->function != c->function)
        return false;
    *slot = loop->slot;
    return true;
}

static void compile_attr(struct compiler *c, const struct frame *f, struct node *n)
{
    uint16_t slot;
    enum loop_part part = loop_part_named(n->part.name);

    if (part != LOOP_PARTS && is_loop(c, f, n->part.node, &slot)) {
        emit_node(c, n);
        emit2(c, OP_LOOP_ATTR, slot, part, 1);
        return;
    }
    compile_expr(c, f, n->part.node);
    emit_node(c, n->part.node);
    emit(c, OP_ATTR, add_text(c, n->part.name), 0);
}

/* ---- calls, filters, tests ---- */

/* The arguments onto the stack; how many values that is. */
static int compile_arguments(struct compiler *c, const struct frame *f,
                             const struct arguments *with, struct site *site, bool with_caller)
{
    size_t nnamed = with->kwargs.count + with_caller, i = 0;
    str *names = arena_array(&c->template->arena, str, nnamed);

    site->nargs = (uint16_t)with->args.count;
    site->nnamed = (uint16_t)nnamed;
    site->names = names;
    for (struct node *arg = with->args.first; arg; arg = arg->next)
        compile_expr(c, f, arg);
    if (with->dyn_args) {
        site->dyn_args = true;
        compile_expr(c, f, with->dyn_args);
    }
    for (struct node *arg = with->kwargs.first; arg; arg = arg->next) {
        names[i++] = keep_text(c, arg->keyword.key);
        compile_expr(c, f, arg->keyword.value);
    }
    if (with_caller) {
        names[i] = S("caller");
        emit(c, OP_SLOT, c->caller_slot, 1);
    }
    if (with->dyn_kwargs) {
        site->dyn_kwargs = true;
        compile_expr(c, f, with->dyn_kwargs);
    }
    if (with->args.count > UINT16_MAX || nnamed > UINT16_MAX)
        compile_fail(c, 0, 0, "a call with more than %d arguments", UINT16_MAX);
    return (int)(with->args.count + nnamed) + site->dyn_args + site->dyn_kwargs;
}

static enum operation print_op(const struct compiler *c)
{
    return c->is_volatile ? OP_PRINT_AUTO : c->autoescape ? OP_PRINT_HTML : OP_PRINT;
}

void compile_call(struct compiler *c, const struct frame *f, struct node *n, bool with_caller,
                  bool print)
{
    struct node *callee = n->call.node;
    struct site site = { 0 };
    bool method = callee->kind == N_ATTR;

    if (method) {
        compile_expr(c, f, callee->part.node);
        site.name = keep_text(c, callee->part.name);
        site.from = callee->part.node->from;
        site.to = callee->part.node->to;
    } else {
        compile_expr(c, f, callee);
    }
    int count = compile_arguments(c, f, &n->call.with, &site, with_caller);
    emit_node(c, n);
    if (print)
        emit2(c, OP_PRINT_CALL, add_site(c, site), print_op(c) | (method ? 0x100u : 0), -count - 1);
    else
        emit(c, method ? OP_METHOD : OP_CALL, add_site(c, site), -count);
}

/* Unknown filters and tests fail now, but within an `if` only when they are reached. */
static void check_known(struct compiler *c, const struct frame *f, const struct node *n,
                        const char *what, bool known, str nearest)
{
    if (known || f->soft)
        return;
    compile_fail(c, n->call.name_from, n->call.name_to, "No %s named '%.*s'.", what,
                 STR(n->call.name));
    error_meant(c->err, nearest);
}

static void finish_filter(struct compiler *c, const struct frame *f, struct node *n)
{
    const struct env *env = c->template->env;
    struct site site = { .name = keep_text(c, n->call.name),
                         .filter = env_find_filter(env, n->call.name) };

    if (!site.filter)
        check_known(c, f, n, "filter", false, env_nearest_filter(env, n->call.name));
    int count = compile_arguments(c, f, &n->call.with, &site, false);
    emit_place(c, n->call.name_from, n->call.name_to);
    emit(c, OP_FILTER, add_site(c, site), -count);
}

static void compile_test(struct compiler *c, const struct frame *f, struct node *n)
{
    const struct env *env = c->template->env;
    struct site site = { .name = keep_text(c, n->call.name),
                         .test = env_find_test(env, n->call.name) };

    if (!site.test)
        check_known(c, f, n, "test", false, env_nearest_test(env, n->call.name));
    compile_expr(c, f, n->call.node);
    int count = compile_arguments(c, f, &n->call.with, &site, false);
    emit_place(c, n->call.name_from, n->call.name_to);
    emit(c, OP_TEST, add_site(c, site), -count);
}

/* The innermost filter of a block has no node: what was captured is on the stack already. */
void compile_filters(struct compiler *c, const struct frame *f, struct node *n)
{
    if (n->call.node)
        compile_expr(c, f, n->call.node);
    finish_filter(c, f, n);
}

/* ---- a if b else c ---- */

static void compile_cond(struct compiler *c, const struct frame *f, struct node *n)
{
    struct frame soft = *f;

    soft.soft = true;
    compile_expr(c, &soft, n->inline_if.test);
    emit_node(c, n->inline_if.test);
    size_t otherwise = emit_jump(c, OP_JUMP_UNLESS, -1);
    compile_expr(c, &soft, n->inline_if.then);
    size_t end = emit_jump(c, OP_JUMP, -1);
    patch(c, otherwise);
    if (n->inline_if.orelse) {
        compile_expr(c, &soft, n->inline_if.orelse);
    } else {
        str sentence = str_fmt(c->arena,
                               "the inline if-expression on %.*s evaluated to false and no else "
                               "section was defined.",
                               STR(position_of(c, n)));
        emit(c, OP_NO_ELSE, add_text(c, sentence), 1);
    }
    patch(c, end);
}

void compile_expr(struct compiler *c, const struct frame *f, struct node *n)
{
    value v;

    if (c->failed)
        return;
    if (fold(c, n, &v)) {
        emit_constant(c, v);
        return;
    }
    switch ((enum node_kind)n->kind) {
    case N_NAME:
        emit_load(c, f, n->name);
        break;
    case N_TUPLE:
        compile_items(c, f, n, OP_TUPLE);
        break;
    case N_LIST:
        compile_items(c, f, n, OP_LIST);
        break;
    case N_DICT:
        compile_dict(c, f, n);
        break;
    case N_COND:
        compile_cond(c, f, n);
        break;
    case N_CALL:
        compile_call(c, f, n, false, false);
        break;
    case N_FILTER:
        compile_filters(c, f, n);
        break;
    case N_TEST:
        compile_test(c, f, n);
        break;
    case N_ATTR:
        compile_attr(c, f, n);
        break;
    case N_ITEM:
        compile_item(c, f, n);
        break;
    case N_SLICE:
        compile_stray_slice(c, f, n);
        break;
    case N_CONCAT:
        compile_concat(c, f, n);
        break;
    case N_COMPARE:
        compile_compare(c, f, n);
        break;
    case N_AND:
    case N_OR:
        compile_logic(c, f, n);
        break;
    case N_NOT:
        compile_unary(c, f, n, OP_NOT);
        break;
    case N_NEG:
        compile_unary(c, f, n, OP_NEG);
        break;
    case N_POS:
        compile_unary(c, f, n, OP_POS);
        break;
    case N_MARK_SAFE:
        compile_unary(c, f, n, OP_MARK_SAFE);
        break;
    default:
        compile_binary(c, f, n);
    }
}
