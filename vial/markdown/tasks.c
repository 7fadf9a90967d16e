/*
 * tasks.c - boxes at the beginning of items
 *
 *   comes in:  an item that has just begun, and the rest of its line
 *   goes out:  the same item as a task, ticked or not; the box is eaten up
 */
#include "vial/markdown/tasks.h"

#include "vial/base/str.h"
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm/node.h>
#include <cmark-gfm/parser.h>

/* "[ ] " or "[x] " */
static bool is_box(str line)
{
    return line.len >= 4 && line.p[0] == '[' && line.p[1] && strchr(" xX", line.p[1]) &&
           line.p[2] == ']' && is_space(line.p[3]);
}

/* Never a block of its own: what is left of the line is the item's paragraph. */
static cmark_node *take_box(cmark_syntax_extension *self, int indented, cmark_parser *parser,
                            cmark_node *parent, unsigned char *input, int len)
{
    int at = cmark_parser_get_first_nonspace(parser);
    str line = str_slice(str_n((const char *)input, (size_t)len), (size_t)at, (size_t)len);

    if (parent->type != CMARK_NODE_ITEM || parent->first_child || indented || !is_box(line) ||
        parent->start_line != cmark_parser_get_line_number(parser))
        return NULL;
    cmark_node_set_syntax_extension(parent, self);
    parent->as.list.checked = line.p[1] != ' ';
    cmark_parser_advance_offset(parser, (char *)input, at + 3 - cmark_parser_get_offset(parser), 0);
    return NULL;
}

/* Whether a line belongs to the item, which cmark asks its extension then: as of any item. */
static int goes_on(cmark_syntax_extension *self, cmark_parser *parser, unsigned char *input,
                   int len, cmark_node *item)
{
    int width = item->as.list.marker_offset + item->as.list.padding;
    int blanks = cmark_parser_get_first_nonspace(parser) - cmark_parser_get_offset(parser);

    (void)self, (void)len;
    if (cmark_parser_get_indent(parser) >= width)
        cmark_parser_advance_offset(parser, (char *)input, width, 1);
    else if (cmark_parser_is_blank(parser) && item->first_child)
        cmark_parser_advance_offset(parser, (char *)input, blanks, 0);
    else
        return 0;
    return 1;
}

cmark_syntax_extension *tasks_new(void)
{
    cmark_syntax_extension *self = cmark_syntax_extension_new("vial-tasks");

    cmark_syntax_extension_set_open_block_func(self, take_box);
    cmark_syntax_extension_set_match_block_func(self, goes_on);
    return self;
}
