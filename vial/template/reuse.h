/*
 * Reuse: an include, or a macro of a module, that would come out as before is not rendered again.
 *
 * While one runs, everything it looks at outside of itself is observed: the names it asks for, what
 * they meant, which attributes of them it read. Its text is kept with that record. The next include
 * of the same template goes through the records, and where all is as it was, the text is too. So a
 * sidebar that reads nothing of the page it stands on is rendered once, one that reads the page's
 * section once per section, and nobody has to say which is which.
 *
 * Texts are kept on shelves: a rendering takes one and puts it back, so no two share what they
 * write. What is global to the environment does not differ between renderings and is not observed;
 * what is of one rendering alone (a request, a random number) makes an include unsteady, and then
 * it is not kept.
 */
#pragma once
#include "vial/template/interp.h"

struct shelf *shelf_take(struct env *env);
void shelf_return(struct env *env, struct shelf *shelf);
void shelves_clear(struct env *env); /* nobody may be rendering */

/* {% include %} of `t`: run, or put out as it was. `outside` is NULL without context. */
bool include_run(struct rendering *r, const struct jinja *t, struct context *outside);
/* A call of a macro that stands at the top of a shared module: what it is called with is all that
 * it sees from outside. */
bool macro_run_or_reuse(struct rendering *r, const struct macro *macro, const struct call *call);

/*
 * What is read from begin to end is noted apart, and belongs to what is around it as well. The end
 * gives those notes, made in `keep`, to be told again later; NULL without `keep`, and when
 * something was looked at that is another at the next time.
 */
struct aside {
    void *before; /* the notes of what is around it */
    uint64_t glances;
};

struct aside aside_begin(struct rendering *r);
const void *aside_end(struct rendering *r, const struct aside *aside, struct arena *keep);

/* ---- observers: the includes that are running and may be kept (observe.c) ---- */

struct sight {
    str name, attr; /* attr.p NULL: the name itself     */
    bool there;     /* in a context                     */
    value v;        /* of an object only that it is one */
    const struct object_type *type;
    const void *same;
};

enum { SIGHTS_MAX = 24 };

struct observer {
    struct observer *outer;
    const struct context *inside; /* its own: names found there are its own as well */
    struct aside aside;           /* what it reads                                  */
    bool unsteady;
    unsigned count;
    struct sight sights[SIGHTS_MAX];
};

/*
 * A name as code in `context` sees it while there are observers; `attr`: only an attribute of it is
 * asked for next, by observed_attr() with the value that this gives. `*own`: nobody had to observe
 * it, so it may be remembered.
 */
value observed_name(struct rendering *r, const struct context *context, str name, bool attr,
                    bool *own);
enum { VALUE_OBSERVED = 0x80 }; /* in the flags of such a value */
value observed_attr(struct rendering *r, value v, str name);

/* What is seen of a value; false when nothing of it can be compared later. */
bool value_see(value v, struct sight *sight);
bool value_is_as(value v, const struct sight *sight);

/* Whether what the sight tells of is the same now, from `context`. */
bool sight_holds(struct rendering *r, const struct context *context, const struct sight *sight);
