/*
 * files.c - which files a site is made of
 *
 *   comes in:  the folders of content and static files
 *   goes out:  the names of pages and of other files, by path; the texts of summaries
 */
#include "vial/base/path.h"
#include "vial/site/hooks.h"

enum { SUMMARY_SIZE = 4 << 20 };

int site_summary_language(const struct config *config, str path)
{
    struct arena a = { 0 };
    int language = -1;

    if (!str_starts(path_name(path), S("SUMMARY.")))
        return -1;
    struct located found = config_locate(config, path, &a);
    if (str_eq(found.logical, S("SUMMARY.md")))
        language = found.language;
    arena_free(&a);
    return language;
}

bool site_is_page_name(const struct config *config, str path)
{
    return str_eq(path_ext(path), S(".md")) && site_summary_language(config, path) < 0;
}

static void read_summary(struct site *site, str path, int language, struct errors *errors)
{
    struct summary *summary = &site->summaries[language];
    str file = path_join(site->files, site->content, path);
    struct error err = { 0 };

    if (summary->path.len) {
        error_at(&err, (struct place){ .file = file },
                 "is the navigation of '%.*s', and %.*s is that as well",
                 STR(site->config->languages[language].code),
                 STR(path_join(site->files, site->content, summary->path)));
        error_hint(&err, "put both into one");
        errors_add(errors, &err);
        return;
    }
    summary->path = path;
    if (!file_read(&summary->text, file, SUMMARY_SIZE, NULL, site->files, &err))
        errors_add(errors, &err);
}

static void sort_files(struct site *site, const struct file_walk *walk, struct errors *errors)
{
    size_t pages = 0;

    for (size_t i = 0; i < walk->count; i++)
        pages += site_is_page_name(site->config, walk->entries[i].path);
    site->page_files = arena_array(site->files, struct file_entry, pages);
    site->assets = arena_array(site->files, struct file_entry, walk->count - pages);
    for (size_t i = 0; i < walk->count; i++) {
        const struct file_entry *entry = &walk->entries[i];
        int language = site_summary_language(site->config, entry->path);

        if (language >= 0)
            read_summary(site, entry->path, language, errors);
        else if (site_is_page_name(site->config, entry->path))
            site->page_files[site->npage_files++] = *entry;
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
    site->summaries = arena_array(site->files, struct summary, site->config->nlanguages);
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
