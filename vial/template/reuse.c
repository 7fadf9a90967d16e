/*
 * reuse.c - texts of includes, kept with what they were made from
 *
 *   comes in:  an include that is to run
 *   goes out:  its text, made or put out again
 *
 * Most includes are not worth it: a run of a few steps costs less than to look whether it can be
 * spared. So a template is first only measured; and when the record of one has not come true for a
 * while, it is left alone from then on.
 */
#include "vial/template/reuse.h"
#include "vial/base/profile.h"
#include "vial/template/env.h"
#include <stdlib.h>

enum {
    WORTH_STEPS = 32, /* loops and calls of a run that is worth keeping      */
    CHEAP_RUNS = 4,   /* after which a template is taken to be cheap always  */
    VAIN_RUNS = 16,   /* kept, and never the same again                      */
    KEPT_MAX = 64,    /* texts of one template                               */
    KEPT_SIZE = 2 << 20,
    SHELF_SIZE = 32 << 20, /* when it is full it is cleared, and fills again */
};

struct kept {
    struct kept *next;
    const struct sight *sights;
    unsigned count;
    str text;
    const void *notes;
};

struct partial {
    enum { PARTIAL_NEW, PARTIAL_WATCHED, PARTIAL_LEFT } state;
    unsigned cheap, vain, nkept;
    struct kept *kept; /* the one used last is the first */
};

struct shelf {
    struct shelf *next;
    struct arena arena;
    struct map partials; /* by the template's address, and kin */
};

/* ---- shelves ---- */

static void shelf_clear(struct shelf *shelf)
{
    arena_free(&shelf->arena);
    shelf->partials = map_in(&shelf->arena);
}

struct shelf *shelf_take(struct env *env)
{
    struct shelf *shelf;

    pthread_mutex_lock(&env->lock);
    shelf = env->shelves;
    if (shelf)
        env->shelves = shelf->next;
    pthread_mutex_unlock(&env->lock);
    if (!shelf) {
        shelf = calloc(1, sizeof *shelf);
        if (!shelf)
            out_of_memory(sizeof *shelf);
        shelf_clear(shelf);
    }
    if (shelf->arena.size > SHELF_SIZE)
        shelf_clear(shelf);
    return shelf;
}

void shelf_return(struct env *env, struct shelf *shelf)
{
    pthread_mutex_lock(&env->lock);
    shelf->next = env->shelves;
    env->shelves = shelf;
    pthread_mutex_unlock(&env->lock);
}

void shelves_clear(struct env *env)
{
    while (env->shelves) {
        struct shelf *next = env->shelves->next;

        arena_free(&env->shelves->arena);
        free(env->shelves);
        env->shelves = next;
    }
}

static struct partial *partial_of(struct shelf *shelf, const struct jinja *t, unsigned kin)
{
    const uintptr_t parts[] = { (uintptr_t)t, kin };
    str key = str_n((const char *)parts, sizeof parts);
    struct map_entry *entry = map_find(&shelf->partials, key);

    if (!entry) {
        entry = map_put(&shelf->partials, str_copy(&shelf->arena, key));
        entry->data = arena_make(&shelf->arena, struct partial);
    }
    return entry->data;
}

/* ---- found again ---- */

/* What was looked at is asked for in the order it was: so nothing is asked for that running the
 * include would not ask for as well. */
static bool kept_holds(struct rendering *r, const struct kept *kept, const struct context *context)
{
    for (unsigned i = 0; i < kept->count; i++) {
        if (sight_holds(r, context, &kept->sights[i]))
            continue;
        if (r->failed)
            fail_forget(r); /* it will fail again where it is read, and is told with that place */
        return false;
    }
    return true;
}

static const struct kept *find_kept(struct rendering *r, struct partial *partial,
                                    const struct context *context)
{
    for (struct kept **link = &partial->kept; *link; link = &(*link)->next) {
        struct kept *kept = *link;

        if (!kept_holds(r, kept, context))
            continue;
        *link = kept->next;
        kept->next = partial->kept;
        partial->kept = kept;
        partial->vain = 0;
        return kept;
    }
    return NULL;
}

/* ---- made ---- */

static bool measure(struct rendering *r, struct partial *partial, const struct jinja *t,
                    struct context *context)
{
    uint64_t before = r->steps;
    bool done = run_root(r, t, context);

    if (before - r->steps >= WORTH_STEPS)
        partial->state = PARTIAL_WATCHED;
    else if (++partial->cheap == CHEAP_RUNS)
        partial->state = PARTIAL_LEFT;
    return done;
}

static void drop_last(struct partial *partial)
{
    struct kept **link = &partial->kept;

    while ((*link)->next)
        link = &(*link)->next;
    *link = NULL;
    partial->nkept--;
}

static void keep(struct rendering *r, struct partial *partial, const struct observer *o, str text,
                 const void *notes)
{
    struct arena *a = &r->shelf->arena;
    struct kept *kept = arena_make(a, struct kept);
    struct sight *sights = arena_alloc(a, o->count * sizeof *sights);

    for (unsigned i = 0; i < o->count; i++) {
        sights[i] = o->sights[i];
        sights[i].name = str_copy(a, sights[i].name);
        if (sights[i].attr.p)
            sights[i].attr = str_copy(a, sights[i].attr);
        if (sights[i].there && sights[i].v.type == VIAL_STR)
            sights[i].v.as.s = str_copy(a, value_text(sights[i].v)).p;
    }
    *kept = (struct kept){ partial->kept, sights, o->count, str_copy(a, text), notes };
    partial->kept = kept;
    if (++partial->nkept > KEPT_MAX)
        drop_last(partial);
}

static bool observe(struct rendering *r, struct partial *partial, const struct jinja *t,
                    struct context *context)
{
    const struct reuse_hooks *hooks = r->env->reuse;
    struct observer *o = arena_make(r->lasting, struct observer);
    uint64_t glances = hooks->glances(r->user);
    size_t from = r->out->len;

    o->outer = r->observer;
    o->inside = context;
    o->before = hooks->begin(r->user);
    r->observer = o;
    bool done = run_root(r, t, context);
    r->observer = o->outer;

    size_t size = r->out->len - from;
    bool good = done && !o->unsteady && glances == hooks->glances(r->user) && size <= KEPT_SIZE;
    const void *notes = hooks->end(r->user, o->before, good ? &r->shelf->arena : NULL);
    if (notes)
        keep(r, partial, o, str_n(r->out->p + from, size), notes);
    if (++partial->vain == VAIN_RUNS)
        partial->state = PARTIAL_LEFT;
    return done;
}

static bool run_or_reuse(struct rendering *r, const struct jinja *t, struct context *outside,
                         bool *reused)
{
    struct context *context = context_new(r, t, outside, value_undefined());
    struct partial *partial =
        r->shelf ? partial_of(r->shelf, t, r->env->reuse->kin(r->user)) : NULL;
    const struct kept *kept;

    if (!partial || partial->state == PARTIAL_LEFT)
        return run_root(r, t, context);
    if (partial->state == PARTIAL_NEW)
        return measure(r, partial, t, context);
    kept = find_kept(r, partial, context);
    if (!kept)
        return observe(r, partial, t, context);
    buf_add(r->out, kept->text);
    r->env->reuse->again(r->user, kept->notes);
    *reused = true;
    return true;
}

bool include_run(struct rendering *r, const struct jinja *t, struct context *outside)
{
    int64_t begun = profile_begin();
    bool reused = false, done = run_or_reuse(r, t, outside, &reused);

    profile_end(begun, "partial", t->name, reused);
    return done;
}

/* ---- setting up ---- */

void env_reuse(struct env *env, const struct reuse_hooks *hooks)
{
    env->reuse = hooks;
}

void env_reuse_forget(struct env *env)
{
    shelves_clear(env);
}
