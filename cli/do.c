/*
 * do.c - vial do: a command of the site's own code
 *
 *   comes in:  a site's folder; the command's name, and what belongs to it
 *   goes out:  what the command does, with its exit code; without a name, which there are
 */
#include "cli/cli.h"
#include "cli/own_commands.h"
#include "cli/report.h"
#include "vial/app/command.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"

static const char usage[] = "vial do [-s DIR] [COMMAND [options]]";

/* How many words come before the command's name: ours, the others are the command's. */
static int words_of_ours(int argc, char **argv)
{
    int count = 1;

    while (count < argc && argv[count][0] == '-') {
        str word = str_of(argv[count]);

        count += str_eq(word, S("-s")) || str_eq(word, S("--site")) ? 2 : 1;
    }
    return count < argc ? count : argc;
}

static void try_name(void *self, str name)
{
    nearest_try(self, name);
}

static int unknown(const vial *app, const char *name)
{
    struct nearest near = nearest_to(str_of(name));

    command_names(app, try_name, &near);
    if (near.best.len)
        log_error("the site has no command '%s'; did you mean '%.*s'?", name, STR(near.best));
    else
        log_error("the site has no command '%s'; 'vial do' lists them", name);
    return EXIT_USAGE;
}

int cmd_do(int argc, char **argv)
{
    str folder = S(".");
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 0 },
    };
    struct operands rest;
    struct errors errors = { 0 };
    int ours = words_of_ours(argc, argv);
    int status = options_parse(usage, specs, ours, argv, &rest, 0);

    if (status >= 0)
        return status;
    struct site *site = site_open(folder, &(struct site_options){ 0 }, &errors);
    status = report_errors(&errors) ? EXIT_ERRORS : EXIT_DONE;
    if (site && ours == argc)
        list_own_commands(site_app(site));
    else if (site) /* defects of pages are no reason not to run it */
        status = run_own_command(site_app(site), "vial do", argc - ours, argv + ours);
    if (status < 0)
        status = unknown(site_app(site), argv[ours]);
    site_close(site);
    return status;
}
