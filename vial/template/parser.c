/*
 * parser.c - from tokens to statements
 *
 *   comes in:  a template's text
 *   goes out:  the list of what it does: print, and tags with bodies
 *
 * This file holds the stream of tokens, the errors, and the bodies; parse_tags.c has a function
 * for each tag and parse_expr.c what stands inside. The tags that are open now form a chain, so
 * that a missing or misplaced end can be told from the tag it was to close.
 */
#include "vial/template/parser.h"
#include "vial/template/slips.h"

#include "vial/base/nearest.h"
#include <stdarg.h>

/* ---- errors ---- */

static bool report(struct parser *p, struct token at, const char *kind, const char *fmt,
                   va_list args)
{
    struct place place = { p->lexer.file, p->lexer.text, at.offset, at.len };
    struct arena own = { 0 };
    struct buf sentence = buf_in(&own);

    if (p->failed)
        return false;
    buf_addv(&sentence, fmt, args);
    error_at(p->err, place, "%.*s", STR(buf_str(&sentence)));
    error_kind(p->err, kind);
    arena_free(&own);
    p->failed = true;
    p->looked = false;
    p->current = (struct token){ .type = T_EOF, .offset = at.offset };
    return false;
}

bool parse_fail(struct parser *p, struct token at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    bool first = !p->failed;
    report(p, at, "TemplateSyntaxError", fmt, args);
    va_end(args);
    str slip = first ? slip_at(p->lexer.text, at.offset) : S("");
    return slip.len ? error_hint(p->err, "%.*s", STR(slip)) : false;
}

bool parse_refuse(struct parser *p, struct token at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    report(p, at, "TemplateAssertionError", fmt, args);
    va_end(args);
    return false;
}

bool nest(struct parser *p)
{
    if (p->nesting < MAX_NESTING) {
        p->nesting++;
        return true;
    }
    return parse_fail(p, p->current, "this is nested more than %d levels deep", MAX_NESTING);
}

/* ---- tokens ---- */

static struct token read(struct parser *p)
{
    struct token t = { .type = T_EOF };

    if (p->failed)
        return t;
    if (!lexer_next(&p->lexer, &t)) {
        p->failed = true; /* also when it was only looked ahead */
        p->current = t = (struct token){ .type = T_EOF };
    }
    return t;
}

void advance(struct parser *p)
{
    if (p->failed)
        return;
    p->end = p->current.offset + p->current.len;
    if (p->looked)
        p->current = p->following;
    else
        p->current = read(p);
    p->looked = false;
}

const struct token *look(struct parser *p)
{
    if (!p->looked) {
        p->following = read(p);
        p->looked = true;
    }
    return &p->following;
}

bool at_name(const struct parser *p, str name)
{
    return p->current.type == T_NAME && str_eq(p->current.text, name);
}

bool skip_name(struct parser *p, str name)
{
    if (!at_name(p, name))
        return false;
    advance(p);
    return true;
}

bool skip_type(struct parser *p, enum token_type type)
{
    if (p->current.type != type)
        return false;
    advance(p);
    return true;
}

static unsigned line_of(const struct parser *p, size_t offset)
{
    unsigned line, col;
    str text;

    place_line((struct place){ p->lexer.file, p->lexer.text, offset, 0 }, &line, &col, &text);
    return line;
}

static void unexpected(struct parser *p, str expected)
{
    struct token t = p->current;

    if (t.type == T_EOF && !p->failed) {
        parse_fail(p, t, "unexpected end of template, expected '%.*s'.", STR(expected));
        error_hint(p->err, "the tag that begins at line %u is not closed",
                   line_of(p, p->lexer.tag));
    } else
        parse_fail(p, t, "expected token '%.*s', got '%.*s'", STR(expected),
                   STR(token_describe(&t)));
}

struct token expect(struct parser *p, enum token_type type)
{
    struct token t = p->current;

    if (t.type != type)
        unexpected(p, token_type_name(type));
    else
        advance(p);
    return t;
}

struct token expect_name(struct parser *p, str name)
{
    struct token t = p->current;

    if (!at_name(p, name))
        unexpected(p, name);
    else
        advance(p);
    return t;
}

/* ---- nodes ---- */

struct node *node_new(struct parser *p, enum node_kind kind, size_t at, size_t from)
{
    struct node *n = arena_zalloc(p->arena, 1, node_size(kind));

    n->kind = (uint8_t)kind;
    n->at = (uint32_t)at;
    n->from = (uint32_t)from;
    n->to = (uint32_t)p->end;
    return n;
}

struct node *node_end(struct parser *p, struct node *node)
{
    node->to = (uint32_t)p->end;
    return node;
}

void node_deepen(struct parser *p, struct node *node, const struct node *child)
{
    if (!child || child->depth < node->depth)
        return;
    node->depth = (uint16_t)(child->depth + 1);
    if (node->depth > MAX_DEPTH)
        parse_fail(p, p->current, "this expression has more than %d steps", MAX_DEPTH);
}

struct node *name_node(struct parser *p, struct token token, enum name_use use)
{
    struct node *n = node_new(p, N_NAME, token.offset, token.offset);

    n->to = (uint32_t)(token.offset + token.len);
    n->name = token.text;
    n->use = (uint8_t)use;
    return n;
}

/* ---- what ends a body ---- */

static bool is_end(const char *const *ends, str name)
{
    for (; *ends; ends++)
        if (str_eq(str_of(*ends), name))
            return true;
    return false;
}

static str listed(struct arena *a, const char *const *ends)
{
    struct buf out = buf_in(a);

    for (size_t i = 0; ends[i]; i++)
        buf_addf(&out, "%s'%s'", i ? " or " : "", ends[i]);
    return buf_str(&out);
}

/* The innermost open tag that is looking for its end. */
static const struct open_tag *looking(const struct parser *p)
{
    const struct open_tag *tag = p->open;

    while (tag && !tag->ends)
        tag = tag->outer;
    return tag;
}

/* Of a tag's ends the one that closes it: "endfor", not "else". */
static const char *closing(const struct open_tag *tag)
{
    size_t i = 0;

    while (tag->ends[i + 1] && !str_starts(str_of(tag->ends[i]), S("end")))
        i++;
    return tag->ends[i];
}

static void hint_missing(struct parser *p, const struct open_tag *tag)
{
    if (tag)
        error_hint(p->err, "'%s' is missing for the '%.*s' at line %u", closing(tag),
                   STR(tag->name), line_of(p, tag->offset));
}

/* Jinja's sentences, and beside them the line of the tag that is not closed. */
static void fail_at_end(struct parser *p)
{
    const struct open_tag *tag = looking(p);
    struct arena a = { 0 };

    if (p->failed)
        return;
    if (tag)
        parse_fail(p, p->current,
                   "Unexpected end of template. Jinja was looking for the following tags: %.*s. "
                   "The innermost block that needs to be closed is '%.*s'.",
                   STR(listed(&a, tag->ends)), STR(p->open->name));
    else
        parse_fail(p, p->current, "Unexpected end of template.");
    hint_missing(p, tag);
    arena_free(&a);
}

static bool ends_outer(const struct open_tag *tag, str name)
{
    for (; tag; tag = tag->outer)
        if (tag->ends && is_end(tag->ends, name))
            return true;
    return false;
}

static const char *const all_tags[] = {
    "for",  "if",     "block",    "extends", "print",      "macro", "include",
    "from", "import", "set",      "with",    "autoescape", "call",  "filter",
    "do",   "break",  "continue", "trans",   "debug",      "raw",
};

static void hint_tag(struct parser *p, str name, const struct open_tag *tag)
{
    struct nearest near = nearest_to(name);
    str slip = slip_of_tag(name);

    if (slip.len) {
        error_hint(p->err, "%.*s", STR(slip));
        return;
    }

    for (size_t i = 0; i < sizeof all_tags / sizeof *all_tags; i++)
        if (is_known_tag(p, str_of(all_tags[i])))
            nearest_try(&near, str_of(all_tags[i]));
    for (; tag; tag = tag->outer)
        for (size_t i = 0; tag->ends && tag->ends[i]; i++)
            nearest_try(&near, str_of(tag->ends[i]));
    error_meant(p->err, near.best);
}

static void fail_unknown_tag(struct parser *p, struct token name)
{
    const struct open_tag *tag = looking(p);
    struct arena a = { 0 };
    bool nested_wrongly = ends_outer(tag, name.text);

    if (p->failed)
        return;
    if (!tag) {
        parse_fail(p, name, "Encountered unknown tag '%.*s'.", STR(name.text));
    } else if (nested_wrongly) {
        parse_fail(p, name,
                   "Encountered unknown tag '%.*s'. You probably made a nesting mistake. Jinja is "
                   "expecting this tag, but currently looking for %.*s. The innermost block that "
                   "needs to be closed is '%.*s'.",
                   STR(name.text), STR(listed(&a, tag->ends)), STR(tag->name));
    } else {
        parse_fail(p, name,
                   "Encountered unknown tag '%.*s'. Jinja was looking for the following tags: "
                   "%.*s. The innermost block that needs to be closed is '%.*s'.",
                   STR(name.text), STR(listed(&a, tag->ends)), STR(tag->name));
    }
    if (nested_wrongly)
        hint_missing(p, tag);
    else
        hint_tag(p, name.text, tag);
    arena_free(&a);
}

/* ---- bodies ---- */

static void parse_statement(struct parser *p, struct nodes *body)
{
    struct token name = p->current;
    struct open_tag tag = { p->open, name.text, name.offset, NULL };

    if (name.type != T_NAME) {
        parse_fail(p, name, "tag name expected");
        return;
    }
    if (!is_known_tag(p, name.text)) {
        fail_unknown_tag(p, name);
        return;
    }
    if (!nest(p))
        return;
    p->open = &tag;
    parse_tag(p, body);
    p->open = tag.outer;
    p->nesting--;
}

/* Text and what is printed between two tags is one output. */
static struct node *output_of(struct parser *p, struct nodes *body, struct node *output,
                              struct node *item)
{
    if (!output) {
        output = node_new(p, N_OUTPUT, item->at, item->from);
        nodes_add(body, output);
    }
    nodes_add(&output->items, item);
    output->to = item->to;
    return output;
}

static struct node *data_node(struct parser *p)
{
    struct node *n = node_new(p, N_DATA, p->current.offset, p->current.offset);

    n->text = p->current.text;
    n->to = (uint32_t)(p->current.offset + p->current.len);
    return n;
}

static struct nodes parse_until(struct parser *p, const char *const *ends)
{
    struct nodes body = { 0 };
    struct node *output = NULL;

    while (!p->failed && p->current.type != T_EOF) {
        if (p->current.type == T_DATA) {
            output = output_of(p, &body, output, data_node(p));
            advance(p);
        } else if (skip_type(p, T_VARIABLE_BEGIN)) {
            output = output_of(p, &body, output, parse_tuple(p));
            expect(p, T_VARIABLE_END);
        } else {
            output = NULL;
            expect(p, T_BLOCK_BEGIN);
            if (ends && p->current.type == T_NAME && is_end(ends, p->current.text))
                return body;
            parse_statement(p, &body);
            expect(p, T_BLOCK_END);
        }
    }
    return body;
}

struct nodes parse_body(struct parser *p, const char *const *ends)
{
    skip_type(p, T_COLON);
    expect(p, T_BLOCK_END);
    p->open->ends = ends;

    struct nodes body = parse_until(p, ends);
    if (p->current.type == T_EOF)
        fail_at_end(p);
    p->open->ends = NULL;
    return body;
}

bool parse_template(struct nodes *body, const struct syntax *syntax, const struct tags *tags,
                    str file, str text, struct arena *a, struct arena *keep, struct error *err)
{
    struct parser p = { .tags = tags, .arena = a, .keep = keep, .err = err };

    if (text.len > INT32_MAX) {
        error_at(err, (struct place){ .file = file }, "a template of more than 2 GiB");
        return error_kind(err, "TemplateSyntaxError");
    }
    lexer_init(&p.lexer, syntax, file, text, a, err);
    advance(&p);
    *body = parse_until(&p, NULL);
    return !p.failed;
}
