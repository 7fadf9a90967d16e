/*
 * serve_site.c - vial serve of a site: its pages are kept, and it is read anew on SIGHUP
 *
 *   comes in:  a site's folder; SIGHUP; with --watch, what is saved in it
 *   goes out:  a line for each time it was read anew, or why the old one stays
 */
#include "cli/cli.h"
#include "cli/hangup.h"
#include "cli/report.h"
#include "cli/running.h"
#include "cli/serve.h"
#include "server/served.h"
#include "server/watch.h"
#include "vial/base/log.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WATCHED = 32, MIB = 1 << 20 };

struct serving {
    struct served *served;
    pthread_mutex_t reloading; /* one at a time */
    struct watch *watch;
    pthread_t watcher;
    bool watched, refused;
    bool starved; /* it was refused only because files could not be opened just then */
    atomic_bool ends;
};

static void tell(const struct served_reload *reload)
{
    if (reload->same)
        log_note("read anew: nothing has changed");
    else if (reload->all)
        log_note("read anew, %.1f ms: all pages are made again", (double)reload->nanoseconds / 1e6);
    else
        log_note("read anew, %.1f ms: %zu kept answer%s made again",
                 (double)reload->nanoseconds / 1e6, reload->dropped,
                 reload->dropped == 1 ? " is" : "s are");
}

/* Without descriptors nothing can be said about a site: the same files will do in a moment. */
static bool is_for_want(const struct errors *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        str sentence = errors->list[i].sentence;

        if (str_find(sentence, str_of(strerror(EMFILE))) != STR_NONE ||
            str_find(sentence, str_of(strerror(ENFILE))) != STR_NONE)
            return true;
    }
    return false;
}

static void reload(void *self)
{
    struct serving *serving = self;
    struct served_reload done;
    struct errors errors = { 0 };

    pthread_mutex_lock(&serving->reloading);
    bool taken = served_reload(serving->served, &done, &errors);
    serving->starved = !taken && is_for_want(&errors);
    report_count(report_errors(&errors), 0);
    serving->refused = !taken;
    if (taken)
        tell(&done);
    else
        log_error("the site stays as it was read before");
    pthread_mutex_unlock(&serving->reloading);
}

static void on_hangup(void *self)
{
    running_renew();
    reload(self);
}

/* The day of some page has come. A site that was refused then is tried again in a while. */
static int wait_for_days(void *self)
{
    enum { A_WHILE = 60000 };
    struct serving *serving = self;
    int wait = served_wait(serving->served);

    pthread_mutex_lock(&serving->reloading);
    bool refused = serving->refused;
    pthread_mutex_unlock(&serving->reloading);
    return wait == 0 && refused ? A_WHILE : wait;
}

/* ---- watching ---- */

static bool is_starved(struct serving *serving)
{
    pthread_mutex_lock(&serving->reloading);
    bool starved = serving->starved;
    pthread_mutex_unlock(&serving->reloading);
    return starved;
}

static void *watch_changes(void *self)
{
    enum { SOON = 1000 };
    struct serving *serving = self;
    struct watch_batch batch;
    struct error err = { 0 };
    int got;

    do {
        bool again = is_starved(serving);

        got = watch_wait(serving->watch, again ? SOON : -1, &batch, &err);
        if (got > 0 || (got == 0 && again && !serving->ends))
            reload(serving);
    } while (got >= 0 && !serving->ends);
    if (got < 0) {
        log_failure(&err);
        error_free(&err);
        log_error("changes are no longer seen; SIGHUP still has the site read anew");
    }
    return NULL;
}

static bool begin_watching(struct serving *serving, str folder, struct error *err)
{
    str paths[WATCHED];
    size_t count = served_watched(serving->served, paths, WATCHED);

    serving->watch = watch_open(&(struct watch_options){ .root = folder,
                                                         .paths = paths,
                                                         .count = count,
                                                         .skip = served_output(serving->served) },
                                err);
    if (!serving->watch)
        return false;
    serving->watched = pthread_create(&serving->watcher, NULL, watch_changes, serving) == 0;
    return serving->watched || error_set(err, "no thread could be started");
}

static void end_watching(struct serving *serving)
{
    if (serving->watched) {
        serving->ends = true;
        watch_stop(serving->watch);
        pthread_join(serving->watcher, NULL);
    }
    watch_close(serving->watch);
}

/* ---- serving ---- */

static int serve(struct server_options *options, const struct serve_site *site,
                 struct serving *serving)
{
    struct error err = { 0 };
    struct hangup *hangup = hangup_start(on_hangup, wait_for_days, serving);
    int status = EXIT_ERRORS;

    options->handler = served_answer;
    options->quick = served_quick;
    options->counts = served_counts;
    options->self = serving->served;
    if (!site->watch || begin_watching(serving, site->folder, &err)) {
        status = serve_run(options, site->folder);
    } else {
        log_failure(&err);
        error_free(&err);
    }
    end_watching(serving);
    hangup_stop(hangup);
    return status;
}

int serve_site(struct server_options *options, const struct serve_site *site)
{
    struct errors errors = { 0 };
    struct cache *cache = site->cache > 0 ? cache_new((size_t)site->cache * MIB) : NULL;
    struct serving serving = { .reloading = PTHREAD_MUTEX_INITIALIZER };
    int status = EXIT_ERRORS;

    serving.served = served_open(
        &(struct served_options){
            .folder = site->folder, .site = site->options, .cache = cache, .tell = site->tell },
        &errors);
    report_count(report_errors(&errors), 0);
    if (serving.served)
        status = serve(options, site, &serving);
    served_close(serving.served);
    cache_free(cache);
    return status;
}
