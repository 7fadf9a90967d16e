/*
 * Static files: folders whose files are sent as they are. For this room alone.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/hash.h"
#include "vial/base/map.h"
#include <pthread.h>

struct static_root {
    struct static_root *next;
    str prefix; /* "" or "/static" */
    str folder;
    str endpoint;
};

/* The digests of files that were sent, so that each is read once. */
struct digests {
    pthread_mutex_t lock;
    struct arena arena;
    struct map files;
};

struct statics {
    struct static_root *roots; /* in the order they were added */
    struct digests digests;
};

struct static_file {
    str path; /* on disk */
    int fd;   /* open; whoever got it closes it */
    uint64_t size;
    int64_t mtime; /* nanoseconds */
    uint64_t inode;
    str endpoint; /* of the root it lies below; empty when it was opened by its folder */
    bool busy;    /* not found, for want of descriptors or memory: there may be one    */
};

void statics_init(struct statics *statics);
void statics_free(struct statics *statics);
void statics_add(struct statics *statics, str prefix, str folder, str endpoint, struct arena *a);

/* The file that the URL path names below one of the roots. False when there is none. */
bool statics_open(const struct statics *statics, str path, struct static_file *file,
                  struct arena *a);

/*
 * Opens `name` below `folder`: only a plain file, not hidden, not through links that lead outside.
 */
bool static_open(str folder, str name, struct static_file *file, struct arena *a);

/* The file's strong tag with its quotes, from its content; remembered until it changes. */
str static_etag(struct statics *statics, const struct static_file *file, struct arena *a);
