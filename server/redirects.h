/*
 * The file _redirects of a built folder: who is sent where.
 *
 *     # comment
 *     /old/                  /new/                 301
 *     /news/:year/:name      /blog/:year/:name             (301 when no status is told)
 *     /store   id=:id        /goods/:id            302     with this in the query
 *     /app*                  /app/index.html       200     another file, unseen by the browser
 *     /gone*                 /gone.html            410
 *     /shut*                 /                     302!    also where there is a file
 *
 * The first line that fits counts. A redirect of one path (without names and star) is done before
 * files are looked for, because what is built there is the page that leads on for hosts without
 * this file; all others where there is no file, unless their status ends with "!". What would lead
 * to where the request is already is passed over.
 */
#pragma once
#include "server/pattern.h"

#ifdef __cplusplus
extern "C" {
#endif

struct redirects;

/* All in `a`, that has to live as long; what is wrong is added to `errors`. */
struct redirects *redirects_read(str file, str text, struct arena *a, struct errors *errors);

enum redirect_when { REDIRECT_BEFORE_FILES, REDIRECT_WITHOUT_FILE };

/* Where a request is sent. */
struct redirection {
    int status; /* 301, 302, 303, 307, 308; or of the file that answers: 200, 404, 410 */
    str to;     /* encoded, with the query; of a file: decoded, its path with the slash */
};

bool redirects_find(const struct redirects *redirects, const struct request *req,
                    enum redirect_when when, struct redirection *found, struct arena *a);

#ifdef __cplusplus
}
#endif
