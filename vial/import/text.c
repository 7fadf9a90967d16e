/*
 * text.c - goes through a text, from one tag or link to the next
 *
 *   comes in:  a page's body, as the old program read it
 *   goes out:  the same for vial: what is neither tag nor link passes as it stands
 *
 * It knows as much of Markdown as it takes to see what is code, what is a link's target and what
 * is HTML. What a tag means the source knows, where a link leads links.c.
 */
#include "vial/import/inside.h"

static bool at_line(const struct converting *c)
{
    return c->at == 0 || c->text.p[c->at - 1] == '\n';
}

static str rest_of(const struct converting *c)
{
    return str_from(c->text, c->at);
}

static void pass(struct converting *c, size_t len)
{
    if (len > c->text.len - c->at)
        len = c->text.len - c->at;
    buf_add(c->out, str_slice(c->text, c->at, c->at + len));
    c->at += len;
}

/* ---- what is left as it is ---- */

void left_here(struct converting *c, size_t len, const char *fmt, ...)
{
    struct left_note *note = arena_make(c->im->a, struct left_note);
    struct buf sentence = buf_in(c->im->a);
    va_list args;

    va_start(args, fmt);
    buf_addv(&sentence, fmt, args);
    va_end(args);
    note->offset = c->in_target ? c->target_at : c->out->len;
    note->len = len;
    note->from = c->at;
    note->sentence = buf_str(&sentence);
    *c->last = note;
    c->last = &note->next;
}

/* What vial would take for a call of a template: "{{ name(" or "{% name(". */
static bool begins_call(str text)
{
    size_t at = 2;

    if (!str_starts(text, S("{{")) && !str_starts(text, S("{%")))
        return false;
    while (at < text.len && is_space(text.p[at]))
        at++;
    if (at == text.len || !is_alpha(text.p[at]))
        return false;
    while (at < text.len && (is_alnum(text.p[at]) || strchr("_-", text.p[at])))
        at++;
    return at < text.len && text.p[at] == '(';
}

void keep_here(struct converting *c, size_t len)
{
    size_t end = c->at + len;

    while (c->at < end) {
        if (!c->in_code && begins_call(rest_of(c)))
            buf_lit(c->out, "\\");
        pass(c, 1);
    }
}

void write_call(struct buf *out, const char *name, const str *pairs)
{
    bool first = true;

    buf_addf(out, "%s(", name);
    for (; pairs[0].p; pairs += 2) {
        if (!pairs[1].len)
            continue;
        char quote = str_has(pairs[1], '"') ? '\'' : '"';
        buf_addf(out, "%s%.*s=%c", first ? "" : ", ", STR(pairs[0]), quote);
        for (size_t i = 0; i < pairs[1].len; i++) {
            if (pairs[1].p[i] == quote || pairs[1].p[i] == '\\')
                buf_lit(out, "\\");
            buf_addc(out, pairs[1].p[i]);
        }
        buf_addc(out, quote);
        first = false;
    }
    buf_lit(out, ")");
}

/* ---- code ---- */

/* The sign and length of the fence that this line begins or ends; 0: it is none. */
static size_t fence_of(str line, char *sign, str *behind)
{
    size_t at = 0, run = 0;

    while (at < line.len && strchr(" \t>", line.p[at]))
        at++;
    if (at == line.len || !strchr("`~", line.p[at]))
        return 0;
    *sign = line.p[at];
    while (at + run < line.len && line.p[at + run] == *sign)
        run++;
    *behind = str_trim(str_from(line, at + run));
    return run >= 3 && !(*sign == '`' && str_has(*behind, '`')) ? run : 0;
}

/* Behind the block of code whose first line begins at `rest`; 0: it is none. */
static size_t fenced_len(str all)
{
    str rest = all, line, behind;
    char sign, other;

    str_line(&rest, &line);
    size_t run = fence_of(line, &sign, &behind);
    if (!run)
        return 0;
    while (rest.len) {
        str_line(&rest, &line);
        if (fence_of(line, &other, &behind) >= run && other == sign && !behind.len)
            break;
    }
    return all.len - rest.len;
}

static void pass_code(struct converting *c, size_t len)
{
    size_t end = c->at + len;

    c->in_code = true;
    while (c->at < end)
        if (!c->im->origin->tag_in_code || !strchr(c->im->origin->opens, c->text.p[c->at]) ||
            !c->im->origin->tag_in_code(c))
            pass(c, 1);
    c->in_code = false;
}

/* `code`, and what encloses it; 0 when nothing closes it in its paragraph. */
static size_t inline_code_len(str text)
{
    size_t run = 0;

    while (run < text.len && text.p[run] == '`')
        run++;
    for (size_t i = run; i < text.len;) {
        size_t other = 0;

        while (i + other < text.len && text.p[i + other] == '`')
            other++;
        if (other == run)
            return i + other;
        if (text.p[i] == '\n' && i + 1 < text.len && text.p[i + 1] == '\n')
            return 0;
        i += other ? other : 1;
    }
    return 0;
}

/* A line that is code for its indentation: the one before is empty or such a line, and no list is
 * open. */
static bool is_indented_code(const struct converting *c)
{
    str rest = rest_of(c), before = str_slice(c->text, 0, c->at), line;
    bool blank = !before.len;

    str_line(&rest, &line);
    if ((!str_starts(line, S("    ")) && !str_starts(line, S("\t"))) || !str_trim(line).len)
        return false;
    while (before.len) {
        ptrdiff_t end = str_rfind_char(str_slice(before, 0, before.len - 1), '\n');
        str above = str_trim(str_from(before, (size_t)(end + 1)));
        str raw = str_from(before, (size_t)(end + 1));

        if (!above.len)
            blank = true;
        else if (!str_starts(raw, S("    ")) && !str_starts(raw, S("\t")))
            return (blank || above.p[0] == '#') && !strchr("*+-:!?=", above.p[0]) &&
                   !is_digit(above.p[0]) && !str_starts(raw, S(" ")) && !str_starts(raw, S("["));
        else
            blank = false;
        before = str_slice(before, 0, (size_t)(end + 1));
        if (above.len && !blank)
            continue;
    }
    return true;
}

/* ---- targets ---- */

/* Between `c->at` and the sign that ends a target. 0: white space or a parenthesis does. */
static void convert_target(struct converting *c, char end)
{
    struct buf target = buf_in(c->im->a), *out = c->out;
    size_t depth = 0;

    c->target_at = out->len;
    c->out = &target;
    c->in_target = true;
    c->settled = false;
    while (c->at < c->text.len) {
        char sign = c->text.p[c->at];

        if (sign != end && strchr(c->im->origin->opens, sign) && c->im->origin->tag(c))
            continue;
        if (sign == end || sign == '\n' || (!end && (is_space(sign) || (sign == ')' && !depth))))
            break;
        depth += sign == '(';
        depth -= sign == ')' && depth;
        pass(c, sign == '\\' ? 2 : 1);
    }
    c->out = out;
    c->in_target = false;
    buf_add(out, c->settled ? buf_str(&target) : link_convert(c, buf_str(&target)));
}

static void convert_link(struct converting *c)
{
    pass(c, 2); /* "](" */
    while (c->at < c->text.len && strchr(" \t", c->text.p[c->at]))
        pass(c, 1);
    if (str_starts(rest_of(c), S("<"))) {
        pass(c, 1);
        convert_target(c, '>');
    } else {
        convert_target(c, 0);
    }
}

/* "[name]: target" at a line's beginning: how long it is up to the target; 0: it is none. */
static size_t definition_len(str text)
{
    size_t at = 0;

    while (at < 3 && at < text.len && text.p[at] == ' ')
        at++;
    if (at + 1 >= text.len || text.p[at] != '[' || text.p[at + 1] == '^')
        return 0;
    while (at < text.len && text.p[at] != ']' && text.p[at] != '\n')
        at++;
    if (!str_starts(str_from(text, at), S("]:")))
        return 0;
    at += 2;
    while (at < text.len && strchr(" \t", text.p[at]))
        at++;
    return at < text.len && text.p[at] != '\n' ? at : 0;
}

/* `href="` and its like, in a tag of HTML: with the quotation mark; 0: it is none. */
static size_t attribute_len(const struct converting *c)
{
    static const char *const names[] = { "href", "src", "poster", NULL };
    str rest = rest_of(c);

    if (!c->at || !is_space(c->text.p[c->at - 1]))
        return 0;
    for (size_t i = 0; names[i]; i++) {
        size_t at = strlen(names[i]);

        if (!str_istarts(rest, str_of(names[i])))
            continue;
        if (at + 1 < rest.len && rest.p[at] == '=' && strchr("\"'", rest.p[at + 1]))
            return at + 2;
    }
    return 0;
}

/* ---- all of it ---- */

static bool convert_html(struct converting *c)
{
    str rest = rest_of(c);
    size_t len;

    if (c->in_html && (len = attribute_len(c))) {
        pass(c, len);
        convert_target(c, c->text.p[c->at - 1]);
        return true;
    }
    if (c->in_html && (rest.p[0] == '>' || str_starts(rest, S("\n\n"))))
        c->in_html = false;
    else if (rest.p[0] == '<' && rest.len > 1 && is_alpha(rest.p[1]))
        c->in_html = true;
    if (!str_starts(rest, S("<!--")))
        return false;
    ptrdiff_t end = str_find(rest, S("-->"));
    keep_here(c, end == STR_NONE ? 4 : (size_t)end + 3);
    return true;
}

static bool convert_markdown(struct converting *c)
{
    str rest = rest_of(c), line = rest;
    size_t len;

    if (at_line(c) && (len = fenced_len(rest))) {
        pass_code(c, len);
        return true;
    }
    if (at_line(c) && strchr(" \t", rest.p[0]) && is_indented_code(c)) {
        str after = rest;

        str_line(&after, &line);
        pass_code(c, rest.len - after.len);
        return true;
    }
    if (rest.p[0] == '`') {
        size_t run = 1;

        while (run < rest.len && rest.p[run] == '`')
            run++;
        len = inline_code_len(rest);
        if (len)
            pass_code(c, len);
        else
            pass(c, run);
        return true;
    }
    if (rest.p[0] == '\\' && rest.len > 1 && rest.p[1] != '\n') {
        if (strchr(c->im->origin->opens, '\\') && c->im->origin->tag(c))
            return true;
        pass(c, 2);
        return true;
    }
    if (str_starts(rest, S("]("))) {
        convert_link(c);
        return true;
    }
    if (at_line(c) && (len = definition_len(rest))) {
        pass(c, len);
        convert_target(c, 0);
        return true;
    }
    return false;
}

static void convert(struct converting *c)
{
    while (c->at < c->text.len) {
        if (!c->item->html && convert_markdown(c))
            continue;
        if (strchr(c->im->origin->opens, c->text.p[c->at]) && c->im->origin->tag(c))
            continue;
        if (convert_html(c))
            continue;
        if (begins_call(rest_of(c)))
            buf_lit(c->out, "\\");
        pass(c, 1);
    }
}

/*
 * HTML as Markdown takes it: without indentation and empty lines, at which a block of HTML would
 * end; but for what stands between <pre> and </pre>.
 */
static str flat_html(struct arena *a, str html)
{
    struct buf out = buf_in(a);
    bool kept = false;
    str rest = html, line;

    while (rest.len) {
        str_line(&rest, &line);
        str bare = str_ltrim(line), lower = str_lower(a, line);
        bool opens = str_find(lower, S("<pre")) != STR_NONE,
             closes = str_find(lower, S("</pre")) != STR_NONE;

        if (!kept && !bare.len)
            continue;
        if (kept && !bare.len)
            buf_lit(&out, "<!-- -->"); /* an empty line in <pre> ends no block of that kind */
        buf_add(&out, kept ? line : bare);
        buf_lit(&out, "\n");
        kept = (kept || opens) && !closes;
    }
    return buf_str(&out);
}

/* The places are those of the new file, where the text is to be mended. */
void text_tell(struct importing *im, const struct item *item)
{
    str all = item->left ? front_write(im, item, item->written) : S("");
    bool whole = item->body.p >= item->text.p && item->body.p <= item->text.p + item->text.len;
    size_t before = all.len - item->written.len,
           body = whole ? (size_t)(item->body.p - item->text.p) : 0;

    for (const struct left_note *note = item->left; note; note = note->next) {
        struct place place = { path_join(im->a, im->to, item->file), all, before + note->offset,
                               note->len };
        struct place old = { path_join(im->a, im->from, item->source), item->text,
                             body + note->from, note->len };
        struct error err = { 0 };

        if (im->report->left.count >= IMPORT_LEFT)
            return;
        error_at(&err, place, "%.*s", STR(note->sentence));
        if (whole)
            error_note(&err, old, "it was");
        errors_add(&im->report->left, &err);
    }
}

void text_convert(struct importing *im, struct item *item)
{
    struct buf out = buf_in(im->a);
    struct converting c = { .im = im, .item = item, .text = item->body, .out = &out };

    c.last = &c.notes;
    if (item->listing) {
        left_here(&c, 0, "a list that the old program made: its text is kept as a comment");
        buf_lit(&out, "<!--\n");
        for (size_t i = 0; i < item->body.len; i++) {
            if (str_starts(str_from(item->body, i), S("-->")))
                buf_lit(&out, "--&gt;"), i += 2;
            else
                keep_here((c.at = i, &c), 1);
        }
        buf_lit(&out, "-->\n");
    } else {
        convert(&c);
    }
    item->written = item->html && !item->listing ? flat_html(im->a, buf_str(&out)) : buf_str(&out);
    item->left = c.notes;
}
