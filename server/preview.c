/*
 * preview.c - a site while it is written
 *
 *   comes in:  requests, from the server's threads; changed files, from the one that watches
 *   goes out:  pages with the script that reloads them; error pages; word to the tabs
 *
 * Two locks. `site_lock` is held for reading while the site answers and for writing while it takes
 * in a change, so a page is never made of half of one. `keep_lock` guards the kept pages and is
 * held for moments only. A kept page has its own arena and its reads: after a change it goes if one
 * of them is among the keys that changed. Of a page that fails now, the last good version stays and
 * is one click away.
 */
#include "server/preview.h"

#include "server/fail_page.h"
#include "server/kept.h"
#include "server/live.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/hash.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include <pthread.h>
#include <stdlib.h>

#define LAST_GOOD "-vial=last-good"

/* A page as it was rendered, without the script. */
struct rendered {
    struct arena own;
    int status;
    str body, type, version;
    struct reads *reads;
};

/* What is known of one path. */
struct page {
    struct rendered *now;  /* NULL: to be rendered; may be a failure     */
    struct rendered *good; /* the last that did not fail; may be `now`   */
};

struct preview {
    struct arena arena;   /* names of pages            */
    struct arena watched; /* what preview_watched() gave */
    str folder;
    struct site_options options;
    struct site *site;    /* NULL while it cannot be read */
    struct errors errors; /* of the site as a whole */
    struct live *live;
    pthread_rwlock_t site_lock;
    pthread_mutex_t keep_lock;
    struct map pages; /* by path */
};

static void rendered_free(struct rendered *kept)
{
    if (!kept)
        return;
    arena_free(&kept->own);
    free(kept);
}

/* What was seen while the site was read. */
static void tell_warnings(struct site *site)
{
    struct errors errors = { 0 }, warnings = { 0 };

    site_findings(site, &errors, &warnings);
    for (size_t i = 0; i < warnings.count; i++)
        log_caution(&warnings.list[i]);
    errors_free(&errors);
    errors_free(&warnings);
}

static void open_site(struct preview *p)
{
    errors_free(&p->errors);
    p->site = site_open(p->folder, &p->options, &p->errors);
    errors_sort(&p->errors);
    if (p->site)
        tell_warnings(p->site);
}

struct preview *preview_open(str folder, const struct site_options *options)
{
    struct preview *p = calloc(1, sizeof *p);

    if (!p)
        abort();
    p->folder = str_copy(&p->arena, folder);
    p->options = *options;
    p->pages = map_in(&p->arena);
    p->live = live_new();
    pthread_rwlock_init(&p->site_lock, NULL);
    pthread_mutex_init(&p->keep_lock, NULL);
    open_site(p);
    return p;
}

void preview_close(struct preview *p)
{
    for (size_t i = 0; i < p->pages.count; i++) {
        struct page *page = p->pages.entries[i].data;

        if (page->good != page->now)
            rendered_free(page->good);
        rendered_free(page->now);
    }
    live_free(p->live);
    errors_free(&p->errors);
    site_close(p->site);
    pthread_rwlock_destroy(&p->site_lock);
    pthread_mutex_destroy(&p->keep_lock);
    arena_free(&p->arena);
    arena_free(&p->watched);
    free(p);
}

/* Kept pages. All of these with keep_lock held. */

static struct page *page_at(struct preview *p, str path)
{
    struct page *page = map_get(&p->pages, path);

    if (!page) {
        page = arena_make(&p->arena, struct page);
        map_set(&p->pages, str_copy(&p->arena, path), page);
    }
    return page;
}

static void drop_now(struct page *page)
{
    if (page->now != page->good)
        rendered_free(page->now);
    page->now = NULL;
}

static void keep(struct page *page, struct rendered *kept)
{
    drop_now(page);
    page->now = kept;
    if (kept->status == 200) {
        rendered_free(page->good);
        page->good = kept;
    }
}

/* A page that is about to be sent. */
struct shown {
    int status;
    str body, type, version;
};

static struct shown shown_from(const struct rendered *kept, struct arena *a)
{
    return (struct shown){ kept->status, str_copy(a, kept->body), str_copy(a, kept->type),
                           str_copy(a, kept->version) };
}

static bool find_kept(struct preview *p, str path, bool good, struct shown *shown, struct arena *a)
{
    pthread_mutex_lock(&p->keep_lock);
    const struct page *page = map_get(&p->pages, path);
    const struct rendered *kept = !page ? NULL : good ? page->good : page->now;
    if (kept)
        *shown = shown_from(kept, a);
    pthread_mutex_unlock(&p->keep_lock);
    return kept != NULL;
}

static bool has_good(struct preview *p, str path)
{
    pthread_mutex_lock(&p->keep_lock);
    const struct page *page = map_get(&p->pages, path);
    bool has = page && page->good;
    pthread_mutex_unlock(&p->keep_lock);
    return has;
}

static void copy_reads(struct rendered *kept, const struct reads *from)
{
    kept->reads = reads_new(&kept->own);
    if (from)
        reads_add(kept->reads, from);
}

static void keep_shown(struct preview *p, str path, const struct shown *shown,
                       const struct reads *reads)
{
    struct rendered *kept = calloc(1, sizeof *kept);

    if (!kept)
        return;
    kept->status = shown->status;
    kept->body = str_copy(&kept->own, shown->body);
    kept->type = str_copy(&kept->own, shown->type);
    kept->version = str_copy(&kept->own, shown->version);
    copy_reads(kept, reads);
    pthread_mutex_lock(&p->keep_lock);
    keep(page_at(p, path), kept);
    pthread_mutex_unlock(&p->keep_lock);
}

/* Rendering. All of these with site_lock held. */

static struct shown show_failure(struct preview *p, const struct error *errors, size_t count,
                                 str path, struct arena *a)
{
    str good = has_good(p, path) ? str_fmt(a, "?%s", LAST_GOOD) : S("");
    str body = fail_page(errors, count, path, good, a);

    return (struct shown){ 500, body, S("text/html; charset=utf-8"), live_version(body, a) };
}

static bool is_html(const struct response *res)
{
    str type = headers_get(&res->headers, S("Content-Type"));

    return res->body == BODY_TEXT && str_istarts(type, S("text/html"));
}

/*
 * What the site's own code read, nobody watches over; and what was made for one who asks may be
 * wrong for another. Requests with a query keep nothing, and a writer does not mind the time.
 */
static bool may_be_kept(const struct response *res)
{
    struct judgement judged = kept_judge(res);

    return !judged.never && !(judged.varies & ~(unsigned)(VARIES_QUERY | VARIES_SECOND));
}

/* True when `shown` is what to send; false when `res` is, just as it came: files, redirects, JSON.
 */
static bool show(struct preview *p, const struct request *req, struct response *res,
                 struct shown *shown, struct arena *a)
{
    struct error err = { 0 };

    vial_handle(site_app(p->site), req, res, a, &err);
    if (err.sentence.len) {
        response_end(res);
        *shown = show_failure(p, &err, 1, req->path, a);
        keep_shown(p, req->path, shown, NULL);
        log_failure(&err);
        error_free(&err);
        return true;
    }
    if (!is_html(res))
        return false;
    *shown = (struct shown){ res->status, res->text, headers_get(&res->headers, S("Content-Type")),
                             live_version(res->text, a) };
    if (res->status == 200 && !req->query.len && may_be_kept(res))
        keep_shown(p, req->path, shown, res->reads);
    return true;
}

/* A page, as against a file that pages use: for it an error of the site is shown. */
static bool is_document(str path)
{
    str ext = path_ext(path);

    return str_ends(path, S("/")) || !ext.len || str_ieq(ext, S(".html"));
}

static bool answer(struct preview *p, const struct request *req, struct response *res,
                   struct shown *shown, struct arena *a)
{
    bool whole = str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"));

    if (whole && str_eq(req->query, S(LAST_GOOD)) && find_kept(p, req->path, true, shown, a))
        return true;
    if (!p->site || (p->errors.count && is_document(req->path))) {
        *shown = show_failure(p, p->errors.list, p->errors.count, req->path, a);
        return true;
    }
    if (whole && !req->query.len && find_kept(p, req->path, false, shown, a))
        return true;
    return show(p, req, res, shown, a);
}

static void put(struct response *res, const struct shown *shown, struct arena *a)
{
    *res =
        (struct response){ .status = shown->status, .body = BODY_TEXT, .headers = { .arena = a } };
    headers_set(&res->headers, S("Content-Type"), shown->type);
    headers_set(&res->headers, S("Cache-Control"), S("no-store"));
    res->text = live_inject(shown->body, shown->version, a);
}

/*
 * A page that some tab shows, made again if it was dropped; its tabs are told if it differs from
 * what they have. False when it fails.
 */
static bool show_again(struct preview *p, str path, struct arena *a)
{
    struct request req = { .method = S("GET"),
                           .target = path,
                           .path = path,
                           .scheme = S("http"),
                           .host = S("localhost"),
                           .headers = { .arena = a } };
    struct response res = { 0 };
    struct shown shown;

    pthread_rwlock_rdlock(&p->site_lock);
    bool is_page = str_starts(path, S("/")) && url_decode(&req.path, path, a) &&
                   answer(p, &req, &res, &shown, a);
    pthread_rwlock_unlock(&p->site_lock);
    if (!is_page) {
        response_end(&res);
        return true;
    }
    live_tell_page(p->live, path, shown.version);
    return shown.status < 500;
}

void preview_answer(void *preview, const struct request *req, struct response *res, struct arena *a)
{
    struct preview *p = preview;
    struct shown shown;

    if (str_starts(req->path, S(LIVE_PREFIX))) {
        live_answer(p->live, req, res, a);
        if (res->body == BODY_PULL) /* it may have changed since the tab loaded it */
            show_again(p, live_page_of(req, a), a);
        return;
    }
    pthread_rwlock_rdlock(&p->site_lock);
    if (answer(p, req, res, &shown, a))
        put(res, &shown, a);
    else
        headers_set(&res->headers, S("Cache-Control"), S("no-cache"));
    pthread_rwlock_unlock(&p->site_lock);
}

/* Changes. */

/* What failed may have failed for want of anything: it always goes. */
static void drop_readers(struct preview *p, const struct reads *changed)
{
    for (size_t i = 0; i < p->pages.count; i++) {
        struct page *page = p->pages.entries[i].data;
        const struct rendered *now = page->now;

        if (now && (now->status != 200 || reads_meet(now->reads, changed)))
            drop_now(page);
    }
}

static void drop_all(struct preview *p)
{
    for (size_t i = 0; i < p->pages.count; i++)
        drop_now(p->pages.entries[i].data);
}

static void take_in(struct preview *p, const str *paths, size_t count, struct arena *a)
{
    if (p->site) /* this thread alone changes it */
        site_prepare(p->site, paths, count);
    pthread_rwlock_wrlock(&p->site_lock);
    if (p->site) {
        errors_free(&p->errors);
        struct reads *changed = site_update(p->site, paths, count, a, &p->errors);
        errors_sort(&p->errors);
        drop_readers(p, changed);
    } else {
        open_site(p);
        drop_all(p);
    }
    pthread_rwlock_unlock(&p->site_lock);
}

/* "static/css/site.css" is known to browsers by the end of its address: "css/site.css". */
static str public_name(str path)
{
    str rest = path, top = str_cut(&rest, '/');

    if (str_eq(top, S("themes"))) {
        str_cut(&rest, '/');
        str_cut(&rest, '/');
    }
    return rest;
}

static bool is_read_by_site(str path)
{
    str ext = path_ext(path);

    return str_starts(path, S("templates/")) || str_find(path, S("/templates/")) != STR_NONE ||
           str_starts(path, S("data/")) || str_ieq(ext, S(".md")) || !str_has(path, '/');
}

static void tell_file(struct preview *p, str path)
{
    if (!is_read_by_site(path) && public_name(path).len)
        live_tell_file(p->live, public_name(path));
}

/* A folder stands for the files in it; of what went away there is nothing to exchange. */
static void tell_files(struct preview *p, const str *paths, size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        str file = path_join(a, p->folder, paths[i]);
        enum file_kind kind = file_info(file).kind;
        struct file_walk walk = { 0 };

        if (kind == FILE_REGULAR)
            tell_file(p, paths[i]);
        else if (kind == FILE_FOLDER && file_walk(&walk, file, S(""), a, NULL))
            for (size_t k = 0; k < walk.count; k++)
                tell_file(p, path_join(a, paths[i], walk.entries[k].path));
    }
}

struct preview_change preview_change(struct preview *p, const str *paths, size_t count)
{
    struct preview_change change = { 0 };
    struct arena a = { 0 };
    int64_t begun = now_ns();
    str *pages;

    take_in(p, paths, count, &a);
    size_t shown = live_pages(p->live, &pages, &a);
    for (size_t i = 0; i < shown; i++)
        change.failed += !show_again(p, pages[i], &a);
    change.rendered = shown;
    tell_files(p, paths, count, &a);
    change.nanoseconds = now_ns() - begun;
    arena_free(&a);
    return change;
}

/* What others ask. */

static void add_copy(struct errors *errors, const struct error *err)
{
    struct error copy = {
        .kind = err->kind, .line = err->line, .col = err->col, .width = err->width
    };
    struct error_note **last = &copy.notes;

    copy.file = str_copy(&copy.own, err->file);
    copy.sentence = str_copy(&copy.own, err->sentence);
    copy.excerpt = str_copy(&copy.own, err->excerpt);
    copy.hint = str_copy(&copy.own, err->hint);
    for (const struct error_note *note = err->notes; note; note = note->next) {
        *last = arena_make(&copy.own, struct error_note);
        **last = (struct error_note){ .line = note->line, .col = note->col };
        (*last)->file = str_copy(&copy.own, note->file);
        (*last)->text = str_copy(&copy.own, note->text);
        last = &(*last)->next;
    }
    errors_add(errors, &copy);
}

void preview_errors(struct preview *p, struct errors *errors)
{
    pthread_rwlock_rdlock(&p->site_lock);
    for (size_t i = 0; i < p->errors.count; i++)
        add_copy(errors, &p->errors.list[i]);
    pthread_rwlock_unlock(&p->site_lock);
}

size_t preview_watched(struct preview *p, str *paths, size_t max)
{
    arena_reset(&p->watched);
    return p->site ? site_watched(p->site, paths, max)
                   : site_watched_in(p->folder, paths, max, &p->watched);
}

str preview_output(struct preview *p)
{
    return p->site ? site_output(p->site) : S("public");
}

void preview_end(struct preview *p)
{
    live_end(p->live);
}
