/*
 * Looking: which files differ from the last time somebody looked, for folders that tell nothing
 * themselves (network file systems, more folders than the system watches).
 */
#pragma once
#include "vial/base/map.h"

/* Zero is one that looks at nothing. */
struct look {
    struct arena arena;     /* of the list */
    struct map trees;       /* what is looked at: files, and folders with all below */
    struct map seen;        /* in arenas[turn]: what was there the last time */
    struct arena arenas[2]; /* of that, and of what the next look sees */
    int turn;
};

/* What look_again() asks and tells; paths are relative to the root it was given. */
struct look_calls {
    bool (*is_wanted)(void *self, str path);
    void (*differs)(void *self, str path); /* was made, changed, or went away */
    void *self;
};

/* Looks at `path` as well from now on; what is there now is not reported. False: it was before. */
bool look_add(struct look *look, str root, str path, const struct look_calls *calls);
void look_again(struct look *look, str root, const struct look_calls *calls);
void look_free(struct look *look);
