/*
 * folder_test.c - the table of folder_cases.c over each transport, and both tables beside nginx
 *
 *   comes in:  a folder; requests, whole and every prefix of them
 *   goes out:  the answers that the RFCs ask for; and in which cases nginx answers otherwise
 *
 * nginx is asked where it is installed. What it does otherwise fails nothing: it is printed, so
 * that whoever reads "stricter than nginx" can see in what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/answering.h"
#include "server/memory.h"
#include "server/root.h"
#include "tests/http/cases.h"
#include "tests/http/client.h"
#include "tests/http/folder_cases.h"
#include "tests/http/nginx.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char outside[64], folder[80];
static struct arena a;

/* --- the folder ------------------------------------------------------------------------------- */

static const char *at(const char *name)
{
    return str_fmt(&a, "%s/%s", folder, name).p;
}

static void put(const char *name, str text, time_t changed)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    struct timespec times[2] = { { .tv_sec = changed }, { .tv_sec = changed } };

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.len), text.len);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void make_folder(void)
{
    const time_t then = 1605935718, tomorrow = 3183772518;
    char digits[1000];

    strcpy(outside, "/tmp/vial-folder-XXXXXX");
    assert_non_null(mkdtemp(outside));
    assert_int_equal(chmod(outside, 0755), 0);
    snprintf(folder, sizeof folder, "%s/public", outside);
    mkdir(folder, 0755);
    mkdir(at("blog"), 0755);
    mkdir(at(".well-known"), 0755);
    for (int i = 0; i < 1000; i++)
        digits[i] = (char)('0' + i / 100);
    put("digits.txt", S("0123456789"), then);
    put("long.txt", str_n(digits, 1000), then);
    put("empty.txt", S(""), then);
    put("index.html", S("home"), then);
    put("blog/index.html", S("blog"), then);
    put("tomorrow.txt", S("x"), tomorrow);
    put(".hidden", S("secret"), then);
    put(".well-known/x.txt", S("known"), then);
    put("../outside.txt", S("secret"), then);
    assert_int_equal(symlink("../outside.txt", at("away.txt")), 0);
    assert_int_equal(mkfifo(at("pipe"), 0644), 0);
}

/* --- who is asked ------------------------------------------------------------------------------
 */

static struct root *root;
static server_handler answer_counted;
static struct answering answering = { .handler = answer_counted };
static struct memory *memory;
static struct server *server;
static pthread_t thread;
static struct nginx *nginx; /* NULL: it is not installed */

static void *serve(void *self)
{
    server_run(self);
    return NULL;
}

/* All that comes for these bytes, from the first to the end of the connection. */
typedef str ask_fn(str bytes);

static str ask_memory(str bytes)
{
    struct memory_peer *peer = memory_connect(memory);

    memory_send(peer, bytes);
    memory_wait(memory, 0);
    memory_end(peer);
    memory_wait(memory, 0);
    str got = str_copy(&a, memory_got(peer));
    memory_forget(peer);
    return got;
}

static str ask_port(uint16_t port, str bytes)
{
    struct client client = client_connect(port);

    client_send(&client, bytes);
    client_end(&client);
    str got = str_copy(&a, client_read_all(&client));
    client_close(&client);
    return got;
}

static str ask_socket(str bytes)
{
    return ask_port(server_port(server), bytes);
}

static str ask_nginx(str bytes)
{
    return ask_port(nginx_port(nginx), bytes);
}

/* --- requests and expectations ---------------------------------------------------------------- */

static str fill_tag(const char *text, str tag)
{
    struct buf out = buf_in(&a);
    str rest = str_of(text);

    for (ptrdiff_t i; (i = str_find(rest, S("{TAG}"))) >= 0; rest = str_from(rest, (size_t)i + 5)) {
        buf_add(&out, str_slice(rest, 0, (size_t)i));
        buf_add(&out, tag);
    }
    buf_add(&out, rest);
    return buf_str(&out);
}

static str request_of(const struct folder_case *c, str tag)
{
    struct buf out = buf_in(&a);
    str rest = fill_tag(c->request, tag), line;

    str_line(&rest, &line);
    buf_add(&out, line);
    if (!str_ends(line, S(" HTTP/1.0")))
        buf_lit(&out, " HTTP/1.1");
    buf_lit(&out, "\r\nHost: a.example\r\n");
    while (str_line(&rest, &line)) {
        buf_add(&out, line);
        buf_lit(&out, "\r\n");
    }
    buf_lit(&out, "\r\n");
    return buf_str(&out);
}

static str tag_by(ask_fn *ask)
{
    struct answer answer = answer_read(ask(S("GET /digits.txt HTTP/1.1\r\nHost: a\r\n\r\n")), true);

    return answer_header(&answer, S("ETag"));
}

/* Where there is no body, whatever came after the head is taken for one: so that it is seen. */
static struct answer read_answer(str request, str bytes)
{
    struct answer answer = answer_read(bytes, true);
    ptrdiff_t end = str_find(bytes, S("\r\n\r\n"));

    if (end >= 0 &&
        (str_starts(request, S("HEAD ")) || answer.status == 204 || answer.status == 304)) {
        answer.body = str_from(bytes, (size_t)end + 4);
        answer.size = bytes.len;
    }
    return answer;
}

static str with_lines(str s)
{
    struct buf out = buf_in(&a);

    while (s.len) {
        str line = str_cut(&s, '|');

        buf_add(&out, line);
        if (s.len || line.p[line.len] == '|')
            buf_lit(&out, "\r\n");
    }
    return buf_str(&out);
}

static bool has(const struct answer *answer, str line)
{
    if (str_starts(line, S("=")))
        return str_eq(answer->body, str_from(line, 1));
    if (str_starts(line, S("~")))
        return str_find(answer->body, with_lines(str_from(line, 1))) >= 0;

    bool absent = str_starts(line, S("!"));
    str value = str_from(line, absent), name = str_cut(&value, ':');
    str got = answer_header(answer, name);
    value = str_trim(value);
    return (got.p && (!value.len || str_eq(got, value))) != absent;
}

/* What is wrong with what came for a request; empty when nothing is. */
static str wrong_with(const struct folder_case *c, str request, str bytes, str tag)
{
    struct answer answer = read_answer(request, bytes);
    str rest = fill_tag(c->has, tag), line;

    if (answer.status != c->status)
        return str_fmt(&a, "%d, not %d", answer.status, c->status);
    if (answer.size != bytes.len)
        return S("more than an answer came");
    while (str_line(&rest, &line))
        if (!has(&answer, line))
            return str_fmt(&a, "%d, but not '%.*s'", answer.status, STR(line));
    return S("");
}

/* --- the tests ---------------------------------------------------------------------------------
 */

static void all_cases(ask_fn *ask)
{
    str tag = tag_by(ask);

    assert_true(tag.len > 2);
    for (size_t i = 0; i < folder_case_count; i++) {
        const struct folder_case *c = &folder_cases[i];
        str request = request_of(c, tag), wrong = wrong_with(c, request, ask(request), tag);

        if (wrong.len)
            fail_msg("%s (%.*s): %.*s", c->name,
                     STR(str_slice(request, 0, (size_t)str_find_char(request, '\r'))), STR(wrong));
    }
}

static void a_folder_answers_as_the_table_says(void **state)
{
    (void)state;
    all_cases(ask_memory);
}

static void sockets_answer_likewise(void **state)
{
    (void)state;
    all_cases(ask_socket);
}

static unsigned asked; /* by memory */

static void answer_counted(void *self, const struct request *req, struct response *res,
                           struct arena *arena)
{
    asked++;
    root_answer(self, req, res, arena);
}

static str without_date(str answer)
{
    str date = S("\r\nDate: ");
    ptrdiff_t at = str_find(answer, date);

    assert_true(at > 0);
    memset((char *)answer.p + (size_t)at + date.len, '-', strlen("Sat, 21 Nov 2020 05:15:17 GMT"));
    return answer;
}

/* The second time what it rests on is noted, and from then on it is given again (repeats.c). */
static void an_answer_is_the_same_however_often_it_is_asked_for(void **state)
{
    enum { TIMES = 4 };
    str tag = tag_by(ask_memory);
    unsigned before = asked;

    (void)state;
    usleep(150000); /* what was changed just now is not kept in stock */
    for (size_t i = 0; i < folder_case_count; i++) {
        str request = request_of(&folder_cases[i], tag);
        str first = without_date(ask_memory(request));

        if (folder_cases[i].status == 206) /* parts are set apart by a random word */
            continue;

        for (int again = 1; again < TIMES; again++)
            if (!str_eq(without_date(ask_memory(request)), first))
                fail_msg("%s: answered otherwise the next time", folder_cases[i].name);
    }
    assert_in_range(asked - before, folder_case_count, (TIMES - 1) * folder_case_count);
}

/* A change is seen by the very next request, whatever was given again before. */
static void a_change_is_seen_at_once(void **state)
{
    enum { TIMES = 4 };
    static const char *const bodies[] = { NULL, "one", "other", "third!", NULL, "one" };
    str request = S("GET /changing.txt HTTP/1.1\r\nHost: a\r\n\r\n");

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        if (bodies[i])
            put("changing.txt", str_of(bodies[i]), 1605935718);
        else
            unlink(at("changing.txt"));
        for (int again = 0; again < TIMES; again++) {
            struct answer answer = answer_read(ask_memory(request), true);

            assert_int_equal(answer.status, bodies[i] ? 200 : 404);
            if (bodies[i])
                assert_true(str_eq(answer.body, str_of(bodies[i])));
            usleep(again == 0 ? 150000 : 0); /* from then on it is kept in stock */
        }
    }
    unlink(at("changing.txt"));
}

/* The bytes end where memory ends that may be read. */
static void nothing_is_answered_before_the_request_is_whole(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *room = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    str tag = tag_by(ask_memory);

    (void)state;
    assert_ptr_not_equal(room, MAP_FAILED);
    assert_int_equal(mprotect(room + page, page, PROT_NONE), 0);
    for (size_t i = 0; i < folder_case_count; i++) {
        str request = request_of(&folder_cases[i], tag);

        for (size_t len = 0; len < request.len; len++) {
            char *front = room + page - len;

            memcpy(front, request.p, len);
            str got = ask_memory(str_n(front, len));
            if (got.len)
                fail_msg("%s: the first %zu bytes are answered with '%.*s'", folder_cases[i].name,
                         len, STR(got));
        }
    }
    munmap(room, 2 * page);
}

/* --- beside nginx ------------------------------------------------------------------------------
 */

static void print_folder_differences(void)
{
    str tag = tag_by(ask_nginx);
    size_t others = 0;

    for (size_t i = 0; i < folder_case_count; i++) {
        const struct folder_case *c = &folder_cases[i];
        str request = request_of(c, tag), wrong = wrong_with(c, request, ask_nginx(request), tag);

        if (!wrong.len)
            continue;
        printf("    %-64s nginx: %.*s\n", c->name, STR(wrong));
        others++;
    }
    printf("  of %zu answers of a folder nginx gives %zu otherwise\n", folder_case_count, others);
}

/* The first status says whether the request was taken for one at all. */
static bool is_taken(str statuses)
{
    static const char *const refusals[] = {
        "400", "408", "413", "414", "417", "431", "501", "505"
    };

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (str_starts(statuses, str_of(refusals[i])))
            return false;
    return statuses.len > 0;
}

/* Its answers by the statuses alone: "405 200". */
static void print_wire_differences(void)
{
    size_t looser = 0, stricter = 0, refused = 0;
    struct buf statuses = { 0 };

    for (size_t i = 0; i < http_case_count; i++) {
        const struct http_case *c = &http_cases[i];
        bool here = is_taken(str_of(c->answers)) || !c->answers[0];

        answers_read(ask_nginx(c->bytes), &statuses);
        bool there = is_taken(buf_str(&statuses)) || !statuses.len;
        refused += !here;
        looser += there && !here;
        stricter += here && !there;
        if (there != here)
            printf("    %-64s vial: %s  nginx: %.*s\n", c->name, c->answers,
                   STR(buf_str(&statuses)));
    }
    printf("  of %zu requests that vial refuses nginx takes %zu; it refuses %zu that vial takes\n",
           refused, looser, stricter);
    buf_free(&statuses);
}

static void where_nginx_answers_otherwise_is_told(void **state)
{
    (void)state;
    if (!nginx)
        skip();
    printf("where nginx answers otherwise:\n");
    print_folder_differences();
    print_wire_differences();
}

static int set_up(void **state)
{
    struct errors errors = { 0 };
    struct error err = { 0 };

    (void)state;
    make_folder();
    root = root_open(folder, &errors);
    assert_non_null(root);
    answering.self = root;
    answering_init(&answering);
    memory = memory_open(&answering.answerer, &(struct limits){ 0 });
    server = server_open(
        &(struct server_options){ .workers = 1, .handler = root_answer, .self = root }, &err);
    assert_non_null(server);
    assert_int_equal(pthread_create(&thread, NULL, serve, server), 0);
    nginx = nginx_start(outside, folder);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    nginx_stop(nginx);
    memory_close(memory);
    server_stop(server);
    pthread_join(thread, NULL);
    server_close(server);
    root_close(root);
    arena_free(&a);
    snprintf(command, sizeof command, "rm -r '%s'", outside);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_answers_as_the_table_says),
        cmocka_unit_test(sockets_answer_likewise),
        cmocka_unit_test(an_answer_is_the_same_however_often_it_is_asked_for),
        cmocka_unit_test(a_change_is_seen_at_once),
        cmocka_unit_test(nothing_is_answered_before_the_request_is_whole),
        cmocka_unit_test(where_nginx_answers_otherwise_is_told),
    };

    return cmocka_run_group_tests_name("folder", tests, set_up, tear_down);
}
