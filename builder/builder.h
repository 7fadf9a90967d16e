/*
 * The builder: every URL of a site through vial_handle(), to a file, only if it differs.
 *
 * What it wrote it remembers, beside the site and not in the output: so files that are no longer
 * made are removed, and files of other origin are never touched. A build that is killed leaves old
 * files and new ones, and the next one makes all of them right.
 */
#pragma once
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct build_options {
    str output;    /* folder; empty: the site's own                                        */
    unsigned jobs; /* threads; 0: one per core                                             */
    bool force;    /* write every file again, also over a foreign one that is in the way   */
    bool check;    /* render everything, write nothing                                     */
    bool keep;     /* remove nothing: the site could not be read whole                     */
};

struct build_report {
    size_t pages, files;                /* made: HTML pages, all files                     */
    size_t written, unchanged, removed; /* of those files; removed are old ones            */
    int64_t nanoseconds;
    struct errors errors, warnings; /* the caller frees both                               */
};

/*
 * Builds all of `site`. False when anything is in report->errors: what could be built was, all
 * errors are there and not the first, and what an earlier build made of a page that failed now is
 * kept.
 */
bool build_site(struct site *site, const struct build_options *options,
                struct build_report *report);

#ifdef __cplusplus
}
#endif
