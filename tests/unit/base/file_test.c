/*
 * file_test.c - files read whole, replaced if different, folders walked in order
 */
#include "tests/unit/unit.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct arena a;
static str folder;

static int make_folder(void **state)
{
    char name[] = "/tmp/vial-file-XXXXXX";

    (void)state;
    folder = str_copy(&a, str_of(mkdtemp(name)));
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    int status = system(str_fmt(&a, "chmod -R u+w %.*s; rm -rf %.*s", STR(folder), STR(folder)).p);
    arena_free(&a);
    return status;
}

static str in(const char *name)
{
    return path_join(&a, folder, str_of(name));
}

static void write_file(const char *name, const char *text)
{
    assert_true(file_replace(in(name), str_of(text), NULL, NULL));
}

static str text_of(const char *name)
{
    str text = { 0 };

    assert_true(file_read(&text, in(name), 0, NULL, &a, NULL));
    return text;
}

static str complaint(struct error *err)
{
    str sentence = str_copy(&a, err->sentence);

    error_free(err);
    return sentence;
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    struct file_info info;
    str text;

    write_file("a.md", "some text");
    assert_true(file_read(&text, in("a.md"), 0, &info, &a, NULL));
    assert_str(text, "some text");
    assert_int_equal(text.p[text.len], 0);
    assert_int_equal(info.size, 9);
    assert_int_equal(info.kind, FILE_REGULAR);
    write_file("empty", "");
    assert_int_equal(text_of("empty").len, 0);
}

static void what_is_no_file_is_refused_and_not_waited_for(void **state)
{
    (void)state;
    struct error err = { 0 };
    str text;

    assert_false(file_read(&text, folder, 0, NULL, &a, &err));
    assert_str(complaint(&err), "is a folder, not a file");
    assert_int_equal(mkfifo(in("pipe").p, 0600), 0);
    assert_false(file_read(&text, in("pipe"), 0, NULL, &a, &err));
    assert_str(complaint(&err), "is no regular file");
    assert_false(file_read(&text, S("/dev/zero"), 0, NULL, &a, &err));
    assert_str(complaint(&err), "is no regular file");
    assert_false(file_read(&text, in("nowhere"), 0, NULL, &a, &err));
    assert_str(complaint(&err), "cannot be opened: No such file or directory");
    assert_false(file_read(&text, S("a\0b"), 0, NULL, &a, &err));
    error_free(&err);
}

static void a_path_that_the_system_cannot_take_is_told(void **state)
{
    (void)state;
    struct error err = { 0 };
    char name[5001];
    str text;

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    str path = path_join(&a, folder, str_of(name));
    assert_false(file_read(&text, path, 0, NULL, &a, &err));
    assert_str(complaint(&err), "cannot be opened: File name too long");
    assert_false(file_replace(path, S("x"), NULL, &err));
    assert_str(complaint(&err), "cannot be written: File name too long");
    assert_false(file_create(path_join(&a, folder, S("a\0b")), S("x"), NULL));
    assert_false(file_exists(in("a")));
    assert_int_equal(file_info(path).kind, FILE_NONE);
}

static void a_socket_is_no_file(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    str text;

    strcpy(address.sun_path, in("socket").p);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_false(file_read(&text, in("socket"), 0, NULL, &a, &err));
    assert_str(complaint(&err), "is no regular file");
    close(fd);
}

static void a_file_whose_size_is_not_told_is_read_whole(void **state)
{
    (void)state;
    struct file_info info;
    str text;

    assert_true(file_read(&text, S("/proc/self/maps"), 0, &info, &a, NULL));
    assert_int_equal(info.size, 0);
    assert_true(text.len > 1000);
    assert_false(file_read(&text, S("/proc/self/maps"), 100, NULL, &a, NULL));
}

static void a_file_above_the_limit_is_refused(void **state)
{
    (void)state;
    struct error err = { 0 };
    str text;

    write_file("large", "0123456789");
    assert_false(file_read(&text, in("large"), 9, NULL, &a, &err));
    assert_non_null(strstr(complaint(&err).p, "too large"));
    assert_true(file_read(&text, in("large"), 10, NULL, &a, &err));
}

static void only_what_differs_is_written(void **state)
{
    (void)state;
    bool written;
    struct file_info before, after;

    assert_true(file_replace(in("deep/er/x"), S("one"), &written, NULL));
    assert_true(written);
    before = file_info(in("deep/er/x"));
    assert_true(file_replace(in("deep/er/x"), S("one"), &written, NULL));
    assert_false(written);
    after = file_info(in("deep/er/x"));
    assert_int_equal(before.inode, after.inode);
    assert_int_equal(before.mtime, after.mtime);
    assert_true(file_replace(in("deep/er/x"), S("two"), &written, NULL));
    assert_true(written);
    assert_str(text_of("deep/er/x"), "two");
}

static void a_replaced_file_leaves_nothing_else_behind(void **state)
{
    (void)state;
    struct file_walk walk;
    struct error err = { 0 };

    write_file("r/x", "one");
    write_file("r/x", "two");
    assert_int_equal(mkdir(in("r/folder").p, 0700), 0);
    assert_false(file_replace(in("r/folder"), S("text"), NULL, &err));
    assert_str(complaint(&err), "is a folder where a file is to be written");
    assert_int_equal(system(str_fmt(&a, "test $(ls -A %s | wc -l) = 2", in("r").p).p), 0);
    assert_true(file_walk(&walk, in("r"), S(""), &a, NULL));
    assert_int_equal(walk.count, 1);
}

static mode_t mode_of(const char *name)
{
    struct stat st;

    assert_int_equal(stat(in(name).p, &st), 0);
    return st.st_mode & 07777;
}

static void the_user_s_mask_is_kept(void **state)
{
    (void)state;
    mode_t mask = umask(027);

    write_file("mode/one", "x");
    assert_true(file_create(in("mode/two"), S("x"), NULL));
    umask(022);
    write_file("mode/one", "y");
    umask(mask);
    assert_int_equal(mode_of("mode"), 0750);
    assert_int_equal(mode_of("mode/two"), 0640);
    assert_int_equal(mode_of("mode/one"), 0644);
}

/* As another user where we are root, who may write everywhere. */
static void a_folder_that_may_not_be_written_is_told_and_nothing_lost(void **state)
{
    (void)state;
    struct error err = { 0 };
    uid_t before = geteuid();
    bool good;

    write_file("closed/x", "old");
    chmod(folder.p, 0755);
    chmod(in("closed").p, 0555);
    if (before == 0)
        assert_int_equal(seteuid(65534), 0);
    good = file_replace(in("closed/x"), S("new"), NULL, &err);
    assert_int_equal(seteuid(before), 0);
    assert_false(good);
    assert_str(complaint(&err), "cannot be written: Permission denied");
    assert_str(text_of("closed/x"), "old");
    chmod(in("closed").p, 0755);
}

static void a_full_disk_is_told_and_leaves_no_draft(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct rlimit before, little;
    bool good;

    write_file("full/x", "old");
    getrlimit(RLIMIT_FSIZE, &before);
    little = before;
    little.rlim_cur = 10; /* what a disk with ten bytes left would do */
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &little);
    good = file_replace(in("full/x"), S("more than ten bytes"), NULL, &err) ||
           file_create(in("full/y"), S("more than ten bytes"), NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(good);
    assert_str(complaint(&err), "cannot be written: File too large");
    assert_str(text_of("full/x"), "old");
    assert_false(file_exists(in("full/y")));
    assert_int_equal(system(str_fmt(&a, "test $(ls -A %s | wc -l) = 1", in("full").p).p), 0);
}

static void what_a_killed_process_left_is_swept_away(void **state)
{
    (void)state;
    write_file("swept/x", "x");
    write_file("swept/.vial-draft-123-0", "half");
    write_file("swept/.vial-other", "x");
    file_sweep(in("swept"));
    file_sweep(in("nowhere"));
    assert_false(file_exists(in("swept/.vial-draft-123-0")));
    assert_true(file_exists(in("swept/.vial-other")));
    assert_true(file_exists(in("swept/x")));
}

static void a_path_through_a_file_is_refused(void **state)
{
    (void)state;
    struct error err = { 0 };

    write_file("flat", "x");
    assert_false(file_replace(in("flat/below/x"), S("text"), NULL, &err));
    assert_non_null(strstr(complaint(&err).p, "a file"));
    assert_false(file_create(in("flat/x"), S("text"), &err));
    assert_non_null(strstr(complaint(&err).p, "a file"));
}

static void a_new_file_is_not_written_over_another(void **state)
{
    (void)state;
    struct error err = { 0 };

    assert_true(file_create(in("new/one"), S("text"), NULL));
    assert_str(text_of("new/one"), "text");
    assert_false(file_create(in("new/one"), S("other"), &err));
    error_free(&err);
    assert_str(text_of("new/one"), "text");
}

static void a_change_of_just_now_may_be_followed_by_another_that_looks_the_same(void **state)
{
    (void)state;
    const int64_t second = 1000000000, now = 1767225600 * second + 5;

    assert_false(file_settled(now, now));
    assert_false(file_settled(now - second / 100, now));
    assert_true(file_settled(now - second / 4, now));
    assert_false(file_settled(now + second, now)); /* the clock was set back */
    /* a disk that knows whole seconds, or every other */
    assert_false(file_settled(now - 5 - second, now));
    assert_false(file_settled(now - 5 - 2 * second, now));
    assert_true(file_settled(now - 5 - 3 * second, now));
}

static void a_disk_tells_what_its_clock_says(void **state)
{
    (void)state;
    int64_t told;

    write_file("clock", "x");
    int fd = open(in("clock").p, O_RDWR);
    assert_true(fd >= 0);
    told = file_clock(fd);
    assert_int_equal(file_info(in("clock")).changed, told);
    assert_true(told > 0);
    assert_int_equal(file_clock(-1), 0);
    close(fd);
}

static void a_draft_with_a_name_of_its_own_is_written_over(void **state)
{
    (void)state;
    write_file("alone/x.draft", "what a killed process left, and longer");
    assert_true(file_replace_alone(in("alone/x"), S("new"), NULL));
    assert_str(text_of("alone/x"), "new");
    assert_false(file_exists(in("alone/x.draft")));
}

static void files_are_compared_and_copied(void **state)
{
    (void)state;
    str text = str_fmt(&a, "%0100000d", 1);

    write_file("source", text.p);
    assert_true(file_copy(in("source"), in("copies/one"), NULL));
    assert_true(file_same(in("source"), in("copies/one")));
    assert_true(file_holds(in("copies/one"), text));
    write_file("source", "short");
    assert_false(file_same(in("source"), in("copies/one")));
    assert_true(file_copy(in("source"), in("copies/one"), NULL));
    assert_str(text_of("copies/one"), "short");
    assert_false(file_same(in("source"), in("nowhere")));
    assert_false(file_copy(in("nowhere"), in("copies/two"), NULL));
    assert_false(file_copy(folder, in("copies/two"), NULL));
    assert_false(file_exists(in("copies/two")));
}

static void empty_folders_are_pruned_up_to_the_root(void **state)
{
    (void)state;
    write_file("p/q/r/x", "x");
    write_file("p/y", "y");
    assert_true(file_remove(in("p/q/r/x"), NULL));
    file_prune(in("p/q/r"), folder);
    assert_false(file_exists(in("p/q")));
    assert_true(file_exists(in("p")));
    assert_true(file_remove(in("p/y"), NULL));
    file_prune(in("p"), in("p"));
    assert_true(file_exists(in("p")));
    assert_true(file_remove(in("was/never/there"), NULL));
}

static void a_walk_is_sorted_and_leaves_out_what_is_hidden(void **state)
{
    (void)state;
    struct file_walk walk;

    write_file("w/b.md", "");
    write_file("w/a/z.md", "");
    write_file("w/a.md", "");
    write_file("w/.git/config", "");
    write_file("w/x.md~", "");
    write_file("w/#x.md#", "");
    write_file("w/.x.md.swp", "");
    write_file("w/4913", "");
    write_file("w/out/x.html", "");
    assert_true(file_walk(&walk, in("w"), S("out"), &a, NULL));
    assert_int_equal(walk.count, 3);
    assert_str(walk.entries[0].path, "a.md");
    assert_str(walk.entries[1].path, "a/z.md");
    assert_str(walk.entries[2].path, "b.md");
    assert_true(walk.entries[0].info.mtime > 0);
}

static void links_are_followed_and_circles_walked_once(void **state)
{
    (void)state;
    struct file_walk walk;

    write_file("l/real/x.md", "");
    assert_int_equal(symlink("real", in("l/link").p), 0);
    assert_int_equal(symlink("..", in("l/real/up").p), 0);
    assert_int_equal(symlink("nowhere", in("l/dangling").p), 0);
    assert_int_equal(mkfifo(in("l/pipe").p, 0600), 0);
    assert_true(file_walk(&walk, in("l"), S(""), &a, NULL));
    assert_int_equal(walk.count, 2);
    assert_str(walk.entries[0].path, "link/x.md");
    assert_str(walk.entries[1].path, "real/x.md");
}

static void names_of_any_bytes_are_walked_in_the_order_of_bytes(void **state)
{
    (void)state;
    struct file_walk walk;

    write_file("n/\xFF\xFE", "");
    write_file("n/a b\nc", "");
    write_file("n/a", "");
    write_file("n/\xC3\xA9", "");
    assert_true(file_walk(&walk, in("n"), S(""), &a, NULL));
    assert_int_equal(walk.count, 4);
    assert_str(walk.entries[0].path, "a");
    assert_str(walk.entries[1].path, "a b\nc");
    assert_str(walk.entries[2].path, "\xC3\xA9");
    assert_str(walk.entries[3].path, "\xFF\xFE");
}

static void a_walk_ends_where_folders_are_too_deep(void **state)
{
    (void)state;
    struct file_walk walk;
    struct error err = { 0 };
    struct buf path = buf_in(&a);

    buf_lit(&path, "deep");
    for (int i = 0; i < 140; i++)
        buf_lit(&path, "/d");
    write_file(buf_cstr(&path), "");
    assert_false(file_walk(&walk, in("deep"), S(""), &a, &err));
    assert_str(complaint(&err), "lies deeper than 128 folders");
}

static void a_link_to_itself_is_left_out(void **state)
{
    (void)state;
    struct file_walk walk;

    write_file("s/x", "");
    assert_int_equal(symlink("loop", in("s/loop").p), 0);
    assert_true(file_walk(&walk, in("s"), S(""), &a, NULL));
    assert_int_equal(walk.count, 1);
}

static void a_walk_of_nothing_is_empty_and_of_a_file_an_error(void **state)
{
    (void)state;
    struct file_walk walk;
    struct error err = { 0 };

    assert_true(file_walk(&walk, in("nowhere"), S(""), &a, NULL));
    assert_int_equal(walk.count, 0);
    write_file("plain", "");
    assert_false(file_walk(&walk, in("plain"), S(""), &a, &err));
    assert_str(complaint(&err), "is a file where a folder is expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(what_is_no_file_is_refused_and_not_waited_for),
        cmocka_unit_test(a_path_that_the_system_cannot_take_is_told),
        cmocka_unit_test(a_socket_is_no_file),
        cmocka_unit_test(a_file_whose_size_is_not_told_is_read_whole),
        cmocka_unit_test(a_file_above_the_limit_is_refused),
        cmocka_unit_test(only_what_differs_is_written),
        cmocka_unit_test(a_replaced_file_leaves_nothing_else_behind),
        cmocka_unit_test(the_user_s_mask_is_kept),
        cmocka_unit_test(a_folder_that_may_not_be_written_is_told_and_nothing_lost),
        cmocka_unit_test(a_full_disk_is_told_and_leaves_no_draft),
        cmocka_unit_test(what_a_killed_process_left_is_swept_away),
        cmocka_unit_test(a_path_through_a_file_is_refused),
        cmocka_unit_test(a_new_file_is_not_written_over_another),
        cmocka_unit_test(a_change_of_just_now_may_be_followed_by_another_that_looks_the_same),
        cmocka_unit_test(a_disk_tells_what_its_clock_says),
        cmocka_unit_test(a_draft_with_a_name_of_its_own_is_written_over),
        cmocka_unit_test(files_are_compared_and_copied),
        cmocka_unit_test(empty_folders_are_pruned_up_to_the_root),
        cmocka_unit_test(a_walk_is_sorted_and_leaves_out_what_is_hidden),
        cmocka_unit_test(links_are_followed_and_circles_walked_once),
        cmocka_unit_test(names_of_any_bytes_are_walked_in_the_order_of_bytes),
        cmocka_unit_test(a_walk_ends_where_folders_are_too_deep),
        cmocka_unit_test(a_link_to_itself_is_left_out),
        cmocka_unit_test(a_walk_of_nothing_is_empty_and_of_a_file_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
