/*
 * A rendering: one run of a template, as the rest of this room sees it.
 *
 * What a run makes lies in one arena, but for what is only made to be printed; the text goes to
 * `out`. What can fail calls fail() and
 * comes back at once with whatever it has: the interpreter looks at `failed` after each step that
 * can, adds the place, and unwinds. A run has a budget of steps, memory and depth, so that no
 * template hangs: what loops over strangers' numbers calls rendering_spend() first.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/template/template.h"

struct context;

/* What fail() was told, until the interpreter has given it a place. */
struct failure {
    const char *kind; /* static text: Python's name of the exception */
    str sentence;
    str meant; /* the nearest name there is, or empty: "did you mean 'title'?" */
    str hint;  /* or what else would mend it, or empty                         */
    str name;  /* of an undefined value: what was missing, or empty            */
};

struct rendering {
    struct env *env;
    struct arena *arena;      /* where things are made now: `lasting` or `passing` */
    struct arena *lasting;    /* ends with the rendering, or later                 */
    struct arena passing;     /* emptied again and again (passing.c)                 */
    struct arena *passing_in; /* it, or `lasting` when nothing is to be given back  */
    unsigned passings;        /* expressions that use it now                        */
    void *user;
    struct buf *out; /* where the code running now prints                                      */
    bool failed;
    bool autoescape; /* of the code running now: Jinja's eval_ctx.autoescape                    */
    uint64_t steps;  /* left */
    size_t memory;   /* the arena's size at which the rendering ends */
    unsigned depth;  /* left: of macros, blocks, includes, and of values printed inside values  */
    struct failure failure;

    /* The interpreter's own (interp.h). */
    const struct render_options *options;
    struct context *context; /* of the code running now */
    struct error *err;
    bool placed;                       /* the failure is in `err` already, with its place  */
    unsigned notes;                    /* steps of the way that led there                  */
    const struct code *unwound;        /* the function it has left last                    */
    struct map templates;              /* asked for until now, by name                     */
    struct map modules;                /* imported without context: run once per rendering */
    struct chunk *first_chunk, *chunk; /* of the stack of frames (steps.c)          */
    value *stack_top;
    struct shelf *shelf;       /* texts of includes (reuse.h); NULL: none are kept */
    unsigned making;           /* modules that are run now: what they make stays for all   */
    bool changed;              /* what a module remembers: nothing is reused from then on */
    struct observer *observer; /* the innermost include that may be kept, or NULL  */
    str observed;              /* the name whose attribute is read next            */
};

/* What comes next differs from one rendering to the next: no include that runs now is kept. */
void rendering_unsteady(struct rendering *r);

/* Where something that can change was made: who else may see it. */
struct birth {
    const struct observer *in;
    bool in_module;
};
struct birth birth_now(const struct rendering *r);
/* It is changed: unless only what runs now can see it, nothing is reused that might. */
void rendering_changes(struct rendering *r, const struct birth *birth);

/* Charges `steps` to the budget; false, with a TemplateRuntimeError pending, when it is spent. */
bool rendering_spend(struct rendering *r, uint64_t steps);
/* Charges for text that is gone through from its front, where it is long enough to matter. */
static inline bool rendering_read(struct rendering *r, size_t bytes)
{
    return bytes < 256 || rendering_spend(r, bytes / 8);
}
/* The same for memory about to be taken from the arena or appended to a text. */
bool rendering_take(struct rendering *r, size_t bytes);
/* One level deeper; false, with a RecursionError pending, when too deep. Else rendering_leave(). */
bool rendering_enter(struct rendering *r);
static inline void rendering_leave(struct rendering *r)
{
    r->depth++;
}

/*
 * What is made between these two is given back; `before` is what r->arena was. Whatever lives on
 * and makes something meanwhile (an iterator, an object of the application's) makes it in
 * r->lasting. The passing arena counts on from the other's size, so that limits hold.
 */
static inline void rendering_pass(struct rendering *r)
{
    if (!r->passings++)
        r->passing.size = r->lasting->size;
    r->arena = r->passing_in;
}
static inline void rendering_passed(struct rendering *r, struct arena *before)
{
    r->arena = before;
    if (!--r->passings)
        arena_reset(&r->passing);
}
/* Whether what was made in `arena` is this rendering's own: a template may change only that. */
static inline bool rendering_made(const struct rendering *r, const struct arena *arena)
{
    return arena == r->lasting || arena == &r->passing;
}

/* Forgets a pending failure: for what Python does with `except`. */
void fail_forget(struct rendering *r);
/* Adds what would mend it to the pending failure; it lives as long as the rendering. */
void fail_hint(struct rendering *r, str hint);
/* Adds "did you mean ...?" to the pending failure. */
void fail_meant(struct rendering *r, str nearest);

/* The value of a name as the template running now sees it from outside: context, then globals. */
bool rendering_resolve(struct rendering *r, str name, value *out);
str rendering_nearest(struct rendering *r, str name); /* the nearest such name, or empty */

/*
 * What the environment knows (filters.h has the structs). Filters and tests are found while
 * compiling, and by name from map(), select() and their like: those that were added, then the
 * built-in ones; NULL when there is none.
 */
struct filter;
struct test;
const struct filter *env_find_filter(const struct env *env, str name);
const struct test *env_find_test(const struct env *env, str name);
str env_nearest_filter(const struct env *env, str name);
str env_nearest_test(const struct env *env, str name);
const struct env_options *env_get_options(const struct env *env);

/* jinja2's environment.policies, as far as a filter reads them; env_new() fills in the defaults. */
struct policies {
    value urlize_rel;           /* "noopener"          */
    value urlize_target;        /* none                */
    value urlize_extra_schemes; /* none, or a list     */
    int64_t truncate_leeway;    /* 5                   */
    value json_dumps_kwargs;    /* {"sort_keys": true} */
    bool i18n_trimmed;
};
struct policies *env_policies(struct env *env); /* changed before the first rendering only */
