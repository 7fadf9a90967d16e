/*
 * Big integers: what an int becomes when 64 bits do not hold it, and back again.
 *
 * All functions take ints of any size (bools count), and give an int value: a plain one whenever
 * it fits. Where a result would be larger than a template may make them, an error is pending.
 */
#pragma once
#include "vial/template/rendering.h"

extern const struct object_type bigint_type;

static inline bool value_is_bigint(value v)
{
    return v.type == VIAL_OBJECT && ((const struct object *)v.as.object)->type == &bigint_type;
}

value big_add(struct rendering *r, value a, value b);
value big_subtract(struct rendering *r, value a, value b);
value big_multiply(struct rendering *r, value a, value b);
value big_power(struct rendering *r, value base, uint64_t exponent);
/* Rounded down, as Python's // and %; `b` is not zero. Either result may be NULL. */
bool big_divide(struct rendering *r, value a, value b, value *quotient, value *remainder);
value big_negate(struct rendering *r, value v);

int big_compare(value a, value b);         /* below, equal or above: -1, 0, 1 */
int big_compare_double(value i, double d); /* and 2 with a NaN */
bool big_is_negative(value v);
size_t big_bits(value v); /* int.bit_length() */
size_t big_ones(value v); /* int.bit_count()  */

/* The nearest double; infinite when too large. */
double big_to_double(value v);
/* a / b, correctly rounded; infinite when too large. `b` is not zero. */
double big_true_divide(struct rendering *r, value a, value b);
/* int(d): without its fraction; `d` is finite. */
value big_from_double(struct arena *a, double d);
value big_from_unsigned(struct arena *a, uint64_t u);

/* The digits without sign, in base 2 to 36. Decimal: false for more than 4300, as Python. */
bool big_digits(struct rendering *r, value v, int base, struct buf *out);
void big_hash(value v, uint64_t *hash);
