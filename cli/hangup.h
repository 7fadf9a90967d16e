/*
 * Hangup: SIGHUP, heard by a thread of its own, so that what is done about it may take its time;
 * and the same done by itself, when its time has come.
 *
 *     struct hangup *hangup = hangup_start(reload, NULL, self);   before any other thread is
 *     ...
 *     hangup_stop(hangup);
 */
#pragma once

struct hangup;

/*
 * `wait` (may be NULL) tells in how many milliseconds it wants to be asked again; 0: heard() is to
 * be called now. NULL when the system has no thread for it; then SIGHUP is only ignored.
 */
struct hangup *hangup_start(void (*heard)(void *self), int (*wait)(void *self), void *self);
void hangup_stop(struct hangup *hangup); /* after the last call of heard(); NULL is fine */
