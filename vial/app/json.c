/*
 * json.c - JSON to values, and values to JSON
 *
 *   comes in:  a data file, a line of a batch; or a value
 *   goes out:  a value, or an error at the character that is wrong; or text
 *
 * One function per kind of value, one call per level, over text that was checked to be UTF-8 first.
 */
#include "vial/app/json.h"
#include "vial/base/utf8.h"
#include "vial/template/number.h"
#include <math.h>

struct json_reader {
    struct place text;
    str source; /* the span */
    size_t at;
    struct arena *arena;
    struct error *err;
};

static bool read_value(struct json_reader *r, value *v, unsigned depth);

/* Big integers are computed within a rendering; here is one without a template. */
static struct rendering no_template(struct arena *a, struct buf *out)
{
    return (struct rendering){
        .arena = a, .lasting = a, .out = out, .memory = SIZE_MAX, .steps = INT64_MAX
    };
}

static bool read_big(struct arena *a, str text, value *v)
{
    struct buf none = buf_in(a);
    struct rendering r = no_template(a, &none);

    return parse_int(&r, text, 10, v);
}

static bool print_big(value v, struct buf *out)
{
    struct arena scratch = { 0 };
    struct rendering r = no_template(&scratch, out);

    if (big_is_negative(v))
        buf_addc(out, '-');
    bool fine = big_digits(&r, v, 10, out);

    arena_free(&scratch);
    return fine;
}

static bool wrong(struct json_reader *r, size_t at, const char *sentence)
{
    struct place place = r->text;

    place.offset += at;
    place.len = 0;
    return error_at(r->err, place, "%s", sentence);
}

static char peek(const struct json_reader *r)
{
    return r->at < r->source.len ? r->source.p[r->at] : '\0';
}

static void skip_blanks(struct json_reader *r)
{
    while (r->at < r->source.len && strchr(" \t\r\n", r->source.p[r->at]) && r->source.p[r->at])
        r->at++;
}

static bool take(struct json_reader *r, str word)
{
    if (!str_starts(str_from(r->source, r->at), word))
        return false;
    r->at += word.len;
    return true;
}

/* ---- text ---- */

static bool read_hex4(struct json_reader *r, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit((unsigned char)peek(r));

        if (digit < 0)
            return wrong(r, r->at, "'\\u' needs four hexadecimal digits");
        *unit = *unit << 4 | (uint32_t)digit;
        r->at++;
    }
    return true;
}

/* "\u00e4", or two of them for what lies above U+FFFF; half a pair becomes U+FFFD. */
static bool read_unicode(struct json_reader *r, struct buf *out)
{
    uint32_t unit, low;

    if (!read_hex4(r, &unit))
        return false;
    if (unit >= 0xD800 && unit < 0xDC00) {
        size_t back = r->at;

        if (!take(r, S("\\u"))) {
            unit = UTF8_REPLACEMENT;
        } else if (!read_hex4(r, &low)) {
            return false;
        } else if (low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        } else {
            unit = UTF8_REPLACEMENT;
            r->at = back;
        }
    }
    buf_add_utf8(out, unit);
    return true;
}

static bool read_escape(struct json_reader *r, struct buf *out)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    char c = peek(r);
    const char *known = c ? strchr(names, c) : NULL;

    if (c == 'u') {
        r->at++;
        return read_unicode(r, out);
    }
    if (!known)
        return wrong(r, r->at, "there is no such escape");
    buf_addc(out, means[known - names]);
    r->at++;
    return true;
}

static bool read_text(struct json_reader *r, str *text)
{
    struct buf out = buf_in(r->arena);
    size_t quote = r->at++, from = r->at;
    bool escapes = false;

    for (; r->at < r->source.len; r->at++) {
        char c = r->source.p[r->at];

        if (c == '"') {
            *text = str_slice(r->source, from, r->at++);
            if (escapes) {
                buf_add(&out, *text);
                *text = buf_str(&out);
            }
            return true;
        }
        if ((unsigned char)c < ' ')
            return wrong(r, r->at, "a control character in text must be written as an escape");
        if (c != '\\')
            continue;
        escapes = true;
        buf_add(&out, str_slice(r->source, from, r->at++));
        if (!read_escape(r, &out))
            return false;
        from = r->at--;
    }
    return wrong(r, quote, "this text is not ended by a '\"'");
}

/* ---- numbers ---- */

static size_t skip_digits(struct json_reader *r)
{
    size_t from = r->at;

    while (is_digit(peek(r)))
        r->at++;
    return r->at - from;
}

static bool read_number(struct json_reader *r, value *v)
{
    size_t from = r->at;
    bool whole = true;

    take(r, S("-"));
    if (take(r, S("Infinity"))) {
        *v = value_float(-(double)INFINITY);
        return true;
    }
    char first = peek(r);
    size_t digits = skip_digits(r);
    if (!digits || (first == '0' && digits > 1))
        return wrong(r, from,
                     digits ? "a number does not begin with a 0" : "a value is missing here");
    if (take(r, S("."))) {
        whole = false;
        if (!skip_digits(r))
            return wrong(r, r->at, "a digit is missing after the '.'");
    }
    if (take(r, S("e")) || take(r, S("E"))) {
        whole = false;
        if (!take(r, S("+")))
            take(r, S("-"));
        if (!skip_digits(r))
            return wrong(r, r->at, "a digit is missing in the exponent");
    }

    str text = str_slice(r->source, from, r->at);
    *v = value_int(0);
    if (whole && str_int(text, &v->as.i))
        return true;
    if (whole && text.len > JSON_DIGITS)
        return wrong(r, from, "this number has too many digits");
    if (whole)
        return read_big(r->arena, text, v);
    v->type = VIAL_FLOAT;
    return str_float(text, &v->as.d);
}

/* ---- lists and objects ---- */

static bool read_list(struct json_reader *r, value *v, unsigned depth)
{
    size_t open = r->at++;

    *v = list_new(r->arena, 0);
    skip_blanks(r);
    if (take(r, S("]")))
        return true;
    for (;;) {
        value item;

        if (!read_value(r, &item, depth + 1))
            return false;
        list_push(*v, item);
        skip_blanks(r);
        if (take(r, S("]")))
            return true;
        if (!take(r, S(","))) {
            if (r->at == r->source.len)
                return wrong(r, open, "this list is not ended by a ']'");
            return wrong(r, r->at, "a ',' or ']' is missing here");
        }
    }
}

static bool read_object(struct json_reader *r, value *v, unsigned depth)
{
    size_t open = r->at++;

    *v = dict_new(r->arena, 0);
    skip_blanks(r);
    if (take(r, S("}")))
        return true;
    for (;;) {
        value item;
        str key;

        skip_blanks(r);
        if (peek(r) != '"')
            return wrong(r, r->at, "a key is missing here: text in double quotes");
        if (!read_text(r, &key))
            return false;
        skip_blanks(r);
        if (!take(r, S(":")))
            return wrong(r, r->at, "a ':' is missing after the key");
        if (!read_value(r, &item, depth + 1))
            return false;
        dict_set(*v, key, item);
        skip_blanks(r);
        if (take(r, S("}")))
            return true;
        if (!take(r, S(","))) {
            if (r->at == r->source.len)
                return wrong(r, open, "this object is not ended by a '}'");
            return wrong(r, r->at, "a ',' or '}' is missing here");
        }
    }
}

static bool read_word(struct json_reader *r, value *v)
{
    if (take(r, S("true")))
        *v = value_bool(true);
    else if (take(r, S("false")))
        *v = value_bool(false);
    else if (take(r, S("null")))
        *v = value_none();
    else if (take(r, S("NaN")))
        *v = value_float((double)NAN);
    else if (take(r, S("Infinity")))
        *v = value_float((double)INFINITY);
    else
        return read_number(r, v);
    return true;
}

static bool read_value(struct json_reader *r, value *v, unsigned depth)
{
    str text;

    skip_blanks(r);
    if (depth > JSON_DEPTH)
        return wrong(r, r->at, "this is nested too deeply");
    switch (peek(r)) {
    case '{':
        return read_object(r, v, depth);
    case '[':
        return read_list(r, v, depth);
    case '"':
        if (!read_text(r, &text))
            return false;
        *v = value_str(text);
        return true;
    default:
        return read_word(r, v);
    }
}

bool json_parse(value *v, struct place text, struct arena *a, struct error *err)
{
    struct json_reader r = { .text = text, .arena = a, .err = err };
    size_t bad;

    r.source = str_slice(text.source, text.offset, text.offset + text.len);
    if (!utf8_valid(r.source, &bad))
        return wrong(&r, bad, "this is not UTF-8");
    take(&r, S("\xEF\xBB\xBF"));
    if (!read_value(&r, v, 1))
        return false;
    skip_blanks(&r);
    return r.at == r.source.len || wrong(&r, r.at, "the value has ended, and this is too much");
}

/* ---- and back ---- */

void json_print_text(str s, struct buf *out)
{
    static const char names[] = "\"\\bfnrt", means[] = "\"\\\b\f\n\r\t";

    buf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        const char *known = c ? strchr(means, (char)c) : NULL;

        if (known) {
            buf_addc(out, '\\');
            buf_addc(out, names[known - means]);
        } else if (c < ' ' || c == 0x7F) {
            buf_addf(out, "\\u%04x", c);
        } else {
            buf_addc(out, (char)c);
        }
    }
    buf_addc(out, '"');
}

static void print_float(double d, struct buf *out)
{
    if (isnan(d))
        buf_lit(out, "NaN");
    else if (isinf(d))
        buf_add(out, d < 0 ? S("-Infinity") : S("Infinity"));
    else
        float_repr(d, out);
}

static bool print_at(value v, struct buf *out, unsigned depth)
{
    value key, item;

    if (depth > JSON_DEPTH)
        return false;
    switch ((enum vial_type)v.type) {
    case VIAL_NONE:
        buf_lit(out, "null");
        return true;
    case VIAL_BOOL:
        buf_add(out, v.as.b ? S("true") : S("false"));
        return true;
    case VIAL_INT:
        buf_add_int(out, v.as.i);
        return true;
    case VIAL_FLOAT:
        print_float(v.as.d, out);
        return true;
    case VIAL_STR:
        json_print_text(value_text(v), out);
        return true;
    case VIAL_LIST:
    case VIAL_TUPLE:
        buf_addc(out, '[');
        for (size_t i = 0; i < list_len(v); i++) {
            if (i)
                buf_lit(out, ", ");
            if (!print_at(list_at(v, i), out, depth + 1))
                return false;
        }
        buf_addc(out, ']');
        return true;
    case VIAL_DICT:
        buf_addc(out, '{');
        for (size_t i = 0; dict_entry(v, i, &key, &item); i++) {
            if (i)
                buf_lit(out, ", ");
            if (key.type != VIAL_STR)
                return false;
            json_print_text(value_text(key), out);
            buf_lit(out, ": ");
            if (!print_at(item, out, depth + 1))
                return false;
        }
        buf_addc(out, '}');
        return true;
    case VIAL_OBJECT:
        return value_is_bigint(v) && print_big(v, out);
    case VIAL_UNDEFINED:
        return false;
    }
    return false;
}

bool json_print(value v, struct buf *out)
{
    return print_at(v, out, 1);
}
