/*
 * The inside of an app and of a request: what this room's files share and nobody else sees.
 */
#pragma once
#include "vial/app/app.h"
#include "vial/app/converter.h"
#include "vial/app/static.h"
#include <pthread.h>

/* Things of one kind in the order they were added: hooks, handlers of errors. */
struct hook {
    struct hook *next;
    int status; /* of error handlers; 0: any */
    union {
        vial_fn *before, *error;
        vial_res *(*after)(vial_req *, vial_res *);
        void (*teardown)(vial_req *, int);
        void (*context)(vial_req *, vial_val);
    } fn;
};

struct vial {
    struct arena *arena; /* the app's, and it lives there itself */
    str name;
    bool debug;
    struct env *env;
    struct routes *routes;
    struct hook *before, *after, *teardown, *errors, *context; /* `before` and `context` in order,
                                                                 the others last added first */
    struct statics statics;
    str base_scheme, base_host,
        base_path; /* of vial_base_url(); base_path has no slash at its end */
};

struct vial_res {
    struct response http;
    vial_req *r;
    bool status_set;
};

struct vial_req {
    vial *app;
    const struct request *http;
    struct arena *arena;
    str path; /* without the app's base path */
    struct binding binding;
    struct match match;
    bool matched;
    str endpoint; /* empty: none */
    struct params query;
    bool query_parsed;
    value g;
    struct reads *reads;
    value context; /* what the last template got */
    int failed;    /* the status to answer with, or 0 */
    int failing;   /* the same, while a handler of errors answers */
    str why;
    struct error err; /* why it is a 500 */
};

void values_add(value dict, const vial_kv *entries, struct arena *a); /* the keys are copied */

vial_res *res_new(vial_req *r, int status, str type);
void res_set(vial_res *res, str header, str value);

vial_res *redirect_to(vial_req *r, int status, str url);

/* The page for r->failed: a handler's, else the plain one. Never NULL. */
vial_res *error_respond(vial_req *r);

vial_res *static_respond(vial_req *r, const struct static_file *file);

/* As vial_handle(); `context` gets what the last template did, or none. */
void handle_keeping_context(vial *app, const struct request *req, struct response *res,
                            struct arena *a, struct error *err, value *context);

void objects_register(vial *app); /* request, g, url_for for templates */
