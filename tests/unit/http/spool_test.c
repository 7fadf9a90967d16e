/*
 * spool_test.c - bodies that arrive, in memory and on disks of all kinds
 *
 * open() is ours here: so a disk may be one that knows no files without a name.
 */
#include "../unit.h"
#include "vial/http/spool.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool knows_nameless;
static char folder[] = "/tmp/vial-spool-XXXXXX";

int __real_open(const char *path, int flags, unsigned mode);
int __wrap_open(const char *path, int flags, unsigned mode);
int __real_open64(const char *path, int flags, unsigned mode);
int __wrap_open64(const char *path, int flags, unsigned mode);

static bool is_refused(int flags)
{
    errno = EOPNOTSUPP;
    return !knows_nameless && (flags & O_TMPFILE) == O_TMPFILE;
}

int __wrap_open(const char *path, int flags, unsigned mode)
{
    return is_refused(flags) ? -1 : __real_open(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, unsigned mode)
{
    return is_refused(flags) ? -1 : __real_open64(path, flags, mode);
}

static size_t files_left(void)
{
    DIR *names = opendir(folder);
    size_t count = 0;

    assert_non_null(names);
    while (readdir(names))
        count++;
    closedir(names);
    return count - 2; /* itself and the one above */
}

static void assert_comes_together(bool nameless)
{
    struct arena a = { 0 };
    struct spool spool = { .memory = 10, .arena = &a };
    str body;

    knows_nameless = nameless;
    for (int i = 0; i < 1000; i++)
        assert_true(spool_add(&spool, S("0123456789")));
    assert_int_equal(files_left(), 0);
    assert_true(spool_end(&spool, &body));
    assert_int_equal(body.len, 10000);
    assert_memory_equal(body.p + 9990, "0123456789", 10);
    spool_close(&spool);
    arena_free(&a);
}

static void a_large_body_lies_on_disk_and_leaves_nothing(void **state)
{
    (void)state;
    assert_comes_together(true);
}

/* overlayfs before Linux 6.10, some network file systems */
static void a_disk_without_nameless_files_will_do(void **state)
{
    (void)state;
    assert_comes_together(false);
    assert_comes_together(false);
    assert_int_equal(files_left(), 0);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? setenv("TMPDIR", folder, 1) : -1;
}

static int end(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_body_lies_on_disk_and_leaves_nothing),
        cmocka_unit_test(a_disk_without_nameless_files_will_do),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
