/*
 * log_test.c - one message, one write
 */
#include "tests/unit/unit.h"
#include "vial/base/log.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* What `say` wrote to standard error. */
static str said(void (*say)(void), struct arena *a)
{
    int ends[2], kept = dup(STDERR_FILENO);
    struct buf text = buf_in(a);
    ssize_t n;

    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    say();
    dup2(kept, STDERR_FILENO);
    close(kept);
    buf_reserve(&text, 4096);
    while ((n = read(ends[0], text.p + text.len, text.cap - text.len)) > 0)
        text.len += (size_t)n;
    close(ends[0]);
    return buf_str(&text);
}

static void say_all(void)
{
    struct error err = { 0 };

    log_error("an %s", "error");
    log_warning("a warning");
    log_note("a note");
    log_detail("a detail");
    error_at(&err, (struct place){ S("f"), S("line"), 0, 4 }, "whole");
    log_failure(&err);
    error_free(&err);
}

static void what_is_below_the_level_is_not_said(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(said(say_all, &a), "an error\na warning\na note\nf:1:1: whole\n  line\n  ^~~~\n");
    log_level(LOG_ERRORS);
    assert_str(said(say_all, &a), "an error\nf:1:1: whole\n  line\n  ^~~~\n");
    log_level(LOG_DETAILS);
    assert_non_null(strstr(str_cstr(&a, said(say_all, &a)), "a detail\n"));
    log_level(LOG_QUIET);
    assert_str(said(say_all, &a), "");
    log_level(LOG_NOTES);
    arena_free(&a);
}

static void say_long(void)
{
    log_note("%02000d", 1);
    log_error("%s", "second");
}

/* A pipe of packets gives back one write at a time. */
static void a_message_is_one_write(void **state)
{
    (void)state;
    char packet[4096];
    int ends[2], kept = dup(STDERR_FILENO);

    assert_int_equal(pipe2(ends, O_DIRECT), 0);
    dup2(ends[1], STDERR_FILENO);
    say_long();
    dup2(kept, STDERR_FILENO);
    close(kept);
    assert_int_equal(read(ends[0], packet, sizeof packet), 2001);
    assert_int_equal(packet[2000], '\n');
    assert_int_equal(read(ends[0], packet, sizeof packet), 7);
    assert_memory_equal(packet, "second\n", 7);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_below_the_level_is_not_said),
        cmocka_unit_test(a_message_is_one_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
