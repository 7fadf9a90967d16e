/*
 * The watcher: which files under some folders changed, in batches.
 *
 * Over libinotifytools (GPL-2), so this is a small library of its own that only the program links.
 * One watcher per process, used by one thread.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct watch;

struct watch_options {
    str root;
    const str *paths; /* files, or folders with all below, relative to the root; one that is missing
                         is waited for */
    size_t count;
    str skip;  /* a folder that is never looked into, relative to the root; may be empty */
    bool poll; /* look twice a second instead of waiting for events */
};

/*
 * NULL: `err`. File systems that do not tell what others change in them (NFS, SMB, 9P, FUSE and
 * their like) are found and looked at twice a second; so are the folders for which the system has
 * no more watches, after a warning that says how to allow more.
 */
struct watch *watch_open(const struct watch_options *options, struct error *err);
void watch_close(struct watch *w);

/*
 * Waits at most `timeout_ms` (-1: for ever) for a batch. 1: `batch->paths` (relative to root, each
 * once, sorted, valid until the next call) changed, were made or went away; or everything may have
 * (`batch->all`, after the queue of events ran over). 0: nothing, or watch_stop() was called. -1:
 * `err`.
 */
struct watch_batch {
    const str *paths;
    size_t count;
    bool all;
};
int watch_wait(struct watch *w, int timeout_ms, struct watch_batch *batch, struct error *err);
void watch_stop(
    struct watch *w); /* from any thread or signal handler: watch_wait() returns 0 soon */

#ifdef __cplusplus
}
#endif
