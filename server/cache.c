/*
 * cache.c - answers by what was asked, in bounded room
 *
 *   comes in:  questions; answers; keys that changed
 *   goes out:  kept answers, or whose turn it is to make one
 *
 * One table, one lock, held for moments: nothing is made, copied or freed under it. An entry is an
 * answer, or of a path only what its answers differ by. So a question looks once by the path, and
 * where that differs a second time by the path and those parts. The parts in a key are named by
 * it, so an entry is found only by who would look at just what its maker looked at.
 */
#include "server/kept.h"

#include "vial/base/hash.h"
#include <pthread.h>
#include <stdlib.h>

struct entry {
    struct entry *chain;
    struct entry *newer, *older;
    struct kept *kept; /* NULL: of this path, what follows */
    unsigned varies;
    bool never;
    bool strange; /* strangers can make any number of these */
    struct noted noted;
    uint64_t hash;
    size_t bytes, len;
    char key[];
};

/* The entries of one share of the room, by when they were last used. */
struct share {
    struct entry *newest, *oldest;
    size_t bytes, most;
};

struct cache {
    pthread_mutex_t lock;
    pthread_cond_t landed;
    struct noting *noting;
    struct entry **chains;
    size_t room, count; /* a power of two */
    struct share usual, strange;
    struct flight *flights;
    uint64_t change;
    uint64_t repeated; /* hits of cache_hit() */
    struct cache_numbers numbers;
};

enum { FIRST_ROOM = 256, STRANGE = 4 /* a quarter */ };

struct cache *cache_new(size_t most)
{
    struct cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        out_of_memory(sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->landed, NULL);
    cache->noting = noting_new();
    cache->room = FIRST_ROOM;
    cache->chains = calloc(cache->room, sizeof(struct entry *));
    if (!cache->chains)
        out_of_memory(cache->room);
    cache->strange.most = most / STRANGE;
    cache->usual.most = most - cache->strange.most;
    cache->numbers.most = most;
    return cache;
}

/* ---- the table; all of it with the lock held ---- */

static struct entry **place_of(struct cache *cache, uint64_t hash, const char *key, size_t len)
{
    struct entry **at = &cache->chains[hash & (cache->room - 1)];

    while (*at && ((*at)->hash != hash || (*at)->len != len || memcmp((*at)->key, key, len) != 0))
        at = &(*at)->chain;
    return at;
}

static void grow(struct cache *cache)
{
    size_t room = cache->room * 2;
    struct entry **chains = calloc(room, sizeof(struct entry *));

    if (!chains)
        out_of_memory(room);
    for (size_t i = 0; i < cache->room; i++)
        for (struct entry *entry = cache->chains[i], *next; entry; entry = next) {
            next = entry->chain;
            entry->chain = chains[entry->hash & (room - 1)];
            chains[entry->hash & (room - 1)] = entry;
        }
    free(cache->chains);
    cache->chains = chains;
    cache->room = room;
}

static struct share *share_of(struct cache *cache, const struct entry *entry)
{
    return entry->strange ? &cache->strange : &cache->usual;
}

static void unlink_age(struct share *share, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &share->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &share->oldest) = entry->newer;
}

static void link_newest(struct share *share, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = share->newest;
    *(share->newest ? &share->newest->newer : &share->oldest) = entry;
    share->newest = entry;
}

/* Takes it out, and hangs it on `gone` by its chain. */
static void take_out(struct cache *cache, struct entry **place, struct entry **gone)
{
    struct entry *entry = *place;
    struct share *share = share_of(cache, entry);

    *place = entry->chain;
    unlink_age(share, entry);
    share->bytes -= entry->bytes;
    cache->numbers.answers -= entry->kept != NULL;
    cache->count--;
    entry->chain = *gone;
    *gone = entry;
}

static void put_in(struct cache *cache, struct entry *entry, struct entry **gone)
{
    struct share *share = share_of(cache, entry);
    struct entry **place = place_of(cache, entry->hash, entry->key, entry->len);

    if (*place)
        take_out(cache, place, gone);
    while (share->oldest && share->bytes + entry->bytes > share->most) {
        struct entry *old = share->oldest;

        take_out(cache, place_of(cache, old->hash, old->key, old->len), gone);
        cache->numbers.evicted++;
    }
    if (cache->count >= cache->room)
        grow(cache);
    place = &cache->chains[entry->hash & (cache->room - 1)];
    entry->chain = *place;
    *place = entry;
    link_newest(share, entry);
    share->bytes += entry->bytes;
    cache->numbers.answers += entry->kept != NULL;
    cache->count++;
}

/* Without the lock. */
static void free_all(struct cache *cache, struct entry *gone)
{
    while (gone) {
        struct entry *next = gone->chain;

        noting_forget(cache->noting, &gone->noted);
        kept_release(gone->kept);
        free(gone);
        gone = next;
    }
}

void cache_free(struct cache *cache)
{
    struct entry *gone = NULL;

    if (!cache)
        return;
    for (size_t i = 0; i < cache->room; i++)
        while (cache->chains[i])
            take_out(cache, &cache->chains[i], &gone);
    free_all(cache, gone);
    free(cache->chains);
    noting_free(cache->noting);
    pthread_cond_destroy(&cache->landed);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* ---- asking ---- */

static struct entry *find(struct cache *cache, const struct asking *asking)
{
    return *place_of(cache, asking->hash, asking->key, asking->len);
}

static void use(struct cache *cache, struct entry *entry)
{
    struct share *share = share_of(cache, entry);

    if (share->newest == entry)
        return;
    unlink_age(share, entry);
    link_newest(share, entry);
}

static void hash(struct asking *asking)
{
    asking->hash = hash_key(str_n(asking->key, asking->len));
}

static bool ask_by_path(struct asking *asking, const struct request *req)
{
    if (req->path.len >= CACHE_KEY)
        return false;
    memcpy(asking->key, req->path.p, req->path.len);
    asking->path = asking->len = req->path.len;
    hash(asking);
    return true;
}

/* CACHE_MAKE: there is none. Nothing waits here. */
static enum cache_word look(struct cache *cache, struct asking *asking, const struct request *req)
{
    struct entry *entry = find(cache, asking);

    if (entry && !entry->kept && !entry->never) {
        use(cache, entry);
        if (!kept_key(asking->key, &asking->len, CACHE_KEY, entry->varies, req))
            return CACHE_PASS;
        hash(asking);
        entry = find(cache, asking);
    }
    if (!entry)
        return CACHE_MAKE;
    use(cache, entry);
    if (!entry->kept)
        return CACHE_PASS;
    kept_hold(entry->kept);
    asking->kept = entry->kept;
    cache->numbers.hits++;
    return CACHE_HAS;
}

static bool is_under_way(const struct cache *cache, const struct asking *asking)
{
    for (const struct flight *f = cache->flights; f; f = f->next)
        if (f->hash == asking->hash && f->len == asking->len &&
            memcmp(f->key, asking->key, f->len) == 0)
            return true;
    return false;
}

static void take_off(struct cache *cache, struct asking *asking)
{
    asking->change = cache->change;
    asking->flight = (struct flight){ cache->flights, asking->key, asking->len, asking->hash };
    cache->flights = &asking->flight;
}

static void land(struct cache *cache, struct asking *asking)
{
    struct flight **at = &cache->flights;

    while (*at != &asking->flight)
        at = &(*at)->next;
    *at = asking->flight.next;
    pthread_cond_broadcast(&cache->landed);
}

/* Until it is there, or it is our turn. What was made may not have been kept: then the next makes
 * it. */
static enum cache_word wait_for(struct cache *cache, struct asking *asking,
                                const struct request *req)
{
    enum cache_word word;

    pthread_mutex_lock(&cache->lock);
    while ((word = look(cache, asking, req)) == CACHE_MAKE && is_under_way(cache, asking)) {
        cache->numbers.waited++;
        pthread_cond_wait(&cache->landed, &cache->lock);
        if (req) {
            asking->len = asking->path;
            hash(asking);
        }
    }
    if (word == CACHE_MAKE)
        take_off(cache, asking);
    cache->numbers.passed += word == CACHE_PASS;
    pthread_mutex_unlock(&cache->lock);
    return word;
}

enum cache_word cache_ask(struct cache *cache, struct asking *asking, const struct request *req)
{
    return ask_by_path(asking, req) ? wait_for(cache, asking, req) : CACHE_PASS;
}

struct kept *cache_look(struct cache *cache, const struct request *req)
{
    struct asking asking;

    if (!ask_by_path(&asking, req))
        return NULL;
    pthread_mutex_lock(&cache->lock);
    bool has = look(cache, &asking, req) == CACHE_HAS;
    pthread_mutex_unlock(&cache->lock);
    return has ? asking.kept : NULL;
}

static bool ask_by_name(struct asking *asking, char kind, str name)
{
    if (name.len + 1 >= CACHE_KEY)
        return false;
    asking->key[0] = kind; /* a path begins with a slash */
    memcpy(asking->key + 1, name.p, name.len);
    asking->path = asking->len = name.len + 1;
    hash(asking);
    return true;
}

enum cache_word cache_ask_thing(struct cache *cache, struct asking *asking, char kind, str name)
{
    return ask_by_name(asking, kind, name) ? wait_for(cache, asking, NULL) : CACHE_PASS;
}

struct kept *cache_look_thing(struct cache *cache, char kind, str name)
{
    struct asking asking;

    if (!ask_by_name(&asking, kind, name))
        return NULL;
    pthread_mutex_lock(&cache->lock);
    bool has = look(cache, &asking, NULL) == CACHE_HAS;
    pthread_mutex_unlock(&cache->lock);
    return has ? asking.kept : NULL;
}

/* ---- keeping ---- */

static struct entry *entry_new(const struct asking *asking, struct kept *kept)
{
    enum { OVERHEAD = 64 }; /* of the heap and the chains */
    struct entry *entry = malloc(sizeof *entry + asking->len);

    if (!entry)
        out_of_memory(asking->len);
    *entry = (struct entry){ .kept = kept, .len = asking->len, .hash = asking->hash };
    memcpy(entry->key, asking->key, asking->len);
    entry->bytes = sizeof *entry + OVERHEAD + asking->len + (kept ? kept->bytes : 0);
    return entry;
}

static void note(struct cache *cache, struct entry *entry, const struct reads *reads)
{
    entry->noted = noting_take(cache->noting, reads);
    entry->bytes += noted_bytes(&entry->noted);
}

/* One is at most an eighth of its share: a single page is not to push out all others. */
static bool has_room(const struct cache *cache, const struct entry *entry)
{
    const struct share *share = entry->strange ? &cache->strange : &cache->usual;

    return entry->bytes <= share->most / 8;
}

/* Ends the flight; the entries (either may be NULL) go in if nothing has changed since. */
static void arrive(struct cache *cache, struct asking *asking, struct entry *path,
                   struct entry *answer)
{
    struct entry *gone = NULL, *both[2] = { path, answer };

    pthread_mutex_lock(&cache->lock);
    land(cache, asking);
    cache->numbers.made++;
    for (int i = 0; i < 2; i++) {
        if (!both[i])
            continue;
        if (asking->change == cache->change && has_room(cache, both[i])) {
            put_in(cache, both[i], &gone);
        } else {
            both[i]->chain = gone;
            gone = both[i];
        }
    }
    pthread_mutex_unlock(&cache->lock);
    free_all(cache, gone);
}

/* Of the path: its answers differ by this, or may not be kept at all. */
static struct entry *path_entry(struct cache *cache, struct asking *asking,
                                const struct response *res, struct judgement judged)
{
    asking->len = asking->path;
    hash(asking);
    struct entry *entry = entry_new(asking, NULL);
    entry->varies = judged.varies;
    entry->never = judged.never;
    entry->strange = true;
    note(cache, entry, res->reads);
    return entry;
}

static struct entry *answer_entry(struct cache *cache, struct asking *asking,
                                  const struct response *res, struct judgement judged)
{
    struct kept *kept = kept_of(res);
    struct entry *entry = entry_new(asking, kept);

    kept_hold(kept);
    kept->momentary = judged.varies & VARIES_SECOND;
    entry->strange = judged.varies || res->status == 404;
    note(cache, entry, res->reads);
    return entry;
}

/* The flight is known by the key it began with; `asking` gets those of its entries. */
struct kept *cache_keep(struct cache *cache, struct asking *asking, const struct request *req,
                        const struct response *res)
{
    struct judgement judged = kept_judge(res);
    struct asking at = { .path = asking->path };
    struct entry *path = NULL, *answer = NULL;

    memcpy(at.key, asking->key, asking->path);
    at.len = at.path;
    if (judged.never || judged.varies)
        path = path_entry(cache, &at, res, judged);
    if (!judged.never && kept_key(at.key, &at.len, CACHE_KEY, judged.varies, req)) {
        hash(&at);
        answer = answer_entry(cache, &at, res, judged);
    }
    struct kept *kept = answer ? answer->kept : NULL;
    arrive(cache, asking, path, answer);
    return kept;
}

struct kept *cache_keep_thing(struct cache *cache, struct asking *asking, str text)
{
    struct kept *kept = kept_of_text(text);
    struct entry *entry = entry_new(asking, kept);

    kept_hold(kept);
    arrive(cache, asking, NULL, entry);
    return kept;
}

/* ---- changes ---- */

size_t cache_change(struct cache *cache, const struct reads *changed)
{
    struct entry *gone = NULL;
    size_t dropped = 0;

    pthread_mutex_lock(&cache->lock);
    __atomic_add_fetch(&cache->change, 1, __ATOMIC_RELEASE);
    noting_begin_change(cache->noting, changed);
    for (size_t i = 0; i < cache->room; i++)
        for (struct entry **at = &cache->chains[i]; *at;) {
            if ((*at)->key[0] != '/' || !noting_touches(cache->noting, &(*at)->noted)) {
                at = &(*at)->chain;
                continue;
            }
            dropped += (*at)->kept != NULL;
            take_out(cache, at, &gone);
        }
    noting_end_change(cache->noting);
    cache->numbers.dropped += dropped;
    pthread_mutex_unlock(&cache->lock);
    free_all(cache, gone);
    return dropped;
}

uint64_t cache_changes(const struct cache *cache)
{
    return __atomic_load_n(&cache->change, __ATOMIC_ACQUIRE);
}

void cache_hit(struct cache *cache)
{
    __atomic_add_fetch(&cache->repeated, 1, __ATOMIC_RELAXED);
}

struct cache_numbers cache_numbers(struct cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    struct cache_numbers numbers = cache->numbers;
    numbers.hits += __atomic_load_n(&cache->repeated, __ATOMIC_RELAXED);
    numbers.bytes = cache->usual.bytes + cache->strange.bytes;
    pthread_mutex_unlock(&cache->lock);
    return numbers;
}
