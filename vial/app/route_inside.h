/*
 * What the router's files share: the tree of route_match.c, the rules of route.c, the building of
 * route_build.c.
 */
#pragma once
#include "vial/app/route.h"
#include "vial/app/rule.h"
#include "vial/base/map.h"

/* Methods are bits; the first stands for all those nobody has named. */
typedef uint64_t method_set;
enum { METHODS_MAX = 64 };
#define METHOD_OTHER ((method_set)1)
#define METHODS_ALL  (~(method_set)0)

struct route_inside {
    method_set methods;
    bool strict_slashes, merge_slashes;
    struct parts parts;
    struct trace trace;
    size_t host_pieces; /* of the trace: they come first              */
    const str *names;   /* all arguments, also those of the defaults   */
    size_t name_count;
};

struct endpoint {
    const struct route **list; /* in the order in which building tries them */
    size_t count, cap;
    bool has_defaults; /* one of them has: it may be what others redirect to */
};

struct state;

struct routes {
    struct arena *arena;
    struct routes_options options;
    struct state *root;
    struct map endpoints; /* to struct endpoint */
    struct route **list;
    size_t count, cap;
    str methods[METHODS_MAX];
    size_t method_count;
};

/* A binding with its defaults filled in. */
struct bound {
    const struct routes *routes;
    str scheme, host, subdomain, query;
    str script; /* "" or "/prefix", no slash at its end */
};

struct bound bind_to(const struct routes *routes, const struct binding *binding, struct arena *a);
str bound_host(const struct bound *b, str domain, struct arena *a); /* of a rule's domain part */
/* An absolute URL of a path that is encoded already, with the query if there is one. */
str bound_url(const struct bound *b, str host, str path, str query, struct arena *a);

method_set method_bit(const struct routes *routes, str method);
str methods_list(const struct routes *routes, method_set methods, struct arena *a);

str slashes_merged(struct arena *a, str s); /* "//" to "/" */

/* route_match.c */
struct state *state_new(struct arena *a);
void state_add(struct routes *routes, const struct route *route);

/* route_redirect.c */
void match_redirect_to_path(const struct bound *b, str path, bool slash, struct match *match,
                            struct arena *a);
/* Turns a match that was found into a redirect, where its rules ask for one. */
void match_redirect(const struct routes *routes, const struct binding *binding,
                    const struct bound *b, method_set method_bits, str method, struct match *match,
                    struct arena *a);

/* route_build.c */
bool route_is_suitable(const struct route *route, value values, method_set method);
/* The domain and the path, with a query for what is left over unless `no_query`. */
bool route_build(const struct routes *routes, const struct route *route, value values,
                 bool no_query, str *domain, str *url, struct arena *a, struct error *err);
bool values_are_equal(value a, value b);
