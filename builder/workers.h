/*
 * Workers: one thing done to each of many, by a thread per core.
 */
#pragma once
#include "vial/base/arena.h"

/*
 * Calls work(self, i, a) for each i below `count`, from `threads` threads (0: one per core) that
 * take the next in turn. `a` is the thread's own arena, empty at each call. Returns when all are
 * done.
 */
typedef void work_fn(void *self, size_t i, struct arena *a);
void workers_run(unsigned threads, size_t count, work_fn *work, void *self);
