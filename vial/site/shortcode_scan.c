/*
 * shortcode_scan.c - the calls in a page's text
 *
 *   comes in:  Markdown: {{ name(key="value") }}, {% name() %} body {% end %}
 *   goes out:  the calls, and the text with marks in their place
 *
 * What stands in code is no call, nor is what a backslash stands before. A mark is as long as its
 * call, so that all that follows keeps its line and column; shortcode_marks.h says what it is made
 * of.
 */
#include "vial/base/buf.h"
#include "vial/site/shortcode_marks.h"
#include "vial/site/shortcodes.h"
#include "vial/site/snippets.h"
#include "vial/template/ops.h"

enum {
    CALLS_MAX = 4096,
    LISTS_DEEPEST = 16,
    TICKS_MOST = 80, /* that begin code within a line, as for cmark */
};

struct reader {
    struct shortcodes *shortcodes;
    str text;
    size_t offset;  /* of the text in the file */
    unsigned lists; /* that are open           */
    bool endless;   /* a body had no end: where others end nobody knows either */
};

static size_t skip_spaces(str text, size_t at)
{
    while (at < text.len && is_space(text.p[at]))
        at++;
    return at;
}

static size_t name_end(str text, size_t at)
{
    while (at < text.len && (is_alnum(text.p[at]) || text.p[at] == '_' || text.p[at] == '-'))
        at++;
    return at;
}

static bool read_value(struct reader *r, size_t *at, value *out);

static bool read_text(struct reader *r, size_t *at, value *out)
{
    struct buf text = buf_in(r->shortcodes->visit->arena);
    char quote = r->text.p[(*at)++];

    for (; *at < r->text.len && r->text.p[*at] != quote; (*at)++) {
        if (r->text.p[*at] == '\\' && *at + 1 < r->text.len)
            (*at)++;
        buf_addc(&text, r->text.p[*at]);
    }
    if (*at == r->text.len)
        return false;
    (*at)++;
    *out = value_str(buf_str(&text));
    return true;
}

static bool read_list(struct reader *r, size_t *at, value *out)
{
    *out = list_new(r->shortcodes->visit->arena, 4);
    if (++r->lists > LISTS_DEEPEST)
        return false;
    for ((*at)++;;) {
        value item;

        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ']') {
            (*at)++;
            r->lists--;
            return true;
        }
        if (!read_value(r, at, &item))
            return false;
        list_push(*out, item);
        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ',')
            (*at)++;
    }
}

static bool read_value(struct reader *r, size_t *at, value *out)
{
    size_t from = *at;
    int64_t number;
    double fraction;

    if (from == r->text.len)
        return false;
    if (r->text.p[from] == '"' || r->text.p[from] == '\'')
        return read_text(r, at, out);
    if (r->text.p[from] == '[')
        return read_list(r, at, out);
    while (*at < r->text.len && (is_alnum(r->text.p[*at]) || strchr("+-.", r->text.p[*at])))
        (*at)++;
    str word = str_slice(r->text, from, *at);
    if (str_eq(word, S("true")) || str_eq(word, S("false")))
        *out = value_bool(word.p[0] == 't');
    else if (str_int(word, &number))
        *out = value_int(number);
    else if (str_float(word, &fraction))
        *out = value_float(fraction);
    else
        return false;
    return true;
}

/* Behind "(": `name=value, ...)`. */
static bool read_args(struct reader *r, size_t *at, value args)
{
    for (;;) {
        value v;

        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ')') {
            (*at)++;
            return true;
        }
        size_t end = name_end(r->text, *at);
        str name = str_slice(r->text, *at, end);
        *at = skip_spaces(r->text, end);
        if (!name.len || *at == r->text.len || r->text.p[*at] != '=')
            return false;
        *at = skip_spaces(r->text, *at + 1);
        if (!read_value(r, at, &v))
            return false;
        dict_set(args, name, v);
        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ',')
            (*at)++;
    }
}

/* "{{ name(" or "{% name(" at `at`: a call begins; `*name` and where its arguments do. */
static bool begins_call(str text, size_t at, str *name, size_t *args)
{
    size_t from = skip_spaces(text, at + 2), end = name_end(text, from);

    if (end == from || !is_alpha(text.p[from]) || end == text.len || text.p[end] != '(')
        return false;
    *name = str_slice(text, from, end);
    *args = end + 1;
    return true;
}

static bool is_end(str text, size_t at, size_t *behind)
{
    size_t from = skip_spaces(text, at + 2), end = name_end(text, from);

    if (!str_eq(str_slice(text, from, end), S("end")))
        return false;
    end = skip_spaces(text, end);
    *behind = end + 2;
    return str_starts(str_from(text, end), S("%}"));
}

static size_t count_run(str text, size_t at)
{
    size_t run = 0;

    while (at + run < text.len && text.p[at + run] == text.p[at])
        run++;
    return run;
}

/* Whether nothing but indentation and the signs of quotations stand before `at` on its line. */
static bool begins_line(str text, size_t at)
{
    while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t' || text.p[at - 1] == '>'))
        at--;
    return at == 0 || text.p[at - 1] == '\n';
}

static size_t fence_end(str text, size_t at, size_t run)
{
    char sign = text.p[at];

    for (at += run; at < text.len; at++) {
        if (text.p[at] != sign || !begins_line(text, at))
            continue;
        size_t other = count_run(text, at), end = at + other;

        while (end < text.len && (text.p[end] == ' ' || text.p[end] == '\t'))
            end++;
        if (other >= run && (end == text.len || text.p[end] == '\n' || text.p[end] == '\r'))
            return end;
        at += other - 1;
    }
    return text.len;
}

static size_t span_end(str text, size_t at, size_t run)
{
    for (size_t i = at + run; i < text.len && run <= TICKS_MOST;) {
        size_t other = text.p[i] == '`' ? count_run(text, i) : 0;

        if (other == run)
            return i + other;
        if (str_starts(str_from(text, i), S("\n\n")))
            break;
        i += other ? other : 1;
    }
    return at + run;
}

/* Behind a run of backticks and what it encloses, or a fence's block; `at` is its first sign. */
static size_t code_end(str text, size_t at)
{
    size_t run = count_run(text, at);

    if (run >= 3 && begins_line(text, at))
        return fence_end(text, at, run);
    return text.p[at] == '`' ? span_end(text, at, run) : at + run;
}

/* Where the body that begins at `from` ends: the {% end %} of its own. */
static bool find_end(str text, size_t from, size_t *end, size_t *behind)
{
    unsigned open = 1;
    size_t args;
    str name;

    for (size_t at = from; at + 1 < text.len;) {
        if (text.p[at] == '`' || text.p[at] == '~') {
            at = code_end(text, at);
        } else if (text.p[at] != '{' || text.p[at + 1] != '%') {
            at++;
        } else if (is_end(text, at, behind)) {
            *end = at;
            if (--open == 0)
                return true;
            at = *behind;
        } else {
            open += begins_call(text, at, &name, &args);
            at += 2;
        }
    }
    return false;
}

/* Why it is not well formed; NULL: it is, and ends at `*behind`. */
static const char *read_parts(struct reader *r, size_t at, size_t *behind, struct shortcode *call)
{
    bool body = r->text.p[at + 1] == '%';
    size_t end;

    r->lists = 0;
    if (!read_args(r, behind, call->args))
        return "a shortcode's arguments are NAME=VALUE: \"text\", a number, true, false or a list";
    *behind = skip_spaces(r->text, *behind);
    if (!str_starts(str_from(r->text, *behind), body ? S("%}") : S("}}")))
        return "a shortcode's call is not closed";
    *behind += 2;
    if (!body)
        return NULL;
    size_t from = *behind;
    r->endless = !find_end(r->text, from, &end, behind);
    if (r->endless)
        return "'{% end %}' is missing for this shortcode";
    call->has_body = true;
    call->body = str_slice(r->text, from, end);
    call->body_offset = r->offset + from;
    return NULL;
}

/* To the end of the call as far as it can be seen, or of the line. */
static size_t wrong_end(str text, size_t at)
{
    str close = text.p[at + 1] == '%' ? S("%}") : S("}}"), rest = str_from(text, at), line;

    str_line(&rest, &line);
    ptrdiff_t found = str_find(line, close);
    return at + (found == STR_NONE ? line.len : (size_t)found + close.len);
}

/* False: it is taken for text. */
static bool read_call(struct reader *r, size_t at, size_t *behind, struct shortcode *call)
{
    if (r->endless && r->text.p[at + 1] == '%')
        return false;
    call->args = dict_new(r->shortcodes->visit->arena, 4);
    call->offset = r->offset + at;
    call->wrong = read_parts(r, at, behind, call);
    if (call->wrong)
        *behind = wrong_end(r->text, at);
    call->source = str_slice(r->text, at, *behind);
    if (call->wrong)
        return call->source.len >= MARK_LENGTH;
    str before = str_slice(r->text, 0, at);
    call->in_mark = !call->has_body && str_find_char(call->source, '\n') == STR_NONE &&
                    (str_ends(before, S("](")) || str_ends(before, S("](<")));
    call->in_link = call->in_mark || str_ends(before, S("=\"")) || str_ends(before, S("='"));
    return true;
}

/*
 * Where a link leads there may be no control characters: there a mark is a sign of no script, the
 * number, and as much as is missing.
 */
static void write_address(char *to, size_t len, size_t number)
{
    memset(to, '_', len);
    memcpy(to, ADDRESS_SIGN, sizeof ADDRESS_SIGN - 1);
    for (int i = 0; i < 4; i++)
        to[sizeof ADDRESS_SIGN - 1 + (size_t)i] = (char)('0' + ((number >> (3 * i)) & 7));
    to[len - 1] = '.';
}

static void write_mark(char *to, str call, size_t number)
{
    char pad = MARK_PAD; /* no spaces: two of them would end a line; but lines below are blank */
    size_t owed = 0;     /* ends of lines in whose place the mark itself stands */

    for (size_t i = 0; i < MARK_LENGTH; i++)
        owed += call.p[i] == '\n';
    for (size_t i = MARK_LENGTH; i < call.len; i++) {
        bool ends = call.p[i] == '\n' || owed;

        owed -= owed && call.p[i] != '\n';
        to[i] = ends ? '\n' : pad;
        if (ends)
            pad = ' ';
    }
    to[0] = '\x02';
    for (int i = 0; i < 4; i++)
        to[1 + i] = (char)(0x0E + ((number >> (3 * i)) & 7));
    to[5] = '\x03';
}

static bool keep(struct reader *r, const struct shortcode *call, struct error *err)
{
    struct shortcodes *s = r->shortcodes;

    if (s->count == CALLS_MAX)
        return error_at(err, rendered_place(s->rendered, call->offset, 2),
                        "this page has more than %d shortcodes", CALLS_MAX);
    if (s->count == s->cap) {
        size_t more = s->cap ? s->cap * 2 : 8;

        s->list =
            arena_grow(s->visit->arena, s->list, s->cap * sizeof *s->list, more * sizeof *s->list);
        s->cap = more;
    }
    s->list[s->count++] = *call;
    return true;
}

str shortcodes_mark(struct shortcodes *shortcodes, str text, size_t offset, struct error *err)
{
    struct reader r = { .shortcodes = shortcodes, .text = text, .offset = offset };
    char *marked = NULL;

    if (str_find(text, S("{{")) == STR_NONE && str_find(text, S("{%")) == STR_NONE)
        return text;
    for (size_t at = 0, behind; at + 1 < text.len;) {
        struct shortcode call = { 0 };

        if (text.p[at] == '`' || text.p[at] == '~') {
            at = code_end(text, at);
            continue;
        }
        if (text.p[at] == '\\') {
            at += 2;
            continue;
        }
        if (text.p[at] != '{' || (text.p[at + 1] != '{' && text.p[at + 1] != '%') ||
            !begins_call(text, at, &call.name, &behind)) {
            at++;
            continue;
        }
        if (!read_call(&r, at, &behind, &call)) {
            at = behind;
            continue;
        }
        if (!keep(&r, &call, err))
            return (str){ 0 };
        if (!marked)
            marked = (char *)(uintptr_t)str_copy(shortcodes->visit->arena, text).p;
        if (call.in_mark)
            write_address(marked + at, call.source.len, shortcodes->count - 1);
        else
            write_mark(marked + at, call.source, shortcodes->count - 1);
        at = behind;
    }
    return marked ? str_n(marked, text.len) : text;
}
