/*
 * spool.c - a body while it arrives
 *
 *   comes in:  pieces, as a transport reads them
 *   goes out:  one slice
 *
 * The file has no name from the beginning (O_TMPFILE), so that nothing stays behind whatever
 * happens; where the file system cannot do that (overlayfs, in containers, learned it late) it
 * loses its name at once. It lies in $TMPDIR or /var/tmp, which is a disk where /tmp may be memory.
 */
#include "vial/http/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_and_unlink(const char *folder)
{
    enum { TRIES = 100 };
    static _Atomic unsigned count;
    char path[4096];
    int fd = -1;

    for (int i = 0; fd < 0 && i < TRIES; i++) {
        unsigned number = count++;
        int len =
            snprintf(path, sizeof path, "%s/vial-body-%ld-%u", folder, (long)getpid(), number);

        if (len < 0 || (size_t)len >= sizeof path)
            return -1;
        fd = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            return -1;
    }
    if (fd >= 0)
        unlink(path);
    return fd;
}

static int open_in(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    return fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
               ? open_and_unlink(folder)
               : fd;
}

static int open_nameless(void)
{
    const char *const folders[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };
    int fd = -1;

    for (size_t i = 0; fd < 0 && i < sizeof folders / sizeof *folders; i++)
        if (folders[i] && *folders[i])
            fd = open_in(folders[i]);
    return fd;
}

static bool write_all(struct spool *spool, str piece)
{
    while (piece.len) {
        ssize_t wrote = write(spool->fd, piece.p, piece.len);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        spool->size += (uint64_t)wrote;
        piece = str_from(piece, (size_t)wrote);
    }
    return true;
}

bool spool_add(struct spool *spool, str piece)
{
    if (spool->fd <= 0 && spool->text.len + piece.len <= spool->memory) {
        spool->text.arena = spool->arena;
        buf_add(&spool->text, piece);
        return true;
    }
    if (spool->fd <= 0) {
        spool->fd = open_nameless();
        if (spool->fd <= 0 || !write_all(spool, buf_str(&spool->text)))
            return false;
        buf_clear(&spool->text);
    }
    return write_all(spool, piece);
}

bool spool_end(struct spool *spool, str *body)
{
    if (spool->fd <= 0) {
        *body = buf_str(&spool->text);
        return true;
    }
    void *mapped = mmap(NULL, (size_t)spool->size, PROT_READ, MAP_PRIVATE, spool->fd, 0);
    if (mapped == MAP_FAILED)
        return false;
    spool->mapped = mapped;
    *body = str_n(mapped, (size_t)spool->size);
    return true;
}

void spool_close(struct spool *spool)
{
    if (spool->mapped)
        munmap(spool->mapped, (size_t)spool->size);
    if (spool->fd > 0)
        close(spool->fd);
    spool->mapped = NULL;
    spool->fd = 0;
    spool->size = 0;
}
