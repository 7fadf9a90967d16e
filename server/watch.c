/*
 * watch.c - which files under some folders changed, in batches
 *
 *   comes in:  folders and files to watch; then inotify's events, by libinotifytools
 *   goes out:  batches of paths
 *
 * Every folder has one watch, and files have none of their own: so it does not matter whether an
 * editor writes in place, renames a new file over the old one, or moves the old one away first. The
 * folder that holds them all is watched too, for those of them that are files, and for those that
 * are not there yet.
 *
 * A file counts when it was closed after writing or was moved to its name: half a file is never
 * reported; and when its attributes change, for it may be readable now. A folder that came stands
 * for all in it; it is watched first and reported then, so that what is put into it meanwhile is
 * not missed.
 *
 * Where no events come from, files are looked at from time to time (look.h): on file systems that
 * others change unseen, and where the system allows no more watches.
 *
 * The library sets the watches. Its way of reading events can only wait for whole seconds or for
 * ever, so they are read here: its descriptor is the one that was opened while
 * inotifytools_initialize() ran, and one poll() waits for events and for watch_stop() alike.
 */
#include "server/watch.h"

#include "server/look.h"
#include "vial/base/date.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/map.h"
#include "vial/base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inotifytools/inotifytools.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    /* Milliseconds of quiet that end a batch: after a file was written; after something went away,
     * which many editors do a moment before they put it back. */
    QUIET_AFTER_WRITE = 2,
    QUIET_AFTER_LOSS = 20,
    LONGEST_BATCH = 250, /* a stream of events is cut here */
    ROOT_CHECK = 200,    /* how often a root that went away is looked for */
    LOOK_EVERY = 500,    /* how often files are looked at that tell nothing themselves */
    DEEPEST = 128,
    EVENTS = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK,
};

/* A watched folder; its number in `folders` is inotify's watch descriptor. */
struct folder {
    bool watched;
    dev_t device;
    ino_t inode;
    str path; /* relative to the root; empty for the root itself */
};

struct watch {
    struct arena arena; /* of the watcher; names of folders stay until it ends */
    str root;
    const str *paths; /* what is watched */
    size_t npaths;
    str skip;
    bool poll;   /* nothing is watched, all is looked at */
    bool warned; /* that there are no more watches */
    struct look look;
    int64_t looked; /* when: now_ns() */
    int fd, stop;   /* the library's descriptor; an eventfd */
    struct folder *folders;
    size_t cap;
    bool root_gone;

    struct arena batch_arena; /* of the batch at hand */
    struct map changed;       /* its paths */
    const str *sorted;
    bool all;
    unsigned losses; /* files that went away and have not come back */
    uint32_t moved;  /* inotify's number for the move that is under way */
};

static str full(struct watch *w, str path)
{
    return path.len ? path_join(&w->batch_arena, w->root, path) : w->root;
}

/* In the root itself only what was asked for counts; below, all but hidden files and what is
 * skipped. */
static bool is_wanted(const struct watch *w, str path)
{
    if (file_is_hidden(path_name(path)) || (w->skip.len && path_lies_in(path, w->skip)))
        return false;
    for (size_t i = 0; i < w->npaths; i++)
        if (path_lies_in(path, w->paths[i]))
            return true;
    return false;
}

static void note(struct watch *w, str path)
{
    if (!map_find(&w->changed, path))
        map_put(&w->changed, str_copy(&w->batch_arena, path));
}

/* ---- looking, where no events come from ---- */

static bool look_wants(void *self, str path)
{
    return is_wanted(self, path);
}

static void look_differs(void *self, str path)
{
    note(self, path);
}

static struct look_calls look_calls(struct watch *w)
{
    return (struct look_calls){ look_wants, look_differs, w };
}

static void look_at(struct watch *w, str path)
{
    const struct look_calls calls = look_calls(w);

    if (look_add(&w->look, w->root, path, &calls) && w->looked == 0)
        w->looked = now_ns();
}

static void look_if_due(struct watch *w)
{
    const struct look_calls calls = look_calls(w);

    if (!w->look.trees.count || now_ns() - w->looked < (int64_t)LOOK_EVERY * 1000000)
        return;
    look_again(&w->look, w->root, &calls);
    w->looked = now_ns();
}

/* What others change in these is not told by events: by the numbers in statfs(2). */
static bool is_silent(const char *folder)
{
    static const uint32_t silent[] = {
        0x6969,                             /* NFS */
        0x517b,     0xff534d42, 0xfe534d42, /* SMB, CIFS, SMB2 */
        0x01021997,                         /* 9P: folders of a host, seen from its guest */
        0x65735546,                         /* FUSE: sshfs and others */
        0x786f4256,                         /* VirtualBox's shared folders */
        0x00c36400, 0x5346414f, 0x73757245, /* Ceph, AFS, Coda */
    };
    struct statfs fs;

    for (size_t i = 0; statfs(folder, &fs) == 0 && i < sizeof silent / sizeof *silent; i++)
        if ((uint32_t)fs.f_type == silent[i])
            return true;
    return false;
}

static void warn_of_limit(struct watch *w)
{
    str limit;

    if (w->warned)
        return;
    w->warned = true;
    if (!file_read(&limit, S("/proc/sys/fs/inotify/max_user_watches"), 0, NULL, &w->batch_arena,
                   NULL))
        limit = S("unknown");
    limit = str_trim(limit);
    log_warning("the system allows no more watched folders (fs.inotify.max_user_watches is %.*s): "
                "the others are looked at twice a second\n"
                "  allow more: sudo sysctl fs.inotify.max_user_watches=524288",
                STR(limit));
}

/* ---- watches ---- */

static void remember(struct watch *w, int wd, str path, const struct stat *st)
{
    size_t i = (size_t)wd;

    if (i >= w->cap) {
        size_t cap = w->cap ? w->cap : 64;
        struct folder *folders;

        while (cap <= i)
            cap *= 2;
        folders = arena_array(&w->arena, struct folder, cap);
        if (w->cap)
            memcpy(folders, w->folders, w->cap * sizeof *folders);
        w->folders = folders;
        w->cap = cap;
    }
    w->folders[i] = (struct folder){ .watched = true,
                                     .device = st->st_dev,
                                     .inode = st->st_ino,
                                     .path = str_copy(&w->arena, path) };
}

/* The watched folder that this is, under whatever name; NULL when it is not watched. */
static const struct folder *find_folder(const struct watch *w, const struct stat *st)
{
    for (size_t i = 0; i < w->cap; i++)
        if (w->folders[i].watched && w->folders[i].device == st->st_dev &&
            w->folders[i].inode == st->st_ino)
            return &w->folders[i];
    return NULL;
}

/* In place of a watch on `path`; in place of the root's, on all that is wanted in it. */
static void look_at_tree(struct watch *w, str path)
{
    if (path.len)
        look_at(w, path);
    for (size_t i = 0; !path.len && i < w->npaths; i++)
        look_at(w, w->paths[i]);
}

/* What links lead to is told under one name only, or not at all: a folder that is watched under
 * another name, and a file that lies elsewhere. A link to a folder around itself is left alone. */
static void look_behind_link(struct watch *w, str path, const struct folder *known)
{
    struct stat st;

    if (known && (!known->path.len || path_lies_in(path, known->path)))
        return;
    if (known || (lstat(str_cstr(&w->batch_arena, full(w, path)), &st) == 0 && S_ISLNK(st.st_mode)))
        look_at(w, path);
}

/* One folder; gone meanwhile, no folder, or watched already is fine. `*entered`: there is more to
 * do in it. */
static bool watch_one(struct watch *w, str path, bool *entered, struct error *err)
{
    const char *name = str_cstr(&w->batch_arena, full(w, path));
    const struct folder *known;
    struct stat st;

    *entered = false;
    if (stat(name, &st) != 0)
        return true;
    known = find_folder(w, &st);
    if (!S_ISDIR(st.st_mode) || known) {
        look_behind_link(w, path, known);
        return true;
    }
    if (w->poll || is_silent(name)) {
        look_at_tree(w, path);
        return true;
    }
    if (!inotifytools_watch_file(name, EVENTS)) {
        int why = inotifytools_error();

        if (why == ENOSPC) {
            warn_of_limit(w);
            look_at_tree(w, path);
            return true;
        }
        if (why == ENOENT || why == ENOTDIR || why == EACCES)
            return true; /* its attributes tell when it can be read */
        errno = why;
        return error_errno(err, full(w, path), "cannot be watched");
    }
    int wd = inotify_add_watch(w->fd, name, EVENTS); /* the same again: its number */
    if (wd < 0)
        return true;
    remember(w, wd, path, &st);
    *entered = true;
    return true;
}

static bool watch_tree(struct watch *w, str path, int depth, struct error *err)
{
    const struct dirent *entry;
    bool entered, good = true;
    DIR *folder;

    if (depth > DEEPEST)
        return true;
    if (!watch_one(w, path, &entered, err))
        return false;
    if (!entered || !(folder = opendir(str_cstr(&w->batch_arena, full(w, path)))))
        return true;
    while (good && (entry = readdir(folder))) {
        str inner = path_join(&w->batch_arena, path, str_of(entry->d_name));

        if (entry->d_type != DT_REG && is_wanted(w, inner))
            good = watch_tree(w, str_copy(&w->batch_arena, inner), depth + 1, err);
    }
    closedir(folder);
    return good;
}

static void forget(struct watch *w, size_t wd)
{
    inotifytools_remove_watch_by_wd((int)wd);
    w->folders[wd].watched = false;
}

/* A folder that went away, or is elsewhere now, takes the watches of all below with it. */
static void forget_tree(struct watch *w, str path)
{
    for (size_t i = 0; i < w->cap; i++)
        if (w->folders[i].watched && path_lies_in(w->folders[i].path, path) &&
            w->folders[i].path.len)
            forget(w, i);
}

static bool watch_all(struct watch *w, struct error *err)
{
    bool entered;

    if (!watch_one(w, S(""), &entered, err))
        return false;
    for (size_t i = 0; i < w->npaths; i++)
        if (!watch_tree(w, w->paths[i], 0, err))
            return false;
    return true;
}

static void forget_all(struct watch *w)
{
    for (size_t i = 0; i < w->cap; i++)
        if (w->folders[i].watched)
            forget(w, i);
}

/* A new name for contents that are there already, a link, is never closed after writing. */
static bool is_link(struct watch *w, str path)
{
    struct stat st;

    return lstat(str_cstr(&w->batch_arena, full(w, path)), &st) == 0 &&
           (S_ISLNK(st.st_mode) || st.st_nlink > 1);
}

static bool take_folder_event(struct watch *w, uint32_t mask, str path, struct error *err)
{
    if (mask & (IN_MOVED_FROM | IN_DELETE))
        forget_tree(w, path);
    note(w, path);
    return mask & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB) ? watch_tree(w, path, 0, err) : true;
}

static bool take_file_event(struct watch *w, uint32_t mask, str path, struct error *err)
{
    bool linked = mask & (IN_CREATE | IN_MOVED_TO) && is_link(w, path);

    if (mask & IN_CREATE && !linked)
        return true; /* it will be closed */
    if (mask & (IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE))
        forget_tree(w, path); /* perhaps a link to a folder was there */
    note(w, path);
    return linked ? watch_tree(w, path, 0, err) : true; /* perhaps a link to a folder */
}

/* A file moved to another watched name is no loss: the second half of the move comes at once. */
static void count_losses(struct watch *w, const struct inotify_event *event)
{
    if (event->mask & (IN_MOVED_FROM | IN_DELETE)) {
        w->losses++;
        w->moved = event->mask & IN_MOVED_FROM ? event->cookie : 0;
    } else if (event->mask & IN_MOVED_TO && event->cookie == w->moved && w->losses) {
        w->losses--;
        w->moved = 0;
    }
}

static bool take_event(struct watch *w, const struct inotify_event *event, struct error *err)
{
    size_t wd = (size_t)event->wd;

    if (event->mask & IN_Q_OVERFLOW) {
        w->all = true;
        return true;
    }
    if (event->wd < 0 || wd >= w->cap || !w->folders[wd].watched)
        return true;

    str folder = w->folders[wd].path;
    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) {
        w->root_gone |= !folder.len;
        if (event->mask & IN_IGNORED)
            w->folders[wd].watched = false; /* the system took it away itself */
        return true;                        /* the folder that held it tells the rest */
    }
    if (!event->len)
        return true;
    str path = path_join(&w->batch_arena, folder, str_of(event->name));
    if (!is_wanted(w, path))
        return true;
    count_losses(w, event);
    return event->mask & IN_ISDIR ? take_folder_event(w, event->mask, path, err)
                                  : take_file_event(w, event->mask, path, err);
}

/* All that is there now, without waiting. */
static bool take_events(struct watch *w, struct error *err)
{
    alignas(struct inotify_event) char bytes[65536];
    ssize_t n;

    while ((n = read(w->fd, bytes, sizeof bytes)) > 0)
        for (const char *at = bytes; at < bytes + n;) {
            const struct inotify_event *event = (const struct inotify_event *)at;

            if (!take_event(w, event, err))
                return false;
            at += sizeof *event + event->len;
        }
    return true;
}

/* 1: events; 0: none within the time; -1: stopped. */
static int wait_for_events(struct watch *w, int timeout_ms)
{
    struct pollfd fds[] = { { .fd = w->fd, .events = POLLIN },
                            { .fd = w->stop, .events = POLLIN } };
    int ready = poll(fds, 2, timeout_ms);

    if (ready > 0 && fds[1].revents)
        return -1;
    return ready > 0 && fds[0].revents ? 1 : 0;
}

/* The root went away: events are over until it is back, and then everything may be different. */
static int wait_for_root(struct watch *w, struct watch_batch *batch, int timeout_ms,
                         struct error *err)
{
    int64_t until = now_ns() + (int64_t)timeout_ms * 1000000;

    forget_all(w);
    while (!file_is_folder(w->root)) {
        if (wait_for_events(w, ROOT_CHECK) < 0 || (timeout_ms >= 0 && now_ns() > until))
            return 0;
    }
    if (!take_events(w, err) || !watch_all(w, err))
        return -1;
    w->root_gone = false;
    *batch = (struct watch_batch){ .all = true };
    return 1;
}

static int by_path(const void *left, const void *right)
{
    const str *a = left, *b = right;

    return str_cmp(*a, *b);
}

/* Sorted, and without what lies in a folder that is there itself. */
static void close_batch(struct watch *w, struct watch_batch *batch)
{
    str *paths = arena_array(&w->batch_arena, str, w->changed.count);
    size_t kept = 0;

    for (size_t i = 0; i < w->changed.count; i++)
        paths[i] = w->changed.entries[i].key;
    if (w->changed.count)
        qsort(paths, w->changed.count, sizeof *paths, by_path);
    for (size_t i = 0; i < w->changed.count; i++)
        if (!kept || !path_lies_in(paths[i], paths[kept - 1]))
            paths[kept++] = paths[i];
    *batch = (struct watch_batch){ .paths = paths, .count = w->all ? 0 : kept, .all = w->all };
}

static bool is_empty(const struct watch *w)
{
    return !w->changed.count && !w->all && !w->root_gone;
}

/* Milliseconds to wait for events: until the time is over, or the next look is due. */
static int patience(const struct watch *w, int timeout_ms, int64_t until)
{
    int64_t left = (until - now_ns() + 999999) / 1000000;
    bool looks = w->look.trees.count;

    if (timeout_ms < 0)
        return looks ? LOOK_EVERY : -1;
    if (left < 0)
        left = 0;
    return looks && left > LOOK_EVERY ? LOOK_EVERY : (int)left;
}

/* Until the first change that counts. 1: there is one; 0: time is over or stopped; -1: failed. */
static int begin_batch(struct watch *w, int timeout_ms, struct error *err)
{
    int64_t until = now_ns() + (int64_t)timeout_ms * 1000000;

    do {
        if (wait_for_events(w, patience(w, timeout_ms, until)) < 0)
            return 0;
        if (!take_events(w, err))
            return -1;
        look_if_due(w);
    } while (is_empty(w) && (timeout_ms < 0 || now_ns() < until));
    return !is_empty(w);
}

static bool gather_batch(struct watch *w, struct error *err)
{
    int64_t until = now_ns() + (int64_t)LONGEST_BATCH * 1000000;

    while (!w->root_gone && now_ns() < until &&
           wait_for_events(w, w->losses ? QUIET_AFTER_LOSS : QUIET_AFTER_WRITE) > 0)
        if (!take_events(w, err))
            return false;
    return true;
}

int watch_wait(struct watch *w, int timeout_ms, struct watch_batch *batch, struct error *err)
{
    arena_reset(&w->batch_arena);
    w->changed = map_in(&w->batch_arena);
    w->all = false;
    w->losses = w->moved = 0;
    *batch = (struct watch_batch){ 0 };

    int begun = w->root_gone ? 1 : begin_batch(w, timeout_ms, err);
    if (begun <= 0)
        return begun;
    if (!gather_batch(w, err))
        return -1;
    if (w->root_gone)
        return wait_for_root(w, batch, timeout_ms, err);
    if (w->all) { /* folders may have come, gone and moved unseen */
        forget_all(w);
        if (!watch_all(w, err))
            return -1;
    }
    close_batch(w, batch);
    return 1;
}

void watch_stop(struct watch *w)
{
    uint64_t one = 1;
    ssize_t ignored = write(w->stop, &one, sizeof one);

    (void)ignored; /* it can only be full, and then it is awake already */
}

/* The descriptor that the library opens; -1 when it could not. */
static int initialize(void)
{
    char link[64], target[64];
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);

    close(next); /* the number that the next descriptor gets */
    if (!inotifytools_initialize())
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", next);
    ssize_t len = readlink(link, target, sizeof target);
    if (len < 0 || !str_eq(str_n(target, (size_t)len), S("anon_inode:inotify"))) {
        inotifytools_cleanup();
        errno = EBADF;
        return -1;
    }
    fcntl(next, F_SETFD, FD_CLOEXEC);
    fcntl(next, F_SETFL, fcntl(next, F_GETFL) | O_NONBLOCK);
    return next;
}

struct watch *watch_open(const struct watch_options *options, struct error *err)
{
    struct watch *w = calloc(1, sizeof *w);
    str *copies;

    if (!w) {
        error_set(err, "out of memory");
        return NULL;
    }
    copies = arena_array(&w->arena, str, options->count);
    for (size_t i = 0; i < options->count; i++)
        copies[i] = str_copy(&w->arena, options->paths[i]);
    w->root = str_copy(&w->arena, options->root);
    w->skip = str_copy(&w->arena, options->skip);
    w->paths = copies;
    w->npaths = options->count;
    w->poll = options->poll;
    w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->fd = initialize();
    if (w->fd < 0 || w->stop < 0) {
        error_errno(err, options->root, "cannot be watched");
        if (errno == EMFILE)
            error_hint(err, "the system allows no more watchers: sudo sysctl "
                            "fs.inotify.max_user_instances=1024");
        watch_close(w);
        return NULL;
    }
    if (!watch_all(w, err)) {
        watch_close(w);
        return NULL;
    }
    arena_reset(&w->batch_arena);
    return w;
}

void watch_close(struct watch *w)
{
    if (!w)
        return;
    if (w->fd >= 0)
        inotifytools_cleanup();
    if (w->stop >= 0)
        close(w->stop);
    look_free(&w->look);
    arena_free(&w->batch_arena);
    arena_free(&w->arena);
    free(w);
}
