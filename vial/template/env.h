/*
 * The environment from the inside: what templates of one kind share.
 */
#pragma once
#include "vial/template/lexer.h"
#include "vial/template/parser.h"
#include "vial/template/rendering.h"
#include <pthread.h>

struct loader {
    loader_fn *load;
    void *self;
    struct loader *next;
};

struct env {
    struct arena arena; /* what lives as long as it does */
    struct env_options options;
    struct syntax syntax;
    struct tags tags;
    struct policies policies;
    struct translations translations;
    value globals; /* a dict */
    struct map filters, tests;
    struct loader *loaders, **last_loader;
    struct table *table;      /* of sources in memory, when there are any (loader.c) */
    template_names_fn *offer; /* of loaders that are not ours; NULL: nobody knows */
    void *offer_self;
    str missing_hint;

    pthread_mutex_t lock; /* of the templates */
    struct map templates; /* by name: struct jinja */
    struct arena names;   /* of the table */
    struct jinja *loose;  /* those of env_compile() */

    const struct reuse_hooks *reuse; /* of includes (reuse.h); NULL: there is none */
    struct shelf *shelves;           /* that nobody uses now                       */
};

static inline value env_globals(const struct env *env)
{
    return env->globals;
}
void env_alias_gettext(struct env *env); /* `_`, which every environment with i18n has */
bool env_autoescapes(const struct env *env, str name);
enum loaded env_load(struct env *env, str name, const struct jinja **found, struct error *err);
/* The names of all filters, or of all tests: a sorted list in `a`. */
value env_names(const struct env *env, bool of_tests, struct arena *a);
/* What to say of a template that is not there, in `a`; may be empty. */
str env_missing_hint(const struct env *env, str name, struct arena *a);
