/*
 * Arenas: memory that is given out piece by piece and given back all at once.
 *
 * Four lifetimes, one arena each: app, file, index, request. Whoever makes an arena frees it; what
 * lives longer holds no pointer into what lives shorter. Running out of memory ends the program
 * with a sentence, so no caller checks; text from strangers is limited where it arrives. Under
 * AddressSanitizer all that has not been given out, and a gap after each piece, is poisoned.
 *
 * An arena belongs to one thread at a time.
 */
#pragma once
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct arena_block;

/* All zero is an empty arena, ready to use. */
struct arena {
    struct arena_block *blocks;       /* newest first                                     */
    char *at, *end;                   /* what is left of the newest                        */
    char *last;                       /* the piece given out last: it alone can still grow */
    size_t size;                      /* bytes given out since the arena was empty         */
    struct arena *children, *sibling; /* of arena_child() */
};

struct arena *arena_new(void);      /* on the heap, to be ended by arena_delete() */
void arena_delete(struct arena *a); /* NULL is fine                                  */
void arena_free(struct arena *a);   /* gives everything back; the arena is empty      */
void arena_reset(struct arena *a);  /* as arena_free, but keeps a block for the next use */

/*
 * An arena that ends when `parent` is freed or reset (not when it is rewound), at the latest: for
 * what may turn out to be worth keeping. After arena_part() it lives until arena_delete().
 */
struct arena *arena_child(struct arena *parent);
void arena_part(struct arena *parent, struct arena *child);

/* `size` bytes, aligned for any type, as they come: not zeroed. Never NULL, also for 0. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2)));

/* The same, zeroed; `count` times `size` may not overflow, else the program ends. */
void *arena_zalloc(struct arena *a, size_t count, size_t size) __attribute__((malloc));

/*
 * `piece` of `old` bytes made `size` bytes long: in place when it was given out last, else a copy.
 * NULL and 0 begin a new piece.
 */
void *arena_grow(struct arena *a, void *piece, size_t old, size_t size);

/* Ends the program with a sentence: what cannot go on without the memory it asked for. */
void out_of_memory(size_t size) __attribute__((noreturn));

/* A point to go back to: everything given out after arena_mark() is gone after arena_rewind(). */
struct arena_mark {
    struct arena_block *blocks;
    char *at;
    size_t size;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* arena_make(a, struct page): one of them, zeroed. arena_array(a, int, 7): seven of them, zeroed.
 */
#define arena_make(a, type)         ((type *)arena_zalloc((a), 1, sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_zalloc((a), (count), sizeof(type)))

#ifdef __cplusplus
}
#endif
