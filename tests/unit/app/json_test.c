/*
 * json_test.c - JSON is read and written by RFC 8259: nothing lost, nothing guessed, and faults
 * told with their place
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/app/json.h"
#include <cmocka.h>

static struct arena arena;
static struct error err;

static int end(void **state)
{
    (void)state;
    error_free(&err);
    arena_free(&arena);
    return 0;
}

static bool parse(const char *text, value *v)
{
    return json_parse(v, (struct place){ S("a.json"), str_of(text), 0, strlen(text) }, &arena,
                      &err);
}

static const char *again(const char *text)
{
    struct buf out = buf_in(&arena);
    value v;

    assert_true(parse(text, &v));
    assert_true(json_print(v, &out));
    return buf_cstr(&out);
}

static const char *complaint(const char *text)
{
    value v;

    assert_false(parse(text, &v));
    return str_fmt(&arena, "%u:%u: %.*s", err.line, err.col, STR(err.sentence)).p;
}

static void what_is_read_is_written_again(void **state)
{
    (void)state;
    assert_string_equal(again("{\"b\":1,\"a\":[true,false,null,{}],\"c\":[]}"),
                        "{\"b\": 1, \"a\": [true, false, null, {}], \"c\": []}");
    assert_string_equal(again(" \t\r\n-0.5e1 "), "-5.0");
    assert_string_equal(again("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e4\\ud83d\\ude00\""),
                        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\xc3\xa4\xf0\x9f\x98\x80\"");
    assert_string_equal(again("[NaN, Infinity, -Infinity]"), "[NaN, Infinity, -Infinity]");
    assert_string_equal(again("{\"a\": 1, \"a\": 2}"), "{\"a\": 2}");
    assert_string_equal(again("\xEF\xBB\xBF"
                              "1"),
                        "1");
}

static void numbers_lose_nothing(void **state)
{
    (void)state;
    assert_string_equal(again("9223372036854775807"), "9223372036854775807");
    assert_string_equal(again("-9223372036854775808"), "-9223372036854775808");
    assert_string_equal(again("123456789012345678901234567890"), "123456789012345678901234567890");
    assert_string_equal(again("-9223372036854775809"), "-9223372036854775809");
    assert_string_equal(again("0.1"), "0.1");
    assert_string_equal(again("1e300"), "1e+300");
}

static void half_a_surrogate_pair_is_replaced(void **state)
{
    (void)state;
    assert_string_equal(again("\"\\ud83dx\""), "\"\xef\xbf\xbdx\"");
    assert_string_equal(again("\"\\ude00\""), "\"\xef\xbf\xbd\"");
    assert_string_equal(again("\"\\ud83d\\u0041\""), "\"\xef\xbf\xbd"
                                                     "A\"");
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    (void)state;
    assert_string_equal(complaint(""), "1:1: a value is missing here");
    assert_string_equal(complaint("[1,\n 2 3]"), "2:4: a ',' or ']' is missing here");
    assert_string_equal(complaint("[1, 2"), "1:1: this list is not ended by a ']'");
    assert_string_equal(complaint("{\"a\" 1}"), "1:6: a ':' is missing after the key");
    assert_string_equal(complaint("{a: 1}"), "1:2: a key is missing here: text in double quotes");
    assert_string_equal(complaint("{\"a\": 1,}"),
                        "1:9: a key is missing here: text in double quotes");
    assert_string_equal(complaint("\"a"), "1:1: this text is not ended by a '\"'");
    assert_string_equal(complaint("\"a\nb\""),
                        "1:3: a control character in text must be written as an escape");
    assert_string_equal(complaint("\"\\x\""), "1:3: there is no such escape");
    assert_string_equal(complaint("\"\\u12\""), "1:6: '\\u' needs four hexadecimal digits");
    assert_string_equal(complaint("012"), "1:1: a number does not begin with a 0");
    assert_string_equal(complaint("1."), "1:3: a digit is missing after the '.'");
    assert_string_equal(complaint("1 2"), "1:3: the value has ended, and this is too much");
    assert_string_equal(complaint("[\"\xff\"]"), "1:3: this is not UTF-8");
    assert_string_equal(complaint("tru"), "1:1: a value is missing here");
}

static void nesting_has_an_end(void **state)
{
    struct buf deep = buf_in(&arena);

    (void)state;
    for (int i = 0; i < 1000000; i++)
        buf_addc(&deep, '[');
    assert_string_equal(complaint(buf_cstr(&deep)), "1:201: this is nested too deeply");
}

static void what_json_cannot_say_is_refused(void **state)
{
    struct buf out = buf_in(&arena);

    (void)state;
    assert_false(json_print(value_undefined(), &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, end)
        T(what_is_read_is_written_again),
        T(numbers_lose_nothing),
        T(half_a_surrogate_pair_is_replaced),
        T(what_is_wrong_is_told_at_its_place),
        T(nesting_has_an_end),
        T(what_json_cannot_say_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
