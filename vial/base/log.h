/*
 * The log: sentences for whoever runs the program, on standard error, one write each, so that
 * threads do not mix within a line.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum log_level { LOG_QUIET, LOG_ERRORS, LOG_WARNINGS, LOG_NOTES, LOG_DETAILS };

/* What is written: everything up to `level`; LOG_NOTES at first. Colour when stderr is a terminal.
 */
void log_level(enum log_level level);
bool log_wants(enum log_level level); /* would it be written? */

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_failure(const struct error *err); /* the whole of it, excerpt and notes */
void log_caution(const struct error *err); /* the same as a warning              */

#ifdef __cplusplus
}
#endif
