/*
 * compile_macro.c - {% macro %}, {% call %}, and whole templates
 *
 *   comes in:  the tag or the tree
 *   goes out:  functions
 *
 * A macro's arguments are its first slots, in the order Jinja gives them: those it declares, then
 * caller, kwargs and varargs, each only when its body asks for it. What was not given is missing
 * when it begins, and the first thing it does is to fill in the defaults.
 */
#include "vial/template/compile.h"

static const str special[] = { S("caller"), S("kwargs"), S("varargs") };
enum { CALLER = 1, KWARGS = 2, VARARGS = 4 };

static bool declares(const struct node *n, str name)
{
    for (const struct node *arg = n->macro.args.first; arg; arg = arg->next)
        if (str_eq(arg->name, name))
            return true;
    return false;
}

/* Whether the argument called `name` has a default. */
static bool has_default(const struct node *n, str name)
{
    size_t i = 0, first = n->macro.args.count - n->macro.defaults.count;

    for (const struct node *arg = n->macro.args.first; arg; arg = arg->next, i++)
        if (str_eq(arg->name, name))
            return i >= first;
    return false;
}

static int16_t special_slot(struct compiler *c, struct scope *scope, str name)
{
    return (int16_t)ref_slot(c, scope_param(scope, name));
}

static void take_params(struct compiler *c, struct node *n, struct scope *scope)
{
    struct code *code = c->function->code;
    unsigned wanted = find_undeclared(&n->macro.body, special, 3);
    str *params = arena_array(&c->template->arena, str, n->macro.args.count);
    size_t i = 0;

    for (struct node *arg = n->macro.args.first; arg; arg = arg->next) {
        params[i++] = keep_text(c, arg->name);
        struct ref *ref = scope_param(scope, arg->name);
        ref_slot(c, ref);
    }
    code->params = params;
    code->nparams = (uint16_t)i;
    code->explicit_caller = declares(n, S("caller"));
    if (wanted & CALLER && code->explicit_caller && !has_default(n, S("caller")))
        compile_fail(c, n->from, n->to,
                     "When defining macros or call blocks the special \"caller\" argument must be "
                     "omitted or be given a default.");
    if (wanted & CALLER && !code->explicit_caller)
        code->caller = special_slot(c, scope, S("caller"));
    if (wanted & KWARGS && !declares(n, S("kwargs")))
        code->kwargs = special_slot(c, scope, S("kwargs"));
    if (wanted & VARARGS && !declares(n, S("varargs")))
        code->varargs = special_slot(c, scope, S("varargs"));
    code->uses_caller = wanted & CALLER;
}

static void compile_defaults(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t without = n->macro.args.count - n->macro.defaults.count, i = 0;
    struct node *given = n->macro.defaults.first;

    for (struct node *arg = n->macro.args.first; arg; arg = arg->next, i++) {
        uint16_t slot = ref_slot(c, scope_find(f->scope, arg->name));
        size_t there = emit_jump2(c, OP_PARAM, slot, 0);

        if (i < without) {
            emit2(c, OP_NO_PARAM, slot, add_text(c, arg->name), 0);
        } else {
            compile_expr(c, f, given);
            emit(c, OP_SET, slot, -1);
            given = given->next;
        }
        patch(c, there);
    }
}

/* The number of the function of a macro or a call block. */
static size_t macro_function(struct compiler *c, const struct frame *f, struct node *n)
{
    struct scope *scope = arena_make(c->arena, struct scope);
    struct frame inner = inner_frame(f, scope);

    function_begin(c, n->kind == N_MACRO ? CODE_MACRO : CODE_CALL_BLOCK, n->macro.name, n->at);
    scope_init(scope, f->scope, c->function, c->arena);
    inner.output_check = false;
    inner.loop = NULL;
    inner.captures = 0;
    take_params(c, n, scope);
    scope_visit_all(scope, &n->macro.defaults);
    scope_visit_all(scope, &n->macro.body);
    emit_line(c, n);
    enter_scope(c, scope);
    compile_defaults(c, &inner, n);
    compile_body(c, &inner, &n->macro.body);
    return function_end(c);
}

void compile_macro(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t code = macro_function(c, f, n);

    emit(c, OP_MACRO, code, 1);
    emit(c, OP_SET, ref_slot(c, scope_find(f->scope, n->macro.name)), -1);
    if (f->toplevel)
        emit_export(c, f, n->macro.name, EXPORT_ADD);
}

void compile_call_block(struct compiler *c, const struct frame *f, struct node *n)
{
    size_t code = macro_function(c, f, n);
    size_t caller = slot_new(c, S("caller"));

    emit(c, OP_MACRO, code, 1);
    emit(c, OP_SET, caller, -1);
    emit_line(c, n);
    c->caller_slot = (uint16_t)caller;
    compile_call(c, f, n->macro.call, true, false);
    emit_node(c, n->macro.call);
    emit(c, OP_PRINT_TEXT, 0, -1);
}

/* ---- whole templates ---- */

struct block_list {
    struct compiler *c;
    struct node **list;
    size_t count, cap;
    bool extends;
};

static bool collect(struct node *n, void *data)
{
    struct block_list *blocks = data;
    struct compiler *c = blocks->c;

    blocks->extends |= n->kind == N_EXTENDS;
    if (n->kind == N_BLOCK) {
        c->scoped_blocks |= n->block.scoped;
        for (size_t i = 0; i < blocks->count; i++)
            if (str_eq(blocks->list[i]->block.name, n->block.name))
                compile_fail(c, n->from, n->to, "block '%.*s' defined twice", STR(n->block.name));
        if (blocks->count == blocks->cap) {
            size_t cap = blocks->cap ? blocks->cap * 2 : 16;
            blocks->list = arena_grow(c->arena, blocks->list, blocks->cap * sizeof *blocks->list,
                                      cap * sizeof *blocks->list);
            blocks->cap = cap;
        }
        blocks->list[blocks->count++] = n;
    }
    if (n->kind >= N_NAME)
        return true;
    return node_children(n, collect, data);
}

static void compile_root(struct compiler *c, struct nodes *body, bool extends)
{
    static const str self[] = { S("self") };
    struct scope scope;
    struct frame root = {
        .scope = &scope, .toplevel = true, .rootlevel = true, .output_check = extends
    };

    function_begin(c, CODE_ROOT, S(""), 0);
    scope_init(&scope, NULL, c->function, c->arena);
    if (find_undeclared(body, self, 1))
        emit(c, OP_SELF, ref_slot(c, scope_param(&scope, S("self"))), 0);
    scope_visit_all(&scope, body);
    enter_scope(c, &scope);
    compile_body(c, &root, body);
    c->template->root = c->function->code;
    function_end(c);
}

static void compile_block_body(struct compiler *c, struct node *n, struct block *block)
{
    static const str names[] = { S("self"), S("super") };
    unsigned wanted = find_undeclared(&n->block.body, names, 2);
    struct scope scope;
    struct frame frame = { .scope = &scope };

    *block = (struct block){ .required = n->block.required, .from = n->from, .to = n->to };
    function_begin(c, CODE_BLOCK, n->block.name, n->at);
    block->code = c->function->code;
    block->name = block->code->name;
    scope_init(&scope, NULL, c->function, c->arena);
    emit_line(c, n);
    if (wanted & 1)
        emit(c, OP_SELF, ref_slot(c, scope_param(&scope, S("self"))), 0);
    if (wanted & 2)
        emit2(c, OP_SUPER, ref_slot(c, scope_param(&scope, S("super"))), add_text(c, n->block.name),
              0);
    scope_visit_all(&scope, &n->block.body);
    enter_scope(c, &scope);
    compile_body(c, &frame, &n->block.body);
    function_end(c);
}

static void *kept_table(struct compiler *c, const struct table *table, size_t size)
{
    void *kept = arena_alloc(&c->template->arena, table->count * size);

    if (table->count)
        memcpy(kept, table->p, table->count * size);
    return kept;
}

bool compile_template(struct jinja *t, struct nodes *body, struct arena *a, struct error *err)
{
    struct compiler c = {
        .template = t, .arena = a, .err = err, .autoescape = t->autoescape, .texts = map_in(a)
    };
    struct block_list found = { .c = &c };

    for (struct node *n = body->first; n; n = n->next)
        collect(n, &found);
    compile_root(&c, body, found.extends);
    t->blocks = arena_array(&t->arena, struct block, found.count);
    for (size_t i = 0; i < found.count && !c.failed; i++)
        compile_block_body(&c, found.list[i], &t->blocks[t->nblocks++]);
    if (c.failed)
        return false;

    t->constants = kept_table(&c, &c.constants, sizeof(value));
    t->sites = kept_table(&c, &c.sites, sizeof(struct site));
    t->locals = kept_table(&c, &c.locals, sizeof(struct locals *));
    t->codes = kept_table(&c, &c.codes, sizeof(struct code *));
    t->nconstants = c.constants.count;
    t->nsites = c.sites.count;
    t->nlocals = c.locals.count;
    t->ncodes = c.codes.count;
    return true;
}
