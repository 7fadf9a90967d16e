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
#include "cli/running.h"
#include "server/coded.h"
#include "server/root.h"
#include "server/server.h"
#include "vial/base/log.h"

static const char usage[] =
    "vial serve [-s DIR | --root DIR] [-b ADDR] [-p PORT] [-l WHERE]... [options]";

int serve_run(const struct server_options *options, str folder)
{
    struct arena arena = { 0 };
    int status = running_serve(&(struct running_options){
        .server = options, .what = str_fmt(&arena, "serving %.*s", STR(folder)) });

    arena_free(&arena);
    return status;
}

/* Files are read as they are: there is nothing else to take in. */
static void reload_root(void *self)
{
    (void)self;
    running_renew();
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
