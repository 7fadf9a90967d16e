/* Another program, run without a shell in between. */
#include "tests/unit/unit.h"
#include "vial/base/run.h"
#include <stdlib.h>

static struct arena a;
static struct error err;

static int end(void **state)
{
    (void)state;
    arena_free(&a);
    error_free(&err);
    return 0;
}

static const char *ran(const char *folder, int *status, const char *const *words)
{
    struct buf said = buf_in(&a);

    if (!run_program(&(struct run){ .words = words, .folder = folder, .limit = 20 }, &said, status,
                     &err))
        return NULL;
    return buf_cstr(&said);
}
#define RAN(folder, status, ...) ran(folder, status, (const char *const[]){ __VA_ARGS__, NULL })

static void what_it_says_on_either_stream_and_how_it_ends_is_known(void **state)
{
    int status = -1;

    (void)state;
    assert_string_equal(RAN(NULL, &status, "sh", "-c", "echo one; echo two >&2; exit 7"),
                        "one\ntwo\n");
    assert_int_equal(status, 7);
    RAN(NULL, &status, "sh", "-c", "kill -9 $$");
    assert_int_equal(status, 128 + 9);
}

static void words_are_words_whatever_is_in_them(void **state)
{
    int status;

    (void)state;
    assert_string_equal(RAN(NULL, &status, "printf", "%s", "$(id) `id`;'\"*"), "$(id) `id`;'\"*");
}

static void it_runs_in_its_folder_with_nothing_to_read(void **state)
{
    int status;

    (void)state;
    assert_string_equal(RAN("/usr", &status, "sh", "-c", "pwd; cat"), "/usr\n");
}

static void its_messages_are_plain_english(void **state)
{
    int status;

    (void)state;
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    assert_string_equal(RAN(NULL, &status, "sh", "-c", "echo $LC_ALL"), "C\n");
    unsetenv("LC_ALL");
}

static void what_is_beyond_the_limit_is_read_and_forgotten(void **state)
{
    int status = -1;

    (void)state;
    assert_int_equal(strlen(RAN(NULL, &status, "sh", "-c", "seq 100000")), 20);
    assert_int_equal(status, 0);
}

static void what_takes_too_long_is_ended_with_all_it_started(void **state)
{
    static const char *const words[] = { "sh", "-c", "sleep 100 & echo begun; wait", NULL };
    static const char *const silent[] = { "sh", "-c", "exec >/dev/null 2>&1; sleep 100", NULL };
    struct buf said = buf_in(&a);
    int status = 0;

    (void)state;
    assert_true(run_program(&(struct run){ .words = words, .seconds = 1 }, &said, &status, &err));
    assert_int_equal(status, RUN_LATE);
    assert_string_equal(buf_cstr(&said), "begun\n");
    assert_true(run_program(&(struct run){ .words = silent, .seconds = 1 }, &said, &status, &err));
    assert_int_equal(status, RUN_LATE);
}

static void what_is_not_there_is_an_error(void **state)
{
    int status;

    (void)state;
    assert_null(RAN(NULL, &status, "no-such-program"));
    assert_string_equal(str_cstr(&a, err.sentence), "can't be run: No such file or directory");
    assert_null(run_find(S("no-such-program"), &a).p);
    assert_non_null(run_find(S("sh"), &a).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_it_says_on_either_stream_and_how_it_ends_is_known, end),
        cmocka_unit_test_teardown(words_are_words_whatever_is_in_them, end),
        cmocka_unit_test_teardown(it_runs_in_its_folder_with_nothing_to_read, end),
        cmocka_unit_test_teardown(its_messages_are_plain_english, end),
        cmocka_unit_test_teardown(what_is_beyond_the_limit_is_read_and_forgotten, end),
        cmocka_unit_test_teardown(what_takes_too_long_is_ended_with_all_it_started, end),
        cmocka_unit_test_teardown(what_is_not_there_is_an_error, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
