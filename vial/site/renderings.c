/*
 * renderings.c - what was made of a page for the sake of others, kept for the next of them
 *
 *   comes in:  a page rendered, what that read
 *   goes out:  copies of it
 *
 * A list in the order of use, and a map into it. Each text has an arena of its own, so that one can
 * go without the others. Copies are made under the lock: they are of some kilobytes, and what they
 * spare is a hundred times as long.
 */
#include "vial/site/renderings.h"
#include <pthread.h>
#include <stdlib.h>

enum { RENDERINGS_SIZE = 16 << 20 };

struct text {
    struct text *newer, *older;
    struct arena arena;
    const struct page *page;
    struct rendered rendered;
    struct reads *notes;
};

struct renderings {
    pthread_mutex_t lock;
    struct arena arena; /* of the map */
    struct map by_page; /* by the page's address; NULL: it was there */
    struct text *newest, *oldest;
    size_t size;
};

struct renderings *renderings_new(void)
{
    struct renderings *renderings = calloc(1, sizeof *renderings);

    if (!renderings)
        out_of_memory(sizeof *renderings);
    pthread_mutex_init(&renderings->lock, NULL);
    renderings->by_page = map_in(&renderings->arena);
    return renderings;
}

static void take_out(struct renderings *renderings, struct text *text)
{
    *(text->newer ? &text->newer->older : &renderings->newest) = text->older;
    *(text->older ? &text->older->newer : &renderings->oldest) = text->newer;
}

static void put_first(struct renderings *renderings, struct text *text)
{
    text->newer = NULL;
    text->older = renderings->newest;
    *(text->older ? &text->older->newer : &renderings->oldest) = text;
    renderings->newest = text;
}

static str key_of(const struct page *const *page)
{
    return str_n((const char *)page, sizeof *page);
}

static void forget(struct renderings *renderings, struct text *text)
{
    map_set(&renderings->by_page, key_of(&text->page), NULL);
    take_out(renderings, text);
    renderings->size -= text->arena.size;
    arena_free(&text->arena);
    free(text);
}

void renderings_clear(struct renderings *renderings)
{
    while (renderings->newest)
        forget(renderings, renderings->newest);
    arena_free(&renderings->arena);
    renderings->by_page = map_in(&renderings->arena);
}

void renderings_delete(struct renderings *renderings)
{
    renderings_clear(renderings);
    arena_free(&renderings->arena);
    pthread_mutex_destroy(&renderings->lock);
    free(renderings);
}

static void copy(struct rendered *to, const struct rendered *from, struct arena *a)
{
    struct markdown_heading *headings =
        arena_array(a, struct markdown_heading, from->out.nheadings);

    *to = (struct rendered){ .file = str_copy(a, from->file),
                             .text = str_copy(a, from->text),
                             .body = from->body };
    to->out = (struct markdown){ .html = str_copy(a, from->out.html),
                                 .summary = str_copy(a, from->out.summary),
                                 .words = from->out.words,
                                 .signs = from->out.signs,
                                 .headings = headings,
                                 .nheadings = from->out.nheadings };
    for (size_t i = 0; i < from->out.nheadings; i++) {
        const struct markdown_heading *heading = &from->out.headings[i];

        headings[i] = (struct markdown_heading){ .level = heading->level,
                                                 .line = heading->line,
                                                 .id = str_copy(a, heading->id),
                                                 .html = str_copy(a, heading->html),
                                                 .text = str_copy(a, heading->text) };
    }
}

struct rendered *renderings_find(struct renderings *renderings, const struct page *page,
                                 struct reads **notes, struct arena *a)
{
    struct rendered *found = NULL;

    pthread_mutex_lock(&renderings->lock);
    struct text *text = map_get(&renderings->by_page, key_of(&page));
    if (text) {
        take_out(renderings, text);
        put_first(renderings, text);
        found = arena_make(a, struct rendered);
        copy(found, &text->rendered, a);
        *notes = reads_copy(a, text->notes);
    }
    pthread_mutex_unlock(&renderings->lock);
    return found;
}

void renderings_keep(struct renderings *renderings, const struct page *page,
                     const struct rendered *rendered, const struct reads *notes)
{
    struct text *text = calloc(1, sizeof *text);

    if (!text)
        return; /* it was only to spare time */
    text->page = page;
    copy(&text->rendered, rendered, &text->arena);
    text->notes = reads_copy(&text->arena, notes);

    pthread_mutex_lock(&renderings->lock);
    if (text->arena.size > RENDERINGS_SIZE / 4 || map_get(&renderings->by_page, key_of(&page))) {
        arena_free(&text->arena);
        free(text);
    } else {
        map_set(&renderings->by_page, str_copy(&renderings->arena, key_of(&page)), text);
        put_first(renderings, text);
        renderings->size += text->arena.size;
        while (renderings->size > RENDERINGS_SIZE)
            forget(renderings, renderings->oldest);
    }
    pthread_mutex_unlock(&renderings->lock);
}
