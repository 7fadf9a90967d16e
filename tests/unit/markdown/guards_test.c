/* guards_test.c - texts that were made to hurt the parser are read in a moment, or refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/markdown/markdown.h"
#include <limits.h>
#include <time.h>

enum { SIZE = 64 << 10, MOST_SECONDS = 3 }; /* under the sanitizers; unguarded, some took 20 */

static struct arena a;

static str repeated(const char *head, const char *piece, size_t times)
{
    struct buf text = buf_in(&a);

    buf_add(&text, str_of(head));
    while (times--)
        buf_add(&text, str_of(piece));
    return buf_str(&text);
}

static str filled(const char *head, const char *piece)
{
    return repeated(head, piece, SIZE / strlen(piece));
}

/* "ok", or the error's first line. */
static const char *outcome_with(str text, const struct markdown_options *options)
{
    struct error err = { 0 };
    struct markdown out;
    struct arena page = { 0 };
    struct buf message = buf_in(&a);
    clock_t start = clock();

    if (markdown_render(&out, S("a.md"), text, options, &page, &err))
        buf_lit(&message, "ok");
    else
        error_print(&err, ERROR_BRIEF, &message);
    error_free(&err);
    arena_free(&page);
    assert_true(clock() - start < MOST_SECONDS * CLOCKS_PER_SEC);
    return buf_cstr(&message);
}

static const char *outcome(str text)
{
    return outcome_with(text, NULL);
}

static void half_of_anything_is_read_in_a_moment(void **state)
{
    static const char *const halves[] = {
        "[",
        "![",
        "a]",
        "![[]()",
        "[a](",
        "[a](b \"c",
        "[a](<b",
        "<!-- ",
        "a <!A ",
        "a <?",
        "a <![CDATA[",
        "a <a b='",
        "`a``b```c",
        "*a **a ",
        "_a ",
        "a_ ",
        "~a ",
        "*a_ ",
        "http://",
        "http://a ",
        "http://a<",
        "www.",
        "www._",
        "*www.a<",
        "_www._",
        "a@",
        "a@a.",
        "a_b@",
        "mailto:a@b.c/",
        "&",
        "&aaaaaaaa",
        "\\",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "[^a]",
        "[^a]:",
        "[a]: b \"c\n",
        "|",
        "|x",
        "|-|\nx\n",
        "x\n|--|--|\n",
        "a|b\n-|-|-\n",
        "x|x|x\n",
        "a\n=\n",
        "<div>\n",
        "```\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
        outcome(filled("", halves[i]));
    outcome(filled("http://a", ")"));
    outcome(filled("www.a.b", ";"));
    outcome(filled("[a]", "(("));
    outcome(filled("a|b\n-|-\n", "\\|"));
}

static void many_links_on_a_line_are_found_in_a_moment(void **state)
{
    (void)state;
    assert_string_equal(outcome(filled("", "[a](b) ")), "ok");
    assert_string_equal(outcome(filled("a|b\n-|-\n", "[a](b) ")), "ok");
    assert_string_equal(outcome(filled("", "a@b.co ")), "ok");
}

static void a_row_of_a_wide_table_may_not_be_short_too_often(void **state)
{
    struct buf text = buf_in(&a);

    (void)state;
    buf_add(&text, repeated("", "x|", 8000));
    buf_add(&text, repeated("\n", "-|", 8000));
    buf_add(&text, repeated("\n", "a\n", 16000));
    assert_string_equal(outcome(buf_str(&text)),
                        "a.md:25:1: this Markdown costs too much to read\n");
}

static void a_long_definition_may_not_be_used_too_often(void **state)
{
    struct buf text = buf_in(&a);

    (void)state;
    buf_add(&text, repeated("[a]: /", "x", SIZE / 2));
    buf_add(&text, repeated("\n\n", "[a] ", SIZE / 8));
    assert_string_equal(outcome(buf_str(&text)),
                        "a.md:3:1: this Markdown costs too much to read\n");
}

static void brackets_are_weighed_before_they_are_parsed(void **state)
{
    (void)state;
    assert_string_equal(outcome(filled("one\n\n", "![[]()")),
                        "a.md:3:1: this Markdown costs too much to read\n");
}

static void what_markdown_was_given_besides_is_read_in_a_moment(void **state)
{
    static const char *const halves[] = {
        "::: a\n", "!!! note\n", "=== \"a\"\n", "\"a",  "'a ",    "==a ",  "^a",  "~a ",       ":a",
        ":::\n",   "a\n: b\n\n", "*[a]: b\n",   "{.a}", "*a*{.a", "# a {", "[^a", "[TOC]\n\n",
    };
    const struct markdown_options all = { .with = UINT_MAX };
    const struct markdown_options python = { .with = UINT_MAX, .profile = MARKDOWN_PYTHON };

    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        outcome_with(repeated("", halves[i], 2 * SIZE / strlen(halves[i])), &all);
        outcome_with(filled("", halves[i]), &python);
    }
    assert_string_equal(outcome_with(repeated("a\n\n", "\"a", SIZE), &all),
                        "a.md:3:1: this Markdown costs too much to read\n");
}

static void after_a_refusal_the_next_text_is_read_as_ever(void **state)
{
    (void)state;
    outcome(filled("", "![[]()"));
    assert_string_equal(outcome(S("*fine* www.a.b")), "ok");
}

static void an_honest_large_text_is_not_refused(void **state)
{
    (void)state;
    assert_string_equal(outcome(repeated("",
                                         "A line of *text* with a [link](to.md), `code`,\n"
                                         "an <https://a.b> and a [^note].\n\n- item\n\n"
                                         "| a | b |\n|---|---|\n| c | d |\n\n",
                                         8000)),
                        "ok");
    assert_string_equal(outcome(repeated("a|b|c|d|e|f\n-|-|-|-|-|-\n", "1|2|3|4|5|6\n", 20000)),
                        "ok");
    assert_string_equal(outcome(repeated("", "*a*_b_`c`", 3000)), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_of_anything_is_read_in_a_moment),
        cmocka_unit_test(many_links_on_a_line_are_found_in_a_moment),
        cmocka_unit_test(a_row_of_a_wide_table_may_not_be_short_too_often),
        cmocka_unit_test(a_long_definition_may_not_be_used_too_often),
        cmocka_unit_test(brackets_are_weighed_before_they_are_parsed),
        cmocka_unit_test(what_markdown_was_given_besides_is_read_in_a_moment),
        cmocka_unit_test(after_a_refusal_the_next_text_is_read_as_ever),
        cmocka_unit_test(an_honest_large_text_is_not_refused),
    };

    markdown_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
