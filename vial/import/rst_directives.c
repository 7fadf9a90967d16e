/*
 * rst_directives.c - what begins with ".." in reStructuredText
 *
 *   comes in:  ".. code-block:: python", ".. note::", ".. image:: a.png", ".. _name: url"
 *   goes out:  fences, notes, pictures; names and substitutions are noted for those who use them
 *
 * A directive that is not known stays as a block of code, so that nothing of it is lost.
 */
#include "vial/import/rst.h"

struct directive {
    str name, argument;
    struct rst_lines body; /* without options */
    struct rst_lines options;
    str line; /* the first, for messages */
};

static str option(const struct directive *d, const char *name)
{
    for (size_t i = 0; i < d->options.count; i++) {
        str rest = str_trim(d->options.list[i]), key;

        str_cut(&rest, ':');
        key = str_cut(&rest, ':');
        if (str_eq(key, str_of(name)))
            return rest.len ? str_trim(rest) : S("yes");
    }
    return S("");
}

/* "name:: argument" behind ".. "; false: it is none. */
static bool is_directive(str rest, str *name, str *argument)
{
    ptrdiff_t at = str_find(rest, S("::"));

    if (at < 1)
        return false;
    *name = str_slice(rest, 0, (size_t)at);
    for (size_t i = 0; i < name->len; i++)
        if (!is_alnum(name->p[i]) && !strchr("-_.:+", name->p[i]))
            return false;
    *argument = str_trim(str_from(rest, (size_t)at + 2));
    return true;
}

static void split_options(struct directive *d, struct rst_lines block)
{
    size_t at = 0;

    while (at < block.count && str_starts(block.list[at], S(":")) &&
           str_find(str_from(block.list[at], 1), S(":")) > 0)
        at++;
    d->options = (struct rst_lines){ block.list, at };
    while (at < block.count && !block.list[at].len)
        at++;
    d->body = (struct rst_lines){ block.list + at, block.count - at };
}

/* ---- what they become ---- */

static void write_picture(struct rst *r, const struct directive *d, struct buf *out)
{
    str target = option(d, "target"), alt = option(d, "alt"), width = option(d, "width"),
        height = option(d, "height"), align = option(d, "align");
    struct buf set = buf_in(r->im->a);

    if (target.len)
        buf_lit(out, "[");
    buf_addf(out, str_has(d->argument, ' ') ? "![%.*s](<%.*s>)" : "![%.*s](%.*s)", STR(alt),
             STR(d->argument));
    if (width.len && is_digit(width.p[0]))
        buf_addf(&set, " width=\"%.*s\"",
                 STR(str_ends(width, S("px")) ? str_slice(width, 0, width.len - 2) : width));
    if (height.len && is_digit(height.p[0]))
        buf_addf(&set, " height=\"%.*s\"",
                 STR(str_ends(height, S("px")) ? str_slice(height, 0, height.len - 2) : height));
    if (align.len)
        buf_addf(&set, " .align-%.*s", STR(align));
    if (set.len)
        buf_addf(out, "{%.*s }", STR(buf_str(&set)));
    if (target.len)
        buf_addf(out, "](%.*s)", STR(target));
}

static void image(struct rst *r, const struct directive *d, struct buf *out)
{
    write_picture(r, d, out);
    buf_lit(out, "\n\n");
}

static void figure(struct rst *r, const struct directive *d, struct buf *out)
{
    image(r, d, out);
    rst_blocks(r, d->body, out);
}

static void code(struct rst *r, const struct directive *d, struct buf *out)
{
    struct buf info = buf_in(r->im->a);
    str marked = option(d, "hl_lines");

    if (!marked.len)
        marked = option(d, "emphasize-lines");
    buf_add(&info, d->argument);
    if (option(d, "linenos").len || option(d, "number-lines").len)
        buf_lit(&info, " linenos");
    if (marked.len)
        buf_addf(&info, " hl_lines=\"%.*s\"", STR(marked));
    rst_fence(out, buf_str(&info), d->body);
}

static void note(struct rst *r, const struct directive *d, struct buf *out)
{
    bool general = str_eq(d->name, S("admonition")) || str_eq(d->name, S("topic")) ||
                   str_eq(d->name, S("sidebar"));
    str *list = arena_array(r->im->a, str, d->body.count + 1);
    size_t count = 0;

    buf_addf(out, "!!! %.*s", STR(general ? S("note") : d->name));
    if (general && d->argument.len)
        buf_addf(out, " \"%.*s\"", STR(d->argument));
    else if (d->argument.len)
        list[count++] = d->argument;
    for (size_t i = 0; i < d->body.count; i++)
        list[count++] = d->body.list[i];
    buf_lit(out, "\n\n");
    rst_inside(r, (struct rst_lines){ list, count }, "    ", "    ", out);
    buf_lit(out, "\n");
}

static void quote(struct rst *r, const struct directive *d, struct buf *out)
{
    rst_inside(r, d->body, "> ", "> ", out);
    buf_lit(out, "\n");
}

static void bare(struct rst *r, const struct directive *d, struct buf *out)
{
    rst_blocks(r, d->body, out);
}

static void raw(struct rst *r, const struct directive *d, struct buf *out)
{
    if (!str_eq(d->argument, S("html"))) {
        rst_left(r, d->line, "is for another format than HTML: it is left out");
        return;
    }
    for (size_t i = 0; i < d->body.count; i++)
        buf_addf(out, "%.*s\n", STR(d->body.list[i]));
    buf_lit(out, "\n");
}

static void contents(struct rst *r, const struct directive *d, struct buf *out)
{
    (void)r;
    (void)d;
    buf_lit(out, "[TOC]\n\n");
}

static void rubric(struct rst *r, const struct directive *d, struct buf *out)
{
    (void)r;
    buf_addf(out, "**%.*s**\n\n", STR(d->argument));
}

static void literal(struct rst *r, const struct directive *d, struct buf *out)
{
    (void)r;
    rst_fence(out, S(""), d->body);
}

static void video(struct rst *r, const struct directive *d, struct buf *out)
{
    (void)r;
    buf_addf(
        out, "[%.*s](https://%s%.*s)\n\n", STR(d->name),
        str_eq(d->name, S("vimeo")) ? "vimeo.com/" : "www.youtube.com/watch?v=", STR(d->argument));
}

static void nothing(struct rst *r, const struct directive *d, struct buf *out)
{
    (void)r;
    (void)d;
    (void)out;
}

static const struct {
    const char *name;
    void (*write)(struct rst *r, const struct directive *d, struct buf *out);
} known[] = {
    { "image", image },
    { "figure", figure },
    { "code", code },
    { "code-block", code },
    { "sourcecode", code },
    { "note", note },
    { "warning", note },
    { "tip", note },
    { "hint", note },
    { "important", note },
    { "caution", note },
    { "attention", note },
    { "danger", note },
    { "error", note },
    { "seealso", note },
    { "admonition", note },
    { "topic", note },
    { "sidebar", note },
    { "epigraph", quote },
    { "highlights", quote },
    { "pull-quote", quote },
    { "container", bare },
    { "compound", bare },
    { "class", bare },
    { "table", bare },
    { "raw", raw },
    { "contents", contents },
    { "rubric", rubric },
    { "parsed-literal", literal },
    { "youtube", video },
    { "vimeo", video },
    { "meta", nothing },
    { "role", nothing },
    { "default-role", nothing },
    { "highlight", nothing },
};

enum { CELLS = 32 };

static void end_row(struct rst *r, str *cells, size_t *count, bool *ruled, struct buf *out)
{
    if (!*count)
        return;
    rst_table_row(r, cells, *count, out);
    if (!*ruled)
        rst_table_rule(*count, out);
    *ruled = true;
    *count = 0;
}

/* One row a line; a cell may stand between quotation marks. */
static void csv_row(struct rst *r, str line, bool *ruled, struct buf *out)
{
    str cells[CELLS], rest = str_trim(line);
    size_t count = 0;

    while (rest.len && count < CELLS) {
        bool quoted = rest.p[0] == '"';

        if (quoted)
            str_cut(&rest, '"');
        cells[count++] = str_trim(str_cut(&rest, quoted ? '"' : ','));
        rest = str_ltrim(rest);
        if (quoted && str_starts(rest, S(",")))
            str_cut(&rest, ',');
        rest = str_ltrim(rest);
    }
    end_row(r, cells, &count, ruled, out);
}

static void csv_table(struct rst *r, const struct directive *d, struct buf *out)
{
    bool ruled = false;

    csv_row(r, option(d, "header"), &ruled, out);
    for (size_t i = 0; i < d->body.count; i++)
        csv_row(r, d->body.list[i], &ruled, out);
    buf_lit(out, "\n");
}

/* "* - a" begins a row, "  - b" a cell. */
static void list_table(struct rst *r, const struct directive *d, struct buf *out)
{
    str cells[CELLS];
    size_t count = 0;
    bool ruled = false;

    for (size_t i = 0; i < d->body.count; i++) {
        str line = str_trim(d->body.list[i]);

        if (str_starts(line, S("* "))) {
            end_row(r, cells, &count, &ruled, out);
            str_cut(&line, ' ');
            line = str_ltrim(line);
        }
        if (str_starts(line, S("-")) && count < CELLS) {
            str_cut(&line, '-');
            cells[count++] = str_trim(line);
        } else if (line.len && count) {
            cells[count - 1] = str_fmt(r->im->a, "%.*s %.*s", STR(cells[count - 1]), STR(line));
        }
    }
    end_row(r, cells, &count, &ruled, out);
    buf_lit(out, "\n");
}

static bool write_table(struct rst *r, const struct directive *d, struct buf *out)
{
    bool csv = str_eq(d->name, S("csv-table"));

    if ((!csv && !str_eq(d->name, S("list-table"))) || option(d, "file").len ||
        option(d, "url").len)
        return false;
    if (csv)
        csv_table(r, d, out);
    else
        list_table(r, d, out);
    return true;
}

static void write_directive(struct rst *r, const struct directive *d, struct rst_lines block,
                            struct buf *out)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(d->name, str_of(known[i].name))) {
            known[i].write(r, d, out);
            return;
        }
    if (write_table(r, d, out))
        return;
    rst_left(r, d->line, "the directive '%.*s' is not known here: it stays as a block of code",
             STR(d->name));
    str *list = arena_array(r->im->a, str, block.count + 1);
    list[0] = d->line;
    for (size_t i = 0; i < block.count; i++)
        list[i + 1] = str_fmt(r->im->a, "    %.*s", STR(block.list[i]));
    rst_fence(out, S("rst"), (struct rst_lines){ list, block.count + 1 });
}

/* ---- names ---- */

/* "_name: url" and "|name| replace:: text" behind ".. ". */
static bool note_name(struct rst *r, str rest)
{
    if (str_starts(rest, S("_"))) {
        str name = str_from(rest, 1), target;
        bool quoted = str_starts(name, S("`"));
        ptrdiff_t end = quoted ? str_find(str_from(name, 1), S("`:")) : str_find(name, S(":"));

        if (end == STR_NONE)
            return false;
        target = str_trim(str_from(name, (size_t)end + (quoted ? 3 : 1)));
        name = str_slice(name, quoted, (size_t)end + quoted);
        if (str_eq(name, S("_")) || !name.len) {
            r->anonymous = arena_grow(r->im->a, r->anonymous, r->nanonymous * sizeof *r->anonymous,
                                      (r->nanonymous + 1) * sizeof *r->anonymous);
            r->anonymous[r->nanonymous++] = target;
        } else {
            if (!target.len) /* it stands before what it names */
                target = str_fmt(r->im->a, "#%.*s", STR(name));
            map_put(&r->targets, rst_name(r->im->a, name))->data =
                (void *)str_cstr(r->im->a, target);
        }
        return true;
    }
    ptrdiff_t end = str_starts(rest, S("|")) ? str_find_char(str_from(rest, 1), '|') : STR_NONE;
    if (end < 1)
        return false;
    struct directive d = { .line = rest };
    struct buf out = buf_in(r->im->a);
    str name = str_slice(rest, 1, (size_t)end + 1),
        behind = str_trim(str_from(rest, (size_t)end + 2));
    if (!is_directive(behind, &d.name, &d.argument))
        return false;
    if (str_eq(d.name, S("image")))
        write_picture(r, &d, &out);
    else
        rst_inline(r, d.argument, &out);
    map_put(&r->substitutions, rst_name(r->im->a, name))->data =
        (void *)str_cstr(r->im->a, buf_str(&out));
    return true;
}

void rst_note_explicit(struct rst *r, struct rst_lines lines)
{
    for (size_t i = 0; i < lines.count; i++) {
        str line = str_trim(lines.list[i]);

        if (str_starts(line, S(".. _")) || str_starts(line, S(".. |")))
            note_name(r, str_from(line, 3));
        else if (str_starts(line, S("__ ")) && str_starts(lines.list[i], S("__ ")))
            note_name(r, str_fmt(r->im->a, "__: %.*s", STR(str_from(line, 3))));
    }
}

/* "[1] text", "[#name] text", "[CIT] text" behind ".. " */
static bool take_note(struct rst *r, str rest, struct rst_lines block, struct buf *out)
{
    ptrdiff_t close = str_starts(rest, S("[")) ? str_find(rest, S("]")) : STR_NONE;

    if (close < 2)
        return false;
    str name = str_slice(rest, 1, (size_t)close);
    str *list = arena_array(r->im->a, str, block.count + 1);
    list[0] = str_trim(str_from(rest, (size_t)close + 1));
    for (size_t i = 0; i < block.count; i++)
        list[i + 1] = block.list[i];
    if (str_starts(name, S("#")) && name.len > 1)
        name = str_from(name, 1);
    rst_inside(r, (struct rst_lines){ list, block.count + 1 },
               str_cstr(r->im->a, str_fmt(r->im->a, "[^%.*s]: ", STR(name))), "    ", out);
    buf_lit(out, "\n");
    return true;
}

size_t rst_explicit(struct rst *r, struct rst_lines lines, size_t at, struct buf *out)
{
    struct directive d = { .line = lines.list[at] };
    struct rst_lines block;
    str rest = str_trim(str_from(lines.list[at], 2));
    size_t taken = rst_indented(r, lines, at + 1, &block) + 1;

    if (str_starts(rest, S("_"))) {
        str name = str_from(rest, 1);

        if (str_ends(name, S(":")) && name.len > 1) /* what follows is called so */
            buf_addf(out, "<a id=\"%.*s\"></a>\n\n", STR(str_slice(name, 0, name.len - 1)));
        return taken;
    }
    if (str_starts(rest, S("|")) || take_note(r, rest, block, out))
        return taken;
    if (is_directive(rest, &d.name, &d.argument)) {
        split_options(&d, block);
        write_directive(r, &d, block, out);
        return taken;
    }
    if (!rest.len && !block.count)
        return 1;
    buf_lit(out, "<!-- ");
    buf_add(out, rest);
    for (size_t i = 0; i < block.count; i++)
        if (block.list[i].len)
            buf_addf(out, "\n%.*s", STR(block.list[i]));
    buf_lit(out, " -->\n\n");
    return taken;
}
