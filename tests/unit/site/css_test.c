/* Style sheets in pieces: tokens, and the addresses among them. */
#include "fixture.h"
#include "vial/site/css.h"

static struct arena a;

/* "ident:body space {": the kinds and texts, a blank between. */
static const char *tokens(const char *text)
{
    static const char *const names[] = { "space",     "comment", "string",   "bad-string",
                                         "url",       "bad-url", "function", "ident",
                                         "at",        "hash",    "number",   "percentage",
                                         "dimension", "cdo",     "cdc",      "delim" };
    struct css_scan scan = { str_of(text), 0 };
    struct css_token token;
    struct buf out = buf_in(&a);

    while (css_next(&scan, &token)) {
        buf_addf(&out, out.len ? " " : "");
        if (token.kind == CSS_SPACE)
            buf_addf(&out, "_");
        else if (token.kind == CSS_DELIM)
            buf_add(&out, token.text);
        else
            buf_addf(&out, "%s:%.*s", names[token.kind], STR(token.text));
    }
    return buf_cstr(&out);
}

static void a_rule_is_cut_where_browsers_cut_it(void **state)
{
    (void)state;
    assert_string_equal(tokens("a{b:c}"), "ident:a { ident:b : ident:c }");
    assert_string_equal(tokens("#a.b>c"), "hash:#a . ident:b > ident:c");
    assert_string_equal(tokens("--x:calc(1px + 2%)"),
                        "ident:--x : function:calc( dimension:1px _ + _ percentage:2% )");
    assert_string_equal(tokens("@media(min-width:1e3px)"),
                        "at:@media ( ident:min-width : dimension:1e3px )");
    assert_string_equal(tokens("<!--a-->"), "cdo:<!-- ident:a-- >");
    assert_string_equal(tokens("<!-- -->"), "cdo:<!-- _ cdc:-->");
}

static void numbers_take_their_sign_and_their_unit(void **state)
{
    (void)state;
    assert_string_equal(
        tokens("+.5e-3px -1 1.x .a +a"),
        "dimension:+.5e-3px _ number:-1 _ number:1 . ident:x _ . ident:a _ + ident:a");
    assert_string_equal(tokens("1e3 1e 1e-x"), "number:1e3 _ dimension:1e _ dimension:1e-x");
}

static void strings_end_at_their_quote_or_break_at_the_line(void **state)
{
    (void)state;
    assert_string_equal(tokens("'a\\'b'\"c\""), "string:'a\\'b' string:\"c\"");
    assert_string_equal(tokens("'a\\\nb'"), "string:'a\\\nb'");
    assert_string_equal(tokens("'a\nb"), "bad-string:'a _ ident:b");
    assert_string_equal(tokens("'a"), "string:'a");
    assert_string_equal(tokens("/* ' */'b'"), "comment:/* ' */ string:'b'");
}

static void addresses_need_no_quotes_but_may_have_them(void **state)
{
    (void)state;
    assert_string_equal(tokens("url( a\\)b )"), "url:url( a\\)b )");
    assert_string_equal(tokens("URL('a')"), "function:URL( string:'a' )");
    assert_string_equal(tokens("url( 'a')"), "function:url( _ string:'a' )");
    assert_string_equal(tokens("url(a b)c"), "bad-url:url(a b) ident:c");
    assert_string_equal(tokens("url(//x;y)"), "url:url(//x;y)");
}

static str louder(void *self, str url, size_t at, size_t len)
{
    (void)self, (void)at, (void)len;
    return str_starts(url, S("keep")) ? (str){ 0 } : str_fmt(&a, "%.*s!", STR(url));
}

static const char *rewritten(const char *text)
{
    struct buf out = buf_in(&a);

    css_urls(str_of(text), louder, NULL, &out, &a);
    return buf_cstr(&out);
}

static void addresses_are_found_wherever_a_sheet_has_them(void **state)
{
    (void)state;
    assert_string_equal(rewritten("url(a) url( 'b' )"), "url(\"a!\") url( \"b!\" )");
    assert_string_equal(rewritten("@import \"a\" screen;@import url(b);"),
                        "@import \"a!\" screen;@import url(\"b!\");");
    assert_string_equal(rewritten("image-set('a' 1x type('image/x'),'b')"),
                        "image-set(\"a!\" 1x type('image/x'),\"b!\")");
    assert_string_equal(rewritten("@font-face{src:url(a)format('woff')}"),
                        "@font-face{src:url(\"a!\")format('woff')}");
}

static void what_is_no_address_is_left(void **state)
{
    static const char *const same[] = {
        "content:'url(a)'",  "/* url(a) */", "@namespace url(http://www.w3.org/1999/xhtml);",
        "@namespace x 'y';", "url(keep)",    "url( keep )",
        "url('keep')",       "curl(a)",      "@media x{a{content:'b'}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(rewritten(same[i]), same[i]);
}

static void escapes_mean_what_they_stand_for(void **state)
{
    (void)state;
    assert_string_equal(rewritten("url(a\\29 b)"), "url(\"a)b!\")");
    assert_string_equal(rewritten("url('\\22\\5c x')"), "url(\"\\\"\\\\x!\")");
}

static int clear(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_is_cut_where_browsers_cut_it),
        cmocka_unit_test(numbers_take_their_sign_and_their_unit),
        cmocka_unit_test(strings_end_at_their_quote_or_break_at_the_line),
        cmocka_unit_test(addresses_need_no_quotes_but_may_have_them),
        cmocka_unit_test(addresses_are_found_wherever_a_sheet_has_them),
        cmocka_unit_test(what_is_no_address_is_left),
        cmocka_unit_test(escapes_mean_what_they_stand_for),
    };

    return cmocka_run_group_tests(tests, NULL, clear);
}
