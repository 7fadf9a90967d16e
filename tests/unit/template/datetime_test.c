/*
 * datetime_test.c - dates in templates are Python's
 */
#include "tests/unit/template/gives.h"
#include "vial/template/datetime.h"

/* `expression` of d (a moment), day, utc (a moment with a zone) and later. */
static void is(const char *expression, const char *expected)
{
    struct arena a = { 0 };
    value context = dict_new(&a, 4);
    const char *const dates[][2] = { { "d", "2026-11-21 10:30:05.25" },
                                     { "day", "2026-11-21" },
                                     { "utc", "2026-11-21T10:30:00+02:00" },
                                     { "later", "2026-12-01 09:00" } };

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct date date;

        assert_true(date_parse(str_of(dates[i][1]), 0, &date));
        dict_set(context, str_of(dates[i][0]), datetime_new(&a, date));
    }
    const char *source = str_cstr(&a, str_fmt(&a, "{{ %s }}", expression));
    struct outcome o = render_with(NULL, NULL, source, context);

    if (!o.good)
        print_error("%s: %.*s\n", expression, STR(o.err.sentence));
    assert_true(o.good);
    assert_str(buf_str(&o.out), expected);
    outcome_free(&o);
    arena_free(&a);
}

static void they_have_parts(void **state)
{
    (void)state;
    is("d.year ~ '/' ~ d.month ~ '/' ~ d.day", "2026/11/21");
    is("[d.hour, d.minute, d.second, d.microsecond]", "[10, 30, 5, 250000]");
    is("day.hour is defined", "False");
    is("d.tzinfo", "None");
    is("utc.tzinfo", "UTC+02:00");
}

static void they_print_and_show_themselves_as_in_python(void **state)
{
    (void)state;
    is("d", "2026-11-21 10:30:05.250000");
    is("day", "2026-11-21");
    is("utc", "2026-11-21 10:30:00+02:00");
    is("[day, d]", "[datetime.date(2026, 11, 21), "
                   "datetime.datetime(2026, 11, 21, 10, 30, 5, 250000)]");
    is("d.isoformat() ~ ' ' ~ later.isoformat(' ') ~ ' ' ~ day.isoformat()",
       "2026-11-21T10:30:05.250000 2026-12-01 09:00:00 2026-11-21");
}

static void they_are_formatted(void **state)
{
    (void)state;
    is("d.strftime('%d %B %Y, %H:%M:%S.%f')", "21 November 2026, 10:30:05.250000");
    is("utc.strftime('%a %-d %b %y %z %j %%')", "Sat 21 Nov 26 +0200 325 %");
    is("'{:%Y/%m}|{}'.format(d, day)", "2026/11|2026-11-21");
    is("d.strftime('')", "");
    is("d.ctime()", "Sat Nov 21 10:30:05 2026");
}

static void they_count_days(void **state)
{
    (void)state;
    is("[d.weekday(), d.isoweekday(), d.toordinal(), d.isocalendar()]",
       "[5, 6, 739941, (2026, 47, 6)]");
    is("d.date()", "2026-11-21");
    is("utc.timestamp()", "1795249800.0");
}

static void they_have_an_order_and_a_distance(void **state)
{
    (void)state;
    is("d < later", "True");
    is("[later, d]|sort == [d, later]", "True");
    is("[later, day, d]|min", "2026-11-21");
    is("d.date() == day", "True");
    is("{day: 1}[d.date()]", "1");
    is("later - d", "9 days, 22:29:54.750000");
    is("d - later", "-10 days, 1:30:05.250000");
    is("(later - d).days", "9");
    is("(later - d).total_seconds()", "858594.75");
    is("d + (later - d) == later", "True");
    is("later - (later - d) == d", "True");
}

static void what_cannot_be_done_says_so(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value context = dict_new(&a, 1);
    struct date date;
    const char *tries[] = { "{{ d + 1 }}", "{{ d < 1 }}", "{{ d + d }}", "{{ d.strftime() }}",
                            "{{ d.strftime('%A' * 1000) }}" };

    assert_true(date_parse(S("2026-11-21"), 0, &date));
    dict_set(context, S("d"), datetime_new(&a, date));
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct outcome o = render_with(NULL, NULL, tries[i], context);

        assert_false(o.good);
        outcome_free(&o);
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_have_parts),
        cmocka_unit_test(they_print_and_show_themselves_as_in_python),
        cmocka_unit_test(they_are_formatted),
        cmocka_unit_test(they_count_days),
        cmocka_unit_test(they_have_an_order_and_a_distance),
        cmocka_unit_test(what_cannot_be_done_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
