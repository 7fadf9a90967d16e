/*
 * unicode_test.c - case and normal forms, as Python has them
 */
#include "tests/unit/unit.h"
#include "vial/base/unicode.h"

static void case_goes_beyond_ascii(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(unicode_upper(&a, S("stra\xC3\x9F"
                                   "e")),
               "STRASSE");
    assert_str(unicode_lower(&a, S("\xCE\x91\xCE\xA3")), "\xCE\xB1\xCF\x82"); /* final sigma */
    assert_str(unicode_casefold(&a, S("Stra\xC3\x9F"
                                      "e")),
               "strasse");
    assert_str(unicode_upper(&a, S("abc")), "ABC");
    arena_free(&a);
}

static void nothing_is_copied_when_nothing_changes(void **state)
{
    (void)state;
    struct arena a = { 0 };
    str small = S("abc"), large = S("ABC 1");

    assert_ptr_equal(unicode_lower(&a, small).p, small.p);
    assert_ptr_equal(unicode_upper(&a, large).p, large.p);
    assert_ptr_equal(unicode_nfkd(&a, small).p, small.p);
    assert_int_equal(unicode_lower(&a, (str){ 0 }).len, 0);
    arena_free(&a);
}

static void normal_forms_take_apart_and_put_together(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(unicode_nfkd(&a, S("\xC3\xA9\xEF\xAC\x81")), "e\xCC\x81"
                                                            "fi");
    assert_str(unicode_nfc(&a, S("e\xCC\x81")), "\xC3\xA9");
    arena_free(&a);
}

static void what_is_no_utf8_is_mended(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(unicode_upper(&a, S("a\xFF"
                                   "b")),
               "A\xEF\xBF\xBD"
               "B");
    arena_free(&a);
}

static void code_points_have_kinds(void **state)
{
    (void)state;
    assert_true(unicode_is_letter(0xE9));
    assert_true(unicode_is_letter(0x4E2D));
    assert_false(unicode_is_letter('1'));
    assert_true(unicode_is_number(0x0663));
    assert_true(unicode_is_mark(0x0301));
    assert_true(unicode_is_space(0x00A0));
    assert_true(unicode_is_space(0x3000));
    assert_true(unicode_is_space(0x1C));
    assert_false(unicode_is_space(0x200B));
    assert_int_equal(unicode_titlecase('a'), 'A');
    assert_int_equal(unicode_titlecase(0x01C6), 0x01C5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_goes_beyond_ascii),
        cmocka_unit_test(nothing_is_copied_when_nothing_changes),
        cmocka_unit_test(normal_forms_take_apart_and_put_together),
        cmocka_unit_test(what_is_no_utf8_is_mended),
        cmocka_unit_test(code_points_have_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
