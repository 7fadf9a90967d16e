/*
 * Things to walk over that are no containers: dict views, and what is made while it is walked.
 */
#pragma once
#include "vial/template/filters.h"

enum view { VIEW_KEYS, VIEW_VALUES, VIEW_ITEMS };

/* dict.keys(), .values(), .items(): sees what the dict becomes. */
value dict_view(struct rendering *r, value dict, enum view view);

/* reversed(v); false, with a TypeError pending, where that cannot be. */
bool value_reversed(struct rendering *r, value v, value *out);

/* Pairs and names into `dict`, as dict(...) takes them. */
bool dict_fill(struct rendering *r, value dict, const struct call *call);
