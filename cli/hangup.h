/*
 * Hangup: SIGHUP, heard by a thread of its own, so that what is done about it may take its time.
 *
 *     struct hangup *hangup = hangup_start(reload, self);   before any other thread is
 *     ...
 *     hangup_stop(hangup);
 */
#pragma once

struct hangup;

/* NULL when the system has no thread for it; then SIGHUP is only ignored. */
struct hangup *hangup_start(void (*heard)(void *self), void *self);
void hangup_stop(struct hangup *hangup); /* after the last call of heard(); NULL is fine */
