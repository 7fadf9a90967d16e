/*
 * app_main.c - vial_main(): an app as a program
 *
 *   comes in:  an app and a command line
 *   goes out:  the exit code of the command: the app's own, or run, routes, freeze, config
 */
#include "builder/builder.h"
#include "cli/cli.h"
#include "cli/operation.h"
#include "cli/own_commands.h"
#include "cli/report.h"
#include "cli/running.h"
#include "server/server.h"
#include "vial/app/command.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include <signal.h>
#include <stdio.h>

struct app_command {
    const char *name;
    int (*run)(vial *app, int argc, char **argv);
    const char *help;
};

static void print(const struct buf *text, FILE *out)
{
    if (text->len)
        fwrite(text->p, 1, text->len, out);
    fflush(out);
}

/* ---- run ---- */

static void answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct error err = { 0 };

    vial_handle(self, req, res, a, &err);
    if (err.sentence.len) {
        log_failure(&err);
        error_free(&err);
    }
}

/* Under the very name that is printed: the cookie is for it alone. */
static void tell_of_debug(void *self, const struct server *server)
{
    vial *app = self;

    if (vial_is_debug(app))
        log_note("debug: http://127.0.0.1:%u/_debug/?token=%.*s shows this browser what goes wrong",
                 (unsigned)server_port(server), STR(vial_debug_token(app)));
}

static int serve(vial *app, struct server_options *options)
{
    options->handler = answer;
    options->self = app;
    options->limits.body = vial_max_content(app);
    return running_serve(&(struct running_options){ .server = options,
                                                    .what = vial_name(app),
                                                    .opened = tell_of_debug,
                                                    .self = app,
                                                    .renews = true });
}

static int run_app(vial *app, int argc, char **argv)
{
    static const char usage[] = "APP run [-b ADDR] [-p PORT] [options]";
    struct operation operation = OPERATION_BEGIN;
    bool debug = false;
    const struct option_spec specs[] = {
        OPERATION_OPTIONS(operation),
        { 0, "debug", OPTION_FLAG, &debug, NULL, "errors are shown in the browser" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    struct server_options options = { 0 };
    if ((status = operation_take(&operation, &options, usage)) >= 0)
        return status;
    if (debug)
        vial_set_debug(app, true);
    return serve(app, &options);
}

/* ---- routes, config ---- */

static int print_routes(vial *app, int argc, char **argv)
{
    static const char usage[] = "APP routes";
    const struct option_spec specs[] = { { 0 } };
    const struct routes *routes = vial_routes(app);
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);
    size_t widest = 8;

    if (status >= 0)
        return status;
    for (size_t i = 0; i < routes_count(routes); i++)
        if (routes_at(routes, i)->rule.endpoint.len > widest)
            widest = routes_at(routes, i)->rule.endpoint.len;
    printf("%-*s  %-20s  Rule\n", (int)widest, "Endpoint", "Methods");
    for (size_t i = 0; i < routes_count(routes); i++) {
        const struct rule *rule = &routes_at(routes, i)->rule;

        printf("%-*.*s  %-20.*s  %.*s\n", (int)widest, STR(rule->endpoint), STR(rule->methods),
               STR(rule->rule));
    }
    return EXIT_DONE;
}

static int print_config(vial *app, int argc, char **argv)
{
    static const char usage[] = "APP config";
    const struct option_spec specs[] = { { 0 } };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);
    struct arena a = { 0 };
    struct buf out = buf_in(&a);

    if (status < 0) {
        vial_config_print(app, &out);
        print(&out, stdout);
        status = EXIT_DONE;
    }
    arena_free(&a);
    return status;
}

/* ---- freeze ---- */

static int freeze(vial *app, int argc, char **argv)
{
    static const char usage[] = "APP freeze [-o OUT] [options]";
    struct build_options options = { .output = S("public") };
    struct build_telling telling = { 0 };
    str base_url = S("");
    bool relative = false;
    const struct option_spec specs[] = {
        { 'o', "output", OPTION_TEXT, &options.output, "OUT", "where to write (default: public)" },
        { 0, "base-url", OPTION_TEXT, &base_url, "URL", "where the files will be served" },
        { 0, "relative", OPTION_FLAG, &relative, NULL,
          "links lead from page to page, so that the files work in any folder" },
        { 0, "check", OPTION_FLAG, &options.check, NULL, "make all, and write nothing" },
        BUILDING_SPECS(options, telling),
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (base_url.len)
        vial_base_url(app, base_url);
    vial_relative_urls(app, relative);
    return build_and_report(&(struct building){ .app = app }, &options, &telling);
}

/* ---- the table ---- */

static const struct app_command commands[] = {
    { "run", run_app, "serve the app" },
    { "routes", print_routes, "its rules" },
    { "freeze", freeze, "make its files" },
    { "config", print_config, "what is configured" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_usage(const vial *app, const char *program, FILE *out)
{
    struct arena a = { 0 };
    struct buf own = buf_in(&a);

    fprintf(out, "usage: %s COMMAND [options]\n\n", program);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].help);
    commands_print(app, &own);
    print(&own, out);
    fprintf(out, "\n'%s COMMAND --help' tells a command's options.\n", program);
    arena_free(&a);
}

static void try_name(void *self, str name)
{
    nearest_try(self, name);
}

static int unknown(const vial *app, const char *program, const char *name)
{
    struct nearest near = nearest_to(str_of(name));

    for (size_t i = 0; i < COMMANDS; i++)
        nearest_try(&near, str_of(commands[i].name));
    command_names(app, try_name, &near);
    if (near.best.len)
        log_error("%s: there is no command '%s'; did you mean '%.*s'?", program, name,
                  STR(near.best));
    else
        log_error("%s: there is no command '%s'; '%s --help' lists them", program, name, program);
    return EXIT_USAGE;
}

static int dispatch(vial *app, int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *program = slash ? slash + 1 : argv[0];
    str name = argc > 1 ? str_of(argv[1]) : S("");

    if (!name.len || str_eq(name, S("--help")) || str_eq(name, S("-h")) ||
        str_eq(name, S("help"))) {
        print_usage(app, program, name.len ? stdout : stderr);
        return name.len ? EXIT_DONE : EXIT_USAGE;
    }
    if (!vial_is_sound(app)) {
        log_error("%s: the configuration has errors", program);
        return EXIT_ERRORS;
    }
    int status = run_own_command(app, program, argc - 1, argv + 1);
    if (status >= 0)
        return status;
    for (size_t i = 0; i < COMMANDS; i++)
        if (str_eq(name, str_of(commands[i].name)))
            return commands[i].run(app, argc - 1, argv + 1);
    return unknown(app, program, argv[1]);
}

int vial_main(vial *app, int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    int status = dispatch(app, argc, argv);

    vial_free(app);
    return status;
}
