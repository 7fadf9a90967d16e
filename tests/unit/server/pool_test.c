/*
 * pool_test.c - jobs and the threads that do them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/pool.h"
#include <stdatomic.h>
#include <unistd.h>

enum { MANY = 1000 };

struct count {
    struct job job; /* first */
    atomic_int runs;
};

static struct count counts[MANY];
static atomic_int asleep, most_asleep;

static void add_one(struct job *job)
{
    atomic_fetch_add(&((struct count *)job)->runs, 1);
}

static void sleep_a_little(struct job *job)
{
    int together = atomic_fetch_add(&asleep, 1) + 1;

    if (together > atomic_load(&most_asleep))
        atomic_store(&most_asleep, together);
    usleep(20000);
    atomic_fetch_sub(&asleep, 1);
    add_one(job);
}

static void put_all(struct pool *pool, int jobs, void (*run)(struct job *))
{
    for (int i = 0; i < jobs; i++) {
        counts[i] = (struct count){ .job.run = run };
        pool_put(pool, &counts[i].job);
    }
}

static void assert_each_ran_once(int jobs)
{
    for (int i = 0; i < jobs; i++)
        assert_int_equal(atomic_load(&counts[i].runs), 1);
}

static void each_job_is_run_once_before_the_pool_is_closed(void **state)
{
    struct pool *pool = pool_open(4);

    (void)state;
    put_all(pool, MANY, add_one);
    pool_close(pool);
    assert_each_ran_once(MANY);
}

static void jobs_that_block_do_not_block_each_other(void **state)
{
    struct pool *pool = pool_open(4);

    (void)state;
    put_all(pool, 8, sleep_a_little);
    pool_close(pool);
    assert_each_ran_once(8);
    assert_in_range(atomic_load(&most_asleep), 2, 4);
}

static void a_pool_may_be_closed_without_a_job(void **state)
{
    (void)state;
    pool_close(pool_open(3));
    pool_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_job_is_run_once_before_the_pool_is_closed),
        cmocka_unit_test(jobs_that_block_do_not_block_each_other),
        cmocka_unit_test(a_pool_may_be_closed_without_a_job),
    };

    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
