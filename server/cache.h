/*
 * The cache: answers kept as they went out, until something they were made from changes.
 *
 *     struct asking asking;
 *     switch (cache_ask(cache, &asking, req)) {
 *     case CACHE_HAS:   kept_show(asking.kept, res, a);              break;
 *     case CACHE_MAKE:  make it; cache_keep(cache, &asking, req, res);   break;
 *     case CACHE_PASS:  make it, for this one alone                   break;
 *     }
 *
 * An answer is found by its path, and by those parts of the request that were asked for when it was
 * made ("request:query" among its reads, app/reads.h). One that has somebody's cookie, session,
 * address or headers in it is never kept, nor one of which it is not known what it read; of such a
 * path the cache remembers just that. While a thread makes an answer, all others that want the same
 * one wait for it.
 *
 * It is bounded by bytes, the longest unused goes first. Answers that strangers can make any number
 * of (another query, another Host, another path that is not there) share a quarter of the room, so
 * that they cannot push the pages out.
 */
#pragma once
#include "server/noted.h"
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cache;

/* An answer; it never changes, and lives for as long as somebody holds it. */
struct kept {
    unsigned holders;
    int status;
    const struct header *fields;
    size_t count;
    str text;
    str tag; /* names just these bytes; the ETag of a 200, in quotes */
    size_t bytes;
    bool momentary; /* it tells the time, and is good for a second */
};

/* Puts it into `res`, which gives the hold back (response_borrow()); headers may be changed. */
void kept_show(struct kept *kept, struct response *res, struct arena *a);
void kept_release(void *kept);

enum { CACHE_KEY = 1024 }; /* bytes; what has a longer one is made anew each time */

struct flight {
    struct flight *next;
    const char *key;
    size_t len;
    uint64_t hash;
};

/* One question, for as long as it takes to answer it. It does not move meanwhile. */
struct asking {
    struct kept *kept; /* CACHE_HAS: held for the one who asked */
    char key[CACHE_KEY];
    size_t path, len; /* of the path alone; of all of it       */
    uint64_t hash;
    uint64_t change;      /* which change was the last when this was asked */
    struct flight flight; /* CACHE_MAKE: while it is made                  */
};

struct cache *cache_new(size_t most); /* bytes */
void cache_free(struct cache *cache); /* NULL is fine; what is held lives on */

enum cache_word { CACHE_HAS, CACHE_MAKE, CACHE_PASS };

/* From any thread; may wait until another has made it. Only for GET and HEAD. */
enum cache_word cache_ask(struct cache *cache, struct asking *asking, const struct request *req);

/* The same without waiting, for a loop that has better to do: held, or NULL. */
struct kept *cache_look(struct cache *cache, const struct request *req);

/*
 * After CACHE_MAKE, once: `res` is the answer, with its reads; it is kept if it may be. Gives it
 * held, or NULL. What changed meanwhile may have been among its reads, so then it is not kept.
 */
struct kept *cache_keep(struct cache *cache, struct asking *asking, const struct request *req,
                        const struct response *res);

/*
 * The same for things that never change, under a name that says all (`kind` sets it apart from
 * paths): copies of some bytes in another coding. An empty `text` says that there is none.
 */
enum cache_word cache_ask_thing(struct cache *cache, struct asking *asking, char kind, str name);
struct kept *cache_look_thing(struct cache *cache, char kind, str name);
struct kept *cache_keep_thing(struct cache *cache, struct asking *asking, str text);

/* Something changed (NULL: everything): what read it goes. How many answers that were. */
size_t cache_change(struct cache *cache, const struct reads *changed);

/*
 * How often something changed: as long as that is the same, so is every answer that was found (but
 * a momentary one), whether it still has its room or not.
 */
uint64_t cache_changes(const struct cache *cache);
void cache_hit(struct cache *cache); /* one was given without asking us */

struct cache_numbers {
    uint64_t hits, made, waited, passed, dropped, evicted;
    size_t answers, bytes, most;
};
struct cache_numbers cache_numbers(struct cache *cache);

#ifdef __cplusplus
}
#endif
