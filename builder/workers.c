/*
 * workers.c - one thing done to each of many, by a thread per core
 *
 *   comes in:  a number of things, and what to do
 *   goes out:  nothing of its own: what is done leaves its mark in `self`
 *
 * The calling thread works as well, so one thread needs no other, and a machine that gives us no
 * thread at all still gets the work done.
 */
#include "builder/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST = 256, STACK = 8 << 20 };

struct pool {
    work_fn *work;
    void *self;
    size_t count;
    atomic_size_t next;
};

static void *take_turns(void *arg)
{
    struct pool *pool = arg;
    struct arena a = { 0 };
    size_t i;

    while ((i = atomic_fetch_add(&pool->next, 1)) < pool->count) {
        pool->work(pool->self, i, &a);
        arena_reset(&a);
    }
    arena_free(&a);
    return NULL;
}

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > MOST ? MOST : (unsigned)n;
}

void workers_run(unsigned threads, size_t count, work_fn *work, void *self)
{
    struct pool pool = { .work = work, .self = self, .count = count };
    pthread_t others[MOST];
    unsigned started = 0, wanted = threads ? threads : cores();
    pthread_attr_t attributes;

    if (wanted > MOST)
        wanted = MOST;
    if (wanted > count)
        wanted = (unsigned)count;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    while (started + 1 < wanted &&
           pthread_create(&others[started], &attributes, take_turns, &pool) == 0)
        started++;
    pthread_attr_destroy(&attributes);
    take_turns(&pool);
    while (started)
        pthread_join(others[--started], NULL);
}
