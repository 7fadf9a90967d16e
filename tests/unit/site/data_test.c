/* data_test.c - files of data, as far as golden sites, which are UTF-8, cannot show them */
#include "vial/site/inside.h"

#include "tests/unit/unit.h"

static struct arena a;

/* "ok", or the error's first line. */
static const char *outcome(const char *file, const char *text)
{
    struct error err = { 0 };
    struct buf message = buf_in(&a);
    str source = str_of(text);
    value v;

    if (data_parse(&v, str_of(file), (struct place){ str_of(file), source, 0, source.len }, &a,
                   &err))
        buf_lit(&message, "ok");
    else
        error_print(&err, ERROR_BRIEF, &message);
    error_free(&err);
    return buf_cstr(&message);
}

static void data_is_utf8_in_every_format(void **state)
{
    (void)state;
    assert_string_equal(outcome("a.csv", "town,km\nK\xF6ln,1\n"),
                        "a.csv:2:2: this is not UTF-8: the byte 0xF6 cannot stand here\n");
    assert_string_equal(outcome("a.toml", "town = \"K\xF6ln\"\n"),
                        "a.toml:1:10: this is not UTF-8: the byte 0xF6 cannot stand here\n");
    assert_string_equal(outcome("a.json", "[\"K\xF6ln\"]"),
                        "a.json:1:4: this is not UTF-8: the byte 0xF6 cannot stand here\n");
    assert_string_equal(outcome("a.yaml", "K\xF6ln"),
                        "a.yaml:1:2: this is not UTF-8: the byte 0xF6 cannot stand here\n");
    assert_string_equal(outcome("a.csv", "\xEF\xBB\xBFtown,km\nK\xC3\xB6ln,1\n"), "ok");
}

static void columns_without_a_name_are_no_two_of_one_name(void **state)
{
    (void)state;
    assert_string_equal(outcome("a.csv", "town,,\nBonn,,\n\n"), "ok");
    assert_string_equal(outcome("a.csv", "town,km,town\nBonn,,\n"),
                        "a.csv:1:1: two columns have the name 'town'\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_is_utf8_in_every_format),
        cmocka_unit_test(columns_without_a_name_are_no_two_of_one_name),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&a);
    return failed;
}
