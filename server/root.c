/*
 * root.c - from a path to an open file of a folder
 *
 *   comes in:  a request
 *   goes out:  the file, open; a redirect, to the slash or by a rule; 304, 403, 404 or 405
 *
 * A name is judged twice. As text: each of its segments must be one that we would serve, so dots,
 * doubled slashes and dotfiles end here. Then by the kernel: openat2() resolves it beneath the
 * folder's descriptor and refuses whatever leaves it, also by a link that is swapped in at that
 * moment, which no check of ours could see. Where that call is missing (old kernels, some
 * containers) the way is walked folder by folder and no link is followed at all.
 */
#include "server/root.h"

#include "server/rules.h"
#include "server/trail.h"
#include "vial/base/date.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A FIFO is not waited for, a terminal does not become ours. */
enum { READ = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

struct root {
    char *path; /* of the folder, as it was told                     */
    int folder; /* open on it, and always the same number: follow() */
    _Atomic int64_t followed;
    struct rulebook *rules;
    struct stock *stock;
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

/*
 * `vial build --atomic` gives the folder's name to another one. Its descriptor takes the place of
 * the old one in a single step, so that no thread finds none; answers that were begun are of the
 * old one still.
 */
static void follow(struct root *root, int64_t moment)
{
    struct stat named, open_on;

    if (moment && atomic_load(&root->followed) >= moment)
        return;
    int64_t now = now_ns();
    if (stat(root->path, &named) == 0 && fstat(root->folder, &open_on) == 0 &&
        (named.st_ino != open_on.st_ino || named.st_dev != open_on.st_dev)) {
        int fd = open(root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (fd >= 0) {
            dup3(fd, root->folder, O_CLOEXEC);
            close(fd);
        }
    }
    atomic_store(&root->followed, now);
}

/* A file or a folder of that name; with errno, when there is none, or one that nobody is shown. */
static bool find(struct found *found, const struct root *root, str name, int64_t moment,
                 struct arena *a)
{
    if (stock_lacks(root->stock, root->folder, str_of(str_cstr(a, name)), moment))
        return false; /* most of what there is not is known so, with less than an opening */
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

/* --- what an answer rests on ------------------------------------------------------------------ */

/* It would be answered alike as long as the rules are these, and all names are what they were. */
struct rest {
    struct standing standing; /* first */
    struct root *root;
    const struct rules *rules; /* held */
    struct trail *trail;
};

static bool rest_holds(struct standing *self, int64_t moment)
{
    struct rest *rest = (struct rest *)self;
    struct root *root = rest->root;

    follow(root, moment);
    const struct rules *now = rulebook_take(root->rules);
    rulebook_give_back(root->rules, now);
    return now == rest->rules && trail_is_same(rest->trail, moment);
}

static void rest_ended(struct standing *self)
{
    struct rest *rest = (struct rest *)self;

    rulebook_give_back(rest->root->rules, rest->rules);
    trail_free(rest->trail);
    free(rest);
}

static void rest_begin(struct root *root, const struct rules *rules, struct response *res,
                       struct arena *a)
{
    struct rest *rest = calloc(1, sizeof *rest);

    if (!rest)
        out_of_memory(sizeof *rest);
    rest->standing = (struct standing){ .holds = rest_holds, .ended = rest_ended };
    rest->root = root;
    rest->rules = rulebook_take(root->rules);
    rest->trail = trail_new(root->stock, root->folder);
    if (rest->rules != rules)
        trail_lose(rest->trail);
    response_rest(res, &rest->standing, a);
}

static struct trail *trail_of(const struct response *res)
{
    return res->standing ? ((struct rest *)res->standing)->trail : NULL;
}

/* After find(): what could not be opened for another reason may be opened the next time. */
static void note_lack(const struct response *res, str name)
{
    int why = errno;

    if (why == ENOENT)
        trail_lacks(trail_of(res), name);
    else
        trail_lose(trail_of(res));
    errno = why;
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
    res->file = name;
    res->fd = found->fd;
    res->from = 0;
    res->length = (uint64_t)found->st.st_size;
    headers_set(&res->headers, S("Content-Type"), media_type(name));
}

static void send_stocked(struct response *res, const struct stocked *file, struct arena *a)
{
    if (file->fd >= 0) {
        res->fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 3);
        if (res->fd < 0) {
            say(res, a, 503);
            return;
        }
        res->body = BODY_FILE;
        res->from = 0;
        res->length = file->size;
    } else {
        res->body = BODY_TEXT;
        res->text = file->text;
    }
    res->file = file->name;
    headers_set(&res->headers, S("Content-Type"), file->type);
}

enum { FOLDERS_ASKED = 4 };

/* The 404.html of `folder`, "a/b/" or "". */
static bool show_lost_page(const struct root *root, str folder, struct response *res,
                           int64_t moment, struct arena *a)
{
    str name = str_fmt(a, "%.*s404.html", STR(folder));
    struct stocked *file = stock_take(root->stock, root->folder, name, moment);
    struct found page;

    if (!file) {
        if (!find(&page, root, name, moment, a)) {
            note_lack(res, name);
            return false;
        }
        file = S_ISREG(page.st.st_mode) ? stock_put(root->stock, name, page.fd, &page.st) : NULL;
        if (!file && S_ISREG(page.st.st_mode)) {
            trail_lose(trail_of(res));
            send_file(res, &page, name);
            return true;
        }
        close(page.fd);
    }
    if (!file) {
        trail_lose(trail_of(res));
        return false;
    }
    trail_found(trail_of(res), file);
    response_borrow(res, stocked_release, file, a);
    send_stocked(res, file, a);
    return true;
}

/* The 404.html that is nearest to what was asked for, so each language can have its own. */
static void not_found(const struct root *root, str name, struct response *res, int64_t moment,
                      struct arena *a)
{
    size_t ends[FOLDERS_ASKED + 1] = { 0 }, count = 1;

    say(res, a, 404);
    if (!is_servable(name))
        name = S("");
    for (size_t i = 0; i < name.len && count <= FOLDERS_ASKED; i++)
        if (name.p[i] == '/')
            ends[count++] = i + 1;
    while (count-- > 0)
        if (show_lost_page(root, str_slice(name, 0, ends[count]), res, moment, a))
            return;
}

static bool may_try_again(int why)
{
    return why == EMFILE || why == ENFILE || why == ENOMEM;
}

static void refuse(const struct root *root, const struct request *req, struct response *res,
                   struct arena *a, int why)
{
    if (why == EACCES)
        say(res, a, 403);
    else if (may_try_again(why))
        say(res, a, 503);
    else
        not_found(root, str_from(req->path, 1), res, req->moment, a);
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

/* The file's own headers are there; true when its bytes are not wanted (304, 412). */
static bool is_declined(const struct request *req, struct response *res, str etag, str modified,
                        int64_t changed, struct arena *a)
{
    headers_set(&res->headers, S("ETag"), etag);
    headers_set(&res->headers, S("Last-Modified"), modified);
    res->status = req->whole ? 0 : http_conditions(req, etag, changed);
    if (res->status == 412)
        say(res, a, 412);
    if (res->status)
        return true;
    res->status = 200;
    headers_set(&res->headers, S("Accept-Ranges"), S("bytes"));
    return false;
}

/* A file that was just opened. */
static void show(const struct request *req, struct response *res, struct found *found, str name,
                 struct arena *a)
{
    int64_t changed = stock_changed(&found->st);

    trail_lose(trail_of(res)); /* it is not in stock */
    if (is_declined(req, res, stock_etag(&found->st, a), date_http(a, changed), changed, a))
        close(found->fd);
    else
        send_file(res, found, name);
}

/* A file that is at hand; it is held until the response is gone. */
static void show_stocked(const struct request *req, struct response *res, struct stocked *file,
                         struct arena *a)
{
    trail_found(trail_of(res), file);
    response_borrow(res, stocked_release, file, a);
    if (!is_declined(req, res, file->etag, file->modified, file->changed, a))
        send_stocked(res, file, a);
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

/* The file of this name; false when there is none, and then `*slash` says whether it is a folder.
 */
static bool show_file(const struct root *root, const struct request *req, struct response *res,
                      str name, bool *slash, struct arena *a)
{
    bool folder = name.len == 0 || str_ends(name, S("/"));
    struct found found;

    *slash = false;
    if (!is_servable(name) || is_rule_file(name)) {
        errno = ENOENT;
        return false;
    }
    if (folder)
        name = str_fmt(a, "%.*sindex.html", STR(name));
    struct stocked *file = stock_take(root->stock, root->folder, name, req->moment);
    if (file) {
        show_stocked(req, res, file, a);
        return true;
    }
    if (!find(&found, root, name, req->moment, a)) {
        note_lack(res, name);
        return false;
    }
    if (S_ISDIR(found.st.st_mode))
        trail_lose(trail_of(res));
    if (S_ISREG(found.st.st_mode)) {
        if ((file = stock_put(root->stock, name, found.fd, &found.st))) {
            close(found.fd);
            show_stocked(req, res, file, a);
        } else {
            show(req, res, &found, name, a);
        }
        return true;
    }
    close(found.fd);
    *slash = !folder;
    errno = ENOENT;
    return false;
}

/* A page of this path, whether it is told with its slash or without. */
static bool show_page(const struct root *root, const struct request *req, struct response *res,
                      str name, struct arena *a)
{
    bool slash;

    return show_file(root, req, res, name, &slash, a) ||
           (slash && show_file(root, req, res, str_fmt(a, "%.*s/", STR(name)), &slash, a));
}

/* What a line of _redirects says: somewhere else, or another file here. */
static void redirect(const struct root *root, const struct request *req, struct response *res,
                     const struct redirection *to, struct arena *a)
{
    if (to->status >= 300 && to->status <= 399) {
        say(res, a, to->status);
        headers_set(&res->headers, S("Location"), to->to);
    } else if (!show_page(root, req, res, str_from(to->to, 1), a)) {
        not_found(root, str_from(to->to, 1), res, req->moment, a);
    } else if (to->status != 200 && res->status == 200) {
        res->status = to->status;
        headers_remove(&res->headers, S("ETag")); /* no version of what was asked for */
        headers_remove(&res->headers, S("Last-Modified"));
        headers_remove(&res->headers, S("Accept-Ranges"));
    }
}

static void answer(const struct root *root, const struct rules *rules, const struct request *req,
                   struct response *res, struct arena *a)
{
    str name = str_from(req->path, 1);
    struct redirection to;
    bool slash;
    int why = 0;

    if (rules->redirects && redirects_find(rules->redirects, req, REDIRECT_BEFORE_FILES, &to, a))
        redirect(root, req, res, &to, a);
    else if (show_file(root, req, res, name, &slash, a))
        return;
    else if (why = errno, slash)
        send_to_slash(req, res, a);
    else if (why != EACCES && !may_try_again(why) && rules->redirects &&
             redirects_find(rules->redirects, req, REDIRECT_WITHOUT_FILE, &to, a))
        redirect(root, req, res, &to, a);
    else
        refuse(root, req, res, a, why);
}

void root_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct root *root = self;

    if (!may_ask(req, res, a))
        return;
    follow(root, req->moment);
    const struct rules *rules = rulebook_take(root->rules);
    if (req->repeats)
        rest_begin(root, rules, res, a);
    answer(root, rules, req, res, a);
    if (rules->headers)
        own_headers_apply(rules->headers, req, res, a);
    rulebook_give_back(root->rules, rules);
}

int root_open_file(void *self, str name, struct arena *a)
{
    struct found found;

    return is_servable(name) && find(&found, self, name, 0, a) ? found.fd : -1;
}

/* --- the door --------------------------------------------------------------------------------- */

struct root *root_open(const char *folder, struct errors *errors)
{
    struct root *root = calloc(1, sizeof *root);
    struct error err = { 0 };

    if (!root)
        out_of_memory(sizeof *root);
    root->path = strdup(folder);
    if (!root->path)
        out_of_memory(strlen(folder));
    root->stock = stock_new();
    root->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root->folder < 0) {
        error_errno(&err, str_of(folder), "cannot serve this folder");
        errors_add(errors, &err);
    } else if ((root->rules = rulebook_open(root->folder, str_of(folder), errors))) {
        return root;
    }
    root_close(root);
    return NULL;
}

void root_close(struct root *root)
{
    if (!root)
        return;
    rulebook_close(root->rules);
    stock_free(root->stock);
    if (root->folder >= 0)
        close(root->folder);
    free(root->path);
    free(root);
}
