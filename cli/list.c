/*
 * list.c - vial list: the site's pages, which of them are not shown, and why and until when
 *
 *   comes in:  a site's folder; pages, drafts, future, expired, skipped or untranslated
 *   goes out:  a line for each, its parts separated by tabs, or as JSON
 */
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/app/json.h"
#include "vial/site/site.h"
#include <stdio.h>

static const char usage[] =
    "vial list pages|drafts|future|expired|skipped|untranslated [-s DIR] [--json]";

enum wanted { PAGES, DRAFTS, FUTURE, EXPIRED, SKIPPED, UNTRANSLATED }; /* as enum site_shown */
static const char *const lists[] = { "pages",   "drafts",  "future",
                                     "expired", "skipped", "untranslated" };
static const char *const reasons[] = { "shown", "draft", "future", "expired" };

struct listing {
    enum wanted wanted;
    bool json;
};

static bool is_wanted(enum wanted wanted, const struct site_listed *page)
{
    switch (wanted) {
    case SKIPPED:
        return page->shown != SITE_SHOWN;
    case UNTRANSLATED:
        return page->missing.len > 0;
    default:
        return (int)page->shown == (int)wanted;
    }
}

/* "5 hours", "1 day", "3 months": in the largest unit that there are two of, or one of a kind. */
static str distance(int64_t seconds, struct arena *a)
{
    static const struct {
        int64_t seconds, from;
        const char *name;
    } units[] = {
        { 31556952, 2 * 31556952, "year" },
        { 2629746, 2 * 2629746, "month" },
        { 86400, 86400, "day" },
        { 3600, 3600, "hour" },
        { 60, 60, "minute" },
        { 1, 0, "second" },
    };
    size_t i = 0;

    while (seconds < units[i].from)
        i++;
    long long count = (long long)(seconds / units[i].seconds);
    return str_fmt(a, "%lld %s%s", count, units[i].name, count == 1 ? "" : "s");
}

/* What has to happen before it is shown. */
static str why(const struct site_listed *page, struct arena *a)
{
    str said = S("");

    if (page->shown == SITE_DRAFT)
        said = S("until it is no draft");
    else if (page->shown == SITE_FUTURE)
        said = str_fmt(a, "until %.*s, in %.*s", STR(page->when), STR(distance(page->away, a)));
    else if (page->shown == SITE_EXPIRED)
        said = str_fmt(a, "since %.*s, %.*s ago", STR(page->when), STR(distance(-page->away, a)));
    if (page->because.len)
        said = str_fmt(a, "%.*s, as %.*s says", STR(said), STR(page->because));
    return said;
}

static void print_line(enum wanted wanted, const struct site_listed *page)
{
    struct arena a = { 0 };
    str reason = why(page, &a);

    if (wanted == SKIPPED)
        printf("%s\t%.*s\t%.*s\t%.*s\t%.*s\n", reasons[page->shown], STR(page->file),
               STR(page->date), STR(page->title), STR(reason));
    else if (wanted == UNTRANSLATED)
        printf("%.*s\t%.*s\t%.*s\t%.*s\n", STR(page->missing), STR(page->file), STR(page->url),
               STR(page->title));
    else
        printf("%.*s\t%.*s\t%.*s\t%.*s%s%.*s\n", STR(page->file), STR(page->url), STR(page->date),
               STR(page->title), reason.len ? "\t" : "", STR(reason));
    arena_free(&a);
}

static void add_text(struct buf *out, const char *name, str text)
{
    if (!text.len)
        return;
    buf_addf(out, ",\"%s\":", name);
    json_print_text(text, out);
}

static void print_json(const struct site_listed *page)
{
    struct buf out = { 0 };
    str missing = page->missing;

    buf_lit(&out, "{\"file\":");
    json_print_text(page->file, &out);
    add_text(&out, "url", page->url);
    add_text(&out, "title", page->title);
    add_text(&out, "date", page->date);
    add_text(&out, "language", page->language);
    buf_addf(&out, ",\"state\":\"%s\"", reasons[page->shown]);
    add_text(&out, page->shown == SITE_EXPIRED ? "since" : "until", page->when);
    if (page->when.len)
        buf_addf(&out, ",\"seconds\":%lld", (long long)page->away);
    add_text(&out, "because", page->because);
    for (const char *before = ",\"untranslated\":["; missing.len; before = ",") {
        buf_addf(&out, "%s", before);
        json_print_text(str_cut(&missing, ' '), &out);
    }
    buf_addf(&out, "%s}", page->missing.len ? "]" : "");
    printf("%.*s\n", STR(buf_str(&out)));
    buf_free(&out);
}

static bool list_page(void *self, const struct site_listed *page)
{
    const struct listing *listing = self;

    if (!is_wanted(listing->wanted, page))
        return true;
    if (listing->json)
        print_json(page);
    else
        print_line(listing->wanted, page);
    return true;
}

static bool list_named(str name, enum wanted *wanted)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_eq(name, str_of(lists[i]))) {
            *wanted = (enum wanted)i;
            return true;
        }
    return false;
}

int cmd_list(int argc, char **argv)
{
    str folder = S(".");
    struct listing listing = { .wanted = PAGES };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 0, "json", OPTION_FLAG, &listing.json, NULL, "a line of JSON for each" },
        { 0 },
    };
    struct operands rest;
    struct errors errors = { 0 };
    int status = options_parse(usage, specs, argc, argv, &rest, 1);

    if (status >= 0)
        return status;
    if (!rest.count)
        return usage_error(usage, "which pages?");
    if (!list_named(str_of(rest.list[0]), &listing.wanted))
        return usage_error(usage, "there is no list of '%s'", rest.list[0]);

    struct site *site = site_open(folder, &(struct site_options){ 0 }, &errors);
    size_t wrong = report_errors(&errors);
    if (site)
        site_each_page(site, list_page, &listing);
    report_count(wrong, 0);
    site_close(site);
    return wrong ? EXIT_ERRORS : EXIT_DONE;
}
