/*
 * file.c - files read whole, replaced if different
 *
 *   comes in:  paths
 *   goes out:  their contents, or new contents put in their place
 *
 * A file is opened without waiting and looked at before it is read, so that a FIFO or a device
 * where a page should be is an error and not a hang. Replacing goes by a new file and a rename:
 * whoever reads meanwhile, and whoever comes after a crash, sees the old text or the new.
 */
#include "vial/base/file.h"

#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GIGABYTE = 1 << 30, PATH_LIMIT = 4096 };

/* A path with its NUL, on the stack. Too long a one becomes "", which the system refuses. */
struct cpath {
    char text[PATH_LIMIT];
};

static const char *cpath(struct cpath *c, str path)
{
    size_t len = path.len < PATH_LIMIT && !str_has(path, '\0') ? path.len : 0;

    if (len)
        memcpy(c->text, path.p, len);
    c->text[len] = '\0';
    return c->text;
}

static struct file_info info_of(const struct stat *st)
{
    return (struct file_info){
        .kind = S_ISREG(st->st_mode)   ? FILE_REGULAR
                : S_ISDIR(st->st_mode) ? FILE_FOLDER
                                       : FILE_OTHER,
        .size = (uint64_t)st->st_size,
        .mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
        .inode = st->st_ino,
    };
}

struct file_info file_info(str path)
{
    struct cpath c;
    struct stat st;

    if (stat(cpath(&c, path), &st) != 0)
        return (struct file_info){ .kind = FILE_NONE };
    return info_of(&st);
}

bool file_exists(str path)
{
    return file_info(path).kind != FILE_NONE;
}

bool file_is_folder(str path)
{
    return file_info(path).kind == FILE_FOLDER;
}

/* Reads until the end: a file may have grown or shrunk since it was looked at. */
static bool read_all(int fd, size_t expected, size_t limit, struct buf *out, str path,
                     struct error *err)
{
    buf_reserve(out, expected + 1);
    for (;;) {
        ssize_t n;

        buf_reserve(out, 1);
        n = read(fd, out->p + out->len, out->cap - out->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, path, "cannot be read");
        if (n == 0)
            break;
        out->len += (size_t)n;
        if (out->len > limit)
            return error_at(err, (struct place){ .file = path }, "grew above %zu bytes", limit);
    }
    buf_cstr(out);
    return true;
}

bool file_read(str *text, str path, size_t limit, struct file_info *info, struct arena *a,
               struct error *err)
{
    struct place place = { .file = path };
    struct buf out = buf_in(a);
    struct cpath c;
    struct stat st;
    bool good = false;
    int fd = open(cpath(&c, path), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return error_errno(err, path, "cannot be opened");
    if (!limit)
        limit = GIGABYTE;
    if (fstat(fd, &st) != 0)
        error_errno(err, path, "cannot be looked at");
    else if (S_ISDIR(st.st_mode))
        error_at(err, place, "is a folder, not a file");
    else if (!S_ISREG(st.st_mode))
        error_at(err, place, "is no regular file");
    else if ((uint64_t)st.st_size > limit)
        error_at(err, place, "is too large: %llu MB, and %zu MB are the limit",
                 (unsigned long long)st.st_size / 1000000, limit / 1000000);
    else
        good = read_all(fd, (size_t)st.st_size, limit, &out, path, err);
    close(fd);
    if (!good)
        return false;
    *text = buf_str(&out);
    if (info)
        *info = info_of(&st);
    return true;
}

/* Compares in pieces on the stack: what is there may be large. */
bool file_holds(str path, str text)
{
    char piece[16384];
    struct cpath c;
    struct stat st;
    bool same = false;
    int fd = open(cpath(&c, path), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

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

/* A new file beside `path`, under a name that the walk and the watcher leave out. */
static int open_beside(str path, char name[PATH_LIMIT])
{
    str dir = path_dir(path);

    if (path.len + sizeof "./.vial-XXXXXX" > PATH_LIMIT || str_has(path, '\0')) {
        errno = ENAMETOOLONG;
        return -1;
    }
    snprintf(name, PATH_LIMIT, "%.*s/.vial-XXXXXX", STR(dir.len ? dir : S(".")));
    return mkostemp(name, O_CLOEXEC);
}

static mode_t usual_mode(void)
{
    static mode_t mask = 07777;

    if (mask == 07777) { /* asking changes it for a moment: once per process is enough */
        mask = umask(022);
        umask(mask);
    }
    return 0666 & ~mask;
}

__attribute__((constructor)) static void ask_mode_before_threads(void)
{
    usual_mode();
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

/*
 * Closes a file that was written and, when all went well, gives it its name; else takes it away.
 * `good` and errno tell how the writing went.
 */
static bool finish(int fd, bool good, const char *name, const char *target, str path,
                   struct error *err)
{
    int why = errno;

    if (close(fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && target && rename(name, target) != 0) {
        good = false;
        why = errno;
    }
    if (good)
        return true;
    unlink(name);
    errno = why;
    return refuse_write(path, err);
}

/* Opens the file that will be renamed to `path`; folders that are missing are made. */
static int open_beside_made(str path, char name[PATH_LIMIT], struct error *err)
{
    int fd = open_beside(path, name);

    if (fd < 0 && errno == ENOENT) {
        if (!file_make_folders(path_dir(path), err))
            return -1;
        fd = open_beside(path, name);
    }
    if (fd < 0)
        refuse_write(path, err);
    return fd;
}

bool file_replace(str path, str text, bool *written, struct error *err)
{
    char name[PATH_LIMIT];
    struct cpath c;

    if (written)
        *written = false;
    if (file_holds(path, text))
        return true;

    int fd = open_beside_made(path, name, err);
    if (fd < 0)
        return false;
    bool good = write_all(fd, text) && fchmod(fd, usual_mode()) == 0;
    if (!finish(fd, good, name, cpath(&c, path), path, err))
        return false;
    if (written)
        *written = true;
    return true;
}

bool file_create(str path, str text, struct error *err)
{
    struct cpath c;
    const char *name = cpath(&c, path);
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(name, flags, 0666);

    if (fd < 0 && errno == ENOENT) {
        if (!file_make_folders(path_dir(path), err))
            return false;
        fd = open(name, flags, 0666);
    }
    if (fd < 0)
        return refuse_write(path, err);
    return finish(fd, write_all(fd, text), name, NULL, path, err);
}

bool file_same(str a, str b)
{
    char one[16384], two[16384];
    struct cpath c;
    struct stat sa, sb;
    int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    int fa = open(cpath(&c, a), flags), fb = open(cpath(&c, b), flags);
    bool same = fa >= 0 && fb >= 0 && fstat(fa, &sa) == 0 && fstat(fb, &sb) == 0 &&
                S_ISREG(sa.st_mode) && S_ISREG(sb.st_mode) && sa.st_size == sb.st_size;
    off_t left = same ? sa.st_size : 0;

    while (same && left > 0) {
        ssize_t n = pread(fa, one, sizeof one, sa.st_size - left);

        same = n > 0 && pread(fb, two, (size_t)n, sa.st_size - left) == n &&
               memcmp(one, two, (size_t)n) == 0;
        left -= n;
    }
    if (fa >= 0)
        close(fa);
    if (fb >= 0)
        close(fb);
    return same;
}

/* By the kernel where it can; by hand between file systems that do not know how. */
static bool copy_all(int from, int to)
{
    char piece[65536];
    ssize_t n;

    while ((n = copy_file_range(from, NULL, to, NULL, 1 << 30, 0)) > 0)
        ;
    if (n == 0)
        return true;
    if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return false;
    while ((n = read(from, piece, sizeof piece)) > 0)
        if (!write_all(to, str_n(piece, (size_t)n)))
            return false;
    return n == 0;
}

bool file_copy(str from, str to, struct error *err)
{
    char name[PATH_LIMIT];
    struct cpath c;
    struct stat st;
    int in = open(cpath(&c, from), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    if (in < 0)
        return error_errno(err, from, "cannot be opened");
    if (fstat(in, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(in);
        return error_at(err, (struct place){ .file = from }, "is no regular file");
    }
    int fd = open_beside_made(to, name, err);
    bool good = false;
    if (fd >= 0) {
        good = copy_all(in, fd) && fchmod(fd, usual_mode()) == 0;
        good = finish(fd, good, name, cpath(&c, to), to, err);
    }
    close(in);
    return good;
}

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
