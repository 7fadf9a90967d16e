/*
 * Notes: what each output was made from, short enough to be kept for a hundred thousand of them.
 *
 * What is read is written down once, in order, and numbered. What many pages have in common (the
 * templates, the configuration, the navigation) is a set that they share by its number; beside it a
 * page has a few things of its own: its text, its address, its neighbours.
 */
#pragma once
#include "vial/app/reads.h"
#include "vial/base/pack.h"
#include <pthread.h>

/* Of one output. */
struct noted {
    uint32_t set; /* number + 1 of the set it shares; 0: nothing is known of it */
    str own;      /* packed */
};

/* What numbers stand for. Those that were given once stay as they are, wherever more are given. */
struct notes_view {
    const str *names;
    const uint64_t *masks;
    const str *sets;
    size_t count, nmasks, nsets;
};

struct notes {
    struct arena *arena;
    pthread_mutex_t lock;
    str *names; /* of things, by number; those read from a manifest come first and are sorted */
    size_t count, cap, sorted;
    struct map numbers; /* number + 1, by name; those that are sorted may not be in it */
    size_t looked_up;
    uint64_t *masks; /* of fields, each once */
    size_t nmasks, masks_cap;
    str *sets; /* packed */
    size_t nsets, sets_cap;
    struct map set_numbers; /* number + 1, by what is in it */

    /* after notes_compare() */
    uint64_t *changed;      /* fields that changed, by thing       */
    unsigned char *judged;  /* by set: 0 not yet, 1 kept, 2 changed */
    struct notes_view then; /* what there was: workers read it without the lock */
};

void notes_begin(struct notes *notes, struct arena *a);
void notes_end(struct notes *notes);

/*
 * Writes down what an output was made from; `found` are the addresses on the site that it led to.
 * Any thread.
 */
struct noted notes_keep(struct notes *notes, const struct reads *reads, const struct map *found);

/* From here on notes_touched() is of these changes. */
void notes_compare(struct notes *notes, const struct reads *changed);
/* Whether what an output was made from changed. `*key` (may be NULL) is one of what did. */
bool notes_touched(struct notes *notes, struct noted noted, str *key, struct arena *a);

/*
 * Calls `each` with each thing that an output was made from, and the bits of its fields. After
 * notes_compare() these two are of outputs of before only, and for any thread.
 */
typedef void notes_fn(void *self, str thing, uint64_t fields);
void notes_each(const struct notes *notes, struct noted noted, notes_fn *each, void *self);

/* Calls `each` with everything that outputs were made from. */
void notes_each_thing(const struct notes *notes, void (*each)(void *self, str thing), void *self);

/* The addresses it led to. */
typedef void notes_url_fn(void *self, str url);
void notes_each_url(const struct notes *notes, struct noted noted, notes_url_fn *each, void *self);

/* Packs what is in use by the `count` outputs, and gives each its new `noted`, in `a`. */
void notes_pack(struct notes *notes, struct noted **used, size_t count, struct buf *out,
                struct arena *a);
bool notes_unpack(struct notes *notes, struct unpack *from);
