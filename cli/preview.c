/*
 * preview.c - vial preview: the site while it is written
 *
 *   comes in:  a site's folder; then whatever is saved in it
 *   goes out:  pages to the browser, and a line for each change; until SIGINT or SIGTERM
 *
 * Two threads beside the server's loops: this one serves until it is told to stop, the other waits
 * for changes.
 */
#include "server/preview.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "server/server.h"
#include "server/watch.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

static const char usage[] = "vial preview [-s DIR] [-b ADDR] [-p PORT] [--open] [--drafts]";

enum { USUAL_PORT = 8000, TRIES = 20, WATCHED = 32 };

static struct server *running; /* for the signals' sake */
static struct preview *showing;

struct watching {
    struct watch *watch;
    struct preview *preview;
    volatile bool stopped;
};

static void stop(int signal_number)
{
    (void)signal_number;
    server_stop(running);
}

static void print_change(const struct watch_batch *batch, const struct preview_change *change)
{
    char what[256];

    if (batch->all)
        snprintf(what, sizeof what, "everything");
    else if (batch->count == 1)
        snprintf(what, sizeof what, "%.*s", STR(batch->paths[0]));
    else
        snprintf(what, sizeof what, "%.*s and %zu more", STR(batch->paths[0]), batch->count - 1);
    log_note("changed: %s; %zu page%s shown, %.1f ms", what, change->rendered,
             change->rendered == 1 ? "" : "s", (double)change->nanoseconds / 1e6);
}

static void report_site(struct preview *preview)
{
    struct errors errors = { 0 };

    preview_errors(preview, &errors);
    report_count(report_errors(&errors), 0);
}

static void *watch_changes(void *arg)
{
    struct watching *w = arg;
    struct watch_batch batch;
    struct error err = { 0 };
    int got;

    while (!w->stopped && (got = watch_wait(w->watch, -1, &batch, &err)) >= 0) {
        if (!got)
            continue;
        struct preview_change change = preview_change(w->preview, batch.paths, batch.count);
        print_change(&batch, &change);
        report_site(w->preview);
    }
    if (err.sentence.len) {
        log_failure(&err);
        error_free(&err);
        log_error("changes are no longer seen; start vial preview again");
    }
    return NULL;
}

/* The first free port from the usual one on, unless one was asked for. */
static struct server *open_server(struct server_options *options, int64_t port, struct error *err)
{
    struct server *server = NULL;

    if (port >= 0) {
        options->port = (uint16_t)port;
        return server_open(options, err);
    }
    for (int i = 0; i < TRIES && !server; i++) {
        options->port = (uint16_t)(USUAL_PORT + i);
        server = server_open(options, err);
    }
    if (server && options->port != USUAL_PORT)
        log_note("port %d is taken", USUAL_PORT);
    if (server)
        error_free(err);
    return server;
}

/* The desktop's own way; where there is none, the address was printed. */
static void open_browser(const char *address)
{
    char *const words[] = { (char *)"xdg-open", (char *)address, NULL };
    extern char **environ;
    pid_t child;

    if (posix_spawnp(&child, words[0], NULL, NULL, words, environ) != 0)
        log_warning("there is no xdg-open here: open %s yourself", address);
    else
        waitpid(child, NULL, 0);
}

static void print_address(const char *address, uint16_t port, str folder, bool open)
{
    bool six = strchr(address, ':') != NULL;
    bool any = !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
    char url[128];

    snprintf(url, sizeof url, "http://%s%s%s:%u/", six && !any ? "[" : "",
             any ? "127.0.0.1" : address, six && !any ? "]" : "", (unsigned)port);
    log_note("previewing %.*s on %s (Ctrl-C ends it)", STR(folder), url);
    if (open)
        open_browser(url);
}

static int give_up(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_ERRORS;
}

/* Serves until it is told to stop; the watcher is stopped after. */
static void serve(struct server *server, struct watching *w)
{
    struct sigaction on_signal = { .sa_handler = stop, .sa_flags = SA_RESTART };
    pthread_t watcher;

    running = server;
    sigaction(SIGINT, &on_signal, NULL);
    sigaction(SIGTERM, &on_signal, NULL);
    bool watched = pthread_create(&watcher, NULL, watch_changes, w) == 0;
    server_run(server);
    w->stopped = true;
    if (watched) {
        watch_stop(w->watch);
        pthread_join(watcher, NULL);
    }
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static int preview(str folder, const char *address, int64_t port, bool open,
                   const struct site_options *site)
{
    struct server_options options = { .address = address, .handler = preview_answer };
    struct error err = { 0 };
    str paths[WATCHED];
    int status = EXIT_DONE;

    showing = preview_open(folder, site);
    size_t count = preview_watched(showing, paths, WATCHED);
    struct watching w = { .preview = showing };
    w.watch = watch_open(folder, paths, count, preview_output(showing), &err);
    options.self = showing;
    struct server *server = w.watch ? open_server(&options, port, &err) : NULL;

    if (server) {
        report_site(showing);
        print_address(address, server_port(server), folder, open);
        serve(server, &w);
        server_close(server);
    } else {
        status = give_up(&err);
    }
    watch_close(w.watch);
    preview_close(showing);
    return status;
}

int cmd_preview(int argc, char **argv)
{
    str folder = S("."), address = S("127.0.0.1");
    int64_t port = -1;
    bool open = false;
    struct site_options site = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 'b', "bind", OPTION_TEXT, &address, "ADDR", "where to listen (default: 127.0.0.1)" },
        { 'p', "port", OPTION_NUMBER, &port, "PORT",
          "the port (default: the first free one from 8000)" },
        { 0, "open", OPTION_FLAG, &open, NULL, "open it in the browser" },
        { 0, "drafts", OPTION_FLAG, &site.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.future, NULL, "pages whose day has not come as well" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (port > 65535)
        return usage_error(usage, "a port is at most 65535");
    return preview(folder, address.p, port, open, &site);
}
