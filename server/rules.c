/*
 * rules.c - the rules that hold now
 *
 *   comes in:  the two files, whenever they have changed
 *   goes out:  their rules, for as long as somebody holds them
 *
 * Rules are never changed but replaced; the last to give back old ones ends them.
 */
#include "server/rules.h"

#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_AGAIN = 250 /* milliseconds */, LARGEST = 16 << 20 };
enum { REDIRECTS, HEADERS, FILES };

static const char *const names[FILES] = { "_redirects", "_headers" };

struct edition {
    struct rules rules; /* first */
    struct arena arena;
    unsigned holders; /* under the book's lock; the book itself is one */
};

struct rulebook {
    int folder;
    str name;
    struct arena arena;
    pthread_mutex_t lock;
    struct edition *now;
    struct file_info seen[FILES]; /* of who looks; one at a time, by `looked` */
    _Atomic int64_t looked;
    _Atomic bool none; /* now there are no rules: nobody has to hold them */
};

static const struct rules no_rules;

/* --- reading ---------------------------------------------------------------------------------- */

static struct file_info look_at(const struct rulebook *book, int i)
{
    struct stat st;

    if (fstatat(book->folder, names[i], &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return (struct file_info){ .kind = FILE_NONE };
    return file_info_of(&st);
}

static bool is_same(const struct file_info *a, const struct file_info *b)
{
    return a->kind == b->kind && a->inode == b->inode && a->size == b->size &&
           a->mtime == b->mtime && a->changed == b->changed;
}

static bool read_text(struct rulebook *book, int i, str *text, struct arena *a, struct error *err)
{
    struct stat st;
    struct buf room = buf_in(a);
    str file = path_join(a, book->name, str_of(names[i]));
    int fd = openat(book->folder, names[i], O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return error_errno(err, file, "cannot be read");
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    while (ok && room.len <= LARGEST) {
        buf_reserve(&room, 64 * 1024);
        ssize_t n = read(fd, room.p + room.len, 64 * 1024);

        ok = n >= 0;
        if (n <= 0)
            break;
        room.len += (size_t)n;
    }
    int why = errno;
    close(fd);
    errno = why;
    if (!ok)
        return error_errno(err, file, "cannot be read");
    if (room.len > LARGEST)
        return error_at(err, (struct place){ .file = file }, "has more than %d bytes", LARGEST);
    *text = buf_str(&room);
    return true;
}

static struct edition *read_edition(struct rulebook *book, struct errors *errors)
{
    struct edition *e = calloc(1, sizeof *e);
    str text;

    if (!e)
        out_of_memory(sizeof *e);
    e->holders = 1;
    for (int i = 0; i < FILES; i++) {
        struct error err = { 0 };
        str file = path_join(&e->arena, book->name, str_of(names[i]));

        book->seen[i] = look_at(book, i);
        if (book->seen[i].kind == FILE_NONE)
            continue;
        if (!read_text(book, i, &text, &e->arena, &err))
            errors_add(errors, &err);
        else if (i == REDIRECTS)
            e->rules.redirects = redirects_read(file, text, &e->arena, errors);
        else
            e->rules.headers = own_headers_read(file, text, &e->arena, errors);
    }
    return e;
}

static bool is_empty(const struct edition *e)
{
    return !e->rules.redirects && !e->rules.headers;
}

static void end_edition(struct edition *e)
{
    arena_free(&e->arena);
    free(e);
}

static void let_go(struct rulebook *book, struct edition *e)
{
    pthread_mutex_lock(&book->lock);
    bool last = --e->holders == 0;
    pthread_mutex_unlock(&book->lock);
    if (last)
        end_edition(e);
}

/* --- reading again ---------------------------------------------------------------------------- */

static void replace(struct rulebook *book)
{
    struct errors errors = { 0 };
    struct edition *e = read_edition(book, &errors), *old = e;

    for (size_t i = 0; i < errors.count; i++)
        log_failure(&errors.list[i]);
    if (errors.count)
        log_error("the rules that were read before go on");
    pthread_mutex_lock(&book->lock);
    if (!errors.count) {
        old = book->now;
        book->now = e;
        atomic_store(&book->none, is_empty(e));
    }
    pthread_mutex_unlock(&book->lock);
    errors_free(&errors);
    let_go(book, old);
}

/* A few times a second somebody wins this and looks; the others go on meanwhile. */
static void look_again(struct rulebook *book)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    int64_t now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    int64_t looked = atomic_load_explicit(&book->looked, memory_order_relaxed);

    if (now - looked < LOOK_AGAIN || looked == INT64_MAX ||
        !atomic_compare_exchange_strong(&book->looked, &looked, INT64_MAX))
        return;
    for (int i = 0; i < FILES; i++) {
        struct file_info info = look_at(book, i);

        if (!is_same(&info, &book->seen[i])) {
            replace(book);
            break;
        }
    }
    atomic_store(&book->looked, now);
}

/* --- the door --------------------------------------------------------------------------------- */

struct rulebook *rulebook_open(int folder, str name, struct errors *errors)
{
    struct rulebook *book = calloc(1, sizeof *book);
    size_t before = errors->count;

    if (!book)
        out_of_memory(sizeof *book);
    book->folder = folder;
    book->name = str_copy(&book->arena, name);
    pthread_mutex_init(&book->lock, NULL);
    book->now = read_edition(book, errors);
    atomic_store(&book->none, is_empty(book->now));
    if (errors->count == before)
        return book;
    rulebook_close(book);
    return NULL;
}

void rulebook_close(struct rulebook *book)
{
    if (!book)
        return;
    end_edition(book->now);
    pthread_mutex_destroy(&book->lock);
    arena_free(&book->arena);
    free(book);
}

const struct rules *rulebook_take(struct rulebook *book)
{
    look_again(book);
    if (atomic_load_explicit(&book->none, memory_order_acquire))
        return &no_rules;
    pthread_mutex_lock(&book->lock);
    struct edition *e = book->now;
    e->holders++;
    pthread_mutex_unlock(&book->lock);
    return &e->rules;
}

void rulebook_give_back(struct rulebook *book, const struct rules *rules)
{
    if (rules != &no_rules)
        let_go(book, (struct edition *)rules);
}

bool is_rule_file(str name)
{
    for (int i = 0; i < FILES; i++)
        if (str_eq(name, str_of(names[i])))
            return true;
    return false;
}
