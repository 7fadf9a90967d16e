/*
 * new_site.c - vial new DIR: a site to begin with
 *
 *   comes in:  a folder that is not there yet or is empty; a theme
 *   goes out:  the theme's example as a site of one's own, and the theme where it is no part of
 * vial
 *
 * The example says what the theme is for: a blog begins with a post, a book with chapters. A theme
 * without one gets plain's. Its day is today.
 */
#include "cli/new.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/builtins.h"

static const char example_day[] = "2026-11-21";

static const struct {
    const char *path, *text;
} beside[] = {
    /* kept by git while they are empty, and published by nobody */
    { "templates/.gitkeep", "" },
    { "static/.gitkeep", "" },
    { ".gitignore", "/public/\n/.vial/\n" },
};

struct beginning {
    str folder; /* of the new site             */
    str theme;  /* its name in vial.yaml       */
    str from;   /* its folder; empty: built in */
    struct arena *a;
};

static bool is_empty_folder(str folder, struct arena *a)
{
    struct file_walk walk;

    return file_walk(&walk, folder, S(""), a, NULL) && walk.count == 0;
}

/* `text` with all of `what` as `instead`. */
static str replaced(struct arena *a, str text, str what, str instead)
{
    struct buf out = buf_in(a);
    ptrdiff_t at;

    while ((at = str_find(text, what)) != STR_NONE) {
        buf_add(&out, str_slice(text, 0, (size_t)at));
        buf_add(&out, instead);
        text = str_from(text, (size_t)at + what.len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static bool write_example(struct beginning *b, str path, str text, struct error *err)
{
    if (str_ends(path, S(".md")))
        text = replaced(b->a, text, str_of(example_day), today(b->a));
    return write_new(path_join(b->a, b->folder, path), text, err);
}

/* The example of a theme that is part of vial; `theme` is what the site will wear. */
static bool copy_builtin(struct beginning *b, const struct builtin_file *files, struct error *err)
{
    str prefix = S("example/");

    for (; files->path; files++) {
        str path = str_of(files->path), text = str_n(files->data, files->size);

        if (!str_starts(path, prefix) && !str_starts(path, S("archetypes/")))
            continue;
        if (str_starts(path, prefix))
            path = str_from(path, prefix.len);
        if (str_eq(path, S("vial.yaml")) && b->from.len)
            text = replaced(b->a, text, S("theme: plain"),
                            str_fmt(b->a, "theme: %.*s", STR(b->theme)));
        if (!write_example(b, path, text, err))
            return false;
    }
    return true;
}

/* All of `from` below `into` of the new site; what begins with `but` is left out. */
static bool copy_folder(struct beginning *b, str from, str into, str but, struct error *err)
{
    struct file_walk walk;

    if (!file_walk(&walk, from, S(""), b->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path;
        str to = path_join(b->a, b->folder, path_join(b->a, into, path));

        if (but.len && str_starts(path, but))
            continue;
        if (file_exists(to))
            return error_set(err, "%.*s is there already", STR(to));
        if (!file_make_folders(path_dir(to), err) ||
            !file_copy(path_join(b->a, from, path), to, err))
            return false;
    }
    return true;
}

static bool copy_theme(struct beginning *b, struct error *err)
{
    str into = path_join(b->a, S("themes"), b->theme);
    str example = path_join(b->a, b->from, S("example"));

    if (!copy_folder(b, b->from, into, S("example/"), err))
        return false;
    return file_is_folder(example) ? copy_folder(b, example, S(""), S(""), err)
                                   : copy_builtin(b, builtin_theme(S("plain")), err);
}

static bool write_beside(struct beginning *b, struct error *err)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (!write_new(path_join(b->a, b->folder, str_of(beside[i].path)), str_of(beside[i].text),
                       err))
            return false;
    return true;
}

/* ---- which theme ---- */

static int refuse_theme(const char *usage, str name)
{
    struct nearest near = nearest_to(name);
    struct buf names = { 0 };

    for (size_t i = 0; builtin_themes[i].name; i++) {
        nearest_try(&near, str_of(builtin_themes[i].name));
        buf_addf(&names, "%s%s", i ? ", " : "", builtin_themes[i].name);
    }
    int status = near.best.len ? usage_error(usage,
                                             "there is no theme '%.*s'; did you mean '%.*s'? "
                                             "There are: %s, and the folder of any other",
                                             STR(name), STR(near.best), buf_cstr(&names))
                               : usage_error(usage,
                                             "there is no theme '%.*s'. There are: %s, and the "
                                             "folder of any other",
                                             STR(name), buf_cstr(&names));
    buf_free(&names);
    return status;
}

int new_site(str folder, str theme, const char *usage, struct arena *a)
{
    struct beginning b = { .folder = folder, .theme = theme, .a = a };
    const struct builtin_file *files = builtin_theme(theme);
    struct error err = { 0 };

    if (file_exists(folder) && (!file_is_folder(folder) || !is_empty_folder(folder, a)))
        return usage_error(usage, "%.*s is there already and is not empty", STR(folder));
    if (!files) {
        b.from = path_normal(a, theme);
        b.theme = path_name(b.from);
        if (!file_is_folder(b.from))
            return refuse_theme(usage, theme);
        if (!file_is_folder(path_join(a, b.from, S("templates"))) ||
            file_exists(path_join(a, b.from, S("vial.yaml"))))
            return usage_error(usage,
                               "%.*s is no theme: that is a folder with templates/ in it "
                               "and no vial.yaml",
                               STR(theme));
        if (!b.theme.len || b.theme.p[0] == '.')
            return usage_error(usage, "'%.*s' is no name of a theme: say its folder by its name",
                               STR(theme));
    }
    if (files ? !copy_builtin(&b, files, &err) : !copy_theme(&b, &err))
        return failed_with(&err);
    if (!write_beside(&b, &err))
        return failed_with(&err);
    log_note("%.*s is a site now. Next:\n  cd %.*s\n  vial preview --open", STR(folder),
             STR(folder));
    return EXIT_DONE;
}
