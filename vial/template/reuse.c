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
    const struct sight *args; /* of a macro */
    size_t nargs;
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

static struct partial *partial_of(struct shelf *shelf, const void *t, unsigned kin)
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

/* ---- what may be reused: an include, or a call of a macro ---- */

struct job {
    const void *key; /* one of the kind, for as long as templates are kept */
    const char *kind;
    str name;
    bool (*run)(struct rendering *r, const struct job *job);
    const struct jinja *template;
    const struct macro *macro;
    struct context *inside;  /* an include's own */
    const struct call *call; /* a macro's        */
};

static bool run_include(struct rendering *r, const struct job *job)
{
    return run_root(r, job->template, job->inside);
}

static bool run_macro(struct rendering *r, const struct job *job)
{
    return macro_run(r, job->macro, job->call);
}

/* ---- found again ---- */

static size_t args_count(const struct call *call)
{
    return call ? call->nargs + call->nnamed : 0;
}

/* The argument at `i`: those without a name come first, and theirs is empty. */
static value arg_at(const struct call *call, size_t i, str *name)
{
    bool named = i >= call->nargs;

    *name = named ? call->names[i - call->nargs] : S("");
    return named ? call->named[i - call->nargs] : call->args[i];
}

static bool args_hold(const struct kept *kept, const struct call *call)
{
    if (kept->nargs != args_count(call))
        return false;
    for (size_t i = 0; i < kept->nargs; i++) {
        str name;
        value v = arg_at(call, i, &name);

        if (!str_eq(kept->args[i].name, name) || !value_is_as(v, &kept->args[i]))
            return false;
    }
    return true;
}

/* What was looked at is asked for in the order it was: so nothing is asked for that running it
 * would not ask for as well. */
static bool kept_holds(struct rendering *r, const struct kept *kept, const struct job *job)
{
    if (job->call && !args_hold(kept, job->call))
        return false;
    for (unsigned i = 0; i < kept->count; i++) {
        if (sight_holds(r, job->inside, &kept->sights[i]))
            continue;
        if (r->failed)
            fail_forget(r); /* it will fail again where it is read, and is told with that place */
        return false;
    }
    return true;
}

static const struct kept *find_kept(struct rendering *r, struct partial *partial,
                                    const struct job *job)
{
    for (struct kept **link = &partial->kept; *link; link = &(*link)->next) {
        struct kept *kept = *link;

        if (!kept_holds(r, kept, job))
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

struct aside aside_begin(struct rendering *r)
{
    const struct reuse_hooks *hooks = r->env->reuse;

    return (struct aside){ hooks->begin(r->user), hooks->glances(r->user) };
}

const void *aside_end(struct rendering *r, const struct aside *aside, struct arena *keep)
{
    const struct reuse_hooks *hooks = r->env->reuse;
    bool steady = aside->glances == hooks->glances(r->user);

    return hooks->end(r->user, aside->before, steady ? keep : NULL);
}

static bool measure(struct rendering *r, struct partial *partial, const struct job *job)
{
    uint64_t before = r->steps;
    bool done = job->run(r, job);

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

static const struct sight *copy_sights(struct arena *a, const struct sight *from, size_t count)
{
    struct sight *sights = arena_alloc(a, count * sizeof *sights);

    for (size_t i = 0; i < count; i++) {
        struct sight *sight = &sights[i];

        *sight = from[i];
        sight->name = str_copy(a, sight->name);
        if (sight->attr.p)
            sight->attr = str_copy(a, sight->attr);
        if (sight->there && sight->v.type == VIAL_STR)
            sight->v.as.s = str_copy(a, value_text(sight->v)).p;
    }
    return sights;
}

/* What a macro is called with. NULL when that cannot be compared with what another is. */
static const struct sight *see_args(const struct call *call, struct arena *a)
{
    struct sight *args = arena_array(a, struct sight, args_count(call) + 1);

    for (size_t i = 0; i < args_count(call); i++)
        if (!value_see(arg_at(call, i, &args[i].name), &args[i]))
            return NULL;
    return args;
}

static void keep(struct rendering *r, struct partial *partial, struct kept now)
{
    struct arena *a = &r->shelf->arena;
    struct kept *kept = arena_make(a, struct kept);

    *kept = now;
    kept->args = copy_sights(a, now.args, now.nargs);
    kept->sights = copy_sights(a, now.sights, now.count);
    kept->text = str_copy(a, now.text);
    kept->next = partial->kept;
    partial->kept = kept;
    if (++partial->nkept > KEPT_MAX)
        drop_last(partial);
}

static bool observe(struct rendering *r, struct partial *partial, const struct job *job)
{
    struct observer *o = arena_make(r->lasting, struct observer);
    const struct sight *args = see_args(job->call, r->lasting);
    size_t from = r->out->len;

    o->unsteady = !args;
    o->outer = r->observer;
    o->inside = job->inside;
    o->aside = aside_begin(r);
    r->observer = o;
    bool done = job->run(r, job);
    r->observer = o->outer;

    str text = str_n(r->out->p + from, r->out->len - from);
    bool good = done && !o->unsteady && text.len <= KEPT_SIZE;
    const void *notes = aside_end(r, &o->aside, good ? &r->shelf->arena : NULL);
    if (notes)
        keep(r, partial,
             (struct kept){ .args = args,
                            .nargs = args_count(job->call),
                            .sights = o->sights,
                            .count = o->count,
                            .text = text,
                            .notes = notes });
    if (++partial->vain == VAIN_RUNS)
        partial->state = PARTIAL_LEFT;
    return done;
}

static bool run_or_reuse(struct rendering *r, const struct job *job, bool *reused)
{
    struct partial *partial =
        r->shelf ? partial_of(r->shelf, job->key, r->env->reuse->kin(r->user)) : NULL;
    const struct kept *kept;

    if (!partial || partial->state == PARTIAL_LEFT || r->changed)
        return job->run(r, job);
    if (partial->state == PARTIAL_NEW)
        return measure(r, partial, job);
    kept = find_kept(r, partial, job);
    if (!kept)
        return observe(r, partial, job);
    buf_add(r->out, kept->text);
    r->env->reuse->again(r->user, kept->notes);
    *reused = true;
    return true;
}

static bool run_job(struct rendering *r, const struct job *job)
{
    int64_t begun = profile_begin();
    bool reused = false, done = run_or_reuse(r, job, &reused);

    profile_end(begun, job->kind, job->name, reused);
    return done;
}

bool include_run(struct rendering *r, const struct jinja *t, struct context *outside)
{
    struct job job = { .key = t,
                       .kind = "partial",
                       .name = t->name,
                       .run = run_include,
                       .template = t,
                       .inside = context_new(r, t, outside, value_undefined()) };

    return run_job(r, &job);
}

bool macro_run_or_reuse(struct rendering *r, const struct macro *macro, const struct call *call)
{
    struct job job = { .key = macro->code,
                       .kind = "macro",
                       .name = macro->code->name,
                       .run = run_macro,
                       .macro = macro,
                       .call = call };

    return run_job(r, &job);
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
