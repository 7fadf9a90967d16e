/* Names of files and titles as parts of an address. */
#include "fixture.h"
#include "vial/site/slug.h"

static struct arena a;

static const char *slug(const char *name)
{
    return str_cstr(&a, slug_of(&a, str_of(name)));
}

static void words_are_joined_by_one_hyphen(void **state)
{
    (void)state;
    assert_string_equal(slug("Hello,  World!"), "hello-world");
    assert_string_equal(slug("  a -- b  "), "a-b");
    assert_string_equal(slug("rock & roll"), "rock-roll");
}

static void dots_and_underscores_stay_within_a_word(void **state)
{
    (void)state;
    assert_string_equal(slug("Release 1.2.md_x"), "release-1.2.md_x");
    assert_string_equal(slug("..hidden.."), "hidden");
    assert_string_equal(slug("_private_"), "private");
}

static void an_apostrophe_leaves_no_trace(void **state)
{
    (void)state;
    assert_string_equal(slug("don't"), "dont");
    assert_string_equal(slug("l\u2019eau"), "leau");
}

static void letters_of_every_script_stay_and_are_folded(void **state)
{
    (void)state;
    assert_string_equal(slug("Über uns"), "über-uns");
    assert_string_equal(slug("Straße"), "strasse");
    assert_string_equal(slug("日本語 の ページ"), "日本語-の-ページ");
    assert_string_equal(slug("ΟΔΟΣ"), "οδοσ");
}

static void one_name_in_two_spellings_is_one_slug(void **state)
{
    (void)state;
    assert_string_equal(slug("u\u0308ber"), slug("\u00fcber"));
    assert_string_equal(slug("\ufb01n"), "fin");
    assert_string_equal(slug("\uff21\uff22"), "ab");
}

static void signs_alone_are_no_slug(void **state)
{
    (void)state;
    assert_string_equal(slug("!?"), "");
    assert_string_equal(slug(""), "");
}

static void a_name_reads_as_a_title(void **state)
{
    (void)state;
    assert_string_equal(str_cstr(&a, slug_title(&a, S("my-first_page"))), "My first page");
    assert_string_equal(str_cstr(&a, slug_title(&a, S("über-uns"))), "Über uns");
}

static int end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_joined_by_one_hyphen),
        cmocka_unit_test(dots_and_underscores_stay_within_a_word),
        cmocka_unit_test(an_apostrophe_leaves_no_trace),
        cmocka_unit_test(letters_of_every_script_stay_and_are_folded),
        cmocka_unit_test(one_name_in_two_spellings_is_one_slug),
        cmocka_unit_test(signs_alone_are_no_slug),
        cmocka_unit_test(a_name_reads_as_a_title),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
