/*
 * What templates see of a request's names and values. For this room alone.
 */
#pragma once
#include "vial/app/inside.h"

/* A MultiDict of `params`, or of `values` under their names. */
value multi_new(const struct params *params, const value *values, bool any_case, struct arena *a);
value headers_value(const struct headers *headers, struct arena *a);
value cookies_value(const struct headers *headers, struct arena *a);
value files_value(const struct form *form, struct arena *a);
