/*
 * http1_test.c - heads as they are read, and heads as they are written
 *
 * What is refused, and with which status, is in tests/http/cases.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/http1.h"
#include <stdio.h>

static const struct limits limits = { .head = 1000, .target = 100, .fields = 10, .body = 1000 };
static struct header room[10];
static struct http1_head head;

static enum http1_found read_head(str bytes)
{
    head = (struct http1_head){ .fields = room };
    return http1_read_head(&head, bytes, &limits);
}

static void assert_str(str s, const char *expected)
{
    assert_int_equal(s.len, strlen(expected));
    assert_memory_equal(s.p ? s.p : "", expected, s.len);
}

static void a_head_is_slices_of_its_bytes(void **state)
{
    str bytes = S("GET /a%20b/?q=1?2 HTTP/1.1\r\nHost: a:80\r\nX-Y: \t some thing \r\n\r\nrest");

    (void)state;
    assert_int_equal(read_head(bytes), HTTP1_DONE);
    assert_str(head.request.method, "GET");
    assert_str(head.request.target, "/a%20b/?q=1?2");
    assert_str(head.request.path, "/a%20b/");
    assert_str(head.request.query, "q=1?2");
    assert_str(head.request.scheme, "http");
    assert_str(head.request.authority, "a:80");
    assert_int_equal(head.request.minor, 1);
    assert_int_equal(head.request.count, 2);
    assert_str(head.request.fields[1].name, "X-Y");
    assert_str(head.request.fields[1].value, "some thing");
    assert_int_equal(head.request.length, 0);
    assert_int_equal(head.size, bytes.len - 4);
    assert_ptr_equal(head.request.method.p, bytes.p);
    assert_true(head.keep_alive);
}

static void the_authority_of_an_absolute_target_wins_over_host(void **state)
{
    (void)state;
    assert_int_equal(read_head(S("GET https://b:1/x?y HTTP/1.1\r\nHost: a\r\n\r\n")), HTTP1_DONE);
    assert_str(head.request.scheme, "https");
    assert_str(head.request.authority, "b:1");
    assert_str(head.request.fields[0].value, "b:1"); /* RFC 9112 §3.2.2 */
    assert_str(head.request.path, "/x");
    assert_str(head.request.query, "y");
}

static void an_absolute_target_without_a_path_asks_for_the_root(void **state)
{
    (void)state;
    assert_int_equal(read_head(S("GET http://b?y HTTP/1.1\r\nHost: a\r\n\r\n")), HTTP1_DONE);
    assert_str(head.request.path, "/");
    assert_str(head.request.query, "y");
}

static void the_length_of_a_body_is_told_or_minus_one_for_chunks(void **state)
{
    (void)state;
    assert_int_equal(read_head(S("P / HTTP/1.1\r\nHost: a\r\nContent-Length: 42\r\n\r\n")),
                     HTTP1_DONE);
    assert_int_equal(head.request.length, 42);
    assert_int_equal(read_head(S("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")),
                     HTTP1_DONE);
    assert_int_equal(head.request.length, -1);
}

static void staying_is_the_rule_in_1_1_and_the_exception_in_1_0(void **state)
{
    (void)state;
    read_head(S("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, close\r\n\r\n"));
    assert_false(head.keep_alive);
    read_head(S("GET / HTTP/1.0\r\n\r\n"));
    assert_false(head.keep_alive);
    read_head(S("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    assert_true(head.keep_alive);
    read_head(S("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
    assert_false(head.keep_alive);
}

static void a_refusal_says_why(void **state)
{
    (void)state;
    assert_int_equal(read_head(S("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")), HTTP1_BAD);
    assert_int_equal(head.status, 400);
    assert_string_equal(head.why, "there are two Host fields");
}

static void the_longest_method_there_could_be_is_taken_and_a_longer_one_is_not(void **state)
{
    (void)state;
    assert_int_equal(read_head(S("ABCDEFGHABCDEFGHABCDEFGHABCDEFGH / HTTP/1.1\r\nHost: a\r\n\r\n")),
                     HTTP1_DONE);
    assert_int_equal(read_head(S("ABCDEFGHABCDEFGHABCDEFGHABCDEFGHI")), HTTP1_BAD);
    assert_int_equal(head.status, 501);
}

static void a_request_line_that_never_ends_is_too_long_a_target(void **state)
{
    struct buf line = { 0 };

    (void)state;
    buf_lit(&line, "GET /");
    while (line.len < 105)
        buf_addc(&line, 'x');
    assert_int_equal(read_head(str_slice(buf_str(&line), 0, 104)), HTTP1_MORE);
    assert_int_equal(read_head(buf_str(&line)), HTTP1_BAD);
    assert_int_equal(head.status, 414);
    buf_free(&line);
}

static void a_head_that_fills_the_limit_without_an_end_is_refused(void **state)
{
    struct buf bytes = { 0 };

    (void)state;
    buf_lit(&bytes, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    while (bytes.len < limits.head)
        buf_addc(&bytes, 'x');
    assert_int_equal(read_head(str_slice(buf_str(&bytes), 0, limits.head - 1)), HTTP1_MORE);
    assert_int_equal(read_head(buf_str(&bytes)), HTTP1_BAD);
    assert_int_equal(head.status, 431);
    buf_free(&bytes);
}

static void hosts_that_there_could_be(void **state)
{
    static const char *good[] = { "a",     "a.b-c_d~e", "localhost:8000",   "127.0.0.1",
                                  "[::1]", "[::1]:80",  "[fe80::1.2.3.4]:", "A:65535",
                                  "a:0",   "a:" };
    static const char *bad[] = { "",     ":80",     "a b",  "a/",          "a@b",
                                 "[::1", "[]",      "[:]",  "[g::1]",      "[::1]x",
                                 "::1",  "a:65536", "a:-1", "a:1:2",       "a:000080",
                                 "a\"b", "a,b",     "a%41", "[::1%25eth0]" };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!http1_is_authority(str_of(good[i])))
            fail_msg("'%s' is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (http1_is_authority(str_of(bad[i])))
            fail_msg("'%s' is taken", bad[i]);
}

/* --- writing ---------------------------------------------------------------------------------- */

static struct buf written;

static const char *write_head(const struct http1_reply *reply)
{
    buf_clear(&written);
    http1_write_head(&written, reply);
    return buf_cstr(&written);
}

static void a_head_is_written_with_its_framing(void **state)
{
    const struct header fields[] = { { S("Content-Type"), S("text/html") },
                                     { S("transfer-encoding"), S("gzip") },
                                     { S("CONTENT-LENGTH"), S("1") },
                                     { S("Keep-Alive"), S("timeout=5") } };

    (void)state;
    assert_string_equal(write_head(&(struct http1_reply){ .status = 200,
                                                          .fields = fields,
                                                          .count = 4,
                                                          .framing = FRAMED_LENGTH,
                                                          .length = 5000000000,
                                                          .date = S("now") }),
                        "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/html\r\n"
                        "Content-Length: 5000000000\r\n\r\n");
    buf_free(&written);
}

static void fields_for_every_reply_yield_to_the_replys_own(void **state)
{
    const struct header own = { S("referrer-policy"), S("no-referrer") };
    const struct header always[] = { { S("Referrer-Policy"), S("origin") },
                                     { S("X-Content-Type-Options"), S("nosniff") },
                                     { S(""), S("") } };

    (void)state;
    assert_string_equal(
        write_head(&(struct http1_reply){
            .status = 304, .fields = &own, .count = 1, .always = always, .close = true }),
        "HTTP/1.1 304 Not Modified\r\nDate: \r\nreferrer-policy: no-referrer\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
    buf_free(&written);
}

static void each_status_has_its_own_line(void **state)
{
    (void)state;
    for (int status = 200; status < 600; status++) { /* also those that share a place */
        char expected[100];

        snprintf(expected, sizeof expected, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
        assert_memory_equal(write_head(&(struct http1_reply){ .status = status }), expected,
                            strlen(expected));
    }
    buf_free(&written);
}

static void a_status_line_without_a_reason_keeps_its_shape(void **state)
{
    (void)state;
    assert_memory_equal(write_head(&(struct http1_reply){ .status = 599 }), "HTTP/1.1 599 ", 13);
    buf_free(&written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_slices_of_its_bytes),
        cmocka_unit_test(the_authority_of_an_absolute_target_wins_over_host),
        cmocka_unit_test(an_absolute_target_without_a_path_asks_for_the_root),
        cmocka_unit_test(the_length_of_a_body_is_told_or_minus_one_for_chunks),
        cmocka_unit_test(staying_is_the_rule_in_1_1_and_the_exception_in_1_0),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(the_longest_method_there_could_be_is_taken_and_a_longer_one_is_not),
        cmocka_unit_test(a_request_line_that_never_ends_is_too_long_a_target),
        cmocka_unit_test(a_head_that_fills_the_limit_without_an_end_is_refused),
        cmocka_unit_test(hosts_that_there_could_be),
        cmocka_unit_test(a_head_is_written_with_its_framing),
        cmocka_unit_test(fields_for_every_reply_yield_to_the_replys_own),
        cmocka_unit_test(each_status_has_its_own_line),
        cmocka_unit_test(a_status_line_without_a_reason_keeps_its_shape),
    };

    return cmocka_run_group_tests_name("http1", tests, NULL, NULL);
}
