/*
 * Links to other sites in pages as they were made: those of templates and menus, which no text of
 * the site has.
 */
#pragma once
#include "builder/target.h"
#include "vial/base/error.h"
#include <pthread.h>

struct outside {
    pthread_mutex_t lock;
    struct arena arena;
    struct map pages; /* by address: the URL of the first page, by name, that leads there */
};

void outside_begin(struct outside *outside);
void outside_read(struct outside *outside, const struct target *target, str html); /* any thread */
/* Adds to `links`, which has those of texts, the others; addresses below `own` are the site's. */
void outside_add(struct outside *outside, str own, struct errors *links);
void outside_end(struct outside *outside);
