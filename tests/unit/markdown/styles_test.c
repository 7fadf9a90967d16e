/*
 * styles_test.c - style sheets for coloured code
 */
#include "tests/unit/unit.h"
#include "vial/markdown/highlight/styles.h"

static struct arena a;

static str written(const char *name, const char *scope)
{
    const struct style *style = style_find(str_of(name));
    struct buf css = buf_in(&a);

    assert_non_null(style);
    style_write(&css, style, str_of(scope), S(""));
    return buf_str(&css);
}

static void a_style_is_found_by_its_name_and_says_whether_it_is_dark(void **state)
{
    (void)state;
    assert_false(style_find(S("github"))->dark);
    assert_true(style_find(S("Dracula"))->dark);
    assert_null(style_find(S("nothing")));
}

static void every_rule_stands_below_the_scope(void **state)
{
    (void)state;
    for (size_t i = 0; i < styles_count; i++) {
        str rest = written(styles[i].name, ".code"), line;

        while (str_line(&rest, &line)) {
            assert_true(str_starts(line, S(".code ")));
            assert_true(str_ends(line, S(" }")));
            assert_int_equal(str_find_char(line, '{'), str_rfind_char(line, '{'));
        }
    }
}

static void what_is_not_said_is_inherited(void **state)
{
    str css = written("github", ".highlight");

    (void)state; /* one entry, LiteralNumber, is that of all kinds of numbers */
    assert_true(str_find(css, S(".highlight .m, .highlight .mb, .highlight .mf, .highlight .mh, "
                                ".highlight .mi, .highlight .il")) != STR_NONE);
    assert_true(str_starts(css, S(".highlight pre { background-color: #ffffff }\n")));
}

static int clean(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_style_is_found_by_its_name_and_says_whether_it_is_dark),
        cmocka_unit_test(every_rule_stands_below_the_scope),
        cmocka_unit_test(what_is_not_said_is_inherited),
    };

    return cmocka_run_group_tests(tests, NULL, clean);
}
