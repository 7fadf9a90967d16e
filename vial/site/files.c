/*
 * files.c - which files a site is made of
 *
 *   comes in:  the folders of content and static files
 *   goes out:  the names of pages and of other files, by path; SUMMARY.md's text
 */
#include "vial/base/path.h"
#include "vial/site/hooks.h"

enum { SUMMARY_SIZE = 4 << 20 };

bool site_is_page_name(str path)
{
    return str_eq(path_ext(path), S(".md")) && !str_eq(path, S("SUMMARY.md"));
}

static void read_summary(struct site *site, struct errors *errors)
{
    struct error err = { 0 };

    if (!file_read(&site->nav_text, path_join(site->files, site->content, S("SUMMARY.md")),
                   SUMMARY_SIZE, NULL, site->files, &err))
        errors_add(errors, &err);
}

static void sort_files(struct site *site, const struct file_walk *walk, struct errors *errors)
{
    size_t pages = 0;

    for (size_t i = 0; i < walk->count; i++)
        pages += site_is_page_name(walk->entries[i].path);
    site->page_files = arena_array(site->files, struct file_entry, pages);
    site->assets = arena_array(site->files, struct file_entry, walk->count - pages);
    for (size_t i = 0; i < walk->count; i++) {
        const struct file_entry *entry = &walk->entries[i];

        if (site_is_page_name(entry->path))
            site->page_files[site->npage_files++] = *entry;
        else if (str_eq(entry->path, S("SUMMARY.md")))
            read_summary(site, errors);
        else
            site->assets[site->nassets++] = *entry;
    }
}

void site_list_files(struct site *site, struct errors *errors)
{
    struct file_walk walk = { 0 };
    struct error err = { 0 };
    size_t before = errors->count;

    site->files = arena_new();
    site->npage_files = site->nassets = site->nstatics = 0;
    site->nav_text = (str){ 0 };
    if (!file_walk(&walk, site->content, S(""), site->files, &err))
        errors_add(errors, &err);
    sort_files(site, &walk, errors);
    theme_statics(&site->theme, site->statics_folder, &site->statics, &site->nstatics, site->files,
                  errors);
    site->files_bad = errors->count > before;
}

void site_look_for_templates(struct site *site)
{
    site->templates = (struct templates_there){
        .home = theme_has_template(&site->theme, S("home.html")),
        .section = theme_has_template(&site->theme, S("section.html")),
        .page = theme_has_template(&site->theme, S("page.html")),
        .taxonomy = theme_has_template(&site->theme, S("taxonomy.html")),
        .term = theme_has_template(&site->theme, S("term.html")),
        .not_found = theme_has_template(&site->theme, S("404.html")),
    };
    hooks_look(site);
}
