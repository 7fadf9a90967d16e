/*
 * str_test.c - slices are compared, searched and cut
 */
#include "tests/unit/unit.h"
#include "vial/base/str.h"

static void the_empty_slice_is_equal_to_itself_whatever_it_points_to(void **state)
{
    (void)state;
    assert_true(str_eq(S(""), (str){ 0 }));
    assert_false(str_eq(S(""), S("a")));
    assert_true(str_starts(S("abc"), (str){ 0 }));
    assert_int_equal(str_find(S(""), S("a")), STR_NONE);
    assert_int_equal(str_find(S("abc"), S("")), 0);
}

static void order_is_by_bytes_and_the_shorter_is_less(void **state)
{
    (void)state;
    assert_true(str_cmp(S("a"), S("b")) < 0);
    assert_true(str_cmp(S("ab"), S("a")) > 0);
    assert_int_equal(str_cmp(S("a"), S("a")), 0);
    assert_true(str_cmp(S("a"), S("\xC3\xA9")) < 0);
    assert_true(str_cmp((str){ 0 }, S("a")) < 0);
}

static void case_is_ascii_s(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_true(str_ieq(S("Content-Type"), S("content-TYPE")));
    assert_false(str_ieq(S("\xC3\x89"), S("\xC3\xA9")));
    assert_str(str_lower(&a, S("ABC \xC3\x89")), "abc \xC3\x89");
    str small = S("abc");
    assert_ptr_equal(str_lower(&a, small).p, small.p);
    arena_free(&a);
}

static void what_is_outside_a_slice_is_cut_off(void **state)
{
    (void)state;
    assert_str(str_slice(S("hello"), 1, 3), "el");
    assert_str(str_slice(S("hello"), 3, 99), "lo");
    assert_str(str_slice(S("hello"), 99, 1), "");
    assert_int_equal(str_from((str){ 0 }, 5).len, 0);
}

static void a_loop_of_cuts_sees_each_part(void **state)
{
    (void)state;
    str rest = S("a,,b");

    assert_str(str_cut(&rest, ','), "a");
    assert_str(str_cut(&rest, ','), "");
    assert_str(str_cut(&rest, ','), "b");
    assert_int_equal(rest.len, 0);
}

static void lines_end_in_either_way(void **state)
{
    (void)state;
    str rest = S("one\r\ntwo\n\nfour"), line;

    assert_true(str_line(&rest, &line));
    assert_str(line, "one");
    assert_true(str_line(&rest, &line));
    assert_str(line, "two");
    assert_true(str_line(&rest, &line));
    assert_str(line, "");
    assert_true(str_line(&rest, &line));
    assert_str(line, "four");
    assert_false(str_line(&rest, &line));
}

static void white_space_is_trimmed_at_both_ends(void **state)
{
    (void)state;
    assert_str(str_trim(S(" \t a b \n")), "a b");
    assert_str(str_trim(S("   ")), "");
    assert_str(str_trim((str){ 0 }), "");
}

static void numbers_are_whole_and_fit(void **state)
{
    (void)state;
    int64_t n;

    assert_true(str_int(S("-9223372036854775808"), &n));
    assert_true(n == INT64_MIN);
    assert_true(str_int(S("9223372036854775807"), &n));
    assert_true(n == INT64_MAX);
    assert_false(str_int(S("9223372036854775808"), &n));
    assert_false(str_int(S("-9223372036854775809"), &n));
    assert_false(str_int(S(""), &n));
    assert_false(str_int(S("-"), &n));
    assert_false(str_int(S("+1"), &n));
    assert_false(str_int(S("1 "), &n));
}

static void decimals_are_read_as_they_are_written(void **state)
{
    (void)state;
    double d;

    assert_true(str_float(S("-1.5"), &d) && d == -1.5);
    assert_true(str_float(S("+12"), &d) && d == 12);
    assert_true(str_float(S(".5"), &d) && d == 0.5);
    assert_true(str_float(S("3."), &d) && d == 3);
    assert_true(str_float(S("2.5e-1"), &d) && d == 0.25);
    assert_true(
        str_float(S("0000000000000000000000000000000000000000000000000000000000000000007"), &d) &&
        d == 7);
    for (const char *const *bad =
             (const char *const[]){ "", ".", "-", "e1", "1e", "1e+", "0x1", "inf", "nan", "1 ",
                                    " 1", "1.2.3", "1_0", NULL };
         *bad; bad++)
        assert_false(str_float(str_of(*bad), &d));
}

static void searching_finds_the_first_and_the_last(void **state)
{
    (void)state;
    assert_int_equal(str_find(S("abcabc"), S("ca")), 2);
    assert_int_equal(str_find_char(S("abcabc"), 'b'), 1);
    assert_int_equal(str_rfind_char(S("abcabc"), 'b'), 4);
    assert_int_equal(str_rfind_char(S("abc"), 'x'), STR_NONE);
}

static void parts_are_joined(void **state)
{
    (void)state;
    struct arena a = { 0 };
    str parts[] = { S("a"), { 0 }, S("c") };

    assert_str(str_join(&a, parts, 3, S("/")), "a//c");
    assert_str(str_join(&a, parts, 0, S("/")), "");
    assert_str(str_fmt(&a, "%d-%s", 7, "x"), "7-x");
    str large = str_fmt(&a, "%01000d", 7); /* more than is formatted at once */
    assert_int_equal(large.len, 1000);
    assert_int_equal(large.p[999], '7');
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_slice_is_equal_to_itself_whatever_it_points_to),
        cmocka_unit_test(order_is_by_bytes_and_the_shorter_is_less),
        cmocka_unit_test(case_is_ascii_s),
        cmocka_unit_test(what_is_outside_a_slice_is_cut_off),
        cmocka_unit_test(a_loop_of_cuts_sees_each_part),
        cmocka_unit_test(lines_end_in_either_way),
        cmocka_unit_test(white_space_is_trimmed_at_both_ends),
        cmocka_unit_test(numbers_are_whole_and_fit),
        cmocka_unit_test(decimals_are_read_as_they_are_written),
        cmocka_unit_test(searching_finds_the_first_and_the_last),
        cmocka_unit_test(parts_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
