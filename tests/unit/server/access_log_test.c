/*
 * access_log_test.c - lines that analysers read and strangers cannot forge
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/access_log.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/vial-log-XXXXXX";
static struct access_log *access_log;
static char text[65536];

static int set_up(void **state)
{
    struct error err = { 0 };

    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    close(mkstemp(path));
    access_log = access_log_open(path, LOG_COMBINED, &err);
    return access_log ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    access_log_close(access_log);
    unlink(path);
    return 0;
}

static const char *lines(void)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);

    assert_true(n >= 0);
    close(fd);
    text[n] = '\0';
    return text;
}

static void a_request_is_a_line_in_the_combined_form(void **state)
{
    const struct header fields[] = { { S("User-Agent"), S("curl/7.88") },
                                     { S("referer"), S("/x") } };
    const struct exchange x = { .request = { .method = S("GET"),
                                             .target = S("/a?b"),
                                             .peer = S("127.0.0.1"),
                                             .major = 1,
                                             .minor = 1,
                                             .fields = fields,
                                             .count = 2 },
                                .status = 200,
                                .sent = 4096 };

    (void)state;
    access_log_exchange(access_log, &x);
    const char *line = lines();
    assert_memory_equal(line, "127.0.0.1 - - [", 15);
    assert_string_equal(strchr(line, ']'),
                        "] \"GET /a?b HTTP/1.1\" 200 4096 \"/x\" \"curl/7.88\"\n");
    assert_int_equal(strchr(line, ']') - line, 15 + (int)strlen("21/Nov/2026:05:15:18 +0000"));
}

static void what_strangers_send_cannot_end_a_line_or_a_quote(void **state)
{
    const struct header agent = { S("User-Agent"), S("a\"b\\c\td\x1b[31m\xff") };
    const struct exchange x = { .request = { .method = S("GET"),
                                             .target = S("/\r\n\0"),
                                             .major = 1,
                                             .fields = &agent,
                                             .count = 1 },
                                .status = 404 };

    (void)state;
    access_log_exchange(access_log, &x);
    assert_string_equal(strchr(lines(), ']'), "] \"GET /\\x0D\\x0A\\x00 HTTP/1.0\" 404 0 \"-\" "
                                              "\"a\\x22b\\x5Cc\\x09d\\x1B[31m\\xFF\"\n");
}

static void a_line_has_an_end_however_much_was_sent(void **state)
{
    static char much[20000];
    struct header fields[] = { { S("User-Agent"), { much, sizeof much } },
                               { S("Referer"), { much, sizeof much } } };
    const struct exchange x = { .request = { .method = { much, sizeof much },
                                             .target = { much, sizeof much },
                                             .fields = fields,
                                             .count = 2 },
                                .status = 200 };

    (void)state;
    memset(much, '\n', sizeof much);
    access_log_exchange(access_log, &x);
    const char *line = lines();
    assert_in_range(strlen(line), 3000, 8192);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void what_was_refused_is_logged_with_its_reason(void **state)
{
    (void)state;
    access_log_refused(access_log, S("::1"), 400, "there are two Host fields");
    assert_memory_equal(lines(), "::1 - - [", 9);
    assert_string_equal(strchr(lines(), ']'),
                        "] \"-\" 400 0 \"-\" \"-\" there are two Host fields\n");
}

static void a_log_that_cannot_be_written_is_an_error_with_its_name(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_null(access_log_open("/nowhere/at/all.log", LOG_COMBINED, &err));
    assert_true(str_eq(err.file, S("/nowhere/at/all.log")));
    error_free(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_a_line_in_the_combined_form),
        TEST(what_strangers_send_cannot_end_a_line_or_a_quote),
        TEST(a_line_has_an_end_however_much_was_sent),
        TEST(what_was_refused_is_logged_with_its_reason),
        TEST(a_log_that_cannot_be_written_is_an_error_with_its_name),
    };

    return cmocka_run_group_tests_name("access_log", tests, NULL, NULL);
}
