/*
 * ast.c - the children of a node, in Jinja's order
 *
 *   comes in:  a node, a function
 *   goes out:  a call for each child
 *
 * The order matters where Jinja looks for the first use of a name: it is that of the fields in its
 * nodes.py, not that of the text ("for" looks at its target before what it walks over).
 */
#include "vial/template/ast.h"

static const char *const names[N_COUNT] = {
    [N_OUTPUT] = "output",
    [N_DATA] = "templatedata",
    [N_FOR] = "for",
    [N_IF] = "if",
    [N_MACRO] = "macro",
    [N_CALL_BLOCK] = "callblock",
    [N_FILTER_BLOCK] = "filterblock",
    [N_WITH] = "with",
    [N_BLOCK] = "block",
    [N_EXTENDS] = "extends",
    [N_INCLUDE] = "include",
    [N_IMPORT] = "import",
    [N_FROM] = "fromimport",
    [N_SET] = "assign",
    [N_SET_BLOCK] = "assignblock",
    [N_AUTOESCAPE] = "scope",
    [N_DO] = "exprstmt",
    [N_BREAK] = "break",
    [N_CONTINUE] = "continue",
    [N_DEBUG] = "output",
    [N_NAME] = "name",
    [N_NSREF] = "nsref",
    [N_CONST] = "const",
    [N_TUPLE] = "tuple",
    [N_LIST] = "list",
    [N_DICT] = "dict",
    [N_PAIR] = "pair",
    [N_COND] = "condexpr",
    [N_CALL] = "call",
    [N_FILTER] = "filter",
    [N_TEST] = "test",
    [N_KEYWORD] = "keyword",
    [N_ATTR] = "getattr",
    [N_ITEM] = "getitem",
    [N_SLICE] = "slice",
    [N_CONCAT] = "concat",
    [N_COMPARE] = "compare",
    [N_OPERAND] = "operand",
    [N_ADD] = "add",
    [N_SUB] = "sub",
    [N_MUL] = "mul",
    [N_DIV] = "div",
    [N_FLOORDIV] = "floordiv",
    [N_MOD] = "mod",
    [N_POW] = "pow",
    [N_AND] = "and",
    [N_OR] = "or",
    [N_NOT] = "not",
    [N_NEG] = "neg",
    [N_POS] = "pos",
    [N_MARK_SAFE] = "marksafeifautoescape",
};

#define UP_TO(member) (offsetof(struct node, member) + sizeof((struct node *)0)->member)

size_t node_size(enum node_kind kind)
{
    switch (kind) {
    case N_DATA:
    case N_NAME:
        return UP_TO(name);
    case N_CONST:
        return UP_TO(constant);
    case N_TUPLE:
    case N_LIST:
    case N_DICT:
    case N_CONCAT:
    case N_OUTPUT:
        return UP_TO(items);
    case N_PAIR:
        return UP_TO(pair);
    case N_COND:
        return UP_TO(inline_if);
    case N_KEYWORD:
        return UP_TO(keyword);
    case N_ATTR:
    case N_ITEM:
        return UP_TO(part);
    case N_SLICE:
        return UP_TO(slice);
    case N_COMPARE:
        return UP_TO(compare);
    case N_OPERAND:
    case N_NOT:
    case N_NEG:
    case N_POS:
    case N_MARK_SAFE:
        return UP_TO(expr);
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_FLOORDIV:
    case N_MOD:
    case N_POW:
    case N_AND:
    case N_OR:
        return UP_TO(binary);
    default:
        return sizeof(struct node);
    }
}

const char *node_kind_name(enum node_kind kind)
{
    return names[kind];
}

struct walk_to {
    node_visit *visit;
    void *data;
};

static bool one(const struct walk_to *to, struct node *node)
{
    return !node || to->visit(node, to->data);
}

static bool all(const struct walk_to *to, const struct nodes *list)
{
    for (struct node *node = (*list).first; node; node = node->next)
        if (!to->visit(node, to->data))
            return false;
    return true;
}

static bool arguments(const struct walk_to *to, const struct arguments *with)
{
    return all(to, &with->args) && all(to, &with->kwargs) && one(to, with->dyn_args) &&
           one(to, with->dyn_kwargs);
}

static bool expression_children(struct node *n, const struct walk_to *to)
{
    switch ((enum node_kind)n->kind) {
    case N_TUPLE:
    case N_LIST:
    case N_DICT:
    case N_CONCAT:
        return all(to, &n->items);
    case N_PAIR:
        return one(to, n->pair.key) && one(to, n->pair.value);
    case N_COND:
        return one(to, n->inline_if.test) && one(to, n->inline_if.then) &&
               one(to, n->inline_if.orelse);
    case N_CALL:
    case N_FILTER:
    case N_TEST:
        return one(to, n->call.node) && arguments(to, &n->call.with);
    case N_KEYWORD:
        return one(to, n->keyword.value);
    case N_ATTR:
        return one(to, n->part.node);
    case N_ITEM:
        return one(to, n->part.node) && one(to, n->part.index);
    case N_SLICE:
        return one(to, n->slice.start) && one(to, n->slice.stop) && one(to, n->slice.step);
    case N_COMPARE:
        return one(to, n->compare.first) && all(to, &n->compare.rest);
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_FLOORDIV:
    case N_MOD:
    case N_POW:
    case N_AND:
    case N_OR:
        return one(to, n->binary.left) && one(to, n->binary.right);
    case N_OPERAND:
    case N_NOT:
    case N_NEG:
    case N_POS:
    case N_MARK_SAFE:
        return one(to, n->expr);
    default:
        return true;
    }
}

bool node_children(struct node *n, node_visit *visit, void *data)
{
    const struct walk_to to_visit = { visit, data }, *to = &to_visit;

    switch ((enum node_kind)n->kind) {
    case N_OUTPUT:
        return all(to, &n->items);
    case N_FOR:
        return one(to, n->loop.target) && one(to, n->loop.iter) && all(to, &n->loop.body) &&
               all(to, &n->loop.orelse) && one(to, n->loop.test);
    case N_IF:
        return one(to, n->cond.test) && all(to, &n->cond.body) && all(to, &n->cond.elifs) &&
               all(to, &n->cond.orelse);
    case N_MACRO:
        return all(to, &n->macro.args) && all(to, &n->macro.defaults) && all(to, &n->macro.body);
    case N_CALL_BLOCK:
        return one(to, n->macro.call) && all(to, &n->macro.args) && all(to, &n->macro.defaults) &&
               all(to, &n->macro.body);
    case N_FILTER_BLOCK:
        return all(to, &n->capture.body) && one(to, n->capture.filter);
    case N_WITH:
        return all(to, &n->with.targets) && all(to, &n->with.values) && all(to, &n->with.body);
    case N_BLOCK:
        return all(to, &n->block.body);
    case N_EXTENDS:
    case N_INCLUDE:
    case N_IMPORT:
    case N_FROM:
        return one(to, n->import.template);
    case N_SET:
        return one(to, n->set.target) && one(to, n->set.value);
    case N_SET_BLOCK:
        return one(to, n->capture.target) && one(to, n->capture.filter) &&
               all(to, &n->capture.body);
    case N_AUTOESCAPE:
        return one(to, n->autoescape.option) && all(to, &n->autoescape.body);
    case N_DO:
        return one(to, n->expr);
    default:
        return expression_children(n, to);
    }
}
