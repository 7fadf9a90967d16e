/* source_test.c - links and images are told with the place where they really stand */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/markdown/markdown.h"

static struct arena a;

/* "line:col url, ..." of all links and images. */
static const char *places_from(const char *text, unsigned first_line)
{
    struct markdown_options options = { .first_line = first_line };
    struct error err = { 0 };
    struct markdown out;
    struct buf list = buf_in(&a);

    assert_true(markdown_render(&out, S("a.md"), str_of(text), &options, &a, &err));
    for (size_t i = 0; i < out.nlinks; i++)
        buf_addf(&list, "%s%u:%u %.*s", i ? ", " : "", out.links[i].line, out.links[i].col,
                 STR(out.links[i].url));
    return buf_cstr(&list);
}

static const char *places(const char *text)
{
    return places_from(text, 0);
}

static void a_column_counts_code_points(void **state)
{
    (void)state;
    assert_string_equal(places("[a](b)"), "1:1 b");
    assert_string_equal(places("Größe 日本 [a](b) ![c](d)"), "1:10 b, 1:17 d");
}

static void the_text_may_begin_further_down_in_its_file(void **state)
{
    (void)state;
    assert_string_equal(places_from("\n[a](b)", 7), "8:1 b");
}

static void lines_of_a_paragraph_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(places("one\n[a](b) two\n  three [c](d)\n\tfour [e](f)"),
                        "2:1 b, 3:9 d, 4:7 f");
}

static void a_link_stands_where_it_begins(void **state)
{
    (void)state;
    assert_string_equal(places("x [a\nb\nc](d) [e](f)"), "1:3 d, 3:7 f");
    assert_string_equal(places("x [\na](b)"), "1:3 b");
    assert_string_equal(places("[a](\n  b\n  \"t\nu\") [c](d)"), "1:1 b, 4:5 d");
    assert_string_equal(places("[](a) [](b)"), "1:1 a, 1:7 b");
}

static void breaks_of_all_kinds_are_counted(void **state)
{
    (void)state;
    assert_string_equal(places("one\\\n[a](b)  \n[c](d)\\\n [e](f)"), "2:1 b, 3:1 d, 4:2 f");
    assert_string_equal(places("`c\nd` [a](b)\n[c](d)"), "2:4 b, 3:1 d");
    assert_string_equal(places("x <i\n  y=\"z\"> [a](b)\n[c](d)"), "2:10 b, 3:1 d");
    assert_string_equal(places("x <!-- \n --> [a](b)"), "2:6 b");
}

static void definitions_above_the_text_do_not_shift_it(void **state)
{
    (void)state;
    assert_string_equal(places("[a]: /b\n[c]: /d\n  \"title\"\n[a] and\n[c][]"), "4:1 /b, 5:1 /d");
    assert_string_equal(places("[a]: /b\nOn *[a]*\n======"), "2:5 /b");
}

static void references_stand_where_they_are_used(void **state)
{
    (void)state;
    assert_string_equal(places("See [the\nguide][g], [g][] and ![g].\n\n[g]: /g"),
                        "1:5 /g, 2:12 /g, 2:22 /g");
}

static void headings_of_both_kinds(void **state)
{
    (void)state;
    assert_string_equal(places("#  A [a](b) ##\n\n   ##\t[c](d)"), "1:6 b, 3:7 d");
    assert_string_equal(places("A\n[a](b)\n------\n\nlast [c](d)\n==="), "2:1 b, 5:6 d");
    assert_string_equal(places("> A [a](b)\n> ===\n> x [c](d)"), "1:5 b, 3:5 d");
}

static void lists_and_quotes(void **state)
{
    (void)state;
    assert_string_equal(places("- x [a](b)\n  y [c](d)\n- > z\n  > [e](f)\n1. - [g](h)"),
                        "1:5 b, 2:5 d, 4:5 f, 5:6 h");
    assert_string_equal(places("> x\nlazy [a](b)\n>   [c](d)"), "2:6 b, 3:5 d");
    assert_string_equal(places("-\t[a](b)\n\n\t[c](d)\n\t[e](f)"), "1:3 b, 3:2 d, 4:2 f");
    assert_string_equal(places("- [ ] [a](b)\n- [x] c [d](e)"), "1:7 b, 2:9 e");
}

static void cells_of_tables(void **state)
{
    (void)state;
    assert_string_equal(places("| h [a](b) | i |\n|---|---|\n| x | [c](d) y [e](f) |\n[g](h)|i"),
                        "1:5 b, 3:7 d, 3:16 f, 4:1 h");
    assert_string_equal(places("a|b\n-|-\nx \\| `y\\|` [c](d) | \\| [e](f)"), "3:12 d, 3:24 f");
    assert_string_equal(places("- |[a](b)|\n  |-|\n    |  [c](d)|"), "1:4 b, 3:8 d");
    assert_string_equal(places("> |a|[a](b)|\n> |-|-|\n>  |b|[c](d)|"), "1:6 b, 3:7 d");
    assert_string_equal(places("|a|b|\n|-|-|\n||[c](d)|\n|[e](f)"), "3:3 d, 4:2 f");
}

static void text_right_above_a_table(void **state)
{
    (void)state;
    assert_string_equal(places("one [a](b)\ntwo \\| [c](d)\n| [e](f) |\n|---|\n| [g](h) |"),
                        "1:5 b, 2:8 d, 3:3 f, 5:3 h");
}

static void footnotes_stand_where_they_are_written(void **state)
{
    (void)state;
    assert_string_equal(places("a[^1] [b](c)\n\n[^1]: d [e](f)\n    [g](h)\n\nafter [i](j)"),
                        "1:7 c, 6:7 j, 3:9 f, 4:5 h");
}

static void addresses_as_links(void **state)
{
    (void)state;
    assert_string_equal(places("x <https://a.b/?c&amp;d>\n<e@f.g>"),
                        "1:3 https://a.b/?c&d, 2:1 mailto:e@f.g");
    assert_string_equal(
        places("see https://a.b, www.c.d,\n(www.e.f) *http://g.h*"),
        "1:5 https://a.b, 1:18 http://www.c.d, 2:2 http://www.e.f, 2:12 http://g.h");
    assert_string_equal(
        places("x a_b@c.d, aa@c.d a@c.d\nmailto:e@f.g"),
        "1:3 mailto:a_b@c.d, 1:12 mailto:aa@c.d, 1:19 mailto:a@c.d, 2:1 mailto:e@f.g");
}

static void images_in_links(void **state)
{
    (void)state;
    assert_string_equal(places("[![a](b)](c)\n![d [e](f)](g)"), "1:1 c, 1:2 b, 2:1 g");
}

static void brackets_in_the_same_column_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(places("[a\n[b](c)\n[d]\n[e](f)"), "2:1 c, 4:1 f");
    assert_string_equal(places("\\[a\n`[`[b](c)"), "2:4 c");
    assert_string_equal(places("![a](b)\n![a](b)\n![a](b)"), "1:1 b, 2:1 b, 3:1 b");
}

static void line_ends_of_other_systems(void **state)
{
    (void)state;
    assert_string_equal(places("a\r\n[b](c)\r\n  [d](e)\r\n\r\n[f](g)"), "2:1 c, 3:3 e, 5:1 g");
    assert_string_equal(places("a\r[b](c)"), "2:1 c");
    assert_string_equal(places("\xEF\xBB\xBF[b](c)"), "1:2 c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_counts_code_points),
        cmocka_unit_test(the_text_may_begin_further_down_in_its_file),
        cmocka_unit_test(lines_of_a_paragraph_are_told_apart),
        cmocka_unit_test(a_link_stands_where_it_begins),
        cmocka_unit_test(breaks_of_all_kinds_are_counted),
        cmocka_unit_test(definitions_above_the_text_do_not_shift_it),
        cmocka_unit_test(references_stand_where_they_are_used),
        cmocka_unit_test(headings_of_both_kinds),
        cmocka_unit_test(lists_and_quotes),
        cmocka_unit_test(cells_of_tables),
        cmocka_unit_test(text_right_above_a_table),
        cmocka_unit_test(footnotes_stand_where_they_are_written),
        cmocka_unit_test(addresses_as_links),
        cmocka_unit_test(images_in_links),
        cmocka_unit_test(brackets_in_the_same_column_are_told_apart),
        cmocka_unit_test(line_ends_of_other_systems),
    };

    markdown_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
