/*
 * source.c - from the tree back to the text
 *
 *   comes in:  a link in the tree, with its offset in what its block holds (offsets.c)
 *   goes out:  its offset in the file
 *
 * A line of a paragraph is the end of a line of the file: what quotes, lists and indentation put
 * before it is gone, nothing else (a tab may have become spaces, but only at the start). So an
 * offset is counted from the line's end. Which line it is follows from the block's last line and
 * not from its first: definitions of links that stood above the text count as its first lines.
 * A table's cell is found again in its row as the parser found it, and each "\|" in it had lost
 * its backslash.
 */
#include "vial/markdown/source.h"

#include "vial/base/utf8.h"

static size_t line_length(str rest)
{
    size_t len = 0;

    while (len < rest.len && rest.p[len] != '\n' && rest.p[len] != '\r')
        len++;
    return len;
}

static size_t with_end(str rest, size_t len)
{
    if (len < rest.len && rest.p[len] == '\r')
        return len + 1 < rest.len && rest.p[len + 1] == '\n' ? len + 2 : len + 1;
    return len < rest.len ? len + 1 : len;
}

/* Lines end as cmark ends them: also at a lone "\r". */
static void count_lines(struct source *source)
{
    size_t cap = 64, at = 0;

    if (source->lines)
        return;
    source->lines = arena_array(source->arena, size_t, cap);
    while (at < source->text.len) {
        str rest = str_from(source->text, at);

        if (source->count + 1 == cap) {
            source->lines = arena_grow(source->arena, source->lines, cap * sizeof(size_t),
                                       cap * 2 * sizeof(size_t));
            cap *= 2;
        }
        source->lines[source->count++] = at;
        at += with_end(rest, line_length(rest));
    }
    source->lines[source->count] = source->text.len;
}

/* Line `number`, from 1, without its end; empty when there is none. */
static str line_at(const struct source *source, size_t number)
{
    if (number < 1 || number > source->count)
        return S("");
    str rest = str_from(source->text, source->lines[number - 1]);
    return str_slice(rest, 0, line_length(rest));
}

/*
 * True when `line` ends with `piece`, but for spaces at the end and backslashes that "\|" lost;
 * `*at` is then where the piece's byte `index` stands in the line.
 */
static bool align(str line, str piece, size_t index, size_t *at)
{
    size_t from = str_rtrim(line).len, left = str_rtrim(piece).len;

    *at = from;
    while (left) {
        if (!from || line.p[from - 1] != piece.p[left - 1])
            return false;
        from--;
        left--;
        if (left >= index)
            *at = from;
        if (piece.p[left] == '|' && from && line.p[from - 1] == '\\' &&
            (!left || piece.p[left - 1] != '\\'))
            from--;
    }
    return true;
}

static str content_of(const cmark_node *block)
{
    return str_n((const char *)block->content.ptr, (size_t)block->content.size);
}

/* True when the block's lines end the lines of the file from `first` on. */
static bool fits(const struct source *source, str content, size_t first)
{
    size_t ignored;

    content = str_rtrim(content);
    while (content.len) {
        str line = str_cut(&content, '\n');

        if (!align(line_at(source, first++), line, 0, &ignored))
            return false;
    }
    return true;
}

static size_t count_of(str text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.p[i] == c;
    return count;
}

static bool is_setext(const cmark_node *block)
{
    return block->type == CMARK_NODE_HEADING && block->as.heading.setext;
}

/* The line of the file on which the paragraph's (or underlined heading's) text begins; 0: unknown.
 */
static size_t first_line(const struct source *source, const cmark_node *block)
{
    str content = str_rtrim(content_of(block));
    size_t height = count_of(content, '\n') + 1;
    size_t start = (size_t)block->start_line, end = (size_t)block->end_line;

    if (!start) { /* what stood above a table in the same paragraph */
        start = block->next ? (size_t)block->next->start_line : 1;
        return fits(source, content, start) ? start : 0;
    }
    if (is_setext(block))
        end = end > start + height ? end - 1 : end; /* the underline, or the line behind it */
    for (size_t first = end >= start + height ? end - height + 1 : start; first >= start; first--) {
        if (fits(source, content, first))
            return first;
    }
    return 0;
}

/* A line of the block's content is the end of a line of the file. */
static size_t in_lines(struct source *source, size_t offset)
{
    str content = content_of(source->block), rest = str_from(content, source->at);
    size_t at = 0;

    if (!source->number)
        return source->lines[source->block->start_line > 0 ? source->block->start_line - 1 : 0];
    if (offset < source->at)
        offset = source->at;
    for (;;) {
        str line = str_cut(&rest, '\n');
        size_t next = content.len - rest.len;

        if (offset < next || !rest.len) {
            size_t number = source->number + source->passed;

            align(line_at(source, number), line, offset - source->at, &at);
            return source->lines[number - 1] + at;
        }
        source->at = next;
        source->passed++;
    }
}

/* "## Text ##": the text begins behind the signs and spaces. */
static size_t in_heading(const struct source *source, const cmark_node *block, size_t offset)
{
    str line = line_at(source, (size_t)block->start_line);
    size_t at = (size_t)block->start_column - 1;

    while (at < line.len && line.p[at] == '#')
        at++;
    while (at < line.len && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    return source->lines[block->start_line - 1] + at + offset;
}

static size_t quotes_around(const cmark_node *node)
{
    size_t count = 0;

    for (; node; node = node->parent)
        count += node->type == CMARK_NODE_BLOCK_QUOTE;
    return count;
}

/* Where a row's own text begins in its line. */
static size_t row_start(const cmark_node *row, str line, bool opens)
{
    size_t quotes = quotes_around(row), at = 0;

    if (opens)
        return (size_t)row->parent->start_column - 1;
    while (at < line.len && (is_space(line.p[at]) || (quotes && line.p[at] == '>')))
        quotes -= line.p[at++] == '>';
    return at;
}

static bool is_delimiter_row(str line)
{
    bool any = false;

    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("|:-> \t\v\f", line.p[i]) || !line.p[i])
            return false;
        any |= line.p[i] == '-';
    }
    return any;
}

/* A header's line is told by the one below it; other rows know theirs. */
static size_t row_line(const struct source *source, cmark_node *row)
{
    size_t number = (size_t)row->start_line;

    if (!tree_is_table_header(row))
        return number;
    while (number < source->count && !is_delimiter_row(line_at(source, number + 1)))
        number++;
    return number;
}

static size_t skip_pipe(str line, size_t at)
{
    if (at >= line.len || line.p[at] != '|')
        return at;
    at++;
    while (at < line.len && is_space(line.p[at]))
        at++;
    return at;
}

/* The end of the cell that begins at `at`: a '|' without a backslash. */
static size_t cell_end(str line, size_t at)
{
    size_t from = at;

    while (at < line.len && !(line.p[at] == '|' && (at == from || line.p[at - 1] != '\\')))
        at++;
    return at;
}

/* The row's line and its first cell, found once for each row. */
static void enter_row(struct source *source, cmark_node *row)
{
    size_t number = row_line(source, row);
    str line = line_at(source, number);
    bool opens = tree_is_table_header(row) && number == (size_t)row->parent->start_line;

    source->row = row;
    source->row_number = number;
    source->cell = row->first_child;
    source->cell_from = skip_pipe(line, row_start(row, line, opens));
}

static size_t in_cell(struct source *source, const cmark_node *cell, size_t offset)
{
    size_t at;

    if (source->row != cell->parent)
        enter_row(source, cell->parent);
    str line = line_at(source, source->row_number);
    for (; source->cell && source->cell != cell; source->cell = source->cell->next)
        source->cell_from = skip_pipe(line, cell_end(line, source->cell_from));

    size_t from = source->cell_from;
    if (!align(str_slice(line, from, cell_end(line, from)), content_of(cell), offset, &at))
        at = 0;
    return source->lines[source->row_number ? source->row_number - 1 : 0] + from + at;
}

/* An address is made a link only after offsets were found: it is behind the text before it. */
static size_t find_address(struct source *source, const cmark_node *link)
{
    const cmark_node *before = link->prev;
    str content = content_of(source->block);

    while (before && !tree_offset(before) && before->type != CMARK_NODE_LINK)
        before = before->prev;
    size_t from = before && tree_offset(before) ? tree_offset(before) - 1 : 0;
    if (from < source->behind)
        from = source->behind;
    if (!link->first_child || link->first_child->type != CMARK_NODE_TEXT)
        return from;

    str address = tree_str(link->first_child->as.literal);
    ptrdiff_t found = str_find(str_from(content, from), address);
    if (found == STR_NONE)
        return from;
    source->behind = from + (size_t)found + address.len;
    return from + (size_t)found;
}

static bool has_lines(const cmark_node *block)
{
    return block->type == CMARK_NODE_PARAGRAPH || is_setext(block);
}

static void enter_block(struct source *source, const cmark_node *block)
{
    count_lines(source);
    source->block = block;
    source->behind = source->at = source->passed = 0;
    if (has_lines(block))
        source->number = first_line(source, block);
}

size_t source_find(struct source *source, const cmark_node *block, const cmark_node *link)
{
    size_t offset, found;

    if (source->block != block)
        enter_block(source, block);
    offset = tree_offset(link) ? tree_offset(link) - 1 : find_address(source, link);
    if (block->type == tree_cell)
        found = in_cell(source, block, offset);
    else if (has_lines(block))
        found = in_lines(source, offset);
    else
        found = in_heading(source, block, offset);
    return found < source->text.len ? found : source->text.len;
}

unsigned source_line(struct source *source, const cmark_node *heading)
{
    if (!is_setext(heading))
        return (unsigned)heading->start_line;
    enter_block(source, heading);
    return (unsigned)(source->number ? source->number : (size_t)heading->start_line);
}

void source_place(struct source *source, size_t offset, unsigned *line, unsigned *col)
{
    size_t low = 0, high;

    count_lines(source);
    high = source->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *line = (unsigned)low + 1;
    *col = (unsigned)utf8_count(str_slice(source->text, source->lines[low], offset)) + 1;
}
