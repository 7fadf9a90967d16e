/*
 * plain_order_test.c - plain words, sorted with and without ICU
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/site/locale.h"
#include "vial/site/plain_order.h"
#include <stdlib.h>

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static int order(const char *a, const char *b)
{
    return sign(plain_order(str_of(a), str_of(b)));
}

static void words_come_by_letters_and_numbers_by_their_value(void **state)
{
    (void)state;
    assert_int_equal(order("apple", "Banana"), -1);
    assert_int_equal(order("a b", "a1"), -1);
    assert_int_equal(order("a1", "ab"), -1);
    assert_int_equal(order("part 9", "part 10"), -1);
    assert_int_equal(order("part 09", "part 9"), 0);
    assert_int_equal(order("part", "part 1"), -1);
}

static void case_counts_last(void **state)
{
    (void)state;
    assert_int_equal(order("apple", "Apple"), -1);
    assert_int_equal(order("Apple", "apples"), -1);
    assert_int_equal(order("aB", "Ab"), -1);
}

static void other_texts_and_languages_are_not_plain(void **state)
{
    (void)state;
    assert_false(plain_words(S("caf\xc3\xa9")));
    assert_false(plain_words(S("a\tb")));
    assert_true(plain_words(S("")));
    assert_true(plain_language(S("en")) && plain_language(S("pt-BR")));
    assert_false(plain_language(S("cs")) || plain_language(S("da")) ||
                 plain_language(S("de-u-co-phonebk")) || plain_language(S("")));
}

/* The same letter before both has ICU asked, and changes no order. */
static int by_icu(struct locale *locale, str a, str b, struct arena *arena)
{
    return sign(locale_compare(locale, str_fmt(arena, "\xc3\xa9%.*s", STR(a)),
                               str_fmt(arena, "\xc3\xa9%.*s", STR(b))));
}

static str some_words(unsigned *seed, struct arena *arena)
{
    static const char letters[] = "aAbBzZijyIJeE 0019aAbBzZ 0019_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    char text[12];
    size_t len = (size_t)rand_r(seed) % sizeof text;

    for (size_t i = 0; i < len; i++)
        text[i] = letters[(size_t)rand_r(seed) % (sizeof letters - 1)];
    return str_copy(arena, str_n(text, len));
}

static void it_is_the_order_of_icu_in_each_of_its_languages(void **state)
{
    static const char *const languages[] = { "en", "de", "fr", "it", "nl", "pt", "pt-BR", "en-GB" };
    struct error err = { 0 };
    unsigned seed = 1;

    (void)state;
    assert_true(locale_start(&err));
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct locale *locale = locale_open(str_of(languages[i]));

        assert_true(plain_language(str_of(languages[i])));
        for (int turn = 0; turn < 3000; turn++) {
            struct arena arena = { 0 };
            str a = some_words(&seed, &arena), b = some_words(&seed, &arena);
            int ours = sign(plain_order(a, b)), theirs = by_icu(locale, a, b, &arena);

            if (ours != theirs)
                fail_msg("%s: '%.*s' and '%.*s': %d, and by ICU %d", languages[i], STR(a), STR(b),
                         ours, theirs);
            arena_free(&arena);
        }
        locale_close(locale);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_by_letters_and_numbers_by_their_value),
        cmocka_unit_test(case_counts_last),
        cmocka_unit_test(other_texts_and_languages_are_not_plain),
        cmocka_unit_test(it_is_the_order_of_icu_in_each_of_its_languages),
    };

    return cmocka_run_group_tests_name("plain_order", tests, NULL, NULL);
}
