/*
 * number_methods.c - what templates call on ints and floats
 *
 *   comes in:  a number; these methods take no arguments
 *   goes out:  what Python's int and float give
 */
#include "vial/template/containers.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include <math.h>

#define METHOD(name) static value name(struct rendering *r, value self, const value *args)

METHOD(bit_length)
{
    (void)r;
    (void)args;
    return value_int((int64_t)big_bits(self));
}

METHOD(bit_count)
{
    (void)r;
    (void)args;
    return value_int((int64_t)big_ones(self));
}

METHOD(conjugate)
{
    (void)args;
    return value_positive(r, self);
}

METHOD(int_ratio)
{
    (void)args;
    return tuple_of(r->arena, (value[]){ value_positive(r, self), value_int(1) }, 2);
}

METHOD(is_integer)
{
    (void)r;
    (void)args;
    return value_bool(isfinite(self.as.d) && self.as.d == trunc(self.as.d));
}

METHOD(float_ratio)
{
    int exponent;
    double d = self.as.d;

    (void)args;
    if (isnan(d))
        return fail(r, "ValueError", "cannot convert NaN to integer ratio");
    if (isinf(d))
        return fail(r, "OverflowError", "cannot convert Infinity to integer ratio");
    double fraction = frexp(d, &exponent);

    for (int i = 0; i < 64 && fraction != trunc(fraction); i++) {
        fraction *= 2;
        exponent--;
    }
    value top = value_int((int64_t)fraction), bottom = value_int(1);
    value power = value_power(r, value_int(2), value_int(exponent < 0 ? -exponent : exponent));

    if (exponent > 0)
        top = value_multiply(r, top, power);
    else
        bottom = power;
    return tuple_of(r->arena, (value[]){ top, bottom }, 2);
}

METHOD(float_hex)
{
    struct buf text = buf_in(r->arena);
    double d = self.as.d, fraction;
    int exponent;

    (void)args;
    if (!isfinite(d)) {
        value_print(r, self, &text);
        return value_str(buf_str(&text));
    }
    fraction = frexp(fabs(d), &exponent) * 2;
    exponent = d == 0 ? 0 : exponent - 1;
    if (exponent < -1022) { /* subnormal: no leading one */
        fraction = ldexp(fraction, exponent + 1022);
        exponent = -1022;
    }
    uint64_t digits = (uint64_t)ldexp(fraction - trunc(fraction), 52);

    buf_addf(&text, "%s0x%d.", signbit(d) ? "-" : "", (int)fraction);
    if (d == 0)
        buf_lit(&text, "0");
    else
        buf_addf(&text, "%013llx", (unsigned long long)digits);
    buf_addf(&text, "p%+d", exponent);
    return value_str(buf_str(&text));
}

static const struct method int_table[] = {
    C_METHOD("int", "as_integer_ratio", int_ratio),
    C_METHOD("int", "bit_count", bit_count),
    C_METHOD("int", "bit_length", bit_length),
    C_METHOD("int", "conjugate", conjugate),
};
const struct methods int_methods = METHODS(int_table);

static const struct method float_table[] = {
    C_METHOD("float", "as_integer_ratio", float_ratio),
    C_METHOD("float", "conjugate", conjugate),
    C_METHOD("float", "hex", float_hex),
    C_METHOD("float", "is_integer", is_integer),
};
const struct methods float_methods = METHODS(float_table);
