/*
 * Rules taken apart: "/v<int:a>.<int:b>/x" as parts between slashes, for the tree that matches, and
 * as a trace of texts and arguments, for building. For the router alone.
 */
#pragma once
#include "vial/app/converter.h"

/* A piece of a rule: text, or an argument. */
struct piece {
    str text;                          /* the text, or the argument's name */
    const struct converter *converter; /* NULL: text                       */
    str encoded;                       /* the text, as URLs have it        */
};

enum { PIECES_MAX = 32 };

/* What stands between two slashes; or, with a <path:>, all from there to the end. */
struct part {
    bool fixed;    /* text alone: content is that text, else the pattern for comparing */
    bool final;    /* takes the rest of the path, slashes and all                      */
    bool suffixed; /* final, and a slash follows that may be missing                   */
    str content;
    const struct piece *pieces;
    size_t count;
    size_t arguments; /* among the pieces */
    /*
     * How good it is among others that match, as bytes to compare: the less, the better. Fixed text
     * comes first, the longer the better; then more arguments; then their converters' weights.
     */
    str weight;
};

struct parts {
    struct part *list;
    size_t count, cap;
};

struct trace {
    struct piece *list;
    size_t count, cap;
};

/*
 * Appends the parts of `rule` (a path, or a host) to `parts` and its pieces to `trace`. `place`
 * names the rule in messages.
 */
bool rule_parse(str rule, struct parts *parts, struct trace *trace, struct arena *a,
                struct error *err);

/*
 * The texts that the part's arguments take of `text`, in order; false when it does not match. In
 * a suffixed part `*slash` says whether the optional slash at the end was there.
 */
bool part_match(const struct part *part, str text, str *taken, bool *slash, struct arena *a);
