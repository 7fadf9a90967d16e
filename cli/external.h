/*
 * Links to other sites: whether there is something at their other end.
 *
 * What was found is kept in a file, so that a second look asks nobody again for a while. Hosts are
 * asked gently: a few questions at once, fewer at one host, later when it says so. What is wrong
 * with a link is told with the link's place.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/map.h"

struct external_options {
    str cache;                     /* the file                                              */
    int64_t max_age;               /* seconds for which what was found counts               */
    int64_t timeout, wait;         /* milliseconds: for an answer; before the first retry   */
    int64_t retries;               /* of what may pass; each waits twice as long            */
    int64_t at_once, at_once_host; /* questions under way: at all, and at one host          */
    const str *skip;               /* addresses that are left alone: '*' is any text        */
    size_t nskip;
    bool anchors; /* "#part" has to be there as well                       */
    bool local;   /* this machine, and names that are nobody's, as well    */
};

struct external_sum {
    size_t links, addresses, asked, cached, skipped;
};

/*
 * `links` are errors whose sentence is an address; they are used up. `errors`: what is not there;
 * `warnings`: what would not say; `hints`: what has moved for good. False, and `err` says why, when
 * nothing can be asked at all.
 */
bool external_check(struct errors *links, const struct external_options *options,
                    struct errors *errors, struct errors *warnings, struct errors *hints,
                    struct external_sum *sum, struct error *err);

/* ---- between the files of it ---- */

enum verdict { VERDICT_NONE, VERDICT_FINE, VERDICT_GONE, VERDICT_REFUSED };

/* A part of a page that somebody links to. */
struct question_part {
    struct question_part *next;
    str id; /* decoded: without "#" */
    bool there;
};

struct question {
    str url; /* without "#part" */
    struct question_part *parts;
    int verdict; /* enum verdict */
    long status;
    str why;   /* it is not fine: "answers 404 (Not Found)" */
    str moved; /* where it is for good; empty: here         */
};

/* Asks them all; answers are made in `a`. (external_ask.c) */
bool external_ask(struct question **questions, size_t count, const struct external_options *options,
                  struct arena *a, struct error *err);

/* ---- what is known from the last time (external_cache.c) ---- */

struct known_link {
    int64_t when; /* seconds since 1970 */
    long status;
    str moved;
};

/* By address, with its "#part" where one was looked for. A damaged line is as good as none. */
struct map external_cache_load(str file, int64_t max_age, struct arena *a);
bool external_cache_save(str file, const struct map *known, struct error *err);
int64_t external_now(void);
