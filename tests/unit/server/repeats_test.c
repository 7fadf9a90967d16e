/*
 * repeats_test.c - the same request once more, and when it is not the same
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/answering.h"
#include "server/memory.h"
#include "tests/http/site.h"
#include "vial/base/date.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define GET(path) S("GET " path " HTTP/1.1\r\nHost: a\r\n\r\n")

/* What a handler says its answer rests on: in the tests, a word. */
struct rest {
    struct standing standing; /* first */
    int edition;
};

static int edition;              /* of all that there is */
static unsigned asked, standing; /* how often; how many standings have not ended */
static bool rests = true;
static struct answering answering;
static struct memory *memory;

static bool rest_holds(struct standing *self, int64_t moment)
{
    assert_true(moment > 0);
    return ((struct rest *)self)->edition == edition;
}

static void rest_ended(struct standing *self)
{
    standing--;
    free(self);
}

static void answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    (void)self;
    asked++;
    res->status = str_eq(req->path, S("/none")) ? 404 : 200;
    res->body = BODY_TEXT;
    res->text = str_fmt(a, "%.*s in edition %d", STR(req->path), edition);
    if (str_eq(req->path, S("/long"))) {
        char *text = arena_alloc(a, 30000);

        memset(text, 'x', 30000);
        res->text = str_n(text, 30000);
    }
    if (!req->repeats || !rests)
        return;
    struct rest *rest = calloc(1, sizeof *rest);
    assert_non_null(rest);
    *rest = (struct rest){ { .holds = rest_holds, .ended = rest_ended }, edition };
    standing++;
    response_rest(res, &rest->standing, a);
}

static int set_up(void **state)
{
    (void)state;
    edition = 1;
    asked = 0;
    rests = true;
    answering = (struct answering){ .handler = answer };
    answering_init(&answering);
    memory = memory_open(&answering.answerer, &(struct limits){ 0 });
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memory_close(memory);
    assert_int_equal(standing, 0);
    return 0;
}

/* The answer to `bytes` on a connection of their own. */
static const char *ask(str bytes)
{
    static char got[64 * 1024];
    struct memory_peer *peer = memory_connect(memory);

    memory_send(peer, bytes);
    str all = memory_got(peer);
    assert_in_range(all.len, 1, sizeof got - 1);
    memcpy(got, all.p, all.len);
    got[all.len] = '\0';
    memory_forget(peer);
    return got;
}

static const char *body(const char *got)
{
    const char *end = strstr(got, "\r\n\r\n");

    assert_non_null(end);
    return end + 4;
}

static void ask_times(str bytes, int times)
{
    while (times--)
        ask(bytes);
}

static void what_came_twice_is_answered_without_the_handler(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_string_equal(body(ask(GET("/a"))), "/a in edition 1");
    assert_int_equal(asked, 2);
}

static void another_byte_is_another_request(void **state)
{
    (void)state;
    ask_times(GET("/a"), 3);
    assert_string_equal(body(ask(GET("/b"))), "/b in edition 1");
    ask(S("GET /a HTTP/1.1\r\nHost: b\r\n\r\n"));
    ask(S("GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n"));
    assert_string_equal(body(ask(S("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"))), "");
    assert_int_equal(asked, 2 + 4);
}

static void what_no_longer_holds_is_asked_for_anew(void **state)
{
    (void)state;
    ask_times(GET("/a"), 5);
    edition = 2;
    assert_string_equal(body(ask(GET("/a"))), "/a in edition 2");
    assert_int_equal(asked, 3);
    assert_string_equal(body(ask(GET("/a"))), "/a in edition 2");
    assert_int_equal(asked, 3);
}

static void an_answer_that_says_nothing_of_what_it_rests_on_is_asked_for_each_time(void **state)
{
    (void)state;
    rests = false;
    ask_times(GET("/a"), 5);
    assert_int_equal(asked, 5);
}

static void who_is_counted_or_spoken_for_is_asked_for_each_time(void **state)
{
    struct nets nets = { 0 };

    (void)state;
    answering.trust = &nets;
    ask_times(GET("/a"), 4);
    assert_int_equal(asked, 4);
    answering.trust = NULL;
    answering.rate = rate_open((struct rate_rule){ .per_second = 1000, .burst = 1000 });
    ask_times(GET("/a"), 4);
    assert_int_equal(asked, 8);
    rate_close(answering.rate);
    answering.rate = NULL;
}

static void a_part_or_a_body_is_asked_for_each_time(void **state)
{
    (void)state;
    ask_times(S("GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n"), 4);
    assert_int_equal(asked, 4);
    ask_times(S("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n"), 4);
    assert_int_equal(asked, 8);
    ask_times(S("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 4);
    assert_int_equal(asked, 12);
}

static void a_narrow_wire_gets_the_same_bytes(void **state)
{
    struct memory_peer *peer = memory_connect(memory);
    char first[64 * 1024];

    (void)state;
    strcpy(first, ask(GET("/long")));
    ask(GET("/long"));
    for (size_t width = 1; width < 400; width += 37) {
        size_t before = memory_got(peer).len;

        memory_take_up_to(peer, width);
        memory_send(peer, GET("/long"));
        for (size_t i = 0; memory_got(peer).len < before + strlen(first) && i < 40000; i++)
            memory_take_up_to(peer, i < 50 ? width : 10000);
        str got = str_from(memory_got(peer), before);
        assert_int_equal(got.len, strlen(first));
        assert_string_equal(body(first), strstr(got.p, "\r\n\r\n") + 4);
        memory_take_up_to(peer, 0);
    }
    assert_int_equal(asked, 2);
}

static void several_at_once_are_answered_in_their_order(void **state)
{
    struct memory_peer *peer = memory_connect(memory);
    struct buf statuses = { 0 };

    (void)state;
    ask_times(GET("/a"), 3);
    memory_send(peer, S("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n"
                        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    answers_read(memory_got(peer), &statuses);
    assert_string_equal(buf_cstr(&statuses), "200 404 200");
    buf_free(&statuses);
}

static void its_date_is_of_now(void **state)
{
    struct memory_peer *peer = memory_connect(memory);
    int64_t told = 0;
    time_t begun;

    (void)state;
    ask_times(GET("/a"), 3);
    for (begun = time(NULL); time(NULL) == begun;)
        usleep(10000);
    memory_pass(memory, 5);
    memory_send(peer, GET("/a"));
    struct answer answer = answer_read(memory_got(peer), false);
    assert_true(date_http_parse(answer_header(&answer, S("Date")), &told));
    assert_true(told > begun);
    assert_int_equal(asked, 2);
}

static void each_is_counted_and_logged(void **state)
{
    char path[] = "/tmp/vial-repeats-XXXXXX", line[512];
    struct error err = { 0 };
    struct buf out = { 0 };
    int lines = 0;

    (void)state;
    close(mkstemp(path));
    answering.metrics = metrics_open();
    answering.log = access_log_open(path, LOG_COMBINED, &err);
    ask_times(GET("/a"), 6);
    assert_int_equal(asked, 2);
    metrics_print(answering.metrics, &out);
    assert_non_null(strstr(buf_cstr(&out), "{code=\"200\"} 6\n"));
    FILE *log = fopen(path, "r");
    assert_non_null(log);
    while (fgets(line, sizeof line, log)) {
        assert_non_null(strstr(line, "\"GET /a HTTP/1.1\" 200 15 "));
        lines++;
    }
    assert_int_equal(lines, 6);
    fclose(log);
    unlink(path);
    buf_free(&out);
    access_log_close(answering.log);
    metrics_close(answering.metrics);
    answering.log = NULL;
    answering.metrics = NULL;
}

static void many_different_ones_take_bounded_room(void **state)
{
    char bytes[80];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        int len = snprintf(bytes, sizeof bytes, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);

        ask_times(str_n(bytes, (size_t)len), 2);
        assert_in_range(standing, 0, 64);
    }
    assert_in_range(standing, 32, 64);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_came_twice_is_answered_without_the_handler),
        TEST(another_byte_is_another_request),
        TEST(what_no_longer_holds_is_asked_for_anew),
        TEST(an_answer_that_says_nothing_of_what_it_rests_on_is_asked_for_each_time),
        TEST(who_is_counted_or_spoken_for_is_asked_for_each_time),
        TEST(a_part_or_a_body_is_asked_for_each_time),
        TEST(a_narrow_wire_gets_the_same_bytes),
        TEST(several_at_once_are_answered_in_their_order),
        TEST(its_date_is_of_now),
        TEST(each_is_counted_and_logged),
        TEST(many_different_ones_take_bounded_room),
    };

    return cmocka_run_group_tests_name("repeats", tests, NULL, NULL);
}
