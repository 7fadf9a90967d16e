/*
 * app.c - an app that is no site, with what is known from the last time
 *
 *   comes in:  an app
 *   goes out:  its files, as builder.c makes them; and a report
 *
 * Handlers are C code and may read anything: what they answer is made each time, and written where
 * its bytes are others. A rule with .tells_all promises that its handler names what it reads; its
 * pages are kept while all of that is as it was, and so are the templates.
 */
#include "builder/build.h"

static void compare(struct build *b)
{
    struct reads *changed = reads_new(&b->arena);

    if (b->options->force) {
        b->all_why = S("all:force");
    } else if (!b->manifest.records.count) {
        b->all_why = S("new");
    } else if (!b->manifest.versions.len) {
        b->all_why = S("all:unknown");
    } else if (!versions_settings_same(b)) {
        b->all_why = S("all:settings");
    } else {
        versions_compare(b, changed);
        notes_compare(&b->manifest.notes, changed);
        b->comparing = true;
        b->changed = changed;
    }
}

bool build_app(vial *app, const struct build_options *options, struct build_report *report)
{
    struct build b = { .options = options, .report = report, .maker.app = app };
    struct error err = { 0 };
    bool good;

    build_begin(&b);
    good = build_open(&b, &err);
    if (good && !options->check)
        compare(&b);
    if (!good || !build_make(&b, NULL, &err))
        complaints_add(&b.complaints, &err, S(""), false);
    build_tell(&b);
    return build_end(&b);
}
