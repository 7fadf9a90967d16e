/*
 * build_report.c - what a build tells
 *
 *   comes in:  a build that was asked for
 *   goes out:  every error and warning of it; one line that sums it up; on request why each file
 *              was made, and where the time went
 */
#include "builder/why.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include "vial/base/profile.h"
#include "vial/http/coding.h"
#include <stdio.h>
#include <unistd.h>

/* Who misses a page learns here that it was left out, and by which command to find it. */
static void print_skipped(const struct build_report *report)
{
    if (report->drafts + report->future + report->expired)
        log_note("not shown: %zu draft%s, %zu of a day to come, %zu expired ('vial list skipped')",
                 report->drafts, report->drafts == 1 ? "" : "s", report->future, report->expired);
}

static const char *s(size_t count)
{
    return count == 1 ? "" : "s";
}

/* "public: 12 pages, 15 files: 1 written, 14 unchanged, 0 removed, 2 skipped in 0.01 s" */
static void print_sum(const struct build_options *options, const struct build_report *report)
{
    double seconds = (double)report->nanoseconds / 1e9;
    size_t left_out = report->drafts + report->future + report->expired;
    char skipped[64] = "";

    if (left_out)
        snprintf(skipped, sizeof skipped, ", %zu skipped", left_out);
    if (options->check)
        log_note("%zu page%s, %zu file%s checked%s in %.2f s", report->pages, s(report->pages),
                 report->files, s(report->files), skipped, seconds);
    else if (report->held)
        log_note(
            "%.*s is as it was: with --atomic a new output is shown only when nothing is wrong",
            STR(report->output));
    else
        log_note(
            "%.*s: %zu page%s, %zu file%s: %zu written, %zu unchanged, %zu removed%s in %.2f s",
            STR(report->output), report->pages, s(report->pages), report->files, s(report->files),
            report->written, report->unchanged, report->removed, skipped, seconds);
    if (report->copies)
        log_note("%zu compressed cop%s: %zu written", report->copies,
                 report->copies == 1 ? "y" : "ies", report->copies_written);
}

static void print_why(const struct build_report *report)
{
    struct arena a = { 0 };

    for (size_t i = 0; i < report->made; i++) {
        const struct build_made *made = &report->list[i];

        log_note("%.*s%s: %.*s", STR(made->url), made->written ? "" : " (unchanged)",
                 STR(why_sentence(made->why, &a)));
    }
    arena_free(&a);
}

/* A line on the terminal that is written over again, for builds long enough to wonder about. */
struct progress {
    int64_t begun, told; /* now_ns() */
};

static void tell_progress(void *self, size_t done, size_t known)
{
    enum { PATIENCE = 300000000, AGAIN = 100000000 }; /* nanoseconds */
    struct progress *p = self;
    int64_t now = now_ns();

    if (now - p->begun < PATIENCE || now - p->told < AGAIN)
        return;
    p->told = now;
    double rate = (double)done / ((double)(now - p->begun) / 1e9);
    fprintf(stderr, "\r\033[K%zu of %zu files, %.0f a second, %.1f s left", done, known, rate,
            (double)(known - done) / rate);
}

static void end_progress(const struct progress *p)
{
    if (p->told)
        fputs("\r\033[K", stderr);
}

static int exit_code(bool good)
{
    return good ? EXIT_DONE : EXIT_ERRORS;
}

static bool build(const struct building *what, const struct build_options *options,
                  struct build_report *report)
{
    if (what->app)
        return build_app(what->app, options, report);
    return build_folder(what->folder, what->site, options, report);
}

static bool has_codings(void)
{
    for (enum coding coding = 0; coding < CODINGS; coding++)
        if (coding_is_here(coding))
            return true;
    return false;
}

int build_and_report(const struct building *what, struct build_options *options,
                     const struct build_telling *telling)
{
    struct build_report report = { 0 };
    struct progress progress = { .begun = now_ns() };

    if (options->compress && !has_codings()) {
        log_error("--compress: this vial was compiled without gzip, brotli and zstd");
        return EXIT_USAGE;
    }

    options->strict = telling->strict;
    options->list = telling->why || telling->json || telling->profile;
    if (telling->profile)
        profile_start();
    if (log_wants(LOG_NOTES) && isatty(STDERR_FILENO)) {
        options->progress = tell_progress;
        options->self = &progress;
    }
    bool built = build(what, options, &report);
    end_progress(&progress);
    if (telling->more && report.opened)
        telling->more(telling->self, &report);
    bool good = built && !report.errors.count && !(telling->strict && report.warnings.count);
    if (telling->json) {
        report_json(&report);
        build_report_free(&report);
        return exit_code(good);
    }
    size_t wrong = report_errors(&report.errors);
    size_t warnings = report_warnings(&report.warnings);
    if (telling->why)
        print_why(&report);
    if (telling->profile)
        report_profile(&report);
    if (report.files) {
        print_sum(options, &report);
        print_skipped(&report);
    }
    report_count(wrong, warnings);
    build_report_free(&report);
    return exit_code(good);
}
