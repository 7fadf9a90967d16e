/*
 * Positions in things that have an order, for objects that want to be indexed as lists are.
 */
#pragma once
#include "vial/template/rendering.h"

/* An int `key` as a position from the front; false when it is outside. */
bool value_position(struct rendering *r, value key, size_t count, size_t *at);

/* [start:stop:step] of something `length` long: where to begin and end, by how much, how many. */
struct slice {
    int64_t start, stop, step, count;
};
/* One of its parts, `otherwise` where it is none; false: a TypeError, since it is no int. */
bool slice_part(struct rendering *r, value part, int64_t otherwise, int64_t *out);
bool slice_bounds(struct rendering *r, int64_t length, value start, value stop, value step,
                  struct slice *slice);
