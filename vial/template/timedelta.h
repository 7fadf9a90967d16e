/*
 * Spans of time: what lies between two dates, datetime.timedelta.
 */
#pragma once
#include "vial/template/ops.h"

value timedelta_new(struct arena *a, int64_t microseconds);

/* False when `v` is none. */
bool timedelta_microseconds(value v, int64_t *microseconds);
