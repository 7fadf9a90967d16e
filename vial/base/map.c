/*
 * map.c - from text to anything, in the order of adding
 *
 *   comes in:  keys
 *   goes out:  entries
 *
 * The entries stand in one array in their order; a second one of small numbers, probed linearly,
 * finds them by hash. Growing copies the entries and rebuilds the numbers; the old arrays stay
 * behind in the arena, together no larger than the new ones.
 */
#include "vial/base/map.h"

#include "vial/base/hash.h"

static uint32_t *slot_for(const struct map *m, str key, uint64_t hash)
{
    size_t mask = m->nslots - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &m->slots[i];

        if (!*slot)
            return slot;
        const struct map_entry *entry = &m->entries[*slot - 1];
        if (entry->hash == hash && str_eq(entry->key, key))
            return slot;
    }
}

static void index_all(struct map *m)
{
    size_t mask = m->nslots - 1;

    memset(m->slots, 0, m->nslots * sizeof *m->slots);
    for (size_t n = 0; n < m->count; n++) {
        size_t i = m->entries[n].hash & mask;

        while (m->slots[i])
            i = (i + 1) & mask;
        m->slots[i] = (uint32_t)n + 1;
    }
}

static void grow(struct map *m)
{
    size_t cap = m->cap ? m->cap * 2 : 8;

    m->entries =
        arena_grow(m->arena, m->entries, m->cap * sizeof *m->entries, cap * sizeof *m->entries);
    m->cap = cap;
    m->nslots = cap * 2;
    m->slots = arena_alloc(m->arena, m->nslots * sizeof *m->slots);
    index_all(m);
}

struct map_entry *map_find(const struct map *m, str key)
{
    if (!m->count)
        return NULL;
    uint32_t slot = *slot_for(m, key, hash_key(key));
    return slot ? &m->entries[slot - 1] : NULL;
}

void *map_get(const struct map *m, str key)
{
    const struct map_entry *entry = map_find(m, key);

    return entry ? entry->data : NULL;
}

struct map_entry *map_put(struct map *m, str key)
{
    uint64_t hash = hash_key(key);

    if (m->count == m->cap)
        grow(m);
    uint32_t *slot = slot_for(m, key, hash);
    if (!*slot) {
        m->entries[m->count] = (struct map_entry){ .key = key, .hash = hash };
        *slot = (uint32_t)++m->count;
    }
    return &m->entries[*slot - 1];
}

void *map_set(struct map *m, str key, void *data)
{
    struct map_entry *entry = map_put(m, key);
    void *before = entry->data;

    entry->data = data;
    return before;
}

bool map_remove(struct map *m, str key)
{
    struct map_entry *entry = map_find(m, key);

    if (!entry)
        return false;
    size_t after = (size_t)(m->entries + m->count - entry) - 1;
    memmove(entry, entry + 1, after * sizeof *entry);
    m->count--;
    index_all(m);
    return true;
}
