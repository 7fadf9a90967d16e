/*
 * definitions.c - terms and what they mean
 *
 *   comes in:  a line that begins with ":" below a paragraph, or below a definition
 *   goes out:  a block of our own type; HTML: <dl>, <dt>, <dd>
 *
 * Below it belongs what is indented as far as its text is, or by four. With a blank line between
 * the term and it, its paragraphs are paragraphs; without one, its text stands for itself.
 */
#include "vial/markdown/definitions.h"

#include "vial/markdown/containers.h"
#include "vial/markdown/parsing.h"
#include <cmark-gfm-extension_api.h>

enum { INDENT = 4 };

cmark_node_type tree_definition;

struct definition {
    bool loose;
    int indent; /* of its text */
};

static const struct definition *definition_of(const cmark_node *node)
{
    return node->user_data;
}

/* ---- reading ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the text begins behind the ":" at `at`; 0: there is none. */
static int text_at(const unsigned char *input, int len, int at)
{
    int to = at + 1;

    while (to < len && is_blank((char)input[to]))
        to++;
    return to > at + 1 && to < len && input[to] != '\n' && input[to] != '\r' ? to : 0;
}

/* The block above that a definition may follow: it interrupts a paragraph, or stands below one. */
static bool follows(const cmark_node *parent)
{
    const cmark_node *last = parent->type == CMARK_NODE_PARAGRAPH ? parent : parent->last_child;

    if (!last || container_is_title(last))
        return false;
    return last->type == CMARK_NODE_PARAGRAPH || is_definition(last);
}

static cmark_node *open_definition(cmark_syntax_extension *self, int indented, cmark_parser *parser,
                                   cmark_node *parent, unsigned char *input, int len)
{
    int at = cmark_parser_get_first_nonspace(parser), text;
    struct definition *kept;

    if (indented || at >= len || input[at] != ':' || !follows(parent))
        return NULL;
    text = text_at(input, len, at);
    if (!text)
        return NULL;
    kept = arena_make(parsing->arena, struct definition);
    kept->loose = parent->type != CMARK_NODE_PARAGRAPH && parser->last_line_length == 0;
    kept->indent = text - at < INDENT ? text - at : INDENT;
    cmark_node *node = cmark_parser_add_child(parser, parent, tree_definition,
                                              cmark_parser_get_first_nonspace_column(parser) + 1);
    node->extension = self;
    node->user_data = kept;
    cmark_parser_advance_offset(parser, (char *)input, text - cmark_parser_get_offset(parser), 0);
    return node;
}

static int goes_on(cmark_syntax_extension *self, cmark_parser *parser, unsigned char *input,
                   int len, cmark_node *node)
{
    int indent = cmark_parser_get_indent(parser), wanted = definition_of(node)->indent;

    (void)self, (void)len;
    if (cmark_parser_is_blank(parser))
        return 1;
    if (indent < wanted)
        return 0;
    cmark_parser_advance_offset(parser, (char *)input, indent < INDENT ? wanted : INDENT, 1);
    return 1;
}

static int can_contain(cmark_syntax_extension *self, cmark_node *node, cmark_node_type child)
{
    (void)self, (void)node;
    return CMARK_NODE_TYPE_BLOCK_P(child) && child != CMARK_NODE_ITEM;
}

cmark_syntax_extension *definitions_new(void)
{
    cmark_syntax_extension *self = cmark_syntax_extension_new("vial-definitions");

    tree_definition = cmark_syntax_extension_add_node(0);
    cmark_syntax_extension_set_open_block_func(self, open_definition);
    cmark_syntax_extension_set_match_block_func(self, goes_on);
    cmark_syntax_extension_set_can_contain_func(self, can_contain);
    return self;
}

/* ---- writing ---- */

bool definition_is_tight(const cmark_node *paragraph)
{
    const cmark_node *node = paragraph->parent;

    return is_definition(node) && !definition_of(node)->loose && !paragraph->prev &&
           !(paragraph->next && paragraph->next->type == CMARK_NODE_PARAGRAPH);
}

void terms_enter(struct rendering *r, const cmark_node *paragraph)
{
    buf_add(&r->html, is_definition(paragraph->prev) ? S("<dt>") : S("<dl>\n<dt>"));
}

void terms_leave(struct rendering *r)
{
    buf_lit(&r->html, "</dt>\n");
}

bool terms_break(struct rendering *r, const cmark_node *softbreak)
{
    if (softbreak->parent != r->block || !is_terms(r->block))
        return false;
    buf_lit(&r->html, "</dt>\n<dt>");
    return true;
}

void definition_enter(struct rendering *r, const cmark_node *node)
{
    buf_lit(&r->html, "<dd>");
    if (node->first_child && !definition_is_tight(node->first_child))
        buf_addc(&r->html, '\n');
}

void definition_leave(struct rendering *r, const cmark_node *node)
{
    buf_lit(&r->html, "</dd>\n");
    if (!is_definition(node->next) && !is_terms(node->next))
        buf_lit(&r->html, "</dl>\n");
}
