/*
 * import.c - vial import: a site that was written for another program
 *
 *   comes in:  the program's name, the old site's folder, the new one's
 *   goes out:  a site; and on standard error what could not be taken over, each with its place
 *
 * The same list is in import.txt of the new site, for whoever goes through it later.
 */
#include "vial/import/import.h"
#include "cli/cli.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"

static const char usage[] = "vial import mkdocs|mdbook|hugo|jekyll|zola|pelican DIR [DEST]";

enum { TOLD = 100 }; /* more than that are only in import.txt */

static bool is_known(str name, struct nearest *near)
{
    for (size_t i = 0; import_names[i]; i++) {
        if (str_eq(name, str_of(import_names[i])))
            return true;
        nearest_try(near, str_of(import_names[i]));
    }
    return false;
}

/* "../old-blog/" becomes "old-blog" here. */
static str usual_name(str from, struct arena *a)
{
    str name = path_name(path_normal(a, from));

    return str_eq(name, S(".")) || str_eq(name, S("..")) ? S("") : name;
}

static bool write_list(const struct import_report *report, str to, struct arena *a,
                       struct error *err)
{
    struct buf list = buf_in(a);

    if (!report->left.count)
        return true;
    buf_lit(&list, "What was not taken over, or needs a look. This file may be deleted.\n\n");
    for (size_t i = 0; i < report->left.count; i++)
        error_print(&report->left.list[i], ERROR_PLAIN, &list);
    return file_create(path_join(a, to, S("import.txt")), buf_str(&list), err);
}

static int tell(struct import_report *report, str to, struct arena *a)
{
    struct error err = { 0 };

    for (size_t i = 0; i < report->left.count && i < TOLD; i++)
        log_caution(&report->left.list[i]);
    if (report->left.count > TOLD)
        log_warning("and %zu more, in %.*s/import.txt", report->left.count - TOLD, STR(to));
    if (!write_list(report, to, a, &err)) {
        log_failure(&err);
        error_free(&err);
        return EXIT_ERRORS;
    }
    log_note("%.*s is a site now: %zu pages, %zu other files; %zu things to look at%s", STR(to),
             report->pages, report->files, report->left.count,
             report->left.count ? ", listed in import.txt" : "");
    log_note(
        "Of %zu files there: %zu became pages, %zu were copied, %zu were read for what they say, "
        "%zu are left out and listed, %zu are no part of a site",
        report->there, report->as_pages, report->as_files, report->read, report->told,
        report->apart);
    log_note("Next:\n  cd %.*s\n  vial preview --open", STR(to));
    return EXIT_DONE;
}

static int import(str name, str from, str to, struct arena *a)
{
    struct import_report report = { 0 };
    struct nearest near = nearest_to(name);
    struct error err = { 0 };
    int status = EXIT_ERRORS;

    if (!is_known(name, &near))
        return near.best.len
                   ? usage_error(usage, "'%.*s' is no program that is known; did you mean '%.*s'?",
                                 STR(name), STR(near.best))
                   : usage_error(usage, "'%.*s' is no program that is known", STR(name));
    if (!to.len)
        to = usual_name(from, a);
    if (!to.len)
        return usage_error(usage, "name the folder of the new site");
    if (import_site(name, from, to, &report, &err)) {
        status = tell(&report, to, a);
    } else {
        log_failure(&err);
        error_free(&err);
    }
    import_report_free(&report);
    return status;
}

int cmd_import(int argc, char **argv)
{
    const struct option_spec specs[] = { { 0 } };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 3);
    struct arena a = { 0 };

    if (status >= 0)
        return status;
    if (rest.count < 2)
        return usage_error(usage, "which program's site, and where is it?");
    status = import(str_of(rest.list[0]), str_of(rest.list[1]),
                    rest.count == 3 ? str_of(rest.list[2]) : S(""), &a);
    arena_free(&a);
    return status;
}
