/*
 * The output folder: files put there if they differ, foreign ones left alone.
 *
 * Many threads may put files at once, each its own.
 */
#pragma once
#include "builder/manifest.h"

struct output {
    str folder;                  /* absolute                                             */
    const struct manifest *ours; /* the files that earlier builds wrote                  */
    bool force;                  /* foreign files that are in the way are taken over      */
};

/*
 * The folder a site is built to: `wanted`, or the site's own. Refused when it is a file, or is,
 * holds or lies in a folder that the site is made of.
 */
bool output_find(str *folder, str site, str wanted, const str *sources, size_t nsources,
                 struct arena *a, struct error *err);

/* Makes `name` hold `text`, or what the file at `source` holds. `written` says whether it did not
 * already. */
bool output_put_text(const struct output *out, str name, str text, bool *written,
                     struct error *err);
bool output_put_file(const struct output *out, str name, str source, bool *written,
                     struct error *err);

/* Removes a file that was made once, and its folder if that is empty now. */
bool output_remove(const struct output *out, str name, struct error *err);
