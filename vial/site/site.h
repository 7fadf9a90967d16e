/*
 * The site: a folder of Markdown and a theme, as an app.
 *
 *     struct site *site = site_open(S("mysite"), &options, &errors);
 *     vial_handle(site_app(site), &request, &response, a, &err);
 *
 * site_open() reads vial.yaml and the front matter of every page and registers the site's routes on
 * an app like anybody's. While handlers run the site is only read; site_update() runs between.
 */
#pragma once
#include "vial/app/app.h"
#include "vial/app/reads.h"

#ifdef __cplusplus
extern "C" {
#endif

struct site;

struct site_options {
    bool drafts, future; /* show pages that are not yet meant to be seen */
    str base_url;        /* instead of vial.yaml's; empty: vial.yaml's   */
    bool preview;        /* pages carry the script that reloads them     */
};

/*
 * The site in `folder`. NULL when it cannot be used at all (no vial.yaml, YAML that does not
 * parse); defects of single pages are added to `errors` as well and the site is there without those
 * pages.
 */
struct site *site_open(str folder, const struct site_options *options, struct errors *errors);
void site_close(struct site *site);

vial *site_app(struct site *site);
str site_folder(const struct site *site);
str site_output(const struct site
                    *site); /* vial.yaml's `output`, "public" by default; relative to the folder */
str site_base_url(const struct site *site);

/* The folders and files whose changes matter, for the watcher: relative to the site's folder. */
size_t site_watched(const struct site *site, str *paths, size_t max);

/*
 * Every URL there is, in a fixed order: pages, sections, routes without arguments, static files.
 * `each` returns false to stop.
 */
struct site_url {
    str url;    /* "/blog/hello/"                                             */
    str source; /* the content or static file behind it, for messages; may be empty */
};
bool site_each_url(struct site *site, bool (*each)(void *self, const struct site_url *url),
                   void *self);

/*
 * Takes in that files changed (paths relative to the folder; a folder stands for all in it; none at
 * all: everything is looked at). Returns the keys that changed, in `a`, for those who keep
 * responses with their reads. Nobody may be handling meanwhile.
 */
struct reads *site_update(struct site *site, const str *paths, size_t count, struct arena *a,
                          struct errors *errors);

/*
 * Every page there is a file for, also those that are not shown, in the order of their files: for
 * `vial list`. `each` returns false to stop.
 */
enum site_shown { SITE_SHOWN, SITE_DRAFT, SITE_FUTURE, SITE_EXPIRED };
struct site_listed {
    str file; /* relative to the site's folder */
    str url, title;
    str date; /* as RFC 3339; may be empty */
    enum site_shown shown;
};
bool site_each_page(struct site *site, bool (*each)(void *self, const struct site_listed *page),
                    void *self);

/* What was found wrong with links, anchors and images while pages were rendered, and is taken away.
 */
void site_findings(struct site *site, struct errors *errors, struct errors *warnings);

#ifdef __cplusplus
}
#endif
