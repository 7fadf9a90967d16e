/*
 * report.c - what commands say of a site's errors and warnings
 *
 *   comes in:  lists of errors
 *   goes out:  each of them on standard error, in the order of files and lines
 */
#include "cli/report.h"

#include "vial/base/log.h"

static size_t report(struct errors *errors, void (*print)(const struct error *err))
{
    size_t count = errors->count;

    errors_sort(errors);
    for (size_t i = 0; i < count; i++)
        print(&errors->list[i]);
    errors_free(errors);
    return count;
}

size_t report_errors(struct errors *errors)
{
    return report(errors, log_failure);
}

size_t report_warnings(struct errors *warnings)
{
    return report(warnings, log_caution);
}

void report_count(size_t errors, size_t warnings)
{
    if (errors && warnings)
        log_error("%zu error%s, %zu warning%s", errors, errors == 1 ? "" : "s", warnings,
                  warnings == 1 ? "" : "s");
    else if (errors)
        log_error("%zu error%s", errors, errors == 1 ? "" : "s");
    else if (warnings)
        log_warning("%zu warning%s", warnings, warnings == 1 ? "" : "s");
}
