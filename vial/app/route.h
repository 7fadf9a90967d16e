/*
 * Routes: the handler that answers a path, and the path that leads to a handler.
 *
 * Rules are Flask's: "/posts/<int:year>/<slug>/". They are added while the app is set up and only
 * read afterwards, so any number of threads may match and build at once. What a rule means, which
 * of two wins, when a slash or a default redirects, is Werkzeug's (contracts: `vial route`).
 */
#pragma once
#include "vial/http/http.h"
#include "vial/template/value.h"
#include "vial/vial.h"

#ifdef __cplusplus
extern "C" {
#endif

struct routes;

enum choice { BY_DEFAULT, YES, NO };

/* Zero is Werkzeug's default for each. */
struct routes_options {
    bool loose_slashes;   /* "/a" answers for "/a/" without a redirect       */
    bool keep_slashes;    /* "//" in a path is not merged to "/"             */
    bool keep_defaults;   /* no redirect to the rule that has them built in  */
    bool host_matching;   /* rules name hosts, and not subdomains            */
    bool sort_parameters; /* of the queries of built URLs, by name           */
    str default_subdomain;
};

/* A rule as it is added; all zero but `rule` and `endpoint` is fine. */
struct rule {
    str rule;       /* "/posts/<int:year>/<slug>/"                             */
    str endpoint;   /* its name for building; many rules may share one         */
    str methods;    /* "GET POST": GET implies HEAD; .p is NULL: all           */
    value defaults; /* a dict of arguments the rule does not mention         */
    str subdomain, host;
    bool has_subdomain; /* false: the default one                            */
    enum choice strict_slashes, merge_slashes;
    bool build_only; /* never matches                                        */
    bool no_freeze;  /* only answered live: for the builder                   */
    bool alias;      /* redirects to the endpoint's canonical rule           */
    str redirect_to; /* "/new/<id>": redirects there; .p is NULL: it does not */
    vial_fn *handler;
    const void *data;        /* for the handler */
    const struct duty *duty; /* for the app: where it belongs; NULL: to none */
};

/* A rule that was added. What it begins with may be read by all. */
struct route {
    struct rule rule;
    bool options_by_itself; /* the app answers OPTIONS for it  */
    size_t order;           /* of adding, from 0               */
    const struct route_inside *inside;
};

struct routes *routes_new(const struct routes_options *options, struct arena *a);

/*
 * NULL, and `err` says why and where in the rule, when it does not parse. The rule's texts are
 * copied; `defaults` must live as long as the routes.
 */
struct route *routes_add(struct routes *routes, const struct rule *rule, struct error *err);

size_t routes_count(const struct routes *routes);
const struct route *routes_at(const struct routes *routes, size_t i); /* in order of adding */

/* Where a request came to: of its URL, all but path and method. */
struct binding {
    str scheme;      /* empty: "http"                                      */
    str host;        /* without the subdomain: "example.com:8000"           */
    bool host_lower; /* it is known to have no capitals: is_lower_case()    */
    str script_name; /* the path below which the app lives; empty: "/"      */
    str subdomain;
    bool has_subdomain; /* false: the default one                          */
    str query;          /* goes on with redirects                           */
};

bool is_lower_case(str host);

enum { ARGUMENTS_MAX = 32 };
struct argument {
    str name;
    str text; /* a slice of the path; empty for defaults */
    value v;
};

enum match_kind { MATCH_FOUND, MATCH_REDIRECT, MATCH_NO_METHOD, MATCH_NONE };
struct match {
    enum match_kind kind;
    const struct route *route; /* MATCH_FOUND */
    struct argument arguments[ARGUMENTS_MAX];
    size_t count;
    str redirect; /* MATCH_REDIRECT: an absolute URL; the status is 308    */
    str allow;    /* MATCH_NO_METHOD: "GET, HEAD, POST", sorted           */
};

/* `path` is decoded. The answer points into `path` and `a`. */
void routes_match(const struct routes *routes, const struct binding *binding, str method, str path,
                  struct match *match, struct arena *a);

/* The methods that `path` answers to, as MATCH_NO_METHOD gives them; empty when there are none. */
str routes_allowed(const struct routes *routes, const struct binding *binding, str path,
                   struct arena *a);

struct build_how {
    str method; /* the rule must answer to; empty: to GET, else to any */
    bool external;
    bool no_query; /* values that the rule has no place for are dropped, else they become a query */
    str scheme;    /* of an external URL; empty: the binding's */
};

/* Whether a rule of `endpoint` has such an argument, in it or among its defaults. */
bool routes_expect(const struct routes *routes, str endpoint, str name);

/*
 * The URL that leads to `endpoint` with `values` (a dict or undefined). False, and `err` says why:
 * there is no such endpoint, it needs another value, or a value does not fit.
 */
bool routes_build(const struct routes *routes, const struct binding *binding, str endpoint,
                  value values, const struct build_how *how, str *url, struct arena *a,
                  struct error *err);

#ifdef __cplusplus
}
#endif
