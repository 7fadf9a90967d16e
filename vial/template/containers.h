/*
 * Containers from the inside: lists, tuples and dicts, for this room alone; the rest of the house
 * has value.h.
 *
 * A container belongs to the arena it was made in. A template may change one only when that is the
 * arena of its own rendering: what the site or the application handed in is shared with other
 * threads. Only such containers can hold themselves, so only they are marked while printed.
 */
#pragma once
#include "vial/template/value.h"

/* VIAL_LIST and VIAL_TUPLE. */
struct list {
    struct object object;
    struct arena *arena;
    value *items;
    size_t count, cap;
    bool printing;
};

/* VIAL_DICT. Up to DICT_SMALL entries are searched one by one and have no hashes and no slots. */
struct dict_entry {
    value key, v;
    uint64_t hash;
};
struct dict {
    struct object object;
    struct arena *arena;
    struct dict_entry *entries;
    uint32_t *slots; /* entry number + 1, or 0: a power of two of them, at most half full */
    size_t count, cap, nslots;
    bool printing;
};

enum { DICT_SMALL = 8 };

extern const struct object_type list_type, tuple_type, dict_type;

static inline struct list *list_inside(value v)
{
    return (struct list *)v.as.object;
}
static inline struct dict *dict_inside(value v)
{
    return (struct dict *)v.as.object;
}
static inline bool value_is_list(value v) /* or a tuple */
{
    return v.type == VIAL_LIST || v.type == VIAL_TUPLE;
}

/* A tuple that is filled by list_push(), and then not changed any more. */
value tuple_new(struct arena *a, size_t capacity);
void list_reserve(value list, size_t more);

/* Of the entry for text `key`, or NULL. */
struct dict_entry *dict_text_entry(const struct dict *dict, str key);
/* Of any key; NULL and perhaps a pending TypeError. */
struct dict_entry *dict_value_entry(struct rendering *r, const struct dict *dict, value key);
void dict_remove(struct dict *dict, struct dict_entry *entry);
void dict_clear(struct dict *dict);
/* All of `from` into `to`, as dict.update(). */
void dict_merge(value to, value from);

/* hash(v) as Python's: equal values have equal ones. False: TypeError, unhashable. */
bool value_hash(struct rendering *r, value v, uint64_t *hash);
