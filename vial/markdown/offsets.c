/*
 * offsets.c - where inline nodes begin in what their block holds
 *
 *   comes in:  the tree, just when cmark would join adjacent texts
 *   goes out:  the same tree; links, images and texts know their offset (tree_offset())
 *
 * cmark's own lines and columns of inline nodes cannot be relied on: a link has the line on which
 * it ends, a break by backslash or a line break within a link, a code span or a tag is not counted,
 * and definitions that stood before the text count as if they were still there. What is true is
 * the address of a text's bytes, for they are slices of the block's own text. So the nodes are
 * walked in order with a cursor that never runs ahead of the truth; and where a link's column fits
 * several lines, it is the first at or after the cursor.
 *
 * Nothing is joined: rendering needs it not, and autolinks.c joins what it must.
 */
#include "vial/markdown/parsing.h"
#include <stddef.h>

/* One block's text and how far it has been accounted for. */
struct cursor {
    str text;
    size_t indent; /* what columns count before the text's first byte          */
    size_t line;   /* where the line begins that the last link's column fitted */
    size_t at;
    bool lost; /* a link was not found; nor will be those after it           */
};

void __wrap_cmark_consolidate_text_nodes(cmark_node *root);

static struct cursor cursor_at(const cmark_node *block)
{
    return (struct cursor){
        .text = tree_content(block),
        .indent = (size_t)(block->start_column - 1 + block->internal_offset),
    };
}

/* True, and `*offset` says where, when these bytes are a part of the block's text. */
static bool is_slice(const struct cursor *c, cmark_chunk bytes, size_t *offset)
{
    uintptr_t from = (uintptr_t)c->text.p, at = (uintptr_t)bytes.data;

    if (at < from || at + (size_t)bytes.len > from + c->text.len)
        return false;
    *offset = at - from;
    return true;
}

static void pass(struct cursor *c, size_t offset)
{
    if (offset > c->at)
        c->at = offset < c->text.len ? offset : c->text.len;
}

/* Behind the next `what`, for it must have been passed. */
static void pass_char(struct cursor *c, char what)
{
    ptrdiff_t found = str_find_char(str_from(c->text, c->at), what);

    if (found != STR_NONE)
        pass(c, c->at + (size_t)found + 1);
}

/*
 * <https://x.org>: its only child is what it leads to. Its column, unlike others', counts from the
 * block's start.
 */
static bool is_pointed(const struct cursor *c, const cmark_node *link)
{
    const cmark_node *text = link->first_child;
    size_t at = (size_t)link->start_column - 1;
    str url = tree_str(link->as.link.url);

    if (link->type != CMARK_NODE_LINK || link->start_column < 1 || at < c->at ||
        at >= c->text.len || c->text.p[at] != '<')
        return false;
    return text && !text->next && text->type == CMARK_NODE_TEXT &&
           str_ends(url, tree_str(text->as.literal)) &&
           (str_starts(url, S("mailto:")) || url.len == (size_t)text->as.literal.len);
}

static bool is_here(const struct cursor *c, size_t at, str opener)
{
    return at >= c->at && str_starts(str_from(c->text, at), opener);
}

/* The column is right, counted from the start of some line that cmark had counted. */
static bool find_bracket(struct cursor *c, cmark_node *link)
{
    str opener = link->type == CMARK_NODE_IMAGE ? S("![") : S("[");
    ptrdiff_t column = (ptrdiff_t)link->start_column - 1 - (ptrdiff_t)c->indent;
    size_t line = c->line;

    while (!c->lost && column >= 0 && line < c->text.len) {
        size_t at = line + (size_t)column;

        if (at < c->text.len && is_here(c, at, opener)) {
            c->line = line;
            tree_set_offset(link, at);
            return true;
        }
        ptrdiff_t end = str_find_char(str_from(c->text, line), '\n');
        line = end == STR_NONE ? c->text.len : line + (size_t)end + 1;
    }
    return false;
}

/* Bare addresses (autolinks.c) know their offset already. */
static bool find_link(struct cursor *c, cmark_node *link)
{
    if (!is_pointed(c, link))
        return find_bracket(c, link);
    tree_set_offset(link, (size_t)link->start_column - 1);
    return true;
}

static void enter(struct cursor *c, cmark_node *node)
{
    size_t offset;

    switch (node->type) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_HTML_INLINE:
        if (!is_slice(c, node->as.literal, &offset)) {
            tree_set_offset(node, c->at); /* an entity, or a bracket that opened nothing */
            break;
        }
        tree_set_offset(node, offset);
        pass(c, offset + (size_t)node->as.literal.len);
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        pass_char(c, '\n');
        break;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        if (!tree_offset(node) && !find_link(c, node)) {
            c->lost = true;
            break;
        }
        pass(c, tree_offset(node));
        break;
    default:
        break;
    }
}

static void leave(struct cursor *c, const cmark_node *node)
{
    if (node->type == CMARK_NODE_IMAGE || (node->type == CMARK_NODE_LINK && tree_offset(node) &&
                                           c->text.p[tree_offset(node) - 1] == '['))
        pass_char(c, ']');
}

static void settle(cmark_node *block)
{
    struct cursor c = cursor_at(block);
    cmark_node *node = block->first_child;

    while (node && node != block) {
        enter(&c, node);
        if (node->first_child) {
            node = node->first_child;
            continue;
        }
        while (node != block && !node->next) {
            node = node->parent;
            leave(&c, node);
        }
        if (node != block)
            node = node->next;
    }
}

/* cmark calls this when the tree is whole. */
void __wrap_cmark_consolidate_text_nodes(cmark_node *root)
{
    for (cmark_node *node = root; node;) {
        bool lines = tree_has_lines(node);

        if (lines)
            settle(node);
        node = tree_next(node, root, !lines);
    }
}
