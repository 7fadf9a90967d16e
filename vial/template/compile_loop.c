/*
 * compile_loop.c - {% for %}
 *
 *   comes in:  the tag, its frame
 *   goes out:  a walk in slots of its own, or, where `loop` is asked for, a loop object
 *
 * A plain loop walks with no object at all. Where the body names `loop`, its parts are read from
 * the loop object directly; when nothing but parts are read, nobody can hold on to it, and the next
 * run of the loop uses it again. A test ("if") is part of the body unless the loop must be able to
 * look ahead; then it is a small function, and so is the body of a recursive loop.
 */
#include "vial/template/compile.h"

static bool is_store_of_loop(struct node *n, void *data)
{
    struct node **found = data;

    if (n->kind == N_NAME && n->use == USE_STORE && str_eq(n->name, S("loop")))
        *found = n;
    return !*found && node_children(n, is_store_of_loop, data);
}

static void refuse_store_of_loop(struct compiler *c, struct node *n)
{
    struct node *found = NULL;

    node_children(n, is_store_of_loop, &found);
    if (found)
        compile_fail(c, found->from, found->to,
                     "Can't assign to special loop variable in for-loop target");
}

static bool has_scoped_block(struct node *n, void *data)
{
    (void)data;
    if (n->kind == N_BLOCK && n->block.scoped)
        return false;
    return node_children(n, has_scoped_block, data);
}

/* Whether `loop` is used for more than its parts, or where a function inside would see it. */
struct sighting {
    bool shown;  /* itself, not only parts of it              */
    bool within; /* the walk is in a function inside the loop  */
};

static bool is_loop_method(const struct node *n)
{
    return n->kind == N_ATTR && n->part.node->kind == N_NAME &&
           str_eq(n->part.node->name, S("loop")) &&
           (str_eq(n->part.name, S("cycle")) || str_eq(n->part.name, S("changed")));
}

static bool sight_loop(struct node *n, void *data)
{
    struct sighting *s = data;
    bool within = s->within;

    switch ((enum node_kind)n->kind) {
    case N_NAME:
        s->shown |= str_eq(n->name, S("loop"));
        return true;
    case N_ATTR:
        if (n->part.node->kind == N_NAME && str_eq(n->part.node->name, S("loop"))) {
            enum loop_part part = loop_part_named(n->part.name);

            s->shown |= within || part == LOOP_PARTS;
            return true;
        }
        break;
    case N_CALL:
        if (is_loop_method(n->call.node)) {
            for (struct node *arg = n->call.with.args.first; arg; arg = arg->next)
                sight_loop(arg, s);
            s->shown |= within || n->call.with.kwargs.count || n->call.with.dyn_args;
            return true;
        }
        break;
    case N_INCLUDE:
    case N_IMPORT:
    case N_FROM:
        s->shown |= n->import.with_context;
        break;
    case N_MACRO:
    case N_CALL_BLOCK:
    case N_BLOCK:
        s->within = true;
        break;
    case N_FOR:
        s->within |= n->loop.recursive;
        break;
    default:
        break;
    }
    node_children(n, sight_loop, s);
    s->within = within;
    return true;
}

static void begin_loop(struct compiler *c, struct loop_code *loop, const struct frame *f)
{
    *loop =
        (struct loop_code){ .outer = f->loop, .function = c->function, .captures = f->captures };
}

static void break_to(struct compiler *c, struct loop_code *loop, size_t jump)
{
    if (loop->nbreaks == loop->cap) {
        size_t cap = loop->cap ? loop->cap * 2 : 4;
        loop->breaks = arena_grow(c->arena, loop->breaks, loop->cap * sizeof *loop->breaks,
                                  cap * sizeof *loop->breaks);
        loop->cap = cap;
    }
    loop->breaks[loop->nbreaks++] = jump;
}

void compile_break(struct compiler *c, const struct frame *f, struct node *n)
{
    struct loop_code *loop = f->loop;

    if (!loop || loop->function != c->function) {
        compile_fail(c, n->from, n->to, "'%s' outside loop",
                     n->kind == N_BREAK ? "break" : "continue");
        error_kind(c->err, "TemplateSyntaxError");
        return;
    }
    for (size_t i = loop->captures; i < f->captures; i++) { /* what was printed there is lost */
        emit(c, OP_CAPTURED, CAPTURED_TEXT, 0);
        emit(c, OP_POP, 0, -1);
    }
    size_t jump = emit_jump(c, OP_JUMP, (int)(f->captures - loop->captures));
    if (n->kind == N_CONTINUE)
        patch_to(c, jump, loop->next);
    else
        break_to(c, loop, jump);
}

/* "if test", as a function from an item to whether it counts, and as what. */
static size_t test_function(struct compiler *c, const struct frame *f, struct node *n)
{
    struct scope *scope = arena_make(c->arena, struct scope);
    struct frame inner = inner_frame(f, scope);

    function_begin(c, CODE_TEST, S(""), n->loop.test->at);
    scope_init(scope, f->scope, c->function, c->arena);
    scope_visit_target(scope, n->loop.target);
    scope_visit(scope, n->loop.test);
    inner.loop = NULL;
    inner.captures = 0;
    size_t item = slot_new(c, S(""));
    emit_line(c, n->loop.test);
    enter_scope(c, scope);
    emit(c, OP_SLOT, item, 1);
    emit_store(c, &inner, n->loop.target);
    compile_expr(c, &inner, n->loop.test);
    emit_node(c, n->loop.test);
    size_t no = emit_jump(c, OP_JUMP_UNLESS, -1);
    if (n->loop.target->kind == N_NAME)
        emit(c, OP_SLOT, item, 1);
    else
        compile_expr(c, &inner, n->loop.target);
    emit(c, OP_TRUE, 0, 1);
    size_t end = emit_jump(c, OP_JUMP, -2);
    patch(c, no);
    emit(c, OP_NONE, 0, 1);
    emit(c, OP_FALSE, 0, 1);
    patch(c, end);
    return function_end(c);
}

/* What is the same for all loops: the body, and what follows when nothing was walked over. */
struct loop_parts {
    struct scope *scope, *otherwise;
    struct loop_code code;
    bool extended, inline_test;
    struct sighting sighting;
    size_t walk;  /* the slot of the walk or the loop */
    size_t empty; /* the slot that says whether nothing was walked over */
    size_t test;  /* the function of the test */
};

/* Names in a test that stands in the body mean what they mean in a scope of its own. */
static void compile_inline_test(struct compiler *c, const struct frame *f, struct node *n,
                                struct loop_parts *p)
{
    struct scope *scope = arena_make(c->arena, struct scope);
    struct frame inner = inner_frame(f, scope);

    scope_init(scope, f->scope, c->function, c->arena);
    scope_visit_target(scope, n->loop.target);
    scope_visit(scope, n->loop.test);
    for (size_t i = 0; i < scope->refs.count; i++) {
        struct ref *ref = scope->refs.entries[i].data;
        struct ref *same = map_get(&p->scope->refs, ref->name);

        if (ref->begins == BEGINS_PARAM && same) {
            ref->slot = ref_slot(c, same);
            ref->has_slot = true;
        }
    }
    enter_scope(c, scope);
    emit_line(c, n->loop.test);
    compile_expr(c, &inner, n->loop.test);
    emit_node(c, n->loop.test);
    patch_to(c, emit_jump(c, OP_JUMP_UNLESS, -1), p->code.next);
}

static void find_names(struct compiler *c, struct node *n, struct loop_parts *p,
                       const struct frame *f)
{
    static const str names[] = { S("loop") };
    bool scoped = c->scoped_blocks && !node_children(n, has_scoped_block, NULL);

    p->scope = arena_make(c->arena, struct scope);
    scope_init(p->scope, f->scope, c->function, c->arena);
    p->extended = n->loop.recursive || find_undeclared(&n->loop.body, names, 1) || scoped;
    if (p->extended) {
        p->code.ref = scope_param(p->scope, S("loop"));
        for (struct node *child = n->loop.body.first; child; child = child->next)
            sight_loop(child, &p->sighting);
        p->sighting.shown |= n->loop.recursive || scoped;
    }
    scope_visit_target(p->scope, n->loop.target);
    scope_visit_all(p->scope, &n->loop.body);
    if (n->loop.orelse.count) {
        p->otherwise = arena_make(c->arena, struct scope);
        scope_init(p->otherwise, f->scope, c->function, c->arena);
        scope_visit_all(p->otherwise, &n->loop.orelse);
    }
    p->inline_test = n->loop.test && !p->extended; /* a loop object counts only what passes */
    if (n->loop.test && !p->inline_test)
        p->test = test_function(c, f, n);
}

static void compile_target(struct compiler *c, const struct frame *inner, struct node *n,
                           struct loop_parts *p, size_t *done)
{
    struct node *target = n->loop.target;

    if (!p->extended && target->kind == N_NAME) {
        *done = emit_jump2(c, OP_NEXT_SET, p->walk, 0);
        return;
    }
    *done = emit_jump2(c, p->extended ? OP_LOOP_NEXT : OP_NEXT, p->walk, 1);
    emit_store(c, inner, target);
}

/* At the end of the body the next item is taken right here, which saves a jump to the top. */
static void compile_again(struct compiler *c, struct node *n, struct loop_parts *p)
{
    if (p->extended || n->loop.target->kind != N_NAME) {
        patch_to(c, emit_jump(c, OP_JUMP, 0), p->code.next);
        return;
    }
    emit_node(c, n->loop.iter);
    emit2(c, OP_AGAIN_SET, p->walk, p->code.next + 2, 0);
}

static void compile_walk(struct compiler *c, const struct frame *f, struct node *n,
                         struct loop_parts *p)
{
    struct frame inner = inner_frame(f, p->scope);
    size_t done;

    emit_node(c, n->loop.iter);
    if (p->extended)
        emit2(c, OP_LOOP, p->walk, !p->sighting.shown, -1);
    else
        emit(c, OP_FOR, p->walk, -1);
    inner.loop = &p->code;
    p->code.next = here(c);
    emit_node(c, n->loop.iter);
    compile_target(c, &inner, n, p, &done);
    if (p->inline_test)
        compile_inline_test(c, f, n, p);
    enter_scope(c, p->scope);
    compile_body(c, &inner, &n->loop.body);
    if (p->otherwise) {
        emit(c, OP_FALSE, 0, 1);
        emit(c, OP_SET, p->empty, -1);
    }
    compile_again(c, n, p);
    patch(c, done);
    for (size_t i = 0; i < p->code.nbreaks; i++)
        patch(c, p->code.breaks[i]);
}

static void compile_else(struct compiler *c, const struct frame *f, struct node *n,
                         struct loop_parts *p)
{
    struct frame inner = inner_frame(f, p->otherwise);

    emit(c, OP_SLOT, p->empty, 1);
    size_t skip = emit_jump(c, OP_JUMP_UNLESS, -1);
    enter_scope(c, p->otherwise);
    compile_body(c, &inner, &n->loop.orelse);
    leave_scope(c, p->otherwise);
    patch(c, skip);
}

/* Slots stand in the order the instructions expect: the walk's two, then the target's. */
static void take_slots(struct compiler *c, struct node *n, struct loop_parts *p)
{
    if (p->otherwise) {
        p->empty = slot_new(c, S(""));
        emit(c, OP_TRUE, 0, 1);
        emit(c, OP_SET, p->empty, -1);
    }
    if (p->extended) {
        p->walk = p->code.slot = ref_slot(c, p->code.ref);
        return;
    }
    p->walk = slot_new(c, S(""));
    slot_new(c, S(""));
    if (n->loop.target->kind == N_NAME)
        ref_slot(c, map_get(&p->scope->refs, n->loop.target->name));
}

static void compile_parts(struct compiler *c, const struct frame *f, struct node *n,
                          struct loop_parts *p)
{
    if (!n->loop.test)
        emit_line(c, n);
    compile_walk(c, f, n, p);
    leave_scope(c, p->scope);
    if (p->otherwise)
        compile_else(c, f, n, p);
}

/* Jinja walks within the test, when there is one: what goes wrong there has the test's line. */
static void compile_filtered(struct compiler *c, struct node *n, const struct loop_parts *p)
{
    if (!n->loop.test)
        return;
    emit_line(c, n->loop.test);
    if (p->inline_test)
        return;
    emit_node(c, n->loop.iter);
    emit(c, OP_FILTERED, p->test, 0);
}

static void compile_plain_for(struct compiler *c, const struct frame *f, struct node *n)
{
    struct loop_parts p = { 0 };

    begin_loop(c, &p.code, f);
    find_names(c, n, &p, f);
    refuse_store_of_loop(c, n);
    emit_line(c, n);
    compile_expr(c, f, n->loop.iter);
    compile_filtered(c, n, &p);
    take_slots(c, n, &p);
    compile_parts(c, f, n, &p);
}

/* A recursive loop is a function of what it walks over, which stands in its first slot. */
static void compile_recursive_for(struct compiler *c, const struct frame *f, struct node *n)
{
    struct loop_parts p = { 0 };
    struct frame outer = *f;

    function_begin(c, CODE_LOOP, S("loop"), n->at);
    c->function->code->loop_how = (uint8_t)captured_how(c);
    outer.loop = NULL;
    outer.captures = 0;
    begin_loop(c, &p.code, &outer);
    size_t over = slot_new(c, S(""));
    find_names(c, n, &p, &outer);
    refuse_store_of_loop(c, n);
    emit_line(c, n);
    emit(c, OP_SLOT, over, 1);
    compile_filtered(c, n, &p);
    take_slots(c, n, &p);
    compile_parts(c, &outer, n, &p);
    size_t code = function_end(c);

    emit_line(c, n);
    compile_expr(c, f, n->loop.iter);
    emit_node(c, n->loop.iter);
    emit(c, OP_RECURSE, code, -1);
}

void compile_for(struct compiler *c, const struct frame *f, struct node *n)
{
    if (n->loop.recursive)
        compile_recursive_for(c, f, n);
    else
        compile_plain_for(c, f, n);
}
