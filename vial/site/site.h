/*
 * The site: a folder of Markdown and a theme, as an app.
 *
 *     struct site *site = site_open(S("mysite"), &options, &errors);
 *     vial_handle(site_app(site), &request, &response, a, &err);
 *
 * site_open() reads vial.yaml and the front matter of every page and registers the site's routes on
 * an app like anybody's. Texts are not kept: a page is read and rendered when it is asked for.
 * While handlers run the site is only read, by any number of threads; site_update() runs between.
 *
 * Responses carry the keys of what they read (app/reads.h), and site_update() names those that
 * changed. The site's own kinds are
 *
 *     page:blog/hello.md#title   a field of a page: also of one that was looked for in vain
 *     section:blog               which pages and sections are in a folder, and their order
 *     section:blog#title         the title of whatever pages are in it; so does site.pages#title
 *     assets:blog/trip           which other files are in a folder and below
 *     taxonomy:tags              which terms there are; taxonomy: alone: which taxonomies
 *     term:tags/linux            the pages and terms in a term
 *     word:tags/Linux            which term a word stands for
 *     paged:/blog/               the list that is cut in pieces from that address on
 *     feed:/blog/                the newest pages of a list; sitemap: all addresses and dates
 *     search:                    the words of all pages
 *     site.pages  site.nav       the list of all pages, the navigation
 *     site.menus                 the lines of all menus
 *     url:/blog/hello/           what answers at an address
 *     template:page.html         a template, also one that was looked for in vain
 *     hooks                      which templates there are in hooks/
 *     asset:static/a.css         a file of which something with a fingerprint was made
 *     file:content/a.md          a page's text
 *     static:FOLDER/a.css        a file that is sent as it is
 *     data:authors               data/authors.yaml, or the folder data/authors/
 *     config:title               a key of vial.yaml
 *     site                       anything at all: every page reads it, a new vial.yaml changes it
 *     now                        the time of day, by now(): it is never the same again
 *     logic:                     the site's own code: it had a part in the response
 *     again:code                 it answered itself, and may have read anything
 *     again:links                what was made is to be made again, whatever changed: a link was
 *                                complained of; again:text: its file changed while it was read
 */
#pragma once
#include "vial/app/app.h"
#include "vial/app/reads.h"

#ifdef __cplusplus
extern "C" {
#endif

struct site;

/* The words of pages, for sites that are served and have a search (search.h). */
struct search;
struct search *search_new(void);
struct search *search_hold(struct search *search);
void search_release(struct search *search); /* NULL is fine */

struct site_options {
    struct search *search; /* kept by the caller while one site follows another; NULL: its own */
    bool drafts, future;   /* show pages that are not yet meant to be seen */
    bool quiet;            /* nobody asks for site_findings(): none are made  */
    str base_url;          /* instead of vial.yaml's; empty: vial.yaml's   */
    bool outside;          /* gather links that leave the site: site_outside() */
};

/*
 * The site in `folder`. NULL when it cannot be used at all (no vial.yaml, YAML that does not parse,
 * no such theme); defects of single pages are added to `errors` as well, and the site is there
 * without those pages.
 */
struct site *site_open(str folder, const struct site_options *options, struct errors *errors);
void site_close(struct site *site); /* NULL is fine */

/*
 * The same in two steps: site_begin() reads vial.yaml and finds the theme, site_read() all else.
 *
 * Between them stands what is known from the last time. site_look() compares the site's files with
 * `known`, which site_remember() gave then (it may be empty); site_recall() does what site_read()
 * does, but reads only what changed, and tells the keys that did. `behind` is by how many
 * nanoseconds the clock of the site's file system is behind ours. `known` and `a` live as long as
 * the site.
 */
struct site *site_begin(str folder, const struct site_options *options, struct errors *errors);
bool site_read(struct site *site, struct errors *errors);

struct site_past;
struct site_past *site_look(const struct site *site, str known, int64_t behind, struct arena *a,
                            struct error *err);
bool site_is_same(const struct site_past *past); /* nothing changed, and there is nothing to say */
const struct reads *site_changed(const struct site_past *past); /* keys known to have, until now */

/* False: too much is different; site_read() has to be called. */
bool site_recall(struct site *site, struct site_past *past, struct reads **changed, struct arena *a,
                 struct errors *errors);
/* Appends to `out` what is to be known the next time; nothing where that would not be sure. */
void site_remember(const struct site *site, const struct site_past *past, struct buf *out);

vial *site_app(struct site *site);            /* until site_update(): it may make another */
bool site_has_logic(const struct site *site); /* code of its own */
str site_folder(const struct site *site);
str site_output(const struct site *site);    /* relative to the folder: "public"            */
str site_base_url(const struct site *site);  /* "https://example.org/docs/", or "/"         */
str site_base_path(const struct site *site); /* "/docs", or "": in links, not in site_url.url */

/* The folders and files whose changes matter, for the watcher: relative to the site's folder. */
size_t site_watched(const struct site *site, str *paths, size_t max);
/* The same of a site that cannot be opened, as far as its vial.yaml can be read. In `a`. */
size_t site_watched_in(str folder, str *paths, size_t max, struct arena *a);

/*
 * Every URL there is, in a fixed order: pages, sections, files, aliases (which are redirects), the
 * pages of vial.yaml's routes. `each` returns false to stop, and then so does this.
 */
struct site_url {
    str url;    /* encoded: "/blog/hello/", "/gr%C3%B6sse/"                        */
    str source; /* the file behind it, for messages; may be empty                */
};
bool site_each_url(struct site *site, bool (*each)(void *self, const struct site_url *url),
                   void *self);

/*
 * Takes in that files changed, were made or went away: paths relative to the folder, where a folder
 * stands for all in it; none at all: everything is looked at. Returns the keys that changed, in
 * `a`, for those who keep responses with their reads. `errors` gets everything that is wrong with
 * the site now, old and new; a vial.yaml that cannot be used leaves the site as it was. Nobody may
 * be handling meanwhile.
 */
struct reads *site_update(struct site *site, const str *paths, size_t count, struct arena *a,
                          struct errors *errors);

/*
 * Does beforehand what is slow about these changes: compiles the site's own code. While others may
 * be handling; the next site_update() takes over what came of it.
 */
void site_prepare(struct site *site, const str *paths, size_t count);

/* Until which second no page's day comes and none's ends; as far as it goes where there is none. */
int64_t site_quiet_until(const struct site *site);

/*
 * Where the page at `path` below content/ stands among those of its language: "blog/a.md" for
 * blog/a.de.md, with "de" in `*language`. As far as the vial.yaml in `folder` can be read.
 */
str site_locate(str folder, str path, str *language, struct arena *a);

/*
 * Every page there is a file for, also those that are not shown, in the order of their files: for
 * `vial list`. `each` returns false to stop.
 */
enum site_shown { SITE_SHOWN, SITE_DRAFT, SITE_FUTURE, SITE_EXPIRED };
struct site_listed {
    str file; /* relative to the site's folder */
    str url, title;
    str date; /* as RFC 3339; may be empty */
    str language;
    enum site_shown shown;
    str when;     /* on the site's clock: shown from, or until; empty: nobody knows */
    int64_t away; /* seconds from now until then; below 0: that is over         */
    str because;  /* the file whose front matter says so; empty: its own        */
    str missing;  /* languages it is not translated to: "de ar"                 */
};
/* How many of them are shown, and how many are not: by enum site_shown. */
void site_count(const struct site *site, size_t counts[4]);
bool site_each_page(struct site *site, bool (*each)(void *self, const struct site_listed *page),
                    void *self);

/*
 * What was found since the last time, sorted: links, anchors and pictures that lead nowhere, seen
 * while pages were rendered; and warnings of front matter, seen while it was read. Any thread.
 */
void site_findings(struct site *site, struct errors *errors, struct errors *warnings);

/*
 * Links that leave the site, of the pages that were rendered: each an error whose sentence is the
 * address, sorted. What begins with the site's own address leads into it.
 */
void site_outside(struct site *site, struct errors *links);
/* What vial.yaml says `vial check --external` is to leave alone: `checks: {skip: [...]}`. */
const str *site_skips(const struct site *site, size_t *count);

/* The site's own templates that nothing leads to, and blocks in them that fill nothing. */
void site_check_templates(const struct site *site, struct errors *errors, struct errors *warnings);

#ifdef __cplusplus
}
#endif
