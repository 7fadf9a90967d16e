/*
 * The stock: files of a folder, kept at hand for as long as they are the same.
 *
 *     struct stocked *file = stock_take(stock, folder, name, moment);      // held; or NULL
 *     if (!file) { open it; file = stock_put(stock, name, fd, &st); }
 *
 * A small file is kept with its bytes, a large one open; each with what every answer says of it. It
 * is looked at again for each moment in which somebody asks (one call of the system), so nobody is
 * ever given an old one: what is kept is the file of that name as long as its inode, size and times
 * are those that were read. Any thread.
 */
#pragma once
#include "vial/base/str.h"
#include <sys/stat.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stock;

/* It never changes, and lives for as long as somebody holds it. */
struct stocked {
    str name;
    str etag, modified, type;
    int64_t changed; /* the second that `modified` tells */
    str text;        /* its bytes, when `fd` is below 0   */
    int fd;
    uint64_t size;
};

struct stock *stock_new(void);
void stock_free(struct stock *stock); /* NULL is fine; what is held lives on */

/* `moment` is the request's: a look since then is not repeated. 0: it is in any case. */
struct stocked *stock_take(struct stock *stock, int folder, str name, int64_t moment);

/*
 * Whether there is nothing of this name (which ends with NUL), and errno says why; what is looked
 * for in vain again and again, as favicons are, is remembered for its moment.
 */
bool stock_lacks(struct stock *stock, int folder, str name, int64_t moment);

/*
 * Keeps the open file; `fd` stays the caller's. NULL when it may still be changed without its times
 * telling: it was changed just now.
 */
struct stocked *stock_put(struct stock *stock, str name, int fd, const struct stat *st);

void stocked_hold(struct stocked *file); /* once more */
void stocked_release(void *stocked);

/* Whether it still is the file of its name; `moment` as for stock_take(). */
bool stocked_is_same(struct stocked *file, int folder, int64_t moment);

/* What an answer says of a file. In `a`. */
str stock_etag(const struct stat *st, struct arena *a);
int64_t stock_changed(const struct stat *st);

#ifdef __cplusplus
}
#endif
