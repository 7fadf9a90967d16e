/*
 * A site, served: its pages are made when they are asked for and kept until something they were
 * made from changes (cache.h).
 *
 *     struct served *served = served_open(&(struct served_options){ .folder = S("mysite") },
 * &errors); server_open(&(struct server_options){ .handler = served_answer, .quick = served_quick,
 *                                           .self = served }, &err);
 *     served_reload(served, &reload, &errors)      on SIGHUP, or when files have changed
 *
 * A reload reads the site anew beside the one that is served, and exchanges the two in a moment:
 * nobody waits for it, and a request that is under way ends with the site it began with. When the
 * new one has an error, the old one stays.
 */
#pragma once
#include "server/cache.h"
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct served;

struct served_options {
    str folder;
    struct site_options site;
    struct cache *cache; /* the caller's; NULL: nothing is kept */
    bool tell;           /* each answer says whether it was kept (Cache-Status, RFC 9211) */
};

/* NULL when the site cannot be used; defects of single pages are in `errors` as well. */
struct served *served_open(const struct served_options *options, struct errors *errors);
void served_close(struct served *served); /* after the server is closed; NULL is fine */

/* A server_handler, and a server_quick: what is kept already. Any thread. */
void served_answer(void *served, const struct request *req, struct response *res, struct arena *a);
bool served_quick(void *served, const struct request *req, struct response *res, struct arena *a);

/* A server_counts: of the cache. */
void served_counts(void *served, struct buf *out);

/*
 * How many milliseconds from now it is to be looked again whether the day of some page has come: 0:
 * it has, and the site is to be read anew.
 */
int served_wait(struct served *served);

struct served_reload {
    bool same;      /* nothing had changed                        */
    bool all;       /* too much had: every kept answer was dropped */
    size_t dropped; /* answers                                     */
    int64_t nanoseconds;
};

/* False, and `errors` says why, when the old site stays. One thread at a time. */
bool served_reload(struct served *served, struct served_reload *reload, struct errors *errors);

/* What is to be watched, and what not: as site_watched() and site_output(). */
size_t served_watched(struct served *served, str *paths, size_t max);
str served_output(struct served *served);

#ifdef __cplusplus
}
#endif
