/*
 * parse_tags.c - a function for each tag
 *
 *   comes in:  a parser that stands on a tag's name
 *   goes out:  the tag's node, added to the body it stands in
 *
 * Each function reads up to, not including, the "%}" that ends the tag, or the end tag when it has
 * a body. The table at the end knows them all.
 */
#include "vial/template/parser.h"

static const char *const endfor_else[] = { "endfor", "else", NULL };
static const char *const endfor[] = { "endfor", NULL };
static const char *const endif_else[] = { "elif", "else", "endif", NULL };
static const char *const endif[] = { "endif", NULL };
static const char *const endblock[] = { "endblock", NULL };
static const char *const endmacro[] = { "endmacro", NULL };
static const char *const endcall[] = { "endcall", NULL };
static const char *const endfilter[] = { "endfilter", NULL };
static const char *const endset[] = { "endset", NULL };
static const char *const endwith[] = { "endwith", NULL };
static const char *const endautoescape[] = { "endautoescape", NULL };

/* The node of a tag whose name is the current token, which is read. */
static struct node *begin(struct parser *p, enum node_kind kind)
{
    struct node *n = node_new(p, kind, p->current.offset, p->current.offset);

    advance(p);
    return n;
}

static struct nodes body_to(struct parser *p, const char *const *ends)
{
    struct nodes body = parse_body(p, ends);

    advance(p);
    return body;
}

static bool is_reserved(str name)
{
    static const char *const reserved[] = { "true", "True", "false", "False", "none", "None" };

    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_eq(name, str_of(reserved[i])))
            return true;
    return false;
}

static struct token target_name(struct parser *p)
{
    struct token t = expect(p, T_NAME);

    if (!p->failed && is_reserved(t.text))
        parse_fail(p, t, "can't assign to 'name'");
    return t;
}

/* ---- loops, conditions, variables ---- */

static void parse_for(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_FOR);

    n->loop.target = parse_target(p, false);
    expect_name(p, S("in"));
    n->loop.iter = parse_tuple_without_if(p);
    if (skip_name(p, S("if")))
        n->loop.test = parse_expression(p);
    n->loop.recursive = skip_name(p, S("recursive"));
    node_end(p, n);
    n->loop.body = parse_body(p, endfor_else);
    bool has_else = at_name(p, S("else"));
    advance(p);
    if (has_else)
        n->loop.orelse = body_to(p, endfor);
    nodes_add(body, n);
}

static void parse_if(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_IF), *branch = n;

    for (;;) {
        branch->cond.test = parse_tuple_without_if(p);
        node_end(p, branch);
        branch->cond.body = parse_body(p, endif_else);
        if (!at_name(p, S("elif")))
            break;
        branch = begin(p, N_IF);
        branch->at = (uint32_t)p->current.offset;
        nodes_add(&n->cond.elifs, branch);
    }
    if (skip_name(p, S("else")))
        n->cond.orelse = body_to(p, endif);
    else
        advance(p);
    nodes_add(body, n);
}

static void parse_set(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_SET);
    struct node *target = parse_target(p, true);

    if (skip_type(p, T_ASSIGN)) {
        n->set.target = target;
        n->set.value = parse_tuple(p);
        node_end(p, n);
    } else {
        n->kind = N_SET_BLOCK;
        n->capture.target = target;
        n->capture.filter = parse_filters(p, NULL, false);
        node_end(p, n);
        n->capture.body = body_to(p, endset);
    }
    nodes_add(body, n);
}

static bool make_param(struct node *n, void *data)
{
    if (n->kind == N_NAME)
        n->use = USE_PARAM;
    return node_children(n, make_param, data);
}

static void parse_with(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_WITH);

    while (until(p, T_BLOCK_END)) {
        if (n->with.targets.count)
            expect(p, T_COMMA);
        struct node *target = parse_target(p, false);
        make_param(target, NULL);
        nodes_add(&n->with.targets, target);
        expect(p, T_ASSIGN);
        nodes_add(&n->with.values, parse_expression(p));
    }
    node_end(p, n);
    n->with.body = body_to(p, endwith);
    nodes_add(body, n);
}

/* ---- blocks and other templates ---- */

static bool is_blank(str text)
{
    return str_trim(text).len == 0;
}

/* A required block holds nothing but white space and comments. */
static void check_required(struct parser *p, const struct nodes *body)
{
    for (const struct node *n = body->first; n && !p->failed; n = n->next) {
        bool blank = n->kind == N_OUTPUT;

        for (const struct node *item = blank ? n->items.first : NULL; item; item = item->next)
            blank &= item->kind == N_DATA && is_blank(item->text);
        if (!blank)
            parse_fail(p, p->current, "Required blocks can only contain comments or whitespace");
    }
}

static void parse_block(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_BLOCK);

    n->block.name = expect(p, T_NAME).text;
    n->block.scoped = skip_name(p, S("scoped"));
    n->block.required = skip_name(p, S("required"));
    if (p->current.type == T_SUB)
        parse_fail(p, p->current,
                   "Block names in Jinja have to be valid Python identifiers and may not contain "
                   "hyphens, use an underscore instead.");
    node_end(p, n);
    n->block.body = body_to(p, endblock);
    if (n->block.required)
        check_required(p, &n->block.body);
    skip_name(p, n->block.name);
    nodes_add(body, n);
}

static void parse_extends(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_EXTENDS);

    n->import.template = parse_expression(p);
    nodes_add(body, node_end(p, n));
}

static bool skip_context(struct parser *p, bool *with)
{
    bool is_with = at_name(p, S("with"));

    if (!is_with && !at_name(p, S("without")))
        return false;
    if (look(p)->type != T_NAME || !str_eq(look(p)->text, S("context")))
        return false;
    *with = is_with;
    advance(p);
    advance(p);
    return true;
}

static void parse_include(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_INCLUDE);

    n->import.template = parse_expression(p);
    if (at_name(p, S("ignore")) && look(p)->type == T_NAME && str_eq(look(p)->text, S("missing"))) {
        n->import.ignore_missing = true;
        advance(p);
        advance(p);
    }
    n->import.with_context = true;
    skip_context(p, &n->import.with_context);
    nodes_add(body, node_end(p, n));
}

static void parse_import(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_IMPORT);

    n->import.template = parse_expression(p);
    expect_name(p, S("as"));
    n->import.target = target_name(p).text;
    skip_context(p, &n->import.with_context);
    nodes_add(body, node_end(p, n));
}

static struct import *parse_imported(struct parser *p)
{
    struct import *name = arena_make(p->arena, struct import);
    struct token t = target_name(p);

    if (!p->failed && t.text.p[0] == '_')
        parse_refuse(p, t, "names starting with an underline can not be imported");
    name->name = name->alias = t.text;
    if (skip_name(p, S("as")))
        name->alias = target_name(p).text;
    name->from = (uint32_t)t.offset;
    name->to = (uint32_t)(t.offset + t.len);
    return name;
}

static void parse_from(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_FROM);
    struct import **last = &n->import.names;

    n->import.template = parse_expression(p);
    expect_name(p, S("import"));
    do {
        if (last != &n->import.names)
            expect(p, T_COMMA);
        if (p->current.type == T_NAME && skip_context(p, &n->import.with_context))
            break;
        if (p->current.type != T_NAME) {
            expect(p, T_NAME);
            break;
        }
        *last = parse_imported(p);
        last = &(*last)->next;
        if (skip_context(p, &n->import.with_context))
            break;
    } while (!p->failed && p->current.type == T_COMMA);
    nodes_add(body, node_end(p, n));
}

/* ---- macros and what calls them ---- */

static void refuse_second(struct parser *p, const struct node *n, struct token name)
{
    for (const struct node *arg = n->macro.args.first; arg; arg = arg->next)
        if (str_eq(arg->name, name.text))
            parse_fail(p, name, "two arguments are called '%.*s'", STR(name.text));
}

static void parse_signature(struct parser *p, struct node *n)
{
    expect(p, T_LPAREN);
    while (until(p, T_RPAREN)) {
        if (n->macro.args.count)
            expect(p, T_COMMA);
        struct token t = target_name(p);
        if (skip_type(p, T_ASSIGN))
            nodes_add(&n->macro.defaults, parse_expression(p));
        else if (n->macro.defaults.count)
            parse_fail(p, p->current, "non-default argument follows default argument");
        refuse_second(p, n, t);
        nodes_add(&n->macro.args, name_node(p, t, USE_PARAM));
    }
    expect(p, T_RPAREN);
}

static void parse_macro(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_MACRO);

    n->macro.name = target_name(p).text;
    parse_signature(p, n);
    node_end(p, n);
    n->macro.body = body_to(p, endmacro);
    nodes_add(body, n);
}

static void parse_call_block(struct parser *p, struct nodes *body)
{
    struct token tag = p->current;
    struct node *n = begin(p, N_CALL_BLOCK);

    if (p->current.type == T_LPAREN)
        parse_signature(p, n);
    n->macro.call = parse_expression(p);
    if (n->macro.call->kind != N_CALL)
        parse_fail(p, tag, "expected call");
    node_end(p, n);
    n->macro.body = body_to(p, endcall);
    nodes_add(body, n);
}

static void parse_filter_block(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_FILTER_BLOCK);

    n->capture.filter = parse_filters(p, NULL, true);
    node_end(p, n);
    n->capture.body = body_to(p, endfilter);
    nodes_add(body, n);
}

/* ---- the rest ---- */

static void parse_autoescape(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_AUTOESCAPE);

    n->autoescape.option = parse_expression(p);
    node_end(p, n);
    n->autoescape.body = body_to(p, endautoescape);
    nodes_add(body, n);
}

static void parse_print(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_OUTPUT);

    while (until(p, T_BLOCK_END)) {
        if (n->items.count)
            expect(p, T_COMMA);
        nodes_add(&n->items, parse_expression(p));
    }
    nodes_add(body, node_end(p, n));
}

static void parse_do(struct parser *p, struct nodes *body)
{
    struct node *n = begin(p, N_DO);

    n->expr = parse_tuple(p);
    nodes_add(body, node_end(p, n));
}

static void parse_break(struct parser *p, struct nodes *body)
{
    nodes_add(body, node_end(p, begin(p, N_BREAK)));
}

static void parse_continue(struct parser *p, struct nodes *body)
{
    nodes_add(body, node_end(p, begin(p, N_CONTINUE)));
}

static void parse_debug(struct parser *p, struct nodes *body)
{
    nodes_add(body, node_end(p, begin(p, N_DEBUG)));
}

static bool has_do(const struct tags *tags)
{
    return tags->do_;
}
static bool has_loop_controls(const struct tags *tags)
{
    return tags->loop_controls;
}
static bool has_trans(const struct tags *tags)
{
    return tags->trans;
}
static bool has_debug(const struct tags *tags)
{
    return tags->debug;
}

static const struct tag {
    const char *name;
    void (*parse)(struct parser *p, struct nodes *body);
    bool (*known)(const struct tags *tags); /* NULL: always */
} tags[] = {
    { "if", parse_if, NULL },
    { "for", parse_for, NULL },
    { "set", parse_set, NULL },
    { "block", parse_block, NULL },
    { "include", parse_include, NULL },
    { "macro", parse_macro, NULL },
    { "call", parse_call_block, NULL },
    { "extends", parse_extends, NULL },
    { "import", parse_import, NULL },
    { "from", parse_from, NULL },
    { "with", parse_with, NULL },
    { "filter", parse_filter_block, NULL },
    { "print", parse_print, NULL },
    { "autoescape", parse_autoescape, NULL },
    { "do", parse_do, has_do },
    { "break", parse_break, has_loop_controls },
    { "continue", parse_continue, has_loop_controls },
    { "trans", parse_trans, has_trans },
    { "debug", parse_debug, has_debug },
};

static const struct tag *find(const struct parser *p, str name)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        const struct tag *tag = &tags[i];

        if (str_eq(str_of(tag->name), name))
            return !tag->known || tag->known(p->tags) ? tag : NULL;
    }
    return NULL;
}

bool is_known_tag(const struct parser *p, str name)
{
    return find(p, name) != NULL;
}

void parse_tag(struct parser *p, struct nodes *body)
{
    find(p, p->current.text)->parse(p, body);
}
