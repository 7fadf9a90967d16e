/*
 * The commands of the `vial` program: a file each, a table in main.c.
 *
 * A command gets the words after its own name and returns the exit code: 0 done, 1 the site (or the
 * template, the cookie) has errors, 2 bad usage. Messages go to standard error; standard output is
 * for what was asked for.
 */
#pragma once
#include "cli/options.h"

enum { EXIT_DONE = 0, EXIT_ERRORS = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *help;                  /* one line                      */
};

int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_do(int argc, char **argv);
int cmd_highlight_css(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_preview(int argc, char **argv);
int cmd_render(int argc, char **argv);
int cmd_route(int argc, char **argv);
int cmd_routes(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_session(int argc, char **argv);
