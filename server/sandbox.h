/*
 * The sandbox: what the process may still do once it serves strangers.
 *
 * Files: only those below the paths that are named, and only what is said there (Landlock). System
 * calls: no program is started, no process traced, no connection made, no socket opened, nothing
 * mounted or loaded (seccomp). And nobody's rights but one user's. Where the kernel has not one of
 * these, the others hold; sandbox_enter() says which do.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sandbox_may {
    SANDBOX_READ = 1,   /* files and folders           */
    SANDBOX_ADD = 2,    /* make files and write them   */
    SANDBOX_REMOVE = 4, /* files                       */
};

enum { SANDBOX_PATHS = 256 };
struct sandbox {
    const char *user; /* whom to become, when we are root; NULL: nobody else */
    struct {
        char *path; /* owned */
        unsigned may;
    } paths[SANDBOX_PATHS];
    size_t count;
};

/* Allows `may` at `path` and below; what does not exist is left out. */
void sandbox_allow(struct sandbox *sandbox, const char *path, unsigned may);
void sandbox_allow_parent(struct sandbox *sandbox, const char *path, unsigned may);
void sandbox_free(struct sandbox *sandbox);

/*
 * From now on, for this thread and all that it starts; there is no way back. Adds to `said` what
 * holds. False when the user cannot become the one that was asked for: then do not go on.
 */
bool sandbox_enter(const struct sandbox *sandbox, struct buf *said, struct error *err);

#ifdef __cplusplus
}
#endif
