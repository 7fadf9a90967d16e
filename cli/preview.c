/*
 * preview.c - vial preview: the site while it is written
 *
 *   comes in:  a site's folder; then whatever is saved in it
 *   goes out:  pages to the browser, and a line for each change; until SIGINT or SIGTERM
 *
 * Three threads: one serves, one waits for changes, and this one waits for the signal to end. Then
 * the streams that tabs hold open are ended first, for the server would wait for them.
 */
#include "server/preview.h"
#include "cli/cli.h"
#include "cli/guest_list.h"
#include "cli/report.h"
#include "server/server.h"
#include "server/watch.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>

static const char usage[] = "vial preview [-s DIR] [-b ADDR] [-p PORT] [--open] [--drafts] "
                            "[--poll] [--host NAME]...";

enum { USUAL_PORT = 8000, TRIES = 20, WATCHED = 32 };

struct watching {
    struct watch *watch;
    struct watch_options what;
    str paths[WATCHED];
    struct arena arena; /* of their names */
    struct preview *preview;
    atomic_bool stopped;
    pthread_mutex_t lock; /* over `watch`, which is exchanged, and `stopped` */
};

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

/* What is to be watched now. False: it is what is watched already. */
static bool find_watched(struct watching *w)
{
    str paths[WATCHED];
    size_t count = preview_watched(w->preview, paths, WATCHED);
    bool same = count == w->what.count && str_eq(preview_output(w->preview), w->what.skip);

    for (size_t i = 0; same && i < count; i++)
        same = str_eq(paths[i], w->paths[i]);
    if (same)
        return false;
    for (size_t i = 0; i < count; i++)
        w->paths[i] = str_copy(&w->arena, paths[i]);
    w->what.paths = w->paths;
    w->what.count = count;
    w->what.skip = str_copy(&w->arena, preview_output(w->preview));
    return true;
}

/* vial.yaml names other folders, or code includes another header. There is one watcher at a time;
 * what is saved between two of them is not missed, since everything is looked at then. */
static bool watch_others(struct watching *w, struct error *err)
{
    pthread_mutex_lock(&w->lock);
    if (!w->stopped) {
        watch_close(w->watch);
        w->watch = watch_open(&w->what, err);
    }
    pthread_mutex_unlock(&w->lock);
    if (w->watch)
        preview_change(w->preview, NULL, 0);
    return w->watch != NULL;
}

static void stop_watching(struct watching *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopped = true;
    if (w->watch)
        watch_stop(w->watch);
    pthread_mutex_unlock(&w->lock);
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
        if (find_watched(w) && !watch_others(w, &err))
            break;
    }
    if (err.sentence.len) {
        log_failure(&err);
        error_free(&err);
        log_error("changes are no longer seen; start vial preview again");
    }
    return NULL;
}

/* One port, just that; when it is taken, the error names one that is not. */
static struct server *open_on(struct server_options *options, int64_t port, struct error *err)
{
    struct server *other = NULL;

    options->port = (uint16_t)port;
    struct server *server = server_open(options, err);
    if (server)
        return server;
    for (int64_t next = port + 1; !other && next < port + TRIES && next <= 65535; next++) {
        options->port = (uint16_t)next;
        if ((other = server_open(options, NULL)))
            error_hint(err, "port %d is free: -p %d", (int)next, (int)next);
    }
    if (other)
        server_close(other);
    return NULL;
}

/* The first free port from the usual one on, unless one was asked for. */
static struct server *open_server(struct server_options *options, int64_t port, struct error *err)
{
    struct server *server = NULL;

    if (port >= 0)
        return open_on(options, port, err);
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

/* The desktop's own way; where there is none, the address was printed. It may live as long as the
 * browser: nobody waits for it, and the signals that we block end it all the same. */
static void open_browser(const char *address)
{
    char *const words[] = { (char *)"xdg-open", (char *)address, NULL };
    extern char **environ;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t child;

    sigemptyset(&none);
    signal(SIGCHLD, SIG_IGN); /* it leaves no zombie */
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (posix_spawnp(&child, words[0], NULL, &attributes, words, environ) != 0)
        log_warning("there is no xdg-open here: open %s yourself", address);
    posix_spawnattr_destroy(&attributes);
}

/* Where others on the network reach it, a phone for instance. */
static void print_addresses(uint16_t port)
{
    struct ifaddrs *all, *one;
    char text[INET_ADDRSTRLEN];

    if (getifaddrs(&all) != 0)
        return;
    for (one = all; one; one = one->ifa_next)
        if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET && one->ifa_flags & IFF_UP &&
            !(one->ifa_flags & IFF_LOOPBACK) &&
            inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)one->ifa_addr)->sin_addr,
                      text, sizeof text))
            log_note("on the network: http://%s:%u/", text, (unsigned)port);
    freeifaddrs(all);
}

static void print_address(const char *address, uint16_t port, str folder, bool open)
{
    bool six = strchr(address, ':') != NULL;
    bool any = !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
    char url[128];

    snprintf(url, sizeof url, "http://%s%s%s:%u/", six && !any ? "[" : "",
             any ? "127.0.0.1" : address, six && !any ? "]" : "", (unsigned)port);
    log_note("previewing %.*s on %s (Ctrl-C ends it)", STR(folder), url);
    if (any)
        print_addresses(port);
    if (open)
        open_browser(url);
}

static int give_up(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_ERRORS;
}

static void *serve(void *server)
{
    server_run(server);
    return NULL;
}

/* Waits for the first of them; the next one ends the program as it does everywhere. */
static void wait_for(const sigset_t *signals)
{
    int ignored;

    sigwait(signals, &ignored);
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

/* Until SIGINT or SIGTERM. All threads begin here, so that the signals are blocked in each. */
static bool run(struct server *server, struct watching *w, const sigset_t *signals)
{
    pthread_t watcher, carrier;

    if (pthread_create(&carrier, NULL, serve, server) != 0)
        return false;
    bool watched = pthread_create(&watcher, NULL, watch_changes, w) == 0;
    wait_for(signals);
    stop_watching(w);
    if (watched)
        pthread_join(watcher, NULL);
    preview_end(w->preview);
    server_stop(server);
    pthread_join(carrier, NULL);
    return true;
}

static void block(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* What was asked for, beside the site itself. */
struct asked {
    str folder, address;
    int64_t port; /* -1: any from the usual one on */
    bool open, poll;
    struct option_list hosts;
};

static int preview(const struct asked *asked, const struct site_options *site)
{
    struct guest_list guests = { .open = !is_loopback(asked->address.p),
                                 .others = &asked->hosts,
                                 .handler = preview_answer };
    struct server_options options = { .address = asked->address.p,
                                      .handler = guest_list_answer,
                                      .self = &guests };
    struct error err = { 0 };
    sigset_t signals;
    int status = EXIT_DONE;

    block(&signals);
    struct watching w = { .preview = preview_open(asked->folder, site),
                          .what = { .root = asked->folder, .poll = asked->poll },
                          .lock = PTHREAD_MUTEX_INITIALIZER };
    find_watched(&w);
    w.watch = watch_open(&w.what, &err);
    guests.self = w.preview;
    struct server *server = w.watch ? open_server(&options, asked->port, &err) : NULL;

    if (server) {
        report_site(w.preview);
        print_address(asked->address.p, server_port(server), asked->folder, asked->open);
        if (!run(server, &w, &signals))
            error_set(&err, "no thread could be started");
        server_close(server);
    }
    if (err.sentence.len)
        status = give_up(&err);
    watch_close(w.watch);
    preview_close(w.preview);
    arena_free(&w.arena);
    return status;
}

int cmd_preview(int argc, char **argv)
{
    struct asked q = { .folder = S("."), .address = S("127.0.0.1"), .port = -1 };
    struct site_options site = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &q.folder, "DIR", "the site's folder (default: this one)" },
        { 'b', "bind", OPTION_TEXT, &q.address, "ADDR", "where to listen (default: 127.0.0.1)" },
        { 'p', "port", OPTION_NUMBER, &q.port, "PORT",
          "the port (default: the first free one from 8000)" },
        { 0, "host", OPTION_LIST, &q.hosts, "NAME",
          "answer by this name as well, for a proxy in front" },
        { 0, "open", OPTION_FLAG, &q.open, NULL, "open it in the browser" },
        { 0, "poll", OPTION_FLAG, &q.poll, NULL,
          "look twice a second for what changed (network folders are found by themselves)" },
        { 0, "drafts", OPTION_FLAG, &site.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.future, NULL, "pages whose day has not come as well" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (q.port > 65535)
        return usage_error(usage, "a port is at most 65535");
    return preview(&q, &site);
}
