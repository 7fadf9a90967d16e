/*
 * file.c - files read whole, replaced if different
 *
 *   comes in:  paths
 *   goes out:  their contents, or new contents put in their place
 *
 * A file is opened without waiting and looked at before it is read, so that a FIFO or a device
 * where a page should be is an error and not a hang. Nothing is written under its own name, be it
 * old or new: there is a draft beside it and a rename. So whoever reads meanwhile, and whoever
 * comes after this process was killed, sees the old text, the new or none, and never a part of one;
 * and a file that has two names (a hard link) stays what it was under the other. Nothing is synced
 * to the disk: what a power cut takes, the next build makes.
 */
#include "vial/base/file.h"

#include "vial/base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    GIGABYTE = 1 << 30,
    PATH_LIMIT = 4096,
    READING = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
};

/*
 * A path with its NUL, on the stack. One that is too long is cut where the system still finds it
 * too long; one with a NUL in it becomes "", which is nowhere.
 */
struct cpath {
    char text[PATH_LIMIT + 1];
};

static const char *cpath(struct cpath *c, str path)
{
    size_t len = path.len < PATH_LIMIT ? path.len : PATH_LIMIT;

    if (str_has(path, '\0'))
        len = 0;
    if (len)
        memcpy(c->text, path.p, len);
    c->text[len] = '\0';
    return c->text;
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct file_info file_info_of(const struct stat *st)
{
    return (struct file_info){
        .kind = S_ISREG(st->st_mode)   ? FILE_REGULAR
                : S_ISDIR(st->st_mode) ? FILE_FOLDER
                                       : FILE_OTHER,
        .size = (uint64_t)st->st_size,
        .mtime = nanoseconds(st->st_mtim),
        .changed = nanoseconds(st->st_ctim),
        .inode = st->st_ino,
    };
}

bool file_settled(int64_t changed, int64_t now)
{
    enum { SECOND = 1000000000, TICK = SECOND / 10 }; /* ten of the coarsest that tells parts */
    int64_t tick = changed % SECOND ? TICK : 2 * (int64_t)SECOND + TICK;

    return changed <= now - tick;
}

int64_t file_clock(int fd)
{
    struct stat st;

    return futimens(fd, NULL) == 0 && fstat(fd, &st) == 0 ? nanoseconds(st.st_ctim) : 0;
}

struct file_info file_info(str path)
{
    struct cpath c;
    struct stat st;

    if (stat(cpath(&c, path), &st) != 0)
        return (struct file_info){ .kind = FILE_NONE };
    return file_info_of(&st);
}

bool file_exists(str path)
{
    return file_info(path).kind != FILE_NONE;
}

bool file_is_folder(str path)
{
    return file_info(path).kind == FILE_FOLDER;
}

/* Why a file could not be opened, by errno: a socket and what open_regular() refuses are no files.
 */
static bool refuse_read(str path, struct error *err)
{
    if (errno == EINVAL || errno == ENXIO)
        return error_at(err, (struct place){ .file = path }, "is no regular file");
    return error_errno(err, path, "cannot be opened");
}

/*
 * Reads until the end, which is where it was expected unless the file is being written. The piece
 * of memory has just the size of the text and its NUL.
 */
static bool read_all(str *text, int fd, size_t expected, size_t limit, struct arena *a, str path,
                     struct error *err)
{
    size_t cap = expected + 1, len = 0;
    char *p = arena_alloc(a, cap);
    ssize_t n;

    while ((n = read(fd, p + len, cap - len)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, path, "cannot be read");
        len += (size_t)n;
        if (len > limit)
            return error_at(err, (struct place){ .file = path }, "grew above %zu bytes", limit);
        if (len == cap) {
            p = arena_grow(a, p, cap, cap * 2);
            cap *= 2;
        }
    }
    p[len] = '\0';
    *text = str_n(p, len);
    return true;
}

bool file_read(str *text, str path, size_t limit, struct file_info *info, struct arena *a,
               struct error *err)
{
    struct place place = { .file = path };
    struct cpath c;
    struct stat st;
    bool good = false;
    int fd = open(cpath(&c, path), READING);

    if (fd < 0)
        return refuse_read(path, err);
    if (!limit)
        limit = GIGABYTE;
    if (fstat(fd, &st) != 0)
        error_errno(err, path, "cannot be looked at");
    else if (S_ISDIR(st.st_mode))
        error_at(err, place, "is a folder, not a file");
    else if (!S_ISREG(st.st_mode))
        error_at(err, place, "is no regular file");
    else if ((uint64_t)st.st_size > limit)
        error_at(err, place, "is too large: %llu bytes, and %zu are the limit",
                 (unsigned long long)st.st_size, limit);
    else
        good = read_all(text, fd, (size_t)st.st_size, limit, a, path, err);
    close(fd);
    if (good && info)
        *info = file_info_of(&st);
    return good;
}

/* Compares in pieces on the stack: what is there may be large. */
bool file_holds(str path, str text)
{
    char piece[16384];
    struct cpath c;
    struct stat st;
    bool same = false;
    int fd = open(cpath(&c, path), READING);

    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == text.len) {
        ssize_t n;

        while (text.len && (n = read(fd, piece, sizeof piece)) > 0) {
            if (!str_starts(text, str_n(piece, (size_t)n)))
                break;
            text = str_from(text, (size_t)n);
        }
        same = text.len == 0;
    }
    close(fd);
    return same;
}

static bool write_all(int fd, str text)
{
    while (text.len) {
        ssize_t n = write(fd, text.p, text.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text = str_from(text, (size_t)n);
    }
    return true;
}

/* Why a file could not be written, by errno. */
static bool refuse_write(str path, struct error *err)
{
    struct place place = { .file = path };

    if (errno == EISDIR)
        return error_at(err, place, "is a folder where a file is to be written");
    if (errno == ENOTDIR)
        return error_at(err, place, "cannot be written: a part of its path is a file");
    return error_errno(err, path, "cannot be written");
}

/* ---- drafts: files that are being written ---- */

#define DRAFT_BEGINS ".vial-draft-"

struct draft {
    str path;   /* what it is to become                                       */
    bool fresh; /* nothing may be there that it would replace                 */
    bool fixed; /* its name is path.draft: the caller is the only one there   */
    struct cpath name;
    int fd;
};

/* Names that neither the walk nor the watcher sees, and that no other process takes. */
static bool name_draft(struct draft *d)
{
    static _Atomic unsigned count;
    str dir = path_dir(d->path);
    char *text = d->name.text;
    size_t size = sizeof d->name.text;
    int len = d->fixed ? snprintf(text, size, "%.*s.draft", STR(d->path))
                       : snprintf(text, size, "%.*s/" DRAFT_BEGINS "%ld-%u",
                                  STR(dir.len ? dir : S(".")), (long)getpid(), count++);

    errno = ENAMETOOLONG;
    return d->path.len < PATH_LIMIT && len < PATH_LIMIT && !str_has(d->path, '\0');
}

static void open_draft(struct draft *d)
{
    enum { TRIES = 100 }; /* against what another machine left in a shared folder */

    d->fd = -1;
    for (int i = 0; i < TRIES; i++) {
        if (!name_draft(d))
            return;
        d->fd =
            open(d->name.text,
                 O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (d->fixed ? O_TRUNC : O_EXCL), 0666);
        if (d->fd >= 0 || (errno != EEXIST && errno != ELOOP))
            return;
        if (d->fixed) /* a link in the place of our draft: not followed, but taken away */
            unlink(d->name.text);
    }
}

/* Folders that are missing are made. On false errno tells why, and `err` does. */
static bool draft_begin(struct draft *d, struct error *err)
{
    open_draft(d);
    if (d->fd < 0 && errno == ENOENT) {
        if (!file_make_folders(path_dir(d->path), err))
            return false;
        open_draft(d);
    }
    return d->fd >= 0 || refuse_write(d->path, err);
}

/* Some file systems cannot promise that nothing is replaced; there it is looked at just before. */
static bool rename_draft(const struct draft *d)
{
    struct cpath target;

    cpath(&target, d->path);
    if (!d->fresh)
        return rename(d->name.text, target.text) == 0;
    if (renameat2(AT_FDCWD, d->name.text, AT_FDCWD, target.text, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    errno = EEXIST;
    return !file_exists(d->path) && rename(d->name.text, target.text) == 0;
}

/* Gives it its name when all of it was written (`good`), else takes it away; errno tells why. */
static bool draft_end(struct draft *d, bool good, struct error *err)
{
    int why = good ? 0 : errno;

    if (close(d->fd) != 0 && !why)
        why = errno;
    if (!why && !rename_draft(d))
        why = errno;
    if (!why)
        return true;
    unlink(d->name.text);
    errno = why;
    return refuse_write(d->path, err);
}

bool file_replace(str path, str text, bool *written, struct error *err)
{
    struct draft d = { .path = path };

    if (written)
        *written = false;
    if (file_holds(path, text))
        return true;
    if (!draft_begin(&d, err) || !draft_end(&d, write_all(d.fd, text), err))
        return false;
    if (written)
        *written = true;
    return true;
}

bool file_create(str path, str text, struct error *err)
{
    struct draft d = { .path = path, .fresh = true };

    return draft_begin(&d, err) && draft_end(&d, write_all(d.fd, text), err);
}

bool file_replace_alone(str path, str text, struct error *err)
{
    struct draft d = { .path = path, .fixed = true };

    return draft_begin(&d, err) && draft_end(&d, write_all(d.fd, text), err);
}

bool file_is_draft(str name)
{
    return str_starts(name, S(DRAFT_BEGINS));
}

void file_sweep(str folder)
{
    struct cpath c;
    const struct dirent *entry;
    DIR *names = opendir(cpath(&c, folder));

    while (names && (entry = readdir(names)))
        if (file_is_draft(str_of(entry->d_name)))
            unlinkat(dirfd(names), entry->d_name, 0);
    if (names)
        closedir(names);
}

/* Opens a regular file for reading; -1 when it is none. */
static int open_regular(str path, struct stat *st)
{
    struct cpath c;
    int fd = open(cpath(&c, path), READING);

    if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

static bool same_bytes(int a, int b, off_t size)
{
    char one[16384], two[16384];
    off_t at = 0;

    while (at < size) {
        ssize_t n = pread(a, one, sizeof one, at);

        if (n <= 0 || pread(b, two, (size_t)n, at) != n || memcmp(one, two, (size_t)n) != 0)
            return false;
        at += n;
    }
    return true;
}

bool file_same(str a, str b)
{
    struct stat sa, sb;
    int fa = open_regular(a, &sa), fb = fa < 0 ? -1 : open_regular(b, &sb);
    bool same = fb >= 0 && sa.st_size == sb.st_size && same_bytes(fa, fb, sa.st_size);

    if (fa >= 0)
        close(fa);
    if (fb >= 0)
        close(fb);
    return same;
}

bool file_digest(struct digest *digest, str path, struct error *err)
{
    char piece[65536];
    struct digester d;
    struct stat st;
    int fd = open_regular(path, &st);
    ssize_t n;

    if (fd < 0)
        return refuse_read(path, err);
    digester_begin(&d);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        digester_add(&d, str_n(piece, (size_t)n));
    close(fd);
    *digest = digester_end(&d);
    return n == 0 || error_errno(err, path, "cannot be read");
}

/* By the kernel where it can; by hand between file systems that do not know how. */
static bool copy_all(int from, int to)
{
    char piece[65536];
    ssize_t n;

    while ((n = copy_file_range(from, NULL, to, NULL, 1 << 30, 0)) > 0)
        ;
    if (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return false;
    while ((n = read(from, piece, sizeof piece)) > 0) /* also where the kernel saw no bytes */
        if (!write_all(to, str_n(piece, (size_t)n)))
            return false;
    return n == 0;
}

static bool copy(str from, str to, bool clone, struct error *err)
{
    struct draft d = { .path = to };
    struct stat st;
    int in = open_regular(from, &st);

    if (in < 0)
        return refuse_read(from, err);
    bool good = draft_begin(&d, err);
    if (good) {
        struct timespec times[] = { st.st_atim, st.st_mtim };
        bool copied = copy_all(in, d.fd) && (!clone || futimens(d.fd, times) == 0);

        good = draft_end(&d, copied, err);
    }
    close(in);
    return good;
}

bool file_copy(str from, str to, struct error *err)
{
    return copy(from, to, false, err);
}

bool file_clone(str from, str to, struct error *err)
{
    return copy(from, to, true, err);
}

void file_touch(str path)
{
    struct cpath c;

    (void)utimensat(AT_FDCWD, cpath(&c, path), NULL, 0);
}

/* ---- folders, and taking away ---- */

bool file_make_folders(str path, struct error *err)
{
    struct cpath c;
    const char *folder = cpath(&c, path);

    if (!path.len || mkdir(folder, 0777) == 0)
        return true;
    if (errno == EEXIST) {
        if (file_is_folder(path))
            return true;
        return error_at(err, (struct place){ .file = path }, "is a file where a folder is needed");
    }
    if (errno == ENOENT && path_dir(path).len && !str_eq(path_dir(path), path)) {
        if (!file_make_folders(path_dir(path), err))
            return false;
        if (mkdir(folder, 0777) == 0 || (errno == EEXIST && file_is_folder(path)))
            return true;
    }
    if (errno == ENOTDIR)
        return error_at(err, (struct place){ .file = path },
                        "cannot be made: a part of its path is a file");
    return error_errno(err, path, "cannot be made");
}

bool file_remove(str path, struct error *err)
{
    struct cpath c;

    if (unlink(cpath(&c, path)) == 0 || errno == ENOENT || errno == ENOTDIR)
        return true;
    return error_errno(err, path, "cannot be removed");
}

void file_prune(str path, str root)
{
    struct cpath c;

    while (path.len > root.len && str_starts(path, root)) {
        if (rmdir(cpath(&c, path)) != 0 && errno != ENOENT)
            return;
        path = path_dir(path);
    }
}
