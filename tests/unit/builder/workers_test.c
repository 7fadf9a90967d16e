/*
 * workers_test.c - each thing is done once, whatever the number of threads
 */
#include "builder/workers.h"
#include "tests/unit/unit.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THINGS = 5000 };

struct job {
    atomic_int done[THINGS];
    atomic_int dirty;
    pthread_t threads[THINGS];
};

static void work(void *self, size_t i, struct arena *a)
{
    struct job *job = self;

    if (a->size != 0)
        atomic_fetch_add(&job->dirty, 1);
    memset(arena_alloc(a, 1000), 1, 1000);
    atomic_fetch_add(&job->done[i], 1);
    job->threads[i] = pthread_self();
}

static struct job job;

static void run(unsigned threads, size_t count)
{
    memset(&job, 0, sizeof job);
    workers_run(threads, count, work, &job);
    for (size_t i = 0; i < THINGS; i++)
        assert_int_equal(atomic_load(&job.done[i]), i < count);
    assert_int_equal(atomic_load(&job.dirty), 0);
}

static void each_thing_is_done_once(void **state)
{
    (void)state;
    run(0, THINGS);
    run(1, THINGS);
    run(2, THINGS);
    run(7, THINGS);
    run(4000000000u, THINGS);
}

static void few_things_and_none_are_done_as_well(void **state)
{
    (void)state;
    run(8, 0);
    run(8, 1);
    run(8, 3);
}

static void one_thread_is_the_caller_s(void **state)
{
    (void)state;
    run(1, 100);
    for (size_t i = 0; i < 100; i++)
        assert_true(pthread_equal(job.threads[i], pthread_self()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_is_done_once),
        cmocka_unit_test(few_things_and_none_are_done_as_well),
        cmocka_unit_test(one_thread_is_the_caller_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
