/*
 * Running another program: its words as they are, with no shell that could read more into them.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct run {
    const char *const *words; /* the program and what it is told, ended by NULL            */
    const char *folder;       /* that it runs in; NULL: this one                           */
    size_t limit;             /* bytes of what it says that are kept; 0: 1 MiB               */
    unsigned
        seconds; /* after which it is ended, with all that it started; 0: as long as it takes */
    int output;  /* takes its standard output; 0: that is said with the rest                  */
};

/*
 * Runs it to its end, with nothing to read and messages in plain English. What it said, on either
 * stream, is appended to `said`; `*status` is its exit code, or 128 and the signal that ended it,
 * or RUN_LATE. False, and `err` says why, when it could not be started.
 */
enum { RUN_LATE = -1 };
bool run_program(const struct run *run, struct buf *said, int *status, struct error *err);

/* The file that `name` stands for: in a folder of PATH, or as it is when it has a slash. .p is NULL
 * when there is none. */
str run_find(str name, struct arena *a);

#ifdef __cplusplus
}
#endif
