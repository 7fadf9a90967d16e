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

static const char *minified(const char *text)
{
    struct buf out = buf_in(&a);

    css_minify(str_of(text), &out);
    return buf_cstr(&out);
}

static void space_goes_where_it_means_nothing(void **state)
{
    (void)state;
    assert_string_equal(minified("a , b > c {\n  color : red ;\n  margin: 0 auto !important;\n}\n"),
                        "a,b>c{color:red;margin:0 auto!important}");
    assert_string_equal(minified("@media screen and (min-width: 10px) , print { a { b: c } }"),
                        "@media screen and (min-width:10px),print{a{b:c}}");
    assert_string_equal(minified("@import \"a.css\" screen ;\n\na{}"),
                        "@import \"a.css\" screen;a{}");
    assert_string_equal(minified("@media x { a { b : c ; } } d { e : f ; }"),
                        "@media x{a{b:c}}d{e:f}");
    assert_string_equal(minified("a{b:f( 1px , 2px ) g( x )}"), "a{b:f(1px,2px) g(x)}");
}

static void space_stays_where_it_means_something(void **state)
{
    static const char *const same[] = {
        "a b :hover c{d:e}",
        "a :not(.b) .c{d:e}",
        "a{b:calc(1px + 2px * 3 - 4px)}",
        "a{b:1px -2px +3px}",
        ":nth-child(2n + 1){a:b}",
        "@media not all and (color){a{b:c}}",
        "@supports selector(a :hover) and (b: c){a{b:c}}",
        "a{grid-area:1 / 2;font:12px / 1 x}",
        "a{content:\"  a  ;  b  /* c */ \"}",
        "@charset \"utf-8\";a{b:c}",
        "a{b:c}a{}",
        "@container x (width > 4px){a{b:c}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(minified(same[i]), same[i]);
}

static void custom_properties_are_kept_to_the_letter(void **state)
{
    (void)state;
    assert_string_equal(minified("a { --x :  a /* b */ { c ; d }  ; --y: ; --z:1 }"),
                        "a{--x:  a /* b */ { c ; d }  ;--y: ;--z:1 }");
}

static void nested_rules_are_no_declarations(void **state)
{
    (void)state;
    assert_string_equal(minified("a { b :hover { c: d } & > e { f : g ; } h: i; > j{} }"),
                        "a{b :hover{c:d}&>e{f:g}h:i;>j{}}");
}

static void comments_go_but_for_those_that_are_to_stay(void **state)
{
    (void)state;
    assert_string_equal(minified("/* a */ b /* c */ d /**/ { e/**/:/**/f/**/g }"), "b d{e:f/**/g}");
    assert_string_equal(minified("/*! kept */ a { b: c }"), "/*! kept */a{b:c}");
}

static void a_broken_sheet_stays_whole(void **state)
{
    static const char *const broken[] = { "a { b: c", "a { b: 'c\n }", "a ) { b : c }",
                                          "a { b : url(c d ) }", "a { b : (c ; } )" };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_string_equal(minified(broken[i]), broken[i]);
}

static const char *imports(const char *text)
{
    struct css_head head = css_head(str_of(text), &a);
    struct buf out = buf_in(&a);

    for (size_t i = 0; i < head.count; i++) {
        const struct css_import *import = &head.imports[i];

        buf_addf(&out, "%.*s layer %.*s supports %.*s media %.*s; ", STR(import->url),
                 STR(import->layer.p ? import->layer : S("none")), STR(import->supports),
                 STR(import->media));
    }
    return buf_cstr(&out);
}

static void imports_are_read_with_their_conditions(void **state)
{
    (void)state;
    assert_string_equal(imports("@charset 'x'; @layer a; @import 'b' ; @import url( c ) layer "
                                "screen; @import url('d') layer(e.f) supports(g: (h)) not all; i{}"
                                "@import 'j';"),
                        "b layer none supports  media ; c layer  supports  media screen; "
                        "d layer e.f supports g: (h) media not all; ");
    assert_string_equal(imports("@import 'a'; @layer b; @import 'c';"),
                        "a layer none supports  media ; ");
    assert_string_equal(imports("@import 'a' {} @import 'c';"), "");
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
        cmocka_unit_test(space_goes_where_it_means_nothing),
        cmocka_unit_test(space_stays_where_it_means_something),
        cmocka_unit_test(custom_properties_are_kept_to_the_letter),
        cmocka_unit_test(nested_rules_are_no_declarations),
        cmocka_unit_test(comments_go_but_for_those_that_are_to_stay),
        cmocka_unit_test(a_broken_sheet_stays_whole),
        cmocka_unit_test(imports_are_read_with_their_conditions),
    };

    return cmocka_run_group_tests(tests, NULL, clear);
}
