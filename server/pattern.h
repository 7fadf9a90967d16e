/*
 * Patterns of URLs, as the files _redirects and _headers have them.
 *
 *     /blog/:slug                  a name stands for one segment
 *     /old/a*                      a star for anything, also for nothing: "splat"
 *     https://old.example/a*       a scheme and a host are compared where they are told
 *
 * Paths are compared decoded, so it does not matter how either side spells them.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PATTERN_NAMES = 16 };

/* What the names of a pattern stood for. */
struct capture {
    str name, value;
};
struct captures {
    struct capture list[PATTERN_NAMES];
    size_t count;
};

enum pattern_kind { PATTERN_TEXT, PATTERN_NAME, PATTERN_SPLAT };

struct pattern_part {
    enum pattern_kind kind;
    str text; /* of a text; or the name */
};

struct pattern {
    str scheme, host; /* empty: any */
    str path;         /* decoded, when it has neither names nor a star */
    struct pattern_part *parts;
    size_t count;
    bool exact; /* it is `path`, and nothing else */
};

/* The pattern that stands at `place`. False, and `err` says why, when it is none. */
bool pattern_read(struct pattern *p, struct place place, struct arena *a, struct error *err);

/* With `any_slash` a slash at the end may be there or not. Adds to `captures`. */
bool pattern_matches(const struct pattern *p, const struct request *req, bool any_slash,
                     struct captures *captures);

/* False when there is no room for another. */
bool captures_add(struct captures *captures, str name, str value);

/* ":name" in `text` replaced by what it stood for, encoded so that it stays in its place. */
str captures_fill(const struct captures *captures, str text, struct arena *a);

/* The length of the ":name" at the front of `s`; 0 when there is none. */
size_t pattern_name(str s);

#ifdef __cplusplus
}
#endif
