/*
 * converter.c - what an <argument> takes from a path, and what it gives to one
 *
 *   comes in:  a converter's name and its arguments, while rules are added; then text or values
 *   goes out:  the value of a text, the text of a value
 *
 * Werkzeug's converters are regular expressions. The seven built-in ones need none: each can say in
 * one pass which lengths it could take off the front of a text (a span), and the router tries
 * them, longest first, or shortest first for <path:>.
 */
#include "vial/app/converter.h"
#include "vial/base/nearest.h"
#include "vial/template/number.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- the arguments between the parentheses ---- */

enum { ARGS_MAX = 64 };

struct converter_args {
    str names[ARGS_MAX]; /* empty: by position */
    value values[ARGS_MAX];
    bool used[ARGS_MAX];
    size_t count;
    struct place place;
    struct arena *arena;
    struct error *err;
};

static value word_value(str word)
{
    int64_t number;
    double real;

    if (str_eq(word, S("True")))
        return value_bool(true);
    if (str_eq(word, S("False")))
        return value_bool(false);
    if (str_eq(word, S("None")))
        return value_none();
    if (str_int(word, &number))
        return value_int(number);
    if (str_float(word, &real))
        return value_float(real);
    return value_str(word);
}

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_' || c == '.' || c == '-' || (unsigned char)c >= 0x80;
}

/* One word or quoted text at the front of `*rest`. */
static bool read_value(str *rest, value *v)
{
    char quote = rest->len ? rest->p[0] : '\0';

    if (quote == '"' || quote == '\'') {
        ptrdiff_t end = str_find_char(str_from(*rest, 1), quote);

        if (end < 0)
            return false;
        *v = value_str(str_slice(*rest, 1, (size_t)end + 1));
        *rest = str_from(*rest, (size_t)end + 2);
        return true;
    }
    size_t len = 0;
    while (len < rest->len && is_word_char(rest->p[len]))
        len++;
    if (!len)
        return false;
    *v = word_value(str_slice(*rest, 0, len));
    *rest = str_from(*rest, len);
    return true;
}

/* "length = " at the front: the name, or empty when there is none. */
static str read_name(str *rest)
{
    size_t len = 0;

    while (len < rest->len && (is_alnum(rest->p[len]) || rest->p[len] == '_'))
        len++;
    str after = str_ltrim(str_from(*rest, len));
    if (!len || !str_starts(after, S("=")))
        return S("");
    str name = str_slice(*rest, 0, len);
    *rest = str_ltrim(str_from(after, 1));
    return name;
}

static bool args_parse(struct converter_args *args, str text)
{
    str rest = str_trim(text);

    while (rest.len) {
        if (args->count == ARGS_MAX)
            return error_at(args->err, args->place, "a converter takes at most %d arguments",
                            ARGS_MAX);
        args->names[args->count] = read_name(&rest);
        if (!read_value(&rest, &args->values[args->count]))
            return error_at(args->err, args->place,
                            "'%.*s' is no argument of a converter: a number, a word, True, False "
                            "or quoted text is",
                            STR(rest));
        args->count++;
        rest = str_ltrim(rest);
        if (!rest.len)
            return true;
        if (rest.p[0] != ',')
            return error_at(args->err, args->place, "a ',' is missing before '%.*s'", STR(rest));
        rest = str_ltrim(str_from(rest, 1));
    }
    return true;
}

/* The argument `name`, or the one at `position` (-1: by name only); undefined when absent. */
static value args_take(struct converter_args *args, const char *name, int position)
{
    int nth = 0;

    for (size_t i = 0; i < args->count; i++) {
        bool by_name = str_eq(args->names[i], str_of(name));
        bool by_position = !args->names[i].len && nth++ == position;

        if (by_name || by_position) {
            args->used[i] = true;
            return args->values[i];
        }
    }
    return value_undefined();
}

static bool args_size(struct converter_args *args, const char *name, int position, size_t *size)
{
    value v = args_take(args, name, position);

    if (value_is_null(v))
        return true;
    if (v.type != VIAL_INT || v.as.i < 0)
        return error_at(args->err, args->place, "'%s' must be a whole number, not below 0", name);
    *size = (size_t)v.as.i;
    return true;
}

static bool args_number(struct converter_args *args, const char *name, int position, value *number)
{
    value v = args_take(args, name, position);

    if (value_is_null(v))
        return true;
    if (v.type != VIAL_INT && v.type != VIAL_FLOAT)
        return error_at(args->err, args->place, "'%s' must be a number", name);
    *number = v;
    return true;
}

static bool args_bool(struct converter_args *args, const char *name, int position, bool *truth)
{
    value v = args_take(args, name, position);

    if (value_is_null(v))
        return true;
    if (v.type != VIAL_BOOL)
        return error_at(args->err, args->place, "'%s' must be True or False", name);
    *truth = v.as.b;
    return true;
}

static bool args_all_used(struct converter_args *args, const char *type)
{
    for (size_t i = 0; i < args->count; i++) {
        if (args->used[i])
            continue;
        if (args->names[i].len)
            return error_at(args->err, args->place, "the converter '%s' has no argument '%.*s'",
                            type, STR(args->names[i]));
        return error_at(args->err, args->place, "the converter '%s' has too many arguments", type);
    }
    return true;
}

/* ---- string ---- */

static bool string_set_up(struct converter *c, struct converter_args *args)
{
    size_t length = SIZE_MAX;

    c->least = 1;
    c->most = SIZE_MAX;
    if (!args_size(args, "minlength", 0, &c->least) || !args_size(args, "maxlength", 1, &c->most) ||
        !args_size(args, "length", 2, &length))
        return false;
    if (length != SIZE_MAX)
        c->least = c->most = length;
    if (c->most < c->least)
        return error_at(args->err, args->place, "'maxlength' is below 'minlength'");
    return true;
}

static bool is_point_start(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

static bool string_span(const struct converter *c, str text, struct span *span)
{
    size_t points = 0, at = 0;

    span->min = c->least ? SIZE_MAX : 0;
    for (; at < text.len && text.p[at] != '/'; at++) {
        if (!is_point_start(text.p[at]))
            continue;
        if (points == c->least && span->min == SIZE_MAX)
            span->min = at;
        if (points == c->most)
            break;
        if (c->most == SIZE_MAX && span->min != SIZE_MAX) { /* no more to count */
            ptrdiff_t slash = str_find_char(str_from(text, at), '/');

            span->max = slash < 0 ? text.len : at + (size_t)slash;
            return true;
        }
        points++;
    }
    if (points < c->least)
        return false;
    if (span->min == SIZE_MAX)
        span->min = at;
    span->max = at;
    return true;
}

static bool text_to_value(const struct converter *c, str text, struct arena *a, value *v)
{
    (void)c;
    (void)a;
    *v = value_str(text);
    return true;
}

bool url_text(value v, struct buf *out, struct error *err)
{
    switch ((enum vial_type)v.type) {
    case VIAL_STR:
        buf_add(out, value_text(v));
        return true;
    case VIAL_INT:
        buf_add_int(out, v.as.i);
        return true;
    case VIAL_BOOL:
        buf_add(out, v.as.b ? S("True") : S("False"));
        return true;
    case VIAL_FLOAT:
        float_repr(v.as.d, out);
        return true;
    case VIAL_NONE:
        buf_lit(out, "None");
        return true;
    default:
        return error_set(err, "only text and numbers can stand in a URL");
    }
}

static bool text_to_url(const struct converter *c, value v, struct buf *out, struct error *err)
{
    struct buf text = { 0 };
    bool fine = url_text(v, &text, err);

    (void)c;
    if (fine)
        url_encode_to(out, buf_str(&text), url_path_safe);
    buf_free(&text);
    return fine;
}

/* ---- path ---- */

/* A regular expression's "[^/].*?": any first character but a slash, then no line's end. */
static bool path_span(const struct converter *c, str text, struct span *span)
{
    (void)c;
    if (!text.len || text.p[0] == '/')
        return false;
    span->min = 1;
    while (span->min < text.len && !is_point_start(text.p[span->min]))
        span->min++;
    ptrdiff_t end = str_find_char(str_from(text, span->min), '\n');
    span->max = end < 0 ? text.len : span->min + (size_t)end;
    return true;
}

static bool no_arguments(struct converter *c, struct converter_args *args)
{
    (void)c;
    (void)args;
    return true;
}

/* ---- int and float ---- */

static bool int_set_up(struct converter *c, struct converter_args *args)
{
    return args_size(args, "fixed_digits", 0, &c->least) && args_number(args, "min", 1, &c->min) &&
           args_number(args, "max", 2, &c->max) && args_bool(args, "signed", 3, &c->is_signed);
}

static bool float_set_up(struct converter *c, struct converter_args *args)
{
    return args_number(args, "min", 0, &c->min) && args_number(args, "max", 1, &c->max) &&
           args_bool(args, "signed", 2, &c->is_signed);
}

static size_t digits_at(str text, size_t at)
{
    size_t end = at;

    while (end < text.len && is_digit(text.p[end]))
        end++;
    return end - at;
}

static bool int_span(const struct converter *c, str text, struct span *span)
{
    size_t sign = c->is_signed && str_starts(text, S("-"));
    size_t digits = digits_at(text, sign);

    span->min = sign + 1;
    span->max = sign + digits;
    return digits > 0;
}

static bool float_span(const struct converter *c, str text, struct span *span)
{
    size_t at = c->is_signed && str_starts(text, S("-"));
    size_t whole = digits_at(text, at);

    at += whole;
    if (!whole || at == text.len || text.p[at] != '.')
        return false;
    size_t fraction = digits_at(text, at + 1);
    span->min = at + 2;
    span->max = at + 1 + fraction;
    return fraction > 0;
}

static double number_of(value v)
{
    return v.type == VIAL_FLOAT ? v.as.d : (double)v.as.i;
}

static bool within(const struct converter *c, value v)
{
    if (!value_is_undefined(c->min) && number_compare(v, c->min) < 0)
        return false;
    return value_is_undefined(c->max) || number_compare(v, c->max) <= 0;
}

static bool int_to_value(const struct converter *c, str text, struct arena *a, value *v)
{
    (void)a;
    if (c->least && text.len != c->least)
        return false;
    v->type = VIAL_INT;
    return str_int(text, &v->as.i) && within(c, *v);
}

static bool float_to_value(const struct converter *c, str text, struct arena *a, value *v)
{
    double real;

    (void)a;
    if (!str_float(text, &real) || real > 1.7976931348623157e308 || real < -1.7976931348623157e308)
        return false;
    *v = value_float(real);
    return within(c, *v);
}

/* int("12"): blanks around, a sign, and single underscores between digits are Python's. */
static bool text_to_int(str text, int64_t *number)
{
    char digits[24];
    size_t len = 0;

    text = str_trim(text);
    if (str_starts(text, S("+")))
        text = str_from(text, 1);
    for (size_t i = 0; i < text.len; i++) {
        bool between =
            i > 0 && i + 1 < text.len && is_digit(text.p[i - 1]) && is_digit(text.p[i + 1]);

        if (text.p[i] == '_' && between)
            continue;
        if (len == sizeof digits)
            return false;
        digits[len++] = text.p[i];
    }
    return str_int(str_n(digits, len), number);
}

static bool int_to_url(const struct converter *c, value v, struct buf *out, struct error *err)
{
    int64_t number = 0;
    char text[24];

    if (v.type == VIAL_INT || v.type == VIAL_BOOL)
        number = value_small_int(v);
    else if (v.type == VIAL_FLOAT && v.as.d > -9.2e18 && v.as.d < 9.2e18)
        number = (int64_t)v.as.d;
    else if (v.type != VIAL_STR || !text_to_int(value_text(v), &number))
        return error_set(err, "a whole number is needed%s%.*s%s",
                         v.type == VIAL_STR ? ", and '" : "", STR(value_text(v)),
                         v.type == VIAL_STR ? "' is none" : "");
    if (!c->least) {
        buf_add_int(out, number);
        return true;
    }
    str digits = str_n(text, (size_t)snprintf(text, sizeof text, "%lld", (long long)number));
    size_t zeroes = c->least > digits.len ? c->least - digits.len : 0;
    if (str_starts(digits, S("-"))) {
        buf_addc(out, '-');
        digits = str_from(digits, 1);
    }
    while (zeroes--)
        buf_addc(out, '0');
    buf_add(out, digits);
    return true;
}

static bool float_to_url(const struct converter *c, value v, struct buf *out, struct error *err)
{
    double real = 0;

    (void)c;
    if (v.type == VIAL_INT || v.type == VIAL_FLOAT)
        real = number_of(v);
    else if (v.type == VIAL_BOOL)
        real = v.as.b;
    else if (v.type != VIAL_STR || !str_float(str_trim(value_text(v)), &real))
        return error_set(err, "a number is needed");
    float_repr(real, out);
    return true;
}

/* ---- any ---- */

static bool any_set_up(struct converter *c, struct converter_args *args)
{
    c->items = arena_array(args->arena, str, args->count);
    for (size_t i = 0; i < args->count; i++) {
        struct buf text = buf_in(args->arena);

        if (args->names[i].len)
            continue; /* not used: args_all_used() complains */
        if (!url_text(args->values[i], &text, args->err))
            return false;
        args->used[i] = true;
        c->items[c->item_count++] = str_copy(args->arena, buf_str(&text));
    }
    if (!args->count)
        return error_at(args->err, args->place, "'any' needs the words that it takes");
    return true;
}

static bool any_to_url(const struct converter *c, value v, struct buf *out, struct error *err)
{
    struct buf list = { 0 };

    for (size_t i = 0; v.type == VIAL_STR && i < c->item_count; i++)
        if (str_eq(value_text(v), c->items[i])) {
            buf_add(out, value_text(v));
            return true;
        }
    for (size_t i = 0; i < c->item_count; i++)
        buf_addf(&list, "%s'%.*s'", i ? ", " : "", STR(c->items[i]));
    error_set(err, "'%.*s' is not one of %.*s", STR(value_text(v)), STR(buf_str(&list)));
    buf_free(&list);
    return false;
}

/* ---- uuid ---- */

enum { UUID_LEN = 36 };

static bool uuid_span(const struct converter *c, str text, struct span *span)
{
    (void)c;
    if (text.len < UUID_LEN)
        return false;
    for (size_t i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text.p[i] != '-' : hex_digit((unsigned char)text.p[i]) < 0)
            return false;
    }
    span->min = span->max = UUID_LEN;
    return true;
}

static bool uuid_to_value(const struct converter *c, str text, struct arena *a, value *v)
{
    (void)c;
    *v = value_str(str_lower(a, text));
    return true;
}

static bool uuid_to_url(const struct converter *c, value v, struct buf *out, struct error *err)
{
    (void)c;
    return url_text(v, out, err);
}

/* ---- the table ---- */

static const struct converter_type types[] = {
    { "string", 100, false, false, string_set_up, string_span, text_to_value, text_to_url },
    { "default", 100, false, false, string_set_up, string_span, text_to_value, text_to_url },
    { "int", 50, false, false, int_set_up, int_span, int_to_value, int_to_url },
    { "float", 50, false, false, float_set_up, float_span, float_to_value, float_to_url },
    { "path", 200, true, true, no_arguments, path_span, text_to_value, text_to_url },
    { "any", 100, false, false, any_set_up, NULL, text_to_value, any_to_url },
    { "uuid", 100, false, false, no_arguments, uuid_span, uuid_to_value, uuid_to_url },
};

bool converter_init(struct converter *c, str name, str arguments, struct place place,
                    struct arena *a, struct error *err)
{
    struct converter_args args = { .place = place, .arena = a, .err = err };
    struct nearest near = nearest_to(name);

    *c = (struct converter){ 0 };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        nearest_try(&near, str_of(types[i].name));
        if (str_eq(str_of(types[i].name), name) || (!name.len && i == 0))
            c->type = &types[i];
    }
    if (!c->type) {
        error_at(err, place, "there is no converter '%.*s'", STR(name));
        return error_meant(err, near.best);
    }
    return args_parse(&args, arguments) && c->type->set_up(c, &args) &&
           args_all_used(&args, c->type->name);
}

void converter_pattern(const struct converter *c, struct buf *out)
{
    buf_addf(out, "<%s", c->type->span == string_span ? "string" : c->type->name);
    if (c->type->span == string_span)
        buf_addf(out, " %zu %zu", c->least, c->most);
    if (c->is_signed)
        buf_lit(out, " -");
    for (size_t i = 0; i < c->item_count; i++)
        buf_addf(out, " %zu %.*s", c->items[i].len, STR(c->items[i]));
    buf_addc(out, '>');
}

bool converter_fits(const struct converter *c, str text)
{
    struct span span;

    if (c->type->span)
        return c->type->span(c, text, &span) && span.min <= text.len && span.max == text.len;
    for (size_t i = 0; i < c->item_count; i++)
        if (str_eq(c->items[i], text))
            return true;
    return false;
}
