/*
 * The builder: every URL of a site through vial_handle(), to a file, only if it differs.
 *
 * What it wrote it remembers, in the site's folder .vial and not in the output: so files that are
 * no longer made are removed, and files of other origin are never touched. One of those in the way
 * of a page is an error, unless it holds just what would be written: then it is ours from now on. A
 * build that is killed leaves old files and new ones, and the next one makes all of them right.
 *
 * Two builds of the same site give the same files and the same report, however many threads there
 * are, and whatever was there before.
 */
#pragma once
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct build_options {
    str output;    /* folder; empty: the site's own                                         */
    unsigned jobs; /* threads; 0: one per core                                              */
    bool force;    /* compare every byte, and take over foreign files that are in the way   */
    bool check;    /* render everything, write nothing                                      */
    bool list;     /* list in the report what was made, and what changed      */
    bool compress; /* copies in other codings beside the files: a.css.br, a.css.zst, a.css.gz */
    bool atomic;   /* show the new output as a whole, and only if nothing is wrong (beside.h) */
    bool strict;   /* with that: a warning is something wrong                     */
    bool keep;     /* remove nothing: the site could not be read whole                      */
    bool outside;  /* gather links to other sites: report->outside; the site does as well   */

    /* For those who wait: now and then, from any thread, one at a time. May be NULL. */
    void (*progress)(void *self, size_t done, size_t known);
    void *self;
};

/* An output that was made, whether its bytes are others or not. */
struct build_made {
    str url, name, source;
    str why; /* in short: why_sentence() says it (builder/why.h) */
    bool written;
    int64_t nanoseconds; /* of one core */
};

struct build_report {
    size_t pages, files;                /* of the site: HTML pages, all files               */
    size_t drafts, future, expired;     /* pages that are not shown                         */
    size_t made;                        /* of those files: were made again, changed or not  */
    size_t written, unchanged, removed; /* of those files; removed are old ones             */
    size_t copies, copies_written;      /* of these files, in other codings: not among them */
    int64_t begun, nanoseconds;
    struct errors errors, warnings; /* sorted; the caller frees both                        */
    struct errors outside;          /* links to other sites: the sentence is the address    */
    const str *skips;               /* those of them that are to be left alone: patterns     */
    size_t nskips;
    bool held;                   /* atomic, and not shown since something was wrong      */
    bool opened;                 /* by build_folder(): there is such a site              */
    str output;                  /* its folder, as its reader would write it             */
    struct build_made *list;     /* `made` of them, in the order of the build: where asked for */
    const struct reads *changed; /* keys that changed; NULL: all had to be made                */
    struct arena own;
};

/*
 * Builds all of `site`. False when anything is in report->errors: what could be built was, all
 * errors are there and not the first, and what an earlier build made of a page that failed now is
 * kept.
 */
bool build_site(struct site *site, const struct build_options *options,
                struct build_report *report);

/*
 * The same for an app that is no site: rules without arguments, what its listers tell, its static
 * files, and all that pages lead to. vial remembers what it made in .vial below the current folder,
 * and where a rule has .tells_all, leaves its files as they are until something changed that they
 * were made from. A rule that nothing leads to is a warning.
 */
bool build_app(vial *app, const struct build_options *options, struct build_report *report);

/*
 * The same for the site in `folder`, with what is known from the last time: only what changed is
 * read, and only outputs are made that something changed for. What is there afterwards is, byte for
 * byte, what build_site() makes of it in an empty folder.
 */
bool build_folder(str folder, const struct site_options *site, const struct build_options *options,
                  struct build_report *report);
void build_report_free(struct build_report *report);

#ifdef __cplusplus
}
#endif
