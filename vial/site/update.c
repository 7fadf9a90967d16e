/*
 * update.c - files changed: what is different now?
 *
 *   comes in:  paths that changed, were made or went away
 *   goes out:  the site as it is now, and the keys that are not what they were
 *
 * The common change is one page whose text was edited: it is read again, and nothing else moves.
 * Where more is new (a title, a name, a folder), the files are listed and the index is made again,
 * and the two states are compared. A new vial.yaml or theme.yaml is a new site; if it cannot be
 * used, the old one stays until it can. What was wrong before is looked at again each time, so that
 * `errors` are always all there are.
 */
#include "vial/base/date.h"
#include "vial/base/path.h"
#include "vial/site/assets.h"
#include "vial/site/changes.h"
#include "vial/site/load.h"
#include "vial/site/reload.h"
#include "vial/site/renderings.h"
#include "vial/site/search_index.h"
#include <stdlib.h>

/* What the paths of a change lie in. */
struct batch {
    bool config, templates, data, list; /* list: files came or went */
    bool logic;
    const str *pages; /* files of content/ that are pages already, relative to it, sorted */
    size_t npages;
};

struct updating {
    struct site *site;
    struct arena *arena; /* of the update */
    struct reads *keys;
    struct errors *errors;
    struct batch batch;
};

/* ---- sorting paths out ---- */

/* What `path` is called within `folder`; empty for the folder itself and for what holds it. */
static str within(str path, str folder)
{
    str name = path_below(path, folder);

    return name.p ? name : S("");
}

static bool touches(str path, str folder)
{
    return path_lies_in(path, folder) || path_lies_in(folder, path);
}

/* Binary search among the names of pages, sorted by bytes. */
static const struct file_entry *page_file(const struct site *site, str path)
{
    size_t from = 0, to = site->npage_files;

    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = str_cmp(path, site->page_files[middle].path);

        if (!order)
            return &site->page_files[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static void name_template(struct updating *u, str name)
{
    reads_note(u->keys, str_fmt(u->arena, "template:%.*s", STR(name)));
    reads_note(u->keys, str_fmt(u->arena, "template:!theme/%.*s", STR(name)));
}

/* A whole folder of templates came or went: nobody knows what was in it. */
static void sort_template(struct updating *u, str name)
{
    u->batch.templates = true;
    if (path_ext(name).len)
        name_template(u, name);
    else
        reads_note(u->keys, S("site"));
}

static void name_data(struct updating *u, str name)
{
    str rest = name, top = str_cut(&rest, '/');

    u->batch.data = true;
    if (!name.len)
        reads_note(u->keys, S("site"));
    if (!rest.len)
        top = path_stem(top);
    reads_note(u->keys, str_fmt(u->arena, "data:%.*s", STR(top)));
    reads_note(u->keys, S("data:"));
}

/* A file that is sent as it is, and what was made of it. */
static void name_file(struct updating *u, str file)
{
    file = site_relative(u->site, file);
    reads_note(u->keys, str_fmt(u->arena, "static:%.*s", STR(file)));
    reads_note(u->keys, str_fmt(u->arena, "asset:%.*s", STR(file)));
    for (str folder = path_dir(file); folder.len && !str_eq(folder, S("/"));
         folder = path_dir(folder))
        reads_note(u->keys, str_fmt(u->arena, "asset:%.*s/", STR(folder)));
}

/* What assets are made of and is not published itself. Nobody knows what was in a folder. */
static void sort_made(struct updating *u, str folder, str name)
{
    if (path_ext(name).len)
        name_file(u, path_join(u->arena, folder, name));
    else
        reads_note(u->keys, S("site"));
}

static void sort_content(struct updating *u, str name, str *pages)
{
    str file = path_join(u->arena, u->site->content, name);

    if (name.len && page_file(u->site, name) && file_info(file).kind == FILE_REGULAR) {
        pages[u->batch.npages++] = name;
        return;
    }
    u->batch.list = true;
    if (!site_is_page_name(u->site->config, name))
        name_file(u, file);
}

static void sort_static(struct updating *u, str folder, str name)
{
    u->batch.list = true;
    name_file(u, path_join(u->arena, folder, name));
    for (size_t i = 0; !path_ext(name).len && i < u->site->nstatics; i++)
        name_file(u, u->site->statics[i].file);
}

static void sort_theme(struct updating *u, str name)
{
    const struct site *site = u->site;
    str rest = name, theme = str_cut(&rest, '/');

    if (!site->theme.name.len || (name.len && !str_eq(theme, site->theme.name)))
        return;
    if (!site->theme.builtin && path_lies_in(rest, S("templates")) &&
        within(rest, S("templates")).len)
        sort_template(u, within(rest, S("templates")));
    else if (!site->theme.builtin && path_lies_in(rest, S("static")))
        sort_static(u, site->theme.static_files, within(rest, S("static")));
    else if (!site->theme.builtin && path_lies_in(rest, S("assets")))
        sort_made(u, path_join(u->arena, site->theme.folder, S("assets")),
                  within(rest, S("assets")));
    else
        u->batch.config = true; /* theme.yaml, or the theme itself */
}

static void sort_path(struct updating *u, str path, str *pages)
{
    const struct config *config = u->site->config;

    if (file_is_hidden(path_name(path)))
        return;
    if (str_eq(path, S("vial.yaml")))
        u->batch.config = true;
    if (config->logic.npaths && logic_is_made_of(u->site->logic, &config->logic, path))
        u->batch.logic = true;
    if (touches(path, config->content))
        sort_content(u, within(path, config->content), pages);
    if (touches(path, config->templates))
        sort_template(u, within(path, config->templates));
    if (touches(path, config->static_files))
        sort_static(u, u->site->statics_folder, within(path, config->static_files));
    if (touches(path, S("assets")))
        sort_made(u, u->site->made_folder, within(path, S("assets")));
    if (touches(path, config->data))
        name_data(u, within(path, config->data));
    if (touches(path, S("i18n")))
        u->batch.config = true; /* words may be anywhere */
    if (touches(path, config->themes))
        sort_theme(u, within(path, config->themes));
}

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

static void sort_paths(struct updating *u, const str *paths, size_t count)
{
    const struct site *site = u->site;
    str *pages = arena_array(u->arena, str, count);

    for (size_t i = 0; i < count; i++)
        sort_path(u, path_normal(u->arena, paths[i]), pages);
    qsort(pages, u->batch.npages, sizeof *pages, by_text);
    u->batch.pages = pages;
    u->batch.config = u->batch.config || site->config_bad;
    u->batch.logic = u->batch.logic || site->logic_bad;
    u->batch.data = u->batch.data || site->data_bad;
    u->batch.list = u->batch.list || site->files_bad;
}

/* ---- a new configuration ---- */

static void reopen(struct updating *u)
{
    struct site *site = u->site, old = *site;

    *site = (struct site){
        .folder = old.folder,
        .options = old.options,
        .own = old.own,
        .findings = old.findings,
        .renderings = old.renderings,
        .made = old.made,
        .built = old.built,
        .pictures = old.pictures,
        .search = old.search,
    };
    assets_clear(site->made);
    if (site_fill(site, u->errors)) {
        site_empty(&old);
        reads_note(u->keys, S("site"));
        return;
    }
    old.search = site->search;
    site_empty(site);
    *site = old;
    site->config_bad = true;
}

/* ---- files ---- */

/* The stamps of files that were named are those of now, so that they are not read a third time. */
static void stamp_named(struct updating *u)
{
    for (size_t i = 0; i < u->batch.npages; i++) {
        struct file_entry *file = (struct file_entry *)page_file(u->site, u->batch.pages[i]);

        file->info = file_info(path_join(u->arena, u->site->content, file->path));
    }
}

/* What has to stay until the two states are compared. */
struct old {
    struct arena *files, *data;
    struct index *index;
};

static void look_again(struct updating *u, struct old *old)
{
    struct site *site = u->site;

    if (u->batch.list) {
        old->files = site->files;
        site_list_files(site, u->errors);
    } else {
        stamp_named(u);
    }
    if (u->batch.data) {
        old->data = site->data_arena;
        site_load_data(site, u->errors);
    }
}

/* The day of some page has come, or is over. */
static bool clock_moved(const struct site *site)
{
    int64_t now = now_unix();
    bool moved = false;

    for (size_t i = 0; i < site->npages && !moved && now != site->indexed_at; i++)
        moved =
            page_shown_at(site->pages[i], now) != page_shown_at(site->pages[i], site->indexed_at);
    return moved;
}

static void update_files(struct updating *u)
{
    struct site *site = u->site;
    struct snapshot was = snapshot_take(site, u->arena);
    struct old old = { .index = site->index };

    look_again(u, &old);
    struct reloaded pages =
        pages_reload(site, u->batch.pages, u->batch.npages, u->keys, u->arena, u->errors);
    if (clock_moved(site) || pages.moved || old.files || old.data || u->batch.templates ||
        site->index_bad) {
        site_reindex(site, u->errors);
        changes_find(u->keys, &was, site);
        index_free(old.index);
    }
    for (size_t i = 0; i < pages.ngone; i++)
        page_free(pages.gone[i]);
    arena_delete(old.files);
    arena_delete(old.data);
}

static void update_templates(struct updating *u)
{
    struct site *site = u->site;
    uint64_t hooks = site->templates.hooks;

    env_refresh(vial_env(site->app));
    site_look_for_templates(site);
    if (site->templates.hooks != hooks)
        reads_note(u->keys, S("hooks"));
}

static void take_in(struct updating *u)
{
    env_reuse_forget(vial_env(u->site->app));
    renderings_clear(u->site->renderings);
    search_built_forget(u->site->built, u->batch.config);
    if (u->batch.config) {
        reopen(u);
        return;
    }
    if (u->batch.logic)
        site_reload_logic(u->site, u->keys, u->errors);
    if (u->batch.templates)
        update_templates(u);
    update_files(u);
}

void site_take_in(struct site *site, const str *paths, size_t count, struct reads *keys,
                  struct errors *errors)
{
    struct arena scratch = { 0 };
    struct updating u = { site, &scratch, keys, errors, { 0 } };

    sort_paths(&u, paths, count);
    take_in(&u);
    arena_free(&scratch);
}

struct reads *site_update(struct site *site, const str *paths, size_t count, struct arena *a,
                          struct errors *errors)
{
    struct arena scratch = { 0 };
    struct updating u = { site, &scratch, reads_new(a), errors, { 0 } };

    sort_paths(&u, paths, count);
    u.batch.config = u.batch.config || !count;
    take_in(&u);
    arena_free(&scratch);
    return u.keys;
}
