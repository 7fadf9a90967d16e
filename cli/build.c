/*
 * build.c - vial build: the site's files
 *
 *   comes in:  a site's folder, where to write, what to show
 *   goes out:  the files; every error and warning of the whole build; one line that sums it up
 */
#include "builder/builder.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include <stdio.h>
#include <unistd.h>

static const char usage[] = "vial build [-s DIR] [-o OUT] [options]";

struct skipped {
    size_t drafts, future, expired;
};

static bool count_skipped(void *self, const struct site_listed *page)
{
    struct skipped *skipped = self;

    skipped->drafts += page->shown == SITE_DRAFT;
    skipped->future += page->shown == SITE_FUTURE;
    skipped->expired += page->shown == SITE_EXPIRED;
    return true;
}

/* Who misses a page learns here that it was left out, and by which command to find it. */
static void print_skipped(struct site *site)
{
    struct skipped skipped = { 0 };

    site_each_page(site, count_skipped, &skipped);
    if (skipped.drafts + skipped.future + skipped.expired)
        log_note("not shown: %zu draft%s, %zu of a day to come, %zu expired ('vial list skipped')",
                 skipped.drafts, skipped.drafts == 1 ? "" : "s", skipped.future, skipped.expired);
}

static void print_sum(const struct site *site, const struct build_options *options,
                      const struct build_report *report)
{
    str output = options->output.len ? options->output : site_output(site);
    double seconds = (double)report->nanoseconds / 1e9;

    if (options->check)
        log_note("%zu pages, %zu files checked in %.2f s", report->pages, report->files, seconds);
    else
        log_note("%.*s: %zu pages, %zu files: %zu written, %zu unchanged, %zu removed in %.2f s",
                 STR(output), report->pages, report->files, report->written, report->unchanged,
                 report->removed, seconds);
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
    fprintf(stderr, "\r\033[K%zu of %zu", done, known);
}

static void end_progress(const struct progress *p)
{
    if (p->told)
        fputs("\r\033[K", stderr);
}

int build_and_report(str folder, const struct site_options *site_options,
                     struct build_options *options, bool strict)
{
    struct errors errors = { 0 };
    struct build_report report = { 0 };
    struct site *site = site_open(folder, site_options, &errors);
    struct progress progress = { .begun = now_ns() };
    bool built;

    options->keep = errors.count > 0;
    if (log_wants(LOG_NOTES) && isatty(STDERR_FILENO)) {
        options->progress = tell_progress;
        options->self = &progress;
    }
    built = site && build_site(site, options, &report);
    end_progress(&progress);
    size_t wrong = report_errors(&errors) + report_errors(&report.errors);
    size_t warnings = report_warnings(&report.warnings);

    if (site) {
        print_sum(site, options, &report);
        print_skipped(site);
    }
    report_count(wrong, warnings);
    site_close(site);
    return built && !wrong && !(strict && warnings) ? EXIT_DONE : EXIT_ERRORS;
}

int cmd_build(int argc, char **argv)
{
    str folder = S(".");
    int64_t jobs = 0;
    bool strict = false;
    struct site_options site = { 0 };
    struct build_options options = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 'o', "output", OPTION_TEXT, &options.output, "OUT",
          "where to write (default: the site's)" },
        { 0, "drafts", OPTION_FLAG, &site.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.future, NULL, "pages whose day has not come as well" },
        { 0, "base-url", OPTION_TEXT, &site.base_url, "URL", "instead of vial.yaml's" },
        { 'j', "jobs", OPTION_NUMBER, &jobs, "N", "threads (default: one per core)" },
        { 0, "force", OPTION_FLAG, &options.force, NULL,
          "take over files in the way that vial did not write" },
        { 0, "strict", OPTION_FLAG, &strict, NULL, "warnings are errors" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (jobs > 256)
        return usage_error(usage, "--jobs is at most 256");
    options.jobs = (unsigned)jobs;
    return build_and_report(folder, &site, &options, strict);
}
