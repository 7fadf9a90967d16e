/*
 * The app, as the rooms above see it: what vial.h shows to a site's code, and the middle of it all.
 *
 * vial_handle() takes a request and returns a response with no socket in sight. It has three
 * callers: the server, the builder and the test client, so a page on disk and one on the wire are
 * the same bytes. Many threads may call it at once, each with its own arena.
 */
#pragma once
#include "vial/http/http.h"
#include "vial/template/template.h"
#include "vial/vial.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Answers `req`. Everything of the response lives in `a`. Never fails: what goes wrong is a
 * response with status 500, and then `err` (may be NULL) holds why, for the log, the build and the
 * preview.
 */
void vial_handle(vial *app, const struct request *req, struct response *res, struct arena *a,
                 struct error *err);

/* Every route in the order of registration, for `vial routes`. `each` returns false to stop. */
struct app_route {
    str rule, endpoint;
    str methods; /* "GET, HEAD, OPTIONS" */
};
bool vial_each_route(vial *app, bool (*each)(void *self, const struct app_route *route),
                     void *self);

/* The environment that renders the app's templates, for adding loaders, globals and filters. */
struct env *vial_env(vial *app);

#ifdef __cplusplus
}
#endif
