/* heading_test.c - the ids of headings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/markdown/markdown.h"

static struct arena a;

static const char *slug(const char *text)
{
    return str_cstr(&a, markdown_slug(&a, str_of(text)));
}

static struct markdown page(const char *text)
{
    struct error err = { 0 };
    struct markdown out;

    assert_true(markdown_render(&out, S("a.md"), str_of(text), NULL, &a, &err));
    return out;
}

/* "level id; level id; " of all headings. */
static const char *ids(const char *text)
{
    struct markdown out = page(text);
    struct buf list = buf_in(&a);

    for (size_t i = 0; i < out.nheadings; i++)
        buf_addf(&list, "%u %.*s; ", out.headings[i].level, STR(out.headings[i].id));
    return buf_cstr(&list);
}

static void letters_become_small_and_spaces_dashes(void **state)
{
    (void)state;
    assert_string_equal(slug("Getting Started"), "getting-started");
    assert_string_equal(slug("  Two  spaces "), "two--spaces");
}

static void signs_go_but_dashes_and_underscores_stay(void **state)
{
    (void)state;
    assert_string_equal(slug("What's new in v1.0?"), "whats-new-in-v10");
    assert_string_equal(slug("snake_case - and-dash"), "snake_case---and-dash");
    assert_string_equal(slug("C++ & C#"), "c--c");
}

static void letters_of_all_scripts_stay(void **state)
{
    (void)state;
    assert_string_equal(slug("Größe ÄÖÜ"), "größe-äöü");
    assert_string_equal(slug("日本語 テスト"), "日本語-テスト");
    assert_string_equal(slug("Привет, Мир!"), "привет-мир");
    assert_string_equal(slug("हिन्दी"), "हिन्दी"); /* with its vowel signs */
    assert_string_equal(slug("٣ Ⅷ ⓐ"), "٣-ⅷ-ⓐ");
}

static void signs_alone_are_still_a_section(void **state)
{
    (void)state;
    assert_string_equal(slug("!!!"), "section");
    assert_string_equal(slug("🎉"), "section");
    assert_string_equal(ids("# 🎉\n# !"), "1 section; 1 section-1; ");
}

static void a_repeated_id_gets_a_number(void **state)
{
    (void)state;
    assert_string_equal(ids("# Setup\n## Setup\n# Setup"), "1 setup; 2 setup-1; 1 setup-2; ");
}

static void a_number_that_is_taken_is_passed_over(void **state)
{
    (void)state;
    assert_string_equal(ids("# A-1\n# A\n# A\n# A\n# A-1"), "1 a-1; 1 a; 1 a-2; 1 a-3; 1 a-1-1; ");
}

static void markup_is_no_part_of_the_id_but_code_is(void **state)
{
    (void)state;
    assert_string_equal(ids("# *The* `vial.yaml` [file](x.md)"), "1 the-vialyaml-file; ");
}

static void all_kinds_of_headings_are_listed(void **state)
{
    (void)state;
    assert_string_equal(ids("One\n===\n\nTwo\n---\n\n> ### Three\n\n- #### Four #"),
                        "1 one; 2 two; 3 three; 4 four; ");
}

static void a_heading_knows_its_text_html_and_line(void **state)
{
    struct markdown out = page("text\n\n[x]: /y\nTwo *lines*\n  of `it`\n====");

    (void)state;
    assert_int_equal(out.nheadings, 1);
    assert_string_equal(str_cstr(&a, out.headings[0].text), "Two lines of it");
    assert_string_equal(str_cstr(&a, out.headings[0].html),
                        "Two <em>lines</em>\nof <code>it</code>");
    assert_int_equal(out.headings[0].line, 4);
}

static void its_html_can_stand_in_a_link(void **state)
{
    struct markdown out = page("# A [b](c) <i>d</i>[^1] ![e](f)\n\n[^1]: g");

    (void)state;
    assert_string_equal(str_cstr(&a, out.headings[0].html), "A b d <img src=\"f\" alt=\"e\" />");
    assert_non_null(
        strstr(str_cstr(&a, out.html), "<h1 id=\"a-b-d\">A <a href=\"c\">b</a> <i>d</i>"));
}

static void plain_mode_writes_no_ids(void **state)
{
    struct markdown_options options = { .plain = true };
    struct error err = { 0 };
    struct markdown out;

    (void)state;
    assert_true(markdown_render(&out, S("a.md"), S("# A"), &options, &a, &err));
    assert_string_equal(str_cstr(&a, out.html), "<h1>A</h1>\n");
    assert_int_equal(out.headings[0].id.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_become_small_and_spaces_dashes),
        cmocka_unit_test(signs_go_but_dashes_and_underscores_stay),
        cmocka_unit_test(letters_of_all_scripts_stay),
        cmocka_unit_test(signs_alone_are_still_a_section),
        cmocka_unit_test(a_repeated_id_gets_a_number),
        cmocka_unit_test(a_number_that_is_taken_is_passed_over),
        cmocka_unit_test(markup_is_no_part_of_the_id_but_code_is),
        cmocka_unit_test(all_kinds_of_headings_are_listed),
        cmocka_unit_test(a_heading_knows_its_text_html_and_line),
        cmocka_unit_test(its_html_can_stand_in_a_link),
        cmocka_unit_test(plain_mode_writes_no_ids),
    };

    markdown_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
