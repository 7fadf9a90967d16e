/*
 * Maps: from text to anything, in the order of adding.
 *
 * A map lives in an arena and so do its keys, which are borrowed: copy a key first if it dies
 * before the map. Entries keep their order, so walking one is `for (size_t i = 0; i < m->count;
 * i++)` over m->entries[i]. Nothing is ever removed but by map_remove(), which keeps the order as
 * well.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct map_entry {
    str key;
    uint64_t hash;
    void *data;
};

struct map {
    struct arena *arena;
    struct map_entry *entries;
    uint32_t *slots; /* entry number + 1, or 0; a power of two of them, at most half full */
    size_t count, cap, nslots;
};

static inline struct map map_in(struct arena *a)
{
    struct map m = { a, NULL, NULL, 0, 0, 0 };
    return m;
}

void *map_get(const struct map *m, str key);              /* NULL when absent             */
struct map_entry *map_find(const struct map *m, str key); /* NULL when absent             */

/* The entry for `key`, made with NULL data when absent; valid until the next one is made. */
struct map_entry *map_put(struct map *m, str key);

/* Adds or replaces; returns what was there before, or NULL. */
void *map_set(struct map *m, str key, void *data);

bool map_remove(struct map *m, str key); /* linear; false when absent    */

#ifdef __cplusplus
}
#endif
