/*
 * The access log: a line for each request, in the combined form that every analyser reads.
 */
#pragma once
#include "server/transport.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct access_log;

/* Adds to the file `path`, or writes to standard output for "-". NULL, and `err`, when it cannot.
 */
struct access_log *access_log_open(const char *path, struct error *err);
void access_log_close(struct access_log *log); /* NULL is fine */

/* From any thread; each line is one write, so lines never mix. NULL `log` does nothing. */
void access_log_exchange(struct access_log *log, const struct exchange *x);
void access_log_refused(struct access_log *log, str peer, int status, const char *why);

#ifdef __cplusplus
}
#endif
