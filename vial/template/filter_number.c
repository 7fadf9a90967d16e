/*
 * filter_number.c - filters of numbers: abs, round, int, float, filesizeformat
 *
 *   comes in:  a number, or text that should be one
 *   goes out:  a number, or a size people can read
 */
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/format.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/undefined.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

value filter_abs(struct rendering *r, value input, const value *args)
{
    (void)args;
    if (input.type == VIAL_FLOAT)
        return value_float(fabs(input.as.d));
    if (value_is_int(input))
        return big_is_negative(input) ? value_negate(r, input) : value_positive(r, input);
    return fail(r, "TypeError", "bad operand type for abs(): '%s'", value_type_shown(r, input));
}

/* ---- round ---- */

/* Of an int with fewer than no digits: to tens, hundreds; halves go to the even neighbour. */
static value round_int(struct rendering *r, value v, int64_t digits)
{
    value unit, quotient, rest, twice;

    if (digits >= 0)
        return value_positive(r, v);
    if (digits < -5000) /* no int of a template has so many */
        return value_int(0);
    unit = value_power(r, value_int(10), value_int(-digits));
    if (r->failed || !big_divide(r, v, unit, &quotient, &rest))
        return value_undefined();
    twice = value_multiply(r, rest, value_int(2));
    if (r->failed)
        return value_undefined();
    int half = big_compare(twice, unit);
    value odd = value_modulo(r, quotient, value_int(2));

    if (half > 0 || (half == 0 && odd.as.i))
        quotient = value_add(r, quotient, value_int(1));
    return value_multiply(r, quotient, unit);
}

/* The digits that are kept are made exactly, and read again: so it rounds as Python does. */
static double round_double(double d, int64_t digits)
{
    char text[512];
    int exponent;

    if (!isfinite(d) || d == 0 || digits > 323)
        return d;
    if (digits >= 0) {
        snprintf(text, sizeof text, "%.*f", digits > 100 ? 100 : (int)digits, d);
        return digits > 100 && fabs(d) < 1e-90 ? d : strtod(text, NULL);
    }
    snprintf(text, sizeof text, "%.0e", d);
    exponent = atoi(strchr(text, 'e') + 1);
    if (digits < -400 || exponent + 1 + (int)digits < 0)
        return copysign(0, d);
    double unit = pow(10, (double)-digits);
    int kept = (int)floor(log10(fabs(d))) + 1 + (int)digits;

    if (kept <= 0) /* less than a unit: all of it or nothing */
        return fabs(d) > unit / 2 ? copysign(unit, d) : copysign(0, d);
    snprintf(text, sizeof text, "%.*e", kept - 1, d);
    return strtod(text, NULL);
}

static value round_to_int(struct rendering *r, double d)
{
    value whole;

    return value_to_int(r, value_float(d), &whole) ? whole : value_undefined();
}

static value round_common(struct rendering *r, value input, value precision)
{
    int64_t digits;

    if (!value_is_number(input))
        return fail(r, "TypeError", "type %s doesn't define __round__ method",
                    value_type_shown(r, input));
    if (precision.type == VIAL_NONE) /* round(x, None) is an int */
        return input.type == VIAL_FLOAT ? round_to_int(r, nearbyint(input.as.d))
                                        : value_positive(r, input);
    if (!value_to_clamped(r, precision, &digits))
        return value_undefined();
    if (value_is_int(input))
        return round_int(r, input, digits);
    double rounded = round_double(input.as.d, digits);

    if (isinf(rounded) && isfinite(input.as.d))
        return fail(r, "OverflowError", "rounded value too large to represent");
    return value_float(rounded);
}

value filter_round(struct rendering *r, value input, const value *args)
{
    str method = value_text(args[1]);
    value scale, scaled, whole;
    uint64_t hash;

    if (!value_hash(r, args[1], &hash)) /* it is looked up in a set */
        return value_undefined();
    if (str_eq(method, S("common")))
        return round_common(r, input, args[0]);
    if (!str_eq(method, S("ceil")) && !str_eq(method, S("floor")))
        return fail(r, "FilterArgumentError", "method must be common, ceil or floor");
    scale = value_power(r, value_int(10), args[0]);
    scaled = r->failed ? value_undefined() : value_multiply(r, input, scale);
    if (r->failed)
        return value_undefined();
    if (scaled.type == VIAL_FLOAT)
        whole = round_to_int(r, str_eq(method, S("ceil")) ? ceil(scaled.as.d) : floor(scaled.as.d));
    else if (value_is_int(scaled))
        whole = scaled;
    else
        return fail(r, "TypeError", "must be real number, not %s", value_type_name(scaled));
    return r->failed ? value_undefined() : value_divide(r, whole, scale);
}

/* ---- int, float ---- */

static bool caught(struct rendering *r, bool overflow_too)
{
    const char *kind = r->failure.kind;

    return !strcmp(kind, "TypeError") || !strcmp(kind, "ValueError") ||
           (overflow_too && !strcmp(kind, "OverflowError"));
}

static bool to_int(struct rendering *r, value input, value base, value *out)
{
    int64_t b;

    if (input.type != VIAL_STR)
        return value_to_int(r, input, out);
    return value_to_index(r, base, &b) &&
           parse_int(r, value_text(input), b > 36 || b < 0 ? 1 : (int)b, out);
}

/* "42.23"|int is 42: what is no int may be a float. */
value filter_int(struct rendering *r, value input, const value *args)
{
    value i;
    double d;

    if (to_int(r, input, args[1], &i))
        return i;
    if (!caught(r, false))
        return value_undefined();
    fail_forget(r);
    if (value_to_float(r, input, &d) && value_to_int(r, value_float(d), &i))
        return i;
    if (!caught(r, true))
        return value_undefined();
    fail_forget(r);
    return args[0];
}

value filter_float(struct rendering *r, value input, const value *args)
{
    double d;

    if (value_to_float(r, input, &d))
        return value_float(d);
    if (!caught(r, false))
        return value_undefined();
    fail_forget(r);
    return args[0];
}

/* ---- filesizeformat ---- */

value filter_filesizeformat(struct rendering *r, value input, const value *args)
{
    static const char letters[] = "kMGTPEZY";
    bool binary = value_truth(r, args[0]);
    value base = value_int(binary ? 1024 : 1000), unit = base, whole;
    double bytes, in_units;
    struct buf text = buf_in(r->arena);
    size_t i = 0;

    if (!value_to_float(r, input, &bytes))
        return value_undefined();
    if (bytes == 1)
        return value_str(S("1 Byte"));
    if (bytes < (double)base.as.i) {
        if (!value_to_int(r, value_float(bytes), &whole))
            return value_undefined();
        value_print(r, whole, &text);
        buf_lit(&text, " Bytes");
        return value_str(buf_str(&text));
    }
    /* The units are exact: 1e24 is a little less than 1000 ** 8. */
    for (unit = value_multiply(r, base, base); i + 1 < sizeof letters - 1; i++) {
        if (value_compare(r, COMPARE_LT, value_float(bytes), unit))
            break;
        unit = value_multiply(r, unit, base);
    }
    if (!number_to_double(r, unit, &in_units))
        return value_undefined();
    in_units = (double)base.as.i * bytes / in_units;
    layout_float(r, in_units, &(struct layout){ .type = 'f', .precision = 1 }, &text);
    buf_addf(&text, " %c%sB", binary && i == 0 ? 'K' : letters[i], binary ? "i" : "");
    return value_str(buf_str(&text));
}
