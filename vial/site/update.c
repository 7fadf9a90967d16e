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
#include "vial/base/path.h"
#include "vial/site/changes.h"
#include "vial/site/load.h"
#include "vial/site/visit.h"
#include <stdlib.h>

/* What the paths of a change lie in. */
struct batch {
    bool config, templates, statics, data, list; /* list: files came or went */
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

static bool lies_in(str path, str folder)
{
    return str_starts(path, folder) && (path.len == folder.len || path.p[folder.len] == '/');
}

/* What `path` is called within `folder`; empty for the folder itself and for what holds it. */
static str within(str path, str folder)
{
    return path.len > folder.len && lies_in(path, folder) ? str_from(path, folder.len + 1) : S("");
}

static bool touches(str path, str folder)
{
    return lies_in(path, folder) || lies_in(folder, path);
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

static void sort_content(struct updating *u, str name, str *pages)
{
    str file = path_join(u->arena, u->site->content, name);

    reads_note(u->keys, str_fmt(u->arena, "static:%.*s", STR(file)));
    if (name.len && page_file(u->site, name) && file_info(file).kind == FILE_REGULAR)
        pages[u->batch.npages++] = name;
    else
        u->batch.list = true;
}

static void sort_static(struct updating *u, str folder, str name)
{
    u->batch.statics = u->batch.list = true;
    reads_note(u->keys, str_fmt(u->arena, "static:%.*s", STR(path_join(u->arena, folder, name))));
    for (size_t i = 0; !path_ext(name).len && i < u->site->nstatics; i++)
        reads_note(u->keys, str_fmt(u->arena, "static:%.*s", STR(u->site->statics[i].file)));
}

static void sort_theme(struct updating *u, str name)
{
    const struct site *site = u->site;
    str rest = name, theme = str_cut(&rest, '/');

    if (!site->theme.name.len || (name.len && !str_eq(theme, site->theme.name)))
        return;
    if (!site->theme.builtin && lies_in(rest, S("templates")) && within(rest, S("templates")).len)
        sort_template(u, within(rest, S("templates")));
    else if (!site->theme.builtin && lies_in(rest, S("static")))
        sort_static(u, site->theme.static_files, within(rest, S("static")));
    else
        u->batch.config = true; /* theme.yaml, or the theme itself */
}

static void sort_path(struct updating *u, str path, str *pages)
{
    const struct config *config = u->site->config;

    if (str_eq(path, S("vial.yaml")))
        u->batch.config = true;
    if (touches(path, config->content))
        sort_content(u, within(path, config->content), pages);
    if (touches(path, config->templates))
        sort_template(u, within(path, config->templates));
    if (touches(path, config->static_files))
        sort_static(u, u->site->statics_folder, within(path, config->static_files));
    if (touches(path, config->data))
        name_data(u, within(path, config->data));
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
    u->batch.config = u->batch.config || !count || site->config_bad;
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
    };
    if (site_fill(site, u->errors)) {
        site_empty(&old);
        reads_note(u->keys, S("site"));
        return;
    }
    site_empty(site);
    *site = old;
    site->config_bad = true;
}

/* ---- pages ---- */

struct pages {
    struct page **list; /* on the heap */
    size_t count;
    struct page **gone; /* old ones that have been replaced or deleted */
    size_t ngone;
    bool moved; /* more than texts changed */
};

static bool is_named(const struct batch *batch, str path)
{
    return batch->npages &&
           bsearch(&path, batch->pages, batch->npages, sizeof path, by_text) != NULL;
}

static bool same_file(const struct file_info *a, const struct file_info *b)
{
    return a->size == b->size && a->mtime == b->mtime && a->inode == b->inode;
}

/* Ids that somebody asked for are kept up to date, so that it is known whether they changed. */
static void carry_ids(const struct site *site, const struct page *was, struct page *now)
{
    if (atomic_load(&((struct page *)was)->ids))
        atomic_store(&now->ids, ids_read(site, now, S(""), NULL, NULL));
}

/* The text alone is new: the old page stays where it is and learns of it. */
static void take_text(struct page *was, struct page *now)
{
    struct page_ids *ids = atomic_load(&now->ids);

    was->digest = now->digest;
    was->body_digest = now->body_digest;
    was->info = now->info;
    atomic_store(&now->ids, atomic_load(&was->ids));
    atomic_store(&was->ids, ids);
    page_free(now);
}

/* One page that was read again. */
static void replace(struct updating *u, struct pages *pages, struct page *was, struct page *now)
{
    if (!was || !now) {
        pages->moved = pages->moved || was || now;
        if (was)
            pages->gone[pages->ngone++] = was;
        if (now)
            pages->list[pages->count++] = now;
        return;
    }
    if (!digest_eq(was->body_digest, now->body_digest))
        carry_ids(u->site, was, now);
    if (page_differs_in_text_only(was, now)) {
        changes_of_text(u->keys, u->site, was, now);
        take_text(was, now);
        pages->list[pages->count++] = was;
        return;
    }
    pages->moved = true;
    pages->gone[pages->ngone++] = was;
    pages->list[pages->count++] = now;
}

/*
 * Goes through the old pages and the files that are there now, both by path, and reads what may be
 * different: files that are named, whose stamp is another, or that made no page before.
 */
struct reading {
    struct page **old;        /* of each file to be read; NULL: none */
    struct file_entry *files; /* to be read */
    size_t *at;               /* where its page belongs in `list` */
    size_t count;
};

static void read_again(struct updating *u, struct pages *pages)
{
    struct site *site = u->site;
    size_t nfiles = site->npage_files, nold = site->npages, i = 0;
    struct file_entry *files = arena_array(u->arena, struct file_entry, nfiles);
    struct page **old = arena_array(u->arena, struct page *, nfiles);
    struct page **kept = arena_array(u->arena, struct page *, nfiles);
    struct page **fresh = arena_array(u->arena, struct page *, nfiles);
    size_t count = 0, next = 0;

    for (size_t n = 0; n < nfiles; n++) {
        const struct file_entry *file = &site->page_files[n];
        int order = 1;

        while (i < nold && (order = str_cmp(site->pages[i]->path, file->path)) < 0)
            pages->gone[pages->ngone++] = site->pages[i++];
        struct page *was = i < nold && order == 0 ? site->pages[i++] : NULL;
        if (was && !is_named(&u->batch, file->path) && same_file(&was->info, &file->info)) {
            kept[n] = was;
            continue;
        }
        old[count] = was;
        files[count++] = *file;
    }
    while (i < nold)
        pages->gone[pages->ngone++] = site->pages[i++];
    pages->moved = pages->ngone > 0;
    pages_load(fresh, files, count, site->content, u->errors, &site->findings->warnings);
    for (size_t n = 0; n < nfiles; n++) {
        if (kept[n]) {
            pages->list[pages->count++] = kept[n];
        } else {
            replace(u, pages, old[next], fresh[next]);
            next++;
        }
    }
}

/* The stamps of files that were named are those of now, so that they are not read a third time. */
static void stamp_named(struct updating *u)
{
    for (size_t i = 0; i < u->batch.npages; i++) {
        struct file_entry *file = (struct file_entry *)page_file(u->site, u->batch.pages[i]);

        file->info = file_info(path_join(u->arena, u->site->content, file->path));
    }
}

static void update_files(struct updating *u)
{
    struct site *site = u->site;
    struct arena *old_files = NULL, *old_data = NULL;
    struct index *old_index = site->index;
    struct snapshot was = snapshot_take(site, u->arena);
    struct pages pages = { 0 };
    size_t old_npages = site->npages;

    if (u->batch.list) {
        old_files = site->files;
        site_list_files(site, u->errors);
    } else {
        stamp_named(u);
    }
    if (u->batch.data) {
        old_data = site->data_arena;
        site_load_data(site, u->errors);
    }
    pages.list = calloc(site->npage_files + 1, sizeof *pages.list);
    pages.gone = arena_array(u->arena, struct page *, old_npages);
    if (!pages.list)
        abort();
    read_again(u, &pages);
    free(site->pages);
    site->pages = pages.list;
    site->npages = pages.count;

    if (pages.moved || old_files || old_data || u->batch.templates || site->index_bad) {
        site_reindex(site, u->errors);
        changes_find(u->keys, &was, site);
        index_free(old_index);
    }
    for (size_t i = 0; i < pages.ngone; i++)
        page_free(pages.gone[i]);
    arena_delete(old_files);
    arena_delete(old_data);
}

struct reads *site_update(struct site *site, const str *paths, size_t count, struct arena *a,
                          struct errors *errors)
{
    struct arena scratch = { 0 };
    struct updating u = { site, &scratch, reads_new(a), errors, { 0 } };

    sort_paths(&u, paths, count);
    if (u.batch.config) {
        reopen(&u);
    } else {
        if (u.batch.templates) {
            env_forget(vial_env(site->app));
            site_look_for_templates(site);
        }
        update_files(&u);
    }
    arena_free(&scratch);
    return u.keys;
}
