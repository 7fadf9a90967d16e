/*
 * The access log: a line for each request, in the combined form that every analyser reads, or as
 * JSON.
 */
#pragma once
#include "server/transport.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct access_log;

enum access_log_form { LOG_COMBINED, LOG_JSON };

/*
 * Adds to the file `path`, or writes to standard output for "-". NULL, and `err`, when it cannot. A
 * file that was renamed or removed is made anew within a second of the next line.
 */
struct access_log *access_log_open(const char *path, enum access_log_form form, struct error *err);
void access_log_reopen(struct access_log *log); /* at once; from a signal handler too */
void access_log_close(struct access_log *log);  /* NULL is fine */

/* From any thread; each line is one write, so lines never mix. NULL `log` does nothing. */
void access_log_exchange(struct access_log *log, const struct exchange *x);
void access_log_refused(struct access_log *log, str peer, int status, const char *why);

#ifdef __cplusplus
}
#endif
