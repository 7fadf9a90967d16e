/*
 * containers.c - !!! notes, ??? details, === tabs and ::: boxes, as blocks of cmark's tree
 *
 *   comes in:  a line that no other block begins with
 *   goes out:  a block of our own type around what is indented below it, or stands before its end
 *
 * cmark asks its extensions where a line opens nothing else, and then, of each line that follows,
 * whether it belongs to the block that was opened. A fence of colons is ended by as many: the line
 * is eaten up here, and what is left of it is blank.
 */
#include "vial/markdown/containers.h"

#include "vial/markdown/attributes.h"
#include "vial/markdown/parsing.h"
#include <cmark-gfm-extension_api.h>

enum { INDENT = 4, LONGEST = 1000, DEEPEST = 100 };

cmark_node_type tree_container;

static str take_word(str *rest)
{
    size_t len = 0;

    *rest = str_ltrim(*rest);
    while (len < rest->len && (is_alnum(rest->p[len]) || strchr("-_", rest->p[len])))
        len++;
    str word = str_slice(*rest, 0, len);
    *rest = str_from(*rest, len);
    return word;
}

static str unquoted(str title)
{
    title = str_trim(title);
    if (title.len >= 2 && (title.p[0] == '"' || title.p[0] == '\'') &&
        title.p[title.len - 1] == title.p[0])
        return str_slice(title, 1, title.len - 1);
    return title;
}

/* "note danger "Title"": words, then a title in quotes; nothing else may stand there. */
static bool read_note(struct container *container, str rest)
{
    str start, word;

    rest = str_trim(rest);
    start = rest;
    while ((word = take_word(&rest)).len)
        container->classes = str_n(start.p, (size_t)(rest.p - start.p));
    rest = str_trim(rest);
    if (!container->classes.len)
        return false;
    if (rest.len) {
        if (rest.len < 2 || !strchr("\"'", rest.p[0]) || rest.p[rest.len - 1] != rest.p[0])
            return false;
        container->title = unquoted(rest);
    }
    return true;
}

/* Attributes that a fence begins or ends with, taken off the rest of its line. */
static bool take_braces(struct container *container, str *rest, struct attributes *found)
{
    bool first = str_starts(*rest, S("{"));
    ptrdiff_t at = first ? 0 : str_rfind_char(*rest, '{');
    ptrdiff_t end = first ? str_find_char(*rest, '}') : (ptrdiff_t)rest->len - 1;

    if (at == STR_NONE || end == STR_NONE)
        return false;
    str braces = str_slice(*rest, (size_t)at, (size_t)end + 1);
    if (!attributes_read(found, braces, true, parsing->arena))
        return false;
    container->braces = braces;
    *rest = first ? str_from(*rest, braces.len) : str_slice(*rest, 0, (size_t)at);
    return true;
}

static enum container_kind kind_of(str classes)
{
    str first = str_cut(&classes, ' ');

    return str_eq(first, S("details")) ? CONTAINER_DETAILS
           : container_is_note(first)  ? CONTAINER_NOTE
                                       : CONTAINER_BOX;
}

/* "note", "note Title", "note[Title]", "note Title {.wide}", "{.note #id}", "{.note} Title" */
static bool read_box(struct container *container, str rest)
{
    struct attributes braces = { 0 };
    bool unnamed = str_starts(rest = str_trim(rest), S("{"));

    if (!take_braces(container, &rest, &braces) && unnamed)
        return false;
    str name = unnamed ? S("") : take_word(&rest);
    if (!unnamed && !name.len)
        return false;
    container->classes = name.len && braces.classes.len
                             ? str_fmt(parsing->arena, "%.*s %.*s", STR(name), STR(braces.classes))
                         : name.len ? name
                                    : braces.classes;
    rest = str_trim(rest);
    if (str_starts(rest, S("[")) && str_ends(rest, S("]")))
        rest = str_slice(rest, 1, rest.len - 1);
    if (rest.len)
        container->title = unquoted(rest);
    container->kind = kind_of(container->classes);
    return true;
}

static size_t count_colons(str line)
{
    size_t n = 0;

    while (n < line.len && line.p[n] == ':')
        n++;
    return n;
}

static bool read_line(struct container *container, str line)
{
    size_t colons = count_colons(line);

    *container = (struct container){ .kind = CONTAINER_NOTE };
    if (line.len > LONGEST)
        return false;
    if (colons >= 3) {
        container->fence = colons;
        return read_box(container, str_from(line, colons));
    }
    if (str_starts(line, S("!!! ")))
        return read_note(container, str_from(line, 4));
    if (str_starts(line, S("??? ")) || str_starts(line, S("???+ "))) {
        container->kind = CONTAINER_DETAILS;
        container->open = line.p[3] == '+';
        return read_note(container, str_from(line, container->open ? 5 : 4));
    }
    if (str_starts(line, S("=== \"")) && str_ends(line, S("\"")) && line.len > 6) {
        container->kind = CONTAINER_TAB;
        container->title = str_slice(line, 5, line.len - 1);
        return true;
    }
    return false;
}

static str line_from(unsigned char *input, int len, int at)
{
    return str_rtrim(str_slice(str_n((const char *)input, (size_t)len), (size_t)at, (size_t)len));
}

/* A paragraph that no line goes on with. */
static void add_title(cmark_parser *parser, cmark_node *container, str title)
{
    cmark_node *paragraph =
        cmark_parser_add_child(parser, container, CMARK_NODE_PARAGRAPH, container->start_column);

    cmark_strbuf_put(&paragraph->content, (const unsigned char *)title.p, (bufsize_t)title.len);
    paragraph->end_line = paragraph->start_line;
    paragraph->flags &= (uint16_t)~CMARK_NODE__OPEN;
}

/* Every line asks all blocks it may belong to, so there are not to be thousands of them. */
static bool is_too_deep(const cmark_node *node)
{
    unsigned deep = 0;

    for (; node && deep < DEEPEST; node = node->parent)
        deep += node->type == tree_container;
    return deep == DEEPEST;
}

static cmark_node *open_container(cmark_syntax_extension *self, int indented, cmark_parser *parser,
                                  cmark_node *parent, unsigned char *input, int len)
{
    int at = cmark_parser_get_first_nonspace(parser);
    struct container found, *kept;

    if (indented || at >= len || !strchr("!?=:", input[at]))
        return NULL;
    if (!read_line(&found, line_from(input, len, at)) || is_too_deep(parent))
        return NULL;
    kept = arena_alloc(parsing->arena, sizeof *kept);
    *kept = found;
    kept->classes = str_copy(parsing->arena, found.classes);
    kept->braces = str_copy(parsing->arena, found.braces);
    if (found.title.p)
        kept->title = str_copy(parsing->arena, found.title);
    cmark_node *node = cmark_parser_add_child(parser, parent, tree_container,
                                              cmark_parser_get_first_nonspace_column(parser) + 1);
    node->extension = self;
    node->user_data = kept;
    if (kept->title.len && kept->kind != CONTAINER_TAB)
        add_title(parser, node, kept->title);
    cmark_parser_advance_offset(parser, (char *)input, len - cmark_parser_get_offset(parser) - 1,
                                0);
    return node;
}

/* True when a line of colons is meant for something within: an inner box, or code. */
static bool is_for_inner(const cmark_node *node, size_t colons)
{
    for (node = node->last_child; node && node->flags & CMARK_NODE__OPEN; node = node->last_child) {
        if (node->type == CMARK_NODE_CODE_BLOCK)
            return true;
        if (node->type == tree_container && container_of(node)->fence &&
            container_of(node)->fence <= colons)
            return true;
    }
    return false;
}

static int goes_on(cmark_syntax_extension *self, cmark_parser *parser, unsigned char *input,
                   int len, cmark_node *node)
{
    const struct container *container = container_of(node);
    int at = cmark_parser_get_first_nonspace(parser), offset = cmark_parser_get_offset(parser);

    (void)self;
    if (!container->fence) {
        if (cmark_parser_get_indent(parser) >= INDENT)
            cmark_parser_advance_offset(parser, (char *)input, INDENT, 1);
        else if (!cmark_parser_is_blank(parser))
            return 0;
        return 1;
    }
    str line = line_from(input, len, at);
    size_t colons = count_colons(line);
    if (cmark_parser_get_indent(parser) >= INDENT || colons < container->fence ||
        colons != line.len || is_for_inner(node, colons))
        return 1;
    cmark_parser_advance_offset(parser, (char *)input, len - offset - 1, 0);
    return 0;
}

static int can_contain(cmark_syntax_extension *self, cmark_node *node, cmark_node_type child)
{
    (void)self, (void)node;
    return CMARK_NODE_TYPE_BLOCK_P(child) && child != CMARK_NODE_ITEM;
}

cmark_syntax_extension *containers_new(void)
{
    cmark_syntax_extension *self = cmark_syntax_extension_new("vial-containers");

    tree_container = cmark_syntax_extension_add_node(0);
    cmark_syntax_extension_set_open_block_func(self, open_container);
    cmark_syntax_extension_set_match_block_func(self, goes_on);
    cmark_syntax_extension_set_can_contain_func(self, can_contain);
    return self;
}

bool container_is_note(str word)
{
    static const str words[] = { S("note"),      S("tip"),      S("info"),      S("warning"),
                                 S("danger"),    S("caution"),  S("important"), S("success"),
                                 S("question"),  S("failure"),  S("bug"),       S("example"),
                                 S("quote"),     S("abstract"), S("seealso"),   S("error"),
                                 S("attention"), S("hint"),     S("todo"),      S("summary") };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ieq(word, words[i]))
            return true;
    return false;
}
