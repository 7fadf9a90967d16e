/*
 * block_attributes.c - {#id .class key=value} below a list, a quotation, a table
 *
 *   comes in:  the tree
 *   goes out:  the same without these lines; what they say, by block
 *
 * To cmark such a line belongs to the last paragraph above it, however deep that is, and to a table
 * as a row. Whose it is shows in the file: it stands as far to the left as the list that is meant,
 * or without the ">" of the quotation.
 */
#include "vial/markdown/block_attributes.h"

#include "vial/markdown/source.h"

enum { MOST = 8 }; /* lines that follow one another */

static str key_of(const cmark_node *const *block)
{
    return str_n((const char *)block, sizeof *block);
}

static void keep(struct rendering *r, const cmark_node *block, const struct attributes *attributes)
{
    struct attributes *kept = arena_make(r->scratch, struct attributes);

    *kept = *attributes;
    map_set(&r->block_attributes, str_copy(r->scratch, key_of(&block)), kept);
}

struct attributes *block_attributes_of(const struct rendering *r, const cmark_node *block)
{
    return r->block_attributes.count ? map_get(&r->block_attributes, key_of(&block)) : NULL;
}

void block_attributes_add(struct rendering *r, const cmark_node *block)
{
    const struct attributes *attributes = block_attributes_of(r, block);

    if (attributes)
        attributes_add(r, block, attributes);
}

/* ---- lists and quotations ---- */

/*
 * The line of the file that the last line of `content` came from, of a paragraph that has `below`
 * more; `*column` its text's, from 1.
 */
static bool last_line(struct rendering *r, const cmark_node *paragraph, str content, int below,
                      str *line, int *column)
{
    ptrdiff_t newline = str_rfind_char(content, '\n');
    str last = str_trim(newline == STR_NONE ? content : str_from(content, (size_t)newline + 1));
    int end = paragraph->end_line - below;

    for (int number = end; number >= end - 1; number--) {
        *line = str_rtrim(source_text(&r->source, number > 0 ? (size_t)number : 0));
        if (last.len && str_ends(*line, last)) {
            *column = (int)(line->len - last.len) + 1;
            return true;
        }
    }
    return false;
}

static bool has_quote_sign(str line, const cmark_node *quote)
{
    size_t at = (size_t)quote->start_column - 1;

    return at < line.len && line.p[at] == '>';
}

/* The outermost that the line belongs to; NULL: it is the paragraph's own. */
static cmark_node *owner(const cmark_node *paragraph, str line, int column)
{
    cmark_node *found = NULL;

    for (const cmark_node *at = paragraph; !at->next && at->parent; at = at->parent) {
        cmark_node *outer = at->parent;

        if (outer->type == CMARK_NODE_LIST && column <= outer->start_column)
            found = outer;
        else if (outer->type == CMARK_NODE_BLOCK_QUOTE && !has_quote_sign(line, outer))
            found = outer;
        else if (outer->type != CMARK_NODE_LIST && outer->type != CMARK_NODE_ITEM &&
                 outer->type != CMARK_NODE_BLOCK_QUOTE)
            break;
    }
    return found;
}

static bool is_tight(const cmark_node *item)
{
    return item->type == CMARK_NODE_ITEM && item->parent->as.list.tight;
}

/* Several may follow one another: of the list within, then of the one around it. */
static void look_at_paragraph(struct rendering *r, cmark_node *paragraph)
{
    str content = str_rtrim(tree_content(paragraph)), line;
    struct attributes attributes;
    int column, below = 0;

    if (paragraph->parent->type == CMARK_NODE_DOCUMENT)
        return;
    while (below < MOST && str_ends(content, S("}")) &&
           last_line(r, paragraph, content, below, &line, &column)) {
        cmark_node *block = owner(paragraph, line, column);

        if (!block && is_tight(paragraph->parent))
            block = paragraph->parent; /* which has no <p> to bear them */
        if (!block || !attributes_take_last(r, paragraph, &attributes))
            return;
        keep(r, block, &attributes);
        content = str_slice(content, 0, (size_t)(str_rfind_char(content, '\n') + 1));
        content = str_rtrim(content);
        below++;
    }
}

/* ---- tables ---- */

/* A last row whose first cell is all there is, and all attributes. */
static void look_at_table(struct rendering *r, cmark_node *table)
{
    cmark_node *row = table->last_child;
    struct attributes attributes;

    if (!row || row == table->first_child || !row->first_child)
        return;
    str text = str_trim(tree_content(row->first_child));
    for (const cmark_node *cell = row->first_child->next; cell; cell = cell->next)
        if (str_trim(tree_content(cell)).len)
            return;
    if (!attributes_read(&attributes, text, r->options->escape_raw_html, r->arena))
        return;
    table->last_child = row->prev;
    row->prev->next = NULL;
    keep(r, table, &attributes);
}

void block_attributes_take(struct rendering *r)
{
    cmark_node *next;

    r->block_attributes = map_in(r->scratch);
    for (cmark_node *node = r->root->first_child; node; node = next) {
        next = tree_next(node, r->root, !tree_has_lines(node) && node->type != tree_table);
        if (node->type == CMARK_NODE_PARAGRAPH)
            look_at_paragraph(r, node);
        else if (node->type == tree_table)
            look_at_table(r, node);
    }
}
