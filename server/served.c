/*
 * served.c - a site, served
 *
 *   comes in:  requests; now and then the word that the site has changed
 *   goes out:  its pages, made once and kept; files; redirects
 *
 * The site as it was read at one moment is an edition. A request takes a hold of the newest one and
 * gives it back when its response is gone, so an edition ends with the last response that may point
 * into it. What was known of the old edition tells the next one which keys changed, just as a build
 * knows it from the build before (site_look(), site_recall()).
 */
#include "server/served.h"

#include "server/coded.h"
#include "server/metrics.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include "vial/http/fresh.h"
#include <pthread.h>
#include <stdlib.h>

/* What was changed so short a time before it was read is compared by its bytes the next time: the
 * clock of another machine may have written it. Nanoseconds. */
#define CLOCKS_APART INT64_C(2000000000)

struct edition {
    struct site *site;
    struct arena own; /* what site_look() was given */
    str known;        /* of site_remember()         */
    unsigned holders;
};

struct served {
    struct served_options options;
    struct arena own;
    pthread_mutex_t lock;
    struct edition *newest;
};

/* ---- editions ---- */

static void edition_free(struct edition *edition)
{
    site_close(edition->site);
    arena_free(&edition->own);
    free(edition);
}

static void edition_release(void *self)
{
    struct edition *edition = self;

    if (__atomic_sub_fetch(&edition->holders, 1, __ATOMIC_ACQ_REL) == 0)
        edition_free(edition);
}

/* Only with the lock is it sure that it does not end just now. */
static struct edition *edition_hold(struct served *served)
{
    pthread_mutex_lock(&served->lock);
    struct edition *edition = served->newest;
    __atomic_add_fetch(&edition->holders, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&served->lock);
    return edition;
}

/* NULL: it cannot be used. `past` says what is known of before. */
static struct edition *edition_begin(struct served *served, str known, struct site_past **past,
                                     struct errors *errors)
{
    struct edition *edition = calloc(1, sizeof *edition);
    struct error err = { 0 };

    if (!edition)
        out_of_memory(sizeof *edition);
    edition->holders = 1;
    edition->site = site_begin(served->options.folder, &served->options.site, errors);
    if (edition->site) {
        known = str_copy(&edition->own, known);
        *past = site_look(edition->site, known, CLOCKS_APART, &edition->own, &err);
        if (*past)
            return edition;
        errors_add(errors, &err);
    }
    edition_free(edition);
    return NULL;
}

static void edition_remember(struct edition *edition, struct site_past *past)
{
    struct buf known = buf_in(&edition->own);

    site_remember(edition->site, past, &known);
    edition->known = buf_str(&known);
}

/* ---- making ---- */

static void make(struct served *served, const struct request *req, struct response *res,
                 struct arena *a)
{
    struct edition *edition = edition_hold(served);
    struct request whole = *req;
    struct error err = { 0 };

    whole.whole = true;
    vial_handle(site_app(edition->site), &whole, res, a, &err);
    if (err.sentence.len) {
        log_failure(&err);
        error_free(&err);
    }
    response_borrow(res, edition_release, edition, a);
}

/* ---- what a kept answer rests on ---- */

struct rest {
    struct standing standing; /* first */
    struct cache *cache;
    uint64_t changes;
};

static bool rest_holds(struct standing *self, int64_t moment)
{
    struct rest *rest = (struct rest *)self;

    (void)moment; /* of the request; what was told to have changed before it is counted */
    if (cache_changes(rest->cache) != rest->changes)
        return false;
    cache_hit(rest->cache);
    return true;
}

static void rest_ended(struct standing *self)
{
    free(self);
}

/* `changes` were counted before it was found. */
static void rest_on(struct cache *cache, uint64_t changes, struct response *res, struct arena *a)
{
    struct rest *rest = calloc(1, sizeof *rest);

    if (!rest)
        out_of_memory(sizeof *rest);
    *rest = (struct rest){ { .holds = rest_holds, .ended = rest_ended }, cache, changes };
    response_rest(res, &rest->standing, a);
}

/* ---- answering ---- */

static bool is_reading(const struct request *req)
{
    return str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"));
}

static void tell(const struct served *served, struct response *res, const char *what)
{
    if (served->options.tell)
        headers_set(&res->headers, S("Cache-Status"), str_of(what));
}

/* In the coding that is liked best. False: with `quick`, when that has to be made first. */
static bool give_kept(const struct served *served, struct kept *kept, const struct request *req,
                      struct response *res, bool quick, struct arena *a)
{
    struct coded coded = { .cache = served->options.cache };

    kept_show(kept, res, a);
    if (!coded_apply(&coded, req, res, kept->tag, quick, a))
        return false;
    fresh_condition(req, res);
    return true;
}

/* What was made for one alone; files are the same for all. */
static void give_made(const struct served *served, const struct request *req, struct response *res,
                      struct arena *a)
{
    struct coded coded = { .cache = served->options.cache };

    if (res->body == BODY_FILE)
        coded_apply(&coded, req, res, S(""), false, a);
    fresh_condition(req, res);
}

bool served_quick(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct served *served = self;
    struct cache *cache = served->options.cache;
    uint64_t changes = cache ? cache_changes(cache) : 0;
    struct kept *kept = cache && is_reading(req) ? cache_look(cache, req) : NULL;

    if (!kept)
        return false;
    if (!give_kept(served, kept, req, res, true, a)) {
        response_give_back(res);
        *res = (struct response){ .headers.arena = a };
        return false;
    }
    tell(served, res, "vial; hit");
    if (req->repeats && !kept->momentary)
        rest_on(cache, changes, res, a);
    return true;
}

void served_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct served *served = self;
    struct cache *cache = served->options.cache;
    struct asking asking;
    enum cache_word word = cache && is_reading(req) ? cache_ask(cache, &asking, req) : CACHE_PASS;

    if (word == CACHE_HAS) {
        give_kept(served, asking.kept, req, res, false, a);
        tell(served, res, "vial; hit");
        return;
    }
    make(served, req, res, a);
    fresh_rule(req, res);
    struct kept *kept = word == CACHE_MAKE ? cache_keep(cache, &asking, req, res) : NULL;
    if (kept) {
        response_end(res);
        response_give_back(res);
        give_kept(served, kept, req, res, false, a);
    } else {
        give_made(served, req, res, a);
    }
    tell(served, res, word == CACHE_MAKE ? "vial; fwd=miss" : "vial; fwd=bypass");
}

void served_counts(void *self, struct buf *out)
{
    const struct served *served = self;

    if (!served->options.cache)
        return;
    struct cache_numbers n = cache_numbers(served->options.cache);
    metrics_line(out, "vial_cache_hits_total", "counter", "Answers that were kept already.",
                 n.hits);
    metrics_line(out, "vial_cache_made_total", "counter", "Answers that were made to be kept.",
                 n.made);
    metrics_line(out, "vial_cache_dropped_total", "counter",
                 "Kept answers that went because something they read changed.", n.dropped);
    metrics_line(out, "vial_cache_evicted_total", "counter",
                 "Kept answers that went for want of room.", n.evicted);
    metrics_line(out, "vial_cache_answers", "gauge", "Answers that are kept.", n.answers);
    metrics_line(out, "vial_cache_bytes", "gauge", "Their room.", n.bytes);
    metrics_line(out, "vial_cache_most_bytes", "gauge", "The most room they may take.", n.most);
}

/* ---- reloading ---- */

int served_wait(struct served *served)
{
    enum { MOST = 60 }; /* seconds: clocks are set, and machines sleep */
    struct edition *edition = edition_hold(served);
    int64_t left = site_quiet_until(edition->site) - now_unix();

    edition_release(edition);
    return left <= 0 ? 0 : left > MOST ? MOST * 1000 : (int)left * 1000;
}

/* NULL `changed`: everything. */
static size_t exchange(struct served *served, struct edition *next, const struct reads *changed)
{
    pthread_mutex_lock(&served->lock);
    struct edition *old = served->newest;
    served->newest = next;
    pthread_mutex_unlock(&served->lock);

    size_t dropped = served->options.cache ? cache_change(served->options.cache, changed) : 0;
    edition_release(old);
    return dropped;
}

static bool read_next(struct edition *next, struct site_past *past, struct reads **changed,
                      struct errors *errors)
{
    *changed = NULL;
    if (!site_recall(next->site, past, changed, &next->own, errors))
        *changed = NULL;
    return (*changed || site_read(next->site, errors)) && !errors->count;
}

bool served_reload(struct served *served, struct served_reload *reload, struct errors *errors)
{
    int64_t begun = now_ns();
    struct site_past *past;
    struct reads *changed;
    struct edition *next = edition_begin(served, served->newest->known, &past, errors);

    *reload = (struct served_reload){ 0 };
    if (!next)
        return false;
    reload->same = site_is_same(past);
    if (reload->same || !read_next(next, past, &changed, errors)) {
        edition_free(next);
        return reload->same;
    }
    edition_remember(next, past);
    reload->all = !changed;
    reload->dropped = exchange(served, next, changed);
    reload->nanoseconds = now_ns() - begun;
    return true;
}

/* ---- the door ---- */

struct served *served_open(const struct served_options *options, struct errors *errors)
{
    struct served *served = calloc(1, sizeof *served);
    struct site_past *past;

    if (!served)
        out_of_memory(sizeof *served);
    served->options = *options;
    served->options.folder = str_copy(&served->own, options->folder);
    served->options.site.search = search_new();
    served->options.site.quiet = true; /* builds and `vial check` tell what pages complain of */
    pthread_mutex_init(&served->lock, NULL);
    served->newest = edition_begin(served, S(""), &past, errors);
    if (served->newest && site_read(served->newest->site, errors)) {
        edition_remember(served->newest, past);
        return served;
    }
    served_close(served);
    return NULL;
}

void served_close(struct served *served)
{
    if (!served)
        return;
    if (served->newest)
        edition_release(served->newest);
    search_release(served->options.site.search);
    pthread_mutex_destroy(&served->lock);
    arena_free(&served->own);
    free(served);
}

size_t served_watched(struct served *served, str *paths, size_t max)
{
    return site_watched(served->newest->site, paths, max);
}

str served_output(struct served *served)
{
    return site_output(served->newest->site);
}
