/*
 * search_test.c - questions that mean nothing to SQLite, and texts without their tags
 */
#include "vial/site/search.h"

#include "tests/unit/unit.h"

static struct arena a;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static void a_question_is_words_that_are_quoted(void **state)
{
    static const struct {
        const char *words, *expression;
    } cases[] = {
        { "", "" },
        { "   ", "" },
        { "heron", "\"heron\"*" },
        { "heron ", "\"heron\"" },
        { "grey heron", "\"grey\" AND \"heron\"*" },
        { "\"grey heron\"", "\"grey heron\"" },
        { "\"grey heron", "\"grey heron\"" },
        { "heron -grey", "(\"heron\") NOT (\"grey\")" },
        { "heron -grey -white", "(\"heron\") NOT (\"grey\" OR \"white\")" },
        { "-grey", "" },
        { "-", "" },
        { "NOT x OR y", "\"NOT\" AND \"x\" AND \"OR\" AND \"y\"*" },
        { "title:x", "\"title:x\"*" },
        { "a\"b\"c", "\"a\" AND \"b\" AND \"c\"*" },
        { "( * ^ .", "" },
        { "x*", "\"x*\"*" },
        { "\xFF", "\"\xEF\xBF\xBD\"*" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(search_expression(str_of(cases[i].words), &a), cases[i].expression);
}

static void a_long_question_is_cut(void **state)
{
    struct buf words = buf_in(&a);

    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_addf(&words, "w%d ", i);
    str expression = search_expression(buf_str(&words), &a);
    assert_true(expression.len < 300);
    assert_true(str_starts(expression, S("\"w0\" AND \"w1\"")));
}

static void a_text_has_neither_tags_nor_scripts(void **state)
{
    static const struct {
        const char *html, *text;
    } cases[] = {
        { "<p>One <em>two</em></p>\n<p>th<b>ree</b></p>", "One two three " },
        { "a &amp; b &lt;i&gt; &quot;x&quot; &copy;", "a & b <i> \"x\" &copy;" },
        { "x<script>var y = \"<p>\";</script>z<style>p{}</style>.", "x z ." },
        { "x<!-- a <b> c -->y", "xy" },
        { "x<br>y<unended", "x y " },
        { "<script>never ended", "" },
        { "a\x01\x02\n\n  b", "a b" },
        { "<", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = buf_in(&a);

        search_text(&out, str_of(cases[i].html));
        assert_str(buf_str(&out), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_question_is_words_that_are_quoted, free_arena),
        cmocka_unit_test_teardown(a_long_question_is_cut, free_arena),
        cmocka_unit_test_teardown(a_text_has_neither_tags_nor_scripts, free_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
