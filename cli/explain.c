/*
 * explain.c - vial explain: why a page is as it is
 *
 *   comes in:  addresses, or nothing: then all there are
 *   goes out:  for each what it was made from, and why it was made the last time
 */
#include "builder/explain.h"
#include "builder/target.h"
#include "builder/why.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "vial/app/json.h"
#include "vial/base/log.h"
#include <stdio.h>

static const char usage[] = "vial explain [URL...] [-s DIR] [-o OUT] [--json]";

struct explaining {
    struct arena arena;
    struct map wanted; /* names of outputs; empty: all */
    bool json;
    size_t told;
};

static void print(const struct buf *out)
{
    fwrite(out->p, 1, out->len, stdout);
}

/* {"name": ..., "why": ..., "reads": {"page:a.md": ["title", ""], ...}} */
static void print_json(const struct explained *e, struct arena *a)
{
    struct buf out = buf_in(a);

    buf_lit(&out, "{\"name\":");
    json_print_text(e->name, &out);
    buf_lit(&out, ",\"why\":");
    json_print_text(e->why, &out);
    buf_lit(&out, ",\"reads\":");
    report_reads_begin(&out);
    for (size_t i = 0; i < e->nreads; i++)
        report_read(&out, e->reads[i].thing, e->reads[i].fields);
    report_reads_end(&out);
    buf_lit(&out, "}\n");
    print(&out);
}

static void print_words(const struct explained *e, struct arena *a)
{
    struct buf out = buf_in(a);

    buf_addf(&out, "%.*s\n  made because %.*s\n", STR(e->name), STR(why_sentence(e->why, a)));
    if (e->redirects_to.len)
        buf_addf(&out, "  leads on to %.*s\n", STR(e->redirects_to));
    buf_addf(&out, "  %s\n",
             e->nreads ? "will be made again when one of these changes:"
                       : "will be made again by each build: it is not known from what");
    for (size_t i = 0; i < e->nreads; i++)
        buf_addf(&out, "    %.*s\n", STR(what_was_read(e->reads[i].thing, e->reads[i].fields, a)));
    print(&out);
}

static bool tell(void *self, const struct explained *e)
{
    struct explaining *x = self;
    struct arena a = { 0 };

    if (x->wanted.count && !map_find(&x->wanted, e->name))
        return true;
    x->told++;
    (x->json ? print_json : print_words)(e, &a);
    arena_free(&a);
    return true;
}

/* An address, with or without what stands before its path, or the name of a file. */
static void want(struct explaining *x, str url)
{
    ptrdiff_t host = str_find(url, S("://"));
    str path = url;

    if (host != STR_NONE) {
        path = str_from(url, (size_t)host + 3);
        str_cut(&path, '/');
    }
    if (!str_starts(path, S("/")))
        path = str_fmt(&x->arena, "/%.*s", STR(path));
    str name = target_name(&x->arena, path);
    if (name.p)
        map_put(&x->wanted, name);
}

int cmd_explain(int argc, char **argv)
{
    enum { MOST = 64 };
    str folder = S("."), output = S("");
    struct explaining x = { 0 };
    const struct option_spec specs[] = {
        { 's', "site", OPTION_TEXT, &folder, "DIR", "the site's folder (default: this one)" },
        { 'o', "output", OPTION_TEXT, &output, "OUT", "the built folder (default: the site's)" },
        { 0, "json", OPTION_FLAG, &x.json, NULL, "a line of JSON for each" },
        { 0 },
    };
    struct operands rest;
    struct errors errors = { 0 };
    int status = options_parse(usage, specs, argc, argv, &rest, MOST);

    if (status >= 0)
        return status;
    x.wanted = map_in(&x.arena);
    for (size_t i = 0; i < rest.count; i++)
        want(&x, str_of(rest.list[i]));
    bool good = explain_each(folder, output, tell, &x, &errors);
    report_errors(&errors);
    if (good && x.told < rest.count)
        log_error("vial explain: the last build made no such page");
    good = good && x.told >= rest.count;
    arena_free(&x.arena);
    return good ? EXIT_DONE : EXIT_ERRORS;
}
