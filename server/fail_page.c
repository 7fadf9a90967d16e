/*
 * fail_page.c - the page that a preview shows in place of one that failed
 *
 *   comes in:  errors
 *   goes out:  a page of HTML that needs nothing else: no theme, no style sheet
 */
#include "server/fail_page.h"

#include "vial/base/file.h"
#include "vial/base/utf8.h"

enum { AROUND = 4 /* lines shown before and after */, LARGEST = 4 << 20 };

static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1c1917;--paper:#fafaf9;--dim:#78716c;--line:#e7e5e4;--red:#b91c1c;--mark:#fee2e2}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e7e5e4;--paper:#1c1917;--dim:#a8a29e;--line:#"
    "44403c;--red:#f87171;--mark:#4c1d1d}}"
    "*{box-sizing:border-box}body{margin:0;padding:2rem "
    "1rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,sans-serif}main{max-width:56rem;margin:auto}"
    "h1{font-size:1rem;font-weight:600;color:var(--dim);margin:0 0 "
    "1.5rem}h2{font-size:1.35rem;line-height:1.3;margin:0 0 .25rem;"
    "overflow-wrap:anywhere}section{border-top:3px solid var(--red);padding:1rem 0 1.5rem}"
    ".kind{color:var(--red)}.place,.note{font-family:ui-monospace,monospace;font-size:.9rem;color:"
    "var(--dim);margin:.25rem 0;"
    "overflow-wrap:anywhere}.hint{margin:.75rem 0}pre{margin:1rem 0;padding:.75rem 0;border:1px "
    "solid var(--line);border-radius:.4rem;"
    "overflow-x:auto;font:.9rem/1.6 ui-monospace,monospace;tab-size:4}"
    "pre span{display:block;padding:0 1rem;min-width:max-content}pre .at{background:var(--mark)}"
    "pre "
    "i{display:inline-block;width:3.5ch;margin-right:1.5ch;text-align:right;color:var(--dim);font-"
    "style:normal;user-select:none}"
    "mark{background:none;color:var(--red);font-weight:700;text-decoration:underline "
    "wavy;text-underline-offset:.25em}"
    "a{color:inherit}";

/* One line of a file; the one at fault has its span marked. */
static void add_line(struct buf *out, const struct error *err, unsigned number, str line)
{
    bool at = number == err->line;
    size_t from = at ? utf8_offset(line, err->col - 1) : line.len;
    size_t to =
        at ? from + utf8_offset(str_from(line, from), err->width ? err->width : 1) : line.len;

    buf_addf(out, "<span%s><i>%u</i>", at ? " class=\"at\"" : "", number);
    buf_add_html(out, str_slice(line, 0, from));
    if (at) {
        buf_lit(out, "<mark>");
        buf_add_html(out, from < to ? str_slice(line, from, to) : S(" "));
        buf_lit(out, "</mark>");
        buf_add_html(out, str_from(line, to));
    }
    buf_lit(out, "</span>");
}

/* The lines around, when the file still has the line that the error saw; else only that one. */
static void add_lines(struct buf *out, const struct error *err, struct arena *a)
{
    unsigned first = err->line > AROUND ? err->line - AROUND : 1, number = 0;
    struct buf lines = buf_in(a);
    str text, line;
    bool found = false;

    if (file_read(&text, err->file, LARGEST, NULL, a, NULL))
        while (number < err->line + AROUND && str_line(&text, &line)) {
            line = utf8_mended(a, line);
            found |= ++number == err->line && str_eq(str_rtrim(line), err->excerpt);
            if (number >= first)
                add_line(&lines, err, number, line);
        }
    buf_lit(out, "<pre>");
    if (found)
        buf_add(out, buf_str(&lines));
    else
        add_line(out, err, err->line, err->excerpt);
    buf_lit(out, "</pre>\n");
}

static void add_place(struct buf *out, str file, unsigned line, unsigned col)
{
    buf_add_html(out, file);
    if (line)
        buf_addf(out, ":%u:%u", line, col);
}

static void add_error(struct buf *out, const struct error *err, struct arena *a)
{
    buf_lit(out, "<section>\n<h2>");
    if (err->kind)
        buf_addf(out, "<span class=\"kind\">%s:</span> ", err->kind);
    buf_add_html(out, err->sentence);
    buf_lit(out, "</h2>\n");
    if (err->file.len) {
        buf_lit(out, "<p class=\"place\">");
        add_place(out, err->file, err->line, err->col);
        buf_lit(out, "</p>\n");
    }
    if (err->line)
        add_lines(out, err, a);
    if (err->hint.len) {
        buf_lit(out, "<p class=\"hint\">");
        buf_add_html(out, err->hint);
        buf_lit(out, "</p>\n");
    }
    for (const struct error_note *note = err->notes; note; note = note->next) {
        buf_lit(out, "<p class=\"note\">");
        buf_add_html(out, note->text);
        buf_addc(out, ' ');
        add_place(out, note->file, note->line, note->col);
        buf_lit(out, "</p>\n");
    }
    buf_lit(out, "</section>\n");
}

str fail_page(const struct error *errors, size_t count, str page, str last_good, struct arena *a)
{
    struct buf out = buf_in(a);

    buf_lit(&out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    buf_add_html(&out, count ? errors[0].sentence : S("An error"));
    buf_addf(
        &out,
        "</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n<style>%s</style>\n"
        "</head>\n<body>\n<main>\n<h1>",
        style);
    buf_add_html(&out, page);
    buf_lit(&out, " cannot be shown");
    if (last_good.len) {
        buf_lit(&out, " &middot; <a href=\"");
        buf_add_html(&out, last_good);
        buf_lit(&out, "\">see its last good version</a>");
    }
    buf_lit(&out, "</h1>\n");
    for (size_t i = 0; i < count; i++)
        add_error(&out, &errors[i], a);
    buf_lit(&out, "</main>\n</body>\n</html>\n");
    return buf_str(&out);
}
