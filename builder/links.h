/*
 * Links in the pages of an app that is frozen: each has to lead to a file, or to what is answered
 * elsewhere. Pages are read as they are made, from any thread; what they lead to is looked at when
 * all is there.
 */
#pragma once
#include "builder/target.h"
#include "vial/app/route.h"
#include <pthread.h>

struct links {
    const struct targets *targets;
    str base_path; /* of the app: what lies beside it is not ours */
    pthread_mutex_t lock;
    struct arena arena;
    struct link *list;
    size_t count;
};

void links_begin(struct links *links, const struct targets *targets, str base_path);
void links_read(struct links *links, const struct target *page, str html, struct arena *a);
void links_check(struct links *links, const struct routes *routes, struct errors *warnings);
void links_end(struct links *links);
