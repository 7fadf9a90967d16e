/*
 * Paths: names of files as text. Nothing here asks the file system; base/file.h does.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * `rel` under `base`, with one slash between; `rel` alone when it is absolute or `base` is empty or
 * ".", so that a file has one name for whoever is in the folder.
 */
str path_join(struct arena *a, str base, str rel);

/*
 * Without ".", "..", and doubled slashes, as text: "a/./b/../c" is "a/c". A ".." that would leave
 * the front of a relative path stays ("../x"); see path_inside(). "" becomes ".".
 */
str path_normal(struct arena *a, str path);

/*
 * For names from strangers and from content: true when `rel` is relative, has no NUL and no
 * segment "..": joined to a folder, it stays in it (but for links: base/file.h).
 */
bool path_inside(str rel);

/* Whether `path` is `folder`, or something in it or further down. Both are written alike. */
bool path_lies_in(str path, str folder);
/* What `path` is called in `folder`: "b/c.md" of "a/b/c.md" in "a"; .p is NULL when it is not below
 * it. */
str path_below(str path, str folder);

str path_dir(str path);  /* "a/b.md" gives "a"; "b.md" gives ""                   */
str path_name(str path); /* "a/b.md" gives "b.md"                                 */
str path_stem(str path); /* "a/b.tar.gz" gives "b.tar"; ".profile" gives ".profile" */
str path_ext(str path);  /* "a/b.MD" gives ".MD"; none gives ""                   */

/* The way from folder `from` to `to`, both normal and relative to the same root: "../x/y". */
str path_relative(struct arena *a, str from, str to);

const char *path_cstr(struct arena *a, str path);

#ifdef __cplusplus
}
#endif
