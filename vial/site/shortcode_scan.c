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

enum { CALLS_MAX = 4096 };

struct reader {
    struct shortcodes *shortcodes;
    str text;
    size_t offset; /* of the text in the file */
    struct error *err;
};

static bool complain(struct reader *r, size_t at, const char *sentence)
{
    const struct rendered *rendered = r->shortcodes->rendered;
    struct place place = rendered_place(rendered, r->offset + at, 2);

    error_at(r->err, place, "%s", sentence);
    return error_hint(r->err, "in code (`...`) it is shown as it stands");
}

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
    for ((*at)++;;) {
        value item;

        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ']') {
            (*at)++;
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

/* Behind a run of backticks and what it encloses, or a fence's block; `at` is its first sign. */
static size_t code_end(str text, size_t at)
{
    char sign = text.p[at];
    size_t run = 0, line = at;

    while (at + run < text.len && text.p[at + run] == sign)
        run++;
    while (line > 0 && (text.p[line - 1] == ' ' || text.p[line - 1] == '\t'))
        line--;
    bool fence = run >= 3 && (line == 0 || text.p[line - 1] == '\n' || text.p[line - 1] == '>');
    if (sign == '~' && !fence)
        return at + run;
    for (size_t i = at + run; i < text.len;) {
        size_t other = 0;

        while (i + other < text.len && text.p[i + other] == sign)
            other++;
        if (fence ? other >= run : other == run)
            return i + other;
        if (!fence && text.p[i] == '\n' && i + 1 < text.len && text.p[i + 1] == '\n')
            break;
        i += other ? other : 1;
    }
    return fence ? text.len : at + run;
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

static bool read_call(struct reader *r, size_t at, size_t *behind, struct shortcode *call)
{
    bool body = r->text.p[at + 1] == '%';

    call->args = dict_new(r->shortcodes->visit->arena, 4);
    if (!read_args(r, behind, call->args))
        return complain(
            r, at,
            "a shortcode's arguments are NAME=VALUE: \"text\", a number, true, false or a list");
    *behind = skip_spaces(r->text, *behind);
    if (!str_starts(str_from(r->text, *behind), body ? S("%}") : S("}}")))
        return complain(r, at, "a shortcode's call is not closed");
    *behind += 2;
    call->offset = r->offset + at;
    call->has_body = body;
    if (body) {
        size_t from = *behind, end;

        if (!find_end(r->text, from, &end, behind))
            return complain(r, at, "'{% end %}' is missing for this shortcode");
        call->body = str_slice(r->text, from, end);
        call->body_offset = r->offset + from;
    }
    call->source = str_slice(r->text, at, *behind);
    str before = str_slice(r->text, 0, at);
    call->in_mark = !body && str_find_char(call->source, '\n') == STR_NONE &&
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

    for (size_t i = 0; i < call.len; i++) {
        to[i] = call.p[i] == '\n' ? '\n' : pad;
        if (call.p[i] == '\n')
            pad = ' ';
    }
    to[0] = '\x02';
    for (int i = 0; i < 4; i++)
        to[1 + i] = (char)(0x0E + ((number >> (3 * i)) & 7));
    to[5] = '\x03';
}

static bool keep(struct reader *r, const struct shortcode *call)
{
    struct shortcodes *s = r->shortcodes;

    if (s->count == CALLS_MAX)
        return complain(r, call->offset - r->offset, "this page has too many shortcodes");
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
    struct reader r = { shortcodes, text, offset, err };
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
        if (text.p[at] != '{' || !strchr("{%", text.p[at + 1]) ||
            !begins_call(text, at, &call.name, &behind)) {
            at++;
            continue;
        }
        if (!read_call(&r, at, &behind, &call) || !keep(&r, &call))
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
