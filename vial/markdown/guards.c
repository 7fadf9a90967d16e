/*
 * guards.c - what stands between cmark-gfm and texts that were made to hurt it
 *
 *   comes in:  calls of cmark's own functions, sent here by the linker (--wrap, see meson.build)
 *   goes out:  the same answers, sooner; or the same answers with memory that is safe to read
 *
 * In version 0.29.0.gfm.6 some texts take time by the square of their length: 64 KB of table rows
 * took 20 seconds. Where the waste is in a function of its own it is mended here; what remains is
 * a matter of memory, and tree.c limits that.
 */
#include "vial/markdown/parsing.h"
#include "vial/markdown/row.h"
#include <cmark-gfm/houdini.h>
#include <cmark-gfm/inlines.h>
#include <cmark-gfm/scanners.h>

typedef bufsize_t scanner(const unsigned char *text);

void __real_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options);
void __wrap_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options);
bufsize_t __real_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size);
bufsize_t __wrap_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size);
bufsize_t __real__scan_at(scanner *scan, cmark_chunk *text, bufsize_t offset);
bufsize_t __wrap__scan_at(scanner *scan, cmark_chunk *text, bufsize_t offset);
int __wrap_cmark_node_append_child(cmark_node *parent, cmark_node *node);
int __wrap_cmark_node_insert_before(cmark_node *place, cmark_node *node);
int __wrap_cmark_node_insert_after(cmark_node *place, cmark_node *node);
cmark_llist *__wrap_cmark_llist_append(cmark_mem *mem, cmark_llist *list, void *data);
const char *__real_cmark_node_get_string_content(cmark_node *node);
const char *__wrap_cmark_node_get_string_content(cmark_node *node);

enum {
    SMALL_BLOCK = 8192,        /* bytes, that cannot cost much                        */
    MOST_BRACKETS = 20000000,  /* steps: below 0.1 s                                  */
    MOST_DELIMITERS = 40000,   /* for which emphasis takes 0.5 s at the worst         */
    LONGEST_HEADER = 128 << 10 /* bytes of text right above a table: 0.4 s at the worst */
};

/*
 * Each ']' makes cmark walk over all brackets that are still open, and each '*' or '_' over those
 * before it that found no end, as does each quotation mark that is to be a typesetter's. What that
 * costs a block is known beforehand.
 */
static void weigh(str text, bool smart)
{
    size_t open = 0, steps = 0, delimiters = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];

        if (c == '[')
            open++;
        else if (c == ']' && open)
            steps += open--;
        else if ((c == '*' || c == '_' || c == '~') && (!i || text.p[i - 1] != c))
            delimiters++;
        else if (smart && (c == '"' || c == '\''))
            delimiters++;
    }
    if (steps > MOST_BRACKETS || delimiters > MOST_DELIMITERS)
        parsing_give_up();
}

/* Also so that an error can name the block's line. */
void __wrap_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options)
{
    parsing->block = block;
    parsing->looked_in = NULL;
    if (block->content.size > SMALL_BLOCK)
        weigh(tree_content(block), options & CMARK_OPT_SMART);
    __real_cmark_parse_inlines(parser, block, references, options);
}

size_t parsing_offset(str text)
{
    int line = parsing->block ? parsing->block->start_line : parsing->parser->line_number;
    str rest = text, passed;

    while (line-- > 1 && str_line(&rest, &passed))
        ;
    return text.len - rest.len;
}

/*
 * "[&#94;x]" is taken for a footnote: cmark then reads as many bytes as the source has behind the
 * '^' from where only the decoded '^' stands. They are put there: NULs for the rest of the entity,
 * which no label has and escape.c leaves out, then what follows it.
 */
bufsize_t __wrap_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size)
{
    bufsize_t len = __real_houdini_unescape_ent(out, text, size);

    /* text[-1] is the '&'; the byte before it is the block's own or our allocator's */
    if (len == 0 || out->size != 1 || out->ptr[0] != '^' || text[-2] != '[')
        return len;
    cmark_strbuf_grow(out, 1 + size);
    memset(out->ptr + 1, 0, (size_t)len);
    memcpy(out->ptr + 1 + len, text + len, (size_t)(size - len));
    return len;
}

/*
 * "<!X <!X <!X": the end of each was looked for to the end of the block. Where the next end is, or
 * that there is none, is true for all that begin before it.
 */
static const struct {
    str begins, ends;
} tags[PARSING_ENDS] = {
    { S("!--"), S("-->") },
    { S("![CDATA["), S("]]>") },
    { S("!"), S(">") },
    { S("?"), S("?>") },
};

/* Which of `tags` this is, or PARSING_ENDS. */
static size_t kind_of(str tag)
{
    size_t kind = 0;

    while (kind < PARSING_ENDS && !str_starts(tag, tags[kind].begins))
        kind++;
    return kind;
}

static bool is_never_closed(size_t kind, str tag, const cmark_chunk *text)
{
    const unsigned char *at = (const unsigned char *)tag.p;

    ptrdiff_t end;

    if (parsing->looked_in != text->data) {
        parsing->looked_in = text->data;
        memset(parsing->end_known, 0, sizeof parsing->end_known);
    }
    if (at < parsing->end_known[kind])
        return parsing->end_missing[kind];
    end = str_find(tag, tags[kind].ends);
    parsing->end_missing[kind] = end == STR_NONE;
    parsing->end_known[kind] = at + (end == STR_NONE ? (ptrdiff_t)tag.len : end + 1);
    return parsing->end_missing[kind];
}

bufsize_t __wrap__scan_at(scanner *scan, cmark_chunk *text, bufsize_t offset)
{
    if (scan == _scan_html_tag && text->data && offset < text->len) {
        str tag = str_n((const char *)text->data + offset, (size_t)(text->len - offset));
        size_t kind = kind_of(tag);

        if (kind < PARSING_ENDS && is_never_closed(kind, tag, text))
            return 0;
    }
    return __real__scan_at(scan, text, offset);
}

/*
 * Whenever a node is put somewhere, cmark asks all nodes around that place whether they are the
 * node itself: never, while parsing, and in deep nesting that is most of the time it takes.
 */
static bool takes(cmark_node *parent, cmark_node *node)
{
    if (!parent || !cmark_node_can_contain_type(parent, (cmark_node_type)node->type))
        return false;
    cmark_node_unlink(node);
    return true;
}

static int put(cmark_node *parent, cmark_node *prev, cmark_node *node, cmark_node *next)
{
    node->parent = parent;
    node->prev = prev;
    node->next = next;
    *(prev ? &prev->next : &parent->first_child) = node;
    *(next ? &next->prev : &parent->last_child) = node;
    return 1;
}

int __wrap_cmark_node_append_child(cmark_node *parent, cmark_node *node)
{
    return takes(parent, node) && put(parent, parent->last_child, node, NULL);
}

int __wrap_cmark_node_insert_before(cmark_node *place, cmark_node *node)
{
    return takes(place->parent, node) && put(place->parent, place->prev, node, place);
}

int __wrap_cmark_node_insert_after(cmark_node *place, cmark_node *node)
{
    return takes(place->parent, node) && put(place->parent, place, node, place->next);
}

/* The cells of a row are such a list, whose end was walked to for each. */
cmark_llist *__wrap_cmark_llist_append(cmark_mem *mem, cmark_llist *list, void *data)
{
    cmark_llist *item = mem->calloc(1, sizeof *item), *end = list;

    item->data = data;
    if (parsing && list && list == parsing->list)
        end = parsing->list_end;
    while (end && end->next)
        end = end->next;
    if (end)
        end->next = item;
    else
        list = item;
    if (parsing) {
        parsing->list = list;
        parsing->list_end = item;
    }
    return list;
}

static size_t count_cells(str row)
{
    size_t count = 0, at = row_skip_pipe(row, 0);

    for (; at < row.len && row.p[at] != '\n' && row.p[at] != '\r'; count++)
        at = row_skip_pipe(row, row_cell_end(row, at));
    return count;
}

static str last_line(str text)
{
    text = str_slice(text, 0, text.len ? text.len - 1 : 0); /* its own end */
    return str_from(text, (size_t)(str_rfind_char(text, '\n') + 1));
}

/*
 * Asked for a paragraph when a line behind it may make its last line the header of a table. All of
 * the paragraph was cut into cells only to see that there are not as many as in that line.
 */
const char *__wrap_cmark_node_get_string_content(cmark_node *paragraph)
{
    const cmark_strbuf *line = &parsing->parser->curline; /* the one behind */
    str marks = str_n((const char *)line->ptr, (size_t)line->size);

    marks = str_from(marks, (size_t)parsing->parser->first_nonspace);
    if (count_cells(marks) != count_cells(last_line(tree_content(paragraph))))
        return "";
    if (paragraph->content.size > LONGEST_HEADER)
        parsing_give_up();
    return __real_cmark_node_get_string_content(paragraph);
}
