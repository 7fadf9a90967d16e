/*
 * A spare stack for signals: without one a thread whose stack ran over dies without a word, since
 * the handler that would tell has no room to run in.
 */
#pragma once
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Gives this thread a spare stack, until it ends. Costs nothing the second time. */
void spare_stack_take(void);

/* For a handler: whether `address`, where the thread failed, is just beyond the end of its stack. */
bool spare_stack_ran_over(const void *address);

#ifdef __cplusplus
}
#endif
