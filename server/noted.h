/*
 * Noted reads: what thousands of kept answers were made from, in a few bytes for each read.
 *
 * Answers of one site read much the same: each page of a thousand may have read the titles of all
 * others. So every pair of a thing and its fields (app/reads.h) is kept once, and an answer is a
 * list of their numbers. A pair that no answer has any more is forgotten.
 */
#pragma once
#include "vial/app/reads.h"

#ifdef __cplusplus
extern "C" {
#endif

struct noting;

/* What one answer read. All zero: nothing. */
struct noted {
    uint32_t *list;
    uint32_t count;
};

struct noting *noting_new(void);
void noting_free(struct noting *noting); /* after all that was noted is forgotten */

/* From any thread. */
struct noted noting_take(struct noting *noting, const struct reads *reads);
void noting_forget(struct noting *noting, struct noted *noted);
size_t noted_bytes(const struct noted *noted); /* about what it costs to remember this */

/*
 * For each of many answers: did it read something that changed? NULL `changed`: everything did.
 * Nothing is taken or forgotten between begin and end.
 */
void noting_begin_change(struct noting *noting, const struct reads *changed);
bool noting_touches(const struct noting *noting, const struct noted *noted);
void noting_end_change(struct noting *noting);

#ifdef __cplusplus
}
#endif
