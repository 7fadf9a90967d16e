/*
 * The inside of an app and of a request: what this room's files share and nobody else sees.
 */
#pragma once
#include "vial/app/app.h"
#include "vial/app/converter.h"
#include "vial/app/session.h"
#include "vial/app/static.h"
#include "vial/app/yaml.h"
#include "vial/http/form.h"
#include <pthread.h>
#include <stdatomic.h>

/* Things of one kind in the order they were added: hooks, handlers of errors, listeners. */
struct hook {
    struct hook *next;
    int status; /* of error handlers; 0: any. Of listeners: the event */
    union {
        vial_fn *before, *error;
        vial_res *(*after)(vial_req *, vial_res *);
        void (*teardown)(vial_req *, int);
        void (*context)(vial_req *, vial_val);
        void (*listen)(vial_req *, const char *);
        void (*url_defaults)(vial_req *, const char *, vial_val);
    } fn;
};

/*
 * Where hooks count: the app as a whole, or one blueprint at one place. A request's scope is that
 * of its route; the scopes above are its parents, and the app's own is the outermost.
 */
struct scope {
    struct scope *next;   /* of the same app, or of the same blueprint (see `same`) */
    struct scope *parent; /* NULL: the app's own                                     */
    struct scope *same;   /* the other places where this blueprint is mounted        */
    const vial *owner;    /* whose hooks these are: the app, or a blueprint          */
    vial *app;
    str name;   /* "outer.inner"; empty: the app's own */
    str prefix; /* "/admin/users"; empty: none         */
};

/* What a rule of ours has beside what the router knows. */
struct duty {
    const struct scope *scope;
    const vial_view_o *view; /* NULL: the handler is the rule's */
    bool csrf, no_csrf, tells_all;
};

struct record; /* what a blueprint was told (blueprint.c) */

struct vial {
    struct arena *arena; /* the app's, and it lives there itself */
    str name;
    bool debug;
    struct debugger *debugger; /* NULL: nobody has asked for its token (debug.h) */
    struct env *env;           /* NULL: this is a blueprint */
    struct routes *routes;
    struct map endpoints;                                      /* to their handlers */
    struct hook *before, *after, *teardown, *errors, *context; /* `before` and `context` in order,
                                                                 the others last added first */
    struct hook *listeners;
    struct hook *url_defaults;
    bool has_url_defaults; /* of an app: it has some, or one of its blueprints has */
    bool relative_urls;
    size_t max_json;
    struct map data; /* of vial_set_data() */
    struct statics statics;
    str base_scheme, base_host,
        base_path; /* of vial_base_url(); base_path has no slash at its end */
    str trusted_hosts;
    vial_proxies proxies;
    size_t max_content;
    struct form_limits form_limits;
    struct session_keys session;

    struct scope own;       /* the outermost                              */
    struct scope *scopes;   /* of an app: all places of blueprints         */
    struct record *records; /* of a blueprint: what to do where it is mounted */
    struct scope *places;   /* of a blueprint: where it is mounted           */
    str prefix;             /* likewise: what it was made with              */
    struct mounted *mounted;
    struct command *commands;
    struct lister *listers;
    struct teller *tellers;
    value settings;                  /* what vial_config() has read                       */
    const struct yaml_node *written; /* the file that it was read from, for places; or NULL */
    str instance, env_prefix;
    str home;       /* vial_home(); empty: there is none  */
    bool unsound;   /* the configuration has errors */
    size_t holders; /* of a blueprint: apps and blueprints that end it */

    bool notes_code; /* vial_notes_code() */
    struct buf shape;
    struct buf given;          /* its globals, as far as they are plain values          */
    struct kind *kinds;        /* of things that responses are made from (depends.c)    */
    struct versions *versions; /* NULL: nobody asks how they are                        */
    str refused;
    atomic_size_t users; /* its owner, and streams that are not at their end */
    void (*at_end)(void *self);
    void *at_end_self;
};

/* A handler whose reads are all there are (vial_tells_reads()). */
struct teller {
    struct teller *next;
    vial_fn *handler;
};

/* A blueprint that ends with its app. */
struct mounted {
    struct mounted *next;
    vial *blueprint;
};

struct vial_res {
    struct response http;
    vial_req *r;
    bool status_set;
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *data;
};

enum form_state { FORM_UNREAD, FORM_READ, FORM_FAILED };

struct vial_req {
    vial *app;
    const struct request *http;
    struct arena *arena;
    str path; /* without the app's base path */
    str peer; /* as the proxies say         */
    struct binding binding;
    struct match match;
    bool busy; /* whether a file answers could not be told: see static.h */
    bool matched;
    str endpoint;              /* empty: none */
    const struct scope *scope; /* the route's, else the app's own */
    const struct duty *duty;   /* the route's; NULL: it has none   */
    struct params query;
    bool query_parsed;
    struct form form;
    enum form_state form_state;
    struct session session;
    value g;
    struct reads *reads;
    uint64_t glances; /* at what is of this request alone (reuse.c) */
    unsigned kin;
    value context; /* what the last template got */
    str template_name;
    struct hook *after_this;
    const struct invocation *invocation; /* of a command (command.c); else NULL */
    struct deferred *deferred;
    int failed;  /* the status to answer with, or 0 */
    int failing; /* the same, while a handler of errors answers */
    str why;
    str id; /* of a request that is a 500: in the log, and for whoever asks what became of it */
    struct error err; /* why it is a 500 */

    /* of the debugger (debug.h) */
    struct debug_frame *frames;
    str error_text, nonce;
    bool kept;            /* it outlives its response                     */
    bool over;            /* and what it had open was closed at its end    */
    unsigned expressions; /* that were evaluated in its frames            */
};

/* code.c */
void note_code(vial_req *r);     /* code that the app was given has a part in the response */
void note_code_own(vial_req *r); /* and has made it                                         */
void note_code_told(vial_req *r); /* likewise, and said from what */
void shape_add(vial *app, const char *what, str name);
void app_refuses(vial *app, const struct error *err); /* logged; the first is remembered */
void app_hold(vial *app);
void app_release(vial *app);

void values_add(value dict, const vial_kv *entries, struct arena *a); /* the keys are copied */

/* blueprint.c */
void scope_init(vial *app, const vial_opts *options);
void app_free_mounted(vial *app);
str scope_endpoint(const struct scope *scope, str endpoint, struct arena *a);
/* The blueprint whose prefix `path` lies below, the longest of them; else the app's own. */
const struct scope *scope_of_path(const vial *app, str path);
/* The handler of `rule` at one place, or an app's. */
bool scope_route(struct scope *scope, const struct rule *rule, const struct duty *duty,
                 struct error *err);
/* These remember, for a blueprint; the last two give false for an app. */
bool record_rule(vial *app, const struct rule *rule, const struct duty *duty, struct error *err);
bool record_static(vial *app, const char *prefix, const char *folder);
bool record_extension(vial *app, const char *name, int kind, const void *fn, value v);
/* Likewise: false for an app, which does it itself. */
bool record_listener(vial *app, enum vial_event event, void (*fn)(vial_req *, const char *));
bool record_lister(vial *app, const char *endpoint, void (*list)(vial_req *, vial_urls *));
bool record_command(vial *app, const char *name, const vial_command_o *o);

/* What an app does then: app.c, freeze.c, command.c. */
void app_listen(vial *app, enum vial_event event, void (*fn)(vial_req *, const char *));
void lister_add(vial *app, str endpoint, void (*list)(vial_req *, vial_urls *));
void command_add(vial *app, str name, const vial_command_o *o);
const vial_command_o *command_last(const vial *app); /* that was added */

/* urls.c: as the page that asks wants to have it: relative, where the app says so. */
str url_as_shown(vial_req *r, str url);

/* app.c */
struct hook *hook_first(vial *app, struct hook **list);
bool app_static(struct scope *scope, str prefix, str folder);
void signal_listeners(vial_req *r, enum vial_event event, str what);

/* depends.c */
void versions_free(struct versions *versions); /* NULL is fine */

/* handle.c */
vial_req *request_new(vial *app, const struct request *http, struct arena *a);
void request_end(vial_req *r, int status); /* what tears down and what was put off */
vial_res *view_answer(vial_req *r);        /* of rules whose duty has a view */

/* objects_filters.c */
enum extension { EXTENSION_FILTER, EXTENSION_TEST, EXTENSION_FUNCTION, EXTENSION_GLOBAL };
void extension_register(vial *app, str name, int kind, const void *fn, value v);

/* arrive.c */
void bind_request(vial_req *r);
bool host_is_trusted(const vial_req *r);

/* asked.c */
void note_handler(vial_req *r, vial_fn *handler);
void note_hooks(vial_req *r);

/* guard.c */
bool comes_from_elsewhere(const vial_req *r); /* a page of another site makes a browser send it */
bool request_is_allowed(vial_req *r);         /* else it has failed: forged forms */

vial_res *res_new(vial_req *r, int status, str type);
vial_res *redirect_to(vial_req *r, int status, str url);

/* The page for r->failed: a handler's, else the plain one. Never NULL. */
vial_res *error_respond(vial_req *r);

vial_res *static_respond(vial_req *r, const struct static_file *file);

/* form_read.c */
const struct params *request_query(vial_req *r);
const struct form *request_form(vial_req *r); /* empty when there is none, or it is broken */

/* The request's session, read when it is first asked for. */
struct session *request_session(vial_req *r);
void session_respond(vial_req *r, struct response *res);
value flashed_messages(vial_req *r, bool with_categories, value only);

/*
 * As vial_handle(); `context` gets what the last template did, or none; `session`, what is in the
 * session at the end.
 */
struct seen {
    value context, session;
    str template_name;
};
void handle_and_see(vial *app, const struct request *req, struct response *res, struct arena *a,
                    struct error *err, struct seen *seen);

void objects_register(vial *app); /* request, g, session, url_for, ... for templates */
