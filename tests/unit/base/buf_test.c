/*
 * buf_test.c - text that grows at its end
 */
#include "tests/unit/unit.h"
#include "vial/base/buf.h"
#include <limits.h>
#include <stdio.h>

static void it_grows_on_the_heap_and_in_an_arena_alike(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct buf heap = { 0 }, inside = buf_in(&a);

    for (int i = 0; i < 1000; i++) {
        buf_addf(&heap, "%d,", i);
        buf_addf(&inside, "%d,", i);
        if (i % 7 == 0)
            arena_alloc(&a, 3); /* so that it cannot always grow in place */
    }
    assert_true(str_eq(buf_str(&heap), buf_str(&inside)));
    assert_true(str_ends(buf_str(&heap), S("998,999,")));
    buf_free(&heap);
    assert_int_equal(heap.len, 0);
    arena_free(&a);
}

#define PRINTS_AS_THE_LIBRARY(...)                                                                 \
    do {                                                                                           \
        char expected[400];                                                                        \
        struct buf b = { 0 };                                                                      \
        snprintf(expected, sizeof expected, __VA_ARGS__);                                          \
        buf_lit(&b, "before ");                                                                    \
        buf_addf(&b, __VA_ARGS__);                                                                 \
        assert_str(str_from(buf_str(&b), 7), expected);                                            \
        buf_free(&b);                                                                              \
    } while (0)

static void what_is_printed_here_is_what_the_library_prints(void **state)
{
    (void)state;
    const char *none = "";

    PRINTS_AS_THE_LIBRARY("nothing but text");
    PRINTS_AS_THE_LIBRARY("%s", none);
    PRINTS_AS_THE_LIBRARY("a %s b %.*s, %.*s.", "text", 3, "abcdef", 9, "short");
    PRINTS_AS_THE_LIBRARY("[%.*s] [%.*s]", 0, none, -1, "all of it");
    PRINTS_AS_THE_LIBRARY("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
    PRINTS_AS_THE_LIBRARY("%u %u", 0u, UINT_MAX);
    PRINTS_AS_THE_LIBRARY("%ld %ld %lld %lld", LONG_MAX, LONG_MIN, LLONG_MAX, LLONG_MIN);
    PRINTS_AS_THE_LIBRARY("%lu %llu %zu", ULONG_MAX, ULLONG_MAX, SIZE_MAX);
    PRINTS_AS_THE_LIBRARY("%zu %zd %hd %hhu", (size_t)7, (ssize_t)-7, (short)-3, (unsigned char)9);
    PRINTS_AS_THE_LIBRARY("%d%% of %s, and %05d %-6s| %x %c %.2f", 3, "it", 42, "left", 255, 'c',
                          1.005);
    PRINTS_AS_THE_LIBRARY("%s then %8.3f", "numbers that are taken back", 3.14159);
    PRINTS_AS_THE_LIBRARY("%*d and %.3s and %i", 6, 12, "abcdef", 5);
}

static void html_is_escaped_as_markupsafe_does(void **state)
{
    (void)state;
    struct buf b = { 0 };

    buf_add_html(&b, S("<a href=\"x\" title='y'>&amp; more</a>"));
    assert_str(buf_str(&b), "&lt;a href=&#34;x&#34; title=&#39;y&#39;&gt;&amp;amp; more&lt;/a&gt;");
    buf_clear(&b);
    buf_add_html(&b, S("nothing to escape, \xC3\xA9 neither"));
    assert_str(buf_str(&b), "nothing to escape, \xC3\xA9 neither");
    buf_clear(&b);
    buf_add_html(&b, S("&"));
    buf_add_html(&b, S(""));
    assert_str(buf_str(&b), "&amp;");
    buf_free(&b);
}

static void each_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    char text[80];

    for (size_t len = 1; len < sizeof text; len++)
        for (size_t at = 0; at < len; at++) {
            struct buf b = { 0 };

            memset(text, 'x', len);
            text[at] = '<';
            buf_add_html(&b, str_n(text, len));
            assert_int_equal(b.len, len + 3);
            assert_memory_equal(b.p + at, "&lt;", 4);
            buf_free(&b);
        }
}

static void no_other_byte_is_escaped(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        struct buf b = { 0 };
        char text[16];
        bool special = c && strchr("&<>\"'", c);

        memset(text, c, sizeof text);
        buf_add_html(&b, str_n(text, sizeof text));
        assert_int_equal(b.len == sizeof text, !special);
        if (!special)
            assert_memory_equal(b.p, text, sizeof text);
        buf_free(&b);
    }
}

static void integers_are_decimal(void **state)
{
    (void)state;
    struct buf b = { 0 };

    buf_add_int(&b, INT64_MIN);
    buf_addc(&b, ' ');
    buf_add_int(&b, 0);
    buf_addc(&b, ' ');
    buf_add_int(&b, INT64_MAX);
    assert_str(buf_str(&b), "-9223372036854775808 0 9223372036854775807");
    buf_free(&b);
}

static void the_c_string_leaves_the_length(void **state)
{
    (void)state;
    struct buf b = { 0 };

    assert_string_equal(buf_cstr(&b), "");
    buf_lit(&b, "abc");
    assert_string_equal(buf_cstr(&b), "abc");
    assert_int_equal(b.len, 3);
    buf_add_utf8(&b, 0x20AC);
    assert_str(buf_str(&b), "abc\xE2\x82\xAC");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_on_the_heap_and_in_an_arena_alike),
        cmocka_unit_test(what_is_printed_here_is_what_the_library_prints),
        cmocka_unit_test(html_is_escaped_as_markupsafe_does),
        cmocka_unit_test(each_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(no_other_byte_is_escaped),
        cmocka_unit_test(integers_are_decimal),
        cmocka_unit_test(the_c_string_leaves_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
