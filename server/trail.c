/*
 * trail.c - what was looked for, looked for again
 *
 *   comes in:  files of the stock, and names that are not there, in the order of the search
 *   goes out:  whether all of them still are what they were
 *
 * A search asks for a handful of names, and one that asks for more is not worth being kept. The
 * stock remembers for each moment what it has looked at, so that many trails over one file cost
 * one look.
 */
#include "server/trail.h"

#include "vial/base/date.h"
#include <errno.h>
#include <stdlib.h>

enum { STEPS = 8 };

struct step {
    struct stocked *file; /* NULL: there was none */
    str name;
};

struct trail {
    struct stock *stock;
    int folder;
    bool lost;
    int64_t looked;
    size_t count;
    struct step steps[STEPS];
    struct arena arena;
};

struct trail *trail_new(struct stock *stock, int folder)
{
    struct trail *trail = calloc(1, sizeof *trail);

    if (!trail)
        out_of_memory(sizeof *trail);
    trail->stock = stock;
    trail->folder = folder;
    return trail;
}

void trail_free(struct trail *trail)
{
    for (size_t i = 0; i < trail->count; i++)
        if (trail->steps[i].file)
            stocked_release(trail->steps[i].file);
    arena_free(&trail->arena);
    free(trail);
}

void trail_lose(struct trail *trail)
{
    if (trail)
        trail->lost = true;
}

static bool has_room(struct trail *trail)
{
    if (trail && trail->count == STEPS)
        trail->lost = true;
    return trail && !trail->lost;
}

void trail_found(struct trail *trail, struct stocked *file)
{
    if (!has_room(trail))
        return;
    stocked_hold(file);
    trail->steps[trail->count++] = (struct step){ .file = file };
}

void trail_lacks(struct trail *trail, str name)
{
    if (has_room(trail))
        trail->steps[trail->count++] = (struct step){ .name = str_copy(&trail->arena, name) };
}

static bool is_same(const struct trail *trail, const struct step *step, int64_t moment)
{
    if (step->file)
        return stocked_is_same(step->file, trail->folder, moment);
    return stock_lacks(trail->stock, trail->folder, step->name, moment) && errno == ENOENT;
}

bool trail_is_same(struct trail *trail, int64_t moment)
{
    if (trail->lost)
        return false;
    if (moment && trail->looked >= moment)
        return true;
    int64_t now = now_ns();
    for (size_t i = 0; i < trail->count; i++)
        if (!is_same(trail, &trail->steps[i], moment))
            return false;
    trail->looked = now;
    return true;
}
