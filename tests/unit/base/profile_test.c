/*
 * profile_test.c - where the time goes: noted only when asked, by kind and name, the longest first
 */
#include "tests/unit/unit.h"
#include "vial/base/date.h"
#include "vial/base/profile.h"

static void nothing_is_noted_unless_somebody_asks(void **state)
{
    (void)state;
    size_t count;

    assert_int_equal(profile_begin(), 0);
    profile_end(profile_begin(), "partial", S("a.html"), false);
    profile_start();
    profile_lines(&count);
    assert_int_equal(count, 0);
    profile_stop();
}

/* Spends about `ms` of this thread's time. */
static void work(const char *kind, str name, int64_t ms, bool spared)
{
    int64_t begun = profile_begin();

    while (now_thread_ns() - begun < ms * 1000000)
        ;
    profile_end(begun, kind, name, spared);
}

static void what_took_longest_stands_first(void **state)
{
    (void)state;
    size_t count;

    profile_start();
    work("partial", S("short.html"), 1, false);
    work("partial", S("long.html"), 6, false);
    work("template", S("short.html"), 3, false);
    work("partial", S("short.html"), 0, true);
    const struct profile_line *lines = profile_lines(&count);
    assert_int_equal(count, 3);
    assert_true(str_eq(lines[0].name, S("long.html")));
    assert_true(str_eq(lines[1].kind, S("template")));
    assert_true(str_eq(lines[2].kind, S("partial")) && str_eq(lines[2].name, S("short.html")));
    assert_int_equal(lines[2].count, 2);
    assert_int_equal(lines[2].spared, 1);
    assert_true(lines[0].nanoseconds >= 6000000);
    profile_stop();
    assert_int_equal(profile_begin(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_noted_unless_somebody_asks),
        cmocka_unit_test(what_took_longest_stands_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
