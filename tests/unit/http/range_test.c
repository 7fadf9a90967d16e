/*
 * range_test.c - parts of responses
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/base/date.h"
#include "vial/http/range.h"
#include <stdlib.h>
#include <unistd.h>

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
    headers_add(&res.headers, S("Last-Modified"), S("Sat, 21 Nov 2020 05:15:18 GMT"));
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
                                  "lines=1-2", "bytes=a-b",  "bytes=1-b",   "bytes=1-2,a",
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
                  { "Sat, 21 Nov 2020 05:15:18 GMT", 206 },
                  { "Sat, 21 Nov 2020 05:15:19 GMT", 200 },
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

/* All that the stream gives, with its boundary as "B". */
static const char *pulled(size_t at_once)
{
    struct buf got = buf_in(&a), out = buf_in(&a);
    char room[64];
    ptrdiff_t n;

    assert_int_equal(res.body, BODY_PULL);
    while ((n = res.stream->pull(res.stream, room, at_once)) > 0)
        buf_add(&got, str_n(room, (size_t)n));
    assert_int_equal(n, STREAM_END);
    assert_int_equal(got.len, res.length);

    str type = headers_get(&res.headers, S("Content-Type")), rest = buf_str(&got);
    str boundary = str_from(type, S("multipart/byteranges; boundary=").len);
    assert_int_equal(boundary.len, 32);
    for (ptrdiff_t at; (at = str_find(rest, boundary)) >= 0;
         rest = str_from(rest, (size_t)at + boundary.len)) {
        buf_add(&out, str_slice(rest, 0, (size_t)at));
        buf_addc(&out, 'B');
    }
    buf_add(&out, rest);
    buf_addc(&out, '\0');
    return out.p;
}

static void long_text(void)
{
    char *text = arena_alloc(&a, 1000);

    for (int i = 0; i < 1000; i++)
        text[i] = (char)('0' + i / 100);
    set_up(NULL);
    res.text = str_n(text, 1000);
    headers_add(&res.headers, S("Content-Type"), S("text/x"));
}

static const char several[] =
    "--B\r\nContent-Type: text/x\r\nContent-Range: bytes 0-1/1000\r\n\r\n00"
    "\r\n--B\r\nContent-Type: text/x\r\nContent-Range: bytes 998-999/1000\r\n\r\n99"
    "\r\n--B\r\nContent-Type: text/x\r\nContent-Range: bytes 500-501/1000\r\n\r\n55"
    "\r\n--B--\r\n";

static void several_parts_are_sent_in_the_order_of_asking(void **state)
{
    (void)state;
    for (size_t at_once = 1; at_once <= 64; at_once += 7) {
        long_text();
        headers_add(&req.headers, S("Range"), S("bytes=0-1, -2 ,,500-501, 5000-"));
        range_apply(&req, &res, &a);
        assert_int_equal(res.status, 206);
        assert_null(headers_get(&res.headers, S("Content-Range")).p);
        assert_string_equal(pulled(at_once), several);
        response_end(&res);
    }
}

static void several_parts_of_a_file_are_read_as_they_are_sent(void **state)
{
    char path[] = "/tmp/vial-range-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    long_text();
    assert_int_equal(write(fd, res.text.p, 1000), 1000);
    close(fd);
    res.body = BODY_FILE;
    res.file = str_of(path);
    res.length = 1000;
    headers_add(&req.headers, S("Range"), S("bytes=0-1,-2,500-501"));
    range_apply(&req, &res, &a);
    unlink(path);
    assert_string_equal(pulled(11), several);
    response_end(&res);
}

static void a_file_that_shrank_is_not_sent_as_if_it_were_whole(void **state)
{
    char path[] = "/tmp/vial-range-XXXXXX", room[4000];
    int fd = mkstemp(path);

    (void)state;
    long_text();
    assert_int_equal(write(fd, res.text.p, 1000), 1000);
    res.body = BODY_FILE;
    res.fd = fd;
    res.length = 1000;
    headers_add(&req.headers, S("Range"), S("bytes=0-1,800-900"));
    range_apply(&req, &res, &a);
    assert_int_equal(ftruncate(fd, 500), 0);
    assert_int_equal(res.stream->pull(res.stream, room, sizeof room), STREAM_ABORT);
    response_end(&res);
    unlink(path);
}

/* The parts that are sent: "0-1 998-999". */
static const char *parts_of(const char *range)
{
    struct buf out = buf_in(&a);

    long_text();
    headers_add(&req.headers, S("Range"), str_of(range));
    range_apply(&req, &res, &a);
    if (res.status == 206 && res.body == BODY_PULL) {
        str rest = str_of(pulled(64));
        for (ptrdiff_t at; (at = str_find(rest, S("bytes "))) >= 0;) {
            rest = str_from(rest, (size_t)at + 6);
            str numbers = str_slice(rest, 0, (size_t)str_find_char(rest, '/'));
            buf_addf(&out, "%s%.*s", out.len ? " " : "", STR(numbers));
        }
    } else {
        buf_addf(&out, "%d %.*s", res.status, STR(headers_get(&res.headers, S("Content-Range"))));
    }
    response_end(&res);
    buf_addc(&out, '\0');
    return out.p;
}

static void parts_that_overlap_or_nearly_touch_are_one(void **state)
{
    (void)state;
    assert_string_equal(parts_of("bytes=0-1,1-5"), "206 bytes 0-5/1000");
    assert_string_equal(parts_of("bytes=0-1,2-3,60-70"), "206 bytes 0-70/1000");
    assert_string_equal(parts_of("bytes=0-1,900-901,500-501,400-600"), "0-1 900-901 400-600");
    assert_string_equal(parts_of("bytes=0-1,400-401,0-500"), "206 bytes 0-500/1000");
    assert_string_equal(parts_of("bytes=0-,0-,0-,0-,0-"), "206 bytes 0-999/1000");
    assert_string_equal(parts_of("bytes=-1,0-0"), "999-999 0-0");
    assert_string_equal(parts_of("bytes=0-0,2000-3000"), "206 bytes 0-0/1000");
    assert_string_equal(parts_of("bytes=1000-,2000-3000"), "416 bytes */1000");
}

static void too_many_parts_are_none(void **state)
{
    struct buf range = buf_in(&a);

    (void)state;
    buf_lit(&range, "bytes=0-0");
    for (int i = 1; i < 17; i++)
        buf_addf(&range, ",%d-%d", i * 50, i * 50);
    buf_addc(&range, '\0');
    assert_string_equal(parts_of(range.p), "200 ");
    set_up(NULL);
    headers_add(&req.headers, S("Range"), S("bytes=0-1"));
    headers_add(&req.headers, S("Range"), S("bytes=0-1"));
    range_apply(&req, &res, &a);
    assert_int_equal(res.status, 200);
}

static void a_date_tells_versions_apart_only_when_its_second_is_over(void **state)
{
    (void)state;
    for (int age = 0; age < 2; age++) {
        set_up(NULL);
        str now = date_http(&a, time(NULL) + 5 - age * 10);

        headers_set(&res.headers, S("Last-Modified"), now);
        headers_add(&req.headers, S("Range"), S("bytes=0-1"));
        headers_add(&req.headers, S("If-Range"), now);
        range_apply(&req, &res, &a);
        assert_int_equal(res.status, age ? 206 : 200);
    }
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
        TEST(several_parts_are_sent_in_the_order_of_asking),
        TEST(several_parts_of_a_file_are_read_as_they_are_sent),
        TEST(a_file_that_shrank_is_not_sent_as_if_it_were_whole),
        TEST(parts_that_overlap_or_nearly_touch_are_one),
        TEST(too_many_parts_are_none),
        TEST(a_date_tells_versions_apart_only_when_its_second_is_over),
    };

    return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
