/*
 * epoll_test.c - the server over real sockets
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/server.h"
#include "tests/http/client.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct little_site site;
static struct server *server;
static pthread_t thread;
static bool running;

static const struct limits short_deadlines = {
    .body = 100000,
    .head_ms = 200,
    .idle_ms = 400,
    .body_ms = 200,
    .write_ms = 200,
    .rate = 1000,
    .linger_ms = 200,
    .drain_ms = 3000,
};

static void *serve(void *self)
{
    server_run(self);
    return NULL;
}

static void begin(struct server_options options)
{
    struct error err = { 0 };

    options.handler = options.handler ? options.handler : site_answer;
    options.self = options.self ? options.self : &site;
    options.workers = options.workers ? options.workers : 2;
    server = server_open(&options, &err);
    assert_non_null(server);
    assert_int_equal(pthread_create(&thread, NULL, serve, server), 0);
    running = true;
}

static void join(void)
{
    pthread_join(thread, NULL);
    running = false;
}

static int set_up(void **state)
{
    (void)state;
    site_make(&site);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (running) {
        server_stop(server);
        join();
    }
    server_close(server);
    server = NULL;
    assert_int_equal(site.streams, 0);
    site_remove(&site);
    return 0;
}

static struct client connect_to_it(void)
{
    return client_connect(server_port(server));
}

static int status_of(const char *path)
{
    struct client client = connect_to_it();
    int status = client_get(&client, path).status;

    client_close(&client);
    return status;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void all_kinds_of_answers_come_over_one_connection(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ 0 });
    client = connect_to_it();
    assert_int_equal(client_get(&client, "/").status, 200);
    assert_int_equal(client_get(&client, "/nothing").status, 404);
    struct answer file = client_get(&client, "/file");
    assert_int_equal(file.body.len, SITE_FILE);
    assert_memory_equal(file.body.p, site.big, SITE_FILE);
    struct answer big = client_get(&client, "/big");
    assert_int_equal(big.body.len, SITE_BIG);
    assert_memory_equal(big.body.p, site.big, SITE_BIG);
    assert_true(str_eq(client_get(&client, "/pull").body, S("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")));
    assert_int_equal(client_get(&client, "/").status, 200);
    client_close(&client);
}

static void each_answer_has_the_headers_that_every_page_should_have(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ 0 });
    client = connect_to_it();
    struct answer good = client_get(&client, "/");
    assert_true(str_eq(answer_header(&good, S("X-Content-Type-Options")), S("nosniff")));
    assert_true(answer_header(&good, S("Referrer-Policy")).len > 0);
    client_send(&client, S("nonsense\r\n\r\n"));
    struct answer bad = client_answer(&client);
    assert_int_equal(bad.status, 400);
    assert_true(str_eq(answer_header(&bad, S("X-Content-Type-Options")), S("nosniff")));
    client_close(&client);
}

static void a_file_of_100_mb_is_sent_whole_to_who_reads_slowly(void **state)
{
    struct client client;
    char path[128];
    enum { SIZE = 100 * 1024 * 1024 };

    (void)state;
    snprintf(path, sizeof path, "%s/file", site.folder);
    assert_int_equal(truncate(path, SIZE), 0);
    begin((struct server_options){ .workers = 1, .limits = { .write_ms = 60000 } });
    client = connect_to_it();
    client_send(&client, S("GET /file HTTP/1.1\r\nHost: a\r\n\r\n"));
    usleep(50000);
    assert_int_equal(status_of("/"), 200); /* the loop is not kept by it */
    struct answer answer = client_answer(&client);
    assert_int_equal(answer.body.len, SIZE);
    assert_memory_equal(answer.body.p, site.big, SITE_FILE);
    client_close(&client);
}

static void a_thousand_idle_connections_do_not_keep_others_from_being_answered(void **state)
{
    enum { IDLE = 1000 };
    static struct client idle[IDLE];

    (void)state;
    begin((struct server_options){ 0 });
    for (int i = 0; i < IDLE; i++)
        idle[i] = connect_to_it();
    for (int i = 0; i < 200; i++)
        assert_int_equal(status_of("/"), 200);
    for (int i = 0; i < IDLE; i++) {
        assert_int_equal(client_get(&idle[i], "/").status, 200);
        client_close(&idle[i]);
    }
}

static void requests_sent_at_once_are_answered_in_order(void **state)
{
    struct client client;
    struct buf requests = { 0 };

    (void)state;
    begin((struct server_options){ .threads = 3 });
    client = connect_to_it();
    for (int i = 0; i < 1000; i++)
        buf_addf(&requests, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n%04d", i);
    client_send(&client, buf_str(&requests));
    buf_free(&requests);
    for (int i = 0; i < 1000; i++) {
        struct answer answer = client_answer(&client);
        int64_t n;

        assert_int_equal(answer.status, 200);
        assert_true(str_int(answer.body, &n));
        assert_int_equal(n, i);
    }
    client_close(&client);
}

static void peers_that_vanish_in_the_middle_harm_nobody(void **state)
{
    (void)state;
    begin((struct server_options){ .threads = 3 });
    for (int i = 0; i < 200; i++) {
        static const char *paths[] = { "/big", "/file", "/pull", "/slow", "/" };
        struct linger at_once = { 1, 0 };
        struct client client = connect_to_it();
        struct buf request = { 0 };

        buf_addf(&request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i % 5]);
        client_send(&client, str_slice(buf_str(&request), 0, i % 3 ? request.len : 20));
        if (i % 2) /* with a reset */
            setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        client_close(&client);
        buf_free(&request);
    }
    assert_int_equal(status_of("/"), 200);
}

/* --- slow ones -------------------------------------------------------------------------------- */

/* Sends a byte every 20 ms until the other side has enough of it; how long that took. */
static int trickle(struct client *client, const char *byte)
{
    int ms = 0;

    while (!client_is_closed(client, 20) && ms < 5000) {
        client_send(client, str_n(byte, 1));
        ms += 20;
    }
    return ms;
}

static void a_head_byte_by_byte_is_ended_by_408(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ .limits = short_deadlines });
    client = connect_to_it();
    client_send(&client, S("GET / HTTP/1.1\r\nX: "));
    assert_in_range(trickle(&client, "x"), 100, 1500);
    assert_int_equal(client_answer(&client).status, 408);
    client_close(&client);
}

static void a_body_byte_by_byte_is_ended_by_408(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ .limits = short_deadlines });
    client = connect_to_it();
    client_send(&client, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"));
    assert_in_range(trickle(&client, "x"), 100, 1500);
    assert_int_equal(client_answer(&client).status, 408);
    client_close(&client);
}

static void who_reads_nothing_is_cut_off(void **state)
{
    struct limits limits = short_deadlines;
    struct client client;

    (void)state;
    limits.rate = 100000000; /* what the kernel takes in for it buys next to no time */
    begin((struct server_options){ .limits = limits });
    client = connect_to_it();
    for (int i = 0; i < 10; i++)
        client_send(&client, S("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"));
    sleep(1);
    str got = client_read_all(&client);
    assert_in_range(got.len, 1, 10 * SITE_BIG - 1);
    client_close(&client);
}

static void an_idle_connection_is_closed(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ .limits = short_deadlines });
    client = connect_to_it();
    client_get(&client, "/");
    assert_false(client_is_closed(&client, 200));
    assert_true(client_is_closed(&client, 2000));
    client_close(&client);
}

/* --- too many --------------------------------------------------------------------------------- */

static void at_the_cap_the_idlest_makes_room(void **state)
{
    struct client clients[10];

    (void)state;
    begin((struct server_options){ .workers = 1, .limits = { .connections = 5 } });
    for (int i = 0; i < 10; i++) {
        clients[i] = connect_to_it();
        assert_int_equal(client_get(&clients[i], "/").status, 200);
    }
    for (int i = 0; i < 10; i++) {
        if (i < 5)
            assert_true(client_is_closed(&clients[i], 1000));
        else
            assert_int_equal(client_get(&clients[i], "/").status, 200);
        client_close(&clients[i]);
    }
}

static void when_all_are_busy_the_next_one_waits_its_turn(void **state)
{
    struct client busy[3], next;

    (void)state;
    begin((struct server_options){ .workers = 1, .limits = { .connections = 3 } });
    for (int i = 0; i < 3; i++) {
        busy[i] = connect_to_it();
        client_send(&busy[i], S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"));
    }
    usleep(50000);
    next = connect_to_it();
    client_send(&next, S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_false(client_is_closed(&next, 300));
    assert_int_equal(next.got.len, 0);
    client_send(&busy[0], S("hi"));
    assert_int_equal(client_answer(&busy[0]).status, 200);
    assert_int_equal(client_answer(&next).status, 200);
    for (int i = 0; i < 3; i++)
        client_close(&busy[i]);
    client_close(&next);
}

static void running_out_of_descriptors_is_survived(void **state)
{
    enum { BUSY = 20 };
    struct rlimit before, few;
    struct client busy[BUSY], waiting;
    int next;

    (void)state;
    begin((struct server_options){ .workers = 1 });
    for (int i = 0; i < BUSY; i++) { /* these are in the middle of something: none makes room */
        busy[i] = connect_to_it();
        client_send(&busy[i], S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"));
    }
    waiting = connect_to_it();
    usleep(100000);
    next = dup(0);
    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = (rlim_t)next - 1;
    client_close(&waiting); /* its descriptor, and the server's end of it, are free now */
    usleep(100000);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    waiting = connect_to_it(); /* takes the last one: the server cannot accept it */
    client_send(&waiting, S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_false(client_is_closed(&waiting, 300));
    assert_int_equal(waiting.got.len, 0);
    for (int i = 0; i < BUSY; i++) {
        client_send(&busy[i], S("hi"));
        assert_int_equal(client_answer(&busy[i]).status, 200);
        client_close(&busy[i]);
    }
    assert_int_equal(client_answer(&waiting).status, 200);
    client_close(&waiting);
    setrlimit(RLIMIT_NOFILE, &before);
}

/* --- stopping --------------------------------------------------------------------------------- */

static void what_is_under_way_is_answered_before_it_stops(void **state)
{
    struct client slow, body, idle;

    (void)state;
    begin((struct server_options){ .threads = 2 });
    idle = connect_to_it();
    client_get(&idle, "/");
    body = connect_to_it();
    client_send(&body, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh"));
    slow = connect_to_it();
    client_send(&slow, S("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
    usleep(10000);
    server_stop(server);
    assert_true(client_is_closed(&idle, 1000));
    struct answer answer = client_answer(&slow);
    assert_int_equal(answer.status, 200);
    client_send(&body, S("i"));
    answer = client_answer(&body);
    assert_int_equal(answer.status, 200);
    assert_true(answer.closes);
    client_close(&slow);
    client_close(&body);
    client_close(&idle);
    join();
}

static void who_was_still_in_the_queue_is_answered_too(void **state)
{
    struct client clients[50];

    (void)state;
    begin((struct server_options){ .workers = 1 });
    for (int i = 0; i < 50; i++) {
        clients[i] = connect_to_it();
        client_send(&clients[i], S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    server_stop(server);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(client_answer(&clients[i]).status, 200);
        client_close(&clients[i]);
    }
    join();
}

static void stopping_twice_waits_for_nobody(void **state)
{
    struct client body;
    int64_t before = (int64_t)time(NULL);

    (void)state;
    begin((struct server_options){ 0 });
    body = connect_to_it();
    client_send(&body, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh"));
    usleep(50000);
    server_stop(server);
    server_stop(server);
    join();
    assert_in_range((int64_t)time(NULL) - before, 0, 3);
    assert_true(client_is_closed(&body, 100));
    client_close(&body);
}

static void draining_has_an_end(void **state)
{
    struct client body;
    struct limits limits = { .drain_ms = 300 };

    (void)state;
    begin((struct server_options){ .limits = limits });
    body = connect_to_it();
    client_send(&body, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh"));
    usleep(50000);
    server_stop(server);
    join();
    assert_true(client_is_closed(&body, 100));
    client_close(&body);
}

static struct server *signalled;

static void on_signal(int number)
{
    (void)number;
    server_stop(signalled);
}

static void *ask_on_and_on(void *self)
{
    atomic_uint *answered = self;

    struct client client = connect_to_it();
    struct answer answer;

    do {
        answer = client_get(&client, "/");
        if (answer.status == 200)
            atomic_fetch_add(answered, 1);
    } while (answer.status == 200 && !answer.closes);
    client_close(&client);
    return NULL;
}

static void a_signal_while_answering_loses_no_answer(void **state)
{
    enum { CLIENTS = 8 };
    pthread_t clients[CLIENTS];
    atomic_uint answered = 0;

    (void)state;
    begin((struct server_options){ .threads = 2 });
    signalled = server;
    signal(SIGTERM, on_signal);
    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&clients[i], NULL, ask_on_and_on, &answered);
    usleep(200000);
    kill(getpid(), SIGTERM);
    join();
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    signal(SIGTERM, SIG_DFL);
    assert_in_range(atomic_load(&answered), 100, 10000000);
    assert_int_equal(atomic_load(&answered), site.asked); /* each that was made arrived */
}

/* --- streams and other threads ---------------------------------------------------------------- */

/* News: one stream per listener, told from another thread. */
struct listener {
    struct stream stream; /* first */
    struct listener *next;
    unsigned heard;
};

static struct {
    pthread_mutex_t lock;
    struct listener *listeners;
    unsigned told, count;
} news = { .lock = PTHREAD_MUTEX_INITIALIZER };

static ptrdiff_t pull_news(struct stream *stream, char *into, size_t room)
{
    struct listener *listener = (struct listener *)stream;
    ptrdiff_t n = STREAM_WAIT;

    pthread_mutex_lock(&news.lock);
    if (listener->heard < news.told)
        n = snprintf(into, room, "data: %u\n\n", ++listener->heard);
    pthread_mutex_unlock(&news.lock);
    return n;
}

static void news_done(struct stream *stream, bool aborted)
{
    struct listener **at = &news.listeners;

    (void)aborted;
    pthread_mutex_lock(&news.lock);
    while (*at != (struct listener *)stream)
        at = &(*at)->next;
    *at = (*at)->next;
    news.count--;
    pthread_mutex_unlock(&news.lock);
}

static void listen_to_news(void *self, const struct request *req, struct response *res,
                           struct arena *a)
{
    struct listener *listener = arena_make(a, struct listener);

    (void)self;
    (void)req;
    listener->stream = (struct stream){ .pull = pull_news, .done = news_done };
    pthread_mutex_lock(&news.lock);
    listener->heard = news.told;
    listener->next = news.listeners;
    news.listeners = listener;
    news.count++;
    pthread_mutex_unlock(&news.lock);
    headers_add(&res->headers, S("Content-Type"), S("text/event-stream"));
    res->status = 200;
    res->body = BODY_PULL;
    res->stream = &listener->stream;
}

static void tell_all(void)
{
    pthread_mutex_lock(&news.lock);
    news.told++;
    for (struct listener *l = news.listeners; l; l = l->next)
        stream_wake(&l->stream);
    pthread_mutex_unlock(&news.lock);
}

static unsigned listeners(void)
{
    pthread_mutex_lock(&news.lock);
    unsigned count = news.count;
    pthread_mutex_unlock(&news.lock);
    return count;
}

static void await_listeners(unsigned count)
{
    for (int i = 0; i < 500 && listeners() != count; i++)
        usleep(10000);
    assert_int_equal(listeners(), count);
}

static void await_text(struct client *client, const char *text)
{
    for (int i = 0; i < 500 && str_find(buf_str(&client->got), str_of(text)) < 0; i++)
        client_is_closed(client, 10);
    if (str_find(buf_str(&client->got), str_of(text)) < 0)
        fail_msg("'%s' never came", text);
}

static void news_from_another_thread_reach_each_listener(void **state)
{
    struct client clients[20];

    (void)state;
    begin((struct server_options){ .handler = listen_to_news });
    for (int i = 0; i < 20; i++) {
        clients[i] = connect_to_it();
        client_send(&clients[i], S("GET /news HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    await_listeners(20);
    for (int i = 0; i < 100; i++)
        tell_all();
    for (int i = 0; i < 20; i++)
        await_text(&clients[i], "data: 100\n\n");
    for (int i = 0; i < 10; i++)
        client_close(&clients[i]);
    await_listeners(10); /* who has left is noticed, without anything to say */
    tell_all();
    for (int i = 10; i < 20; i++) {
        await_text(&clients[i], "data: 101\n\n");
        client_close(&clients[i]);
    }
    await_listeners(0);
}

static void stopping_ends_streams_that_only_wait(void **state)
{
    struct client client;

    (void)state;
    begin((struct server_options){ .handler = listen_to_news });
    client = connect_to_it();
    client_send(&client, S("GET /news HTTP/1.1\r\nHost: a\r\n\r\n"));
    await_listeners(1);
    server_stop(server);
    join();
    assert_int_equal(listeners(), 0);
    assert_true(client_is_closed(&client, 1000));
    client_close(&client);
}

/* --- listening -------------------------------------------------------------------------------- */

static void a_port_that_is_taken_is_an_error_that_says_so(void **state)
{
    struct error err = { 0 };

    (void)state;
    begin((struct server_options){ 0 });
    assert_null(server_open(
        &(struct server_options){ .port = server_port(server), .handler = site_answer }, &err));
    assert_true(str_find(err.sentence, S("in use")) > 0);
    assert_true(err.hint.len > 0);
    error_free(&err);
}

static void an_address_that_is_none_is_an_error(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_null(server_open(&(struct server_options){ .address = "192.0.2.1" }, &err));
    error_free(&err);
    assert_null(server_open(&(struct server_options){ .address = "not/an/address" }, &err));
    error_free(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_kinds_of_answers_come_over_one_connection),
        TEST(each_answer_has_the_headers_that_every_page_should_have),
        TEST(a_file_of_100_mb_is_sent_whole_to_who_reads_slowly),
        TEST(a_thousand_idle_connections_do_not_keep_others_from_being_answered),
        TEST(requests_sent_at_once_are_answered_in_order),
        TEST(peers_that_vanish_in_the_middle_harm_nobody),
        TEST(a_head_byte_by_byte_is_ended_by_408),
        TEST(a_body_byte_by_byte_is_ended_by_408),
        TEST(who_reads_nothing_is_cut_off),
        TEST(an_idle_connection_is_closed),
        TEST(at_the_cap_the_idlest_makes_room),
        TEST(when_all_are_busy_the_next_one_waits_its_turn),
        TEST(running_out_of_descriptors_is_survived),
        TEST(what_is_under_way_is_answered_before_it_stops),
        TEST(who_was_still_in_the_queue_is_answered_too),
        TEST(stopping_twice_waits_for_nobody),
        TEST(draining_has_an_end),
        TEST(a_signal_while_answering_loses_no_answer),
        TEST(news_from_another_thread_reach_each_listener),
        TEST(stopping_ends_streams_that_only_wait),
        TEST(a_port_that_is_taken_is_an_error_that_says_so),
        TEST(an_address_that_is_none_is_an_error),
    };

    return cmocka_run_group_tests_name("epoll", tests, NULL, NULL);
}
