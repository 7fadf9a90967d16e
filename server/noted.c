/*
 * noted.c - who read what, for as long as answers are kept
 *
 *   comes in:  the reads of an answer; later the keys that changed
 *   goes out:  a list of numbers; later, whether one of them is touched
 *
 * A pair's number is its place in an array; places that came free are used again. Chains of a hash
 * table find a pair by its content. When something changes each pair is looked at once, and then an
 * answer costs a look at a flag for each of its numbers.
 */
#include "server/noted.h"

#include "vial/base/hash.h"
#include <pthread.h>
#include <stdlib.h>

enum { NONE = 0, FIRST_ROOM = 256 }; /* number 0 is no pair's */

struct pair {
    char *thing;
    size_t len;
    uint64_t hash, fields;
    uint32_t users, next; /* next of its chain, or of the free ones */
    bool touched;
};

struct noting {
    pthread_mutex_t lock;
    struct pair *pairs;
    uint32_t *chains; /* as many as there is room for pairs, a power of two */
    uint32_t used, room, free;
    bool all; /* everything changed */
};

struct noting *noting_new(void)
{
    struct noting *noting = calloc(1, sizeof *noting);

    if (!noting)
        out_of_memory(sizeof *noting);
    pthread_mutex_init(&noting->lock, NULL);
    noting->used = 1;
    return noting;
}

void noting_free(struct noting *noting)
{
    if (!noting)
        return;
    for (uint32_t i = 1; i < noting->used; i++)
        free(noting->pairs[i].thing);
    free(noting->pairs);
    free(noting->chains);
    pthread_mutex_destroy(&noting->lock);
    free(noting);
}

/* ---- the table ---- */

static uint32_t *chain_of(const struct noting *noting, uint64_t hash)
{
    return &noting->chains[hash & (noting->room - 1)];
}

static void make_room(struct noting *noting)
{
    uint32_t room = noting->room ? noting->room * 2 : FIRST_ROOM;

    noting->pairs = realloc(noting->pairs, room * sizeof *noting->pairs);
    free(noting->chains);
    noting->chains = calloc(room, sizeof *noting->chains);
    if (!noting->pairs || !noting->chains)
        out_of_memory(room * sizeof *noting->pairs);
    noting->room = room;
    for (uint32_t i = 1; i < noting->used; i++) {
        uint32_t *chain = chain_of(noting, noting->pairs[i].hash);

        noting->pairs[i].next = *chain; /* none is free, or there would be room */
        *chain = i;
    }
}

static uint32_t new_pair(struct noting *noting)
{
    uint32_t number = noting->free;

    if (number) {
        noting->free = noting->pairs[number].next;
        return number;
    }
    if (noting->used >= noting->room)
        make_room(noting);
    return noting->used++;
}

static uint32_t number_of(struct noting *noting, str thing, uint64_t fields)
{
    uint64_t hash = hash_key(thing) ^ (fields * UINT64_C(0x9E3779B97F4A7C15));

    for (uint32_t i = noting->room ? *chain_of(noting, hash) : NONE; i; i = noting->pairs[i].next) {
        struct pair *pair = &noting->pairs[i];

        if (pair->hash == hash && pair->fields == fields &&
            str_eq(str_n(pair->thing, pair->len), thing)) {
            pair->users++;
            return i;
        }
    }

    uint32_t number = new_pair(noting), *chain = chain_of(noting, hash);
    char *name = malloc(thing.len + 1);
    if (!name)
        out_of_memory(thing.len);
    memcpy(name, thing.p, thing.len);
    noting->pairs[number] = (struct pair){
        .thing = name, .len = thing.len, .hash = hash, .fields = fields, .users = 1, .next = *chain
    };
    *chain = number;
    return number;
}

static void forget_pair(struct noting *noting, uint32_t number)
{
    struct pair *pair = &noting->pairs[number];
    uint32_t *at = chain_of(noting, pair->hash);

    while (*at != number)
        at = &noting->pairs[*at].next;
    *at = pair->next;
    free(pair->thing);
    *pair = (struct pair){ .next = noting->free };
    noting->free = number;
}

/* ---- the door ---- */

struct noted noting_take(struct noting *noting, const struct reads *reads)
{
    struct noted noted = { 0 };

    if (!reads || !reads->things.count)
        return noted;
    noted.list = malloc(reads->things.count * sizeof *noted.list);
    if (!noted.list)
        out_of_memory(reads->things.count * sizeof *noted.list);
    pthread_mutex_lock(&noting->lock);
    for (size_t i = 0; i < reads->things.count; i++) {
        const struct map_entry *entry = &reads->things.entries[i];
        const struct read *read = entry->data;

        if (read->fields)
            noted.list[noted.count++] = number_of(noting, entry->key, read->fields);
    }
    pthread_mutex_unlock(&noting->lock);
    return noted;
}

void noting_forget(struct noting *noting, struct noted *noted)
{
    if (!noted->list)
        return;
    pthread_mutex_lock(&noting->lock);
    for (uint32_t i = 0; i < noted->count; i++)
        if (--noting->pairs[noted->list[i]].users == 0)
            forget_pair(noting, noted->list[i]);
    pthread_mutex_unlock(&noting->lock);
    free(noted->list);
    *noted = (struct noted){ 0 };
}

size_t noted_bytes(const struct noted *noted)
{
    enum { SHARED = 12 }; /* a pair is large, but has many users */

    return noted->count * (sizeof *noted->list + SHARED);
}

void noting_begin_change(struct noting *noting, const struct reads *changed)
{
    pthread_mutex_lock(&noting->lock);
    noting->all = !changed;
    for (uint32_t i = 1; changed && i < noting->used; i++) {
        struct pair *pair = &noting->pairs[i];
        const struct read *there =
            pair->users ? map_get(&changed->things, str_n(pair->thing, pair->len)) : NULL;

        pair->touched = there && there->fields & pair->fields;
    }
}

bool noting_touches(const struct noting *noting, const struct noted *noted)
{
    if (noting->all)
        return true;
    for (uint32_t i = 0; i < noted->count; i++)
        if (noting->pairs[noted->list[i]].touched)
            return true;
    return false;
}

void noting_end_change(struct noting *noting)
{
    pthread_mutex_unlock(&noting->lock);
}
