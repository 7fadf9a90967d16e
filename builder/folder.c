/*
 * folder.c - a site from its folder, with what is known from the last time
 *
 *   comes in:  a folder
 *   goes out:  the site's files, as builder.c makes them; and a report
 *
 * First the least is done: vial.yaml is read, the times of all files are looked at. If nothing
 * changed, that is all. Else the site is opened as it was and led to what it is now, and of its
 * outputs those are made that read something that changed. Where too much is different all of it
 * is read and made.
 */
#include "builder/build.h"

/* Why there is nothing to go by, when that is so. */
static str why_all(const struct build *b)
{
    if (!b->manifest.records.count)
        return S("new");
    return b->manifest.known.len ? S("all:settings") : S("all:unknown");
}

/* Opens the site as it was and is, or all of it. */
static bool open_site(struct build *b, struct site_past *past)
{
    struct reads *changed;
    struct errors *errors = &b->report->errors;

    if (b->options->force) { /* nothing of before is believed */
        b->all_why = S("all:force");
        return site_read(b->site, errors);
    }
    if (site_recall(b->site, past, &changed, &b->arena, errors)) {
        b->maker.app = site_app(b->site);
        if (has_code(b))
            versions_compare(b, changed);
        notes_compare(&b->manifest.notes, changed);
        b->comparing = true;
        b->changed = changed;
        return true;
    }
    b->all_why = why_all(b);
    return site_read(b->site, errors);
}

static bool build_known(struct build *b, struct error *err)
{
    struct site_past *past;

    if (!build_open(b, err))
        return false;
    if (b->options->check) {
        if (!site_read(b->site, &b->report->errors))
            return true;
        return build_make(b, NULL, err);
    }
    past = site_look(b->site, b->manifest.known, b->manifest.behind, &b->arena, err);
    if (!past)
        return false;
    if (all_is_kept(b, past)) {
        b->changed = site_changed(past);
        return true;
    }
    if (!open_site(b, past))
        return true; /* the report says why */
    b->keep = b->report->errors.count > 0;
    return build_make(b, past, err);
}

bool build_folder(str folder, const struct site_options *site, const struct build_options *options,
                  struct build_report *report)
{
    struct build b = { .options = options, .report = report };
    struct error err = { 0 };

    build_begin(&b);
    b.site = site_begin(folder, site, &report->errors);
    if (b.site && !build_known(&b, &err))
        complaints_add(&b.complaints, &err, S(""), false);
    if (b.site) {
        report->opened = true;
        build_tell(&b);
    }
    site_close(b.site);
    return build_end(&b);
}
