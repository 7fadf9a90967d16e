/*
 * Targets: what is to be built, one for each file of the output, in a fixed order.
 *
 * A URL names a file: "/x/" is x/index.html, "/a%20b.txt" is "a b.txt". Targets come in rounds:
 * first what the site lists, then what url_for() named while those were rendered, until nothing new
 * comes up. Each round is sorted, so nothing depends on which worker was first.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/map.h"

struct target {
    str url;          /* "/blog/hello/", encoded                              */
    str name;         /* "blog/hello/index.html", relative to the output       */
    str source;       /* the content file behind it, for messages; may be empty */
    bool done;        /* its turn has come; what came of it is below           */
    bool failed;      /* nothing was made, and an error says why               */
    bool written;     /* its file is new or has other bytes than before        */
    bool page;        /* HTML                                                  */
    str redirects_to; /* when it is a redirect: where to                       */
};

struct targets {
    struct arena *arena;
    struct map by_name;
    struct target **list;
    size_t count, cap;
    size_t round; /* the first of the round that is at hand */
};

/*
 * Adds `url` unless it is there already. False when it names no file below the output, or when
 * another URL has its file: `err` names both.
 */
bool targets_add(struct targets *targets, str url, str source, struct error *err);

/* Sorts those added since the last call; false when there are none. They are list[round] to the
 * end. */
bool targets_next_round(struct targets *targets);

/* The file that `url` is built to, in `a`; .p is NULL when there can be none. */
str target_name(struct arena *a, str url);
