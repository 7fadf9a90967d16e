/*
 * arena.c - memory that is given out piece by piece and given back all at once
 *
 *   comes in:  sizes
 *   goes out:  pieces, aligned, never NULL
 *
 * Blocks hang on a list, newest first, and each is about twice the one before it (up to a
 * megabyte), so a small arena is small and a large one asks the system seldom. A piece that does
 * not fit in what is left opens a new block; what was left is lost until the arena is freed,
 * which is the price for an allocation being one comparison and one addition.
 */
#include "vial/base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif

#ifdef POISONED
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN = 16, FIRST = 4096 - 64, LARGEST = 1 << 20 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* of data */
    alignas(ALIGN) char data[];
};

void out_of_memory(size_t size)
{
    fprintf(stderr, "vial: out of memory (%zu bytes were asked for)\n", size);
    exit(71); /* EX_OSERR */
}

/* What a piece takes. One of no bytes takes some as well, so that no other has its address. */
static size_t taken_by(size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    return ((size + !size + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + GAP;
}

static void open_block(struct arena *a, size_t need)
{
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST;

    if (size > LARGEST)
        size = LARGEST;
    if (size < need)
        size = need;

    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        out_of_memory(size);
    block->older = a->blocks;
    block->size = size;
    a->blocks = block;
    a->at = block->data;
    a->end = block->data + size;
    ASAN_POISON_MEMORY_REGION(block->data, size);
}

static void close_blocks(struct arena *a, const struct arena_block *until)
{
    while (a->blocks != until) {
        struct arena_block *older = a->blocks->older;

        ASAN_UNPOISON_MEMORY_REGION(a->blocks->data, a->blocks->size);
        free(a->blocks);
        a->blocks = older;
    }
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);

    if (!a)
        out_of_memory(sizeof *a);
    return a;
}

void arena_delete(struct arena *a)
{
    if (a)
        arena_free(a);
    free(a);
}

struct arena *arena_child(struct arena *parent)
{
    struct arena *child = arena_new();

    child->sibling = parent->children;
    parent->children = child;
    return child;
}

void arena_part(struct arena *parent, struct arena *child)
{
    struct arena **link = &parent->children;

    while (*link && *link != child)
        link = &(*link)->sibling;
    if (*link)
        *link = child->sibling;
    child->sibling = NULL;
}

static void delete_children(struct arena *a)
{
    while (a->children) {
        struct arena *child = a->children;

        a->children = child->sibling;
        arena_delete(child);
    }
}

void arena_free(struct arena *a)
{
    struct arena *sibling = a->sibling;

    delete_children(a);
    close_blocks(a, NULL);
    *a = (struct arena){ .sibling = sibling };
}

void arena_reset(struct arena *a)
{
    struct arena_block *kept = a->blocks;

    if (!kept || kept->size > LARGEST) { /* one large piece is not kept for many small ones */
        arena_free(a);
        return;
    }
    delete_children(a);
    a->blocks = kept->older;
    close_blocks(a, NULL);
    kept->older = NULL;
    *a = (struct arena){
        .blocks = kept, .at = kept->data, .end = kept->data + kept->size, .sibling = a->sibling
    };
    ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t take = taken_by(size);

    if ((size_t)(a->end - a->at) < take)
        open_block(a, take);

    char *piece = a->at;
    a->at += take;
    a->size += take;
    a->last = piece;
    ASAN_UNPOISON_MEMORY_REGION(piece, size);
    return piece;
}

void *arena_zalloc(struct arena *a, size_t count, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(count, size, &all))
        out_of_memory(SIZE_MAX);
    return memset(arena_alloc(a, all), 0, all);
}

void *arena_grow(struct arena *a, void *piece, size_t old, size_t size)
{
    assert(size >= old);
    if (piece && piece == a->last) {
        size_t take = taken_by(size);

        if ((size_t)(a->end - a->last) >= take) {
            a->size += take - (size_t)(a->at - a->last);
            a->at = a->last + take;
            ASAN_UNPOISON_MEMORY_REGION(piece, size);
            return piece;
        }
    }
    void *copy = arena_alloc(a, size);
    if (old)
        memcpy(copy, piece, old);
    return copy;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){ .blocks = a->blocks, .at = a->at, .size = a->size };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    close_blocks(a, mark.blocks);
    a->last = NULL;
    a->size = mark.size;
    a->at = mark.at;
    a->end = mark.blocks ? mark.blocks->data + mark.blocks->size : NULL;
    if (a->at)
        ASAN_POISON_MEMORY_REGION(a->at, (size_t)(a->end - a->at));
}
