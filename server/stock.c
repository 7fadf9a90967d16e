/*
 * stock.c - files kept at hand
 *
 *   comes in:  names, and files that were opened
 *   goes out:  the same files without opening them again, while they are the same
 *
 * A table with a place for each name's hash: whoever comes to a place that is taken takes it over,
 * so there is no order to be kept, and only files that exist ever have a place. What does not has
 * a few small ones elsewhere.
 *
 * Times have grains: a file that was changed within the last one may be changed again without its
 * times telling, so it has to be older than that before it is kept.
 */
#include "server/stock.h"

#include "vial/base/date.h"
#include "vial/base/hash.h"
#include "vial/http/http.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    PLACES = 2048,
    LOCKS = 64,
    SMALL = 32 * 1024,
    OPEN_MOST = 64,
    BYTES_MOST = 16 << 20,
    NAME_MOST = 512,
    LACKS = 4 * LOCKS,
    LACK_MOST = 55,
};

struct book {            /* a file in stock */
    struct stocked file; /* first */
    struct arena arena;
    struct stat st;
    struct stock_count *count;
    _Atomic int64_t looked; /* when it was the same */
    atomic_uint holders;    /* the stock is one */
};

/* Of what is kept; held by the stock and by each file, so that the last to go ends it. */
struct stock_count {
    atomic_size_t bytes;
    atomic_uint open, holders;
};

struct lack { /* a name without a file */
    int64_t looked;
    uint8_t len;
    char name[LACK_MOST];
};

struct stock {
    struct book *places[PLACES];
    pthread_mutex_t locks[LOCKS];
    struct lack lacks[LACKS];
    struct stock_count *count;
    atomic_uint hand; /* the place that is emptied next when there is no room */
};

/* --- what is said of a file ------------------------------------------------------------------- */

str stock_etag(const struct stat *st, struct arena *a)
{
    return str_fmt(a, "\"%llx%08lx-%llx\"", (unsigned long long)st->st_mtim.tv_sec,
                   (unsigned long)st->st_mtim.tv_nsec, (unsigned long long)st->st_size);
}

/* A file of tomorrow was changed now (RFC 9110 §8.8.2.1). */
int64_t stock_changed(const struct stat *st)
{
    int64_t now = (int64_t)time(NULL);

    return st->st_mtim.tv_sec < now ? st->st_mtim.tv_sec : now;
}

/* --- holding ---------------------------------------------------------------------------------- */

static void release_count(struct stock_count *count)
{
    if (atomic_fetch_sub(&count->holders, 1) == 1)
        free(count);
}

void stocked_hold(struct stocked *file)
{
    atomic_fetch_add_explicit(&((struct book *)file)->holders, 1, memory_order_relaxed);
}

void stocked_release(void *stocked)
{
    struct book *book = stocked;

    if (atomic_fetch_sub(&book->holders, 1) != 1)
        return;
    if (book->file.fd >= 0) {
        close(book->file.fd);
        atomic_fetch_sub(&book->count->open, 1);
    }
    atomic_fetch_sub(&book->count->bytes, book->file.text.len);
    release_count(book->count);
    arena_free(&book->arena);
    free(book);
}

/* --- the same file ---------------------------------------------------------------------------- */

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mode == b->st_mode && is_same_time(a->st_mtim, b->st_mtim) &&
           is_same_time(a->st_ctim, b->st_ctim);
}

/* A file system that knows nothing below seconds has grains of two of them. */
static bool is_settled(const struct stat *st)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = ((int64_t)now.tv_sec - st->st_ctim.tv_sec) * 1000 +
                  (now.tv_nsec - st->st_ctim.tv_nsec) / 1000000;
    return age > (st->st_ctim.tv_nsec ? 100 : 3000);
}

/* --- the stock -------------------------------------------------------------------------------- */

struct stock *stock_new(void)
{
    struct stock *stock = calloc(1, sizeof *stock);
    struct stock_count *count = calloc(1, sizeof *count);

    if (!stock || !count)
        out_of_memory(sizeof *stock);
    stock->count = count;
    atomic_store(&count->holders, 1);
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&stock->locks[i], NULL);
    return stock;
}

void stock_free(struct stock *stock)
{
    if (!stock)
        return;
    for (int i = 0; i < PLACES; i++)
        if (stock->places[i])
            stocked_release(stock->places[i]);
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&stock->locks[i]);
    release_count(stock->count);
    free(stock);
}

/* What stood in the place is given back by us, and `book` (may be NULL) stands there. */
static void exchange_at(struct stock *stock, uint64_t hash, struct book *expected, bool any,
                        struct book *book)
{
    pthread_mutex_t *lock = &stock->locks[hash % LOCKS];
    struct book **place = &stock->places[hash % PLACES], *old = NULL;

    pthread_mutex_lock(lock);
    if (any || *place == expected) {
        old = *place;
        *place = book;
    }
    pthread_mutex_unlock(lock);
    if (old)
        stocked_release(old);
}

static struct book *hold(struct stock *stock, uint64_t hash, str name)
{
    pthread_mutex_t *lock = &stock->locks[hash % LOCKS];

    pthread_mutex_lock(lock);
    struct book *book = stock->places[hash % PLACES];
    if (book && str_eq(book->file.name, name))
        atomic_fetch_add_explicit(&book->holders, 1, memory_order_relaxed);
    else
        book = NULL;
    pthread_mutex_unlock(lock);
    return book;
}

/* Whether it is the same since `moment`. */
static bool look(struct book *book, int folder, int64_t moment)
{
    struct stat st;

    if (moment && atomic_load_explicit(&book->looked, memory_order_relaxed) >= moment)
        return true;
    int64_t now = now_ns();
    if (fstatat(folder, book->file.name.p, &st, 0) != 0 || !is_same(&st, &book->st))
        return false;
    atomic_store_explicit(&book->looked, now, memory_order_relaxed);
    return true;
}

bool stocked_is_same(struct stocked *file, int folder, int64_t moment)
{
    return look((struct book *)file, folder, moment);
}

struct stocked *stock_take(struct stock *stock, int folder, str name, int64_t moment)
{
    uint64_t hash = hash_key(name);
    struct book *book = hold(stock, hash, name);

    if (!book)
        return NULL;
    if (look(book, folder, moment))
        return &book->file;
    exchange_at(stock, hash, book, false, NULL);
    stocked_release(book);
    return NULL;
}

/* --- what is not there ------------------------------------------------------------------------ */

static bool is_known_lack(const struct lack *lack, str name, int64_t moment)
{
    return moment && lack->looked >= moment && str_eq(str_n(lack->name, lack->len), name);
}

static void remember_lack(struct lack *lack, str name, int64_t now)
{
    lack->looked = now;
    lack->len = (uint8_t)name.len;
    memcpy(lack->name, name.p, name.len);
}

bool stock_lacks(struct stock *stock, int folder, str name, int64_t moment)
{
    uint64_t hash = hash_key(name);
    pthread_mutex_t *lock = &stock->locks[hash % LOCKS];
    struct lack *lack = &stock->lacks[hash % LACKS];
    struct stat st;

    pthread_mutex_lock(lock);
    bool known = is_known_lack(lack, name, moment);
    pthread_mutex_unlock(lock);
    if (known) {
        errno = ENOENT;
        return true;
    }
    int64_t now = now_ns();
    if (fstatat(folder, name.p, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return false;
    if (errno == ENOENT && name.len <= LACK_MOST) {
        pthread_mutex_lock(lock);
        remember_lack(lack, name, now);
        pthread_mutex_unlock(lock);
    }
    return true;
}

/* --- a new one -------------------------------------------------------------------------------- */

static bool read_text(struct book *book, int fd)
{
    size_t size = (size_t)book->st.st_size;
    char *text = arena_alloc(&book->arena, size);

    for (size_t done = 0; done < size;) {
        ssize_t n = pread(fd, text + done, size - done, (off_t)done);

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    book->file.text = str_n(text, size);
    return true;
}

static bool fill(struct book *book, str name, int fd)
{
    struct stocked *file = &book->file;
    struct stat after;

    file->fd = -1;
    if (book->st.st_size > SMALL) {
        file->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (file->fd < 0)
            return false;
    } else if (!read_text(book, fd) || fstat(fd, &after) != 0 || !is_same(&after, &book->st)) {
        return false;
    }
    file->name = str_copy(&book->arena, name);
    file->etag = stock_etag(&book->st, &book->arena);
    file->changed = stock_changed(&book->st);
    file->modified = date_http(&book->arena, file->changed);
    file->type = media_type(file->name);
    file->size = (uint64_t)book->st.st_size;
    return true;
}

static bool is_full(const struct stock_count *count, const struct stat *st)
{
    if (st->st_size > SMALL)
        return atomic_load(&count->open) >= OPEN_MOST;
    return atomic_load(&count->bytes) + (size_t)st->st_size > BYTES_MOST;
}

/* The places are emptied one after the other until there is room for it. */
static void make_room(struct stock *stock, const struct stat *st)
{
    for (int i = 0; i < PLACES && is_full(stock->count, st); i++)
        exchange_at(stock, atomic_fetch_add(&stock->hand, 1), NULL, true, NULL);
}

struct stocked *stock_put(struct stock *stock, str name, int fd, const struct stat *st)
{
    if (name.len > NAME_MOST || !is_settled(st) || st->st_mtim.tv_sec > st->st_ctim.tv_sec)
        return NULL;
    make_room(stock, st);

    struct book *book = calloc(1, sizeof *book);
    if (!book)
        return NULL;
    book->st = *st;
    if (!fill(book, name, fd)) {
        if (book->file.fd >= 0)
            close(book->file.fd);
        arena_free(&book->arena);
        free(book);
        return NULL;
    }
    book->count = stock->count;
    atomic_fetch_add(&stock->count->holders, 1);
    atomic_fetch_add(&stock->count->bytes, book->file.text.len);
    atomic_fetch_add(&stock->count->open, book->file.fd >= 0);
    atomic_store(&book->holders, 2);
    exchange_at(stock, hash_key(name), NULL, true, book);
    return &book->file;
}
