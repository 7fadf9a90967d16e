/*
 * timers_test.c - deadlines, against a plain list of them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/timers.h"
#include <stdlib.h>

enum { MANY = 500 };

struct alarm {
    struct timer timer;
    int fired;
    int64_t at;
};

static struct timers wheel;
static struct alarm alarms[MANY];
static int64_t now;

static void ring(struct timer *timer)
{
    struct alarm *alarm = (struct alarm *)timer;

    alarm->fired++;
    alarm->at = now;
}

static void ring_again(struct timer *timer)
{
    ring(timer);
    timer_set(&wheel, timer, now - 5);
}

static int set_up(void **state)
{
    (void)state;
    now = 123456;
    timers_init(&wheel, now);
    for (int i = 0; i < MANY; i++)
        alarms[i] = (struct alarm){ .timer.fire = ring };
    return 0;
}

static void go_to(int64_t when)
{
    while (now < when) {
        now += rand() % 50 + 1;
        timers_run(&wheel, now);
    }
}

static void a_timer_fires_once_not_early_and_at_most_a_tick_late(void **state)
{
    (void)state;
    for (int i = 0; i < MANY; i++)
        timer_set(&wheel, &alarms[i].timer, 123456 + i * 97);
    while (now < 123456 + MANY * 97 + 100)
        timers_run(&wheel, ++now);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(alarms[i].fired, 1);
        assert_in_range(alarms[i].at - alarms[i].timer.due, 1, TIMER_TICK + 1);
    }
    assert_int_equal(timers_wait(&wheel, now), -1);
}

static void a_timer_that_is_put_off_or_brought_forward_fires_at_its_last_time(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 2000; round++) {
        struct alarm *alarm = &alarms[rand() % MANY];

        timer_set(&wheel, &alarm->timer, now + rand() % 20000);
        now += rand() % 10;
        timers_run(&wheel, now);
    }
    go_to(now + 30000);
    for (int i = 0; i < MANY; i++)
        if (alarms[i].fired)
            assert_in_range(alarms[i].at - alarms[i].timer.due, 1, TIMER_TICK + 51);
    assert_int_equal(wheel.count, 0);
}

static void a_cancelled_timer_never_fires(void **state)
{
    (void)state;
    timer_set(&wheel, &alarms[0].timer, now + 100);
    timer_set(&wheel, &alarms[1].timer, now + 100);
    timer_cancel(&wheel, &alarms[0].timer);
    timer_cancel(&wheel, &alarms[0].timer);
    go_to(now + 1000);
    assert_int_equal(alarms[0].fired, 0);
    assert_int_equal(alarms[1].fired, 1);
}

static void a_timer_set_while_firing_waits_for_the_next_tick(void **state)
{
    (void)state;
    alarms[0].timer.fire = ring_again;
    timer_set(&wheel, &alarms[0].timer, now);
    now += TIMER_TICK + 1;
    timers_run(&wheel, now);
    assert_int_equal(alarms[0].fired, 1);
    now += TIMER_TICK;
    timers_run(&wheel, now);
    assert_int_equal(alarms[0].fired, 2);
}

static void a_timer_further_away_than_the_wheel_turns_waits_for_its_turn(void **state)
{
    int64_t far = now + 3 * TIMER_TICK * TIMER_SLOTS + 500;

    (void)state;
    timer_set(&wheel, &alarms[0].timer, far);
    timer_set(&wheel, &alarms[1].timer, now + 500);
    go_to(far - 100);
    assert_int_equal(alarms[0].fired, 0);
    assert_int_equal(alarms[1].fired, 1);
    go_to(far + 100);
    assert_int_equal(alarms[0].fired, 1);
}

static void a_long_sleep_misses_nobody(void **state)
{
    (void)state;
    for (int i = 0; i < MANY; i++)
        timer_set(&wheel, &alarms[i].timer, now + i * 100);
    now += 10000000;
    timers_run(&wheel, now);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(alarms[i].fired, 1);
}

static void waiting_as_long_as_it_says_fires_them_all_in_time(void **state)
{
    (void)state;
    srand(9);
    for (int i = 0; i < MANY; i++)
        timer_set(&wheel, &alarms[i].timer, now + rand() % 60000);
    for (int ms, rounds = 0; (ms = timers_wait(&wheel, now)) >= 0; rounds++) {
        assert_in_range(rounds, 0, 20000);
        now += ms ? ms : 1;
        timers_run(&wheel, now);
    }
    for (int i = 0; i < MANY; i++)
        assert_in_range(alarms[i].at - alarms[i].timer.due, 1, TIMER_TICK + 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timer_fires_once_not_early_and_at_most_a_tick_late),
        TEST(a_timer_that_is_put_off_or_brought_forward_fires_at_its_last_time),
        TEST(a_cancelled_timer_never_fires),
        TEST(a_timer_set_while_firing_waits_for_the_next_tick),
        TEST(a_timer_further_away_than_the_wheel_turns_waits_for_its_turn),
        TEST(a_long_sleep_misses_nobody),
        TEST(waiting_as_long_as_it_says_fires_them_all_in_time),
    };

    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
