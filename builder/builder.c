/*
 * builder.c - every URL of a site to a file
 *
 *   comes in:  a site
 *   goes out:  its files, and a report
 *
 * The way of a build: gather what is to be made; in rounds, make it; take away what is no longer
 * made. Each round is what the one before led to. Before a round its names are written to the
 * journal, so that a build that is killed leaves nothing that the next one would take for a
 * stranger's. Workers write to their own target only; what they share lies behind the locks of this
 * struct and of the complaints. Bodies die with the worker's arena: what stays of a page is its
 * target.
 */
#include "builder/builder.h"

#include "builder/build.h"
#include "builder/workers.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <stdlib.h>

enum { SOURCES = 16, ROUNDS = 10000 };

/* ---- what is to be made ---- */

static void add_target(struct build *b, str url, str source)
{
    struct error err = { 0 };

    if (!targets_add(&b->targets, url, source, &err))
        complaints_add(&b->complaints, &err, url, false);
}

static bool add_listed(void *self, const struct site_url *url)
{
    add_target(self, url->url, url->source);
    return true;
}

static bool answers_get(const struct rule *rule)
{
    str methods = rule->methods;
    bool gets = !methods.p;

    while (!gets && methods.len)
        gets = str_ieq(str_cut(&methods, ' '), S("GET"));
    return gets;
}

/*
 * A rule of C code beside the site's: one URL when it has no arguments, answers GET, and is for
 * every host. The site lists what its own rules answer.
 */
static bool is_one_url(const struct rule *rule)
{
    return answers_get(rule) && !rule->no_freeze && !rule->build_only && !rule->host.len &&
           !rule->subdomain.len && !str_has(rule->rule, '<') &&
           !str_starts(rule->endpoint, S("site."));
}

static bool add_url(void *self, str url)
{
    add_target(self, url, S(""));
    return true;
}

/* What an app tells of itself. */
static bool add_told(struct build *b, struct error *err)
{
    return vial_static_urls(b->maker.app, add_url, b, err) &&
           vial_listed_urls(b->maker.app, add_url, b, err);
}

static void add_rules(struct build *b)
{
    const struct routes *routes = vial_routes(b->maker.app);
    struct arena a = { 0 };

    for (size_t i = 0; i < routes_count(routes); i++) {
        const struct rule *rule = &routes_at(routes, i)->rule;

        if (is_one_url(rule))
            add_target(b, url_encode(&a, rule->rule, "/!$&'()*+,;=:@~"), S(""));
    }
    arena_free(&a);
}

static int by_key(const void *left, const void *right)
{
    const struct map_entry *a = left, *b = right;

    return str_cmp(a->key, b->key);
}

/* What the last round led to. Which of two pages named a URL first is a matter of luck: so none is
 * named, and the order is that of the URLs. */
static void add_found(struct build *b)
{
    if (b->found.count)
        qsort(b->found.entries, b->found.count, sizeof *b->found.entries, by_key);
    for (size_t i = 0; i < b->found.count; i++)
        add_target(b, b->found.entries[i].key, S(""));
    b->found = map_in(&b->told);
}

/*
 * Where a URL that url_for() built leads within this site. Others, and other views of a page (they
 * have a query), need no file: then it is empty.
 */
static str own_path(const struct build *b, str url)
{
    str rest = url, path = str_cut(&rest, '#');

    if (!str_starts(path, S("/")) || str_starts(path, S("//")) || str_has(path, '?') ||
        !str_starts(path, b->base_path))
        return S("");
    path = str_from(path, b->base_path.len);
    return str_starts(path, S("/")) ? path : S("");
}

void note_path(void *self, str path)
{
    struct build *b = self;

    /* the targets are only read during a round: nearly all are known, without the lock */
    if (map_find(&b->targets.by_url, path))
        return;
    pthread_mutex_lock(&b->lock);
    if (!map_find(&b->found, path))
        map_put(&b->found, str_copy(&b->told, path));
    pthread_mutex_unlock(&b->lock);
}

/* The addresses on the site that a response led to. */
static struct map found_by(const struct build *b, const struct reads *reads, struct arena *a)
{
    struct map found = map_in(a);

    for (size_t i = 0; reads && i < reads->urls.count; i++) {
        str path = own_path(b, reads->urls.entries[i].key);

        if (path.len && !map_find(&found, path))
            map_put(&found, path);
    }
    return found;
}

/* ---- making it ---- */

static void tell_progress(struct build *b)
{
    enum { EACH = 16 };
    size_t done = atomic_fetch_add(&b->done, 1) + 1;

    if (!b->options->progress || (done % EACH && done != b->targets.count))
        return;
    pthread_mutex_lock(&b->lock);
    b->options->progress(b->options->self, done, b->targets.count);
    pthread_mutex_unlock(&b->lock);
}

/* Where they lead may be gone meanwhile. */
static void read_kept_links(struct build *b, const struct target *target, struct arena *a)
{
    str html;

    if (file_read(&html, path_join(a, b->output.folder, target->name), 0, NULL, a, NULL))
        links_read(&b->links, target, html, a);
}

static void make(void *self, size_t i, struct arena *a)
{
    struct build *b = self;
    struct target *target = b->targets.list[b->targets.round + i];
    struct made made;

    if (keep_target(b, target, a)) {
        if (!b->site && target->page)
            read_kept_links(b, target, a);
    } else {
        int64_t begun = now_thread_ns();

        if (!make_target(&b->maker, target, &made, a))
            complaints_add(&b->complaints, &made.err, target->name, made.about_files);
        if (!b->site && target->page && made.res.body == BODY_TEXT)
            links_read(&b->links, target, made.res.text, a);
        if (b->options->outside && target->page && made.res.body == BODY_TEXT)
            outside_read(&b->outside, target, made.res.text);
        struct map found = found_by(b, made.res.reads, a);
        note_target(b, target, &made, &found);
        for (size_t k = 0; k < found.count; k++)
            note_path(b, found.entries[k].key);
        made_end(&made);
        target->nanoseconds = now_thread_ns() - begun;
    }
    tell_progress(b);
}

/* Only what an earlier build did not make is news to the journal. */
static bool write_journal(struct build *b, struct error *err)
{
    struct arena a = { 0 };
    str *names = arena_array(&a, str, b->targets.ready - b->targets.round);
    size_t count = 0;

    for (size_t i = b->targets.round; i < b->targets.ready; i++)
        if (!manifest_find(b->into, b->targets.list[i]->name))
            names[count++] = b->targets.list[i]->name;
    bool good = manifest_begin(b->into, names, count, err);
    arena_free(&a);
    return good;
}

/* Rounds end by themselves, since each URL is made once. The limit is for pages that never end. */
static bool make_all(struct build *b, struct error *err)
{
    for (int round = 0; targets_next_round(&b->targets); round++) {
        if (round == ROUNDS)
            return error_set(err,
                             "pages lead to ever new pages: %zu of them, and the next is '%.*s'",
                             b->targets.round, STR(b->targets.list[b->targets.round]->url));
        if (!b->options->check && !write_journal(b, err))
            return false;
        workers_run(b->options->jobs, b->targets.ready - b->targets.round, make, b);
        add_found(b);
    }
    return true;
}

/* "/old/ /new/ 301" for each redirect: what many hosts, and `vial serve --root`, read. */
static void put_redirects(struct build *b)
{
    struct buf lines = buf_in(&b->arena);
    struct error err = { 0 };
    struct made made;

    for (size_t i = 0; i < b->targets.count; i++) {
        const struct target *target = b->targets.list[i];

        if (target->redirects_to.len)
            buf_addf(&lines, "%.*s%.*s %.*s %d\n", STR(b->base_path), STR(target->url),
                     STR(target->redirects_to), target->redirect);
    }
    if (!lines.len || map_find(&b->targets.by_name, S("_redirects")))
        return; /* a file of the site's own is not ours to mend */
    b->redirects.name = S("_redirects");
    if (!b->options->check && !manifest_begin(b->into, &b->redirects.name, 1, &err)) {
        complaints_add(&b->complaints, &err, b->redirects.name, true);
        return;
    }
    if (!make_file(&b->maker, &b->redirects, buf_str(&lines), &made, &b->arena))
        complaints_add(&b->complaints, &made.err, b->redirects.name, true);
    made_end(&made);
}

/* ---- the whole of it ---- */

static str base_path_of(str base_url)
{
    ptrdiff_t colon = str_find(base_url, S("://"));
    str rest = colon < 0 ? base_url : str_from(base_url, (size_t)colon + 3);
    ptrdiff_t slash = str_find_char(rest, '/');

    rest = slash < 0 ? S("") : str_from(rest, (size_t)slash);
    while (str_ends(rest, S("/")))
        rest.len--;
    return rest;
}

static void warn_damaged(struct build *b)
{
    struct error err = { 0 };

    error_at(&err, (struct place){ .file = b->manifest.path },
             "is damaged: it is not known which files earlier builds made");
    error_hint(&err, "what is no longer made will stay; empty the output folder to begin anew");
    errors_add(&b->report->warnings, &err);
}

/* As its reader would write it. */
str build_output(struct build *b)
{
    if (b->options->output.len)
        return b->options->output;
    if (!b->site)
        return S("public");

    str site = site_folder(b->site), own = site_output(b->site);
    /* copied: what the site says of itself goes when its strings or its theme are another */
    return str_copy(&b->arena, path_join(&b->arena, site, own));
}

bool build_open(struct build *b, struct error *err)
{
    str folder = b->site ? site_folder(b->site) : S("."), sources[SOURCES], name;
    size_t nsources = b->site ? site_watched(b->site, sources, SOURCES) : 0;
    bool damaged;

    b->output.folder = build_output(b);
    if (!output_check(&b->output, &name, folder, sources, nsources, &b->arena, err))
        return false;
    if (b->options->check)
        return true;
    uint64_t inode = file_info(b->output.real).inode;
    if (!manifest_open(&b->manifest, folder, name, inode, &damaged, &b->arena, err) ||
        !output_open(&b->output, err))
        return false;
    b->manifest.folder = file_info(b->output.real).inode;
    if (damaged)
        warn_damaged(b);
    b->output.before = &b->manifest;
    b->maker.output = &b->output;
    if (b->manifest.unfinished)
        output_sweep(&b->output, &b->arena);
    return true;
}

/* Where folders cannot be switched, that is told, and files are replaced one by one. */
static bool open_beside(struct build *b, struct error *err)
{
    str folder = b->site ? site_folder(b->site) : S(".");
    struct error why = { 0 };

    if (!b->options->atomic)
        return true;
    if (!beside_open(&b->beside, &b->output, &b->manifest, folder, &why, &b->arena, err))
        return false;
    if (!b->beside.on) {
        b->refused = true;
        errors_add(&b->report->warnings, &why);
        return true;
    }
    b->into = &b->beside.manifest;
    b->maker.output = &b->beside.output;
    return beside_carry_foreign(&b->beside, err);
}

/*
 * Rules with arguments that no URL leads to: nobody said what the arguments are. They answer GET,
 * or they would not be missed.
 */
static void warn_unreached(struct build *b)
{
    const struct routes *routes = vial_routes(b->maker.app);
    struct binding binding = { .host = S("localhost") };
    struct map reached = map_in(&b->arena);

    for (size_t i = 0; i < b->targets.count; i++) {
        struct match match;
        str path;

        if (!url_decode(&path, b->targets.list[i]->url, &b->arena))
            continue;
        routes_match(routes, &binding, S("GET"), path, &match, &b->arena);
        if (match.kind == MATCH_FOUND)
            map_put(&reached, match.route->rule.endpoint);
    }
    for (size_t i = 0; i < routes_count(routes); i++) {
        const struct rule *rule = &routes_at(routes, i)->rule;
        struct error err = { 0 };

        if (!str_has(rule->rule, '<') || rule->no_freeze || rule->build_only || rule->alias ||
            !answers_get(rule) || str_starts(rule->endpoint, S("site.")) ||
            map_find(&reached, rule->endpoint))
            continue;
        map_put(&reached, rule->endpoint);
        error_set(&err, "nothing leads to '%.*s', the rule '%.*s': it has no files",
                  STR(rule->endpoint), STR(rule->rule));
        error_hint(
            &err, "tell its arguments with vial_freeze_each(app, \"%.*s\", ...), or set .no_freeze",
            STR(rule->endpoint));
        errors_add(&b->report->warnings, &err);
    }
}

/* For who asks other sites later, when this one is closed. */
static void tell_outside(struct build *b)
{
    struct build_report *report = b->report;
    const str *skips = site_skips(b->site, &report->nskips);
    str *copy = arena_array(&report->own, str, report->nskips + 1);

    for (size_t i = 0; i < report->nskips; i++)
        copy[i] = str_copy(&report->own, skips[i]);
    report->skips = copy;
    site_outside(b->site, &report->outside);
    outside_add(&b->outside, site_base_url(b->site), &report->outside);
}

bool build_make(struct build *b, const struct site_past *past, struct error *err)
{
    if (b->site)
        b->maker.app = site_app(b->site);
    if (has_code(b))
        vial_versions_begin(b->maker.app);
    if (!b->options->check && !open_beside(b, err))
        return false;
    b->base_path = base_path_of(b->site ? site_base_url(b->site) : vial_base_path(b->maker.app));

    links_begin(&b->links, &b->targets, b->base_path);
    if (b->site)
        site_each_url(b->site, add_listed, b);
    if (has_code(b) && !add_told(b, err))
        return false;
    add_rules(b);
    add_target(b, S("/404.html"), S(""));
    if (b->site)
        site_count(b->site, b->manifest.shown);
    if (!make_all(b, err))
        return false;
    put_redirects(b);
    if (!make_copies(b, err))
        return false;
    if (b->site) {
        site_findings(b->site, &b->report->errors, &b->report->warnings);
        site_check_templates(b->site, &b->report->errors, &b->report->warnings);
        if (b->options->outside)
            tell_outside(b);
    }
    if (has_code(b))
        warn_unreached(b);
    if (!b->site)
        links_check(&b->links, vial_routes(b->maker.app), &b->report->warnings);
    return b->options->check || build_finish(b, past, err);
}

void build_begin(struct build *b)
{
    *b->report = (struct build_report){ .begun = now_ns() };
    pthread_mutex_init(&b->lock, NULL);
    complaints_begin(&b->complaints, &b->report->errors);
    outside_begin(&b->outside);
    b->targets = targets_in(&b->arena);
    b->copies = map_in(&b->arena);
    b->found = map_in(&b->told);
    b->output.fd = b->manifest.journal = b->manifest.lock = -1;
    b->beside.output.fd = b->beside.manifest.journal = b->beside.manifest.lock = -1;
    b->into = &b->manifest;
    b->output.force = b->options->force;
}

bool build_end(struct build *b)
{
    complaints_end(&b->complaints);
    errors_sort(&b->report->warnings);
    beside_close(&b->beside);
    output_close(&b->output);
    manifest_close(&b->manifest);
    pthread_mutex_destroy(&b->lock);
    links_end(&b->links);
    outside_end(&b->outside);
    arena_free(&b->told);
    arena_free(&b->arena);
    b->report->nanoseconds = now_ns() - b->report->begun;
    return b->report->errors.count == 0;
}

bool build_site(struct site *site, const struct build_options *options, struct build_report *report)
{
    struct build b = { .site = site, .options = options, .report = report };
    struct error err = { 0 };

    build_begin(&b);
    b.all_why = S("all:program");
    if (!build_open(&b, &err) || !build_make(&b, NULL, &err))
        complaints_add(&b.complaints, &err, S(""), false);
    build_tell(&b);
    return build_end(&b);
}
