/*
 * report.c - what commands say of a site's errors and warnings
 *
 *   comes in:  lists of errors
 *   goes out:  each of them on standard error, in the order of files and lines
 */
#include "cli/report.h"

#include "vial/base/log.h"

static bool is_same(const struct error *a, const struct error *b)
{
    return a->line && a->line == b->line && a->col == b->col && str_eq(a->file, b->file) &&
           str_eq(a->sentence, b->sentence);
}

/* A fault in a template that a thousand pages wear is one fault: told once, with how many. */
static size_t report(struct errors *errors, void (*print)(const struct error *err))
{
    size_t told = 0;

    errors_sort(errors);
    for (size_t i = 0, next; i < errors->count; i = next, told++) {
        struct error *err = &errors->list[i];

        for (next = i + 1; next < errors->count && is_same(err, &errors->list[next]);)
            next++;
        if (next > i + 1)
            error_note(err, (struct place){ 0 }, "and %zu more page%s like it", next - i - 1,
                       next == i + 2 ? "" : "s");
        print(err);
    }
    errors_free(errors);
    return told;
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
