/*
 * A pool: threads for work that may block, so that no loop has to.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct job {
    struct job *next;
    void (*run)(struct job *self);
};

struct pool;

struct pool *pool_open(unsigned threads);          /* NULL when the system gives none             */
void pool_put(struct pool *pool, struct job *job); /* from any thread; each is run, in turn */
void pool_close(struct pool *pool); /* after the last job is done; NULL is fine       */

#ifdef __cplusplus
}
#endif
