/*
 * report.c - what a build did, for who asked for it
 *
 *   comes in:  targets, and what became of them
 *   goes out:  a report that stays when all else of the build is gone
 */
#include "builder/build.h"

static void count(struct build *b)
{
    struct build_report *report = b->report;

    report->drafts = b->manifest.shown[SITE_DRAFT];
    report->future = b->manifest.shown[SITE_FUTURE];
    report->expired = b->manifest.shown[SITE_EXPIRED];
    report->held = b->beside.on && !b->switched;

    for (size_t i = 0; i <= b->targets.count; i++) {
        const struct target *t = i < b->targets.count ? b->targets.list[i] : &b->redirects;

        if (!t->name.len || t->failed || t->no_file)
            continue;
        report->files++;
        report->pages += t->page;
        report->made += !t->kept;
        report->written += t->written;
        report->unchanged += !t->written;
    }
}

static void list_made(struct build *b)
{
    struct build_report *report = b->report;
    struct arena *a = &report->own;
    size_t count = 0;

    report->list = arena_array(a, struct build_made, report->made);
    for (size_t i = 0; i < b->targets.count; i++) {
        const struct target *t = b->targets.list[i];

        if (!t->kept && !t->failed && !t->no_file)
            report->list[count++] = (struct build_made){
                .url = str_copy(a, t->url),
                .name = str_copy(a, t->name),
                .source = str_copy(a, t->source),
                .why = str_copy(a, t->why),
                .written = t->written,
                .nanoseconds = t->nanoseconds,
            };
    }
    report->made = count;
    if (!b->changed)
        return;
    struct reads *copy = reads_new(a);
    reads_add(copy, b->changed);
    report->changed = copy;
}

void build_tell(struct build *b)
{
    b->report->output = str_copy(&b->report->own, build_output(b));
    count(b);
    if (b->options->list)
        list_made(b);
}

void build_report_free(struct build_report *report)
{
    errors_free(&report->errors);
    errors_free(&report->warnings);
    errors_free(&report->outside);
    arena_free(&report->own);
}
