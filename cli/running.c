/*
 * running.c - a server, from its first request to its last
 *
 *   comes in:  a server's options; signals
 *   goes out:  an exit code
 *
 * A signal's handler knows nothing but the variable below: it is set before signals are heard and
 * cleared when they no longer are. Threads that renew have the lock, and may come at any time.
 */
#include "cli/running.h"

#include "cli/cli.h"
#include "vial/base/log.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

static struct server *running;
static pthread_mutex_t opening_or_closing = PTHREAD_MUTEX_INITIALIZER;

/* The second time, server_stop() waits for nobody. */
static void stop(int signal_number)
{
    (void)signal_number;
    server_stop(running);
}

/* Whoever rotates the logs has renamed ours. */
static void reopen(int signal_number)
{
    (void)signal_number;
    server_reopen(running);
}

static void renew(int signal_number)
{
    (void)signal_number;
    server_renew(running);
}

static const struct {
    int number;
    void (*heard)(int signal_number);
} signals[] = { { SIGINT, stop }, { SIGTERM, stop }, { SIGUSR1, reopen }, { SIGHUP, renew } };
enum { SIGNALS = sizeof signals / sizeof *signals };

static size_t signals_of(const struct running_options *options)
{
    return options->renews ? SIGNALS : SIGNALS - 1;
}

static void hear_signals(const struct running_options *options)
{
    for (size_t i = 0; i < signals_of(options); i++)
        sigaction(signals[i].number,
                  &(struct sigaction){ .sa_handler = signals[i].heard, .sa_flags = SA_RESTART },
                  NULL);
}

/* We are about to end. */
static void ignore_signals(const struct running_options *options)
{
    for (size_t i = 0; i < signals_of(options); i++)
        signal(signals[i].number, SIG_IGN);
}

/* As many connections as the system lets us have, and not what the shell happens to allow. */
static void raise_file_limit(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static struct server *replace(struct server *by)
{
    pthread_mutex_lock(&opening_or_closing);
    struct server *before = running;
    running = by;
    pthread_mutex_unlock(&opening_or_closing);
    return before;
}

void running_renew(void)
{
    pthread_mutex_lock(&opening_or_closing);
    if (running)
        server_renew(running);
    pthread_mutex_unlock(&opening_or_closing);
}

int running_serve(const struct running_options *options)
{
    struct error err = { 0 };
    struct arena arena = { 0 };

    raise_file_limit();
    struct server *server = server_open(options->server, &err);
    if (!server) {
        log_failure(&err);
        error_free(&err);
        return EXIT_ERRORS;
    }
    replace(server);
    hear_signals(options);
    str places = server_addresses(server, &arena);
    log_note("%.*s on %.*s", STR(options->what), STR(places));
    arena_free(&arena);
    if (options->opened)
        options->opened(options->self, server);
    server_run(server);
    ignore_signals(options);
    server_close(replace(NULL));
    return EXIT_DONE;
}
