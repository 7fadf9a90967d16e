/*
 * lexer_test.c - from text to tokens
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/lexer.h"

static struct arena arena;

static void show(struct buf *out, const struct token *t)
{
    if (out->len)
        buf_addc(out, ' ');
    switch (t->type) {
    case T_DATA:
        buf_addf(out, "[%.*s]", STR(t->text));
        break;
    case T_VARIABLE_BEGIN:
    case T_BLOCK_BEGIN:
        buf_addc(out, '<');
        break;
    case T_VARIABLE_END:
    case T_BLOCK_END:
        buf_addc(out, '>');
        break;
    case T_STRING:
        buf_addf(out, "'%.*s'", STR(t->text));
        break;
    default:
        buf_add(out, t->text);
    }
}

/* "[data] < name > ...", or the error's sentence. */
static const char *tokens_with(const struct env_options *options, const char *source)
{
    struct syntax syntax;
    struct lexer lexer;
    struct token t;
    struct error err = { 0 };
    struct buf out = buf_in(&arena);

    syntax_init(&syntax, options);
    lexer_init(&lexer, &syntax, S("t"), lexer_text(&syntax, str_of(source), &arena), &arena, &err);
    while (lexer_next(&lexer, &t)) {
        if (t.type == T_EOF)
            return buf_cstr(&out);
        show(&out, &t);
    }
    buf_clear(&out);
    buf_add(&out, err.sentence);
    error_free(&err);
    return buf_cstr(&out);
}

static const char *tokens(const char *source)
{
    static const struct env_options plain = { 0 };

    return tokens_with(&plain, source);
}

static void text_between_tags_is_data(void **state)
{
    (void)state;
    assert_string_equal(tokens("a {{ b }} c {% d %}"), "[a ] < b > [ c ] < d >");
    assert_string_equal(tokens(""), "");
    assert_string_equal(tokens("{ { % }"), "[{ { % }]");
}

static void the_last_line_end_is_dropped_unless_it_is_kept(void **state)
{
    (void)state;
    const struct env_options keep = { .keep_trailing_newline = true };

    assert_string_equal(tokens("a\n"), "[a]");
    assert_string_equal(tokens("a\r\nb\r"), "[a\nb]");
    assert_string_equal(tokens_with(&keep, "a\n"), "[a\n]");
}

static void line_ends_become_those_of_the_environment(void **state)
{
    (void)state;
    const struct env_options dos = { .newline_sequence = S("\r\n") };

    assert_string_equal(tokens_with(&dos, "a\nb{{ 'c\nd' }}"), "[a\r\nb] < 'c\r\nd' >");
}

static void a_minus_strips_on_its_side(void **state)
{
    (void)state;
    assert_string_equal(tokens("a \n {{- b -}} \n c"), "[a] < b > [c]");
    assert_string_equal(tokens("a {#- b -#} c"), "[a] [c]");
    assert_string_equal(tokens("a\u00a0{%- b %}"), "[a] < b >");
}

static void blocks_are_trimmed_where_that_is_asked(void **state)
{
    (void)state;
    const struct env_options trim = { .trim_blocks = true, .lstrip_blocks = true };

    assert_string_equal(tokens_with(&trim, "a\n  {% b %}\nc"), "[a\n] < b > [c]");
    assert_string_equal(tokens_with(&trim, "  {%+ b +%}\nc"), "[  ] < b > [\nc]");
    assert_string_equal(tokens_with(&trim, "x {% b %}"), "[x ] < b >");
    assert_string_equal(tokens_with(&trim, "  {{ b }}\n"), "[  ] < b >");
    assert_string_equal(tokens_with(&trim, "  {# b #}\nc"), "[c]");
}

static void raw_text_is_left_alone(void **state)
{
    (void)state;
    assert_string_equal(tokens("{% raw %}{{ a }}{% endraw %}b"), "[{{ a }}] [b]");
    assert_string_equal(tokens("{%- raw -%} {{ a }} {%- endraw -%} b"), "[{{ a }}] [b]");
    assert_string_equal(tokens("{% raw %}"), "");
    assert_string_equal(tokens("{% raw %}x"), "Missing end of raw directive");
}

static void comments_are_nothing(void **state)
{
    (void)state;
    assert_string_equal(tokens("a{# {{ b }} #}c"), "[a] [c]");
    assert_string_equal(tokens("a{# b"), "Missing end of comment tag");
    assert_string_equal(tokens("a{#"), "[a]");
}

static void the_longest_delimiter_wins(void **state)
{
    (void)state;
    const struct env_options asp = { .block_start = S("<%"),
                                     .block_end = S("%>"),
                                     .variable_start = S("<%="),
                                     .variable_end = S("%>"),
                                     .comment_start = S("<!--"),
                                     .comment_end = S("-->") };

    assert_string_equal(tokens_with(&asp, "<% a %><%= b %><!-- c -->d"), "< a > < b > [d]");
}

static void lines_can_be_statements_and_comments(void **state)
{
    (void)state;
    const struct env_options lines = { .line_statement_prefix = S("%"),
                                       .line_comment_prefix = S("##") };

    assert_string_equal(tokens_with(&lines, "a\n  % for x in [1,\n 2]\nb ## c\nd"),
                        "[a\n] < for x in [ 1 , 2 ] > [b] [\nd]");
    assert_string_equal(tokens_with(&lines, "% if x\n\n  y"), "< if x > [  y]");
}

static void braces_within_a_tag_do_not_end_it(void **state)
{
    (void)state;
    assert_string_equal(tokens("{{ {'a': {}} }}"), "< { 'a' : { } } >");
    assert_string_equal(tokens("{{ (a] }}"), "unexpected ']', expected ')'");
    assert_string_equal(tokens("{{ a) }}"), "unexpected ')'");
}

static void numbers_are_pythons(void **state)
{
    (void)state;
    assert_string_equal(tokens("{{ 1_000 0x1F 0o17 0b1 1.5e3 1e5 0_0 2.a 1.2.3 }}"),
                        "< 1_000 0x1F 0o17 0b1 1.5e3 1e5 0_0 2 . a 1.2 . 3 >");
    assert_string_equal(tokens("{{ 012 0xz 1__0 }}"), "< 0 12 0 xz 1 __0 >");
}

static void strings_know_pythons_escapes(void **state)
{
    (void)state;
    assert_string_equal(tokens("{{ 'a\\n\\x41\\u00e9\\101\\q\\\\' }}"), "< 'a\nA\u00e9A\\q\\' >");
    assert_string_equal(tokens("{{ '\\N{GREEK SMALL LETTER ALPHA}' }}"), "< '\u03b1' >");
    assert_string_equal(tokens("{{ 'a\\\nb' }}"), "< 'ab' >");
    assert_string_equal(tokens("{{ '\\\u00e9' }}"), "< '\\xe9' >");
    assert_string_equal(tokens("{{ '\\xZ' }}"), "truncated \\xXX escape");
    assert_string_equal(tokens("{{ '\\N{NO SUCH}' }}"), "unknown Unicode character name");
    assert_string_equal(tokens("{{ 'a }}"), "unexpected char \"'\" at 3");
}

static void names_may_be_of_any_script(void **state)
{
    (void)state;
    assert_string_equal(tokens("{{ gr\u00f6\u00dfe \u540d\u524d _x1 }}"),
                        "< gr\u00f6\u00dfe \u540d\u524d _x1 >");
    assert_string_equal(tokens("{{ \u0663x }}"), "Invalid character in identifier");
    assert_string_equal(tokens("{{ \u2603 }}"), "unexpected char '\u2603' at 3");
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_between_tags_is_data),
        cmocka_unit_test(the_last_line_end_is_dropped_unless_it_is_kept),
        cmocka_unit_test(line_ends_become_those_of_the_environment),
        cmocka_unit_test(a_minus_strips_on_its_side),
        cmocka_unit_test(blocks_are_trimmed_where_that_is_asked),
        cmocka_unit_test(raw_text_is_left_alone),
        cmocka_unit_test(comments_are_nothing),
        cmocka_unit_test(the_longest_delimiter_wins),
        cmocka_unit_test(lines_can_be_statements_and_comments),
        cmocka_unit_test(braces_within_a_tag_do_not_end_it),
        cmocka_unit_test(numbers_are_pythons),
        cmocka_unit_test(strings_know_pythons_escapes),
        cmocka_unit_test(names_may_be_of_any_script),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
