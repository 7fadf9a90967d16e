/*
 * value.c - values without a rendering: copies for what lives longer, and plain truth
 *
 *   comes in:  values made by C code or by a rendering that ends
 *   goes out:  the same in another arena; whether a simple value is true
 */
#include "vial/template/containers.h"
#include "vial/template/ops.h"

enum { COPY_DEPTH = 200 }; /* containers deeper than this are cut off; circles end here too */

static value copy(struct arena *a, value v, int depth);

static value copy_list(struct arena *a, value v, int depth)
{
    const struct list *from = list_inside(v);
    value to = v.type == VIAL_TUPLE ? tuple_new(a, from->count) : list_new(a, from->count);

    for (size_t i = 0; i < from->count; i++)
        list_push(to, copy(a, from->items[i], depth + 1));
    return to;
}

static value copy_dict(struct arena *a, value v, int depth)
{
    const struct dict *from = dict_inside(v);
    value to = dict_new(a, from->count);

    for (size_t i = 0; i < from->count; i++) {
        value key = copy(a, from->entries[i].key, depth + 1);
        value item = copy(a, from->entries[i].v, depth + 1);

        if (key.type == VIAL_STR)
            dict_set(to, value_text(key), item);
        else
            dict_put(NULL, to, key, item); /* was hashable before, is so again */
    }
    return to;
}

static value copy(struct arena *a, value v, int depth)
{
    if (depth > COPY_DEPTH)
        return value_none();
    switch (v.type) {
    case VIAL_STR:
        v.as.s = str_copy(a, value_text(v)).p;
        return v;
    case VIAL_LIST:
    case VIAL_TUPLE:
        return copy_list(a, v, depth);
    case VIAL_DICT:
        return copy_dict(a, v, depth);
    default:
        return v;
    }
}

value value_copy(struct arena *a, value v)
{
    return copy(a, v, 0);
}

bool value_truth_simple(value v)
{
    switch (v.type) {
    case VIAL_BOOL:
        return v.as.b;
    case VIAL_INT:
        return v.as.i != 0;
    case VIAL_FLOAT:
        return v.as.d != 0;
    case VIAL_STR:
        return v.len != 0;
    case VIAL_LIST:
    case VIAL_TUPLE:
        return list_inside(v)->count != 0;
    case VIAL_DICT:
        return dict_inside(v)->count != 0;
    case VIAL_OBJECT:
        return true;
    default:
        return false;
    }
}
