/*
 * account.c - what became of each file of the old site
 *
 *   comes in:  the old site's folder, and what was made, read and told of it
 *   goes out:  counts; and of files that nothing was said about yet, that they are left out
 *
 * Nothing is lost in silence: README.md and package.json are no part of a site, but so may be a
 * folder that a plugin reads. Such files are told by the outermost folder of which nothing was
 * taken, or by their names where they lie among others.
 */
#include "vial/import/inside.h"

enum { NAMED = 12 }; /* files of one folder that are told by name */

struct account {
    struct importing *im;
    struct map taken; /* folders of which something was taken or told; the root is "" */
    struct map apart; /* outermost folders of which nothing was, to the count of their files */
    struct map loose; /* folders, to the list of single files that were left in them */
};

struct loose {
    struct buf names;
    size_t count;
};

static void note_taken(struct account *all, str path)
{
    for (str folder = path_dir(path); folder.len; folder = path_dir(folder))
        map_put(&all->taken, folder);
}

static bool is_known(const struct importing *im, str path)
{
    return map_find(&im->by_source, path) || map_find(&im->read, path) ||
           map_find(&im->told, path) || str_eq(path, im->config_file);
}

static void count(struct importing *im, str path)
{
    struct item *item = map_get(&im->by_source, path);
    struct import_report *report = im->report;

    report->there++;
    if (item && item->page)
        report->as_pages++;
    else if (item)
        report->as_files++;
    else if (map_find(&im->read, path) || str_eq(path, im->config_file))
        report->read++;
    else if (map_find(&im->told, path))
        report->told++;
    else
        report->apart++;
}

/* The outermost folder around `path` of which nothing was taken; empty: there is none. */
static str folder_apart(const struct account *all, str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (path.p[i] == '/' && !map_find(&all->taken, str_slice(path, 0, i)))
            return str_slice(path, 0, i);
    return S("");
}

static void note_loose(struct account *all, str path)
{
    struct map_entry *entry = map_put(&all->loose, path_dir(path));
    struct loose *loose = entry->data;

    if (!loose) {
        loose = entry->data = arena_make(all->im->a, struct loose);
        loose->names = buf_in(all->im->a);
    }
    if (loose->count < NAMED)
        buf_addf(&loose->names, "%s%.*s", loose->count ? ", " : "", STR(path_name(path)));
    loose->count++;
}

static void tell(struct account *all)
{
    struct importing *im = all->im;

    for (size_t i = 0; i < all->apart.count; i++) {
        size_t files = (size_t)(uintptr_t)all->apart.entries[i].data;

        left_file(im, all->apart.entries[i].key, "is no part of the site, and left out: %zu file%s",
                  files, files == 1 ? "" : "s");
    }
    for (size_t i = 0; i < all->loose.count; i++) {
        const struct loose *loose = all->loose.entries[i].data;
        str names = buf_str(&loose->names), folder = all->loose.entries[i].key;

        if (loose->count > NAMED)
            left_file(im, folder, "no part of the site, and left out: %.*s and %zu more",
                      STR(names), loose->count - NAMED);
        else
            left_file(im, folder, "no part of the site, and left out: %.*s", STR(names));
    }
}

bool files_account(struct importing *im, struct error *err)
{
    struct account all = { im, map_in(im->a), map_in(im->a), map_in(im->a) };
    struct file_walk walk;

    if (!file_walk(&walk, im->from, S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        if (is_known(im, walk.entries[i].path))
            note_taken(&all, walk.entries[i].path);
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, folder;

        count(im, path);
        if (is_known(im, path))
            continue;
        folder = folder_apart(&all, path);
        if (folder.len) {
            struct map_entry *entry = map_put(&all.apart, folder);

            entry->data = (void *)((uintptr_t)entry->data + 1);
        } else {
            note_loose(&all, path);
        }
    }
    tell(&all);
    return true;
}
