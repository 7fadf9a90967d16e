/*
 * list.c - lists and tuples: a row of values that grows at its end
 *
 *   comes in:  items, in order
 *   goes out:  the row; its methods are in container_methods.c
 *
 * Growing doubles the row, in place when it was the arena's last piece.
 */
#include "vial/template/containers.h"

static value new_row(struct arena *a, size_t capacity, const struct object_type *type, uint8_t as)
{
    struct list *list = arena_alloc(a, sizeof *list);
    value v = { as, 0, 0, 0, { 0 } };

    *list = (struct list){ .object = { type }, .arena = a };
    if (capacity) {
        list->items = arena_alloc(a, capacity * sizeof(value));
        list->cap = capacity;
    }
    v.as.object = list;
    return v;
}

value list_new(struct arena *a, size_t capacity)
{
    return new_row(a, capacity, &list_type, VIAL_LIST);
}

value tuple_new(struct arena *a, size_t capacity)
{
    return new_row(a, capacity, &tuple_type, VIAL_TUPLE);
}

value tuple_of(struct arena *a, const value *items, size_t count)
{
    value tuple = tuple_new(a, count);
    struct list *list = list_inside(tuple);

    if (count)
        memcpy(list->items, items, count * sizeof(value));
    list->count = count;
    return tuple;
}

void list_reserve(value v, size_t more)
{
    struct list *list = list_inside(v);
    size_t cap = list->cap ? list->cap : 4;

    if (list->cap - list->count >= more)
        return;
    while (cap - list->count < more)
        cap *= 2;
    list->items =
        arena_grow(list->arena, list->items, list->cap * sizeof(value), cap * sizeof(value));
    list->cap = cap;
}

void list_push(value v, value item)
{
    struct list *list = list_inside(v);

    if (list->count == list->cap)
        list_reserve(v, 1);
    list->items[list->count++] = item;
}

size_t list_len(value v)
{
    return value_is_list(v) ? list_inside(v)->count : 0;
}

value list_at(value v, size_t i)
{
    return i < list_len(v) ? list_inside(v)->items[i] : value_undefined();
}
