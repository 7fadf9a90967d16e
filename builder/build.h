/*
 * A build, from the inside: what the files of this room share and nobody else sees.
 */
#pragma once
#include "builder/beside.h"
#include "builder/builder.h"
#include "builder/complaints.h"
#include "builder/links.h"
#include "builder/make.h"
#include "builder/manifest.h"
#include "builder/output.h"
#include "builder/outside.h"
#include "builder/target.h"
#include <pthread.h>
#include <stdatomic.h>

struct build {
    struct site *site; /* NULL: an app that is none */
    const struct build_options *options;
    struct build_report *report;
    struct arena
        arena; /* of the whole build; while workers run, the notes use it, and nobody else */
    struct targets targets;
    struct map copies;       /* struct record, by name: what make_copies() made        */
    struct target redirects; /* the file _redirects                           */
    struct manifest manifest;
    struct output output;
    struct beside beside;   /* where the new output is made, when it is switched as a whole */
    struct manifest *into;  /* of what is written to: this one's, or the one above          */
    bool switched, refused; /* so it was; it was asked for and cannot be                    */
    struct maker maker;
    struct complaints complaints;
    str base_path;        /* "/docs", where the site is not at the root of its host */
    pthread_mutex_t lock; /* over these two, while workers run                  */
    struct arena told;    /* what workers have to say that outlives them        */
    struct map found;     /* URLs that this round's pages lead to               */
    atomic_size_t done;
    struct links links;     /* of an app's pages */
    struct outside outside; /* links to other sites, where they are asked for */
    bool comparing;         /* what is not touched by what changed is kept as it is        */
    bool keep; /* the site could not be read whole: nothing is removed                */
    const struct reads *changed;
    str all_why; /* else: why everything is made                                */
};

/* ---- renew.c: what has to be made again ---- */

/*
 * True when `target` is as it would be made: then its record is what the manifest has, and what it
 * led to is noted. Else target->why says what is new. Any thread.
 */
bool keep_target(struct build *b, struct target *target, struct arena *a);

/* Writes down what `target` was made from. Any thread. */
void note_target(struct build *b, struct target *target, const struct made *made,
                 const struct map *found);

/*
 * True when nothing of the site changed since its last build, and all its files are as that left
 * them: then the report is filled, and there is nothing to do.
 */
bool all_is_kept(struct build *b, const struct site_past *past);

/* True when the file is the one that `record` is of. Any thread, each with a record of its own. */
bool file_is_right(const struct build *b, str name, struct record *record, struct arena *a);

/* ---- versions.c: what an app's own code reads ---- */

/* With other settings of an app nothing of before counts. */
bool versions_settings_same(const struct build *b);
/* Adds to `changed` what pages were made from, as C code said, and is not what it was. */
void versions_compare(struct build *b, struct reads *changed);
str versions_now(struct build *b); /* the same for the next time, packed */

/* ---- copies.c ---- */

/* With options->compress: the outputs in other codings, beside them. */
bool make_copies(struct build *b, struct error *err);

/* ---- finish.c: what is no longer made goes, all is remembered, and a new output shown ---- */

bool build_finish(struct build *b, const struct site_past *past, struct error *err);

/* ---- builder.c ---- */

/* C code answers for pages, hooks into them, or may do so. */
static inline bool has_code(const struct build *b)
{
    return !b->site || site_has_logic(b->site);
}

void build_begin(struct build *b);
bool build_end(struct build *b); /* whether nothing was wrong */
/* Finds the output's folder and its manifest, and locks that. */
bool build_open(struct build *b, struct error *err);
/* Makes all there is to be made, once the site is read. `past` may be NULL: nothing is known. */
bool build_make(struct build *b, const struct site_past *past, struct error *err);
void build_tell(struct build *b);  /* what was made, into the report (report.c) */
str build_output(struct build *b); /* the folder, as its reader would write it */

void note_path(void *build, str path); /* an address on the site that a page led to */
