/*
 * main.c - the `vial` program
 *
 *   comes in:  the command line
 *   goes out:  the exit code of the command it names
 */
#include "cli/cli.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include <signal.h>
#include <stdio.h>

static const struct command commands[] = {
    { "new", cmd_new, "make a site, or a page of one" },
    { "import", cmd_import, "make a site of one that was written for another program" },
    { "preview", cmd_preview,
      "show the site while it is written: watch, rebuild, reload the browser" },
    { "build", cmd_build, "make the site's files" },
    { "serve", cmd_serve, "the content server: a site, or a built folder with --root" },
    { "check", cmd_check, "links, anchors, images, front matter, templates" },
    { "do", cmd_do, "a command of the site's own code" },
    { "explain", cmd_explain, "what a page was made from, and why it was made again" },
    { "routes", cmd_routes, "the site's routes" },
    { "list", cmd_list, "the site's pages: drafts, future, expired or all" },
    { "highlight-css", cmd_highlight_css, "a style sheet for coloured code" },
    { "render", cmd_render, "one template with its data" },
    { "session", cmd_session, "read or write a session's cookie, or make a key to sign it" },
    { "route", cmd_route, "match or build one URL (for tests)" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_usage(FILE *out)
{
    fputs("usage: vial COMMAND [options]\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-13s %s\n", commands[i].name, commands[i].help);
    fputs("\n'vial COMMAND --help' tells a command's options; 'vial --version' the version.\n",
          out);
}

/* With what it was compiled, and without what: the names are those of meson's options. */
static void print_version(void)
{
    puts("vial " VIAL_VERSION);
    puts(*VIAL_WITH ? "with " VIAL_WITH : "with nothing that can be left out");
    if (*VIAL_WITHOUT)
        puts("without " VIAL_WITHOUT);
}

static int unknown_command(str name)
{
    struct nearest near = nearest_to(name);

    for (size_t i = 0; i < COMMANDS; i++)
        nearest_try(&near, str_of(commands[i].name));
    if (near.best.len)
        log_error("vial: there is no command '%.*s'; did you mean '%.*s'?", STR(name),
                  STR(near.best));
    else
        log_error("vial: there is no command '%.*s'; 'vial --help' lists them", STR(name));
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    str name = argc > 1 ? str_of(argv[1]) : S("");

    signal(SIGPIPE, SIG_IGN);
    if (!name.len) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (str_eq(name, S("--help")) || str_eq(name, S("-h")) || str_eq(name, S("help"))) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (str_eq(name, S("--version")) || str_eq(name, S("-V"))) {
        print_version();
        return EXIT_DONE;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (str_eq(name, str_of(commands[i].name)))
            return commands[i].run(argc - 1, argv + 1);
    return unknown_command(name);
}
