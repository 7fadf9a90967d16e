/*
 * Numbers: ints of any size, bools that count as 0 and 1, and floats.
 */
#pragma once
#include "vial/template/bigint.h"

static inline bool value_is_int(value v) /* isinstance(v, int): bools are */
{
    return v.type == VIAL_INT || v.type == VIAL_BOOL || value_is_bigint(v);
}
static inline bool value_is_number(value v)
{
    return v.type == VIAL_FLOAT || value_is_int(v);
}
static inline bool value_is_small_int(value v)
{
    return v.type == VIAL_INT || v.type == VIAL_BOOL;
}
static inline int64_t value_small_int(value v)
{
    return v.type == VIAL_BOOL ? v.as.b : v.as.i;
}

/* float(v) of a number: false, OverflowError, for an int that is too large. */
bool number_to_double(struct rendering *r, value v, double *d);
/* Below, equal, above: -1, 0, 1; and 2 with a NaN, which is none of them. */
int number_compare(value a, value b);

/* operator.index(v) for what takes a small int: "'str' object cannot be interpreted as an integer".
 */
bool value_to_index(struct rendering *r, value v, int64_t *index);
/* The same for sizes and positions: what is out of range is cut down to it. */
bool value_to_clamped(struct rendering *r, value v, int64_t *index);

/* int(text, base) and float(text), as Python reads them: false, ValueError pending. */
bool parse_int(struct rendering *r, str text, int base, value *out);
bool parse_float(str text, double *d); /* ASCII digits; nothing pending */

/* int(v) and float(v) of anything. */
bool value_to_int(struct rendering *r, value v, value *out);
bool value_to_float(struct rendering *r, value v, double *out);

/* repr(d): the shortest digits that are read back as `d`. */
void float_repr(double d, struct buf *out);
