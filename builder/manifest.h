/*
 * The manifest: which files of an output folder are vial's.
 *
 * It lies in the site's .vial folder, one for each output folder ever built to, and is text: a line
 * for each file, sorted, and a last one that tells how many there are, so that a torn one is known.
 * A name is written down before its file is begun: what a killed build left behind is ours to mend.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/map.h"

struct manifest {
    struct arena *arena;
    str path;         /* its own file                                       */
    struct map names; /* relative to the output; the data says nothing       */
};

/*
 * The manifest for `output` (an absolute path) of the site in `folder`. Where there is none, or a
 * torn one, it is empty.
 */
bool manifest_load(struct manifest *manifest, str folder, str output, struct arena *a,
                   struct error *err);

bool manifest_has(const struct manifest *manifest, str name);
void manifest_add(struct manifest *manifest, str name); /* the name is borrowed */
bool manifest_save(const struct manifest *manifest, struct error *err);
