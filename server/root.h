/*
 * A built folder, served as files: `vial serve --root DIR`.
 *
 * /x/ is x/index.html, /x is sent to /x/ when that is a folder, and what is not there gets the
 * nearest 404.html. The folder's files _redirects and _headers are obeyed (rules.h). Never served:
 * names that begin with a dot (but /.well-known/), anything outside the folder by whatever spelling
 * or link, and what is no regular file.
 */
#pragma once
#include "server/server.h"

#ifdef __cplusplus
extern "C" {
#endif

struct root;

/* NULL, and `errors` say why: there is no such folder, or its rules are none. */
struct root *root_open(const char *folder, struct errors *errors);
void root_close(struct root *root); /* NULL is fine */

/* A file below the folder that may be served, open for reading; below 0: there is none. */
int root_open_file(void *root, str name, struct arena *a);

/* A server_handler; `self` is the root. A file is given open, with its name in the folder. */
void root_answer(void *self, const struct request *req, struct response *res, struct arena *a);

#ifdef __cplusplus
}
#endif
