/*
 * build.c - vial build: the site's files
 *
 *   comes in:  a site's folder, where to write, what to show
 *   goes out:  the files, and what build_report.c tells of them
 */
#include "builder/builder.h"
#include "cli/cli.h"
#include "cli/report.h"

static const char usage[] = "vial build [-s DIR] [-o OUT] [options]";

int cmd_build(int argc, char **argv)
{
    str folder = S(".");
    int64_t jobs = 0;
    struct build_telling telling = { 0 };
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
        BUILDING_SPECS(options, telling),
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (jobs > 256)
        return usage_error(usage, "--jobs is at most 256");
    options.jobs = (unsigned)jobs;
    return build_and_report(&(struct building){ .folder = folder, .site = &site }, &options,
                            &telling);
}
