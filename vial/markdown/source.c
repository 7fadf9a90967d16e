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
#include "vial/markdown/row.h"

static size_t line_length(str rest)
{
    const char *newline = rest.len ? memchr(rest.p, '\n', rest.len) : NULL;
    size_t len = newline ? (size_t)(newline - rest.p) : rest.len;
    const char *lone = len ? memchr(rest.p, '\r', len) : NULL;

    return lone ? (size_t)(lone - rest.p) : len;
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
 * True when `line` ends with `piece`, but for spaces at both ends and, when they were `lost`, the
 * backslashes of "\|"; `*from` is then where it begins there.
 */
static bool ends_with(str line, str piece, bool lost, size_t *from)
{
    size_t at = str_rtrim(line).len, left;

    piece = str_trim(piece);
    for (left = piece.len; left; left--) {
        if (!at || line.p[at - 1] != piece.p[left - 1])
            return false;
        at--;
        if (lost && line.p[at] == '|' && at && line.p[at - 1] == '\\')
            at--;
    }
    *from = at;
    return true;
}

/* True when the block's lines end the lines of the file from `first` on. */
static bool fits(const struct source *source, str content, bool lost, size_t first)
{
    size_t ignored;

    content = str_rtrim(content);
    while (content.len) {
        str line = str_cut(&content, '\n');

        if (!ends_with(line_at(source, first++), line, lost, &ignored))
            return false;
    }
    return true;
}

static void begin_trail(struct trail *trail, str piece, size_t offset, str file, size_t base)
{
    *trail = (struct trail){ .piece = piece, .offset = offset, .file = file, .base = base };
}

/* From an offset in the content to that in the file; offsets come in order. */
static size_t follow(struct trail *t, size_t offset)
{
    size_t index = offset > t->offset ? offset - t->offset : 0;

    if (index > t->piece.len)
        index = t->piece.len;
    if (index < t->index)
        t->index = t->at = 0;
    for (; t->index < index && t->at < t->file.len; t->index++, t->at++) {
        if (t->piece.p[t->index] == '|' && str_starts(str_from(t->file, t->at), S("\\|")))
            t->at++;
    }
    return t->base + t->at;
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
    str content = str_rtrim(tree_content(block));
    size_t height = count_of(content, '\n') + 1;
    size_t start = (size_t)block->start_line, end = (size_t)block->end_line;

    if (!start) { /* what stood above a table in the same paragraph */
        start = block->next ? (size_t)block->next->start_line : 1;
        return fits(source, content, true, start) ? start : 0;
    }
    if (is_setext(block))
        end = end > start + height ? end - 1 : end; /* the underline, or the line behind it */
    size_t first = end >= start + height ? end - height + 1 : start;
    for (int tries = 0; tries < 16 && first >= start && first; tries++, first--) {
        if (fits(source, content, false, first))
            return first;
    }
    return 0;
}

/* The content's line that begins at `at`, the one after the trail's, and where it came from. */
static void next_line(struct source *source, size_t at)
{
    str rest = str_from(tree_content(source->block), at);
    size_t number = source->first + source->passed++, from = 0;
    str line = str_cut(&rest, '\n'), text = str_ltrim(line);

    source->line_end = at + line.len;
    ends_with(line_at(source, number), line, source->block->start_line == 0, &from);
    begin_trail(&source->trail, text, at + line.len - text.len,
                str_from(line_at(source, number), from), source->lines[number - 1] + from);
}

static size_t in_lines(struct source *source, size_t offset)
{
    const cmark_node *block = source->block;

    if (!source->first)
        return source->lines[block->start_line > 0 ? block->start_line - 1 : 0];
    while (!source->passed || offset > source->line_end)
        next_line(source, source->passed ? source->line_end + 1 : 0);
    return follow(&source->trail, offset);
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
    while (at < line.len &&
           (line.p[at] == ' ' || line.p[at] == '\t' || (quotes && line.p[at] == '>')))
        quotes -= line.p[at++] == '>';
    return at;
}

/* Rows know their lines, but for the header: it stands two above the next, or one above the end. */
static size_t row_line(cmark_node *row)
{
    if (!tree_is_table_header(row))
        return (size_t)row->start_line;
    int line = row->next ? row->next->start_line - 2 : row->parent->end_line - 1;
    return line > 0 ? (size_t)line : 1;
}

/* The row's line and its first cell, found once for each row. */
static void enter_row(struct source *source, cmark_node *row)
{
    size_t number = row_line(row);
    str line = line_at(source, number);
    bool opens = tree_is_table_header(row) && number == (size_t)row->parent->start_line;

    source->row = row;
    source->row_number = number;
    source->cell = row->first_child;
    source->cell_from = row_skip_pipe(line, row_start(row, line, opens));
}

static void enter_cell(struct source *source, const cmark_node *cell)
{
    if (source->row != cell->parent)
        enter_row(source, cell->parent);
    str line = line_at(source, source->row_number);
    for (; source->cell && source->cell != cell; source->cell = source->cell->next)
        source->cell_from = row_skip_pipe(line, row_cell_end(line, source->cell_from));

    str raw = str_slice(line, source->cell_from, row_cell_end(line, source->cell_from));
    size_t skipped = 0;
    while (skipped < raw.len && tree_is_space(raw.p[skipped]))
        skipped++;

    size_t start = source->lines[source->row_number ? source->row_number - 1 : 0];
    begin_trail(&source->trail, tree_content(cell), 0, str_from(raw, skipped),
                start + source->cell_from + skipped);
}

static bool has_lines(const cmark_node *block)
{
    return block->type == CMARK_NODE_PARAGRAPH || is_setext(block);
}

static void enter_block(struct source *source, const cmark_node *block)
{
    count_lines(source);
    source->block = block;
    source->passed = 0;
    if (block->type == tree_cell)
        enter_cell(source, block);
    else if (has_lines(block))
        source->first = first_line(source, block);
}

size_t source_find(struct source *source, const cmark_node *block, const cmark_node *link)
{
    size_t offset, found;

    if (source->block != block)
        enter_block(source, block);
    offset = tree_offset(link) ? tree_offset(link) - 1 : 0;
    if (block->type == tree_cell)
        found = follow(&source->trail, offset);
    else if (has_lines(block))
        found = in_lines(source, offset);
    else
        found = in_heading(source, block, offset);
    return found < source->text.len ? found : source->text.len;
}

str source_text(struct source *source, size_t number)
{
    count_lines(source);
    return line_at(source, number);
}

unsigned source_line(struct source *source, const cmark_node *heading)
{
    if (!is_setext(heading))
        return (unsigned)heading->start_line;
    enter_block(source, heading);
    return (unsigned)(source->first ? source->first : (size_t)heading->start_line);
}

static size_t line_of(const struct source *source, size_t offset)
{
    size_t low = 0, high = source->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void source_place(struct source *source, size_t offset, unsigned *line, unsigned *col)
{
    size_t start;

    count_lines(source);
    start = source->lines[line_of(source, offset)];
    if (!source->placed_col || source->placed < start || source->placed > offset) {
        source->placed = start;
        source->placed_col = 1;
    }
    source->placed_col += (unsigned)utf8_count(str_slice(source->text, source->placed, offset));
    source->placed = offset;
    *line = (unsigned)line_of(source, offset) + 1;
    *col = source->placed_col;
}
