/*
 * The preview: a site while it is written. Pages are kept as they were rendered, dropped exactly
 * when something they read changes, and the tabs that show one that differs now load it again.
 *
 *     struct preview *preview = preview_open(S("mysite"), &options);
 *     server_open(&(struct server_options){ .handler = preview_answer, .self = preview }, &err);
 *     preview_change(preview, paths, count)      from the thread that watches
 *
 * Nothing is written to disk.
 */
#pragma once
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct preview;

/* Never NULL: a site that cannot be read is shown as its errors until it can. */
struct preview *preview_open(str folder, const struct site_options *options);
void preview_close(struct preview *preview); /* after the server is closed */

/* A server_handler. Any thread. */
void preview_answer(void *preview, const struct request *req, struct response *res,
                    struct arena *a);

/* What changed and what came of it, for the line that is printed. */
struct preview_change {
    size_t rendered, failed; /* of the pages that some tab shows */
    int64_t nanoseconds;
};

/* Takes in that files changed (none: perhaps everything); tells the tabs. One thread. */
struct preview_change preview_change(struct preview *preview, const str *paths, size_t count);

/* Every error the site has at the moment, for printing; the caller frees them. */
void preview_errors(struct preview *preview, struct errors *errors);

/* What is to be watched: as site_watched(), also for a site that could not be read. One thread;
 * what it gives is good until the next time, and until a change. */
size_t preview_watched(struct preview *preview, str *paths, size_t max);
str preview_output(struct preview *preview); /* to be skipped; relative to the folder */

/* Ends what is held open, so that the server can stop. */
void preview_end(struct preview *preview);

#ifdef __cplusplus
}
#endif
