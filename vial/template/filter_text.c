/*
 * filter_text.c - filters of text: upper, replace, truncate, indent, default, ...
 *
 *   comes in:  a value, most often text, and the arguments the signature has sorted
 *   goes out:  text; of Markup mostly Markup, as Python's methods have it
 */
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/template/filter_functions.h"
#include "vial/template/format.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/str_methods.h"
#include "vial/template/text.h"

/* ---- case ---- */

value filter_upper(struct rendering *r, value input, const value *args)
{
    return method_upper(r, value_to_str(r, input), args);
}
value filter_lower(struct rendering *r, value input, const value *args)
{
    return method_lower(r, value_to_str(r, input), args);
}
value filter_capitalize(struct rendering *r, value input, const value *args)
{
    return method_capitalize(r, value_to_str(r, input), args);
}

/* What a word may follow: Jinja's [-\s({\[<]. */
static bool begins_words(uint32_t c)
{
    return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || char_is_space(c);
}

/* How many bytes at the front are separators, or are none. */
static size_t span(str s, bool separators)
{
    str rest = s, before = s;

    while (rest.len && begins_words(utf8_next(&rest)) == separators)
        before = rest;
    return s.len - before.len;
}

/* The first character of each word upper, all others lower; plain text even of Markup. */
value filter_title(struct rendering *r, value input, const value *args)
{
    str s = value_text(value_to_str(r, input));
    struct buf text = buf_in(r->arena);

    (void)args;
    if (r->failed || !rendering_take(r, s.len))
        return value_undefined();
    while (s.len) {
        size_t separators = span(s, true), len = span(str_from(s, separators), false);
        str word = str_slice(s, separators, separators + len);
        size_t first = word.len ? utf8_offset(word, 1) : 0;

        buf_add(&text, str_slice(s, 0, separators));
        buf_add(&text, unicode_upper(r->arena, str_slice(word, 0, first)));
        buf_add(&text, unicode_lower(r->arena, str_from(word, first)));
        s = str_from(s, separators + len);
    }
    return value_str(buf_str(&text));
}

/* ---- as it is, or not ---- */

value filter_string(struct rendering *r, value input, const value *args)
{
    (void)args;
    return value_to_str(r, input);
}

value filter_default(struct rendering *r, value input, const value *args)
{
    if (input.type == VIAL_UNDEFINED)
        return args[0];
    if (value_truth(r, args[1]) && !value_truth(r, input))
        return r->failed ? value_undefined() : args[0];
    return input;
}

value filter_trim(struct rendering *r, value input, const value *args)
{
    value text = value_to_str(r, input);
    const struct call call = { .args = args, .nargs = 1 };

    return r->failed ? value_undefined() : value_call_method(r, text, S("strip"), &call);
}

value filter_center(struct rendering *r, value input, const value *args)
{
    value text = value_to_str(r, input);
    const value both[] = { args[0], value_str(S(" ")) };

    return r->failed ? value_undefined() : method_center(r, text, both);
}

value filter_format(struct rendering *r, value input, const struct call *call, void *self)
{
    value args = tuple_of(r->arena, call->args, call->nargs);

    (void)self;
    if (call->nargs && call->nnamed)
        return fail(r, "FilterArgumentError",
                    "can't handle positional and keyword arguments at the same time");
    if (call->nnamed) {
        args = dict_new(r->arena, call->nnamed);
        for (size_t i = 0; i < call->nnamed; i++)
            dict_set(args, call->names[i], call->named[i]);
    }
    return format_percent(r, value_to_str(r, input), args);
}

/* ---- replace ---- */

static value plain_str(struct rendering *r, value v)
{
    v = value_to_str(r, v);
    v.flags = 0;
    return v;
}

value filter_replace(struct rendering *r, value input, const value *args)
{
    value old = args[0], with = args[1];
    int64_t limit = -1;

    if (args[2].type != VIAL_NONE && !value_to_index(r, args[2], &limit))
        return value_undefined();
    if (!r->autoescape) {
        old = plain_str(r, old);
        with = plain_str(r, with);
        input = plain_str(r, input);
        return r->failed ? value_undefined()
                         : text_replace(r, input, value_text(old), value_text(with), limit);
    }
    if (value_has_html(old) || (value_has_html(with) && !value_has_html(input)))
        input = value_escape(r, input);
    else
        input = value_to_str(r, input);
    old = value_to_str(r, old);
    with = value_to_str(r, with);
    if (value_is_safe(input)) {
        old = value_escape(r, old);
        with = value_escape(r, with);
    }
    return r->failed ? value_undefined()
                     : text_replace(r, input, value_text(old), value_text(with), limit);
}

/* ---- truncate ---- */

/* Up to the last space. */
static str cut_at_word(str s)
{
    ptrdiff_t space = str_rfind_char(s, ' ');

    return space == STR_NONE ? s : str_slice(s, 0, (size_t)space);
}

/* assert number >= least */
static bool at_least(struct rendering *r, value number, int64_t least, const char *name)
{
    if (value_compare(r, COMPARE_GE, number, value_int(least)) || r->failed)
        return !r->failed;
    value shown = value_to_str(r, number);

    fail(r, "AssertionError", "expected %s >= %lld, got %.*s", name, (long long)least,
         STR(value_text(shown)));
    return false;
}

/* The text is cut where Python's s[:length - len(end)] cuts it. */
value filter_truncate(struct rendering *r, value input, const value *args)
{
    value length = args[0], leeway = args[3], cut;
    int64_t end = value_length(r, args[2]), own;

    if (leeway.type == VIAL_NONE)
        leeway = value_int(env_policies(r->env)->truncate_leeway);
    if (r->failed || !at_least(r, length, end, "length") || !at_least(r, leeway, 0, "leeway"))
        return value_undefined();
    own = value_length(r, input);
    if (r->failed || value_compare(r, COMPARE_LE, value_int(own), value_add(r, length, leeway)))
        return r->failed ? value_undefined() : input;
    length = value_subtract(r, length, value_int(end));
    cut = value_slice(r, input, value_none(), length, value_none());
    if (r->failed)
        return value_undefined();
    if (cut.type == VIAL_STR && !value_truth(r, args[1]))
        cut = text_like(cut, cut_at_word(value_text(cut)));
    return r->failed ? value_undefined() : value_add(r, cut, args[2]);
}

/* ---- lines and words ---- */

/* A width in spaces, or the text itself. */
static bool indention_of(struct rendering *r, value width, value input, value *indention)
{
    if (width.type == VIAL_STR)
        *indention = width;
    else
        *indention = value_multiply(r, value_str(S(" ")), width);
    if (!r->failed && value_is_safe(input))
        indention->flags = VIAL_SAFE;
    else if (!r->failed && value_is_safe(*indention))
        *indention = value_str(value_text(*indention));
    return !r->failed;
}

/* `s += "\n"` and then s.splitlines(), of what is no text: one of the two fails. */
static value no_lines(struct rendering *r, value v)
{
    if (v.type == VIAL_UNDEFINED)
        return undefined_fail(r, v);
    if (v.type == VIAL_TUPLE)
        return value_add(r, v, value_str(S("\n")));
    if (v.type == VIAL_LIST)
        return fail(r, "AttributeError", "'list' object has no attribute 'splitlines'");
    return fail(r, "TypeError", "unsupported operand type(s) for +=: '%s' and 'str'",
                value_type_name(v));
}

value filter_indent(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    bool first = value_truth(r, args[1]), blank = value_truth(r, args[2]);
    value indention;
    str rest, line;

    if (!indention_of(r, args[0], input, &indention))
        return value_undefined();
    if (input.type != VIAL_STR)
        return no_lines(r, input);
    value whole = text_add(r, input, text_like(input, S("\n")));

    if (r->failed)
        return value_undefined();
    rest = value_text(whole);
    for (bool at_first = true; text_next_line(&rest, &line, NULL); at_first = false) {
        if (!at_first)
            buf_lit(&text, "\n");
        if (at_first ? first : blank || line.len)
            buf_add(&text, value_text(indention));
        buf_add(&text, line);
        if (!rendering_take(r, indention.len + line.len) || !rendering_spend(r, 1))
            return value_undefined();
    }
    return text_like(input, buf_str(&text));
}

value filter_wordcount(struct rendering *r, value input, const value *args)
{
    int64_t count = 0;
    bool within = false;

    (void)args;
    for (str s = value_text(value_to_str(r, input)); s.len;) {
        unsigned char c = (unsigned char)s.p[0];
        bool word = c < 0x80 ? is_alnum(c) || c == '_' : char_is_word(utf8_next(&s));

        if (c < 0x80)
            s = str_from(s, 1);

        count += word && !within;
        within = word;
    }
    return r->failed ? value_undefined() : value_int(count);
}
