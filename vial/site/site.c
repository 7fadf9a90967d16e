/*
 * site.c - a folder becomes a site
 *
 *   comes in:  a folder with a vial.yaml
 *   goes out:  an app that answers for all its pages, and what the rooms above ask of it
 */
#include "vial/site/site.h"
#include "vial/base/path.h"
#include "vial/markdown/markdown.h"
#include "vial/site/backlinks.h"
#include "vial/site/inside.h"
#include "vial/site/load.h"
#include "vial/site/pictures.h"
#include "vial/site/renderings.h"
#include "vial/site/search_index.h"
#include <stdlib.h>

/* ---- loading ---- */

/* "content": "mysite/content" */
static str named(struct site *site, str folder)
{
    return path_join(&site->arena, site->folder, folder);
}

str site_relative(const struct site *site, str file)
{
    str name = path_below(file, site->folder);

    return name.p ? name : file;
}

static void merge_params(struct site *site)
{
    value own = dict_get(site->config->all, S("params")), key, v;

    site->params = arena_array(&site->arena, value, site->config->nlanguages);
    for (size_t n = 0; n < site->config->nlanguages; n++) {
        value params = site->params[n] = dict_new(&site->arena, 8);
        value of_language = site->config->languages[n].params;

        for (size_t i = 0; dict_entry(site->theme.params, i, &key, &v); i++)
            dict_set(params, value_text(key), v);
        for (size_t i = 0; dict_entry(own, i, &key, &v); i++)
            dict_set(params, value_text(key), v);
        for (size_t i = 0; dict_entry(of_language, i, &key, &v); i++)
            dict_set(params, value_text(key), v);
    }
}

void site_load_data(struct site *site, struct errors *errors)
{
    size_t before = errors->count;

    site->data_arena = arena_new();
    site->data = data_load(site->data_folder, site->data_arena, errors);
    site->data_bad = errors->count > before;
}

/* Keeps those that are there, in their order; those that failed are told in `errors`. */
static void load_pages(struct site *site, struct errors *errors)
{
    size_t count = site->npage_files;
    struct page **pages = calloc(count ? count : 1, sizeof(struct page *));

    if (!pages)
        abort();
    pages_load(pages, site->page_files, count, site->content, site->config, errors,
               &site->findings->warnings);
    for (size_t i = 0; i < count; i++)
        if (pages[i])
            pages[site->npages++] = pages[i];
    site->pages = pages;
}

void site_reindex_at(struct site *site, int64_t now, struct errors *errors)
{
    size_t before = errors->count;
    struct index_inputs in = {
        .pages = site->pages,
        .npages = site->npages,
        .assets = site->assets,
        .nassets = site->nassets,
        .statics = site->statics,
        .nstatics = site->nstatics,
        .config = site->config,
        .content = site->content,
        .data = site->data,
        .locales = site_open_locales(site, errors) ? site->locales : NULL,
        .now = now,
        .drafts = site->options.drafts,
        .future = site->options.future,
        .lists = site->templates.section || site->templates.home,
        .lists_terms = site->templates.term || site->templates.taxonomy || site->templates.section,
        .summaries = site->summaries,
    };

    site->index = index_new(&in, errors, &site->findings->warnings);
    site->indexed_at = now;
    if (atomic_load(&site->findings->backlinks))
        site_backlinks(site);
    site->index_bad = errors->count > before;
}

void site_reindex(struct site *site, struct errors *errors)
{
    site_reindex_at(site, now_unix(), errors);
}

static bool open_config(struct site *site, struct errors *errors)
{
    str folder = str_eq(site->folder, S(".")) ? S("") : site->folder;

    site->config =
        config_load(named(site, S("vial.yaml")), site->options.base_url, &site->arena, errors);
    if (!site->config || !theme_open(&site->theme, site->config, folder, &site->arena, errors))
        return false;
    site->content = named(site, site->config->content);
    site->statics_folder = named(site, site->config->static_files);
    site->data_folder = named(site, site->config->data);
    site->made_folder = named(site, S("assets"));
    site->locales = arena_array(&site->arena, struct locale *, site->config->nlanguages);
    merge_params(site);
    return site_load_strings(site, errors) && site_load_logic(site, errors);
}

bool site_read(struct site *site, struct errors *errors)
{
    site_look_for_templates(site); /* after the tree was taken: what comes later differs from it */
    site_load_data(site, errors);
    site_list_files(site, errors);
    load_pages(site, errors);
    site_reindex(site, errors);
    return site_register(site, errors);
}

static bool read_settings(struct site *site, struct errors *errors)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    site->begun = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    return open_config(site, errors);
}

bool site_fill(struct site *site, struct errors *errors)
{
    return read_settings(site, errors) && site_read(site, errors);
}

void site_empty(struct site *site)
{
    if (site->app)
        vial_free(site->app); /* and its logic */
    else
        logic_close(site->logic);
    prepared_free(site->prepared);
    for (size_t i = 0; i < site->npages; i++)
        page_free(site->pages[i]);
    free(site->pages);
    index_free(site->index);
    arena_delete(site->files);
    arena_delete(site->data_arena);
    site_close_locales(site);
    arena_free(&site->arena);
}

static bool check_folder(str folder, struct errors *errors)
{
    struct error err = { 0 };
    struct file_info info = file_info(folder);

    if (info.kind == FILE_FOLDER)
        return true;
    error_at(&err, (struct place){ .file = folder },
             info.kind == FILE_NONE ? "there is no such folder" : "is not a folder");
    error_hint(&err, "'vial new %.*s' makes a site there", STR(folder));
    errors_add(errors, &err);
    return false;
}

struct site *site_begin(str folder, const struct site_options *options, struct errors *errors)
{
    struct site *site;

    if (!check_folder(folder, errors))
        return NULL;
    markdown_start();
    site = calloc(1, sizeof *site);
    struct findings *findings = calloc(1, sizeof *findings);
    if (!site || !findings)
        abort();
    pthread_mutex_init(&findings->lock, NULL);
    site->findings = findings;
    site->renderings = renderings_new();
    site->made = assets_new();
    site->built = search_built_new();
    site->pictures = pictures_new();
    site->folder = path_normal(&site->own, folder);
    site->options = *options;
    site->options.base_url = str_copy(&site->own, options->base_url);
    if (read_settings(site, errors))
        return site;
    site_close(site);
    return NULL;
}

struct site *site_open(str folder, const struct site_options *options, struct errors *errors)
{
    struct site *site = site_begin(folder, options, errors);

    if (site && !site_read(site, errors)) {
        site_close(site);
        return NULL;
    }
    return site;
}

void site_close(struct site *site)
{
    if (!site)
        return;
    site_empty(site);
    errors_free(&site->findings->errors);
    errors_free(&site->findings->warnings);
    errors_free(&site->findings->outside);
    errors_free(&site->findings->languages);
    pthread_mutex_destroy(&site->findings->lock);
    free(site->findings);
    renderings_delete(site->renderings);
    assets_delete(site->made);
    search_built_delete(site->built);
    pictures_delete(site->pictures);
    search_release(site->search);
    arena_free(&site->own);
    free(site);
}

/* ---- what the rooms above ask ---- */

vial *site_app(struct site *site)
{
    return site->app;
}

bool site_has_logic(const struct site *site)
{
    return site->logic != NULL;
}

str site_folder(const struct site *site)
{
    return site->folder;
}

str site_output(const struct site *site)
{
    return site->config->output;
}

str site_base_url(const struct site *site)
{
    return site->config->base_url;
}

str site_base_path(const struct site *site)
{
    return site->config->base_path;
}

static size_t watched(const struct config *config, const struct logic *logic, str *paths,
                      size_t max)
{
    const str all[] = { S("vial.yaml"), config->content, config->templates, config->static_files,
                        config->data,   config->themes,  S("i18n"),         S("assets") };
    size_t count = 0;

    for (; count < max && count < sizeof all / sizeof *all; count++)
        paths[count] = all[count];
    return count + logic_watched(logic, &config->logic, paths + count, max - count);
}

size_t site_watched(const struct site *site, str *paths, size_t max)
{
    return watched(site->config, site->logic, paths, max);
}

size_t site_watched_in(str folder, str *paths, size_t max, struct arena *a)
{
    struct errors errors = { 0 };
    const struct config *config =
        config_load(path_join(a, folder, S("vial.yaml")), S(""), a, &errors);

    errors_free(&errors);
    if (!config)
        config = config_parse(S("vial.yaml"), S(""), S(""), a, &errors);
    return watched(config, NULL, paths, max);
}

/* Aliases are asked for as well: the builder makes of them what a redirect is on disk. */
static str source_of(const struct site *site, const struct target *target, struct arena *a)
{
    switch (target->kind) {
    case TARGET_PAGE:
    case TARGET_OUTPUT:
    case TARGET_ALIAS:
        return target->page->has_file ? path_join(a, site->content, page_text(target->page))
                                      : S("");
    case TARGET_ASSET:
    case TARGET_STATIC:
        return target->asset->in_memory ? S("") : target->asset->file;
    case TARGET_ROUTE:
    case TARGET_FEED:
    case TARGET_SITEMAP:
    case TARGET_ROBOTS:
    case TARGET_SEARCH:
        return site->config->text.file;
    }
    return S("");
}

/* A language whose writer gave no 404.md has a page for what is not there all the same. */
static bool each_not_found(struct site *site, bool (*each)(void *self, const struct site_url *url),
                           void *self)
{
    for (unsigned i = 1; site->templates.not_found && i < site->index->nlanguages; i++) {
        struct arena a = { 0 };
        struct site_url url = { site_not_found(site, i, &a), S("") };
        bool go_on = site->index->languages[i].not_found || each(self, &url);

        arena_free(&a);
        if (!go_on)
            return false;
    }
    return true;
}

bool site_each_url(struct site *site, bool (*each)(void *self, const struct site_url *url),
                   void *self)
{
    const struct map *targets = &site->index->targets;

    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = targets->entries[i].data;
        struct arena a = { 0 };
        struct site_url url = { target->url, source_of(site, target, &a) };
        bool go_on = each(self, &url);

        arena_free(&a);
        if (!go_on)
            return false;
    }
    return each_not_found(site, each, self);
}

static bool same_link(const struct error *a, const struct error *b)
{
    return a->line == b->line && a->col == b->col && str_eq(a->file, b->file) &&
           str_eq(a->sentence, b->sentence);
}

/* A page that others show is rendered for them too: its links are told once. */
void site_outside(struct site *site, struct errors *links)
{
    struct errors found = { 0 };

    pthread_mutex_lock(&site->findings->lock);
    found = site->findings->outside;
    site->findings->outside = (struct errors){ 0 };
    pthread_mutex_unlock(&site->findings->lock);
    errors_sort(&found);
    for (size_t i = 0; i < found.count; i++)
        if (!links->count || !same_link(&links->list[links->count - 1], &found.list[i]))
            errors_add(links, &found.list[i]);
    errors_free(&found);
}

const str *site_skips(const struct site *site, size_t *count)
{
    *count = site->config->checks.skip.count;
    return site->config->checks.skip.list;
}

static void take(struct errors *to, struct errors *from)
{
    errors_sort(from);
    for (size_t i = 0; i < from->count; i++)
        errors_add(to, &from->list[i]);
    errors_free(from);
}

void site_findings(struct site *site, struct errors *errors, struct errors *warnings)
{
    pthread_mutex_lock(&site->findings->lock);
    take(errors, &site->findings->errors);
    take(warnings, &site->findings->warnings);
    take(warnings, &site->findings->languages);
    pthread_mutex_unlock(&site->findings->lock);
}
