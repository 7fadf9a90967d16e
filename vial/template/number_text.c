/*
 * number_text.c - numbers from text and to text
 *
 *   comes in:  "42", " -1_000 ", "0x1f", "1e3", "nan"; or any value that int() and float() take
 *   goes out:  the number; and for a float the shortest digits that are read back as the same
 */
#include "vial/base/utf8.h"
#include "vial/template/number.h"
#include "vial/template/ops.h"
#include "vial/template/shortest.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"
#include <math.h>
#include <stdlib.h>

/* ---- from text ---- */

/* Without white space of any script at both ends. */
static str trimmed(str s)
{
    while (s.len) {
        str rest = s;

        if (!char_is_space(utf8_next(&rest)))
            break;
        s = rest;
    }
    while (s.len) {
        size_t last = s.len - 1;

        while (last && ((unsigned char)s.p[last] & 0xC0) == 0x80)
            last--;
        str tail = str_from(s, last);

        if (!char_is_space(utf8_next(&tail)))
            break;
        s.len = last;
    }
    return s;
}

/* "0x", "0o", "0b" in front: their base, or 0. */
static int prefix_base(str s)
{
    if (s.len < 2 || s.p[0] != '0')
        return 0;
    switch (to_lower(s.p[1])) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 0;
    }
}

static int digit_of(char c)
{
    return is_digit(c) ? c - '0' : is_alpha(c) ? to_lower(c) - 'a' + 10 : 99;
}

/* Digits of `base` with single underscores between them. */
static bool all_digits(str s, int base)
{
    bool after_digit = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '_' && after_digit && i + 1 < s.len) {
            after_digit = false;
            continue;
        }
        if (digit_of(s.p[i]) >= base)
            return false;
        after_digit = true;
    }
    return after_digit;
}

static bool no_int(struct rendering *r, str text, int base)
{
    str shown = value_repr_str(r, value_str(text));

    fail(r, "ValueError", "invalid literal for int() with base %d: %.*s", base, STR(shown));
    return false;
}

/* The decimal digits of all scripts count: here they become ours. */
static str plain_digits(struct arena *a, str s)
{
    struct buf plain = buf_in(a);

    if (utf8_ascii(s))
        return s;
    while (s.len) {
        uint32_t c = utf8_next(&s);
        int digit = char_decimal(c);

        buf_add_utf8(&plain, digit < 0 ? c : (uint32_t)('0' + digit));
    }
    return buf_str(&plain);
}

bool parse_int(struct rendering *r, str text, int base, value *out)
{
    str s = plain_digits(r->arena, trimmed(text));
    bool negative = s.len && s.p[0] == '-';
    int given = base;

    if (base != 0 && (base < 2 || base > 36)) {
        fail(r, "ValueError", "int() base must be >= 2 and <= 36, or 0");
        return false;
    }
    if (s.len && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_from(s, 1);
    int prefix = prefix_base(s);

    if (prefix && (base == 0 || base == prefix)) {
        s = str_from(s, 2);
        if (s.len && s.p[0] == '_')
            s = str_from(s, 1);
        base = prefix;
    } else if (base == 0) {
        base = 10;
        for (size_t i = 0; s.len && s.p[0] == '0' && i < s.len; i++)
            if (s.p[i] != '0' && s.p[i] != '_')
                return no_int(r, text, given); /* "010" is no Python */
    }
    if (!all_digits(s, base))
        return no_int(r, text, given);
    if (s.len > 4300 && base == 10) {
        fail(r, "ValueError",
             "Exceeds the limit (4300 digits) for integer string conversion: value has %zu digits; "
             "use sys.set_int_max_str_digits() to increase the limit",
             s.len);
        return false;
    }
    *out = int_parse(r->arena, s, base);
    if (negative)
        *out = value_negate(r, *out);
    return true;
}

/* [sign] digits [. digits] [e [sign] digits], inf, infinity or nan; copied without underscores. */
static bool float_shape(str s, char *copy)
{
    size_t digits = 0, at = 0;
    bool exponent = false, point = false;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i], before = i ? s.p[i - 1] : 0;

        if (is_digit(c))
            digits++;
        else if (c == '_' && is_digit(before) && i + 1 < s.len && is_digit(s.p[i + 1]))
            continue;
        else if (c == '.' && !point && !exponent)
            point = true;
        else if (to_lower(c) == 'e' && digits && !exponent)
            exponent = true, digits = 0;
        else if ((c == '+' || c == '-') && (i == 0 || to_lower(before) == 'e'))
            ;
        else
            return false;
        copy[at++] = c;
    }
    copy[at] = 0;
    return digits > 0;
}

bool parse_float(str text, double *d)
{
    str s = trimmed(text), word = s;
    char small[64], *copy = s.len < sizeof small ? small : malloc(s.len + 1);
    bool good = true;

    if (!copy)
        return false;
    if (word.len && (word.p[0] == '-' || word.p[0] == '+'))
        word = str_from(word, 1);
    if (str_ieq(word, S("inf")) || str_ieq(word, S("infinity")))
        *d = s.p[0] == '-' ? -INFINITY : INFINITY;
    else if (str_ieq(word, S("nan")))
        *d = (double)NAN;
    else if ((good = float_shape(s, copy)))
        *d = strtod(copy, NULL);
    if (copy != small)
        free(copy);
    return good;
}

/* ---- int(v), float(v) ---- */

static bool double_to_int(struct rendering *r, double d, value *out)
{
    if (isnan(d))
        fail(r, "ValueError", "cannot convert float NaN to integer");
    else if (isinf(d))
        fail(r, "OverflowError", "cannot convert float infinity to integer");
    else
        *out = big_from_double(r->arena, trunc(d));
    return !r->failed;
}

bool value_to_int(struct rendering *r, value v, value *out)
{
    if (v.type == VIAL_STR)
        return parse_int(r, value_text(v), 10, out);
    if (v.type == VIAL_FLOAT)
        return double_to_int(r, v.as.d, out);
    if (value_is_int(v)) {
        *out = value_positive(r, v);
        return true;
    }
    if (v.type == VIAL_UNDEFINED)
        undefined_fail(r, v);
    else
        fail(r, "TypeError",
             "int() argument must be a string, a bytes-like object or a real number, not '%s'",
             value_type_name(v));
    return false;
}

bool value_to_float(struct rendering *r, value v, double *out)
{
    if (value_is_number(v))
        return number_to_double(r, v, out);
    if (v.type == VIAL_UNDEFINED) {
        undefined_fail(r, v);
    } else if (v.type != VIAL_STR) {
        fail(r, "TypeError", "float() argument must be a string or a real number, not '%s'",
             value_type_name(v));
    } else if (!parse_float(plain_digits(r->arena, value_text(v)), out)) {
        str shown = value_repr_str(r, v);

        fail(r, "ValueError", "could not convert string to float: %.*s", STR(shown));
    }
    return !r->failed;
}

bool value_to_clamped(struct rendering *r, value v, int64_t *index)
{
    if (value_is_bigint(v))
        *index = big_is_negative(v) ? INT64_MIN : INT64_MAX;
    else if (value_is_small_int(v))
        *index = value_small_int(v);
    else
        fail(r, "TypeError", "'%s' object cannot be interpreted as an integer",
             value_type_shown(r, v));
    return !r->failed;
}

bool value_to_index(struct rendering *r, value v, int64_t *index)
{
    if (value_is_bigint(v))
        fail(r, "OverflowError", "Python int too large to convert to C ssize_t");
    return !r->failed && value_to_clamped(r, v, index);
}

/* ---- repr(float) ---- */

/* "1.5e-07": where a number written out would have too many zeros. */
static void add_exponent_form(str digits, int exponent, struct buf *out)
{
    buf_addc(out, digits.p[0]);
    if (digits.len > 1)
        buf_lit(out, ".");
    buf_add(out, str_from(digits, 1));
    buf_add(out, exponent < 0 ? S("e-") : S("e+"));
    exponent = exponent < 0 ? -exponent : exponent;
    if (exponent < 10)
        buf_lit(out, "0");
    buf_add_int(out, exponent);
}

static void add_zeros(struct buf *out, int count)
{
    for (int i = 0; i < count; i++)
        buf_lit(out, "0");
}

void float_repr(double d, struct buf *out)
{
    char text[24];
    size_t at = sizeof text;

    if (isnan(d)) {
        buf_lit(out, "nan");
        return;
    }
    if (signbit(d))
        buf_lit(out, "-");
    if (isinf(d)) {
        buf_lit(out, "inf");
        return;
    }
    struct decimal decimal = shortest_decimal(fabs(d));

    do {
        text[--at] = (char)('0' + decimal.digits % 10);
        decimal.digits /= 10;
    } while (decimal.digits);

    str digits = str_n(text + at, sizeof text - at);
    int point = (int)digits.len + decimal.exponent; /* where it stands, from the first digit */

    if (point <= -4 || point > 16) {
        add_exponent_form(digits, point - 1, out);
    } else if (point <= 0) {
        buf_lit(out, "0.");
        add_zeros(out, -point);
        buf_add(out, digits);
    } else if ((size_t)point >= digits.len) {
        buf_add(out, digits);
        add_zeros(out, point - (int)digits.len);
        buf_lit(out, ".0");
    } else {
        buf_add(out, str_slice(digits, 0, (size_t)point));
        buf_lit(out, ".");
        buf_add(out, str_from(digits, (size_t)point));
    }
}
