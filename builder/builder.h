/*
 * The builder: every URL of a site through vial_handle(), to a file, only if it differs.
 */
#pragma once
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct build_options {
    str output;    /* folder; empty: the site's own                                 */
    unsigned jobs; /* threads; 0: one per core                                      */
    bool force;    /* write every file again                                        */
    bool check;    /* render everything, write nothing                               */
    bool strict;   /* warnings count as errors                                      */
};

struct build_report {
    size_t pages, files;                /* made: HTML pages, all files      */
    size_t written, unchanged, removed; /* of those files                   */
    int64_t nanoseconds;
    struct errors errors, warnings; /* the caller frees both            */
};

/* False when anything is in report->errors. What could be built was; nothing foreign was touched.
 */
bool build_site(struct site *site, const struct build_options *options,
                struct build_report *report);

#ifdef __cplusplus
}
#endif
