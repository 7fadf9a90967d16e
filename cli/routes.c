/*
 * routes.c - vial routes: the site's routes, as `flask routes` prints them
 *
 *   comes in:  a site's folder
 *   goes out:  a table of endpoint, methods and rule on standard output
 */
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/app/route.h"
#include "vial/site/site.h"
#include <stdio.h>

static const char usage[] = "vial routes [-s DIR]";

struct widths {
    int endpoint, methods;
};

static int wider(int width, str text)
{
    return (int)text.len > width ? (int)text.len : width;
}

static str methods_of(const struct route *route)
{
    return route->rule.methods.len ? route->rule.methods : S("GET HEAD");
}

static void print_table(const struct routes *routes)
{
    struct widths w = { .endpoint = sizeof "Endpoint" - 1, .methods = sizeof "Methods" - 1 };

    for (size_t i = 0; i < routes_count(routes); i++) {
        const struct route *route = routes_at(routes, i);

        w.endpoint = wider(w.endpoint, route->rule.endpoint);
        w.methods = wider(w.methods, methods_of(route));
    }
    printf("%-*s  %-*s  Rule\n", w.endpoint, "Endpoint", w.methods, "Methods");
    for (size_t i = 0; i < routes_count(routes); i++) {
        const struct route *route = routes_at(routes, i);

        printf("%-*.*s  %-*.*s  %.*s\n", w.endpoint, STR(route->rule.endpoint), w.methods,
               STR(methods_of(route)), STR(route->rule.rule));
    }
}

int cmd_routes(int argc, char **argv)
{
    str folder = S(".");
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 0 },
    };
    struct operands rest;
    struct errors errors = { 0 };
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;

    struct site *site = site_open(folder, &(struct site_options){ 0 }, &errors);
    size_t wrong = report_errors(&errors);
    if (site)
        print_table(vial_routes(site_app(site)));
    report_count(wrong, 0);
    site_close(site);
    return wrong ? EXIT_ERRORS : EXIT_DONE;
}
