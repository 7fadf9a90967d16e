/*
 * highlight_css.c - `vial highlight-css`: a style sheet for coloured code
 *
 *   comes in:  the name of a style, or of two: for light and for dark
 *   goes out:  CSS on standard output
 *
 * With two, each stands below a condition, so that nothing of the one shows through the other: what
 * the reader's system prefers, or a mark on <html> that the site's own switch sets.
 */
#include "cli/cli.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include "vial/markdown/highlight/styles.h"
#include <stdio.h>

static const char usage[] = "vial highlight-css [options] STYLE [DARK] | --list";

static const struct style *find(const char *name)
{
    const struct style *style = style_find(str_of(name));
    struct nearest near = nearest_to(str_of(name));

    if (style)
        return style;
    for (size_t i = 0; i < styles_count; i++)
        nearest_try(&near, str_of(styles[i].name));
    if (near.best.len)
        log_error("there is no style '%s'; did you mean '%.*s'?", name, STR(near.best));
    else
        log_error("there is no style '%s'; 'vial highlight-css --list' names them", name);
    return NULL;
}

static int list_all(void)
{
    for (size_t i = 0; i < styles_count; i++)
        printf("%-22s %s\n", styles[i].name, styles[i].dark ? "dark" : "light");
    return EXIT_DONE;
}

static void write_both(struct buf *css, const struct style *light, const struct style *dark,
                       str scope, str when, struct arena *a)
{
    if (when.len) {
        style_write(css, light, str_fmt(a, ":root:not(%.*s) %.*s", STR(when), STR(scope)), S(""));
        style_write(css, dark, str_fmt(a, ":root%.*s %.*s", STR(when), STR(scope)), S(""));
        return;
    }
    buf_lit(css, "@media (prefers-color-scheme: light) {\n");
    style_write(css, light, scope, S("  "));
    buf_lit(css, "}\n@media (prefers-color-scheme: dark) {\n");
    style_write(css, dark, scope, S("  "));
    buf_lit(css, "}\n");
}

int cmd_highlight_css(int argc, char **argv)
{
    str scope = S(".highlight"), when = S("");
    bool list = false;
    const struct option_spec specs[] = {
        { 0, "list", OPTION_FLAG, &list, NULL, "the names of all styles" },
        { 0, "scope", OPTION_TEXT, &scope, "SELECTOR", "around the code (default: .highlight)" },
        { 0, "when", OPTION_TEXT, &when, "SELECTOR",
          "of <html> where DARK is meant, as [data-theme=dark] (default: as the system prefers)" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 2);

    if (status >= 0)
        return status;
    if (list)
        return list_all();
    if (!rest.count)
        return usage_error(usage, "the name of a style is needed");
    const struct style *light = find(rest.list[0]);
    const struct style *dark = rest.count > 1 ? find(rest.list[1]) : NULL;
    if (!light || (rest.count > 1 && !dark))
        return EXIT_ERRORS;

    struct arena a = { 0 };
    struct buf css = buf_in(&a);
    buf_addf(&css, "/* Made by: vial highlight-css %s%s%s */\n", light->name, dark ? " " : "",
             dark ? dark->name : "");
    if (dark)
        write_both(&css, light, dark, scope, when, &a);
    else
        style_write(&css, light, scope, S(""));
    bool written = fwrite(css.p, 1, css.len, stdout) == css.len && fflush(stdout) == 0;
    arena_free(&a);
    return written ? EXIT_DONE : EXIT_ERRORS;
}
