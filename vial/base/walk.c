/*
 * walk.c - all files below a folder, in order
 *
 *   comes in:  a folder
 *   goes out:  the regular files in it and below, sorted by path
 *
 * Folders are read with their descriptors held, so each name is looked up once and from its own
 * folder. Links are followed; a folder that is among its own ancestors (same device and inode) is a
 * circle and not entered again.
 */
#include "vial/base/file.h"

#include "vial/base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 128 };

/* The folders from the root to the one being read. */
struct ancestor {
    const struct ancestor *up;
    dev_t device;
    ino_t inode;
};

struct walker {
    struct arena *arena;
    struct file_walk *walk;
    size_t cap, folders_cap;
    str root, skip;
    struct error *err;
};

bool file_is_hidden(str name)
{
    if (!name.len || name.p[0] == '.')
        return !str_eq(name, S(".well-known")); /* which RFC 8615 made public */
    char first = name.p[0], last = name.p[name.len - 1];
    return last == '~' || (first == '#' && last == '#') || str_ends(name, S(".swp")) ||
           str_ends(name, S(".swx")) || str_eq(name, S("4913"));
}

static void append(struct walker *w, struct file_entry **list, size_t *count, size_t *cap, str path,
                   const struct stat *st)
{
    if (*count == *cap) {
        size_t more = *cap ? *cap * 2 : 64;

        *list = arena_grow(w->arena, *list, *cap * sizeof **list, more * sizeof **list);
        *cap = more;
    }
    (*list)[(*count)++] = (struct file_entry){ .path = path, .info = file_info_of(st) };
}

static void add(struct walker *w, str path, const struct stat *st)
{
    append(w, &w->walk->entries, &w->walk->count, &w->cap, path, st);
}

static void add_folder(struct walker *w, str path, const struct stat *st)
{
    append(w, &w->walk->folders, &w->walk->nfolders, &w->folders_cap, path, st);
}

static bool is_circle(const struct ancestor *at, const struct stat *st)
{
    for (; at; at = at->up)
        if (at->device == st->st_dev && at->inode == st->st_ino)
            return true;
    return false;
}

static str full_path(struct walker *w, str path)
{
    return path_join(w->arena, w->root, path);
}

static bool walk_folder(struct walker *w, int fd, str path, const struct ancestor *up, int depth);

/* Takes over `fd`'s entry `name`; what vanished meanwhile or is a dangling link is left out. */
static bool take(struct walker *w, int fd, str folder, const char *name, const struct ancestor *up,
                 int depth)
{
    str path = str_join(w->arena, (str[]){ folder, str_of(name) }, 2, folder.len ? S("/") : S(""));
    struct stat st;

    if (w->skip.len && str_eq(path, w->skip))
        return true;
    if (fstatat(fd, name, &st, 0) != 0) {
        if (errno == ENOENT || errno == ELOOP)
            return true;
        return error_errno(w->err, full_path(w, path), "cannot be looked at");
    }
    if (S_ISREG(st.st_mode)) {
        add(w, path, &st);
        return true;
    }
    if (!S_ISDIR(st.st_mode) || is_circle(up, &st))
        return true;
    if (depth == DEEPEST)
        return error_at(w->err, (struct place){ .file = full_path(w, path) },
                        "lies deeper than %d folders", DEEPEST);

    int child = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (child < 0)
        return errno == ENOENT || error_errno(w->err, full_path(w, path), "cannot be opened");
    struct ancestor here = { .up = up, .device = st.st_dev, .inode = st.st_ino };
    add_folder(w, path, &st);
    return walk_folder(w, child, path, &here, depth + 1);
}

static bool walk_folder(struct walker *w, int fd, str path, const struct ancestor *up, int depth)
{
    DIR *folder = fdopendir(fd);
    const struct dirent *entry;
    bool good = true;

    if (!folder) {
        close(fd);
        return error_errno(w->err, full_path(w, path), "cannot be read");
    }
    while (good && (entry = readdir(folder)))
        if (!file_is_hidden(str_of(entry->d_name)))
            good = take(w, dirfd(folder), path, entry->d_name, up, depth);
    closedir(folder);
    return good;
}

static int by_path(const void *left, const void *right)
{
    const struct file_entry *a = left, *b = right;

    return str_cmp(a->path, b->path);
}

bool file_walk(struct file_walk *walk, str root, str skip, struct arena *a, struct error *err)
{
    struct walker w = { .arena = a, .walk = walk, .root = root, .skip = skip, .err = err };
    struct stat st;

    *walk = (struct file_walk){ 0 };
    int fd = open(str_cstr(a, root), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0 && errno == ENOTDIR)
        return error_at(err, (struct place){ .file = root },
                        "is a file where a folder is expected");
    if (fd < 0)
        return error_errno(err, root, "cannot be opened");
    if (fstat(fd, &st) != 0) {
        error_errno(err, root, "cannot be looked at");
        close(fd);
        return false;
    }
    struct ancestor here = { .device = st.st_dev, .inode = st.st_ino };
    add_folder(&w, S(""), &st);
    if (!walk_folder(&w, fd, S(""), &here, 0))
        return false;
    if (walk->count)
        qsort(walk->entries, walk->count, sizeof *walk->entries, by_path);
    if (walk->nfolders)
        qsort(walk->folders, walk->nfolders, sizeof *walk->folders, by_path);
    return true;
}
