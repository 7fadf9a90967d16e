/*
 * rst_tables.c - tables of reStructuredText
 *
 *   comes in:  "=====  =====" around columns of text, or a grid of "+---+---+" and "|"
 *   goes out:  a table of GitHub's Markdown, whose cells are single lines
 *
 * Where a cell goes over several columns or rows, no such table can say it: the old one stays as a
 * block of code, and is told.
 */
#include "vial/import/rst.h"

enum { COLUMNS = 32 };

struct columns {
    size_t from[COLUMNS], to[COLUMNS], count;
};

void rst_table_row(struct rst *r, const str *cells, size_t count, struct buf *out)
{
    buf_lit(out, "|");
    for (size_t i = 0; i < count; i++) {
        struct buf cell = buf_in(r->im->a);

        rst_inline(r, str_trim(cells[i]), &cell);
        buf_lit(out, " ");
        for (size_t n = 0; n < cell.len; n++)
            if (buf_str(&cell).p[n] == '|')
                buf_lit(out, "\\|");
            else
                buf_addc(out, buf_str(&cell).p[n] == '\n' ? ' ' : buf_str(&cell).p[n]);
        buf_lit(out, " |");
    }
    buf_lit(out, "\n");
}

void rst_table_rule(size_t count, struct buf *out)
{
    buf_lit(out, "|");
    for (size_t i = 0; i < count; i++)
        buf_lit(out, " --- |");
    buf_lit(out, "\n");
}

static bool is_of(str line, const char *signs)
{
    line = str_rtrim(line);
    for (size_t i = 0; i < line.len; i++)
        if (!strchr(signs, line.p[i]))
            return false;
    return line.len > 0;
}

/* The runs of `sign` in a border. */
static void read_columns(str border, char sign, struct columns *columns)
{
    columns->count = 0;
    for (size_t i = 0; i < border.len && columns->count < COLUMNS;) {
        size_t from = i;

        while (i < border.len && border.p[i] == sign)
            i++;
        if (i > from) {
            columns->from[columns->count] = from;
            columns->to[columns->count++] = i;
        } else {
            i++;
        }
    }
}

/* The bytes of `line` that stand in some columns of characters. */
static str part_of(str line, size_t from, size_t to)
{
    size_t at = 0, column = 0, begin = line.len;

    for (; at < line.len; at++) {
        if (((unsigned char)line.p[at] & 0xc0) == 0x80)
            continue;
        if (column == from)
            begin = at;
        if (column == to)
            break;
        column++;
    }
    return begin < at ? str_slice(line, begin, at) : S("");
}

static void join(struct rst *r, str *cell, str more)
{
    more = str_trim(more);
    if (more.len)
        *cell = cell->len ? str_fmt(r->im->a, "%.*s %.*s", STR(*cell), STR(more)) : more;
}

static size_t stays(struct rst *r, struct rst_lines lines, size_t at, size_t end, struct buf *out)
{
    rst_left(r, lines.list[at],
             "a cell goes over several columns or rows: the table stays as a block of code");
    rst_fence(out, S(""), (struct rst_lines){ lines.list + at, end - at });
    return end - at;
}

static void end_row(struct rst *r, str *cells, size_t count, bool *ruled, struct buf *out)
{
    rst_table_row(r, cells, count, out);
    if (!*ruled)
        rst_table_rule(count, out);
    *ruled = true;
    for (size_t i = 0; i < count; i++)
        cells[i] = S("");
}

static size_t grid(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    size_t end = at, open = 0;
    struct columns columns, other;
    str cells[COLUMNS] = { { 0 } };
    bool ruled = false;

    while (end < lines.count && lines.list[end].len && strchr("+|", lines.list[end].p[0]))
        end++;
    read_columns(lines.list[at], '-', &columns);
    for (size_t i = at + 1; i < end; i++) {
        bool border = lines.list[i].p[0] == '+' && is_of(lines.list[i], "+-=");

        read_columns(lines.list[i], str_has(lines.list[i], '=') ? '=' : '-', &other);
        if (border ? other.count != columns.count : lines.list[i].p[0] == '+')
            return stays(r, lines, at, end, out);
        for (size_t n = 0; !border && n < columns.count; n++)
            if (!str_eq(part_of(lines.list[i], columns.to[n], columns.to[n] + 1), S("|")))
                return stays(r, lines, at, end, out);
    }
    for (size_t i = at + 1; i < end; i++) {
        if (lines.list[i].p[0] == '+') {
            if (open)
                end_row(r, cells, columns.count, &ruled, out);
            open = 0;
            continue;
        }
        for (size_t n = 0; n < columns.count; n++)
            join(r, &cells[n], part_of(lines.list[i], columns.from[n], columns.to[n]));
        open++;
    }
    buf_lit(out, "\n");
    return end - at;
}

static size_t simple(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    size_t end = at + 1, borders = 1, wanted = 2;
    struct columns columns;
    str cells[COLUMNS] = { { 0 } };
    bool ruled = false, open = false;

    read_columns(lines.list[at], '=', &columns);
    while (end < lines.count && borders < wanted) {
        if (is_of(lines.list[end], "= ")) {
            borders++;
            if (end + 1 < lines.count && lines.list[end + 1].len && borders == 2)
                wanted = 3; /* it was the rule below a head */
        }
        end++;
    }
    if (borders < 2)
        return 0;
    for (size_t i = at + 1; i < end; i++)
        if (is_of(lines.list[i], "- ") && lines.list[i].len)
            return stays(r, lines, at, end, out);
    if (wanted == 2) /* no head: an empty one */
        end_row(r, cells, columns.count, &ruled, out);
    for (size_t i = at + 1; i < end; i++) {
        bool border = is_of(lines.list[i], "= "),
             fresh = border || str_trim(part_of(lines.list[i], columns.from[0], columns.to[0])).len;

        if (open && fresh)
            end_row(r, cells, columns.count, &ruled, out);
        open = !border && lines.list[i].len ? true : open && !fresh;
        for (size_t n = 0; !border && n < columns.count; n++)
            join(r, &cells[n],
                 part_of(lines.list[i], columns.from[n],
                         n + 1 < columns.count ? columns.to[n] : lines.list[i].len));
    }
    buf_lit(out, "\n");
    return end - at;
}

size_t rst_table(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    str line = lines.list[at];

    if (str_starts(line, S("+-")) && is_of(line, "+-") && at + 2 < lines.count)
        return grid(r, lines, at, out);
    if (str_starts(line, S("==")) && is_of(line, "= ") && str_has(str_rtrim(line), ' '))
        return simple(r, lines, at, out);
    return 0;
}
