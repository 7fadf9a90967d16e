/*
 * serve.c - vial serve: the content server
 *
 *   comes in:  a site's folder, or with --root a built one; where to listen
 *   goes out:  answers, until SIGINT or SIGTERM; then what is under way is finished
 *
 * What is special to a site (reading it anew, keeping its pages) stands in serve_site.c.
 */
#include "cli/serve.h"

#include "cli/cli.h"
#include "cli/hangup.h"
#include "cli/operation.h"
#include "cli/report.h"
#include "server/coded.h"
#include "server/root.h"
#include "server/server.h"
#include "vial/base/log.h"
#include <signal.h>
#include <sys/resource.h>

static const char usage[] =
    "vial serve [-s DIR | --root DIR] [-b ADDR] [-p PORT] [-l WHERE]... [options]";

static struct server *running; /* for the signals' sake */

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

void serve_renew(void)
{
    struct server *server = running; /* the signal may come before it is open */

    if (server)
        server_renew(server);
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

static int give_up(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_ERRORS;
}

/* The second signal stops at once: server_stop() twice does not wait for anybody. */
int serve_run(const struct server_options *options, str what)
{
    struct error err = { 0 };
    struct sigaction on_signal = { .sa_handler = stop, .sa_flags = SA_RESTART };
    struct sigaction on_rotation = { .sa_handler = reopen, .sa_flags = SA_RESTART };
    struct arena arena = { 0 };

    raise_file_limit();
    running = server_open(options, &err);
    if (!running)
        return give_up(&err);
    sigaction(SIGINT, &on_signal, NULL);
    sigaction(SIGTERM, &on_signal, NULL);
    sigaction(SIGUSR1, &on_rotation, NULL);

    str places = server_addresses(running, &arena);
    log_note("serving %.*s on %.*s", STR(what), STR(places));
    arena_free(&arena);
    server_run(running);
    signal(SIGINT, SIG_IGN); /* we are about to end */
    signal(SIGTERM, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    server_close(running);
    return EXIT_DONE;
}

/* Files are read as they are: there is nothing else to take in. */
static void reload_root(void *self)
{
    (void)self;
    serve_renew();
}

static int serve_root(struct server_options *options, str folder, int64_t cache)
{
    struct errors errors = { 0 };
    struct root *root = root_open(folder.p, &errors);

    report_count(report_errors(&errors), 0);
    if (!root)
        return EXIT_ERRORS;
    struct hangup *hangup = hangup_start(reload_root, NULL, root);
    struct coded_files files = { root_open_file, root };
    struct cache *copies = cache > 0 ? cache_new((size_t)cache << 20) : NULL;
    struct coded_handler coded = { { copies, &files }, root_answer, root };
    options->handler = coded_answer;
    options->self = &coded;
    int status = serve_run(options, folder);
    cache_free(copies);
    hangup_stop(hangup);
    root_close(root);
    return status;
}

int cmd_serve(int argc, char **argv)
{
    str root = S("");
    struct operation operation = OPERATION_BEGIN;
    struct serve_site site = { .folder = S("."), .cache = 64 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &site.folder, "DIR", "the site's folder (default: this one)" },
        { 0, "root", OPTION_TEXT, &root, "DIR", "serve the files of this built folder instead" },
        OPERATION_OPTIONS(operation),
        { 0, "user", OPTION_TEXT, &operation.user, "NAME",
          "whom to become, when started by root, once all is open" },
        { 0, "no-sandbox", OPTION_FLAG, &operation.open, NULL,
          "let the server do all that its user may" },
        { 0, "drafts", OPTION_FLAG, &site.options.drafts, NULL, "drafts as well" },
        { 0, "future", OPTION_FLAG, &site.options.future, NULL,
          "pages whose day has not come as well" },
        { 0, "cache", OPTION_NUMBER, &site.cache, "MIB",
          "keep this much of what was made, until it changes (default: 64; 0: nothing)" },
        { 0, "cache-status", OPTION_FLAG, &site.tell, NULL,
          "say in each answer whether it was kept" },
        { 0, "watch", OPTION_FLAG, &site.watch, NULL,
          "take in changes as they are saved, and not only on SIGHUP" },
        { 0, "base-url", OPTION_TEXT, &site.options.base_url, "URL", "instead of vial.yaml's" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (site.cache > 1 << 20)
        return usage_error(usage, "--cache is in MiB, and at most 1048576");
    if (root.len && site.watch)
        return usage_error(usage, "--watch is for a site; files of --root are read as they are");

    struct server_options options = { 0 };
    if ((status = operation_take(&operation, &options, usage)) >= 0)
        return status;
    if (operation.open && operation.user.len)
        return usage_error(usage, "--user is a part of the sandbox: leave out --no-sandbox");
    operation_confine(&operation, &options, root.len ? root : site.folder, !root.len);
    status = root.len ? serve_root(&options, root, site.cache) : serve_site(&options, &site);
    sandbox_free(&operation.sandbox);
    return status;
}
