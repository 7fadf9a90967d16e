/*
 * The app, as the rooms above see it: what vial.h shows to a site's code, and the middle of it all.
 *
 * vial_handle() takes a request and returns a response with no socket in sight. It has three
 * callers: the server, the builder and the test client, so a page on disk and one on the wire are
 * the same bytes. Many threads may call it at once, each with its own arena.
 */
#pragma once
#include "vial/app/reads.h"
#include "vial/app/route.h"
#include "vial/base/hash.h"
#include "vial/http/http.h"
#include "vial/template/template.h"
#include "vial/vial.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Answers `req`. Everything of the response lives in `a`; response_end() ends it. Never fails: what
 * goes wrong is a response with status 500, and then `err` (may be NULL) holds why, for the log,
 * the build and the preview.
 */
void vial_handle(vial *app, const struct request *req, struct response *res, struct arena *a,
                 struct error *err);

/* As vial_new(), with templates that are set up otherwise. */
vial *vial_new_with(const vial_opts *options, const struct env_options *env);

/* The environment that renders the app's templates, for adding loaders, globals and filters. */
struct env *vial_env(vial *app);

/* As vial_route(), but tells what is wrong. An endpoint has one handler. */
bool vial_route_add(vial *app, const struct rule *rule, struct error *err);
const struct routes *vial_routes(const vial *app);

/*
 * The file below the app's static folders that `path` names, if there is one: what a static URL
 * will answer with. Its name is in `a`; .p is NULL when there is none.
 */
str vial_static_file(vial *app, str path, struct arena *a);

/*
 * Where the app lives for the world: "https://example.com/docs/". External URLs begin so, all
 * others with its path; requests may come with that path or without.
 */
void vial_base_url(vial *app, str url);
str vial_base_path(const vial *app); /* "/docs", or "" */
/*
 * url_for() and vial_url() lead from the page that asks: "../b/index.html" for "/b/", so that files
 * work in any folder, and without a server. Not on /404.html, which answers everywhere.
 */
void vial_relative_urls(vial *app, bool relative);

/*
 * What the app tells of its URLs, for whoever makes files of them: those that listers name, and the
 * static files. `each` returns false to stop. False, and `err` says why, when a lister failed or a
 * folder cannot be read.
 */
bool vial_listed_urls(vial *app, bool (*each)(void *self, str url), void *self, struct error *err);
bool vial_static_urls(vial *app, bool (*each)(void *self, str url), void *self, struct error *err);

/*
 * All that `handler` reads is in the reads of its responses, so they may be kept until one of these
 * changes. Of any other handler nobody knows ("request:code").
 */
void vial_tells_reads(vial *app, vial_fn *handler);

/*
 * Versions of what responses are made from, for who makes all of them once and remembers that
 * (depends.c). vial_version() is of a thing among the reads, as it was when a response first spoke
 * of it since vial_versions_begin(), or else now. Zero: nobody can say, or it is changing. Two are
 * the same when the thing is. vial_settings() is of what all responses have in common.
 */
void vial_versions_begin(vial *app); /* once */
struct digest vial_version(vial *app, str key);
struct digest vial_settings(const vial *app);

/*
 * For an app whose handlers, hooks and filters may be exchanged while it is the same site (logic:).
 * From now on a response that one of them had a part in notes "logic:", and one that a handler
 * answered for, "again:code": it may have been made from anything. "told:code" is noted where the
 * handler, or whoever else had a part in it, said from what (vial_depends()).
 */
void vial_notes_code(vial *app);
/* Files below `folder` are noted by their names in it: so it may be called by any of its own. */
void vial_home(vial *app, str folder);
/* What was registered since: with another shape any response may be another. */
struct digest vial_shape(const vial *app);
/* Why the first thing was refused that was registered since; empty: nothing was. */
str vial_refused(const vial *app);
/* `fn(self)` when the app is gone: after vial_free(), and after the last of its streams. */
void vial_at_end(vial *app, void (*fn)(void *self), void *self);
/* The request that this thread answers; NULL: none. */
const struct request *vial_handling(void);

size_t vial_max_content(const vial *app); /* bytes of a body that it takes */
str vial_name(const vial *app);
bool vial_is_debug(const vial *app);
void vial_set_debug(vial *app, bool debug);
/*
 * While an app in debug is set up: the word that opens the pages of what went wrong, for whoever
 * runs it to print as /_debug/?token=WORD. Without it they are not there.
 */
str vial_debug_token(vial *app);
/* What was wrong with its configuration, in all, since it was made. */
bool vial_is_sound(const vial *app);
/* The configuration, a key a line, with secrets left out. */
void vial_config_print(vial *app, struct buf *out);

/* Inside of a request, for handlers and objects of the rooms above. */
struct arena *vial_arena(vial_req *r);
struct reads *vial_reads(vial_req *r);
const struct request *vial_http(vial_req *r);     /* who looks into it says what was asked: */
void vial_asked(vial_req *r, const char *of_what); /* "query", "host": see reads.h           */
str vial_arg_text(vial_req *r, const char *name);    /* as vial_arg(), a slice    */
value vial_arg_value(vial_req *r, const char *name); /* undefined when absent    */

/* url_for() with a dict: notes the URL in the request's reads. `r` may be NULL: only paths then. */
bool vial_url_to(vial *app, vial_req *r, str endpoint, value values, str *url, struct arena *a,
                 struct error *err);

/*
 * Includes whose text is the same in many responses are rendered once, and noted as read by all of
 * them. For apps whose templates see little of the request: whatever shows something of one request
 * alone says so by vial_glance(), and what it stands in is rendered each time. When objects that
 * templates see change, env_reuse_forget().
 */
void vial_reuse_partials(vial *app);
void vial_glance(vial_req *r); /* NULL: nothing */
uint64_t vial_glances(const vial_req *r);
/* Requests of another kin see another world: readers of another language. 0 unless told. */
void vial_kin(vial_req *r, unsigned kin);

/* Renders with a dict, as vial_render(). */
vial_res *vial_render_value(vial_req *r, str name, value context);
/* A response of `text`, which lives as long as the request. */
vial_res *vial_reply(vial_req *r, int status, str type, str text);
/* Fails the request with 500 and this error, which is taken over; gives NULL. */
vial_res *vial_abort_error(vial_req *r, struct error *err);
vial_res *vial_abort_str(vial_req *r, int status, str why);

#ifdef __cplusplus
}
#endif
