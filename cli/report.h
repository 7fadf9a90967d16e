/*
 * What commands say of a site's errors and warnings: each whole, in order of file and line, and how
 * many.
 */
#pragma once
#include "builder/builder.h"

/* Prints and frees them all; returns how many there were. */
size_t report_errors(struct errors *errors);
size_t report_warnings(struct errors *warnings);

/* "2 errors, 1 warning", unless there are none. */
void report_count(size_t errors, size_t warnings);

/*
 * vial build, and vial check, which writes nothing: the whole of it, with the exit code. `strict`
 * counts warnings as errors.
 */
int build_and_report(str folder, const struct site_options *site_options,
                     struct build_options *options, bool strict);
