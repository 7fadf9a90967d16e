/*
 * A profile: where the time goes, by kind and name, for `vial build --profile`.
 *
 *     int64_t begun = profile_begin();
 *     ...
 *     profile_end(begun, "partial", t->name, false);
 *
 * Times are of the thread's CPU and whole: what a page's template includes is in its time as well.
 * While nobody asked for a profile, both cost one look at a flag. Any thread.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct profile_line {
    str kind, name;
    size_t count;
    size_t spared; /* of those, how often what had been made before would do */
    int64_t nanoseconds;
};

void profile_start(void); /* from now on; before threads begin */
int64_t profile_begin(void);
void profile_end(int64_t begun, const char *kind, str name, bool spared);

/* What was noted, the longest time first, until profile_stop(). */
const struct profile_line *profile_lines(size_t *count);
void profile_stop(void); /* and forgets all */

#ifdef __cplusplus
}
#endif
