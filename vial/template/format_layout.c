/*
 * format_layout.c - one text or number in its place: sign, digits, grouping, width
 *
 *   comes in:  a value and how it is to look, read from "%..." or "{:...}"
 *   goes out:  its text at the end of a buffer
 *
 * Digits of floats come from the C library, which rounds exactly, as Python's do. Widths and
 * precisions are the template's numbers: they are paid for before anything is written.
 */
#include "vial/base/utf8.h"
#include "vial/template/format.h"
#include "vial/template/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool room_for(struct rendering *r, int64_t characters)
{
    if (characters > INT32_MAX) {
        fail(r, "ValueError", "Too many decimal digits in format string");
        return false;
    }
    return characters <= 0 || (rendering_spend(r, (uint64_t)characters / 32) &&
                               rendering_take(r, (size_t)characters * 2));
}

static void fill_with(struct buf *out, uint32_t fill, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (fill == 0 || fill == ' ')
            buf_addc(out, ' ');
        else
            buf_add_utf8(out, fill);
    }
}

/* Left and right padding for `missing` characters. */
static int64_t left_of(char align, int64_t missing)
{
    switch (align) {
    case '<':
        return 0;
    case '^':
        return missing / 2;
    default:
        return missing;
    }
}

bool layout_text(struct rendering *r, str s, const struct layout *how, struct buf *out)
{
    if (how->precision >= 0)
        s = str_slice(s, 0, utf8_offset(s, (size_t)how->precision));
    int64_t missing = how->width > 0 ? how->width - (int64_t)utf8_count(s) : 0;
    int64_t left = missing > 0 ? left_of(how->align ? how->align : '<', missing) : 0;

    if (!room_for(r, missing))
        return false;
    fill_with(out, how->fill, left);
    buf_add(out, s);
    fill_with(out, how->fill, missing - left);
    return true;
}

/* ---- numbers ---- */

/* How many characters `digits` take with a separator after each `group` from the right. */
static size_t grouped_width(size_t digits, size_t group)
{
    return group && digits ? digits + (digits - 1) / group : digits;
}

/* `digits`, with zeros before them up to `count` digits, in groups. */
static void add_grouped(str digits, size_t count, size_t group, char separator, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i && group && (count - i) % group == 0)
            buf_addc(out, separator);
        buf_addc(out, i < count - digits.len ? '0' : digits.p[i - (count - digits.len)]);
    }
}

static bool is_base_of_two(char type)
{
    return type == 'b' || type == 'o' || type == 'x' || type == 'X';
}

bool layout_parts(struct rendering *r, bool negative, str prefix, str digits, str rest,
                  const struct layout *how, struct buf *out)
{
    char align = how->align ? how->align : how->zero ? '=' : '>';
    uint32_t fill = how->fill ? how->fill : how->zero ? '0' : ' ';
    char sign = negative ? '-' : how->sign == '+' || how->sign == ' ' ? how->sign : 0;
    size_t group = how->grouping ? (is_base_of_two(how->type) ? 4 : 3) : 0;
    size_t count = digits.len;
    size_t around = (sign != 0) + prefix.len + rest.len;

    if (how->width <= 0 && !group) { /* the common way: they stand as they are */
        if (sign)
            buf_addc(out, sign);
        buf_add(out, prefix);
        buf_add(out, digits);
        buf_add(out, rest);
        return true;
    }
    if (!room_for(r, how->width))
        return false;
    /* Zeros are digits, and so are grouped; any other fill stands outside. */
    if (align == '=' && fill == '0' && digits.len)
        while ((int64_t)(around + grouped_width(count, group)) < how->width)
            count++;
    int64_t missing = how->width - (int64_t)(around + grouped_width(count, group));
    int64_t left = missing > 0 && align != '=' ? left_of(align, missing) : 0;

    if (missing < 0)
        missing = 0;
    fill_with(out, fill, left);
    if (sign)
        buf_addc(out, sign);
    buf_add(out, prefix);
    if (align == '=')
        fill_with(out, fill, missing);
    add_grouped(digits, count, group, how->grouping, out);
    buf_add(out, rest);
    if (align != '=')
        fill_with(out, fill, missing - left);
    return true;
}

/* ---- ints ---- */

static int base_of(char type)
{
    switch (type) {
    case 'b':
        return 2;
    case 'o':
        return 8;
    case 'x':
    case 'X':
        return 16;
    default:
        return 10;
    }
}

/* The digits of `v` without its sign. */
static bool int_digits(struct rendering *r, value v, int base, struct buf *digits)
{
    if (value_is_bigint(v))
        return big_digits(r, v, base, digits);
    int64_t i = value_small_int(v);
    uint64_t size = i < 0 ? -(uint64_t)i : (uint64_t)i;
    char text[64];
    size_t at = sizeof text;

    do {
        text[--at] = "0123456789abcdef"[size % (unsigned)base];
        size /= (unsigned)base;
    } while (size);
    buf_add(digits, str_n(text + at, sizeof text - at));
    return true;
}

bool layout_int(struct rendering *r, value v, const struct layout *how, struct buf *out)
{
    struct buf digits = buf_in(r->arena);
    int base = base_of(how->type);
    char prefix[2] = { '0', how->type };
    str before = how->alternate && base != 10 ? str_n(prefix, 2) : S("");

    /* "%.5d" asks for at least so many digits. */
    if (!room_for(r, how->precision) || !int_digits(r, v, base, &digits))
        return false;
    if (how->type == 'X')
        for (size_t i = 0; i < digits.len; i++)
            digits.p[i] = to_upper(digits.p[i]);
    if (how->precision > (int64_t)digits.len) {
        struct buf longer = buf_in(r->arena);

        add_grouped(buf_str(&digits), (size_t)how->precision, 0, 0, &longer);
        digits = longer;
    }
    return layout_parts(r, big_is_negative(v), before, buf_str(&digits), S(""), how, out);
}

/* ---- floats ---- */

/* With "#" a float has a point, whatever follows it. */
static void add_point(struct buf *digits)
{
    str text = buf_str(digits);
    size_t at = 0;

    while (at < text.len && text.p[at] != 'e')
        at++;
    if (str_has(str_slice(text, 0, at), '.'))
        return;
    buf_addc(digits, '.');
    memmove(digits->p + at + 1, digits->p + at, digits->len - 1 - at);
    digits->p[at] = '.';
}

/* The shortest digits, but in "%g"'s forms and with at least one digit behind a point. */
static void general_digits(double d, const struct layout *how, struct buf *digits)
{
    int precision = how->precision == 0 ? 1 : (int)how->precision;
    char probe[64];

    snprintf(probe, sizeof probe, "%.*e", precision > 40 ? 40 : precision - 1, d);
    int exponent = atoi(strchr(probe, 'e') + 1);

    if (exponent + 1 == precision && exponent >= 0) { /* "%g" would still write it out */
        buf_addf(digits, "%.*e", precision - 1, d);
        char *e = memchr(digits->p, 'e', digits->len);
        struct buf shorter = buf_in(digits->arena);
        str front = str_n(digits->p, (size_t)(e - digits->p));

        while (!how->alternate && str_has(front, '.') && str_ends(front, S("0")))
            front.len--;
        if (str_ends(front, S(".")))
            front.len--;
        buf_add(&shorter, front);
        buf_add(&shorter, str_n(e, digits->len - (size_t)(e - digits->p)));
        *digits = shorter;
        return;
    }
    buf_addf(digits, how->alternate ? "%#.*g" : "%.*g", precision, d);
    if (!memchr(digits->p, '.', digits->len) && !memchr(digits->p, 'e', digits->len))
        buf_lit(digits, ".0");
}

/*
 * As "%.*f" for numbers of everyday size, and as exact: such a number is m / 2^s with whole m and
 * s, so that m * 10^precision / 2^s rounds to a whole number, half to even, without any loss.
 * False: too large, or too many digits.
 */
static bool fixed_digits(double d, int precision, struct buf *digits)
{
    enum { MANTISSA = 52, EXPONENT_MAX = 0x7FF, BIAS = 1075, PRECISION_MAX = 9, TINY = 120 };
    static const uint64_t powers[PRECISION_MAX + 1] = { 1,         10,        100,     1000,
                                                        10000,     100000,    1000000, 10000000,
                                                        100000000, 1000000000 };
    char text[PRECISION_MAX + 1];
    uint64_t whole = 0, bits, one_more = UINT64_C(1) << MANTISSA;

    if (precision > PRECISION_MAX || signbit(d) || !(d < 1e9))
        return false;
    memcpy(&bits, &d, sizeof bits);
    int shift = BIAS - (int)(bits >> MANTISSA & EXPONENT_MAX);
    if (shift < TINY) { /* else it is nothing at all */
        unsigned __int128 one = 1, scaled = (bits & (one_more - 1)) | one_more;

        scaled *= powers[precision];
        unsigned __int128 rest = scaled & ((one << shift) - 1), half = one << (shift - 1);
        whole = (uint64_t)(scaled >> shift);
        whole += rest > half || (rest == half && whole & 1);
    }
    buf_add_int(digits, (int64_t)(whole / powers[precision]));
    whole %= powers[precision];
    for (int i = precision; i > 0; i--, whole /= 10)
        text[i] = (char)('0' + whole % 10);
    text[0] = '.';
    if (precision)
        buf_add(digits, str_n(text, (size_t)precision + 1));
    return true;
}

static void float_digits(double d, const struct layout *how, struct buf *digits)
{
    int precision = how->precision < 0 ? 6 : (int)how->precision;
    char type = how->type, format[8];

    if (type == 0) {
        if (how->precision < 0)
            float_repr(d, digits);
        else
            general_digits(d, how, digits);
        if (how->alternate)
            add_point(digits);
        return;
    }
    if (type == 'n')
        type = 'g';
    if (type == '%')
        type = 'f';
    if (type == 'f' && !how->alternate && fixed_digits(d, precision, digits))
        return;
    snprintf(format, sizeof format, how->alternate ? "%%#.*%c" : "%%.*%c", type);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_addf(digits, format, precision, d);
#pragma GCC diagnostic pop
}

bool layout_float(struct rendering *r, double d, const struct layout *how, struct buf *out)
{
    char room[64];
    struct buf digits = { room, 0, sizeof room, r->arena };
    bool negative = signbit(d) && !isnan(d), upper = is_upper(how->type);

    if (!room_for(r, how->precision > 0 ? how->precision + 400 : 0))
        return false;
    if (how->type == '%')
        d *= 100;
    if (isnan(d))
        buf_add(&digits, upper ? S("NAN") : S("nan"));
    else if (isinf(d))
        buf_add(&digits, upper ? S("INF") : S("inf"));
    else
        float_digits(fabs(d), how, &digits);
    if (how->type == '%')
        buf_lit(&digits, "%");

    str text = buf_str(&digits);
    size_t whole = 0;

    if (how->zero_is_plus && negative) {
        negative = false;
        for (size_t i = 0; i < text.len && to_lower(text.p[i]) != 'e'; i++)
            negative = negative || (is_digit(text.p[i]) && text.p[i] != '0');
    }
    while (whole < text.len && is_digit(text.p[whole]))
        whole++;
    if (!whole) /* inf and nan are not filled up with zeros between sign and letters by % */
        return layout_parts(r, negative, S(""), S(""), text, how, out);
    return layout_parts(r, negative, S(""), str_slice(text, 0, whole), str_from(text, whole), how,
                        out);
}
