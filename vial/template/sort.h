/*
 * Sorting, as Python's: stable, and by keys made once for each item.
 */
#pragma once
#include "vial/template/ops.h"

/* The key of `item`; an undefined value that failed ends the sorting. */
typedef value sort_key_fn(struct rendering *r, value item, const void *how);

/* A list in place. `key` NULL: by the items themselves. False when something failed. */
bool sort_list(struct rendering *r, value list, sort_key_fn *key, const void *how, bool reverse);
/* As if each key were a list that holds it: keys that are equal are never asked for their order. */
bool sort_list_wrapped(struct rendering *r, value list, sort_key_fn *key, const void *how,
                       bool reverse);

/* sorted()'s `reverse`, which has to be an int; false: TypeError. */
bool sort_direction(struct rendering *r, value reverse, bool *turned);

value sort_by_call(struct rendering *r, value item,
                   const void *how); /* how: a value to call, or none */
