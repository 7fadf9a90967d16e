/*
 * The tree: every file that a site is made of, and how it was when it was looked at.
 *
 * It is taken before anything of the site is read, so that whatever is changed meanwhile differs
 * from it the next time. Kept beside what was built, it tells a later run with one look at each
 * name what it need not read again.
 */
#pragma once
#include "vial/base/file.h"
#include "vial/base/pack.h"

struct tree_root {
    str path; /* relative to the site's folder: "content" */
    struct file_walk walk;
    /* For each file: of its bytes, where its times do not tell enough; all zero: not known. */
    struct digest *digests;
};

enum { TREE_ROOTS = 8 };

struct tree {
    struct arena *arena;
    struct tree_root roots[TREE_ROOTS];
    size_t count;
    int64_t taken; /* on the file system's clock, as well as we know it: ns since 1970 */
};

/*
 * Looks at all files below the `count` folders `paths` of the site in `folder`; pages are in the
 * first. Whatever was changed after `taken`, or shortly before, may change again and look the same.
 */
bool tree_take(struct tree *tree, str folder, const str *paths, size_t count, int64_t taken,
               struct arena *a, struct error *err);

/*
 * What changed since `was` was taken: paths relative to the site's folder, in `tree->arena`, where
 * a folder stands for all in it. `tree` becomes what is there now; it has the roots of `was`.
 */
struct tree_changes {
    str *paths;
    size_t count, cap;
};
bool tree_compare(struct tree *tree, const struct tree *was, str folder, int64_t taken,
                  struct tree_changes *changes, struct arena *a, struct error *err);

/* At the end: what was read meanwhile is what is there, or else it counts as changed later. */
void tree_pack(const struct tree *tree, str folder, struct buf *out);
bool tree_unpack(struct tree *tree, struct unpack *from, struct arena *a);
