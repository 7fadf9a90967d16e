/*
 * check.c - vial check: everything a build would complain of, and nothing written
 *
 *   comes in:  a site's folder
 *   goes out:  every error and warning
 */
#include "builder/builder.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/base/log.h"

static const char usage[] = "vial check [-s DIR] [options]";

int cmd_check(int argc, char **argv)
{
    str folder = S(".");
    bool strict = false;
    struct site_options site = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 0, "drafts", OPTION_FLAG, &site.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.future, NULL, "pages whose day has not come as well" },
        { 0, "strict", OPTION_FLAG, &strict, NULL, "warnings are errors" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    return build_and_report(&(struct building){ .folder = folder, .site = &site },
                            &(struct build_options){ .check = true },
                            &(struct build_telling){ .strict = strict });
}
