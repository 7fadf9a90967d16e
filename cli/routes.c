/*
 * routes.c - vial routes: the site's routes, as `flask routes` prints them
 *
 *   comes in:  a site's folder
 *   goes out:  a table of endpoint, methods and rule on standard output
 */
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/site/site.h"
#include <stdio.h>

static const char usage[] = "vial routes [-s DIR]";

struct table {
    bool printing; /* first the columns are measured, then they are printed */
    int endpoint, methods;
};

static int wider(int width, str text)
{
    return (int)text.len > width ? (int)text.len : width;
}

static bool row(void *self, const struct app_route *route)
{
    struct table *table = self;

    if (table->printing) {
        printf("%-*.*s  %-*.*s  %.*s\n", table->endpoint, STR(route->endpoint), table->methods,
               STR(route->methods), STR(route->rule));
    } else {
        table->endpoint = wider(table->endpoint, route->endpoint);
        table->methods = wider(table->methods, route->methods);
    }
    return true;
}

static void print_table(vial *app)
{
    struct table table = { .endpoint = sizeof "Endpoint" - 1, .methods = sizeof "Methods" - 1 };

    vial_each_route(app, row, &table);
    printf("%-*s  %-*s  Rule\n", table.endpoint, "Endpoint", table.methods, "Methods");
    table.printing = true;
    vial_each_route(app, row, &table);
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
        print_table(site_app(site));
    report_count(wrong, 0);
    site_close(site);
    return wrong ? EXIT_ERRORS : EXIT_DONE;
}
