/* words_test.c - how long a text is to read */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/markdown/markdown.h"
#include "vial/markdown/words.h"

static size_t count(const char *text)
{
    struct words words = { 0 };

    words_add(&words, str_of(text));
    return words.count;
}

static size_t words_of(const char *markdown)
{
    struct arena a = { 0 };
    struct error err = { 0 };
    struct markdown out;

    assert_true(markdown_render(&out, S("a.md"), str_of(markdown), NULL, &a, &err));
    arena_free(&a);
    return out.words;
}

static void a_word_stands_between_spaces(void **state)
{
    (void)state;
    assert_int_equal(count(""), 0);
    assert_int_equal(count(" one,\ttwo.\nthree "), 3);
    assert_int_equal(count("don't well-known 3.14"), 3);
    assert_int_equal(count("no\u00A0break"), 2);
}

static void signs_alone_are_no_word(void **state)
{
    (void)state;
    assert_int_equal(count("a - b — c & 🎉"), 3);
}

static void chinese_and_japanese_are_counted_by_signs(void **state)
{
    (void)state;
    assert_int_equal(count("你好,世界。"), 4);
    assert_int_equal(count("テスト です"), 5);
    assert_int_equal(count("用 Rust 写"), 3);
    assert_int_equal(count("Rust语言"), 3);
}

static void korean_and_other_scripts_are_counted_by_spaces(void **state)
{
    (void)state;
    assert_int_equal(count("안녕하세요 세계"), 2);
    assert_int_equal(count("Привет, мир"), 2);
    assert_int_equal(count("e\u0301té"), 1);
}

static void thai_and_its_neighbours_are_counted_by_their_length(void **state)
{
    (void)state;
    assert_int_equal(count("ภาษาไทยง่ายนิดเดียว"), 5); /* ภาษา ไทย ง่าย นิด เดียว */
    assert_int_equal(count("ผม รัก vial 3.0"), 4);
    assert_int_equal(count("ພາສາລາວ"), 2);
    assert_int_equal(count("ភាសាខ្មែរ"), 3);
}

static void scripts_may_be_mixed(void **state)
{
    (void)state;
    assert_int_equal(count("東京タワーは333mです"), 9);
    assert_int_equal(count("한국어 日本語 ไทย English"), 6);
    assert_int_equal(count("서울에서 東京까지"), 4);
    assert_int_equal(count("カタ・カナ、ひら"), 6);
}

static void signs_are_told_apart_from_words(void **state)
{
    struct words words = { 0 };

    (void)state;
    words_add(&words, S("你好 world, テスト 한국어 ไทย"));
    assert_int_equal(words.count, 8);
    assert_int_equal(words.signs, 5);
}

/* Eight bytes are counted at once, so a word is put at each place among them, and cut at each. */
static void it_does_not_matter_where_a_word_lies(void **state)
{
    char text[41];

    (void)state;
    for (size_t from = 0; from < 40; from++) {
        for (size_t to = from + 1; to <= 40; to++) {
            struct words words = { 0 };

            memset(text, to % 3 ? ' ' : '\t', 40);
            memset(text + from, to % 2 ? 'z' : '9', to - from);
            text[from + (to - from) / 2] = (char)(to % 5 ? 'A' : '-');
            text[40] = '\0';
            words_add(&words, str_n(text, to - 1));
            words_add(&words, str_n(text + to - 1, 41 - to));
            assert_int_equal(words.count, to % 5 || to - from > 1 ? 1 : 0);
        }
    }
}

static void every_ascii_sign_is_told_from_letters_and_spaces(void **state)
{
    (void)state;
    for (int c = 1; c < 128; c++) {
        char alone[9] = { '-', '-', '-', (char)c, '-', '-', '-', '-' };
        char between[9] = { 'a', 'a', 'a', 'a', (char)c, 'b', 'b', 'b' };

        assert_int_equal(count(alone), is_alnum(c) ? 1 : 0);
        assert_int_equal(count(between), is_space(c) ? 2 : 1);
    }
}

static void a_word_may_come_in_pieces(void **state)
{
    struct words words = { 0 };

    (void)state;
    words_add(&words, S("un"));
    words_add(&words, S("believable"));
    words_break(&words);
    words_add(&words, S("yes"));
    assert_int_equal(words.count, 2);
}

static void markup_is_not_counted(void **state)
{
    (void)state;
    assert_int_equal(words_of("# One *tw*o\n\n[three](four \"five\") <b title=\"x y\">`six`</b>"),
                     4);
    assert_int_equal(words_of("|a|b|\n|-|-|\n|c d|e|\n\n- f\n- g"), 7);
    assert_int_equal(words_of("a\nb  \nc"), 3);
}

static void blocks_of_code_are_not_prose(void **state)
{
    (void)state;
    assert_int_equal(words_of("one\n\n```c\nint main(void)\n```\n\n    more code\n"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_stands_between_spaces),
        cmocka_unit_test(signs_alone_are_no_word),
        cmocka_unit_test(chinese_and_japanese_are_counted_by_signs),
        cmocka_unit_test(korean_and_other_scripts_are_counted_by_spaces),
        cmocka_unit_test(thai_and_its_neighbours_are_counted_by_their_length),
        cmocka_unit_test(scripts_may_be_mixed),
        cmocka_unit_test(signs_are_told_apart_from_words),
        cmocka_unit_test(it_does_not_matter_where_a_word_lies),
        cmocka_unit_test(every_ascii_sign_is_told_from_letters_and_spaces),
        cmocka_unit_test(a_word_may_come_in_pieces),
        cmocka_unit_test(markup_is_not_counted),
        cmocka_unit_test(blocks_of_code_are_not_prose),
    };

    markdown_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
