/*
 * list.c - vial list: the site's pages, and which of them are not shown, and why
 *
 *   comes in:  a site's folder; pages, drafts, future or expired
 *   goes out:  a line for each: file, address, date, title, separated by tabs
 */
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/site/site.h"
#include <stdio.h>

static const char usage[] = "vial list pages|drafts|future|expired|skipped [-s DIR]";

static const struct {
    const char *name;
    enum site_shown shown;
} lists[] = {
    { "pages", SITE_SHOWN },
    { "drafts", SITE_DRAFT },
    { "future", SITE_FUTURE },
    { "expired", SITE_EXPIRED },
};

/* `vial list skipped`: all that are not shown, with the reason before them. */
static bool skipped_line(void *self, const struct site_listed *page)
{
    static const char *const why[] = { "", "draft", "future", "expired" };

    (void)self;
    if (page->shown != SITE_SHOWN)
        printf("%s\t%.*s\t%.*s\t%.*s\n", why[page->shown], STR(page->file), STR(page->date),
               STR(page->title));
    return true;
}

static bool line(void *self, const struct site_listed *page)
{
    const enum site_shown *wanted = self;

    if (page->shown == *wanted)
        printf("%.*s\t%.*s\t%.*s\t%.*s\n", STR(page->file), STR(page->url), STR(page->date),
               STR(page->title));
    return true;
}

static bool list_named(str name, enum site_shown *shown)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_eq(name, str_of(lists[i].name))) {
            *shown = lists[i].shown;
            return true;
        }
    return false;
}

int cmd_list(int argc, char **argv)
{
    str folder = S(".");
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 0 },
    };
    struct operands rest;
    struct errors errors = { 0 };
    enum site_shown wanted;
    int status = options_parse(usage, specs, argc, argv, &rest, 1);

    if (status >= 0)
        return status;
    if (!rest.count)
        return usage_error(usage, "which pages?");
    bool skipped = str_eq(str_of(rest.list[0]), S("skipped"));
    if (!skipped && !list_named(str_of(rest.list[0]), &wanted))
        return usage_error(usage, "there is no list of '%s'", rest.list[0]);

    struct site *site = site_open(folder, &(struct site_options){ 0 }, &errors);
    size_t wrong = report_errors(&errors);
    if (site)
        site_each_page(site, skipped ? skipped_line : line, &wanted);
    report_count(wrong, 0);
    site_close(site);
    return wrong ? EXIT_ERRORS : EXIT_DONE;
}
