/*
 * range_test.c - parts of responses
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/http/range.h"

static struct arena a;
static struct request req;
static struct response res;

static int set_up(void **state)
{
    (void)state;
    req = (struct request){ .method = S("GET"), .headers.arena = &a };
    res = (struct response){
        .status = 200, .headers.arena = &a, .body = BODY_TEXT, .text = S("0123456789")
    };
    headers_add(&res.headers, S("ETag"), S("\"v1\""));
    headers_add(&res.headers, S("Last-Modified"), S("Sat, 21 Nov 2026 05:15:18 GMT"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

/* "206 bytes 0-1/10 01", or the status alone. */
static const char *ask(const char *range)
{
    set_up(NULL);
    headers_add(&req.headers, S("Range"), str_of(range));
    range_apply(&req, &res, &a);

    str part = headers_get(&res.headers, S("Content-Range"));
    if (!part.p)
        return str_fmt(&a, "%d", res.status).p;
    if (res.status == 416)
        return str_fmt(&a, "416 %.*s", STR(part)).p;
    return str_fmt(&a, "%d %.*s %.*s", res.status, STR(part), STR(res.text)).p;
}

static void a_part_is_cut_out(void **state)
{
    (void)state;
    assert_string_equal(ask("bytes=0-1"), "206 bytes 0-1/10 01");
    assert_string_equal(ask("bytes=3-3"), "206 bytes 3-3/10 3");
    assert_string_equal(ask("bytes=8-"), "206 bytes 8-9/10 89");
    assert_string_equal(ask("bytes=-3"), "206 bytes 7-9/10 789");
    assert_string_equal(ask("bytes=-30"), "206 bytes 0-9/10 0123456789");
    assert_string_equal(ask("bytes=5-99999999999999999999999"), "206 bytes 5-9/10 56789");
    assert_string_equal(ask("Bytes = 2-3 "), "206 bytes 2-3/10 23");
}

static void a_part_that_there_is_not_is_416(void **state)
{
    (void)state;
    assert_string_equal(ask("bytes=10-"), "416 bytes */10");
    assert_string_equal(ask("bytes=10-20"), "416 bytes */10");
    assert_string_equal(ask("bytes=99999999999999999999999-"), "416 bytes */10");
    assert_string_equal(ask("bytes=-0"), "416 bytes */10");
    assert_int_equal(res.body, BODY_NONE);
}

static void what_is_no_range_is_not_there(void **state)
{
    static const char *none[] = { "bytes=5-3", "bytes=",     "bytes=-",     "bytes",
                                  "lines=1-2", "bytes=a-b",  "bytes=1-b",   "bytes=1-2,4-5",
                                  "bytes=--1", "bytes=+1-2", "bytes=1 2-3", "" };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(ask(none[i]), "200") != 0)
            fail_msg("'%s' is answered with %s", none[i], ask(none[i]));
}

static void another_version_is_sent_whole(void **state)
{
    static const struct {
        const char *version;
        int status;
    } cases[] = { { "\"v1\"", 206 },
                  { "\"v2\"", 200 },
                  { "W/\"v1\"", 200 },
                  { "Sat, 21 Nov 2026 05:15:18 GMT", 206 },
                  { "Sat, 21 Nov 2026 05:15:19 GMT", 200 },
                  { "yesterday", 200 },
                  { "", 200 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_up(NULL);
        headers_add(&req.headers, S("Range"), S("bytes=0-1"));
        headers_add(&req.headers, S("If-Range"), str_of(cases[i].version));
        range_apply(&req, &res, &a);
        assert_int_equal(res.status, cases[i].status);
    }
}

static void only_a_get_that_was_answered_200_is_cut(void **state)
{
    (void)state;
    headers_add(&req.headers, S("Range"), S("bytes=0-1"));
    res.status = 404;
    range_apply(&req, &res, &a);
    assert_int_equal(res.status, 404);
    res.status = 200;
    req.method = S("HEAD");
    range_apply(&req, &res, &a);
    assert_int_equal(res.status, 200);
    req.method = S("GET");
    res.body = BODY_NONE;
    range_apply(&req, &res, &a);
    assert_int_equal(res.status, 200);
}

static void a_part_of_a_part_of_a_file_is_counted_from_its_beginning(void **state)
{
    (void)state;
    headers_add(&req.headers, S("Range"), S("bytes=10-19"));
    res.body = BODY_FILE;
    res.from = 1000;
    res.length = 100;
    range_apply(&req, &res, &a);
    assert_int_equal(res.from, 1010);
    assert_int_equal(res.length, 10);
    assert_true(str_eq(headers_get(&res.headers, S("Content-Range")), S("bytes 10-19/100")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_part_is_cut_out),
        TEST(a_part_that_there_is_not_is_416),
        TEST(what_is_no_range_is_not_there),
        TEST(another_version_is_sent_whole),
        TEST(only_a_get_that_was_answered_200_is_cut),
        TEST(a_part_of_a_part_of_a_file_is_counted_from_its_beginning),
    };

    return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
