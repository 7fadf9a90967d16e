/*
 * parse_primary.c - what expressions are made of: names, literals, lists, dicts, tuples
 *
 *   comes in:  the tokens of a parser
 *   goes out:  the tree of one such thing; or of what can be assigned to
 *
 * Commas make tuples where Jinja lets them: between braces, in a tag, around a loop's names.
 */
#include "vial/template/ops.h"
#include "vial/template/parser.h"
#include <stdlib.h>

/* ---- literals and names ---- */

struct node *constant_node(struct parser *p, struct token t, value v)
{
    struct node *n = node_new(p, N_CONST, t.offset, t.offset);

    n->constant = v;
    return n;
}

/* A number's text without the underscores. */
static str plain_digits(struct parser *p, str text)
{
    char *out = arena_alloc(p->arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] != '_')
            out[len++] = text.p[i];
    out[len] = '\0';
    return str_n(out, len);
}

value integer_value(struct parser *p, str digits)
{
    str text = plain_digits(p, digits);
    char letter = text.len > 1 ? to_lower(text.p[1]) : '\0';
    int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;

    return int_parse(p->keep, base == 10 ? text : str_from(text, 2), base);
}

static struct node *parse_string(struct parser *p)
{
    struct token first = p->current;
    struct buf joined = buf_in(p->arena);

    advance(p);
    if (p->current.type != T_STRING)
        return constant_node(p, first, value_str(first.text));
    buf_add(&joined, first.text);
    for (; p->current.type == T_STRING; advance(p))
        buf_add(&joined, p->current.text);
    return constant_node(p, first, value_str(buf_str(&joined)));
}

static bool is_one_of(str name, const char *a, const char *b)
{
    return str_eq(name, str_of(a)) || str_eq(name, str_of(b));
}

static struct node *parse_name(struct parser *p, bool namespaces)
{
    struct token t = p->current;

    advance(p);
    if (is_one_of(t.text, "true", "True"))
        return constant_node(p, t, value_bool(true));
    if (is_one_of(t.text, "false", "False"))
        return constant_node(p, t, value_bool(false));
    if (is_one_of(t.text, "none", "None"))
        return constant_node(p, t, value_none());
    if (!namespaces || !skip_type(p, T_DOT))
        return name_node(p, t, USE_LOAD);

    struct token attr = expect(p, T_NAME);
    struct node *n = node_new(p, N_NSREF, t.offset, t.offset);
    n->nsref.name = t.text;
    n->nsref.attr = attr.text;
    return n;
}

/* ---- lists, dicts, tuples ---- */

void node_add(struct parser *p, struct node *list, struct node *item)
{
    node_deepen(p, list, item);
    nodes_add(&list->items, item);
}

static struct node *parse_list(struct parser *p)
{
    struct token open = expect(p, T_LBRACKET);
    struct node *n = node_new(p, N_LIST, open.offset, open.offset);

    while (until(p, T_RBRACKET)) {
        if (n->items.count)
            expect(p, T_COMMA);
        if (p->current.type == T_RBRACKET)
            break;
        node_add(p, n, parse_expression(p));
    }
    expect(p, T_RBRACKET);
    return node_end(p, n);
}

static struct node *parse_pair(struct parser *p)
{
    struct node *n = node_new(p, N_PAIR, p->current.offset, p->current.offset);

    n->pair.key = parse_expression(p);
    expect(p, T_COLON);
    n->pair.value = parse_expression(p);
    node_deepen(p, n, n->pair.key);
    node_deepen(p, n, n->pair.value);
    return node_end(p, n);
}

static struct node *parse_dict(struct parser *p)
{
    struct token open = expect(p, T_LBRACE);
    struct node *n = node_new(p, N_DICT, open.offset, open.offset);

    while (until(p, T_RBRACE)) {
        if (n->items.count)
            expect(p, T_COMMA);
        if (p->current.type == T_RBRACE)
            break;
        node_add(p, n, parse_pair(p));
    }
    expect(p, T_RBRACE);
    return node_end(p, n);
}

struct tuple_rules {
    bool names_only, with_if, in_parentheses, namespaces;
};

/* After a comma; so "for a, in x" is none of Jinja's. */
static bool tuple_ends(const struct parser *p)
{
    return p->current.type == T_VARIABLE_END || p->current.type == T_BLOCK_END ||
           p->current.type == T_RPAREN;
}

static struct node *parse_tuple_item(struct parser *p, struct tuple_rules rules)
{
    if (rules.names_only)
        return parse_primary(p, rules.namespaces);
    return rules.with_if ? parse_expression(p) : parse_without_if(p);
}

/* "a, b": a tuple; "a" alone is itself; nothing at all is a tuple only in parentheses. */
static struct node *tuple(struct parser *p, struct tuple_rules rules)
{
    size_t from = p->current.offset;
    struct node *n = NULL, *first = NULL;

    for (;;) {
        if (tuple_ends(p))
            break;
        struct node *item = parse_tuple_item(p, rules);
        if (n)
            node_add(p, n, item);
        else
            first = item;
        if (p->current.type != T_COMMA)
            break;
        if (!n) {
            n = node_new(p, N_TUPLE, from, from);
            node_add(p, n, first);
        }
        n->at = (uint32_t)p->current.offset;
        advance(p);
    }
    if (n)
        return node_end(p, n);
    if (first)
        return first;
    if (!rules.in_parentheses)
        parse_fail(p, p->current, "Expected an expression, got '%.*s'",
                   STR(token_describe(&p->current)));
    return node_new(p, N_TUPLE, from, from);
}

struct node *parse_tuple(struct parser *p)
{
    return tuple(p, (struct tuple_rules){ .with_if = true });
}

struct node *parse_tuple_without_if(struct parser *p)
{
    return tuple(p, (struct tuple_rules){ 0 });
}

static struct node *parse_parentheses(struct parser *p)
{
    size_t from = p->current.offset;

    advance(p);
    struct node *n = tuple(p, (struct tuple_rules){ .with_if = true, .in_parentheses = true });
    expect(p, T_RPAREN);
    if (n->kind == N_TUPLE)
        n->from = (uint32_t)from;
    return n->kind == N_TUPLE ? node_end(p, n) : n;
}

struct node *parse_primary(struct parser *p, bool namespaces)
{
    struct token t = p->current;

    switch (t.type) {
    case T_NAME:
        return parse_name(p, namespaces);
    case T_STRING:
        return parse_string(p);
    case T_INTEGER:
        advance(p);
        return constant_node(p, t, integer_value(p, t.text));
    case T_FLOAT:
        advance(p);
        return constant_node(p, t, value_float(strtod(plain_digits(p, t.text).p, NULL)));
    case T_LPAREN:
        return parse_parentheses(p);
    case T_LBRACKET:
        return parse_list(p);
    case T_LBRACE:
        return parse_dict(p);
    default:
        parse_fail(p, t, "unexpected '%.*s'", STR(token_describe(&t)));
        return constant_node(p, t, value_none());
    }
}

/* ---- targets ---- */

static bool can_assign(const struct node *n)
{
    if (n->kind == N_NSREF)
        return true;
    if (n->kind == N_NAME)
        return !is_one_of(n->name, "true", "True") && !is_one_of(n->name, "false", "False") &&
               !is_one_of(n->name, "none", "None");
    if (n->kind != N_TUPLE)
        return false;
    for (struct node *item = n->items.first; item; item = item->next)
        if (!can_assign(item))
            return false;
    return true;
}

static bool make_stored(struct node *n, void *data)
{
    if (n->kind == N_NAME)
        n->use = USE_STORE;
    return node_children(n, make_stored, data);
}

struct node *parse_target(struct parser *p, bool namespaces)
{
    struct token t = p->current;
    struct node *n = tuple(p, (struct tuple_rules){ .names_only = true, .namespaces = namespaces });

    make_stored(n, NULL);
    if (!can_assign(n))
        parse_fail(p, t, "can't assign to '%s'", node_kind_name(n->kind));
    return n;
}
