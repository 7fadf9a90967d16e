/*
 * Coded: a response in the coding that the other side likes best, from a copy that is made once.
 *
 * Copies are kept in the cache by the path and the tag of the bytes they were made of, so they need
 * no dropping: other bytes have another tag. A folder may have copies beside its files ("a.css.br",
 * by `vial build --compress`); those are taken instead if they are not older than the file.
 */
#pragma once
#include "server/cache.h"
#include "server/server.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where copies of files may lie. */
struct coded_files {
    int (*open)(void *self, str name, struct arena *a); /* below 0: there is none */
    void *self;
};

struct coded {
    struct cache *cache;             /* NULL: copies are taken from files only        */
    const struct coded_files *files; /* may be NULL; names are those in response.file */
};

/*
 * `res` is whole, and `tag` (in quotes) names its bytes; an empty one is taken from its ETag. With
 * `quick` nothing is made: false when a copy would have to be.
 */
bool coded_apply(const struct coded *coded, const struct request *req, struct response *res,
                 str tag, bool quick, struct arena *a);

/* A folder's handler, and what all its answers get on their way out. A server_handler. */
struct coded_handler {
    struct coded coded;
    server_handler *handler;
    void *self;
};
void coded_answer(void *coded_handler, const struct request *req, struct response *res,
                  struct arena *a);

#ifdef __cplusplus
}
#endif
