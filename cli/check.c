/*
 * check.c - vial check: everything a build would complain of, and nothing written
 *
 *   comes in:  a site's folder
 *   goes out:  every error and warning; with --external, of links to other sites as well
 */
#include "builder/builder.h"
#include "cli/cli.h"
#include "cli/external.h"
#include "cli/report.h"
#include "vial/base/log.h"
#include "vial/base/path.h"

static const char usage[] = "vial check [-s DIR] [options]";

struct check {
    str folder;
    struct external_options options;
    struct option_list skip;
    bool external;
};

/* What may be asked for with --external, as it is written: seconds, hours, plain numbers. */
struct wishes {
    int64_t hours, seconds;
};

#ifdef VIAL_EXTERNAL
static void print_hints(struct errors *hints)
{
    for (size_t i = 0; i < hints->count; i++) {
        struct buf out = { 0 };

        error_print(&hints->list[i], ERROR_BRIEF, &out);
        log_note("%.*s", STR(str_rtrim(buf_str(&out))));
        buf_free(&out);
    }
    errors_free(hints);
}

/* Patterns of the command line, and those of vial.yaml. */
static const str *all_skips(const struct check *check, const struct build_report *report,
                            struct arena *a)
{
    str *all = arena_array(a, str, check->skip.count + report->nskips + 1);

    for (size_t i = 0; i < check->skip.count; i++)
        all[i] = check->skip.items[i];
    for (size_t i = 0; i < report->nskips; i++)
        all[check->skip.count + i] = report->skips[i];
    return all;
}

static void check_external(void *self, struct build_report *report)
{
    struct check *check = self;
    struct arena a = { 0 };
    struct external_sum sum;
    struct errors hints = { 0 };
    struct error err = { 0 };

    check->options.cache = path_join(&a, check->folder, S(".vial/external"));
    check->options.skip = all_skips(check, report, &a);
    check->options.nskip = check->skip.count + report->nskips;
    if (!external_check(&report->outside, &check->options, &report->errors, &report->warnings,
                        &hints, &sum, &err))
        errors_add(&report->errors, &err);
    print_hints(&hints);
    log_note("%zu links to %zu addresses of others: %zu asked, %zu known, %zu left alone",
             sum.links, sum.addresses, sum.asked, sum.cached, sum.skipped);
    arena_free(&a);
}
#else
static void check_external(void *self, struct build_report *report)
{
    (void)self;
    (void)report;
}
#endif

static bool good_wishes(const struct check *check)
{
#ifndef VIAL_EXTERNAL
    if (check->external) {
        usage_error(usage, "this vial was made without libcurl, and cannot ask other sites");
        return false;
    }
#endif
    if (check->options.at_once < 1 || check->options.at_once_host < 1) {
        usage_error(usage, "--connections and --per-host are at least 1");
        return false;
    }
    return true;
}

int cmd_check(int argc, char **argv)
{
    struct check check = { .folder = S("."),
                           .options = {
                               .wait = 1000, .retries = 2, .at_once = 16, .at_once_host = 2 } };
    struct external_options *o = &check.options;
    struct wishes wish = { .hours = 24, .seconds = 15 };
    bool strict = false;
    struct site_options site = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &check.folder, "DIR", "the site's folder (default: this one)" },
        { 0, "drafts", OPTION_FLAG, &site.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.future, NULL, "pages whose day has not come as well" },
        { 0, "strict", OPTION_FLAG, &strict, NULL, "warnings are errors" },
        { 0, "external", OPTION_FLAG, &check.external, NULL,
          "ask other sites whether links lead somewhere" },
        { 0, "anchors", OPTION_FLAG, &o->anchors, NULL, "... and have the part that is linked to" },
        { 0, "skip", OPTION_LIST, &check.skip, "PATTERN", "... but not these; '*' is any text" },
        { 0, "max-age", OPTION_NUMBER, &wish.hours, "HOURS",
          "... unless they said so lately (24)" },
        { 0, "timeout", OPTION_NUMBER, &wish.seconds, "SECONDS",
          "... and answer within these (15)" },
        { 0, "retries", OPTION_NUMBER, &o->retries, "N", "... or so many times later (2)" },
        { 0, "wait", OPTION_NUMBER, &o->wait, "MS",
          "... first after this, then twice as long (1000)" },
        { 0, "connections", OPTION_NUMBER, &o->at_once, "N", "... so many at once (16)" },
        { 0, "per-host", OPTION_NUMBER, &o->at_once_host, "N", "... and of one host (2)" },
        { 0, "local", OPTION_FLAG, &o->local, NULL, "... this machine and example.org as well" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (!good_wishes(&check))
        return EXIT_USAGE;
    o->max_age = wish.hours * 3600;
    o->timeout = wish.seconds * 1000;
    site.outside = check.external;
    return build_and_report(&(struct building){ .folder = check.folder, .site = &site },
                            &(struct build_options){ .check = true, .outside = check.external },
                            &(struct build_telling){ .strict = strict,
                                                     .more = check.external ? check_external : NULL,
                                                     .self = &check });
}
