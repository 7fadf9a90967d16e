/*
 * build_json.c - the report of a build, for other programs
 *
 *   comes in:  a report
 *   goes out:  one object of JSON
 */
#include "cli/report.h"

#include "vial/app/json.h"
#include <stdio.h>

static void add_text(struct buf *out, const char *key, str text)
{
    buf_addf(out, "\"%s\":", key);
    json_print_text(text, out);
}

/* {"page:a.md": ["", "title"]}: a thing and its fields; "" is the thing itself. */
void report_reads_begin(struct buf *out)
{
    buf_lit(out, "{");
}

void report_read(struct buf *out, str thing, uint64_t fields)
{
    bool first = true;

    if (out->p[out->len - 1] == ']')
        buf_lit(out, ",");
    json_print_text(thing, out);
    buf_lit(out, ":[");
    for (unsigned bit = 0; bit < 64; bit++) {
        if (!(fields >> bit & 1))
            continue;
        if (!first)
            buf_lit(out, ",");
        first = false;
        json_print_text(bit == 63 ? S("") : bit == 62 ? S("*") : reads_field_name(bit), out);
    }
    buf_lit(out, "]");
}

void report_reads_end(struct buf *out)
{
    buf_lit(out, "}");
}

static void add_made(struct buf *out, const struct build_made *made)
{
    buf_lit(out, "{");
    add_text(out, "url", made->url);
    buf_lit(out, ",");
    add_text(out, "file", made->name);
    buf_lit(out, ",");
    add_text(out, "source", made->source);
    buf_lit(out, ",");
    add_text(out, "why", made->why);
    buf_addf(out, ",\"written\":%s,\"microseconds\":%lld}", made->written ? "true" : "false",
             (long long)(made->nanoseconds / 1000));
}

static void add_errors(struct buf *out, const char *key, const struct errors *errors)
{
    buf_addf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < errors->count; i++) {
        const struct error *err = &errors->list[i];

        buf_add(out, i ? S(",{") : S("{"));
        add_text(out, "file", err->file);
        buf_addf(out, ",\"line\":%u,\"column\":%u,", err->line, err->col);
        add_text(out, "message", err->sentence);
        buf_lit(out, ",");
        add_text(out, "hint", err->hint);
        buf_lit(out, "}");
    }
    buf_lit(out, "]");
}

void report_json(const struct build_report *report)
{
    struct buf out = { 0 };

    buf_lit(&out, "{");
    add_text(&out, "output", report->output);
    buf_addf(&out,
             ",\"pages\":%zu,\"files\":%zu,\"made\":%zu,\"written\":%zu,\"unchanged\":%zu,"
             "\"removed\":%zu,\"copies\":%zu,\"drafts\":%zu,\"future\":%zu,\"expired\":%zu,"
             "\"seconds\":%.6f",
             report->pages, report->files, report->made, report->written, report->unchanged,
             report->removed, report->copies, report->drafts, report->future, report->expired,
             (double)report->nanoseconds / 1e9);
    add_errors(&out, "errors", &report->errors);
    add_errors(&out, "warnings", &report->warnings);
    buf_lit(&out, ",\"list\":[");
    for (size_t i = 0; report->list && i < report->made; i++) {
        if (i)
            buf_lit(&out, ",");
        add_made(&out, &report->list[i]);
    }
    buf_lit(&out, "],\"changed\":");
    if (report->changed) {
        report_reads_begin(&out);
        for (size_t i = 0; i < report->changed->things.count; i++)
            report_read(&out, report->changed->things.entries[i].key,
                        ((const struct read *)report->changed->things.entries[i].data)->fields);
        report_reads_end(&out);
    } else {
        buf_lit(&out, "null");
    }
    buf_lit(&out, "}\n");
    fwrite(out.p, 1, out.len, stdout);
    buf_free(&out);
}
