/*
 * root.c - from a path to an open file of a folder
 *
 *   comes in:  a request
 *   goes out:  the file, open; a redirect to the slash; 304, 403, 404 or 405
 *
 * A name is judged twice. As text: each of its segments must be one that we would serve, so dots,
 * doubled slashes and dotfiles end here. Then by the kernel: openat2() resolves it beneath the
 * folder's descriptor and refuses whatever leaves it, also by a link that is swapped in at that
 * moment, which no check of ours could see. Where that call is missing (old kernels, some
 * containers) the way is walked folder by folder and no link is followed at all.
 */
#include "server/root.h"

#include "vial/base/date.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A FIFO is not waited for, a terminal does not become ours. */
enum { READ = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

struct root {
    int folder;
};

struct found {
    int fd; /* -1: none */
    struct stat st;
};

/* --- finding ---------------------------------------------------------------------------------- */

/* "blog/" and "a/b.html"; not "", "a//b", "../x", ".git/config", "a\0b". */
static bool is_servable(str name)
{
    bool first = true;

    if (str_has(name, '\0'))
        return false;
    while (name.len) {
        str segment = str_cut(&name, '/');

        if (segment.len == 0)
            return false;
        if (segment.p[0] == '.' && !(first && str_eq(segment, S(".well-known"))))
            return false;
        first = false;
    }
    return true;
}

/* Without openat2(). */
static int walk_to(int folder, str name, struct arena *a)
{
    int at = folder;

    while (name.len) {
        const char *segment = str_cstr(a, str_cut(&name, '/'));
        int next = openat(at, segment, READ | O_NOFOLLOW | (name.len ? O_DIRECTORY : 0));
        int why = errno;

        if (at != folder)
            close(at);
        errno = why;
        if (next < 0)
            return -1;
        at = next;
    }
    return at;
}

static int open_beneath(int folder, str name, struct arena *a)
{
    struct open_how how = { .flags = READ, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

    const char *path = str_cstr(a, name);

    for (int tries = 0; tries < 8; tries++) {
        long fd = syscall(SYS_openat2, folder, path, &how, sizeof how);

        if (fd >= 0)
            return (int)fd;
        if (errno == ENOSYS || errno == EPERM)
            return walk_to(folder, name, a);
        if (errno != EAGAIN) /* something was renamed meanwhile */
            return -1;
    }
    return -1;
}

/* A file or a folder of that name; with errno, when there is none, or one that nobody is shown. */
static bool find(struct found *found, const struct root *root, str name, struct arena *a)
{
    found->fd = open_beneath(root->folder, name, a);
    if (found->fd < 0)
        return false;
    if (fstat(found->fd, &found->st) == 0 &&
        (S_ISREG(found->st.st_mode) || S_ISDIR(found->st.st_mode)))
        return true;
    close(found->fd);
    errno = ENOENT;
    return false;
}

/* --- answering -------------------------------------------------------------------------------- */

static void say(struct response *res, struct arena *a, int status)
{
    res->status = status;
    res->body = BODY_TEXT;
    res->text = str_fmt(a, "%d %s\n", status, http_reason(status));
    headers_set(&res->headers, S("Content-Type"), S("text/plain; charset=utf-8"));
}

static void send_file(struct response *res, struct found *found, str name)
{
    res->body = BODY_FILE;
    res->fd = found->fd;
    res->from = 0;
    res->length = (uint64_t)found->st.st_size;
    headers_set(&res->headers, S("Content-Type"), media_type(name));
}

/* The folder's own page, with the status that belongs to it. */
static void not_found(const struct root *root, struct response *res, struct arena *a)
{
    struct found page;

    say(res, a, 404);
    if (!find(&page, root, S("404.html"), a))
        return;
    if (S_ISREG(page.st.st_mode))
        send_file(res, &page, S("404.html"));
    else
        close(page.fd);
}

static void refuse(const struct root *root, struct response *res, struct arena *a, int why)
{
    if (why == EACCES)
        say(res, a, 403);
    else if (why == EMFILE || why == ENFILE || why == ENOMEM)
        say(res, a, 503);
    else
        not_found(root, res, a);
}

/* Never to "//other.host/": a name with an empty segment does not come this far. */
static void send_to_slash(const struct request *req, struct response *res, struct arena *a)
{
    struct buf to = buf_in(a);

    buf_add(&to, url_encode(a, req->path, "/"));
    buf_addc(&to, '/');
    if (req->query.len) {
        buf_addc(&to, '?');
        buf_add(&to, req->query);
    }
    say(res, a, 308);
    headers_set(&res->headers, S("Location"), buf_str(&to));
}

/* Time and size say which version of the file this is. */
static void show(const struct request *req, struct response *res, struct found *found, str name,
                 struct arena *a)
{
    const struct stat *st = &found->st;
    str etag = str_fmt(a, "\"%llx%08lx-%llx\"", (unsigned long long)st->st_mtim.tv_sec,
                       (unsigned long)st->st_mtim.tv_nsec, (unsigned long long)st->st_size);

    headers_set(&res->headers, S("ETag"), etag);
    headers_set(&res->headers, S("Last-Modified"), date_http(a, st->st_mtim.tv_sec));
    if (http_not_modified(req, etag, st->st_mtim.tv_sec)) {
        close(found->fd);
        res->status = 304;
        return;
    }
    res->status = 200;
    headers_set(&res->headers, S("Accept-Ranges"), S("bytes"));
    send_file(res, found, name);
}

static bool may_ask(const struct request *req, struct response *res, struct arena *a)
{
    if (str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD")))
        return true;
    if (str_eq(req->method, S("OPTIONS")))
        res->status = 204;
    else
        say(res, a, 405);
    headers_set(&res->headers, S("Allow"), S("GET, HEAD, OPTIONS"));
    return false;
}

void root_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    const struct root *root = self;
    struct found found;

    if (!may_ask(req, res, a))
        return;

    str name = str_from(req->path, 1);
    if (!is_servable(name)) {
        not_found(root, res, a);
        return;
    }
    bool folder = name.len == 0 || str_ends(name, S("/"));
    if (folder)
        name = str_fmt(a, "%.*sindex.html", STR(name));
    if (!find(&found, root, name, a)) {
        refuse(root, res, a, errno);
    } else if (S_ISREG(found.st.st_mode)) {
        show(req, res, &found, name, a);
    } else {
        close(found.fd);
        if (folder)
            not_found(root, res, a);
        else
            send_to_slash(req, res, a);
    }
}

/* --- the door --------------------------------------------------------------------------------- */

struct root *root_open(const char *folder, struct error *err)
{
    struct root *root = calloc(1, sizeof *root);

    if (!root) {
        error_set(err, "out of memory");
        return NULL;
    }
    root->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root->folder >= 0)
        return root;
    error_errno(err, str_of(folder), "cannot serve this folder");
    free(root);
    return NULL;
}

void root_close(struct root *root)
{
    if (root)
        close(root->folder);
    free(root);
}
