/*
 * static.c - files that are sent as they are
 *
 *   comes in:  folders, while the app is set up; then the path of a URL
 *   goes out:  an open file, and the tag that says which bytes these are
 *
 * A name from outside is opened by the kernel beneath its folder (openat2 with RESOLVE_BENEATH), so
 * that neither ".." nor a link leads out, and what was checked is what is sent: the open file goes
 * with the response, and nobody opens it a second time by its name.
 */
#include "vial/app/static.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DIGESTS_MAX = 8192, DIGEST_PIECE = 1 << 20 };

void statics_init(struct statics *statics)
{
    pthread_mutex_init(&statics->digests.lock, NULL);
    statics->digests.files = map_in(&statics->digests.arena);
}

void statics_free(struct statics *statics)
{
    arena_free(&statics->digests.arena);
    pthread_mutex_destroy(&statics->digests.lock);
}

void statics_add(struct statics *statics, str prefix, str folder, str endpoint, struct arena *a)
{
    struct static_root *root = arena_make(a, struct static_root), **last = &statics->roots;

    while (str_ends(prefix, S("/")))
        prefix.len--;
    root->prefix = str_copy(a, prefix);
    root->folder = str_copy(a, folder);
    root->endpoint = str_copy(a, endpoint);
    while (*last)
        last = &(*last)->next;
    *last = root;
}

/* ---- opening ---- */

/* A segment that begins with a dot is hidden; .well-known is what RFC 8615 made public. */
static bool is_visible(str name)
{
    for (bool first = true; name.len; first = false) {
        str segment = str_cut(&name, '/');

        if (str_starts(segment, S(".")) && !(first && str_eq(segment, S(".well-known"))))
            return false;
    }
    return true;
}

/* As openat2, for kernels and sandboxes without it: the name's links are resolved and compared. */
static int open_by_name(str folder, str name, struct arena *a)
{
    char *root = realpath(path_cstr(a, folder), NULL);
    char *file = realpath(path_cstr(a, path_join(a, folder, name)), NULL);
    int fd = -1;

    if (root && file && str_starts(str_of(file), str_of(root)) && file[strlen(root)] == '/')
        fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    free(root);
    free(file);
    return fd;
}

static int open_beneath(str folder, str name, struct arena *a)
{
    struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
    int root = open(path_cstr(a, folder), O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

    if (root < 0)
        return -1;
    fd = (int)syscall(SYS_openat2, root, str_cstr(a, name), &how, sizeof how);
    int why = errno;
    close(root);
    return fd < 0 && (why == ENOSYS || why == EPERM) ? open_by_name(folder, name, a) : fd;
}

static bool may_try_again(int why)
{
    return why == EMFILE || why == ENFILE || why == ENOMEM;
}

bool static_open(str folder, str name, struct static_file *file, struct arena *a)
{
    struct stat st;

    file->busy = false;
    if (!name.len || str_ends(name, S("/")) || !path_inside(name) || !is_visible(name))
        return false;
    int fd = open_beneath(folder, name, a);
    if (fd < 0) {
        file->busy = may_try_again(errno);
        return false;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return false;
    }
    *file = (struct static_file){
        .path = path_join(a, folder, name),
        .fd = fd,
        .size = (uint64_t)st.st_size,
        .mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
        .inode = st.st_ino,
    };
    return true;
}

bool statics_open(const struct statics *statics, str path, struct static_file *file,
                  struct arena *a)
{
    file->busy = false;
    for (const struct static_root *root = statics->roots; root; root = root->next) {
        str rest = str_from(path, root->prefix.len);

        if (!str_starts(path, root->prefix) || !str_starts(rest, S("/")))
            continue;
        if (static_open(root->folder, str_from(rest, 1), file, a)) {
            file->endpoint = root->endpoint;
            return true;
        }
        if (file->busy)
            return false;
    }
    return false;
}

/* ---- tags ---- */

struct known {
    uint64_t size, inode;
    int64_t mtime;
    struct digest digest;
};

/* Of a file that is open: the digest of the digests of its pieces. False when it cannot be read. */
static bool digest_fd(const struct static_file *file, struct digest *digest)
{
    struct arena scratch = { 0 };
    struct buf digests = buf_in(&scratch);
    size_t room = file->size < DIGEST_PIECE ? (size_t)file->size : DIGEST_PIECE;
    char *piece = arena_alloc(&scratch, room ? room : 1);
    bool fine = true;

    for (uint64_t at = 0; fine && at < file->size;) {
        ssize_t got = pread(file->fd, piece, room, (off_t)at);

        fine = got > 0;
        if (!fine)
            break;
        *digest = digest_of(str_n(piece, (size_t)got));
        buf_add(&digests, str_n((const char *)digest, sizeof *digest));
        at += (uint64_t)got;
    }
    if (file->size > room || !file->size)
        *digest = digest_of(buf_str(&digests));
    arena_free(&scratch);
    return fine;
}

static bool digest_find(struct digests *digests, const struct static_file *file,
                        struct digest *digest)
{
    pthread_mutex_lock(&digests->lock);
    const struct known *known = map_get(&digests->files, file->path);
    bool same = known && known->size == file->size && known->mtime == file->mtime &&
                known->inode == file->inode;
    if (same)
        *digest = known->digest;
    pthread_mutex_unlock(&digests->lock);
    return same;
}

static void digest_keep(struct digests *digests, const struct static_file *file,
                        struct digest digest)
{
    pthread_mutex_lock(&digests->lock);
    if (digests->files.count >=
        DIGESTS_MAX) { /* names of a folder that changes a lot: start anew */
        arena_free(&digests->arena);
        digests->files = map_in(&digests->arena);
    }
    struct map_entry *entry = map_find(&digests->files, file->path);
    if (!entry) {
        entry = map_put(&digests->files, str_copy(&digests->arena, file->path));
        entry->data = arena_make(&digests->arena, struct known);
    }
    *(struct known *)entry->data = (struct known){ file->size, file->inode, file->mtime, digest };
    pthread_mutex_unlock(&digests->lock);
}

str static_etag(struct statics *statics, const struct static_file *file, struct arena *a)
{
    struct digest digest = { 0 };

    if (!digest_find(&statics->digests, file, &digest)) {
        if (!digest_fd(file, &digest))
            return S("");
        digest_keep(&statics->digests, file, digest);
    }
    return str_fmt(a, "\"%.*s\"", STR(digest_text(a, digest)));
}
