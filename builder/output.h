/*
 * The output folder: files put there if they differ, foreign ones left alone.
 *
 * A file is ours when the manifest knows it, or when it holds just what we would write. Many
 * threads may put files at once, each its own.
 *
 * Where the output is switched as a whole there are two: the one that is shown, which is only
 * looked at, and the one beside it, which is written to. A file is "written" then when it will not
 * be what is shown now; one that is the same is carried over with its times, so that nobody who has
 * it has to ask for it again.
 */
#pragma once
#include "builder/manifest.h"

struct output {
    str folder;                    /* as the user wrote it, for messages as well         */
    str real;                      /* absolute, without links                            */
    int fd;                        /* open on it                                         */
    const struct manifest *before; /* what earlier builds wrote                          */
    const struct output *shown;    /* NULL: this is it                                   */
    bool force; /* stamps are not trusted, and what is in the way is taken over */
};

/*
 * Whether the site in the folder `site` may be built to out->folder. Refused when that is a file,
 * or is, holds or lies in one of the `sources` that the site is made of. *name is what the manifest
 * calls it: within the site, its path there, so that a site may be moved.
 */
bool output_check(struct output *out, str *name, str site, const str *sources, size_t nsources,
                  struct arena *a, struct error *err);

bool output_open(struct output *out, struct error *err);
void output_close(struct output *out);

/*
 * Makes `name` hold `text`, or what the file at `source` holds. `record` is what to remember of it;
 * *written says whether anything was, which is not so when it held that already.
 */
bool output_put_text(const struct output *out, str name, str text, struct record *record,
                     bool *written, struct arena *a, struct error *err);
bool output_put_file(const struct output *out, str name, str source, struct record *record,
                     bool *written, struct arena *a, struct error *err);

/*
 * Makes `name` the file that is shown, which is as `shown` says. `record` is what to remember of
 * it; it may be the same.
 */
bool output_carry(const struct output *out, str name, const struct record *shown,
                  struct record *record, struct arena *a, struct error *err);

/* Whether the file is gone, or still what an earlier build wrote. */
bool output_is_as_left(const struct output *out, str name, struct arena *a);

/*
 * Takes away a file that an earlier build made, and its folder if that is empty then. What somebody
 * else changed meanwhile is theirs, and left: then *left is true.
 */
bool output_remove(const struct output *out, str name, bool *left, struct arena *a,
                   struct error *err);

/* After a build that was killed: takes away the drafts it left beside its files. */
void output_sweep(const struct output *out, struct arena *a);
