/*
 * new.c - vial new: a site, or a page of one
 *
 *   comes in:  a folder that is not there yet; or, in a site, the name of a page
 *   goes out:  files, none of which was there before
 *
 * A page is made of an archetype, a template that sees `title`, `date`, `section` and `path`:
 * archetypes/SECTION.md, else archetypes/default.md, else the few lines below.
 */
#include "cli/cli.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include "vial/template/template.h"
#include <stdio.h>
#include <time.h>

static const char usage[] = "vial new DIR | vial new content PATH [-s DIR]";

static const struct {
    const char *path, *text;
} scaffold[] = {
    { "vial.yaml", "title: My site\n"
                   "base_url: https://example.org/\n"
                   "language: en\n"
                   "theme: plain\n"
                   "sitemap: true\n"
                   "feeds: atom\n" },
    { "content/_index.md",
      "---\n"
      "title: Welcome\n"
      "---\n"
      "This is `content/_index.md`. Change it while `vial preview` runs, and look.\n"
      "\n"
      "The newest text is [a first post](blog/hello.md).\n" },
    { "content/blog/_index.md", "---\n"
                                "title: Blog\n"
                                "sort_by: date\n"
                                "---\n" },
    { "content/about.md", "---\n"
                          "title: About\n"
                          "---\n"
                          "Who writes here, and why.\n" },
    /* kept by git while they are empty, and published by nobody */
    { "templates/.gitkeep", "" },
    { "static/.gitkeep", "" },
    { ".gitignore", "/public/\n/.vial/\n" },
};

static const char first_post[] =
    "---\n"
    "title: Hello\n"
    "date: %s\n"
    "---\n"
    "The first paragraph is the summary that lists show.\n"
    "\n"
    "## And then\n"
    "\n"
    "Links between files work here as they do in your editor: [about](../about.md).\n";

static const char default_archetype[] = "---\n"
                                        "title: {{ title|tojson }}\n"
                                        "date: {{ date }}\n"
                                        "draft: true\n"
                                        "---\n";

static int failed_with(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_ERRORS;
}

/* As the writer's calendar has it. */
static str today(struct arena *a)
{
    time_t now = (time_t)now_unix();
    char text[sizeof "2026-11-21"];
    struct tm local;

    localtime_r(&now, &local);
    return str_copy(a, str_n(text, strftime(text, sizeof text, "%Y-%m-%d", &local)));
}

static bool write_new(str path, str text, struct error *err)
{
    if (file_exists(path))
        return error_set(err, "%.*s is there already", STR(path));
    return file_replace(path, text, NULL, err);
}

static bool is_empty_folder(str folder, struct arena *a)
{
    struct file_walk walk;

    return file_walk(&walk, folder, S(""), a, NULL) && walk.count == 0;
}

static int new_site(str folder, struct arena *a)
{
    struct error err = { 0 };

    if (file_exists(folder) && (!file_is_folder(folder) || !is_empty_folder(folder, a)))
        return usage_error(usage, "%.*s is there already and is not empty", STR(folder));
    for (size_t i = 0; i < sizeof scaffold / sizeof *scaffold; i++)
        if (!write_new(path_join(a, folder, str_of(scaffold[i].path)), str_of(scaffold[i].text),
                       &err))
            return failed_with(&err);

    str post = path_join(a, folder, S("content/blog/hello.md"));
    if (!write_new(post, str_fmt(a, first_post, path_cstr(a, today(a))), &err))
        return failed_with(&err);
    log_note("%.*s is a site now. Next:\n  cd %.*s\n  vial preview --open", STR(folder),
             STR(folder));
    return EXIT_DONE;
}

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

static str top_section(str path)
{
    return str_has(path, '/') ? str_cut(&path, '/') : S("");
}

static const struct jinja *archetype_for(struct env *env, str section, struct arena *a,
                                         struct error *err)
{
    str names[] = { str_fmt(a, "%.*s.md", STR(section)), S("default.md"), S("built-in") };

    for (size_t i = section.len ? 0 : 1; i < 3; i++) {
        const struct jinja *found = env_template(env, names[i], err);

        if (found || !err->kind || !str_eq(str_of(err->kind), S("TemplateNotFound")))
            return found;
        error_free(err);
    }
    return NULL;
}

static bool make_page(str *text, str folder, str path, struct arena *a, struct error *err)
{
    struct env *env = env_new(&(struct env_options){ .keep_trailing_newline = true });
    struct buf out = buf_in(a);
    value context = dict_new(a, 4);
    struct named name = named(path);

    env_add_folder(env, path_join(a, folder, S("archetypes")));
    env_add_source(env, S("built-in"), str_of(default_archetype));
    dict_set(context, S("title"), value_str(title_of(name.words, a)));
    dict_set(context, S("date"), value_str(name.day.len ? name.day : today(a)));
    dict_set(context, S("section"), value_str(top_section(path)));
    dict_set(context, S("path"), value_str(path));

    const struct jinja *archetype = archetype_for(env, top_section(path), a, err);
    bool made = archetype && template_render(archetype, context,
                                             &(struct render_options){ .arena = a }, &out, err);
    *text = str_copy(a, buf_str(&out));
    env_free(env);
    return made;
}

static int new_page(str folder, str path, struct arena *a)
{
    struct error err = { 0 };
    str text;

    if (!file_exists(path_join(a, folder, S("vial.yaml"))))
        return usage_error(usage, "there is no vial.yaml in %.*s: this is not a site", STR(folder));
    if (str_starts(path, S("content/")))
        path = str_from(path, sizeof "content/" - 1);
    if (!path_inside(path) || !path_stem(path).len)
        return usage_error(usage, "%.*s is no path below content/", STR(path));
    if (!path_ext(path).len)
        path = str_fmt(a, "%.*s.md", STR(path));
    if (!str_eq(path_ext(path), S(".md")))
        return usage_error(usage, "a page's name ends in .md, not in %.*s", STR(path_ext(path)));

    str file = path_join(a, path_join(a, folder, S("content")), path);
    if (!make_page(&text, folder, path, a, &err) || !write_new(file, text, &err))
        return failed_with(&err);
    log_note("%.*s", STR(file));
    return EXIT_DONE;
}

int cmd_new(int argc, char **argv)
{
    str folder = S(".");
    const struct option_spec specs[] = {
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
        status = new_site(str_of(rest.list[0]), &a);
    else
        status = usage_error(usage, "what is to be made?");
    arena_free(&a);
    return status;
}
