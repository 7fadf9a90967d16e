/*
 * number.c - arithmetic
 *
 *   comes in:  two values and an operator
 *   goes out:  a number, as Python computes it; or text, lists and formatted text, which use the
 *              same operators; or the TypeError that names both types
 *
 * Ints stay in 64 bits while they fit and go on as big integers; a float on either side makes both
 * floats. Each operator first tries numbers, then what else it means.
 */
#include "vial/template/number.h"
#include "vial/template/containers.h"
#include "vial/template/format.h"
#include "vial/template/markup.h"
#include "vial/template/ops.h"
#include "vial/template/undefined.h"
#include <math.h>

static bool both_small(value a, value b)
{
    return value_is_small_int(a) && value_is_small_int(b);
}
static bool both_numbers(value a, value b)
{
    return value_is_number(a) && value_is_number(b);
}
static bool any_float(value a, value b)
{
    return a.type == VIAL_FLOAT || b.type == VIAL_FLOAT;
}

/* What objects add and subtract: dates and spans of time. */
static bool of_objects(struct rendering *r, char sign, value a, value b, value *out)
{
    const struct object *x = a.type == VIAL_OBJECT ? a.as.object : NULL;
    const struct object *y = b.type == VIAL_OBJECT ? b.as.object : NULL;

    return (x && x->type->arithmetic && x->type->arithmetic(r, x, sign, b, false, out)) ||
           (y && y->type->arithmetic && y->type->arithmetic(r, y, sign, a, true, out));
}

static value no_operator(struct rendering *r, const char *sign, value a, value b)
{
    value out;

    if ((*sign == '+' || *sign == '-') && !r->failed && of_objects(r, *sign, a, b, &out))
        return r->failed ? value_undefined() : out;
    if (r->failed)
        return value_undefined();
    if (a.type == VIAL_UNDEFINED)
        return undefined_fail(r, a);
    if (b.type == VIAL_UNDEFINED)
        return undefined_fail(r, b);
    return fail(r, "TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", sign,
                value_type_name(a), value_type_name(b));
}

bool number_to_double(struct rendering *r, value v, double *d)
{
    *d = v.type == VIAL_FLOAT ? v.as.d : big_to_double(v);
    if (v.type != VIAL_FLOAT && isinf(*d))
        fail(r, "OverflowError", "int too large to convert to float");
    return !r->failed;
}

static bool two_doubles(struct rendering *r, value a, value b, double *x, double *y)
{
    return number_to_double(r, a, x) && number_to_double(r, b, y);
}

/* ---- + ---- */

static value join_lists(struct rendering *r, value a, value b)
{
    const struct list *x = list_inside(a), *y = list_inside(b);
    size_t count = x->count + y->count;

    if (!rendering_spend(r, count / 8) || !rendering_take(r, count * sizeof(value)))
        return value_undefined();
    value joined = a.type == VIAL_TUPLE ? tuple_new(r->arena, count) : list_new(r->arena, count);
    struct list *list = list_inside(joined);

    if (x->count)
        memcpy(list->items, x->items, x->count * sizeof(value));
    if (y->count)
        memcpy(list->items + x->count, y->items, y->count * sizeof(value));
    list->count = count;
    return joined;
}

static value cannot_join(struct rendering *r, value a, value b)
{
    const char *kind = a.type == VIAL_STR ? "str" : a.type == VIAL_LIST ? "list" : "tuple";

    fail(r, "TypeError", "can only concatenate %s (not \"%s\") to %s", kind, value_type_name(b),
         kind);
    if (a.type == VIAL_STR)
        fail_hint(r, S("'~' joins text with anything"));
    return value_undefined();
}

value value_add_any(struct rendering *r, value a, value b)
{
    double x, y;

    if (both_numbers(a, b)) {
        if (!any_float(a, b))
            return big_add(r, a, b);
        return two_doubles(r, a, b, &x, &y) ? value_float(x + y) : value_undefined();
    }
    if (a.type == VIAL_STR && b.type == VIAL_STR)
        return text_add(r, a, b);
    if (value_is_list(a) && a.type == b.type)
        return join_lists(r, a, b);
    if (value_is_safe(a) && undefined_has_html(r, b))
        return a;
    if (b.type == VIAL_UNDEFINED || a.type == VIAL_UNDEFINED)
        return no_operator(r, "+", a, b);
    if (value_is_safe(a) ? value_has_html(b) : value_is_safe(b) && value_has_html(a))
        return text_add(r, value_escape(r, a), value_escape(r, b));
    if (value_is_list(a) || (a.type == VIAL_STR && !value_is_safe(a) && !value_is_safe(b)))
        return cannot_join(r, a, b);
    return no_operator(r, "+", a, b);
}

/* ---- - ---- */

value value_subtract_any(struct rendering *r, value a, value b)
{
    double x, y;

    if (!both_numbers(a, b))
        return no_operator(r, "-", a, b);
    if (!any_float(a, b))
        return big_subtract(r, a, b);
    return two_doubles(r, a, b, &x, &y) ? value_float(x - y) : value_undefined();
}

/* ---- * ---- */

static value repeat_list(struct rendering *r, value v, int64_t times)
{
    const struct list *from = list_inside(v);
    size_t count, bytes;

    if (times < 0)
        times = 0;
    if (__builtin_mul_overflow(from->count, (size_t)times, &count) ||
        __builtin_mul_overflow(count, sizeof(value), &bytes))
        return fail(r, "MemoryError", "a list repeated %lld times is too large", (long long)times);
    if (!rendering_spend(r, count / 8) || !rendering_take(r, bytes))
        return value_undefined();
    value repeated = v.type == VIAL_TUPLE ? tuple_new(r->arena, count) : list_new(r->arena, count);
    struct list *to = list_inside(repeated);

    for (size_t i = 0; i < count; i += from->count)
        memcpy(to->items + i, from->items, from->count * sizeof(value));
    to->count = count;
    return repeated;
}

static value repeat_text(struct rendering *r, value v, int64_t times)
{
    size_t len;

    if (times < 0)
        times = 0;
    if (__builtin_mul_overflow((size_t)v.len, (size_t)times, &len) || len > UINT32_MAX)
        return fail(r, "MemoryError", "text repeated %lld times is too large", (long long)times);
    if (!rendering_spend(r, len / 64) || !rendering_take(r, len))
        return value_undefined();
    char *text = arena_alloc(r->arena, len);

    for (size_t i = 0; i < len; i += v.len)
        memcpy(text + i, v.as.s, v.len);
    v.as.s = text;
    v.len = (uint32_t)len;
    return v;
}

static value repeat(struct rendering *r, value v, value times)
{
    int64_t count;

    if (!value_is_int(times))
        return fail(r, "TypeError", "can't multiply sequence by non-int of type '%s'",
                    value_type_name(times));
    if (value_is_bigint(times))
        return fail(r, "OverflowError", "cannot fit 'int' into an index-sized integer");
    count = value_small_int(times);
    return v.type == VIAL_STR ? repeat_text(r, v, count) : repeat_list(r, v, count);
}

/* Markup answers for whole numbers alone, and leaves the rest to the other side. */
static bool can_repeat(value v, value times)
{
    if (v.type == VIAL_STR)
        return !(v.flags & VIAL_SAFE) || value_is_int(times);
    return value_is_list(v);
}

value value_multiply_any(struct rendering *r, value a, value b)
{
    double x, y;

    if (both_numbers(a, b)) {
        if (!any_float(a, b))
            return big_multiply(r, a, b);
        return two_doubles(r, a, b, &x, &y) ? value_float(x * y) : value_undefined();
    }
    if (a.type == VIAL_UNDEFINED || b.type == VIAL_UNDEFINED)
        return no_operator(r, "*", a, b);
    if (can_repeat(a, b))
        return repeat(r, a, b);
    if (can_repeat(b, a))
        return repeat(r, b, a);
    return no_operator(r, "*", a, b);
}

/* ---- / // % ---- */

static bool is_zero(value v)
{
    return v.type == VIAL_FLOAT ? v.as.d == 0 : value_is_small_int(v) && !value_small_int(v);
}

value value_divide(struct rendering *r, value a, value b)
{
    double x, y;

    if (!both_numbers(a, b))
        return no_operator(r, "/", a, b);
    if (is_zero(b))
        return fail(r, "ZeroDivisionError",
                    any_float(a, b) ? "float division by zero" : "division by zero");
    if (any_float(a, b))
        return two_doubles(r, a, b, &x, &y) ? value_float(x / y) : value_undefined();
    x = big_true_divide(r, a, b);
    if (isinf(x))
        return fail(r, "OverflowError", "integer division result too large for a float");
    return value_float(x);
}

/* float.__divmod__: the quotient is whole, the remainder has the divisor's sign. */
static void divide_doubles(double x, double y, double *quotient, double *remainder)
{
    double rest = fmod(x, y);
    double q = (x - rest) / y;

    if (rest != 0 && (y < 0) != (rest < 0)) {
        rest += y;
        q -= 1;
    } else if (rest == 0) {
        rest = copysign(0, y);
    }
    if (q != 0) {
        double whole = floor(q);

        q = q - whole > 0.5 ? whole + 1 : whole;
    } else {
        q = copysign(0, x / y);
    }
    *quotient = q;
    *remainder = rest;
}

value value_floor_divide(struct rendering *r, value a, value b)
{
    double x, y, rest;
    value quotient;

    if (!both_numbers(a, b))
        return no_operator(r, "//", a, b);
    if (is_zero(b))
        return fail(r, "ZeroDivisionError",
                    any_float(a, b) ? "float floor division by zero"
                                    : "integer division or modulo by zero");
    if (any_float(a, b)) {
        if (!two_doubles(r, a, b, &x, &y))
            return value_undefined();
        divide_doubles(x, y, &x, &rest);
        return value_float(x);
    }
    if (both_small(a, b) && value_small_int(b) != -1) {
        int64_t i = value_small_int(a), j = value_small_int(b), q = i / j;

        return value_int(q - ((i % j != 0) && (i < 0) != (j < 0)));
    }
    return big_divide(r, a, b, &quotient, NULL) ? quotient : value_undefined();
}

value value_modulo(struct rendering *r, value a, value b)
{
    double x, y, quotient;
    value rest;

    if (a.type == VIAL_STR)
        return format_percent(r, a, b);
    if (!both_numbers(a, b))
        return no_operator(r, "%", a, b);
    if (is_zero(b))
        return fail(r, "ZeroDivisionError",
                    any_float(a, b) ? "float modulo" : "integer modulo by zero");
    if (any_float(a, b)) {
        if (!two_doubles(r, a, b, &x, &y))
            return value_undefined();
        divide_doubles(x, y, &quotient, &x);
        return value_float(x);
    }
    if (both_small(a, b) && value_small_int(b) != -1) {
        int64_t j = value_small_int(b), m = value_small_int(a) % j;

        return value_int(m && (m < 0) != (j < 0) ? m + j : m);
    }
    return big_divide(r, a, b, NULL, &rest) ? rest : value_undefined();
}

/* ---- ** ---- */

static value power_of_doubles(struct rendering *r, double x, double y)
{
    if (x == 0 && y < 0)
        return fail(r, "ZeroDivisionError", "0.0 cannot be raised to a negative power");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y))
        return fail(r, "ValueError",
                    "a negative number cannot be raised to a fractional power: there are no "
                    "complex numbers here");
    double power = pow(x, y);

    if (isinf(power) && isfinite(x) && isfinite(y))
        return fail(r, "OverflowError", "(34, 'Numerical result out of range')");
    return value_float(power);
}

/* Ones and zeros may have an exponent of any size. */
static bool power_of_unit(value a, value b, value *power)
{
    int64_t base = value_is_small_int(a) ? value_small_int(a) : 2;

    if (base < -1 || base > 1 || (base < 0 && value_is_bigint(b)))
        return false;
    *power = value_int(base < 0 && !(value_small_int(b) & 1) ? 1 : base);
    return true;
}

value value_power(struct rendering *r, value a, value b)
{
    double x, y;
    value power;

    if (!both_numbers(a, b))
        return no_operator(r, "** or pow()", a, b);
    if (any_float(a, b) || big_is_negative(b))
        return two_doubles(r, a, b, &x, &y) ? power_of_doubles(r, x, y) : value_undefined();
    if (is_zero(b))
        return value_int(1);
    if (power_of_unit(a, b, &power))
        return power;
    if (value_is_bigint(b))
        return fail(r, "OverflowError", "the exponent is too large");
    return big_power(r, a, (uint64_t)value_small_int(b));
}

/* ---- signs ---- */

static value no_sign(struct rendering *r, char sign, value v)
{
    if (v.type == VIAL_UNDEFINED)
        return undefined_fail(r, v);
    return fail(r, "TypeError", "bad operand type for unary %c: '%s'", sign, value_type_name(v));
}

value value_negate(struct rendering *r, value v)
{
    if (v.type == VIAL_FLOAT)
        return value_float(-v.as.d);
    if (value_is_small_int(v) && value_small_int(v) != INT64_MIN)
        return value_int(-value_small_int(v));
    return value_is_int(v) ? big_negate(r, v) : no_sign(r, '-', v);
}

value value_positive(struct rendering *r, value v)
{
    if (v.type == VIAL_BOOL)
        return value_int(v.as.b);
    return value_is_number(v) ? v : no_sign(r, '+', v);
}

/* ---- order ---- */

int number_compare(value a, value b)
{
    if (a.type == VIAL_FLOAT && b.type == VIAL_FLOAT) {
        double x = a.as.d, y = b.as.d;

        return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
    }
    if (a.type == VIAL_FLOAT) {
        int reversed = big_compare_double(b, a.as.d);

        return reversed == 2 ? 2 : -reversed;
    }
    if (b.type == VIAL_FLOAT)
        return big_compare_double(a, b.as.d);
    return big_compare(a, b);
}
