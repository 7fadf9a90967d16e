/*
 * Attribute paths: "author.name", as filters take them to look into items.
 */
#pragma once
#include "vial/template/ops.h"

struct path {
    const value *parts; /* keys for value_item(), one after the other */
    size_t count;
    bool ignore_case; /* text found at its end is made lower case */
    value otherwise;  /* for undefined items; none: they stay     */
};

/* `attribute` is text with dots, a number, or none: the item itself. */
struct path path_of(struct rendering *r, value attribute, bool ignore_case);
value path_follow(struct rendering *r, const struct path *path, value item);

/* "age,name": a list of what is found at each. */
struct paths {
    struct path *list;
    size_t count;
};
struct paths paths_of(struct rendering *r, value attributes, bool ignore_case);
value paths_follow(struct rendering *r, const struct paths *paths, value item);

/* The same as keys for sorting; paths_key() for sort_list_wrapped(). */
value path_key(struct rendering *r, value item, const void *path);
value paths_key(struct rendering *r, value item, const void *paths);

value ignore_case(struct rendering *r, value v);
