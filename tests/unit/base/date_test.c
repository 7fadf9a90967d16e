/*
 * date_test.c - dates as writers write them, as HTTP and feeds want them
 */
#include "tests/unit/unit.h"
#include "vial/base/date.h"
#include <stdlib.h>

static void assert_parsed(const char *s, const char *expected)
{
    struct arena a = { 0 };
    struct date date;

    if (expected) {
        assert_true(date_parse(str_of(s), 0, &date));
        assert_str(date_rfc3339(&a, date), expected);
    } else if (date_parse(str_of(s), 0, &date)) {
        fail_msg("'%s' was taken for a date", s);
    }
    arena_free(&a);
}

static void days_and_moments_are_understood(void **state)
{
    (void)state;
    assert_parsed("2026-11-21", "2026-11-21");
    assert_parsed("2026-1-2", "2026-01-02");
    assert_parsed("2026-11-21 10:30", "2026-11-21T10:30:00Z");
    assert_parsed("2026-11-21T10:30:05.25+02:00", "2026-11-21T10:30:05+02:00");
    assert_parsed("2026-11-21t10:30:05z", "2026-11-21T10:30:05Z");
    assert_parsed("2026-11-21 10:30:05 -0530", "2026-11-21T10:30:05-05:30");
    assert_parsed(" 2026-11-21 ", "2026-11-21");
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "2026",
                                       "2026-13-01",
                                       "2026-02-29",
                                       "2026-04-31",
                                       "2026-11-21x",
                                       "2026-11-21 25:00",
                                       "2026-11-21 10:60",
                                       "2026-11-21 10",
                                       "2026-11-21 10:30:",
                                       "2026-11-21 10:30+",
                                       "21.11.2026",
                                       "2026-11-00",
                                       "2026-11-21T",
                                       "2026-11-21 10:30:05." };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_parsed(bad[i], NULL);
}

static void leap_years_are_the_calendar_s(void **state)
{
    (void)state;
    assert_parsed("2024-02-29", "2024-02-29");
    assert_parsed("2000-02-29", "2000-02-29");
    assert_parsed("1900-02-29", NULL);
    assert_parsed("2100-02-29", NULL);
}

static void every_day_of_eight_hundred_years_goes_there_and_back(void **state)
{
    (void)state;
    struct civil before = { 0 };

    for (int64_t day = date_days(1600, 1, 1); day <= date_days(2400, 12, 31); day++) {
        struct civil c = date_civil((struct date){ .unix_time = day * 86400 + 86399 });

        assert_int_equal(date_days(c.year, c.month, c.day), day);
        assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second, 86399);
        if (before.year) {
            assert_int_equal(c.weekday, (before.weekday + 1) % 7);
            assert_int_equal(c.yearday, c.month == 1 && c.day == 1 ? 1 : before.yearday + 1);
        }
        before = c;
    }
}

static void a_zone_is_taken_off_and_kept(void **state)
{
    (void)state;
    struct date here, there;

    assert_true(date_parse(S("2026-11-21 10:30"), 120, &here));
    assert_true(date_parse(S("2026-11-21T08:30Z"), 0, &there));
    assert_int_equal(here.unix_time, there.unix_time);
    assert_false(here.has_zone);
    assert_true(there.has_zone);
    assert_int_equal(date_civil(here).hour, 10);
    assert_true(date_parse(S("2026-11-21"), 120, &here));
    assert_int_equal(date_civil(here).hour, 0);
    assert_false(here.has_time);
}

static void a_name_may_begin_with_a_day(void **state)
{
    (void)state;
    struct date date;
    str rest;

    assert_true(date_from_name(S("2026-11-21-hello-world"), 0, &date, &rest));
    assert_str(rest, "hello-world");
    assert_true(date_from_name(S("2026-11-21_hello"), 0, &date, &rest));
    assert_str(rest, "hello");
    assert_true(date_from_name(S("2026-11-21"), 0, &date, &rest));
    assert_str(rest, "");
    assert_false(date_from_name(S("2026-11-211"), 0, &date, &rest));
    assert_false(date_from_name(S("hello-2026-11-21"), 0, &date, &rest));
    assert_false(date_from_name(S("2026-13-21-x"), 0, &date, &rest));
}

static void http_s_three_forms_are_one_moment(void **state)
{
    (void)state;
    struct arena a = { 0 };
    int64_t t;

    assert_str(date_http(&a, 784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_true(date_http_parse(S("Sun, 06 Nov 1994 08:49:37 GMT"), &t));
    assert_int_equal(t, 784111777);
    assert_true(date_http_parse(S("Sunday, 06-Nov-94 08:49:37 GMT"), &t));
    assert_int_equal(t, 784111777);
    assert_true(date_http_parse(S("Sun Nov  6 08:49:37 1994"), &t));
    assert_int_equal(t, 784111777);
    assert_true(date_http_parse(S("Wed Nov 16 08:49:37 1994"), &t));
    arena_free(&a);
}

static void other_forms_are_no_http_date(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "Sun, 06 Nov 1994 08:49:37",
                                       "Sun, 06 Nov 1994 08:49:37 CET",
                                       "Sun, 31 Feb 1994 08:49:37 GMT",
                                       "Sun, 06 Nov 1994 24:49:37 GMT",
                                       "Sun, 06 Nov 1994 08:49:37 GMT ",
                                       "xyz, 06 Nov 1994 08:49:37 GMT",
                                       "Sunsday, 06-Nov-94 08:49:37 GMT",
                                       "Sunday, 06 Nov 1994 08:49:37 GMT",
                                       "Sun, 06-Nov-1994 08:49:37 GMT",
                                       "Sun, 00 Nov 1994 08:49:37 GMT",
                                       "Sun Nov 06 08:49:37 1994 GMT",
                                       "Sun Feb 30 08:49:37 1994",
                                       "0" };
    int64_t t;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(date_http_parse(str_of(bad[i]), &t));
}

static void the_clock_can_be_set_for_builds_that_are_to_be_repeated(void **state)
{
    (void)state;
    setenv("SOURCE_DATE_EPOCH", "784111777", 1);
    assert_int_equal(now_unix(), 784111777);
    unsetenv("SOURCE_DATE_EPOCH");
    assert_true(now_unix() > 1700000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_moments_are_understood),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(leap_years_are_the_calendar_s),
        cmocka_unit_test(every_day_of_eight_hundred_years_goes_there_and_back),
        cmocka_unit_test(a_zone_is_taken_off_and_kept),
        cmocka_unit_test(a_name_may_begin_with_a_day),
        cmocka_unit_test(http_s_three_forms_are_one_moment),
        cmocka_unit_test(other_forms_are_no_http_date),
        cmocka_unit_test(the_clock_can_be_set_for_builds_that_are_to_be_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
