/*
 * Live: the browsers that show a preview, told what changed.
 *
 * Each tab holds one response open (server-sent events) and has said which page it shows and which
 * version of it. Any thread may tell; each tab's own loop writes.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct live;

struct live *live_new(void);
void live_free(struct live *live); /* after the server has closed: no stream is open any more */

/* The paths that belong to the preview and not to the site: "/-/vial/live.js", "/-/vial/events". */
#define LIVE_PREFIX "/-/vial/"

/* Answers a request below LIVE_PREFIX. */
void live_answer(struct live *live, const struct request *req, struct response *res,
                 struct arena *a);

/* The page that a tab says it shows, in a request for the events. */
str live_page_of(const struct request *req, struct arena *a);

/* Which version of a page this is. Of two that differ it can be told whether their style sheets do
 * alone. */
str live_version(str html, struct arena *a);

/* `html` with the script before its </body>, or at its end; `version` is what the tab will say it
 * shows. */
str live_inject(str html, str version, struct arena *a);

/* The pages that tabs show, each once, in `a`; returns how many. */
size_t live_pages(struct live *live, str **pages, struct arena *a);

/* Tabs that show `page` in another version than this one load it again, or its style sheets. */
void live_tell_page(struct live *live, str page, str version);

/* All tabs exchange the file whose address ends in `name`, if they use it. */
void live_tell_file(struct live *live, str name);

/* Ends every stream, so that the server can drain. */
void live_end(struct live *live);

#ifdef __cplusplus
}
#endif
