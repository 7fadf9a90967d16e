/*
 * utf8_test.c - text as code points
 */
#include "tests/unit/unit.h"
#include "vial/base/utf8.h"

static void every_code_point_goes_there_and_back(void **state)
{
    (void)state;
    char bytes[UTF8_MAX];

    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        str s = str_n(bytes, utf8_encode(bytes, c));

        assert_true(utf8_valid(s, NULL));
        assert_int_equal(utf8_next(&s), c);
        assert_int_equal(s.len, 0);
    }
}

static void what_is_no_utf8_has_an_offset(void **state)
{
    (void)state;
    static const char *const bad[] = { "\x80",
                                       "\xC0\x80",
                                       "\xC1\xBF",
                                       "\xE0\x80\x80",
                                       "\xED\xA0\x80",
                                       "\xF0\x80\x80\x80",
                                       "\xF4\x90\x80\x80",
                                       "\xF5\x80\x80\x80",
                                       "\xC3",
                                       "\xE2\x82",
                                       "\xFF" };
    char text[64] = "twelve bytes";
    size_t at;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        strcpy(text + 12, bad[i]);
        assert_false(utf8_valid(str_of(text), &at));
        assert_int_equal(at, 12);
    }
    assert_true(utf8_valid(S("all is well \xE2\x82\xAC, \xF0\x9F\x98\x80"), &at));
}

static void bad_bytes_are_replaced_one_by_one(void **state)
{
    (void)state;
    struct arena a = { 0 };
    str good = S("good \xE2\x82\xAC");

    assert_str(utf8_mended(&a, S("a\xFF\xE2\x82z")), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    assert_ptr_equal(utf8_mended(&a, good).p, good.p);
    arena_free(&a);
}

static void counting_is_by_code_points(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(S("")), 0);
    assert_int_equal(utf8_count(S("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z and some more text")),
                     24);
    assert_int_equal(utf8_offset(S("a\xC3\xA9\xE2\x82\xACz"), 3), 6);
    assert_int_equal(utf8_offset(S("abc"), 99), 3);
    assert_true(utf8_ascii(S("0123456789 plain")));
    assert_false(utf8_ascii(S("0123456789 plain\xC3\xA9")));
}

static void what_is_no_code_point_is_written_as_the_replacement(void **state)
{
    (void)state;
    char bytes[UTF8_MAX];

    assert_int_equal(utf8_encode(bytes, 0xD800), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    assert_int_equal(utf8_encode(bytes, 0x110000), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(what_is_no_utf8_has_an_offset),
        cmocka_unit_test(bad_bytes_are_replaced_one_by_one),
        cmocka_unit_test(counting_is_by_code_points),
        cmocka_unit_test(what_is_no_code_point_is_written_as_the_replacement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
