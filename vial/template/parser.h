/*
 * The parser: tokens to a tree.
 *
 * The first error ends it: from then on every token is the end of the template, so the functions
 * below run out by themselves, and whatever tree they made is thrown away. They never give NULL.
 */
#pragma once
#include "vial/template/ast.h"
#include "vial/template/lexer.h"

/* Which tags beside Jinja's own there are. */
struct tags {
    bool do_, loop_controls, trans, debug;
    bool trans_newstyle, trans_trimmed;
};

/*
 * Parses `text`, which lexer_text() made ready. Nodes are made in `a`; what a template keeps, its
 * numbers, in `keep`. False, and `err` says why, when it is no template.
 */
bool parse_template(struct nodes *body, const struct syntax *syntax, const struct tags *tags,
                    str file, str text, struct arena *a, struct arena *keep, struct error *err);

/* ---- between parser.c and the parse_*.c ---- */

enum { MAX_ENDS = 3, MAX_NESTING = 200, MAX_DEPTH = 800 };

/* A tag that is open, and the tags that can close it. */
struct open_tag {
    struct open_tag *outer;
    str name;
    size_t offset;
    const char *const *ends; /* up to a NULL; NULL: it is not looking for an end now */
};

struct parser {
    struct lexer lexer;
    const struct tags *tags;
    struct arena *arena, *keep;
    struct error *err;
    struct token current, following;
    bool looked; /* `following` holds the next token                */
    bool failed;
    size_t end;       /* where the token before `current` ended           */
    unsigned nesting; /* of expressions and tags being parsed            */
    struct open_tag *open;
};

/* tokens */
void advance(struct parser *p);
const struct token *look(struct parser *p);
bool at_name(const struct parser *p, str name);
bool skip_name(struct parser *p, str name);
bool skip_type(struct parser *p, enum token_type type);
/* The token, and the next is the current one; an error when it is of another type. */
struct token expect(struct parser *p, enum token_type type);
struct token expect_name(struct parser *p, str name);
static inline bool until(const struct parser *p, enum token_type type)
{
    return !p->failed && p->current.type != type;
}

/* errors: always false */
bool parse_fail(struct parser *p, struct token at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* parse_fail() as TemplateAssertionError */
bool parse_refuse(struct parser *p, struct token at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool nest(struct parser *p); /* one level deeper; false when too deep */

/* nodes: from `from` to what has been read */
struct node *node_new(struct parser *p, enum node_kind kind, size_t at, size_t from);
struct node *node_end(struct parser *p, struct node *node);
void node_deepen(struct parser *p, struct node *node, const struct node *child);
struct node *name_node(struct parser *p, struct token token, enum name_use use);

/* parser.c: statements up to one of `ends`, whose name is then the current token */
struct nodes parse_body(struct parser *p, const char *const *ends);

/* parse_tags.c: the tag whose name is the current token, added to `body` */
void parse_tag(struct parser *p, struct nodes *body);
bool is_known_tag(const struct parser *p, str name);

/* parse_trans.c */
void parse_trans(struct parser *p, struct nodes *body);

/* parse_primary.c */
struct node *constant_node(struct parser *p, struct token token, value v);
value integer_value(struct parser *p, str digits);
void node_add(struct parser *p, struct node *list, struct node *item);
/* A name or a literal; with `namespaces` also ns.attr, as a target. */
struct node *parse_primary(struct parser *p, bool namespaces);

/* parse_expr.c */
struct node *parse_expression(struct parser *p);
struct node *parse_without_if(struct parser *p);
struct node *parse_tuple(struct parser *p);
struct node *parse_tuple_without_if(struct parser *p);
/* What can be assigned to: names, tuples of them, and with `namespaces` ns.attr. */
struct node *parse_target(struct parser *p, bool namespaces);
/* "a|b(c)" on `node`, or on a block's text when it is NULL; `inline_` without the first "|". */
struct node *parse_filters(struct parser *p, struct node *node, bool inline_);
