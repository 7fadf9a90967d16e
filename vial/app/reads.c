/*
 * reads.c - the keys of everything a response was made from
 *
 *   comes in:  keys, while a response is made
 *   goes out:  the set of them, in the order first noted; and the URLs built meanwhile
 */
#include "vial/app/reads.h"

struct reads *reads_new(struct arena *a)
{
    struct reads *reads = arena_make(a, struct reads);

    reads->keys = map_in(a);
    reads->urls = map_in(a);
    return reads;
}

static void note(struct map *set, str key)
{
    if (!map_find(set, key))
        map_put(set, str_copy(set->arena, key));
}

void reads_note(struct reads *reads, str key)
{
    if (reads)
        note(&reads->keys, key);
}

void reads_note_url(struct reads *reads, str url)
{
    if (reads)
        note(&reads->urls, url);
}

bool reads_has(const struct reads *reads, str key)
{
    return map_find(&reads->keys, key) != NULL;
}
