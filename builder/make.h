/*
 * Making: one target, asked of the app, looked at, and put in its place.
 */
#pragma once
#include "builder/output.h"
#include "builder/target.h"
#include "vial/app/app.h"

struct maker {
    vial *app;
    const struct output *output; /* NULL: nothing is written */
};

/* What came of it beside the file; lives in the arena it was made in, until made_end(). */
struct made {
    struct response res;
    str redirects_to; /* empty when it is no redirect                                */
    struct error err; /* why it failed; moved away by whoever keeps it                */
    bool about_files; /* what failed is the file, and not the page                    */
};

/* False when nothing was made; `target` and `made` are filled. */
bool make_target(const struct maker *maker, struct target *target, struct made *made,
                 struct arena *a);
void made_end(struct made *made);

/* A file of our own, that no URL answers with. */
bool make_file(const struct maker *maker, struct target *target, str text, struct made *made,
               struct arena *a);
