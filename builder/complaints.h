/*
 * Complaints: the errors of many targets, each told once.
 *
 * A fault in a template is met by every page that wears it, and a full disk by every file. What is
 * said the second time is counted, and told as "and 41 more"; which of the targets is named does
 * not depend on who came first. Many threads may complain at once.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/map.h"
#include <pthread.h>

struct complaints {
    pthread_mutex_t lock;
    struct arena arena;
    struct map seen; /* struct complaint, by what is said */
    struct errors *errors;
};

void complaints_begin(struct complaints *c, struct errors *errors);

/*
 * Takes over `err`, met while `name` was made. Equal ones have the same place and sentence; of
 * those that are `about_files`, what was to be written, the same sentence is enough.
 */
void complaints_add(struct complaints *c, struct error *err, str name, bool about_files);

/* Adds to each how often it was met; the list is sorted. */
void complaints_end(struct complaints *c);
