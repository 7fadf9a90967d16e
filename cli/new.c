/*
 * new.c - vial new: a site (new_site.c), or a page of one
 *
 *   comes in:  in a site, the name of a page
 *   goes out:  files, none of which was there before
 *
 * A page is made of an archetype, a template that sees `title`, `date`, `section` and `path`: that
 * of the nearest section, archetypes/blog/trips.md before archetypes/blog.md, else
 * archetypes/default.md, else the few lines below. An archetype that is a folder,
 * archetypes/trips/, makes a page with its own files. A page in another language has the same,
 * unless there is one of that language: archetypes/blog.de.md.
 */
#include "cli/new.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include "vial/site/site.h"
#include "vial/template/template.h"
#include <stdio.h>
#include <time.h>

static const char usage[] = "vial new DIR [--theme NAME] | vial new content PATH [-s DIR]";

static const char default_archetype[] = "---\n"
                                        "title: {{ title|tojson }}\n"
                                        "date: {{ date }}\n"
                                        "draft: true\n"
                                        "---\n";

int failed_with(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_ERRORS;
}

/* As the writer's calendar has it. */
str today(struct arena *a)
{
    time_t now = (time_t)now_unix();
    char text[sizeof "2026-11-21"];
    struct tm local;

    localtime_r(&now, &local);
    return str_copy(a, str_n(text, strftime(text, sizeof text, "%Y-%m-%d", &local)));
}

bool write_new(str path, str text, struct error *err)
{
    if (file_exists(path))
        return error_set(err, "%.*s is there already", STR(path));
    return file_replace(path, text, NULL, err);
}

/* A page that is to be made. */
struct new_page {
    str path;     /* below content/: "blog/hello.de.md"               */
    str logical;  /* the same without its language: "blog/hello.md"   */
    str language; /* "de"                                             */
};

/* What a page's name says of it: "blog/2026-11-21-hello.md" and "blog/2026-11-21-hello/index.md".
 */
struct named {
    str day, words; /* "2026-11-21" or empty; "hello" */
};
static struct named named(str path)
{
    struct named named = { .words = path_stem(path) };
    struct date ignored;
    str rest;

    if (str_eq(named.words, S("index")) || str_eq(named.words, S("_index")))
        named.words = path_name(path_dir(path));
    if (date_from_name(named.words, 0, &ignored, &rest) && rest.len) {
        named.day = str_slice(named.words, 0, sizeof "2026-11-21" - 1);
        named.words = rest;
    }
    return named;
}

/* "my-first-page" is titled "My first page". */
static str title_of(str stem, struct arena *a)
{
    char *title = (char *)str_cstr(a, stem);
    for (size_t i = 0; i < stem.len; i++)
        if (title[i] == '-' || title[i] == '_')
            title[i] = ' ';
    if (stem.len)
        title[0] = to_upper(title[0]);
    return str_n(title, stem.len);
}

/* ---- archetypes ---- */

static str top_section(str path)
{
    return str_has(path, '/') ? str_cut(&path, '/') : S("");
}

static bool is_there(str folder, str name, struct arena *a)
{
    return file_info(path_join(a, folder, name)).kind == FILE_REGULAR;
}

/* In `folder`: `stem` with ".de.md" behind it, or with ".md"; empty: none. */
static str in_language(str folder, str stem, str language, struct arena *a)
{
    str own = str_fmt(a, "%.*s.%.*s.md", STR(stem), STR(language));
    str any = str_fmt(a, "%.*s.md", STR(stem));

    return is_there(folder, own, a) ? own : is_there(folder, any, a) ? any : S("");
}

/* In `folder`: "blog/trips.md", "blog/trips/index.md", "blog.md"..., "default.md"; empty: none. */
static str archetype_for(str folder, const struct new_page *page, struct arena *a)
{
    for (str section = path_dir(page->logical); section.len; section = path_dir(section)) {
        str bundle = path_join(a, section, S("index.md"));
        str file = in_language(folder, section, page->language, a);

        if (is_there(folder, bundle, a))
            return bundle;
        if (file.len)
            return file;
    }
    return in_language(folder, S("default"), page->language, a);
}

static bool make_text(str *text, str folder, str archetype, const struct new_page *page,
                      struct arena *a, struct error *err)
{
    struct env *env = env_new(&(struct env_options){ .keep_trailing_newline = true });
    struct buf out = buf_in(a);
    value context = dict_new(a, 5);
    struct named name = named(page->logical);

    env_add_folder(env, folder);
    env_add_source(env, S("(built-in)"), str_of(default_archetype));
    dict_set(context, S("title"), value_str(title_of(name.words, a)));
    dict_set(context, S("date"), value_str(name.day.len ? name.day : today(a)));
    dict_set(context, S("section"), value_str(top_section(page->logical)));
    dict_set(context, S("path"), value_str(page->path));
    dict_set(context, S("lang"), value_str(page->language));

    const struct jinja *found = env_template(env, archetype, err);
    bool made =
        found && template_render(found, context, &(struct render_options){ .arena = a }, &out, err);
    *text = str_copy(a, buf_str(&out));
    env_free(env);
    return made;
}

/* What lies beside a bundle's index.md comes as it is. */
static bool copy_beside(str archetypes, str archetype, str file, struct arena *a, struct error *err)
{
    str from = path_join(a, archetypes, path_dir(archetype));
    struct file_walk walk;

    if (!str_ends(archetype, S("/index.md")))
        return true;
    if (!file_walk(&walk, from, S(""), a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str to = path_join(a, path_dir(file), walk.entries[i].path);

        if (str_eq(walk.entries[i].path, S("index.md")))
            continue;
        if (file_exists(to))
            return error_set(err, "%.*s is there already", STR(to));
        if (!file_make_folders(path_dir(to), err) ||
            !file_copy(path_join(a, from, walk.entries[i].path), to, err))
            return false;
    }
    return true;
}

/* "blog/trip/" and, where the archetype is a folder, "blog/trip.md" are "blog/trip/index.md". */
static str page_file(const struct new_page *page, str archetype, bool folder, struct arena *a)
{
    bool bundle = folder || str_ends(archetype, S("/index.md"));
    str path = page->path, stem = path_stem(page->logical);

    if (!bundle || str_eq(stem, S("index")) || str_eq(stem, S("_index")))
        return path;
    str tail = str_from(path_name(path), stem.len); /* ".md", ".de.md" */
    return path_join(a, str_slice(path, 0, path.len - tail.len),
                     str_fmt(a, "index%.*s", STR(tail)));
}

static int new_page(str folder, str path, struct arena *a)
{
    str archetypes = path_join(a, folder, S("archetypes")), archetype, text, file;
    struct error err = { 0 };
    bool slash = str_ends(path, S("/"));

    if (!file_exists(path_join(a, folder, S("vial.yaml"))))
        return usage_error(usage, "there is no vial.yaml in %.*s: this is not a site", STR(folder));
    if (str_starts(path, S("content/")))
        path = str_from(path, sizeof "content/" - 1);
    while (str_ends(path, S("/")))
        path = str_slice(path, 0, path.len - 1);
    if (!path_inside(path) || !path_stem(path).len)
        return usage_error(usage, "%.*s is no path below content/", STR(path));
    if (slash || !path_ext(path).len) /* "trip.de/" is a folder in German */
        path = str_fmt(a, "%.*s.md", STR(path));
    if (!str_eq(path_ext(path), S(".md")))
        return usage_error(usage, "a page's name ends in .md, not in %.*s", STR(path_ext(path)));

    struct new_page page = { .path = path };
    page.logical = site_locate(folder, path, &page.language, a);
    archetype = archetype_for(archetypes, &page, a);
    page.path = page_file(&page, archetype, slash, a);
    file = path_join(a, path_join(a, folder, S("content")), page.path);
    if (!make_text(&text, archetypes, archetype.len ? archetype : S("(built-in)"), &page, a,
                   &err) ||
        !write_new(file, text, &err) || !copy_beside(archetypes, archetype, file, a, &err))
        return failed_with(&err);
    log_note("%.*s", STR(file));
    return EXIT_DONE;
}

int cmd_new(int argc, char **argv)
{
    str folder = S("."), theme = S("plain");
    const struct option_spec specs[] = {
        { 't', "theme", OPTION_TEXT, &theme, "NAME",
          "what a site wears: plain, blog, book, or the folder of a theme" },
        { 's', "site", OPTION_TEXT, &folder, "DIR",
          "the site a page is made for (default: this one)" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 2);
    struct arena a = { 0 };

    if (status >= 0)
        return status;
    if (rest.count == 2 && str_eq(str_of(rest.list[0]), S("content")))
        status = new_page(folder, str_of(rest.list[1]), &a);
    else if (rest.count == 1)
        status = new_site(str_of(rest.list[0]), theme, usage, &a);
    else
        status = usage_error(usage, "what is to be made?");
    arena_free(&a);
    return status;
}
