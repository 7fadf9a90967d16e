/*
 * beside.c - an output that is switched as a whole
 *
 *   comes in:  a folder that is shown; what was written to it, and to the one beside it
 *   goes out:  the folder beside it, ready to be written to; at the end their names exchanged
 *
 * The folder beside lies in the site's .vial, where neither the site nor git sees it, or else next
 * to the output under a hidden name: a rename works within one file system only. Whether that can
 * exchange folders is tried on two empty ones, before anything is made.
 */
#include "builder/beside.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- where ---- */

static bool device_of(str path, dev_t *device, struct arena *a)
{
    struct stat st;

    if (stat(path_cstr(a, path.len ? path : S("/")), &st) != 0)
        return false;
    *device = st.st_dev;
    return true;
}

static bool same_device(str one, str other, struct arena *a)
{
    dev_t x, y;

    return device_of(one, &x, a) && device_of(other, &y, a) && x == y;
}

/* In .vial when the output lies in the site, and on one file system with it. */
static str find_place(const struct output *shown, const struct manifest *m, str site,
                      struct arena *a)
{
    str parent = path_dir(shown->real);
    char *real = realpath(path_cstr(a, site), NULL);
    str within = real ? str_of(real) : S("/");
    bool inside = path_lies_in(parent, within) && same_device(parent, path_dir(m->path), a);

    free(real);
    if (inside)
        return str_fmt(a, "%.*s.beside", STR(m->base));
    return path_join(a, parent, str_fmt(a, ".%.*s.vial-beside", STR(path_name(shown->real))));
}

/* A disk of its own, or a part of one that is mounted there, has no name that could be changed. */
static bool is_mounted(str path, struct arena *a)
{
    struct statx st;

    return statx(AT_FDCWD, path_cstr(a, path), 0, STATX_INO, &st) == 0 &&
           (st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
           (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

static bool exchange(str one, str other, struct arena *a)
{
    return renameat2(AT_FDCWD, path_cstr(a, one), AT_FDCWD, path_cstr(a, other), RENAME_EXCHANGE) ==
           0;
}

/* Two empty folders tell. Those of a build that was killed do as well. */
static bool can_exchange(str place, struct arena *a, struct error *err)
{
    str one = str_fmt(a, "%.*s.try-1", STR(place)), other = str_fmt(a, "%.*s.try-2", STR(place));
    bool good = file_make_folders(one, err) && file_make_folders(other, err) &&
                (exchange(one, other, a) || error_errno(err, place, "cannot be switched"));

    rmdir(path_cstr(a, one));
    rmdir(path_cstr(a, other));
    return good;
}

static bool can_switch(const struct output *shown, str place, struct error *why, struct arena *a)
{
    if (is_mounted(shown->real, a)) {
        error_at(why, (struct place){ .file = shown->folder },
                 "cannot be switched as a whole: it is mounted there");
        error_hint(why, "its files were replaced one by one; build into a folder below it");
        return false;
    }
    struct error err = { 0 };
    if (can_exchange(place, a, &err))
        return true;
    error_at(why, (struct place){ .file = shown->folder },
             "cannot be switched as a whole: its file system does not exchange folders");
    error_hint(why, "its files were replaced one by one");
    error_free(&err);
    return false;
}

static bool is_empty(str folder, struct arena *a)
{
    DIR *names = opendir(path_cstr(a, folder));
    const struct dirent *entry;
    bool empty = names != NULL;

    while (empty && (entry = readdir(names)))
        empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
    if (names)
        closedir(names);
    return empty;
}

bool beside_open(struct beside *beside, const struct output *shown, const struct manifest *m,
                 str site, struct error *why, struct arena *a, struct error *err)
{
    str place = find_place(shown, m, site, a);
    bool ours;

    *beside = (struct beside){ .output = { .folder = place, .real = place, .fd = -1 } };
    beside->manifest.journal = beside->manifest.lock = -1;
    if (!can_switch(shown, place, why, a))
        return true;
    if (!manifest_open_other(&beside->manifest, m, &ours, err))
        return false;
    if (!ours && file_exists(place) && !is_empty(place, a)) {
        error_at(err, (struct place){ .file = place }, "is in the way: vial did not make it");
        return error_hint(err, "with --atomic the next output is made there; move it away");
    }
    beside->output.force = shown->force;
    beside->output.before = &beside->manifest;
    beside->output.shown = shown;
    if (!output_open(&beside->output, err))
        return false;
    beside->manifest.folder = file_info(place).inode;
    if (beside->manifest.unfinished)
        output_sweep(&beside->output, a);
    beside->on = true;
    return true;
}

/* ---- what vial did not write ---- */

struct foreign {
    const struct output *shown, *beside;
    struct manifest *manifest; /* of the one beside */
    struct arena *arena;
    struct error *err;
};

typedef bool visit_fn(struct foreign *f, str name, const struct stat *st);

/* Each thing below root/name, a folder after what is in it. False when `visit` was. */
static bool visit_all(struct foreign *f, str root, str name, visit_fn *visit)
{
    str folder = name.len ? path_join(f->arena, root, name) : root;
    DIR *names = opendir(path_cstr(f->arena, folder));
    const struct dirent *entry;
    bool good = true;

    if (!names)
        return errno == ENOENT || error_errno(f->err, folder, "cannot be listed");
    while (good && (entry = readdir(names))) {
        struct stat st;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
            fstatat(dirfd(names), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        str inner = str_of(entry->d_name);
        inner = name.len ? path_join(f->arena, name, inner) : str_copy(f->arena, inner);
        if (S_ISDIR(st.st_mode))
            good = visit_all(f, root, inner, visit);
        good = good && visit(f, inner, &st);
    }
    closedir(names);
    return good;
}

/* Drafts of a build that was killed are nobody's. */
static bool is_foreign(const struct output *out, str name)
{
    return !manifest_find(out->before, name) && !file_is_draft(path_name(name));
}

static bool carry_link(str from, str to, struct arena *a, struct error *err)
{
    char target[4096];
    ssize_t n = readlink(path_cstr(a, from), target, sizeof target - 1);

    if (n < 0)
        return error_errno(err, from, "cannot be read");
    target[n] = '\0';
    return symlink(target, path_cstr(a, to)) == 0 || error_errno(err, to, "cannot be made");
}

/* Linked; where the system forbids that, because it is another user's, copied. */
static bool carry_file(str from, str to, struct arena *a, struct error *err)
{
    return link(path_cstr(a, from), path_cstr(a, to)) == 0 || file_clone(from, to, err);
}

static bool make_folders_above(struct foreign *f, str name)
{
    str folder = f->beside->folder;

    for (str dir = path_dir(name); dir.len; dir = path_dir(dir)) {
        str path = path_join(f->arena, folder, dir);

        if (file_exists(path) && !file_is_folder(path) && !file_remove(path, f->err))
            return false;
    }
    return file_make_folders(path_join(f->arena, folder, path_dir(name)), f->err);
}

/* What lies beside and is not the same thing has to go: nobody looks there. */
static bool carry(struct foreign *f, str name, const struct stat *st)
{
    struct arena *a = f->arena;
    str from = path_join(a, f->shown->folder, name), to = path_join(a, f->beside->folder, name);
    struct stat there;

    if (S_ISDIR(st->st_mode))
        return make_folders_above(f, path_join(a, name, S("x")));
    map_remove(&f->manifest->records, name); /* whatever it was there: it is not ours */
    if (lstat(path_cstr(a, to), &there) == 0) {
        if (there.st_dev == st->st_dev && there.st_ino == st->st_ino)
            return true;
        if (S_ISDIR(there.st_mode) && rmdir(path_cstr(a, to)) != 0)
            return error_errno(f->err, to, "is in the way of a file that vial did not write");
        if (!S_ISDIR(there.st_mode) && !file_remove(to, f->err))
            return false;
    }
    if (!make_folders_above(f, name))
        return false;
    if (S_ISLNK(st->st_mode))
        return carry_link(from, to, a, f->err);
    if (S_ISREG(st->st_mode))
        return carry_file(from, to, a, f->err);
    error_at(f->err, (struct place){ .file = from },
             "is no file: it cannot be switched with --atomic");
    return false;
}

static bool carry_foreign(struct foreign *f, str name, const struct stat *st)
{
    if (S_ISDIR(st->st_mode) ? !is_empty(path_join(f->arena, f->shown->folder, name), f->arena)
                             : !is_foreign(f->shown, name))
        return true;
    return carry(f, name, st);
}

/* What was carried before, and is no longer where it came from. Folders go when they are empty. */
static bool drop_stale(struct foreign *f, str name, const struct stat *st)
{
    struct stat there;
    str path = path_join(f->arena, f->beside->folder, name);

    if (lstat(path_cstr(f->arena, path_join(f->arena, f->shown->folder, name)), &there) == 0 &&
        (there.st_mode & S_IFMT) == (st->st_mode & S_IFMT))
        return true;
    if (S_ISDIR(st->st_mode))
        rmdir(path_cstr(f->arena, path));
    else if (!manifest_find(f->beside->before, name))
        return file_remove(path, f->err);
    return true;
}

static bool visit_folder(struct beside *beside, str root, visit_fn *visit, struct error *err)
{
    struct arena a = { 0 };
    struct foreign f = { beside->output.shown, &beside->output, &beside->manifest, &a, err };
    bool good = visit_all(&f, root, S(""), visit);

    arena_free(&a);
    return good;
}

bool beside_carry_foreign(struct beside *beside, struct error *err)
{
    return visit_folder(beside, beside->output.folder, drop_stale, err) &&
           visit_folder(beside, beside->output.shown->folder, carry_foreign, err);
}

bool beside_carry_one(struct beside *beside, str name, struct arena *a, struct error *err)
{
    struct foreign f = { beside->output.shown, &beside->output, &beside->manifest, a, err };
    struct stat st;

    return lstat(path_cstr(a, path_join(a, f.shown->folder, name)), &st) != 0 ||
           carry(&f, name, &st);
}

/* ---- the switch ---- */

bool beside_switch(struct beside *beside, struct arena *a, struct error *err)
{
    str place = beside->output.folder, real = beside->output.shown->real;

    if (exchange(place, real, a))
        return true;
    error_errno(err, beside->output.shown->folder, "cannot be switched");
    return error_hint(err, "it is as it was; the new output is whole in %.*s", STR(place));
}

void beside_close(struct beside *beside)
{
    output_close(&beside->output);
    manifest_close(&beside->manifest);
}
