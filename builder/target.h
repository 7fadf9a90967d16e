/*
 * Targets: what is to be built, one for each file of the output, in a fixed order.
 *
 * A URL names a file: "/x/" is x/index.html, "/a%20b.txt" is "a b.txt". Targets come in rounds:
 * first what the site lists, then what url_for() named while those were rendered, until nothing new
 * comes up. Each round is sorted, so nothing depends on which worker was first.
 */
#pragma once
#include "builder/manifest.h"
#include "vial/base/error.h"
#include "vial/base/map.h"

struct target {
    str url;      /* "/blog/hello/", encoded, below the site's own path     */
    str name;     /* "blog/hello/index.html", relative to the output        */
    str source;   /* the file behind it, for messages; may be empty         */
    str why;      /* it is made, in short (why.h)                           */
    bool kept;    /* it is as the last build left it, and was not asked for */
    bool failed;  /* nothing was made, and an error says why                */
    bool written; /* its file is new or has other bytes than before         */
    bool page;    /* HTML                                                   */
    bool no_file; /* a redirect that can only be told to the host           */
    int redirect; /* its status, when it is one, and where it leads         */
    str redirects_to;
    int64_t nanoseconds;  /* it took, of one core */
    struct record record; /* what was made of it */
};

struct targets {
    struct arena *arena;
    struct map by_name, by_url; /* both of struct target                             */
    struct map folders;         /* of struct target: one that needs this folder       */
    struct target **list;
    size_t count, cap;
    size_t round, ready; /* the round at hand: from one to, not including, the other */
};

struct targets targets_in(struct arena *a);

/*
 * Adds `url` unless it is there already. False when it names no file below the output, or when
 * another URL has its file, or a folder in its place: `err` names both.
 */
bool targets_add(struct targets *targets, str url, str source, struct error *err);

/* Sorts those added since the last round and makes them the next; false when there are none. */
bool targets_next_round(struct targets *targets);

/* The file that `url` is built to, in `a`; .p is NULL when there can be none. */
str target_name(struct arena *a, str url);
