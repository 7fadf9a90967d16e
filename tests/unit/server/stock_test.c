/*
 * stock_test.c - files at hand are the files that are there
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/stock.h"
#include "vial/base/date.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char place[64];
static int folder;
static struct stock *stock;

static void put(const char *name, const char *text)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(place, "/tmp/vial-stock-XXXXXX");
    assert_non_null(mkdtemp(place));
    folder = open(place, O_RDONLY | O_DIRECTORY);
    stock = stock_new();
    put("a", "one");
    return folder < 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    stock_free(stock);
    close(folder);
    snprintf(command, sizeof command, "rm -r '%s'", place);
    return system(command);
}

/* As who serves a file does it; NULL while it is too new to be kept. */
static struct stocked *keep(const char *name)
{
    struct stat st;
    int fd = openat(folder, name, O_RDONLY);

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    struct stocked *file = stock_put(stock, str_of(name), fd, &st);
    close(fd);
    return file;
}

static struct stocked *kept(const char *name)
{
    struct stocked *file = NULL;

    for (int i = 0; i < 500 && !file; i++, usleep(20000))
        file = keep(name);
    assert_non_null(file);
    return file;
}

static void what_was_kept_is_at_hand(void **state)
{
    struct stocked *first = kept("a"), *file = stock_take(stock, folder, S("a"), 0);

    (void)state;
    assert_ptr_equal(first, file);
    assert_true(str_eq(file->text, S("one")));
    assert_int_equal(file->size, 3);
    assert_null(stock_take(stock, folder, S("b"), 0));
    stocked_release(first);
    stocked_release(file);
}

static void a_file_that_was_changed_just_now_is_not_kept(void **state)
{
    (void)state;
    put("a", "two");
    assert_null(keep("a"));
}

static void a_file_that_changed_is_not_at_hand_any_more(void **state)
{
    struct stocked *file = kept("a");

    (void)state;
    put("a", "two"); /* of the same size */
    assert_null(stock_take(stock, folder, S("a"), 0));
    assert_null(stock_take(stock, folder, S("a"), 0));
    assert_true(str_eq(file->text, S("one"))); /* who holds it has it as it was */
    stocked_release(file);
}

static void nor_is_one_that_was_replaced_or_taken_away(void **state)
{
    (void)state;
    stocked_release(kept("a"));
    put("b", "two");
    assert_int_equal(renameat(folder, "b", folder, "a"), 0);
    assert_null(stock_take(stock, folder, S("a"), 0));
    stocked_release(kept("a"));
    unlinkat(folder, "a", 0);
    assert_null(stock_take(stock, folder, S("a"), 0));
}

static void in_one_moment_a_file_is_looked_at_once(void **state)
{
    struct stocked *file = kept("a");
    int64_t moment = now_ns();

    (void)state;
    stocked_release(stock_take(stock, folder, S("a"), moment));
    put("a", "two");
    struct stocked *again = stock_take(stock, folder, S("a"), moment);
    assert_ptr_equal(again, file);
    assert_null(stock_take(stock, folder, S("a"), now_ns()));
    stocked_release(again);
    stocked_release(file);
}

static void in_one_moment_what_is_not_there_is_looked_for_once(void **state)
{
    int64_t moment = now_ns();

    (void)state;
    unlinkat(folder, "late", 0);
    assert_true(stock_lacks(stock, folder, S("late"), moment));
    put("late", "one");
    assert_true(stock_lacks(stock, folder, S("late"), moment));
    assert_int_equal(errno, ENOENT);
    assert_false(stock_lacks(stock, folder, S("late"), 0));
    assert_false(stock_lacks(stock, folder, S("late"), now_ns()));
    unlinkat(folder, "late", 0);
}

static void what_is_held_lives_longer_than_the_stock(void **state)
{
    struct stocked *file = kept("a");

    (void)state;
    stock_free(stock);
    stock = stock_new();
    assert_true(str_eq(file->text, S("one")));
    stocked_release(file);
}

static void a_large_file_is_kept_open(void **state)
{
    struct stocked *file;
    char text[3];

    (void)state;
    put("a", "one");
    int fd = openat(folder, "a", O_WRONLY);
    assert_int_equal(ftruncate(fd, 100000), 0);
    close(fd);
    file = kept("a");
    assert_true(file->fd >= 0);
    assert_int_equal(file->size, 100000);
    assert_int_equal(pread(file->fd, text, 3, 0), 3);
    assert_memory_equal(text, "one", 3);
    stocked_release(file);
}

static void there_may_be_more_files_than_places(void **state)
{
    char name[16];

    (void)state;
    for (int i = 0; i < 300; i++) {
        int fd;

        snprintf(name, sizeof name, "f%d", i);
        fd = openat(folder, name, O_WRONLY | O_CREAT, 0644);
        assert_int_equal(ftruncate(fd, 100000), 0); /* large ones: only so many are kept open */
        close(fd);
    }
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "f%d", i);
        stocked_release(kept(name));
    }
    stocked_release(kept("a"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_was_kept_is_at_hand),
        T(a_file_that_was_changed_just_now_is_not_kept),
        T(a_file_that_changed_is_not_at_hand_any_more),
        T(nor_is_one_that_was_replaced_or_taken_away),
        T(in_one_moment_a_file_is_looked_at_once),
        T(in_one_moment_what_is_not_there_is_looked_for_once),
        T(what_is_held_lives_longer_than_the_stock),
        T(a_large_file_is_kept_open),
        T(there_may_be_more_files_than_places),
    };

    return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
