/*
 * reads.c - the keys of everything a response was made from
 *
 *   comes in:  keys, while a response is made
 *   goes out:  the set of them, in the order first noted
 */
#include "vial/app/reads.h"

struct reads *reads_new(struct arena *a)
{
    struct reads *reads = arena_make(a, struct reads);

    reads->keys = map_in(a);
    return reads;
}

void reads_note(struct reads *reads, str key)
{
    if (!reads || map_find(&reads->keys, key))
        return;
    map_put(&reads->keys, str_copy(reads->keys.arena, key));
}

bool reads_has(const struct reads *reads, str key)
{
    return map_find(&reads->keys, key) != NULL;
}
