/*
 * builder.c - every URL of a site to a file
 *
 *   comes in:  a site
 *   goes out:  its files, and a report
 *
 * The way of a build: gather what is to be made; in rounds, make it; take away what is no longer
 * made. Before a round its names are written to the manifest, so that a build that is killed leaves
 * nothing that the next one would take for a stranger's. Workers share only this struct, under its
 * lock; errors are sorted at the end, so that their order does not depend on who was first.
 */
#include "builder/builder.h"

#include "builder/manifest.h"
#include "builder/output.h"
#include "builder/target.h"
#include "builder/workers.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <pthread.h>

enum { SOURCES = 16 };

struct build {
    struct site *site;
    const struct build_options *options;
    struct build_report *report;
    struct arena arena; /* of the whole build; workers hold the lock to use it */
    struct targets targets;
    struct manifest before, now;
    struct output output;
    pthread_mutex_t lock; /* over the arena, found and the report */
    struct map found;     /* URLs that this round's pages lead to */
};

static void report_error(struct build *b, struct error *err)
{
    pthread_mutex_lock(&b->lock);
    errors_add(&b->report->errors, err);
    pthread_mutex_unlock(&b->lock);
}

/* What is to be made. */

static void add_target(struct build *b, str url, str source)
{
    struct error err = { 0 };

    if (!targets_add(&b->targets, url, source, &err))
        errors_add(&b->report->errors, &err);
}

static bool add_listed(void *self, const struct site_url *url)
{
    add_target(self, url->url, url->source);
    return true;
}

/* An address of this site that url_for() built; others, and other views of a page, need no file. */
static bool is_own_path(str url)
{
    return str_starts(url, S("/")) && !str_starts(url, S("//")) && !str_has(url, '?');
}

/* Built URLs begin with the path that the site has on its host, and files do not. */
static str without_base(const struct site *site, str url)
{
    str base = site_base_path(site);
    bool below = base.len && str_starts(url, base) && str_starts(str_from(url, base.len), S("/"));

    return below ? str_from(url, base.len) : url;
}

static void note_found(struct build *b, const struct reads *reads)
{
    for (size_t i = 0; reads && i < reads->urls.count; i++) {
        str rest = reads->urls.entries[i].key, url = str_cut(&rest, '#');

        if (!is_own_path(url))
            continue;
        url = without_base(b->site, url);
        pthread_mutex_lock(&b->lock);
        if (!map_find(&b->found, url))
            map_put(&b->found, str_copy(&b->arena, url));
        pthread_mutex_unlock(&b->lock);
    }
}

/* What the last round led to. Which of two pages named a URL first is a matter of luck: so none is
 * named. */
static void add_found(struct build *b)
{
    for (size_t i = 0; i < b->found.count; i++)
        add_target(b, b->found.entries[i].key, S(""));
    b->found = map_in(&b->arena);
}

/* One target: asked for, looked at, put in its place. */

static bool ask(struct build *b, const struct target *target, struct response *res, struct arena *a,
                struct error *err)
{
    struct request req = {
        .method = S("GET"),
        .target = target->url,
        .scheme = S("http"),
        .host = S("localhost"),
        .headers = { .arena = a },
    };
    str rest = target->url, path = str_cut(&rest, '?');

    req.query = rest;
    if (!url_decode(&req.path, path, a))
        return error_set(err, "'%.*s' is no address", STR(target->url));
    vial_handle(site_app(b->site), &req, res, a, err);
    return true;
}

static str type_of(str content_type)
{
    str rest = content_type;

    return str_trim(str_cut(&rest, ';'));
}

/* A server tells a file's type by its name: the name has to say what the response says. */
static bool type_agrees(const struct target *target, const struct response *res, struct error *err)
{
    str by_name = type_of(media_type(target->name));
    str said = type_of(headers_get(&res->headers, S("Content-Type")));

    if (str_ieq(by_name, said) || str_eq(by_name, S("application/octet-stream")))
        return true;
    error_at(err, (struct place){ .file = target->source },
             "'%.*s' is answered with the type %.*s, and the name of its file says %.*s",
             STR(target->url), STR(said), STR(by_name));
    return error_hint(err, "let its address end in a name for that type, or in a slash for HTML");
}

static bool put(struct build *b, struct target *target, const struct response *res,
                struct error *err)
{
    if (b->options->check)
        return true;
    switch (res->body) {
    case BODY_NONE:
        return output_put_text(&b->output, target->name, S(""), &target->written, err);
    case BODY_TEXT:
        return output_put_text(&b->output, target->name, res->text, &target->written, err);
    case BODY_FILE:
        return output_put_file(&b->output, target->name, res->file, &target->written, err);
    case BODY_PULL:
        break;
    }
    return error_at(err, (struct place){ .file = target->source },
                    "'%.*s' is a stream without an end, and cannot be a file", STR(target->url));
}

static bool put_redirect(struct build *b, struct target *target, str to, struct arena *a,
                         struct error *err)
{
    struct buf page = buf_in(a);
    struct response res = { .body = BODY_TEXT };

    buf_lit(&page,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n"
            "<link rel=\"canonical\" href=\"");
    buf_add_html(&page, to);
    buf_lit(&page, "\">\n<meta http-equiv=\"refresh\" content=\"0; url=");
    buf_add_html(&page, to);
    buf_lit(&page, "\">\n<p>This page is now at <a href=\"");
    buf_add_html(&page, to);
    buf_lit(&page, "\">");
    buf_add_html(&page, to);
    buf_lit(&page, "</a>.</p>\n</html>\n");
    res.text = buf_str(&page);

    pthread_mutex_lock(&b->lock);
    target->redirects_to = str_copy(&b->arena, to);
    pthread_mutex_unlock(&b->lock);
    return put(b, target, &res, err);
}

static bool is_not_found_page(const struct target *target)
{
    return str_eq(target->name, S("404.html"));
}

static bool refuse_status(const struct target *target, int status, struct error *err)
{
    if (err->sentence.len) /* why, with its place; here is for which page */
        return error_note(err, (struct place){ .file = target->source }, "while making %.*s%s",
                          STR(target->url), target->source.len ? ", from" : "");
    return error_at(err, (struct place){ .file = target->source },
                    "'%.*s' is answered with status %d, %s", STR(target->url), status,
                    http_reason(status));
}

static bool make_from(struct build *b, struct target *target, const struct response *res,
                      struct arena *a, struct error *err)
{
    int expected = is_not_found_page(target) ? 404 : 200;

    if (res->status >= 301 && res->status <= 308 && res->status != 304)
        return put_redirect(b, target, headers_get(&res->headers, S("Location")), a, err);
    if (res->status != expected)
        return refuse_status(target, res->status, err);
    target->page = str_ieq(type_of(headers_get(&res->headers, S("Content-Type"))), S("text/html"));
    note_found(b, res->reads);
    return type_agrees(target, res, err) && put(b, target, res, err);
}

static void make(void *self, size_t i, struct arena *a)
{
    struct build *b = self;
    struct target *target = b->targets.list[b->targets.round + i];
    struct response res = { 0 };
    struct error err = { 0 };

    target->failed = !ask(b, target, &res, a, &err) || !make_from(b, target, &res, a, &err);
    target->done = true;
    response_end(&res);
    if (target->failed)
        report_error(b, &err);
    error_free(&err);
}

/* The whole of it. */

static bool remember_round(struct build *b, struct error *err)
{
    for (size_t i = b->targets.round; i < b->targets.count; i++)
        manifest_add(&b->now, b->targets.list[i]->name);
    return b->options->check || manifest_save(&b->now, err);
}

/* Rounds end by themselves: each URL is made once. The limit is for a site whose pages never end.
 */
static bool make_all(struct build *b, struct error *err)
{
    enum { ROUNDS = 1000 };

    for (int round = 0; targets_next_round(&b->targets); round++) {
        if (round == ROUNDS)
            return error_set(err, "pages lead to ever new pages: after %d rounds there are %zu",
                             ROUNDS, b->targets.count);
        if (!remember_round(b, err))
            return false;
        workers_run(b->options->jobs, b->targets.count - b->targets.round, make, b);
        add_found(b);
    }
    return true;
}

static bool is_made(const struct build *b, str name)
{
    return map_find(&b->targets.by_name, name) != NULL;
}

/*
 * Takes away what is no longer made, unless something went wrong: then a page may be missing only
 * because it could not be read, and what an earlier build made of it is the best there is.
 */
static void remove_old(struct build *b)
{
    bool keep = b->options->keep || b->report->errors.count;
    struct map kept = map_in(&b->arena);

    for (size_t i = 0; i < b->now.names.count; i++) {
        str name = b->now.names.entries[i].key;
        struct error err = { 0 };

        if (is_made(b, name) || keep) {
            map_put(&kept, name);
        } else if (output_remove(&b->output, name, &err)) {
            b->report->removed++;
        } else {
            map_put(&kept, name);
            errors_add(&b->report->errors, &err);
        }
    }
    b->now.names = kept;
}

/* "/old/ /new/ 301" for each redirect: what Netlify, Cloudflare and `vial serve --root` read. */
static void put_redirects(struct build *b)
{
    struct target target = { .name = S("_redirects"), .url = S("/_redirects") };
    struct buf lines = buf_in(&b->arena);
    struct error err = { 0 };

    for (size_t i = 0; i < b->targets.count; i++)
        if (b->targets.list[i]->redirects_to.len)
            buf_addf(&lines, "%.*s %.*s 301\n", STR(b->targets.list[i]->url),
                     STR(b->targets.list[i]->redirects_to));
    if (!lines.len || is_made(b, target.name))
        return;
    manifest_add(&b->now, target.name);
    map_put(&b->targets.by_name, target.name)->data = NULL;
    if (!put(b, &target, &(struct response){ .body = BODY_TEXT, .text = buf_str(&lines) }, &err))
        errors_add(&b->report->errors, &err);
}

static void count(struct build *b)
{
    for (size_t i = 0; i < b->targets.count; i++) {
        const struct target *target = b->targets.list[i];

        if (target->failed)
            continue;
        b->report->files++;
        b->report->pages += target->page;
        b->report->written += target->written;
        b->report->unchanged += !target->written;
    }
}

static bool begin(struct build *b, struct error *err)
{
    str folder = site_folder(b->site), sources[SOURCES];
    str own = path_join(&b->arena, folder, site_output(b->site));
    size_t nsources = site_watched(b->site, sources, SOURCES);
    str wanted = b->options->output.len ? b->options->output : own;

    if (!output_find(&b->output.folder, folder, wanted, sources, nsources, &b->arena, err) ||
        !manifest_load(&b->before, folder, b->output.folder, &b->arena, err))
        return false;
    b->now = b->before;
    b->now.names = map_in(&b->arena);
    for (size_t i = 0; i < b->before.names.count; i++)
        manifest_add(&b->now, b->before.names.entries[i].key);
    b->output.ours = &b->before;
    b->output.force = b->options->force;
    return b->options->check || file_make_folders(b->output.folder, err);
}

static bool build_all(struct build *b, struct error *err)
{
    if (!begin(b, err))
        return false;
    site_each_url(b->site, add_listed, b);
    add_target(b, S("/404.html"), S(""));
    if (!make_all(b, err))
        return false;
    put_redirects(b);
    site_findings(b->site, &b->report->errors, &b->report->warnings);
    if (b->options->check)
        return true;
    remove_old(b);
    return manifest_save(&b->now, err);
}

bool build_site(struct site *site, const struct build_options *options, struct build_report *report)
{
    struct build b = { .site = site, .options = options, .report = report };
    struct error err = { 0 };
    int64_t begun = now_ns();

    *report = (struct build_report){ 0 };
    pthread_mutex_init(&b.lock, NULL);
    b.targets.arena = &b.arena;
    b.targets.by_name = map_in(&b.arena);
    b.found = map_in(&b.arena);

    if (!build_all(&b, &err))
        errors_add(&report->errors, &err);
    count(&b);
    errors_sort(&report->errors);
    report->nanoseconds = now_ns() - begun;
    pthread_mutex_destroy(&b.lock);
    arena_free(&b.arena);
    return report->errors.count == 0;
}
