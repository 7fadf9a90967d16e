/* Cookies as they are set, and as they come back: cookie.h. */
#include "../unit.h"
#include "vial/http/cookie.h"

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *printed(struct cookie cookie)
{
    str header;

    return cookie_print(&cookie, 1000000000, &header, &arena) ? str_cstr(&arena, header) : NULL;
}

static void a_cookie_says_how_long_and_for_whom(void **state)
{
    (void)state;
    assert_string_equal(printed((struct cookie){ .name = S("a"), .value = S("b") }), "a=b; Path=/");
    assert_string_equal(
        printed((struct cookie){ .name = S("a"),
                                 .value = S("b"),
                                 .path = S("/x"),
                                 .domain = S("example.com"),
                                 .samesite = S("Lax"),
                                 .max_age = 60,
                                 .has_age = true,
                                 .secure = true,
                                 .http_only = true }),
        "a=b; Domain=example.com; Expires=Sun, 09 Sep 2001 01:47:40 GMT; Max-Age=60; Secure; "
        "HttpOnly; Path=/x; SameSite=Lax");
    assert_string_equal(printed((struct cookie){ .name = S("a"), .has_age = true }),
                        "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
}

static void nothing_ends_a_cookie_early(void **state)
{
    (void)state;
    assert_string_equal(printed((struct cookie){ .name = S("a"), .value = S("b; c=d\r\n\"x\"") }),
                        "a=\"b\\073 c=d\\015\\012\\\"x\\\"\"; Path=/");
    assert_null(printed((struct cookie){ .name = S("a b"), .value = S("") }));
    assert_null(printed((struct cookie){ .name = S("a=b"), .value = S("") }));
    assert_null(printed((struct cookie){ .name = S("a"), .path = S("/;x") }));
    assert_null(printed((struct cookie){ .name = S("a"), .domain = S("x\r\ny") }));
}

static void what_was_quoted_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[4] = { 'x', (char)c, 'y', 0 };
        struct headers headers = { .arena = &arena };
        str value = str_of(printed((struct cookie){ .name = S("a"), .value = str_of(text) }));

        value = str_cut(&value, ';');
        headers_add(&headers, S("Cookie"), value);
        assert_str(cookie_get(&headers, S("a"), &arena), text);
    }
}

static void what_browsers_do_not_keep_is_refused(void **state)
{
    struct buf large = buf_in(&arena);

    (void)state;
    for (int i = 0; i < 4100; i++)
        buf_addc(&large, 'x');
    assert_null(printed((struct cookie){ .name = S("a"), .value = buf_str(&large) }));
    assert_null(printed((struct cookie){ .name = S("__Host-a"), .value = S("b") }));
    assert_null(printed((struct cookie){ .name = S("__Secure-a"), .value = S("b") }));
    assert_non_null(
        printed((struct cookie){ .name = S("__Host-a"), .value = S("b"), .secure = true }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cookie_says_how_long_and_for_whom),
        cmocka_unit_test(nothing_ends_a_cookie_early),
        cmocka_unit_test(what_was_quoted_comes_back_as_it_was),
        cmocka_unit_test(what_browsers_do_not_keep_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
