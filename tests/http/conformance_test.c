/*
 * conformance_test.c - the table of cases.c over each transport
 *
 *   comes in:  cases, whole, cut in two at every byte, byte by byte, and cut short everywhere
 *   goes out:  the same answers, whatever the pieces were and whatever carried them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/answering.h"
#include "server/memory.h"
#include "tests/http/cases.h"
#include "tests/http/client.h"
#include "tests/http/site.h"
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct limits limits = { .body = 100000 };
static struct little_site site;

/* --- over memory ------------------------------------------------------------------------------ */

static struct answering answering = { .handler = site_answer, .self = &site };
static struct memory *memory;

/* What `bytes` are answered with when they come in pieces of `step` after a first one. */
static void ask_memory(str bytes, size_t first, size_t step, struct buf *statuses)
{
    struct memory_peer *peer = memory_connect(memory);

    memory_send(peer, str_slice(bytes, 0, first));
    for (size_t at = first; at < bytes.len; at += step)
        memory_send(peer, str_slice(bytes, at, at + step));
    memory_wait(memory, 0);
    memory_end(peer);
    memory_wait(memory, 0);
    answers_read(memory_got(peer), statuses);
    memory_forget(peer);
}

static void expect(const struct http_case *c, const struct buf *statuses, const char *how,
                   size_t at)
{
    if (str_eq(buf_str(statuses), str_of(c->answers)))
        return;
    /* "100" is said only to who waits for it, so pieces decide whether it is */
    if (str_eq(str_of(c->answers), S("100 200 200!")) && str_eq(buf_str(statuses), S("200 200!")))
        return;
    fail_msg("%s, %s %zu: answered '%.*s', not '%s'", c->name, how, at, STR(buf_str(statuses)),
             c->answers);
}

static void each_case_is_answered_as_the_table_says(void **state)
{
    struct buf statuses = { 0 };

    (void)state;
    for (size_t i = 0; i < http_case_count; i++) {
        const struct http_case *c = &http_cases[i];

        ask_memory(c->bytes, c->bytes.len, 1, &statuses);
        expect(c, &statuses, "whole", 0);
    }
    buf_free(&statuses);
}

static void a_cut_at_any_byte_changes_no_answer(void **state)
{
    struct buf statuses = { 0 };

    (void)state;
    for (size_t i = 0; i < http_case_count; i++) {
        const struct http_case *c = &http_cases[i];

        ask_memory(c->bytes, 1, 1, &statuses);
        expect(c, &statuses, "byte by byte", 0);
        for (size_t cut = 1; cut < c->bytes.len; cut++) {
            ask_memory(c->bytes, cut, c->bytes.len, &statuses);
            expect(c, &statuses, "cut at", cut);
        }
    }
    buf_free(&statuses);
}

/* The bytes stand right before memory that must not be touched, and nothing after them is there. */
static void nothing_is_read_beyond_what_came_and_a_prefix_has_a_prefix_of_the_answers(void **state)
{
    struct buf statuses = { 0 };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *room = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_ptr_not_equal(room, MAP_FAILED);
    assert_int_equal(mprotect(room + page, page, PROT_NONE), 0);
    for (size_t i = 0; i < http_case_count; i++) {
        const struct http_case *c = &http_cases[i];

        assert_true(c->bytes.len <= page);
        for (size_t len = 0; len <= c->bytes.len; len++) {
            char *at = room + page - len;

            memcpy(at, c->bytes.p, len);
            ask_memory(str_n(at, len), len, 1, &statuses);
            str got = buf_str(&statuses), all = str_of(c->answers);
            if (str_starts(got, S("100"))) /* said as soon as the head is there */
                got = str_trim(str_from(got, 3));
            if (str_starts(all, S("100")))
                all = str_trim(str_from(all, 3));
            if (!str_starts(all, got))
                fail_msg("%s, the first %zu bytes: answered '%.*s', and all of it '%s'", c->name,
                         len, STR(got), c->answers);
        }
    }
    munmap(room, 2 * page);
    buf_free(&statuses);
}

/* --- over sockets ----------------------------------------------------------------------------- */

static struct running {
    const char *how;
    unsigned threads;
    struct server *server;
    pthread_t thread;
} servers[] = { { .how = "a loop's own answer, cut at" },
                { .how = "an answer from the pool, cut at", .threads = 4 } };
enum { SERVERS = sizeof servers / sizeof *servers };

static void *serve(void *self)
{
    server_run(self);
    return NULL;
}

static void ask_socket(const struct server *server, str bytes, size_t cut, struct buf *statuses)
{
    struct client client = client_connect(server_port(server));

    client_send(&client, str_slice(bytes, 0, cut));
    client_send(&client, str_from(bytes, cut));
    client_end(&client);
    answers_read(client_read_all(&client), statuses);
    client_close(&client);
}

static void sockets_answer_as_memory_does_however_the_bytes_are_cut(void **state)
{
    struct buf statuses = { 0 };

    (void)state;
    for (size_t i = 0; i < http_case_count; i++) {
        const struct http_case *c = &http_cases[i];

        for (size_t cut = 1; cut <= c->bytes.len; cut++) {
            const struct running *by = &servers[cut % SERVERS];

            ask_socket(by->server, c->bytes, cut, &statuses);
            expect(c, &statuses, by->how, cut);
        }
    }
    buf_free(&statuses);
}

static int set_up(void **state)
{
    struct error err = { 0 };

    (void)state;
    site_make(&site);
    answering_init(&answering);
    memory = memory_open(&answering.answerer, &limits);
    for (size_t i = 0; i < SERVERS; i++) {
        servers[i].server = server_open(&(struct server_options){ .workers = 2,
                                                                  .threads = servers[i].threads,
                                                                  .handler = site_answer,
                                                                  .self = &site,
                                                                  .limits = limits },
                                        &err);
        assert_non_null(servers[i].server);
        assert_int_equal(pthread_create(&servers[i].thread, NULL, serve, servers[i].server), 0);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memory_close(memory);
    for (size_t i = 0; i < SERVERS; i++) {
        server_stop(servers[i].server);
        pthread_join(servers[i].thread, NULL);
        server_close(servers[i].server);
    }
    assert_int_equal(site.streams, 0);
    site_remove(&site);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_answered_as_the_table_says),
        cmocka_unit_test(a_cut_at_any_byte_changes_no_answer),
        cmocka_unit_test(nothing_is_read_beyond_what_came_and_a_prefix_has_a_prefix_of_the_answers),
        cmocka_unit_test(sockets_answer_as_memory_does_however_the_bytes_are_cut),
    };

    return cmocka_run_group_tests_name("conformance", tests, set_up, tear_down);
}
