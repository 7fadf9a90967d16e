/*
 * rst.c - texts in reStructuredText, as Pelican has most of its
 *
 *   comes in:  titles that are underlined, literal blocks after "::", lists, ".. directives::"
 *   goes out:  the same as Markdown; the first title and the fields below it as front matter
 *
 * Blocks are told by their first line and by indentation, so a block is a run of lines: what is
 * indented in it is taken out, made into blocks of its own, and indented as Markdown wants it.
 * What has no counterpart stays as a block of code, and is told by its line in the old file.
 */
#include "vial/import/rst.h"

/* ---- lines ---- */

static size_t indent_of(str line)
{
    size_t at = 0;

    while (at < line.len && line.p[at] == ' ')
        at++;
    return at;
}

static bool is_blank(str line)
{
    return !str_trim(line).len;
}

void rst_left(struct rst *r, str line, const char *fmt, ...)
{
    struct buf sentence = buf_in(r->im->a);
    str text = r->item->text;
    struct place place = { .file = r->item->source };
    va_list args;

    va_start(args, fmt);
    buf_addv(&sentence, fmt, args);
    va_end(args);
    if (line.p >= text.p && line.p <= text.p + text.len)
        place =
            (struct place){ r->item->source, text, (size_t)(line.p - text.p), str_trim(line).len };
    left_place(r->im, place, "%.*s", STR(buf_str(&sentence)));
}

size_t rst_indented(struct rst *r, struct rst_lines lines, size_t at, struct rst_lines *block)
{
    size_t end = at, least = SIZE_MAX;
    str *list;

    for (size_t i = at; i < lines.count; i++) {
        if (is_blank(lines.list[i]))
            continue;
        if (!indent_of(lines.list[i]))
            break;
        if (indent_of(lines.list[i]) < least)
            least = indent_of(lines.list[i]);
        end = i + 1;
    }
    list = arena_array(r->im->a, str, end - at + 1);
    for (size_t i = at; i < end; i++)
        list[i - at] = is_blank(lines.list[i]) ? S("") : str_from(lines.list[i], least);
    size_t skipped = 0;
    while (skipped < end - at && is_blank(list[skipped]))
        skipped++;
    *block = (struct rst_lines){ list + skipped, end - at - skipped };
    return end - at;
}

void rst_fence(struct buf *out, str language, struct rst_lines code)
{
    bool inner = false;

    for (size_t i = 0; i < code.count; i++)
        inner = inner || str_find(code.list[i], S("```")) != STR_NONE;
    buf_addf(out, "%s%.*s\n", inner ? "````" : "```", STR(language));
    for (size_t i = 0; i < code.count; i++)
        buf_addf(out, "%.*s\n", STR(code.list[i]));
    buf_addf(out, "%s\n\n", inner ? "````" : "```");
}

void rst_inside(struct rst *r, struct rst_lines lines, const char *first, const char *indent,
                struct buf *out)
{
    struct buf inner = buf_in(r->im->a);
    str rest, line;
    bool begun = false;

    rst_blocks(r, lines, &inner);
    rest = str_rtrim(buf_str(&inner));
    while (str_line(&rest, &line)) {
        if (!line.len && indent[0] != '>')
            buf_lit(out, "\n");
        else
            buf_addf(out, "%s%.*s\n", begun ? indent : first, STR(line));
        begun = true;
    }
    if (!begun)
        buf_addf(out, "%s\n", first);
}

/* ---- titles ---- */

static bool is_adornment(str line)
{
    line = str_rtrim(line);
    if (line.len < 2 || is_alnum(line.p[0]) || is_space(line.p[0]) || (line.p[0] & 0x80))
        return false;
    for (size_t i = 1; i < line.len; i++)
        if (line.p[i] != line.p[0])
            return false;
    return true;
}

/* How many lines the title at `at` takes; 0: there is none. */
static size_t title_at(struct rst_lines lines, size_t at, str *title, char *sign, bool *over)
{
    str first = lines.list[at];

    if (at + 2 < lines.count && is_adornment(first) && !is_blank(lines.list[at + 1]) &&
        is_adornment(lines.list[at + 2]) && lines.list[at + 2].p[0] == first.p[0]) {
        *title = str_trim(lines.list[at + 1]);
        *sign = first.p[0];
        *over = true;
        return 3;
    }
    if (at + 1 >= lines.count || is_blank(first) || indent_of(first) || is_adornment(first) ||
        !is_adornment(lines.list[at + 1]))
        return 0;
    str under = str_rtrim(lines.list[at + 1]);
    if (under.len < 4 && under.len < str_rtrim(first).len)
        return 0;
    *title = str_trim(first);
    *sign = under.p[0];
    *over = false;
    return 2;
}

static size_t level_of(struct rst *r, char sign, bool over)
{
    size_t i = 0;

    while (i < r->nstyles && (r->styles[i].sign != sign || r->styles[i].over != over))
        i++;
    if (i == r->nstyles && i < RST_STYLES) {
        r->styles[i].sign = sign;
        r->styles[i].over = over;
        r->nstyles++;
    }
    return i + 1 + !r->titled;
}

static size_t take_title(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    static const char signs[] = "######";
    str title;
    char sign;
    bool over;
    size_t taken = title_at(lines, at, &title, &sign, &over);

    if (!taken)
        return 0;
    size_t level = level_of(r, sign, over);
    buf_addf(out, "%.*s ", (int)(level > 6 ? 6 : level), signs);
    rst_inline(r, title, out);
    buf_lit(out, "\n\n");
    return taken;
}

/* ---- lists ---- */

/* How long the sign of a list is, with the blanks behind it; 0: it is none. */
static size_t marker_len(str line, bool *numbered, str *number)
{
    size_t at = 0;
    bool bullet = line.len && strchr("*+-", line.p[0]);

    *numbered = !bullet;
    *number = S("1");
    if (str_starts(line, S("\xe2\x80\xa2"))) {
        *numbered = false;
        at = 3;
    } else if (bullet) {
        at = 1;
    } else {
        bool opened = line.len && line.p[0] == '(';
        size_t from = at = opened;

        if (at < line.len && line.p[at] == '#')
            at++;
        else if (at < line.len && is_alpha(line.p[at]))
            at++;
        else
            while (at < line.len && is_digit(line.p[at]) && at < 9)
                at++;
        if (at == from || at == line.len || !strchr(opened ? ")" : ".)", line.p[at]))
            return 0;
        if (is_digit(line.p[from]))
            *number = str_slice(line, from, at);
        at++;
    }
    if (at < line.len && line.p[at] != ' ')
        return 0;
    while (at < line.len && line.p[at] == ' ')
        at++;
    return at;
}

static size_t take_list(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    bool numbered, other;
    str number, next;
    size_t begin = at, marker = marker_len(lines.list[at], &numbered, &number);

    if (!marker || (numbered && lines.list[at].len == marker))
        return 0;
    if (at + 1 < lines.count && numbered && !is_blank(lines.list[at + 1]) &&
        !indent_of(lines.list[at + 1]) && !marker_len(lines.list[at + 1], &other, &next))
        return 0; /* a paragraph that begins with "A." */
    while (at < lines.count && (marker = marker_len(lines.list[at], &other, &number)) &&
           other == numbered) {
        struct rst_lines unused;
        size_t taken = rst_indented(r, lines, at + 1, &unused);
        str *list = arena_array(r->im->a, str, taken + 2);
        bool gap = at + 1 < lines.count && taken && is_blank(lines.list[at + 1]);
        size_t count = 0;

        list[count++] = str_from(lines.list[at], marker);
        if (gap)
            list[count++] = S("");
        for (size_t i = gap; i < taken; i++) { /* what is indented more than the text stays so */
            str line = lines.list[at + 1 + i];
            size_t indent = indent_of(line);

            list[count++] = str_from(line, indent < marker ? indent : marker);
        }
        if (numbered)
            rst_inside(r, (struct rst_lines){ list, count },
                       str_cstr(r->im->a, str_fmt(r->im->a, "%.*s. ", STR(number))),
                       number.len > 1 ? "    " : "   ", out);
        else
            rst_inside(r, (struct rst_lines){ list, count }, "- ", "  ", out);
        at += 1 + taken;
        while (at < lines.count && is_blank(lines.list[at]) && at + 1 < lines.count &&
               (is_blank(lines.list[at + 1]) || marker_len(lines.list[at + 1], &other, &next)))
            at++;
    }
    buf_lit(out, "\n");
    return at - begin;
}

/* ---- what is told by its first line ---- */

static bool is_field(str line, str *name, str *text)
{
    ptrdiff_t end = line.len && line.p[0] == ':' ? str_find(str_from(line, 1), S(":")) : STR_NONE;

    if (end < 1 || is_space(line.p[1]) || line.p[1] == ':')
        return false;
    size_t behind = (size_t)end + 2;
    if (behind < line.len && line.p[behind] != ' ')
        return false; /* ":role:`text`" */
    *name = str_slice(line, 1, (size_t)end + 1);
    *text = str_trim(str_from(line, behind));
    return true;
}

static size_t take_fields(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    size_t begin = at;
    str name, text;

    while (at < lines.count && is_field(lines.list[at], &name, &text)) {
        struct rst_lines rest;
        size_t taken = rst_indented(r, lines, at + 1, &rest);

        rst_inline(r, name, out);
        buf_lit(out, "\n");
        str *list = arena_array(r->im->a, str, rest.count + 1);
        list[0] = text;
        for (size_t i = 0; i < rest.count; i++)
            list[i + 1] = rest.list[i];
        rst_inside(r, (struct rst_lines){ list, rest.count + 1 }, ":   ", "    ", out);
        buf_lit(out, "\n");
        at += 1 + taken;
    }
    return at - begin;
}

static size_t take_line_block(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    size_t begin = at;

    while (at < lines.count &&
           (str_starts(lines.list[at], S("| ")) || str_eq(str_rtrim(lines.list[at]), S("|")))) {
        if (at > begin)
            buf_lit(out, "\\\n");
        rst_inline(r, str_trim(str_from(lines.list[at], 1)), out);
        at++;
    }
    if (at > begin)
        buf_lit(out, "\n\n");
    return at - begin;
}

static size_t take_doctest(struct rst_lines lines, size_t at, struct buf *out)
{
    size_t end = at;

    if (!str_starts(lines.list[at], S(">>> ")))
        return 0;
    while (end < lines.count && !is_blank(lines.list[end]))
        end++;
    rst_fence(out, S("python"), (struct rst_lines){ lines.list + at, end - at });
    return end - at;
}

static size_t take_quote(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    struct rst_lines block;

    if (!indent_of(lines.list[at]))
        return 0;
    size_t taken = rst_indented(r, lines, at, &block);
    rst_inside(r, block, "> ", "> ", out);
    buf_lit(out, "\n");
    return taken;
}

static size_t take_definition(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    struct rst_lines block;

    if (at + 1 >= lines.count || is_blank(lines.list[at + 1]) || !indent_of(lines.list[at + 1]) ||
        str_ends(str_rtrim(lines.list[at]), S("::")))
        return 0;
    size_t taken = rst_indented(r, lines, at + 1, &block);
    rst_inline(r, str_rtrim(lines.list[at]), out);
    buf_lit(out, "\n");
    rst_inside(r, block, ":   ", "    ", out);
    buf_lit(out, "\n");
    return taken + 1;
}

/* What Markdown would take for something else at a line's beginning. */
static void escape_begin(str line, struct buf *out)
{
    if (line.len &&
        (strchr("#>", line.p[0]) || str_starts(line, S("+ ")) || str_starts(line, S("~~~"))))
        buf_lit(out, "\\");
}

static size_t take_paragraph(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    struct buf text = buf_in(r->im->a);
    struct rst_lines code;
    size_t end = at;

    while (end < lines.count && !is_blank(lines.list[end]) &&
           (end == at || !indent_of(lines.list[end]))) {
        if (end > at)
            buf_lit(&text, "\n");
        escape_begin(lines.list[end], &text);
        buf_add(&text, str_rtrim(lines.list[end]));
        end++;
    }
    str whole = buf_str(&text);
    bool literal = str_ends(whole, S("::"));
    if (literal) {
        whole = str_slice(whole, 0, whole.len - 2);
        if (whole.len && !is_space(whole.p[whole.len - 1]))
            whole = str_fmt(r->im->a, "%.*s:", STR(whole));
        whole = str_rtrim(whole);
    }
    if (whole.len) {
        rst_inline(r, whole, out);
        buf_lit(out, "\n\n");
    }
    if (!literal)
        return end - at;
    size_t taken = rst_indented(r, lines, end, &code);
    if (code.count)
        rst_fence(out, S(""), code);
    return end - at + taken;
}

/* ---- all of it ---- */

void rst_blocks(struct rst *r, struct rst_lines lines, struct buf *out)
{
    if (++r->depth > RST_DEPTH) {
        rst_fence(out, S(""), lines);
        r->depth--;
        return;
    }
    for (size_t at = 0, taken; at < lines.count; at += taken) {
        str line = lines.list[at], name, text;

        taken = 1;
        if (is_blank(line))
            continue;
        if (str_starts(line, S("..")) && (line.len == 2 || line.p[2] == ' '))
            taken = rst_explicit(r, lines, at, out);
        else if (str_starts(line, S("__ ")))
            taken = 1; /* an address, which rst_note_explicit() has noted */
        else if ((taken = rst_table(r, lines, at, out)))
            continue;
        else if ((taken = take_title(r, lines, at, out)))
            continue;
        else if (is_adornment(line) && line.len >= 4)
            taken = 1, buf_lit(out, "---\n\n");
        else if (is_field(line, &name, &text))
            taken = take_fields(r, lines, at, out);
        else if ((taken = take_line_block(r, lines, at, out)) ||
                 (taken = take_list(r, lines, at, out)) || (taken = take_doctest(lines, at, out)) ||
                 (taken = take_quote(r, lines, at, out)) ||
                 (taken = take_definition(r, lines, at, out)))
            continue;
        else
            taken = take_paragraph(r, lines, at, out);
    }
    r->depth--;
}

static void note_titles(struct rst *r, struct rst_lines lines)
{
    str title;
    char sign;
    bool over;

    for (size_t i = 0; i < lines.count; i++)
        if (title_at(lines, i, &title, &sign, &over))
            map_put(&r->titles, rst_name(r->im->a, title));
}

/* The title that no other is beside, and the fields below it. How many lines they take. */
static size_t take_head(struct rst *r, struct rst_lines lines)
{
    str title, other, name, text;
    char sign, sign2;
    bool over, over2;
    size_t at = 0, taken;

    while (at < lines.count && is_blank(lines.list[at]))
        at++;
    taken = at < lines.count ? title_at(lines, at, &title, &sign, &over) : 0;
    if (taken) {
        front_set(r->item, "title", value_str(title));
        r->titled = true;
        for (size_t i = at + taken; i < lines.count; i++)
            if (title_at(lines, i, &other, &sign2, &over2) && sign2 == sign && over2 == over)
                r->titled = false;
        at += taken;
        if (r->titled)
            level_of(r, sign, over);
    }
    for (; at < lines.count; at++) {
        struct rst_lines rest;

        if (is_blank(lines.list[at]) || (str_starts(lines.list[at], S(".. ")) && !taken))
            continue;
        if (!is_field(lines.list[at], &name, &text))
            break;
        size_t more = rst_indented(r, lines, at + 1, &rest);
        for (size_t i = 0; i < rest.count; i++)
            text = str_fmt(r->im->a, "%.*s %.*s", STR(text), STR(rest.list[i]));
        dict_set(r->item->front, str_copy(r->im->a, str_lower(r->im->a, str_trim(name))),
                 value_str(str_trim(text)));
        at += more;
    }
    return at;
}

str rst_convert(struct importing *im, struct item *item)
{
    struct rst r = { .im = im, .item = item };
    struct buf out = buf_in(im->a);
    size_t cap = 1, count = 0;
    str rest = item->text, line;

    r.targets = map_in(im->a);
    r.substitutions = map_in(im->a);
    r.titles = map_in(im->a);
    for (size_t i = 0; i < rest.len; i++)
        cap += rest.p[i] == '\n';
    str *list = arena_array(im->a, str, cap + 1);
    while (str_line(&rest, &line)) {
        if (str_has(line, '\t')) { /* a tab leads to the next column of eight */
            struct buf spaced = buf_in(im->a);

            for (size_t i = 0; i < line.len; i++)
                if (line.p[i] != '\t')
                    buf_addc(&spaced, line.p[i]);
                else
                    do
                        buf_lit(&spaced, " ");
                    while (spaced.len % 8);
            line = buf_str(&spaced);
        }
        list[count++] = str_rtrim(line);
    }
    struct rst_lines lines = { list, count };
    rst_note_explicit(&r, lines);
    note_titles(&r, lines);
    size_t head = take_head(&r, lines);
    rst_blocks(&r, (struct rst_lines){ list + head, count - head }, &out);
    return buf_str(&out);
}
