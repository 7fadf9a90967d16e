/*
 * An output that is switched as a whole: while a new one is made beside it, the old one is shown.
 *
 * There are two folders that take turns. What is shown is only looked at. The other one, which was
 * shown before it, is brought up to date: what changed is written, what did not is copied from what
 * is shown, times and all. Then one system call, renameat2() with RENAME_EXCHANGE, gives each the
 * other's name. So whoever asks by name finds all of one build or all of the other, and a build
 * that is killed at any moment has shown nothing or everything.
 *
 * No file of ours has a name in both folders. A hard link would save the copy, but a link changes
 * the times of the file that it links to, by which we tell that nobody touched it. Files that vial
 * did not write are linked: they are the same file under both names, before and after, as their
 * owner would have it. Even so nothing shared could be harmed: all writes are to a draft that takes
 * the file's name when it is whole.
 */
#pragma once
#include "builder/output.h"

struct beside {
    struct output output;     /* where the new one is made: .shown is the old one           */
    struct manifest manifest; /* of that folder                                               */
    bool on;                  /* the output is switched; else files are replaced one by one   */
};

/*
 * Opens the folder beside `shown`, which may not be there yet; `m` is its manifest, of the site in
 * the folder `site`. Where folders cannot be switched, beside->on stays false, and `why` says so.
 * False when it could, but something else is in the way.
 */
bool beside_open(struct beside *beside, const struct output *shown, const struct manifest *m,
                 str site, struct error *why, struct arena *a, struct error *err);

/* Before anything is made: what vial did not write is there as well, and nothing that is gone. */
bool beside_carry_foreign(struct beside *beside, struct error *err);

/* One file of ours that somebody made their own. */
bool beside_carry_one(struct beside *beside, str name, struct arena *a, struct error *err);

/* When all of it is made and remembered. */
bool beside_switch(struct beside *beside, struct arena *a, struct error *err);
void beside_close(struct beside *beside);
