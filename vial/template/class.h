/*
 * Classes: what `x.__class__` gives.
 */
#pragma once
#include "vial/template/rendering.h"

/* False unless `name` is "__class__". */
bool class_attribute(struct rendering *r, value v, str name, value *out);
