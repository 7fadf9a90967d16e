/*
 * highlight_test.c - lexers, tokens, and what becomes of a fence (vial/markdown/highlight, code.c)
 *
 * That the colours are those of Hugo was asked of Hugo itself; here stands what must not change.
 */
#include "tests/unit/unit.h"
#include "vial/base/buf.h"
#include "vial/markdown/highlight/data.h"
#include "vial/markdown/highlight/highlight.h"
#include "vial/markdown/highlight/lexer.h"
#include "vial/markdown/markdown.h"
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static struct arena a;

/* "k:def nf:f p:(": each token that has a class, with what it is of. */
static str shown(str language, str code)
{
    struct code_tokens tokens = highlight(lexer_find(language), code, &a);
    struct buf out = buf_in(&a);
    size_t at = 0;

    for (size_t i = 0; i < tokens.count; i++) {
        const char *class = token_class(&tokens.list[i]);

        if (*class)
            buf_addf(&out, "%s%s:%.*s", out.len ? " " : "", class, (int)(tokens.list[i].end - at),
                     code.p + at);
        at = tokens.list[i].end;
    }
    assert_int_equal(at, code.len);
    return buf_str(&out);
}

static struct markdown rendered(str text)
{
    struct markdown out;

    assert_true(markdown_render(
        &out, S("a.md"), text, &(struct markdown_options){ .with = MARKDOWN_HIGHLIGHT }, &a, NULL));
    return out;
}

static str html(str text)
{
    return rendered(text).html;
}

static void there_are_more_than_150_lexers_and_each_state_compiles(void **state)
{
    (void)state;
    assert_true(lexer_count > 190);
    for (unsigned number = 0; number < lexer_count; number++) {
        const struct lexer *lexer = lexer_number(number);

        for (uint32_t i = 0; i < lexer->nstates; i++)
            for (uint32_t chunk = 0; chunk < lexer->states[i].nchunks; chunk++)
                if (!lexer_code(lexer, &lexer->states[i], chunk, (number + i) % 2))
                    fail_msg("%.*s: state %u does not compile", STR(lexer->name), (unsigned)i);
    }
}

static void classes_are_pygments_short_names(void **state)
{
    (void)state;
    assert_str(shown(S("python"), S("def f(x): return 1 # y")),
               "k:def nf:f p:( n:x p:): k:return mi:1 c1:# y");
    assert_str(shown(S("c"), S("int x = 0x1F;")), "kt:int n:x o:= mh:0x1F p:;");
    assert_str(shown(S("json"), S("{\"a\": true}")), "p:{ nt:\"a\" p:: kc:true p:}");
}

static void a_language_is_found_by_any_of_its_names_in_any_case(void **state)
{
    (void)state;
    assert_ptr_equal(lexer_find(S("py")), lexer_find(S("Python")));
    assert_ptr_equal(lexer_find(S("YML")), lexer_find(S("yaml")));
    assert_non_null(lexer_find(S("c++")));
    assert_null(lexer_find(S("klingon")));
    assert_null(lexer_find(S("")));
}

static void our_own_lexers_are_there(void **state)
{
    (void)state;
    assert_str(shown(S("go"), S("func f() int { return `a` }")),
               "kd:func nf:f p:() kt:int p:{ k:return s:`a` p:}");
    assert_str(shown(S("html"), S("<a href=\"x\">&amp;</a>")),
               "p:< nt:a na:href o:= s:\"x\" p:> ni:&amp; p:</ nt:a p:>");
    assert_str(shown(S("dockerfile"), S("FROM a AS b\n")), "k:FROM s:a k:AS s:b");
    assert_str(shown(S("markdown"), S("# A\n*b* `c`\n")), "gh:# A\n ge:*b* sb:`c`");
}

static void a_lexer_hands_over_to_another(void **state)
{
    (void)state;
    assert_str(shown(S("html"), S("<script>let a = 1</script>")),
               "p:< nt:script p:> kd:let nx:a o:= mi:1 p:</ nt:script p:>");
    assert_str(shown(S("md"), S("```py\nif x:\n```\n")), "s:```py\n k:if n:x p:: s:```");
}

static void letters_beyond_ascii_are_letters(void **state)
{
    (void)state;
    assert_str(shown(S("python"), S("é = 'ü'")), "n:é o:= s1:'ü'");
}

static void code_without_sense_ends_in_time(void **state)
{
    static const char *const bad[] = { "\"", "(", "'''", "<", "\\", "{",  "/*", "a",
                                       "0",  "#", "$(",  "`", "\n", "--", "&" };
    clock_t most = 0;

    (void)state;
    for (unsigned number = 0; number < lexer_count; number++) {
        struct buf code = buf_in(&a);

        for (size_t size = 0; size < 4000;) {
            const char *piece = bad[(number + size / 1000) % (sizeof bad / sizeof *bad)];
            buf_add(&code, str_of(piece));
            size += strlen(piece);
        }
        clock_t begun = clock();
        highlight(lexer_number(number), buf_str(&code), &a);
        if (clock() - begun > most)
            most = clock() - begun;
        arena_reset(&a);
    }
    assert_true(most < 3 * CLOCKS_PER_SEC);
}

static void *highlight_some(void *number)
{
    struct arena own = { 0 };
    size_t tokens = 0;

    for (unsigned i = 0; i < 40; i++) {
        const struct lexer *lexer = lexer_number((i + (unsigned)(uintptr_t)number * 3) % 40);

        tokens += highlight(lexer, S("int main(void) { return \"x\" + 1; } # é\n"), &own).count;
    }
    arena_free(&own);
    return (void *)tokens;
}

static void threads_meet_a_language_at_the_same_time(void **state)
{
    pthread_t threads[4];
    void *counts[4];

    (void)state;
    for (uintptr_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, highlight_some, (void *)i), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], &counts[i]);
    for (int i = 1; i < 4; i++)
        assert_ptr_equal(counts[i], counts[0]);
}

static void a_fence_becomes_coloured_code(void **state)
{
    (void)state;
    assert_str(
        html(S("```json\n1\n```\n")),
        "<div class=\"highlight\"><pre><code class=\"language-json\"><span class=\"mi\">1</span>\n"
        "</code></pre></div>\n");
    assert_str(html(S("    1\n")), "<pre><code>1\n</code></pre>\n");
    assert_str(html(S("```\n<\n```\n")), "<pre><code>&lt;\n</code></pre>\n");
}

static void lines_are_marked_in_every_known_way(void **state)
{
    static const char *const ways[] = {
        "text {2}",        "text hl_lines=\"2\"",    "text {hl_lines=[2]}",
        "text,hl_lines=2", "{.text hl_lines=\"2\"}", "text mark={2}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        assert_str(html(str_fmt(&a, "```%s\na\nb\n```\n", ways[i])),
                   "<div class=\"highlight\"><pre><code class=\"language-text\"><span "
                   "class=\"line\">a\n</span>"
                   "<span class=\"line hll\">b\n</span></code></pre></div>\n");
}

static void numbers_begin_where_the_fence_says(void **state)
{
    (void)state;
    assert_true(str_find(html(S("```text linenums=\"7\"\na\nb\n```\n")),
                         S("<span class=\"linenos\" data-linenos=\"8\"></span>b\n")) > 0);
    assert_true(str_find(html(S("```text {linenos=table,linenostart=3}\na\n```\n")),
                         S("data-linenos=\"3\"")) > 0);
    assert_true(str_find(html(S("```text showLineNumbers\na\n```\n")), S("data-linenos=\"1\"")) >
                0);
}

static void lines_come_and_go_and_a_file_has_a_name(void **state)
{
    str out = html(S("```text title=\"a <b>\" ins={1} del={2}\na\nb\n```\n"));

    (void)state;
    assert_true(str_find(out, S("<span class=\"filename\">a &lt;b&gt;</span><pre>")) > 0);
    assert_true(
        str_find(out, S("<span class=\"line ins\">a\n</span><span class=\"line del\">b\n</span>")) >
        0);
}

static void a_token_over_many_lines_is_whole_in_each(void **state)
{
    (void)state;
    assert_true(str_find(html(S("```c {1}\n/*\n\n*/\n```\n")),
                         S("<span class=\"line hll\"><span class=\"cm\">/*</span>\n</span><span "
                           "class=\"line\">\n</span>"
                           "<span class=\"line\"><span class=\"cm\">*/</span>\n</span></code>")) >
                0);
}

static void an_unknown_language_is_named_and_a_plain_one_is_not(void **state)
{
    struct markdown out = rendered(S("a\n\n```klingon\nx\n```\n\n```text\n```\n"));

    (void)state;
    assert_int_equal(out.nunknown, 1);
    assert_str(out.unknown[0].name, "klingon");
    assert_int_equal(out.unknown[0].line, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            threads_meet_a_language_at_the_same_time), /* first: nothing is compiled yet */
        cmocka_unit_test(there_are_more_than_150_lexers_and_each_state_compiles),
        cmocka_unit_test(classes_are_pygments_short_names),
        cmocka_unit_test(a_language_is_found_by_any_of_its_names_in_any_case),
        cmocka_unit_test(our_own_lexers_are_there),
        cmocka_unit_test(a_lexer_hands_over_to_another),
        cmocka_unit_test(letters_beyond_ascii_are_letters),
        cmocka_unit_test(code_without_sense_ends_in_time),
        cmocka_unit_test(a_fence_becomes_coloured_code),
        cmocka_unit_test(lines_are_marked_in_every_known_way),
        cmocka_unit_test(numbers_begin_where_the_fence_says),
        cmocka_unit_test(lines_come_and_go_and_a_file_has_a_name),
        cmocka_unit_test(a_token_over_many_lines_is_whole_in_each),
        cmocka_unit_test(an_unknown_language_is_named_and_a_plain_one_is_not),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&a);
    return failed;
}
