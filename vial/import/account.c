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

enum {
    NAMED = 12,  /* files of one folder that are told by name                        */
    FOLDERS = 5, /* folders in one of the outermost that are told one by one at most */
};

struct account {
    struct importing *im;
    struct map taken;  /* folders of which something was taken or told; the root is "" */
    struct map groups; /* by folder, struct group */
};

/* Files that are told in one line. */
struct group {
    bool whole;       /* all of the folder, and of those in it */
    struct buf names; /* else: these                           */
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

static void note_apart(struct account *all, str path)
{
    str folder = folder_apart(all, path);
    struct map_entry *entry = map_put(&all->groups, folder.len ? folder : path_dir(path));
    struct group *group = entry->data;

    if (!group) {
        group = entry->data = arena_make(all->im->a, struct group);
        group->names = buf_in(all->im->a);
        group->whole = folder.len > 0;
    }
    if (group->count < NAMED)
        buf_addf(&group->names, "%s%.*s", group->count ? ", " : "", STR(path_name(path)));
    group->count++;
}

static str outermost(str folder)
{
    return str_cut(&folder, '/');
}

/* Where many folders have such files, they are told together: once, at the first of them. */
static bool tell_together(struct account *all, size_t first)
{
    str top = outermost(all->groups.entries[first].key);
    size_t folders = 0, files = 0, before = 0;

    for (size_t i = 0; i < all->groups.count; i++) {
        const struct group *group = all->groups.entries[i].data;

        if (!top.len || !str_eq(outermost(all->groups.entries[i].key), top))
            continue;
        folders++;
        files += group->count;
        before += i < first;
    }
    if (folders <= FOLDERS)
        return false;
    if (!before)
        left_file(all->im, top,
                  "no part of the site, and left out: %zu files in %zu of its folders", files,
                  folders);
    return true;
}

static void tell(struct account *all)
{
    for (size_t i = 0; i < all->groups.count; i++) {
        const struct group *group = all->groups.entries[i].data;
        str names = buf_str(&group->names), folder = all->groups.entries[i].key;

        if (tell_together(all, i))
            continue;
        if (group->whole)
            left_file(all->im, folder, "is no part of the site, and left out: %zu file%s",
                      group->count, group->count == 1 ? "" : "s");
        else if (group->count > NAMED)
            left_file(all->im, folder, "no part of the site, and left out: %.*s and %zu more",
                      STR(names), group->count - NAMED);
        else
            left_file(all->im, folder, "no part of the site, and left out: %.*s", STR(names));
    }
}

bool files_account(struct importing *im, struct error *err)
{
    struct account all = { im, map_in(im->a), map_in(im->a) };
    struct file_walk walk;

    if (!file_walk(&walk, im->from, S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        if (is_known(im, walk.entries[i].path))
            note_taken(&all, walk.entries[i].path);
    for (size_t i = 0; i < walk.count; i++) {
        count(im, walk.entries[i].path);
        if (!is_known(im, walk.entries[i].path))
            note_apart(&all, walk.entries[i].path);
    }
    tell(&all);
    return true;
}
