/*
 * output.c - files put into the output folder if they differ
 *
 *   comes in:  a name and its bytes
 *   goes out:  the file, and what to remember of it
 *
 * What the manifest says of a file is believed when the file has its size and has not been changed
 * since: then two digests tell whether it is right, and nothing is read. What differs or is not
 * there is written to a draft and renamed (base/file.h), so that whoever reads the folder while it
 * is built into, or after a build was killed, finds whole files only. The journal names a new file
 * before its draft is begun.
 */
#include "builder/output.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- which folder ---- */

/* True when `inner` is `outer` or lies in it; both absolute and normal. */
static bool lies_in(str inner, str outer)
{
    if (str_eq(outer, S("/")))
        return true;
    return path_lies_in(inner, outer);
}

/* An absolute path without links; the end of it need not be there. */
static str resolved(struct arena *a, str path)
{
    char *real = realpath(path_cstr(a, path.len ? path : S(".")), NULL);
    str found;

    if (!real && (!path.len || str_eq(path, S("/"))))
        return S("/");
    if (!real)
        return path_normal(a, path_join(a, resolved(a, path_dir(path)), path_name(path)));
    found = str_copy(a, str_of(real));
    free(real);
    return found;
}

bool output_check(struct output *out, str *name, str site, const str *sources, size_t nsources,
                  struct arena *a, struct error *err)
{
    struct place place = { .file = out->folder };
    str real = resolved(a, out->folder);

    site = resolved(a, site);
    if (lies_in(site, real))
        return error_at(err, place, "cannot be the output: the site itself lies in it");
    for (size_t i = 0; i < nsources; i++) {
        str source = resolved(a, path_join(a, site, sources[i]));

        if (lies_in(real, source) || lies_in(source, real))
            return error_at(err, place, "cannot be the output: the site is made of what is in %.*s",
                            STR(sources[i]));
    }
    enum file_kind kind = file_info(real).kind;
    if (kind != FILE_NONE && kind != FILE_FOLDER)
        return error_at(err, place, "is a file, and the output is a folder");
    out->real = real;
    *name = lies_in(real, site) ? str_from(real, site.len + 1) : real;
    return true;
}

bool output_open(struct output *out, struct error *err)
{
    struct arena a = { 0 };

    out->fd = -1;
    if (!file_make_folders(out->folder, err))
        return false;
    out->fd = open(path_cstr(&a, out->folder), O_PATH | O_DIRECTORY | O_CLOEXEC);
    arena_free(&a);
    return out->fd >= 0 || error_errno(err, out->folder, "cannot be opened");
}

void output_close(struct output *out)
{
    if (out->fd >= 0)
        close(out->fd);
    out->fd = -1;
}

/* ---- what is in the way ---- */

static int open_below(const struct output *out, str dir, struct arena *a)
{
    struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
    const char *path = dir.len ? path_cstr(a, dir) : ".";

    return (int)syscall(SYS_openat2, out->fd, path, &how, sizeof how);
}

/*
 * A folder of the output may be a link, and a site from a stranger may bring one: it must not lead
 * elsewhere. What is not there yet will be made, so the first folder that is there decides.
 */
static bool stays_inside(const struct output *out, str name, struct arena *a)
{
    str dir = path_dir(name);
    int fd;

    while ((fd = open_below(out, dir, a)) < 0 && errno == ENOENT && dir.len)
        dir = path_dir(dir);
    if (fd >= 0)
        close(fd);
    else if (errno == ENOSYS || errno == EPERM) /* an old kernel, or a container's filter */
        return lies_in(resolved(a, path_join(a, out->folder, path_dir(name))), out->real);
    return fd >= 0 || errno != EXDEV;
}

static bool refuse_link(str path, struct error *err)
{
    return error_at(err, (struct place){ .file = path },
                    "leads out of the output folder, through a link");
}

static bool refuse_foreign(str path, struct error *err)
{
    error_at(err, (struct place){ .file = path }, "is in the way: vial did not write it");
    return error_hint(
        err, "move it away, build into another folder with -o, or take it over with --force");
}

/*
 * What earlier builds made where `name` needs room now: a file where it needs a folder. It is not
 * made any more, since no two targets stand in each other's way.
 */
static bool clear_above(const struct output *out, str name, struct arena *a, struct error *err)
{
    for (str dir = path_dir(name); dir.len; dir = path_dir(dir))
        if (manifest_find(out->before, dir) && !file_is_folder(path_join(a, out->folder, dir)) &&
            !file_remove(path_join(a, out->folder, dir), err))
            return false;
    return true;
}

/* Likewise a folder where it is to be a file: all that is ours in it, and so the folder if that is
 * all. */
static void clear_below(const struct output *out, str name, struct arena *a)
{
    const struct map *records = &out->before->records;
    str folder = str_join(a, (str[]){ name, S("/") }, 2, S(""));
    bool left;

    for (size_t i = 0; i < records->count; i++)
        if (str_starts(records->entries[i].key, folder))
            output_remove(out, records->entries[i].key, &left, a, NULL);
}

/* ---- putting ---- */

static struct stamp stamp_of(struct file_info info)
{
    return (struct stamp){ info.size, info.changed };
}

struct spot {
    str path;
    struct file_info info;       /* of what is there                     */
    const struct record *record; /* of what we put there; NULL: not ours */
    bool untouched;              /* it is as we left it                  */
};

static struct spot look_at(const struct output *out, str name, struct arena *a)
{
    struct spot spot = { .path = path_join(a, out->folder, name),
                         .record = manifest_find(out->before, name) };

    spot.info = file_info(spot.path);
    spot.untouched = spot.record && !out->force && stamp_eq(spot.record->file, stamp_of(spot.info));
    return spot;
}

/* Before something is written there. */
static bool make_room(const struct output *out, str name, struct spot *spot, struct arena *a,
                      struct error *err)
{
    if (!out->force && !stays_inside(out, name, a))
        return refuse_link(spot->path, err);
    if (spot->info.kind == FILE_FOLDER) {
        clear_below(out, name, a);
        spot->info = file_info(spot->path);
        if (spot->info.kind == FILE_FOLDER)
            return error_at(err, (struct place){ .file = spot->path },
                            "is a folder where a file is to be written");
    }
    if (spot->info.kind == FILE_NONE)
        return clear_above(out, name, a, err);
    return spot->record || out->force || refuse_foreign(spot->path, err);
}

static bool holds(const struct spot *spot, str text, struct digest digest)
{
    if (spot->untouched)
        return digest_eq(spot->record->digest, digest);
    return spot->info.kind == FILE_REGULAR && file_holds(spot->path, text);
}

static bool holds_copy(const struct spot *spot, str source)
{
    struct digest digest;

    if (spot->untouched)
        return file_digest(&digest, source, NULL) && digest_eq(spot->record->digest, digest);
    return file_same(source, spot->path);
}

bool output_carry(const struct output *out, str name, const struct record *shown,
                  struct record *record, struct arena *a, struct error *err)
{
    struct spot spot = look_at(out, name, a);
    str from = path_join(a, out->shown->folder, name);

    if (!spot.untouched || !digest_eq(spot.record->digest, shown->digest) ||
        spot.info.mtime != file_info(from).mtime) {
        if (!make_room(out, name, &spot, a, err) || !file_clone(from, spot.path, err))
            return false;
        spot.info = file_info(spot.path);
    }
    *record = *shown;
    record->file = stamp_of(spot.info);
    return true;
}

/*
 * Somebody's file that holds just what we would write is ours from now on. Beside what is shown it
 * has a link to the one that is shown: then we write one of our own.
 */
static bool write_own(const struct output *out, struct spot *spot)
{
    if (!out->shown || spot->record || !file_remove(spot->path, NULL))
        return false;
    spot->info = file_info(spot->path);
    return true;
}

/*
 * What differs from what is shown is new to everybody, also when it was shown once before and lies
 * here still: its times have to be later than those of what is shown.
 */
static void renew_times(const struct output *out, struct spot *spot)
{
    if (!out->shown)
        return;
    file_touch(spot->path);
    spot->info = file_info(spot->path);
}

static bool is_shown(const struct output *out, str name, str text, struct digest digest,
                     struct arena *a)
{
    struct spot spot;

    if (!out->shown)
        return false;
    spot = look_at(out->shown, name, a);
    return spot.record && holds(&spot, text, digest);
}

bool output_put_text(const struct output *out, str name, str text, struct record *record,
                     bool *written, struct arena *a, struct error *err)
{
    struct spot spot = look_at(out, name, a);

    *record = (struct record){ .digest = digest_of(text) };
    *written = false;
    if (is_shown(out, name, text, record->digest, a))
        return output_carry(out, name, record, record, a, err);
    bool held = holds(&spot, text, record->digest) && !write_own(out, &spot);
    if (held) {
        renew_times(out, &spot);
    } else {
        if (!make_room(out, name, &spot, a, err))
            return false;
        if (!(spot.info.kind == FILE_NONE ? file_create(spot.path, text, err)
                                          : file_replace(spot.path, text, NULL, err)))
            return false;
        spot.info = file_info(spot.path);
    }
    *written = !held || out->shown;
    record->file = stamp_of(spot.info);
    return true;
}

/* A copy that is shown, and is as it would be made again: then *record tells of it. */
static bool is_shown_copy(const struct output *out, str name, str source, struct stamp from,
                          struct record *record, struct arena *a)
{
    struct spot spot;

    if (!out->shown)
        return false;
    spot = look_at(out->shown, name, a);
    if (!spot.record)
        return false;
    if (spot.untouched && stamp_eq(spot.record->source, from)) {
        *record = *spot.record;
        return true;
    }
    *record = (struct record){ .source = stamp_settled(out->before, from) };
    return holds_copy(&spot, source) && file_digest(&record->digest, spot.path, NULL);
}

/*
 * A copy is not read while it and its source are as they were. Its digest is of the copy and not of
 * the source, which somebody may be writing.
 */
bool output_put_file(const struct output *out, str name, str source, struct record *record,
                     bool *written, struct arena *a, struct error *err)
{
    struct spot spot = look_at(out, name, a);
    struct stamp from = stamp_of(file_info(source));

    *written = false;
    if (is_shown_copy(out, name, source, from, record, a))
        return output_carry(out, name, record, record, a, err);
    if (!out->shown && spot.untouched && stamp_eq(spot.record->source, from)) {
        *record = *spot.record;
        return true;
    }
    *record = (struct record){ .source = stamp_settled(out->before, from) };
    bool held = holds_copy(&spot, source) && !write_own(out, &spot);
    if (held) {
        renew_times(out, &spot);
    } else {
        if (!make_room(out, name, &spot, a, err) || !file_copy(source, spot.path, err))
            return false;
        spot.info = file_info(spot.path);
    }
    *written = !held || out->shown;
    record->file = stamp_of(spot.info);
    return file_digest(&record->digest, spot.path, err);
}

/* ---- taking away ---- */

/*
 * Whether the file is what we wrote. After a build that was killed, and of a file that was only
 * begun, nobody knows what we wrote last; and where nobody looks, nobody else wrote.
 */
static bool is_as_we_left_it(const struct output *out, const struct spot *spot)
{
    struct digest digest;

    if (spot->untouched || out->shown || out->force || out->before->unfinished ||
        !record_is_whole(spot->record))
        return true;
    return spot->info.size == spot->record->file.size && file_digest(&digest, spot->path, NULL) &&
           digest_eq(digest, spot->record->digest);
}

bool output_is_as_left(const struct output *out, str name, struct arena *a)
{
    struct spot spot = look_at(out, name, a);

    return spot.info.kind != FILE_REGULAR || !spot.record || is_as_we_left_it(out, &spot);
}

bool output_remove(const struct output *out, str name, bool *left, struct arena *a,
                   struct error *err)
{
    struct spot spot = look_at(out, name, a);

    *left = false;
    if (spot.info.kind == FILE_FOLDER || !spot.record || !stays_inside(out, name, a))
        return true; /* it made room already, or is not ours */
    if (spot.info.kind == FILE_REGULAR && !is_as_we_left_it(out, &spot)) {
        *left = true;
        return true;
    }
    if (!file_remove(spot.path, err))
        return false;
    file_prune(path_dir(spot.path), out->folder);
    return true;
}

void output_sweep(const struct output *out, struct arena *a)
{
    struct map swept = map_in(a);

    for (size_t i = 0; i < out->before->records.count; i++) {
        str dir = path_dir(out->before->records.entries[i].key);

        if (!map_set(&swept, dir, a)) /* anything but NULL */
            file_sweep(path_join(a, out->folder, dir));
    }
}
