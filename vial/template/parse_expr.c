/*
 * parse_expr.c - operators, and what follows a name: parts, calls, filters, tests
 *
 *   comes in:  the tokens of a parser
 *   goes out:  an expression's tree
 *
 * One function for each level of precedence, loosest first, as in Jinja's parser: so "-1|abs" is
 * the absolute of -1, "2 ** 3 ** 2" is 64, and "~" binds tighter than "+" but looser than "*".
 */
#include "vial/template/parser.h"

static struct node *parse_unary(struct parser *p, bool with_filters);

/* ---- what follows a primary: .a [b] (c) |d is e ---- */

static struct node *slice_or_index(struct parser *p)
{
    size_t from = p->current.offset;
    struct node *start = NULL;

    if (p->current.type != T_COLON)
        start = parse_expression(p);
    if (!skip_type(p, T_COLON))
        return start;

    struct node *n = node_new(p, N_SLICE, from, from);
    n->slice.start = start;
    if (p->current.type != T_COLON && p->current.type != T_RBRACKET && p->current.type != T_COMMA)
        n->slice.stop = parse_expression(p);
    if (skip_type(p, T_COLON) && p->current.type != T_RBRACKET && p->current.type != T_COMMA)
        n->slice.step = parse_expression(p);
    node_deepen(p, n, n->slice.start);
    node_deepen(p, n, n->slice.stop);
    node_deepen(p, n, n->slice.step);
    return node_end(p, n);
}

static struct node *parse_index(struct parser *p)
{
    struct token open = p->current;
    struct nodes items = { 0 };

    advance(p);
    while (until(p, T_RBRACKET)) {
        if (items.count)
            expect(p, T_COMMA);
        nodes_add(&items, slice_or_index(p));
    }
    if (items.count == 1) {
        expect(p, T_RBRACKET);
        return items.first;
    }

    struct node *n = node_new(p, N_TUPLE, open.offset, open.offset);
    n->items = items;
    for (struct node *item = items.first; item; item = item->next)
        node_deepen(p, n, item);
    expect(p, T_RBRACKET);
    return node_end(p, n);
}

static struct node *part_of(struct parser *p, struct node *of, enum node_kind kind, size_t at)
{
    struct node *n = node_new(p, kind, at, of->from);

    n->part.node = of;
    node_deepen(p, n, of);
    return n;
}

static struct node *parse_dot(struct parser *p, struct node *of)
{
    struct token dot = p->current;

    advance(p);
    struct token t = p->current;
    advance(p);
    if (t.type == T_NAME) {
        struct node *n = part_of(p, of, N_ATTR, dot.offset);
        n->part.name = t.text;
        return n;
    }
    if (t.type != T_INTEGER)
        parse_fail(p, t, "expected name or number");

    struct node *n = part_of(p, of, N_ITEM, dot.offset);
    n->part.index =
        constant_node(p, t, t.type == T_INTEGER ? integer_value(p, t.text) : value_none());
    return n;
}

static struct node *parse_bracket(struct parser *p, struct node *of)
{
    struct node *n = part_of(p, of, N_ITEM, p->current.offset);

    n->part.index = parse_index(p);
    node_deepen(p, n, n->part.index);
    return node_end(p, n);
}

static struct node *parse_keyword(struct parser *p)
{
    struct token key = expect(p, T_NAME);
    struct node *n = node_new(p, N_KEYWORD, key.offset, key.offset);

    expect(p, T_ASSIGN);
    n->keyword.key = key.text;
    n->keyword.value = parse_expression(p);
    n->at = n->keyword.value->at;
    return node_end(p, n);
}

static void parse_argument(struct parser *p, struct arguments *with, struct token open)
{
    static const char wrong[] = "invalid syntax for function call expression";

    if (p->current.type == T_MUL) {
        if (with->dyn_args || with->dyn_kwargs)
            parse_fail(p, open, wrong);
        advance(p);
        with->dyn_args = parse_expression(p);
    } else if (p->current.type == T_POW) {
        if (with->dyn_kwargs)
            parse_fail(p, open, wrong);
        advance(p);
        with->dyn_kwargs = parse_expression(p);
    } else if (p->current.type == T_NAME && look(p)->type == T_ASSIGN) {
        if (with->dyn_kwargs)
            parse_fail(p, open, wrong);
        nodes_add(&with->kwargs, parse_keyword(p));
    } else {
        if (with->dyn_args || with->dyn_kwargs || with->kwargs.count)
            parse_fail(p, open, wrong);
        nodes_add(&with->args, parse_expression(p));
    }
}

static void parse_arguments(struct parser *p, struct arguments *with)
{
    struct token open = expect(p, T_LPAREN);
    bool more = false;

    while (until(p, T_RPAREN)) {
        if (more)
            expect(p, T_COMMA);
        if (more && p->current.type == T_RPAREN)
            break;
        parse_argument(p, with, open);
        more = true;
    }
    expect(p, T_RPAREN);
}

static void deepen_by_arguments(struct parser *p, struct node *n)
{
    node_deepen(p, n, n->call.node);
    for (struct node *arg = n->call.with.args.first; arg; arg = arg->next)
        node_deepen(p, n, arg);
    for (struct node *arg = n->call.with.kwargs.first; arg; arg = arg->next)
        node_deepen(p, n, arg->keyword.value);
    node_deepen(p, n, n->call.with.dyn_args);
    node_deepen(p, n, n->call.with.dyn_kwargs);
}

static struct node *parse_call(struct parser *p, struct node *callee)
{
    struct node *n = node_new(p, N_CALL, p->current.offset, callee->from);

    n->call.node = callee;
    parse_arguments(p, &n->call.with);
    deepen_by_arguments(p, n);
    return node_end(p, n);
}

/* "name" or "name.name": of a filter or a test. */
static void parse_dotted(struct parser *p, struct node *n)
{
    struct token first = expect(p, T_NAME);
    struct buf name = buf_in(p->arena);

    n->call.name = first.text;
    n->call.name_from = (uint32_t)first.offset;
    if (p->current.type == T_DOT) {
        buf_add(&name, first.text);
        while (skip_type(p, T_DOT)) {
            buf_addc(&name, '.');
            buf_add(&name, expect(p, T_NAME).text);
        }
        n->call.name = buf_str(&name);
    }
    n->call.name_to = (uint32_t)p->end;
}

struct node *parse_filters(struct parser *p, struct node *node, bool inline_)
{
    size_t from = node ? node->from : p->current.offset;

    while (!p->failed && (p->current.type == T_PIPE || inline_)) {
        if (!inline_)
            advance(p);
        struct node *n = node_new(p, N_FILTER, p->current.offset, from);
        n->call.node = node;
        parse_dotted(p, n);
        if (p->current.type == T_LPAREN)
            parse_arguments(p, &n->call.with);
        deepen_by_arguments(p, n);
        node = node_end(p, n);
        inline_ = false;
    }
    return node;
}

static struct node *parse_postfix(struct parser *p, struct node *n);

/* "is divisibleby 3": a test may have one argument without parentheses. */
static bool bare_argument_follows(const struct parser *p)
{
    switch (p->current.type) {
    case T_NAME:
        return p->current.word != WORD_ELSE && p->current.word != WORD_OR &&
               p->current.word != WORD_AND;
    case T_STRING:
    case T_INTEGER:
    case T_FLOAT:
    case T_LBRACKET:
    case T_LBRACE:
        return true;
    default:
        return false;
    }
}

static struct node *parse_test(struct parser *p, struct node *node)
{
    size_t at = p->current.offset;

    advance(p);
    bool negated = skip_name(p, S("not"));
    struct node *n = node_new(p, N_TEST, at, node->from);
    n->call.node = node;
    parse_dotted(p, n);
    if (p->current.type == T_LPAREN) {
        parse_arguments(p, &n->call.with);
    } else if (bare_argument_follows(p)) {
        if (p->current.type == T_NAME && p->current.word == WORD_IS)
            parse_fail(p, p->current, "You cannot chain multiple tests with is");
        nodes_add(&n->call.with.args, parse_postfix(p, parse_primary(p, false)));
    }
    deepen_by_arguments(p, n);
    node_end(p, n);
    if (!negated)
        return n;

    struct node *not = node_new(p, N_NOT, at, node->from);
    not ->expr = n;
    node_deepen(p, not, n);
    return not ;
}

static struct node *parse_postfix(struct parser *p, struct node *n)
{
    for (;;) {
        switch (p->current.type) {
        case T_DOT:
            n = parse_dot(p, n);
            break;
        case T_LBRACKET:
            n = parse_bracket(p, n);
            break;
        case T_LPAREN:
            n = parse_call(p, n);
            break;
        default:
            return n;
        }
    }
}

static struct node *parse_filter_expr(struct parser *p, struct node *n)
{
    for (;;) {
        if (p->current.type == T_PIPE)
            n = parse_filters(p, n, false);
        else if (p->current.type == T_NAME && p->current.word == WORD_IS)
            n = parse_test(p, n);
        else if (p->current.type == T_LPAREN)
            n = parse_call(p, n);
        else
            return n;
    }
}

/* ---- operators, tightest first ---- */

static struct node *unary(struct parser *p, enum node_kind kind, struct token op,
                          struct node *operand)
{
    struct node *n = node_new(p, kind, op.offset, op.offset);

    n->expr = operand;
    node_deepen(p, n, operand);
    return n;
}

static struct node *parse_unary_nested(struct parser *p, bool with_filters)
{
    struct token op = p->current;
    struct node *n;

    if (op.type == T_SUB || op.type == T_ADD) {
        advance(p);
        n = unary(p, op.type == T_SUB ? N_NEG : N_POS, op, parse_unary(p, false));
    } else {
        n = parse_primary(p, false);
    }
    n = parse_postfix(p, n);
    return with_filters ? parse_filter_expr(p, n) : n;
}

/* Every way down passes here, so this is where the depth is counted. */
static struct node *parse_unary(struct parser *p, bool with_filters)
{
    if (!nest(p))
        return constant_node(p, p->current, value_none());
    struct node *n = parse_unary_nested(p, with_filters);
    p->nesting--;
    return n;
}

static struct node *binary(struct parser *p, enum node_kind kind, size_t at, struct node *left,
                           struct node *right)
{
    struct node *n = node_new(p, kind, at, left->from);

    n->binary.left = left;
    n->binary.right = right;
    node_deepen(p, n, left);
    node_deepen(p, n, right);
    return n;
}

static struct node *parse_pow(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *left = parse_unary(p, true);

    while (skip_type(p, T_POW)) {
        left = binary(p, N_POW, at, left, parse_unary(p, true));
        at = p->current.offset;
    }
    return left;
}

static struct node *parse_product(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *left = parse_pow(p);

    for (;;) {
        enum node_kind kind;

        switch (p->current.type) {
        case T_MUL:
            kind = N_MUL;
            break;
        case T_DIV:
            kind = N_DIV;
            break;
        case T_FLOORDIV:
            kind = N_FLOORDIV;
            break;
        case T_MOD:
            kind = N_MOD;
            break;
        default:
            return left;
        }
        advance(p);
        left = binary(p, kind, at, left, parse_pow(p));
        at = p->current.offset;
    }
}

static struct node *parse_concat(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *first = parse_product(p);

    if (p->current.type != T_TILDE)
        return first;

    struct node *n = node_new(p, N_CONCAT, at, first->from);
    node_add(p, n, first);
    while (skip_type(p, T_TILDE)) {
        n->at = (uint32_t)p->current.offset;
        node_add(p, n, parse_product(p));
    }
    n->at = (uint32_t)at;
    return node_end(p, n);
}

static struct node *parse_sum(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *left = parse_concat(p);

    while (p->current.type == T_ADD || p->current.type == T_SUB) {
        enum node_kind kind = p->current.type == T_ADD ? N_ADD : N_SUB;

        advance(p);
        left = binary(p, kind, at, left, parse_concat(p));
        at = p->current.offset;
    }
    return left;
}

static bool skip_comparison(struct parser *p, enum operand *operand)
{
    switch (p->current.type) {
    case T_EQ:
        *operand = OPERAND_EQ;
        break;
    case T_NE:
        *operand = OPERAND_NE;
        break;
    case T_LT:
        *operand = OPERAND_LT;
        break;
    case T_LTEQ:
        *operand = OPERAND_LE;
        break;
    case T_GT:
        *operand = OPERAND_GT;
        break;
    case T_GTEQ:
        *operand = OPERAND_GE;
        break;
    case T_NAME:
        if (p->current.word == WORD_IN) {
            *operand = OPERAND_IN;
            break;
        }
        if (p->current.word != WORD_NOT || look(p)->type != T_NAME || look(p)->word != WORD_IN)
            return false;
        advance(p);
        *operand = OPERAND_NOT_IN;
        break;
    default:
        return false;
    }
    advance(p);
    return true;
}

static struct node *parse_compare(struct parser *p)
{
    struct node *first = parse_sum(p), *n = NULL;
    enum operand operand;

    while (skip_comparison(p, &operand)) {
        struct node *rest = node_new(p, N_OPERAND, p->current.offset, p->current.offset);

        rest->use = (uint8_t)operand;
        rest->expr = parse_sum(p);
        if (!n) {
            n = node_new(p, N_COMPARE, first->at, first->from);
            n->compare.first = first;
            node_deepen(p, n, first);
        }
        node_deepen(p, n, rest->expr);
        nodes_add(&n->compare.rest, rest);
        n->at = (uint32_t)p->current.offset;
        node_end(p, n);
    }
    return n ? n : first;
}

static struct node *parse_not(struct parser *p)
{
    struct token op = p->current;

    if (op.type != T_NAME || op.word != WORD_NOT)
        return parse_compare(p);
    if (!nest(p))
        return constant_node(p, op, value_none());
    advance(p);
    struct node *n = unary(p, N_NOT, op, parse_not(p));
    p->nesting--;
    return n;
}

static struct node *parse_and(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *left = parse_not(p);

    while (p->current.type == T_NAME && p->current.word == WORD_AND) {
        advance(p);
        left = binary(p, N_AND, at, left, parse_not(p));
        at = p->current.offset;
    }
    return left;
}

struct node *parse_without_if(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *left = parse_and(p);

    while (p->current.type == T_NAME && p->current.word == WORD_OR) {
        advance(p);
        left = binary(p, N_OR, at, left, parse_and(p));
        at = p->current.offset;
    }
    return left;
}

struct node *parse_expression(struct parser *p)
{
    size_t at = p->current.offset;
    struct node *n = parse_without_if(p);

    while (p->current.type == T_NAME && p->current.word == WORD_IF) {
        struct node *cond = node_new(p, N_COND, at, n->from);

        advance(p);
        cond->inline_if.then = n;
        cond->inline_if.test = parse_without_if(p);
        if (p->current.type == T_NAME && p->current.word == WORD_ELSE && nest(p)) {
            advance(p);
            cond->inline_if.orelse = parse_expression(p);
            p->nesting--;
        }
        node_deepen(p, cond, cond->inline_if.then);
        node_deepen(p, cond, cond->inline_if.test);
        node_deepen(p, cond, cond->inline_if.orelse);
        n = node_end(p, cond);
        at = p->current.offset;
    }
    return n;
}
