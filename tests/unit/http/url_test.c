/*
 * url_test.c - addresses are taken apart and put together without loss; what is no text is refused
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/http/http.h"
#include <cmocka.h>

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *decoded(const char *text)
{
    str out;

    return url_decode(&out, str_of(text), &arena) ? str_cstr(&arena, out) : NULL;
}

static const char *encoded(const char *text, const char *safe)
{
    return str_cstr(&arena, url_encode(&arena, str_of(text), safe));
}

static const char *joined(const char *link)
{
    return str_cstr(&arena, url_join(&arena, S("http://a/b/c/d;p?q"), str_of(link)));
}

static void escapes_become_bytes(void **state)
{
    (void)state;
    assert_string_equal(decoded("/a%20b"), "/a b");
    assert_string_equal(decoded("%C3%a4"), "\xc3\xa4");
    assert_string_equal(decoded("+"), "+");
    assert_string_equal(decoded("%2F%25"), "/%");
    assert_string_equal(decoded(""), "");
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    assert_null(decoded("%"));
    assert_null(decoded("%4"));
    assert_null(decoded("%4g"));
    assert_null(decoded("%00"));
    assert_null(decoded("%ff"));
    assert_null(decoded("%C0%AF"));    /* an overlong '/' */
    assert_null(decoded("%ED%A0%80")); /* half a surrogate pair */
    assert_null(decoded("\xff"));
}

static void a_nul_is_refused_also_when_it_is_not_escaped(void **state)
{
    str out;

    (void)state;
    assert_false(url_decode(&out, S("a\0b"), &arena));
}

static void what_is_not_safe_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(encoded("a b/\xc3\xa4~-._", ""), "a%20b%2F%C3%A4~-._");
    assert_string_equal(encoded("a/b?c", "/"), "a/b%3Fc");
    assert_string_equal(encoded("\r\n", "/"), "%0D%0A");
}

static void queries_are_cut_into_their_fields(void **state)
{
    (void)state;
    struct params params;

    assert_true(params_parse(&params, S("q=a+b&q=%41&&flag&e=%zz&=x&u=%ff"), 100, &arena));
    assert_int_equal(params.count, 6);
    assert_true(str_eq(params_get(&params, S("q")), S("a b")));
    assert_true(str_eq(params.list[1].value, S("A")));
    assert_true(str_eq(params_get(&params, S("flag")), S("")));
    assert_true(str_eq(params_get(&params, S("e")), S("%zz")));
    assert_true(str_eq(params_get(&params, S("u")), S("\xef\xbf\xbd")));
    assert_null(params_get(&params, S("none")).p);
}

static void more_fields_than_wanted_are_not_taken(void **state)
{
    (void)state;
    struct params params;

    assert_false(params_parse(&params, S("a&b&c"), 2, &arena));
    assert_int_equal(params.count, 2);
    assert_true(params_parse(&params, S("a&b"), 2, &arena));
}

static void fields_are_written_as_they_are_read(void **state)
{
    struct buf out = buf_in(&arena);
    struct params params;

    (void)state;
    query_add(&out, S("a b"), S("c+d=e&f\xc3\xa4"));
    assert_string_equal(buf_cstr(&out), "a+b=c%2Bd%3De%26f%C3%A4");
    params_parse(&params, buf_str(&out), 10, &arena);
    assert_true(str_eq(params.list[0].name, S("a b")));
    assert_true(str_eq(params.list[0].value, S("c+d=e&f\xc3\xa4")));
}

static void cookies_are_found_by_their_whole_name(void **state)
{
    (void)state;
    struct headers headers = { .arena = &arena };

    headers_add(&headers, S("Cookie"), S("xa=1; a=2;b=\"3\"; empty="));
    headers_add(&headers, S("cookie"), S("c=4"));
    assert_true(str_eq(cookie_get(&headers, S("a"), &arena), S("2")));
    assert_true(str_eq(cookie_get(&headers, S("b"), &arena), S("3")));
    assert_true(str_eq(cookie_get(&headers, S("c"), &arena), S("4")));
    assert_true(str_eq(cookie_get(&headers, S("empty"), &arena), S("")));
    assert_null(cookie_get(&headers, S("d"), &arena).p);
}

/* The examples of RFC 3986 §5.4. */
static void links_lead_where_the_standard_says(void **state)
{
    static const char *const examples[][2] = {
        { "g:h", "g:h" },
        { "g", "http://a/b/c/g" },
        { "./g", "http://a/b/c/g" },
        { "g/", "http://a/b/c/g/" },
        { "/g", "http://a/g" },
        { "//g", "http://g" },
        { "?y", "http://a/b/c/d;p?y" },
        { "g?y", "http://a/b/c/g?y" },
        { "#s", "http://a/b/c/d;p?q#s" },
        { "g#s", "http://a/b/c/g#s" },
        { "g?y#s", "http://a/b/c/g?y#s" },
        { ";x", "http://a/b/c/;x" },
        { "g;x", "http://a/b/c/g;x" },
        { "", "http://a/b/c/d;p?q" },
        { ".", "http://a/b/c/" },
        { "./", "http://a/b/c/" },
        { "..", "http://a/b/" },
        { "../", "http://a/b/" },
        { "../g", "http://a/b/g" },
        { "../..", "http://a/" },
        { "../../", "http://a/" },
        { "../../g", "http://a/g" },
        { "../../../g", "http://a/g" },
        { "../../../../g", "http://a/g" },
        { "/./g", "http://a/g" },
        { "/../g", "http://a/g" },
        { "g.", "http://a/b/c/g." },
        { ".g", "http://a/b/c/.g" },
        { "g..", "http://a/b/c/g.." },
        { "..g", "http://a/b/c/..g" },
        { "./../g", "http://a/b/g" },
        { "./g/.", "http://a/b/c/g/" },
        { "g/./h", "http://a/b/c/g/h" },
        { "g/../h", "http://a/b/c/h" },
        { "g?y/./x", "http://a/b/c/g?y/./x" },
        { "g#s/../x", "http://a/b/c/g#s/../x" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        assert_string_equal(joined(examples[i][0]), examples[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, end)
        T(escapes_become_bytes),
        T(what_is_no_text_is_refused),
        T(a_nul_is_refused_also_when_it_is_not_escaped),
        T(what_is_not_safe_is_escaped),
        T(queries_are_cut_into_their_fields),
        T(more_fields_than_wanted_are_not_taken),
        T(fields_are_written_as_they_are_read),
        T(cookies_are_found_by_their_whole_name),
        T(links_lead_where_the_standard_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
