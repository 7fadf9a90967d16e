/*
 * dict.c - dicts: from any hashable value to any value, in the order of adding
 *
 *   comes in:  keys and values; keys mostly are text
 *   goes out:  entries, found by key or walked in order; the methods are in container_methods.c
 *
 * Entries stand in one row. A small dict is searched from the front, comparing lengths first: for
 * the handful of names a page or a row of data has, that beats hashing. A larger one has a table of
 * slots beside the row. Removing closes the gap, so that order and numbers stay what they are.
 */
#include "vial/base/hash.h"
#include "vial/template/containers.h"
#include "vial/template/ops.h"

value dict_new(struct arena *a, size_t capacity)
{
    struct dict *dict = arena_alloc(a, sizeof *dict);
    value v = { VIAL_DICT, 0, 0, 0, { 0 } };

    *dict = (struct dict){ .object = { &dict_type }, .arena = a };
    if (capacity) {
        dict->entries = arena_alloc(a, capacity * sizeof(struct dict_entry));
        dict->cap = capacity;
    }
    v.as.object = dict;
    return v;
}

/* ---- slots ---- */

static void place_entry(struct dict *dict, size_t number)
{
    size_t mask = dict->nslots - 1;
    size_t slot = dict->entries[number].hash & mask;

    while (dict->slots[slot])
        slot = (slot + 1) & mask;
    dict->slots[slot] = (uint32_t)number + 1;
}

static void place_all(struct dict *dict)
{
    memset(dict->slots, 0, dict->nslots * sizeof *dict->slots);
    for (size_t i = 0; i < dict->count; i++)
        place_entry(dict, i);
}

/* The first slots when the dict outgrows the small ones, twice as many whenever half are taken. */
static void make_slots(struct dict *dict)
{
    if (!dict->slots)
        for (size_t i = 0; i < dict->count; i++)
            value_hash(NULL, dict->entries[i].key, &dict->entries[i].hash);
    dict->nslots = dict->nslots ? dict->nslots * 2 : DICT_SMALL * 4;
    while (dict->nslots < dict->cap * 2)
        dict->nslots *= 2;
    dict->slots = arena_array(dict->arena, uint32_t, dict->nslots);
    place_all(dict);
}

static struct dict_entry *append(struct dict *dict, value key, uint64_t hash)
{
    if (dict->count == dict->cap) {
        size_t cap = dict->cap ? dict->cap * 2 : 4;

        dict->entries = arena_grow(dict->arena, dict->entries, dict->cap * sizeof *dict->entries,
                                   cap * sizeof *dict->entries);
        dict->cap = cap;
    }
    struct dict_entry *entry = &dict->entries[dict->count++];

    *entry = (struct dict_entry){ key, value_undefined(), hash };
    if (dict->slots && dict->count * 2 <= dict->nslots)
        place_entry(dict, dict->count - 1);
    else if (dict->slots || dict->count > DICT_SMALL)
        make_slots(dict);
    return entry;
}

/* ---- text keys, the common ones ---- */

static bool is_text(value key, str text)
{
    return key.type == VIAL_STR && str_eq(str_n(key.as.s, key.len), text);
}

static struct dict_entry *hashed_text_entry(const struct dict *dict, str key, uint64_t hash)
{
    size_t mask = dict->nslots - 1;

    for (size_t slot = hash & mask; dict->slots[slot]; slot = (slot + 1) & mask) {
        struct dict_entry *entry = &dict->entries[dict->slots[slot] - 1];

        if (entry->hash == hash && is_text(entry->key, key))
            return entry;
    }
    return NULL;
}

struct dict_entry *dict_text_entry(const struct dict *dict, str key)
{
    if (dict->slots)
        return hashed_text_entry(dict, key, hash_key(key));
    for (size_t i = 0; i < dict->count; i++)
        if (is_text(dict->entries[i].key, key))
            return &dict->entries[i];
    return NULL;
}

void dict_set(value v, str key, value item)
{
    struct dict *dict = dict_inside(v);
    uint64_t hash = dict->slots ? hash_key(key) : 0;
    struct dict_entry *entry =
        dict->slots ? hashed_text_entry(dict, key, hash) : dict_text_entry(dict, key);

    if (!entry && !dict->slots && dict->count == DICT_SMALL)
        hash = hash_key(key);
    if (!entry)
        entry = append(dict, value_str(key), hash);
    entry->v = item;
}

value dict_get(value v, str key)
{
    struct dict_entry *entry = v.type == VIAL_DICT ? dict_text_entry(dict_inside(v), key) : NULL;

    return entry ? entry->v : value_undefined();
}

size_t dict_len(value v)
{
    return v.type == VIAL_DICT ? dict_inside(v)->count : 0;
}

bool dict_entry(value v, size_t i, value *key, value *item)
{
    if (i >= dict_len(v))
        return false;
    *key = dict_inside(v)->entries[i].key;
    *item = dict_inside(v)->entries[i].v;
    return true;
}

/* ---- any key ---- */

static bool equal_keys(struct rendering *r, value a, value b)
{
    return value_same(a, b) || value_equal(r, a, b);
}

struct dict_entry *dict_value_entry(struct rendering *r, const struct dict *dict, value key)
{
    uint64_t hash;

    if (key.type == VIAL_STR)
        return dict_text_entry(dict, value_text(key));
    if (!value_hash(r, key, &hash))
        return NULL;
    if (!dict->slots) {
        for (size_t i = 0; i < dict->count; i++)
            if (dict->entries[i].key.type != VIAL_STR && equal_keys(r, dict->entries[i].key, key))
                return &dict->entries[i];
        return NULL;
    }
    size_t mask = dict->nslots - 1;

    for (size_t slot = hash & mask; dict->slots[slot]; slot = (slot + 1) & mask) {
        struct dict_entry *entry = &dict->entries[dict->slots[slot] - 1];

        if (entry->hash == hash && equal_keys(r, entry->key, key))
            return entry;
    }
    return NULL;
}

bool dict_find(struct rendering *r, value v, value key, value *out)
{
    struct dict_entry *entry = dict_value_entry(r, dict_inside(v), key);

    if (entry)
        *out = entry->v;
    return entry != NULL;
}

bool dict_put(struct rendering *r, value v, value key, value item)
{
    uint64_t hash = 0;

    if (!value_hash(r, key, &hash))
        return false;
    struct dict_entry *entry = dict_value_entry(r, dict_inside(v), key);

    if (!entry)
        entry = append(dict_inside(v), key, hash);
    entry->v = item;
    return true;
}

void dict_merge(value to, value from)
{
    const struct dict *source = dict_inside(from);

    for (size_t i = 0; i < source->count; i++)
        dict_put(NULL, to, source->entries[i].key, source->entries[i].v);
}

/* ---- taking away ---- */

void dict_remove(struct dict *dict, struct dict_entry *entry)
{
    size_t after = (size_t)(dict->entries + dict->count - (entry + 1));

    memmove(entry, entry + 1, after * sizeof *entry);
    dict->count--;
    if (dict->slots)
        place_all(dict);
}

void dict_clear(struct dict *dict)
{
    dict->count = 0;
    if (dict->slots)
        place_all(dict);
}
