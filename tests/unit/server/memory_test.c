/*
 * memory_test.c - a connection's life, at chosen bytes and moments
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/answering.h"
#include "server/memory.h"
#include "tests/http/site.h"
#include <stdio.h>

#define GET(path)  S("GET " path " HTTP/1.1\r\nHost: a\r\n\r\n")
#define POST(more) S("POST /echo HTTP/1.1\r\nHost: a\r\n" more)

static struct little_site site;
static struct answering answering;
static struct memory *memory;
static struct memory_peer *peer;
static struct buf statuses;

static const struct limits limits = {
    .body = 100000,
    .head_ms = 1000,
    .idle_ms = 5000,
    .body_ms = 1000,
    .write_ms = 1000,
    .rate = 100,
    .linger_ms = 500,
};

static int set_up(void **state)
{
    (void)state;
    site_make(&site);
    answering = (struct answering){ .handler = site_answer, .self = &site };
    answering_init(&answering);
    memory = memory_open(&answering.answerer, &limits);
    peer = memory_connect(memory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memory_close(memory);
    assert_int_equal(site.streams, 0);
    site_remove(&site);
    buf_free(&statuses);
    return 0;
}

static const char *answers(void)
{
    answers_read(memory_got(peer), &statuses);
    return buf_cstr(&statuses);
}

/* --- deadlines -------------------------------------------------------------------------------- */

static void a_head_that_trickles_in_is_answered_408(void **state)
{
    str head = GET("/");

    (void)state;
    for (size_t i = 0; i < 12 && !memory_is_ended(peer); i++) {
        memory_send(peer, str_slice(head, i, i + 1));
        memory_pass(memory, 100);
    }
    assert_string_equal(answers(), "408!");
    assert_true(memory_is_ended(peer));
}

static void a_head_has_its_time_from_its_first_byte_and_not_from_the_connection(void **state)
{
    (void)state;
    memory_pass(memory, 4000);
    memory_send(peer, str_slice(GET("/"), 0, 10));
    memory_pass(memory, 900);
    memory_send(peer, str_from(GET("/"), 10));
    assert_string_equal(answers(), "200");
}

static void each_head_has_its_own_time(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        memory_send(peer, str_slice(GET("/"), 0, 10));
        memory_pass(memory, 700);
        memory_send(peer, str_from(GET("/"), 10));
        memory_pass(memory, 700);
    }
    assert_string_equal(answers(), "200 200 200 200 200");
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    (void)state;
    memory_send(peer, GET("/"));
    memory_pass(memory, 4900);
    assert_false(memory_is_closed(peer));
    memory_pass(memory, 200);
    assert_true(memory_is_closed(peer));
    assert_string_equal(answers(), "200");
}

static void a_connection_that_never_asks_is_closed(void **state)
{
    (void)state;
    memory_pass(memory, 5100);
    assert_true(memory_is_closed(peer));
    assert_int_equal(memory_got(peer).len, 0);
}

static void a_body_below_the_rate_is_answered_408(void **state)
{
    (void)state;
    memory_send(peer, POST("Content-Length: 1000\r\n\r\n"));
    for (int i = 0; i < 40 && !memory_is_ended(peer); i++) {
        memory_send(peer, S("12345"));
        memory_pass(memory, 100); /* 50 bytes a second, and 100 are asked for */
    }
    assert_string_equal(answers(), "408!");
}

static void a_body_that_keeps_up_the_rate_has_all_the_time_it_needs(void **state)
{
    (void)state;
    memory_send(peer, POST("Content-Length: 1000\r\n\r\n"));
    for (int i = 0; i < 50; i++) {
        memory_send(peer, S("12345678901234567890"));
        memory_pass(memory, 180);
    }
    assert_string_equal(answers(), "200");
}

static void chunks_do_not_stretch_the_time_of_a_body(void **state)
{
    (void)state;
    memory_send(peer, POST("Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 60 && !memory_is_ended(peer); i++) {
        memory_send(peer, S("1\r\na\r\n"));
        memory_pass(memory, 100);
    }
    assert_string_equal(answers(), "408!");
}

static void who_does_not_take_the_answer_is_cut_off(void **state)
{
    (void)state;
    memory_take_up_to(peer, 5000);
    memory_send(peer, GET("/big"));
    memory_pass(memory, 900);
    assert_false(memory_is_closed(peer));
    memory_pass(memory, 51000); /* 5000 bytes had bought 50 seconds */
    assert_true(memory_is_closed(peer));
}

static void who_takes_the_answer_byte_by_byte_is_cut_off(void **state)
{
    (void)state;
    memory_take_up_to(peer, 0);
    memory_send(peer, GET("/big"));
    for (int i = 0; i < 100 && !memory_is_closed(peer); i++) {
        memory_take_up_to(peer, 1);
        memory_pass(memory, 50);
    }
    assert_true(memory_is_closed(peer));
    assert_in_range(memory_got(peer).len, 1, 60);
}

static void a_last_word_is_waited_for_only_so_long(void **state)
{
    (void)state;
    memory_send(peer, S("nonsense\r\n\r\n"));
    assert_string_equal(answers(), "400!");
    assert_true(memory_is_ended(peer));
    assert_false(memory_is_closed(peer));
    memory_pass(memory, 600);
    assert_true(memory_is_closed(peer));
}

/* --- sending ---------------------------------------------------------------------------------- */

static void assert_same_in_any_window(str request, size_t narrowest)
{
    struct memory_peer *whole = memory_connect(memory);

    memory_send(whole, request);
    memory_wait(memory, 0);
    for (size_t window = narrowest; window <= 2048; window = window * 2 + 1) {
        struct memory_peer *narrow = memory_connect(memory);
        size_t size = memory_got(whole).len;

        memory_take_up_to(narrow, 0);
        memory_send(narrow, request);
        for (size_t taken = 0; taken <= size + window; taken += window) {
            memory_take_up_to(narrow, window);
            memory_wait(memory, 0);
        }
        assert_int_equal(memory_got(narrow).len, size);
        assert_memory_equal(memory_got(narrow).p, memory_got(whole).p, size);
        memory_forget(narrow);
    }
    memory_forget(whole);
}

static void a_reply_is_the_same_however_narrow_the_wire_is(void **state)
{
    (void)state;
    assert_same_in_any_window(GET("/"), 1);
    assert_same_in_any_window(GET("/small"), 1);
    assert_same_in_any_window(GET("/file"), 500);
    assert_same_in_any_window(GET("/pull"), 1);
    assert_same_in_any_window(S("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n"), 1);
}

static void what_waits_for_one_peer_is_not_mixed_with_what_another_gets(void **state)
{
    struct memory_peer *other = memory_connect(memory);

    (void)state;
    memory_take_up_to(peer, 0);
    memory_send(peer, GET("/pull"));
    for (int i = 0; i < 400; i++) {
        memory_take_up_to(peer, 1);
        memory_send(other, GET("/small"));
        memory_wait(memory, 0);
    }
    struct answer answer = answer_read(memory_got(peer), false);
    assert_true(str_eq(answer.body, S("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")));
}

static void a_file_is_sent_whole(void **state)
{
    (void)state;
    memory_send(peer, GET("/file"));
    struct answer answer = answer_read(memory_got(peer), false);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body.len, SITE_FILE);
    assert_memory_equal(answer.body.p, site.big, SITE_FILE);
}

static void a_file_shorter_than_promised_is_no_answer_at_all(void **state)
{
    (void)state;
    memory_send(peer, GET("/shrunk"));
    assert_string_equal(answers(), "500");
}

static void headers_of_framing_and_illegal_ones_are_left_out(void **state)
{
    (void)state;
    memory_send(peer, GET("/"));
    struct answer answer = answer_read(memory_got(peer), false);
    assert_true(str_eq(answer_header(&answer, S("Content-Length")), S("6")));
    assert_true(str_eq(answer_header(&answer, S("X-Host")), S("a")));
    assert_int_equal(answer_header(&answer, S("Date")).len, 29);
    assert_null(answer_header(&answer, S("X-Bad")).p);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
}

static void a_stream_that_waits_is_woken(void **state)
{
    (void)state;
    memory_send(peer, GET("/pull"));
    assert_true(memory_wait(memory, 1000));
    struct answer answer = answer_read(memory_got(peer), false);
    assert_true(str_eq(answer.body, S("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")));
}

static void a_head_request_never_pulls_and_the_stream_is_done(void **state)
{
    (void)state;
    memory_send(peer, S("HEAD /pull HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(site.streams, 0);
    assert_string_equal(answers(), "200");
}

static void a_peer_that_vanishes_in_the_middle_ends_the_stream(void **state)
{
    (void)state;
    memory_take_up_to(peer, 10);
    memory_send(peer, GET("/pull"));
    assert_int_equal(site.streams, 1);
    memory_vanish(peer);
    assert_int_equal(site.streams, 0);
}

/* --- taking ----------------------------------------------------------------------------------- */

static void what_comes_while_an_answer_waits_is_held_and_answered_in_order(void **state)
{
    (void)state;
    memory_take_up_to(peer, 0);
    memory_send(peer, GET("/"));
    for (int i = 0; i < 9; i++)
        memory_send(peer, GET("/204"));
    memory_end(peer);
    assert_int_equal(site.asked, 1); /* nobody is asked ahead of what is taken */
    memory_take_up_to(peer, 1000000);
    assert_string_equal(answers(), "200 204 204 204 204 204 204 204 204 204");
    assert_true(memory_is_closed(peer));
}

static void a_body_reaches_the_handler_whole(void **state)
{
    struct buf request = { 0 };

    (void)state;
    buf_lit(&request, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n");
    buf_add(&request, str_n(site.big, 90000));
    for (size_t at = 0; at < request.len; at += 777)
        memory_send(peer, str_slice(buf_str(&request), at, at + 777));
    buf_free(&request);
    struct answer answer = answer_read(memory_got(peer), false);
    assert_int_equal(answer.body.len, 90000);
    assert_memory_equal(answer.body.p, site.big, 90000);
}

static void exactly_the_limit_of_a_head_is_taken_and_one_byte_more_is_not(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct buf request = { 0 };
        struct memory_peer *asking = memory_connect(memory);

        buf_lit(&request, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
        while (request.len < 16 * 1024 - 4 + more)
            buf_addc(&request, 'x');
        buf_lit(&request, "\r\n\r\n");
        memory_send(asking, buf_str(&request));
        answers_read(memory_got(asking), &statuses);
        assert_string_equal(buf_cstr(&statuses), more ? "431!" : "200");
        buf_free(&request);
    }
}

static void exactly_the_limit_of_fields_is_taken_and_one_more_is_not(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct buf request = { 0 };
        struct memory_peer *asking = memory_connect(memory);

        buf_lit(&request, "GET / HTTP/1.1\r\nHost: a\r\n");
        for (size_t i = 1; i < 100 + more; i++)
            buf_lit(&request, "X: y\r\n");
        buf_lit(&request, "\r\n");
        memory_send(asking, buf_str(&request));
        answers_read(memory_got(asking), &statuses);
        assert_string_equal(buf_cstr(&statuses), more ? "431!" : "200");
        buf_free(&request);
    }
}

static void exactly_the_limit_of_a_target_is_taken_and_one_byte_more_is_not(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct buf request = { 0 };
        struct memory_peer *asking = memory_connect(memory);

        buf_lit(&request, "GET /?");
        for (size_t i = 2; i < 8 * 1024 + more; i++)
            buf_addc(&request, 'x');
        buf_lit(&request, " HTTP/1.1\r\nHost: a\r\n\r\n");
        memory_send(asking, buf_str(&request));
        answers_read(memory_got(asking), &statuses);
        assert_string_equal(buf_cstr(&statuses), more ? "414!" : "200");
        buf_free(&request);
    }
}

static void exactly_the_limit_of_a_body_is_taken_and_one_byte_more_is_not(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct buf request = { 0 };
        struct memory_peer *asking = memory_connect(memory);

        buf_addf(&request,
                 "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
                 60000);
        buf_add(&request, str_n(site.big, 60000));
        buf_addf(&request, "\r\n%zx\r\n", 40000 + more);
        buf_add(&request, str_n(site.big, 40000 + more));
        buf_lit(&request, "\r\n0\r\n\r\n");
        memory_send(asking, buf_str(&request));
        answers_read(memory_got(asking), &statuses);
        assert_string_equal(buf_cstr(&statuses), more ? "413!" : "200");
        buf_free(&request);
    }
}

static void all_bodies_together_have_a_limit(void **state)
{
    struct limits narrow = limits;
    struct memory_peer *peers[3];

    (void)state;
    narrow.bodies = 10000;
    struct memory *m = memory_open(&answering.answerer, &narrow);
    for (int i = 0; i < 3; i++) {
        peers[i] = memory_connect(m);
        memory_send(peers[i], POST("Content-Length: 4500\r\n\r\n"));
        memory_send(peers[i], str_n(site.big, 4000));
    }
    answers_read(memory_got(peers[2]), &statuses);
    assert_string_equal(buf_cstr(&statuses), "503!");
    memory_send(peers[0], str_n(site.big, 500));
    memory_send(peers[1], str_n(site.big, 500));
    answers_read(memory_got(peers[1]), &statuses);
    assert_string_equal(buf_cstr(&statuses), "200");

    peers[2] = memory_connect(m); /* what is done makes room */
    memory_send(peers[2], POST("Content-Length: 9900\r\n\r\n"));
    memory_send(peers[2], str_n(site.big, 9900));
    answers_read(memory_got(peers[2]), &statuses);
    assert_string_equal(buf_cstr(&statuses), "200");
    memory_close(m);
}

static void who_waits_for_100_is_told_to_go_on_before_the_body_comes(void **state)
{
    (void)state;
    memory_send(peer, POST("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    assert_true(str_eq(memory_got(peer), S("HTTP/1.1 100 Continue\r\n\r\n")));
    memory_send(peer, S("hi"));
    assert_string_equal(answers(), "100 200");
}

static void who_waits_for_100_with_too_much_is_told_413_instead(void **state)
{
    (void)state;
    memory_send(peer, POST("Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n"));
    assert_string_equal(answers(), "413!");
}

/* --- draining --------------------------------------------------------------------------------- */

static void draining_ends_idle_connections_and_finishes_the_others(void **state)
{
    struct memory_peer *busy = memory_connect(memory), *waiting = memory_connect(memory);

    (void)state;
    memory_send(peer, GET("/"));
    memory_take_up_to(busy, 10);
    memory_send(busy, GET("/"));
    memory_send(waiting, str_slice(GET("/"), 0, 8));
    memory_drain(memory);
    assert_true(memory_is_closed(peer));
    assert_false(memory_is_closed(busy));

    memory_send(waiting, str_from(GET("/"), 8));
    answers_read(memory_got(waiting), &statuses);
    assert_string_equal(buf_cstr(&statuses), "200!");
    memory_take_up_to(busy, 1000);
    answers_read(memory_got(busy), &statuses);
    assert_string_equal(buf_cstr(&statuses), "200");
}

static void draining_cuts_a_stream_when_it_has_nothing_more_to_say(void **state)
{
    (void)state;
    memory_take_up_to(peer, 10);
    memory_send(peer, GET("/pull"));
    memory_drain(memory);
    assert_false(memory_is_closed(peer));
    memory_take_up_to(peer, 10000);
    assert_true(memory_is_closed(peer));
    assert_true(str_ends(memory_got(peer), S("3\r\none\r\n")));
}

/* --- an answerer of our own ------------------------------------------------------------------- */

/* Takes bodies three bytes at a time, and replies with how much there was. */
struct sipping {
    struct exchange *exchange;
    size_t taken;
    unsigned gone;
    char text[32];
};

static void sip_head(void *self, struct exchange *x)
{
    ((struct sipping *)self)->exchange = x;
}

static size_t sip_body(void *self, struct exchange *x, str piece, bool last)
{
    struct sipping *sipping = self;
    size_t n = piece.len < 3 ? piece.len : 3;

    sipping->taken += n;
    if (last && n == piece.len) {
        int len = snprintf(sipping->text, sizeof sipping->text, "%zu", sipping->taken);

        exchange_reply(x, &(struct reply){ .status = 200,
                                           .body = REPLY_TEXT,
                                           .text = str_n(sipping->text, (size_t)len) });
    }
    return n;
}

static void sip_gone(void *self, struct exchange *x)
{
    (void)x;
    ((struct sipping *)self)->gone++;
}

static void assert_sipped(str request, size_t sips)
{
    struct sipping sipping = { 0 };
    struct answerer answerer = {
        .head = sip_head, .body = sip_body, .gone = sip_gone, .self = &sipping
    };
    struct memory *m = memory_open(&answerer, &limits);
    struct memory_peer *asking = memory_connect(m);

    memory_send(asking, request);
    for (size_t i = 0; i < sips; i++) {
        assert_int_equal(memory_got(asking).len, 0);
        exchange_more(sipping.exchange);
        memory_wait(m, 100);
    }
    struct answer answer = answer_read(memory_got(asking), false);
    assert_true(str_eq(answer.body, S("10")));
    assert_int_equal(sipping.gone, 1);
    memory_close(m);
}

static void an_answerer_that_can_take_no_more_is_not_given_more(void **state)
{
    (void)state;
    assert_sipped(POST("Content-Length: 10\r\n\r\n0123456789"), 3);
    assert_sipped(POST("Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"), 3);
    assert_sipped(POST("Transfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n"),
                  2);
}

static void refuse_head(void *self, struct exchange *x)
{
    (void)self;
    exchange_reply(x, &(struct reply){ .status = 403 });
}

static void an_answer_before_the_body_ends_the_connection_but_listens_on(void **state)
{
    struct sipping sipping = { 0 };
    struct answerer answerer = {
        .head = refuse_head, .body = sip_body, .gone = sip_gone, .self = &sipping
    };
    struct memory *m = memory_open(&answerer, &limits);
    struct memory_peer *asking = memory_connect(m);

    (void)state;
    memory_send(asking, POST("Content-Length: 10\r\n\r\n01234"));
    answers_read(memory_got(asking), &statuses);
    assert_string_equal(buf_cstr(&statuses), "403!");
    assert_true(memory_is_ended(asking));
    assert_false(memory_is_closed(asking));
    assert_int_equal(sipping.gone, 1);
    assert_int_equal(sipping.taken, 0);
    memory_close(m);
}

static void a_peer_that_vanishes_before_its_body_was_there_is_gone_at_once(void **state)
{
    struct sipping sipping = { 0 };
    struct answerer answerer = {
        .head = sip_head, .body = sip_body, .gone = sip_gone, .self = &sipping
    };
    struct memory *m = memory_open(&answerer, &limits);
    struct memory_peer *asking = memory_connect(m);

    (void)state;
    memory_send(asking, POST("Content-Length: 10\r\n\r\n01"));
    memory_vanish(asking);
    assert_int_equal(sipping.gone, 1);
    memory_close(m);
    assert_int_equal(sipping.gone, 1);
}

/* --- other threads ---------------------------------------------------------------------------- */

static void an_answer_from_the_pool_reaches_its_peer(void **state)
{
    (void)state;
    answering.pool = pool_open(2);
    memory_send(peer, GET("/slow"));
    memory_send(peer, GET("/"));
    while (answer_read(memory_got(peer), false).size == memory_got(peer).len)
        assert_true(memory_wait(memory, 5000));
    assert_string_equal(answers(), "200 200");
    pool_close(answering.pool);
}

static void an_answer_for_a_peer_that_has_vanished_is_taken_back_quietly(void **state)
{
    (void)state;
    answering.pool = pool_open(2);
    memory_send(peer, GET("/slow"));
    memory_vanish(peer);
    pool_close(answering.pool);
    answering.pool = NULL;
    assert_int_equal(site.asked, 1);
    assert_true(memory_wait(memory, 1000));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_head_that_trickles_in_is_answered_408),
        TEST(a_head_has_its_time_from_its_first_byte_and_not_from_the_connection),
        TEST(each_head_has_its_own_time),
        TEST(an_idle_connection_is_closed_without_a_word),
        TEST(a_connection_that_never_asks_is_closed),
        TEST(a_body_below_the_rate_is_answered_408),
        TEST(a_body_that_keeps_up_the_rate_has_all_the_time_it_needs),
        TEST(chunks_do_not_stretch_the_time_of_a_body),
        TEST(who_does_not_take_the_answer_is_cut_off),
        TEST(who_takes_the_answer_byte_by_byte_is_cut_off),
        TEST(a_last_word_is_waited_for_only_so_long),
        TEST(a_reply_is_the_same_however_narrow_the_wire_is),
        TEST(what_waits_for_one_peer_is_not_mixed_with_what_another_gets),
        TEST(a_file_is_sent_whole),
        TEST(a_file_shorter_than_promised_is_no_answer_at_all),
        TEST(headers_of_framing_and_illegal_ones_are_left_out),
        TEST(a_stream_that_waits_is_woken),
        TEST(a_head_request_never_pulls_and_the_stream_is_done),
        TEST(a_peer_that_vanishes_in_the_middle_ends_the_stream),
        TEST(what_comes_while_an_answer_waits_is_held_and_answered_in_order),
        TEST(a_body_reaches_the_handler_whole),
        TEST(exactly_the_limit_of_a_head_is_taken_and_one_byte_more_is_not),
        TEST(exactly_the_limit_of_fields_is_taken_and_one_more_is_not),
        TEST(exactly_the_limit_of_a_target_is_taken_and_one_byte_more_is_not),
        TEST(exactly_the_limit_of_a_body_is_taken_and_one_byte_more_is_not),
        TEST(all_bodies_together_have_a_limit),
        TEST(who_waits_for_100_is_told_to_go_on_before_the_body_comes),
        TEST(who_waits_for_100_with_too_much_is_told_413_instead),
        TEST(draining_ends_idle_connections_and_finishes_the_others),
        TEST(draining_cuts_a_stream_when_it_has_nothing_more_to_say),
        TEST(an_answer_before_the_body_ends_the_connection_but_listens_on),
        TEST(an_answerer_that_can_take_no_more_is_not_given_more),
        TEST(a_peer_that_vanishes_before_its_body_was_there_is_gone_at_once),
        TEST(an_answer_from_the_pool_reaches_its_peer),
        TEST(an_answer_for_a_peer_that_has_vanished_is_taken_back_quietly),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
