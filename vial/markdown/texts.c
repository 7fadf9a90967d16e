/*
 * texts.c - runs of text in the tree
 *
 *   comes in:  the tree, where "a_b:c" is five nodes
 *   goes out:  the text of neighbours put together, and one node in their place if it is changed
 *
 * A sign that was escaped was said to mean nothing, so a run ends before it and begins behind it.
 */
#include "vial/markdown/texts.h"

#include "vial/base/buf.h"

/* An odd number of backslashes stands before it; two of them are one that is meant. */
static bool is_escaped(const struct text_runs *runs, const cmark_node *node)
{
    size_t offset = tree_offset(node), backslashes = 0;

    if (node->as.literal.len != 1 || is_alnum(*node->as.literal.data) || !runs->block || !offset)
        return false;
    str before = str_slice(tree_content(runs->block), 0, offset - 1);
    while (backslashes < before.len && before.p[before.len - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes & 1;
}

/* Its own address, which nobody wrote as a text. */
static bool is_address(const cmark_node *text)
{
    const cmark_node *link = text->parent;

    return link && link->type == CMARK_NODE_LINK && text == link->first_child &&
           text == link->last_child &&
           str_ends(tree_str(link->as.link.url), tree_str(text->as.literal));
}

static bool is_text(const struct text_runs *runs, const cmark_node *node)
{
    return node && node->type == CMARK_NODE_TEXT && !is_escaped(runs, node) && !is_address(node);
}

static bool take(struct text_runs *runs, cmark_node *node)
{
    struct buf text = buf_in(runs->arena);
    bool found = !runs->sign;

    runs->first = node;
    for (; is_text(runs, node); node = node->next)
        found = found || str_has(tree_str(node->as.literal), runs->sign);
    runs->end = node;
    if (!found)
        return false;
    runs->text = tree_str(runs->first->as.literal);
    if (runs->first->next == runs->end)
        return true;
    for (node = runs->first; node != runs->end; node = node->next)
        buf_add(&text, tree_str(node->as.literal));
    runs->text = buf_str(&text);
    return true;
}

/* The one to look at after the run: its end, or what follows the last of it. */
static cmark_node *behind(struct text_runs *runs)
{
    if (!runs->begun)
        return runs->root->first_child;
    return runs->end ? runs->end : tree_next(runs->first->parent, runs->root, false);
}

bool text_runs_next(struct text_runs *runs)
{
    cmark_node *node = behind(runs);

    for (runs->begun = true; node;) {
        if (tree_has_lines(node))
            runs->block = node;
        if (!is_text(runs, node)) {
            node = tree_next(node, runs->root, true);
            continue;
        }
        if (take(runs, node))
            return true;
        node = behind(runs);
    }
    return false;
}

void text_run_set(struct text_runs *runs, str text)
{
    cmark_node *node = runs->first;

    node->as.literal = (cmark_chunk){ (unsigned char *)(uintptr_t)text.p, (bufsize_t)text.len, 0 };
    node->next = runs->end;
    if (runs->end)
        runs->end->prev = node;
    else
        node->parent->last_child = node;
}
