/*
 * search_test.c - questions that mean nothing to SQLite, and texts without their tags
 */
#include "vial/site/search.h"
#include "vial/site/search_stems.h"
#include "vial/site/search_tokens.h"

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
        { "東京 heron ", "\"東京\"* AND \"heron\"" },
        { "\"水の\" -都", "(\"水の\"*) NOT (\"都\"*)" },
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

static str words_of(const char *text, bool last_signs)
{
    struct tokens tokens = { .text = token_plain(str_of(text), &a), .last_signs = last_signs };
    struct token token;
    struct buf out = buf_in(&a);

    while (tokens_next(&tokens, &token)) {
        buf_add(&out, token_bare(str_slice(tokens.text, token.from, token.to), &a));
        buf_addc(&out, ' ');
    }
    return buf_str(&out);
}

static void a_text_is_words_and_pairs_of_signs(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "", "" },
        { "Grey herons, don't!", "grey herons don t " },
        { "page_load(3.14)", "page load 3 14 " },
        { "Café cafe\u0301 ﬁsh ½", "cafe cafe fish 1 2 " },
        { "Ὀδυσσεύς", "οδυσσευσ " },
        { "東京都", "東京 京都 都 " },
        { "水", "水 " },
        { "vial東京3月", "vial 東京 京 3 月 " },
        { "ｶﾞﾗｽ", "ガラ ラス ス " },
        { "コーヒー", "コー ーヒ ヒー ー " },
        { "한국어 vial", "한국 국어 어 vial " },
        { "ไทย", "ไท ทย ย " },
        { "東京・大阪", "東京 京 大阪 阪 " },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(words_of(cases[i].text, true), cases[i].words);
    assert_str(words_of("東京都 水", false), "東京 京都 水 ");
}

static void a_long_word_is_cut(void **state)
{
    char text[101];

    (void)state;
    memset(text, 'x', 100);
    text[100] = 0;
    assert_int_equal(words_of(text, true).len, TOKEN_MOST + 1);
}

static void endings_lead_where_the_stemmer_says(void **state)
{
    struct stems *stems = stems_new(S("en-GB"), &a);
    const str *endings;
    size_t count = stems_endings(stems, &endings), keep = 0;
    str stem = str_copy(&a, stems_of(stems, S("hoping")));
    uint64_t reach = stems_reach(stems, stem, S("hoping"), &keep);

    (void)state;
    assert_str(stem, "hope");
    assert_int_equal(keep, 2);
    assert_true(count > 40 && count <= ENDINGS_MOST);
    for (size_t i = 0; i < count; i++) {
        bool leads = reach >> i & 1;

        if (str_eq(endings[i], S("~ed")) || str_eq(endings[i], S("~e")))
            assert_true(leads); /* hoped, hope */
        if (str_eq(endings[i], S("~~ed")) || str_eq(endings[i], S("~ing")))
            assert_false(leads); /* hopped is of hop; hoping itself needs no other */
    }
    stems_end(stems);
    stems = stems_new(S("tlh"), &a);
    assert_str(stems_of(stems, S("running")), "running");
    assert_int_equal(stems_reach(stems, S("running"), S("running"), &keep), 0);
    stems_end(stems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_question_is_words_that_are_quoted, free_arena),
        cmocka_unit_test_teardown(a_long_question_is_cut, free_arena),
        cmocka_unit_test_teardown(a_text_is_words_and_pairs_of_signs, free_arena),
        cmocka_unit_test_teardown(a_long_word_is_cut, free_arena),
        cmocka_unit_test_teardown(endings_lead_where_the_stemmer_says, free_arena),
        cmocka_unit_test_teardown(a_text_has_neither_tags_nor_scripts, free_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
