/*
 * headers_test.c - headers keep their order, compare without case, and carry nothing but themselves
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/base/date.h"
#include "vial/http/http.h"
#include <cmocka.h>

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void names_compare_without_case(void **state)
{
    (void)state;
    struct headers h = { .arena = &arena };

    headers_add(&h, S("Content-Type"), S("a"));
    headers_add(&h, S("content-TYPE"), S("b"));
    assert_true(str_eq(headers_get(&h, S("content-type")), S("a")));
    headers_set(&h, S("CONTENT-TYPE"), S("c"));
    assert_int_equal(h.count, 1);
    assert_true(str_eq(headers_get(&h, S("Content-Type")), S("c")));
    headers_remove(&h, S("content-type"));
    assert_null(headers_get(&h, S("Content-Type")).p);
}

static void many_headers_keep_their_order(void **state)
{
    (void)state;
    struct headers h = { .arena = &arena };

    for (int i = 0; i < 100; i++)
        headers_add(&h, str_fmt(&arena, "x-%d", i), S("v"));
    assert_int_equal(h.count, 100);
    assert_true(str_eq(h.list[57].name, S("x-57")));
}

static void nothing_can_be_injected_through_a_header(void **state)
{
    (void)state;
    assert_true(header_is_legal(S("X-Name"), S("value with \t and \xc3\xa4")));
    assert_true(header_is_legal(S("X"), S("")));
    assert_false(header_is_legal(S(""), S("v")));
    assert_false(header_is_legal(S("X Y"), S("v")));
    assert_false(header_is_legal(S("X:"), S("v")));
    assert_false(header_is_legal(S("X\n"), S("v")));
    assert_false(header_is_legal(S("X"), S("a\r\nSet-Cookie: b=c")));
    assert_false(header_is_legal(S("X"), S("a\nb")));
    assert_false(header_is_legal(S("X"), S("a\0b")));
    assert_false(header_is_legal(S("X\0"), S("a")));
}

static bool not_modified(const char *method, const char *header, const char *content,
                         const char *etag, int64_t modified)
{
    struct request req = { .method = str_of(method), .headers = { .arena = &arena } };

    headers_add(&req.headers, str_of(header), str_of(content));
    return http_not_modified(&req, str_of(etag), modified);
}

static bool tagged(const char *list, const char *etag)
{
    return not_modified("GET", "If-None-Match", list, etag, 0);
}

static void tags_are_compared_weakly(void **state)
{
    (void)state;
    assert_true(tagged("\"a\"", "\"a\""));
    assert_true(tagged("W/\"a\"", "\"a\""));
    assert_true(tagged("\"a\"", "W/\"a\""));
    assert_true(tagged("\"x\", W/\"y\" ,\"a\"", "\"a\""));
    assert_true(tagged("\"x,y\", \"a\"", "\"a\""));
    assert_true(tagged("*", "\"a\""));
    assert_false(tagged("\"b\"", "\"a\""));
    assert_false(tagged("a", "\"a\""));
    assert_false(tagged("\"a", "\"a\""));
    assert_false(tagged("", "\"a\""));
    assert_false(tagged("*", ""));
}

static void dates_count_only_without_tags(void **state)
{
    const char *noon = "Sat, 21 Nov 2026 12:00:00 GMT";
    const int64_t at = 1795262400;
    struct request req = { .method = S("GET"), .headers = { .arena = &arena } };

    (void)state;
    assert_true(not_modified("GET", "If-Modified-Since", noon, "", at));
    assert_true(not_modified("HEAD", "If-Modified-Since", noon, "", at - 1));
    assert_false(not_modified("GET", "If-Modified-Since", noon, "", at + 1));
    assert_false(not_modified("GET", "If-Modified-Since", "yesterday", "", at));
    assert_false(not_modified("GET", "If-Modified-Since", noon, "", 0));
    headers_add(&req.headers, S("If-Modified-Since"), str_of(noon));
    headers_add(&req.headers, S("If-None-Match"), S("\"other\""));
    assert_false(http_not_modified(&req, S("\"a\""), at));
}

static void only_reading_is_conditional(void **state)
{
    (void)state;
    assert_true(not_modified("HEAD", "If-None-Match", "\"a\"", "\"a\"", 0));
    assert_false(not_modified("POST", "If-None-Match", "\"a\"", "\"a\"", 0));
}

static void a_file_is_what_its_ending_says(void **state)
{
    (void)state;
    assert_true(str_eq(media_type(S("index.html")), S("text/html; charset=utf-8")));
    assert_true(str_eq(media_type(S("a/b.CSS")), S("text/css; charset=utf-8")));
    assert_true(str_eq(media_type(S("x.tar.gz")), S("application/gzip")));
    assert_true(str_eq(media_type(S("a.woff2")), S("font/woff2")));
    assert_true(str_eq(media_type(S("feed.xml")), S("application/xml")));
    assert_true(str_eq(media_type(S("a.3gp")), S("video/3gpp")));
    assert_true(str_eq(media_type(S("a.zst")), S("application/zstd")));
    assert_true(str_eq(media_type(S("a.none")), S("application/octet-stream")));
    assert_true(str_eq(media_type(S("a.html/b")), S("application/octet-stream")));
    assert_true(str_eq(media_type(S("Makefile")), S("application/octet-stream")));
    assert_true(str_eq(media_type(S("")), S("application/octet-stream")));
    assert_true(str_eq(media_type(S("a.webmanifestwebmanifest")), S("application/octet-stream")));
}

static void statuses_have_names(void **state)
{
    (void)state;
    assert_string_equal(http_reason(404), "Not Found");
    assert_string_equal(http_reason(200), "OK");
    assert_string_equal(http_reason(599), "Unknown");
    assert_string_equal(http_sentence(404), "There is no page at this address.");
    assert_string_equal(http_sentence(599), "");
}

/* The answer to these fields ("Name: value\n" ...) of what has the tag "a" and is of that second.
 */
static int conditions(const char *method, const char *fields)
{
    struct request req = { .method = str_of(method), .headers = { .arena = &arena } };
    str rest = str_of(fields), line;
    int64_t at;

    assert_true(date_http_parse(S("Sat, 21 Nov 2020 05:15:18 GMT"), &at));
    while (str_line(&rest, &line)) {
        str name = str_cut(&line, ':');
        headers_add(&req.headers, name, str_trim(line));
    }
    return http_conditions(&req, S("\"a\""), at);
}

#define BEFORE "Sat, 21 Nov 2020 05:15:17 GMT\n"
#define AT     "Sat, 21 Nov 2020 05:15:18 GMT\n"

static void conditions_are_asked_in_their_order(void **state)
{
    (void)state;
    assert_int_equal(conditions("GET", ""), 0);
    assert_int_equal(conditions("GET", "If-Match: \"a\"\n"), 0);
    assert_int_equal(conditions("GET", "If-Match: *\n"), 0);
    assert_int_equal(conditions("GET", "If-Match: \"b\"\n"), 412);
    assert_int_equal(conditions("GET", "If-Match: W/\"a\"\n"), 412);
    assert_int_equal(conditions("GET", "If-Match: \"b\"\nIf-Match: \"a\"\n"), 0);
    assert_int_equal(conditions("GET", "If-Match: \"a\"\nIf-Unmodified-Since: " BEFORE), 0);
    assert_int_equal(conditions("GET", "If-Unmodified-Since: " BEFORE), 412);
    assert_int_equal(conditions("GET", "If-Unmodified-Since: " AT), 0);
    assert_int_equal(conditions("GET", "If-Unmodified-Since: yesterday\n"), 0);
    assert_int_equal(conditions("GET", "If-Match: \"b\"\nIf-None-Match: \"a\"\n"), 412);
    assert_int_equal(conditions("GET", "If-Match: \"a\"\nIf-None-Match: \"a\"\n"), 304);
    assert_int_equal(conditions("GET", "If-None-Match: \"b\"\nIf-None-Match: W/\"a\"\n"), 304);
    assert_int_equal(conditions("GET", "If-None-Match: \"b\"\nIf-Modified-Since: " AT), 0);
    assert_int_equal(conditions("GET", "If-Modified-Since: " AT), 304);
    assert_int_equal(conditions("GET", "If-Modified-Since: " BEFORE), 0);
    assert_int_equal(conditions("POST", "If-None-Match: *\n"), 412);
    assert_int_equal(conditions("POST", "If-None-Match: \"a\"\n"), 412);
    assert_int_equal(conditions("POST", "If-Modified-Since: " AT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, end)
        T(names_compare_without_case),
        T(many_headers_keep_their_order),
        T(nothing_can_be_injected_through_a_header),
        T(tags_are_compared_weakly),
        T(dates_count_only_without_tags),
        T(only_reading_is_conditional),
        T(a_file_is_what_its_ending_says),
        T(statuses_have_names),
        T(conditions_are_asked_in_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
