/*
 * What commands say of a site's errors and warnings: each whole, in order of file and line, and how
 * many.
 */
#pragma once
#include "builder/builder.h"
#include "cli/options.h"

/* Prints and frees them all; returns how many there were. */
size_t report_errors(struct errors *errors);
size_t report_warnings(struct errors *warnings);

/* "2 errors, 1 warning", unless there are none. */
void report_count(size_t errors, size_t warnings);

/* How vial build, vial check, which writes nothing, and an app's freeze tell what they did. */
struct build_telling {
    bool strict;  /* warnings are errors                          */
    bool why;     /* a line for each output that was made         */
    bool json;    /* an object on standard output, and no lines   */
    bool profile; /* where the time went                          */
    /* Looks further before all is told, and adds what it finds to the report; NULL: nobody does. */
    void (*more)(void *self, struct build_report *report);
    void *self;
};

/* The options that all of them have, for a table of them. */
#define BUILDING_SPECS(options, telling)                                                           \
    OPTION_FLAG_AS("force", &(options).force,                                                      \
                   "make all, and take over files in the way that vial did not write"),            \
        OPTION_FLAG_AS("compress", &(options).compress,                                            \
                       "copies beside the files for servers to send: .br, .zst and .gz"),          \
        OPTION_FLAG_AS("atomic", &(options).atomic,                                                \
                       "show the new output as a whole, in one moment, and only without errors"),  \
        OPTION_FLAG_AS("strict", &(telling).strict, "warnings are errors"),                        \
        OPTION_FLAG_AS("why", &(telling).why, "tell why each file was made again"),                \
        OPTION_FLAG_AS("profile", &(telling).profile,                                              \
                       "tell which templates, partials, shortcodes and pages took how long"),      \
        OPTION_FLAG_AS("json", &(telling).json, "the report as JSON, on standard output")

/* What is built: an app, or else the site in a folder. */
struct building {
    vial *app;
    str folder;
    const struct site_options *site;
};

/* The whole of a build, with the exit code. (build_report.c) */
int build_and_report(const struct building *what, struct build_options *options,
                     const struct build_telling *telling);

/* On standard output. (build_json.c) */
void report_json(const struct build_report *report);
/* Where the time went, to standard error; ends the profile. (build_profile.c) */
void report_profile(const struct build_report *report);
/* {"page:a.md": ["title"], ...}: things that were read, one after the other. */
void report_reads_begin(struct buf *out);
void report_read(struct buf *out, str thing, uint64_t fields);
void report_reads_end(struct buf *out);
