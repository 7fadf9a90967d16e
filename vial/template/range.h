/*
 * Ranges: range(3), range(2, 10, 2): numbers that are not there until they are asked for.
 */
#pragma once
#include "vial/template/ops.h"

extern const struct object_type range_type;

/* range(...) with its one to three ints. */
value range_of_args(struct rendering *r, const value *args, size_t count);
value range_new(struct arena *a, int64_t start, int64_t stop, int64_t step); /* step is not 0 */

/* False when `v` is no range. */
bool range_reversed(struct rendering *r, value v, value *out);
