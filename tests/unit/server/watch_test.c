/*
 * watch_test.c - every way in which editors and people change files is seen, once and whole
 */
#include "server/watch.h"
#include "tests/unit/unit.h"
#include "vial/base/date.h"
#include "vial/base/path.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena a;
static str root;
static struct watch *w;

/* In the root of the watched site. */
static void shell(const char *commands)
{
    assert_int_equal(system(str_fmt(&a, "cd %.*s && { %s; }", STR(root), commands).p), 0);
}

static int open_watch(void **state)
{
    static const char *const paths[] = { "content", "static", "vial.yaml" };
    char name[] = "/tmp/vial-watch-XXXXXX";
    str list[3];

    (void)state;
    root = str_copy(&a, str_of(mkdtemp(name)));
    shell("mkdir -p content/blog public && echo x > content/a.md && echo x > content/blog/b.md && "
          "echo x > vial.yaml");
    for (int i = 0; i < 3; i++)
        list[i] = str_of(paths[i]);
    w = watch_open(
        &(struct watch_options){ .root = root, .paths = list, .count = 3, .skip = S("public") },
        NULL);
    return w ? 0 : -1;
}

static int close_watch(void **state)
{
    (void)state;
    watch_close(w);
    int status = system(str_fmt(&a, "rm -rf %.*s", STR(root)).p);
    arena_free(&a);
    return status;
}

/* Everything that is reported within a while, "a b c"; "*" for everything. */
static str reported(void)
{
    struct watch_batch batch;
    struct buf out = buf_in(&a);
    int timeout = 2000;

    while (watch_wait(w, timeout, &batch, NULL) == 1) {
        for (size_t i = 0; i < batch.count; i++)
            buf_addf(&out, "%s%.*s", out.len ? " " : "", STR(batch.paths[i]));
        if (batch.all)
            buf_addc(&out, '*');
        timeout = 60; /* whatever else there may be */
    }
    return buf_str(&out);
}

static void assert_quiet(void)
{
    struct watch_batch batch;

    assert_int_equal(watch_wait(w, 60, &batch, NULL), 0);
}

static void a_file_written_in_place_is_seen(void **state)
{
    (void)state;
    shell("echo more >> content/a.md");
    assert_str(reported(), "content/a.md");
}

static void a_file_cut_and_written_again_is_seen_once(void **state)
{
    (void)state;
    shell("echo new > content/blog/b.md");
    assert_str(reported(), "content/blog/b.md");
}

static void a_file_renamed_over_another_is_seen(void **state)
{
    (void)state;
    shell("echo new > content/.a.md.tmp && mv content/.a.md.tmp content/a.md");
    assert_str(reported(), "content/a.md");
}

static void vim_s_dance_with_a_backup_is_one_change(void **state)
{
    (void)state;
    shell("cd content && touch 4913 && rm 4913 && mv a.md a.md~ && echo new > a.md && rm a.md~");
    assert_str(reported(), "content/a.md");
}

static void emacs_locks_are_not_seen(void **state)
{
    (void)state;
    shell("ln -s me@here.123 content/.#a.md && echo new > content/a.md && rm content/.#a.md && "
          "touch 'content/#a.md#' && rm 'content/#a.md#'");
    assert_str(reported(), "content/a.md");
}

static void sed_in_place_is_seen(void **state)
{
    (void)state;
    shell("sed -i s/x/y/ content/blog/b.md");
    assert_non_null(strstr(str_cstr(&a, reported()), "content/blog/b.md"));
}

static void a_new_folder_stands_for_its_files_and_is_watched_at_once(void **state)
{
    (void)state;
    shell("mkdir -p from/deep && echo 1 > from/c.md && echo 2 > from/deep/d.md && cp -r from "
          "content/new");
    assert_str(str_slice(reported(), 0, 11), "content/new");
    shell("echo more > content/new/deep/d.md");
    assert_str(reported(), "content/new/deep/d.md");
}

static void a_deleted_file_is_seen(void **state)
{
    (void)state;
    shell("rm content/new/c.md");
    assert_str(reported(), "content/new/c.md");
}

static void a_renamed_folder_is_both_names_and_still_watched(void **state)
{
    (void)state;
    shell("mv content/new content/other");
    assert_str(reported(), "content/new content/other");
    shell("echo more > content/other/deep/d.md");
    assert_str(reported(), "content/other/deep/d.md");
}

static void a_folder_moved_out_is_no_longer_watched_and_moved_in_it_is(void **state)
{
    (void)state;
    shell("mv content/other away");
    assert_str(reported(), "content/other");
    shell("echo more > away/deep/d.md");
    assert_quiet();
    shell("mv away content/back");
    assert_str(reported(), "content/back");
    shell("echo more > content/back/deep/d.md");
    assert_str(reported(), "content/back/deep/d.md");
}

static void a_deleted_folder_is_seen_and_may_come_back(void **state)
{
    (void)state;
    shell("rm -r content/back");
    assert_str(reported(), "content/back");
    shell("mkdir content/back && echo 1 > content/back/e.md");
    assert_str(reported(), "content/back");
    shell("echo 2 > content/back/e.md");
    assert_str(reported(), "content/back/e.md");
}

static void a_folder_that_was_not_there_at_first_is_waited_for(void **state)
{
    (void)state;
    shell("mkdir -p static/css && echo 1 > static/css/site.css");
    assert_str(reported(), "static");
    shell("echo 2 > static/css/site.css");
    assert_str(reported(), "static/css/site.css");
    shell("rm -r static");
    assert_str(reported(), "static");
    shell("mkdir static && echo 1 > static/x");
    assert_str(str_slice(reported(), 0, 6), "static");
}

static void the_configuration_is_a_file_among_others_that_do_not_count(void **state)
{
    (void)state;
    shell("echo 1 > notes.txt && echo 2 > vial.yaml && echo 3 > vial.yaml.bak");
    assert_str(reported(), "vial.yaml");
}

static void the_output_is_not_watched(void **state)
{
    (void)state;
    shell("echo 1 > public/index.html && mkdir -p public/x && echo 2 > public/x/y");
    assert_quiet();
}

static void a_link_to_a_folder_elsewhere_is_followed(void **state)
{
    (void)state;
    shell("mkdir -p elsewhere && ln -s ../elsewhere content/linked");
    assert_str(reported(), "content/linked");
    shell("echo 1 > elsewhere/f.md");
    assert_str(reported(), "content/linked/f.md");
}

static void hundreds_of_files_at_once_come_in_few_batches(void **state)
{
    struct watch_batch batch;
    size_t files = 0, batches = 0;

    (void)state;
    shell("for i in $(seq 500); do echo $i > content/many-$i.md; done");
    for (; watch_wait(w, batches ? 100 : 2000, &batch, NULL) == 1; batches++)
        files += batch.count;
    assert_int_equal(files, 500);
    assert_in_range(batches, 1, 5);
}

static void the_root_itself_may_go_and_come_back(void **state)
{
    (void)state;
    shell("(mv $PWD $PWD-away; sleep 0.3; mv $PWD-away $PWD) & true");
    assert_non_null(strchr(str_cstr(&a, reported()), '*'));
    shell("echo again > content/a.md");
    assert_str(reported(), "content/a.md");
}

static void *stop_soon(void *ignored)
{
    (void)ignored;
    usleep(30000);
    watch_stop(w);
    return NULL;
}

static void waiting_ends_when_it_is_told_to(void **state)
{
    struct watch_batch batch;
    pthread_t other;

    (void)state;
    assert_int_equal(pthread_create(&other, NULL, stop_soon, NULL), 0);
    assert_int_equal(watch_wait(w, -1, &batch, NULL), 0);
    pthread_join(other, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_written_in_place_is_seen),
        cmocka_unit_test(a_file_cut_and_written_again_is_seen_once),
        cmocka_unit_test(a_file_renamed_over_another_is_seen),
        cmocka_unit_test(vim_s_dance_with_a_backup_is_one_change),
        cmocka_unit_test(emacs_locks_are_not_seen),
        cmocka_unit_test(sed_in_place_is_seen),
        cmocka_unit_test(a_new_folder_stands_for_its_files_and_is_watched_at_once),
        cmocka_unit_test(a_deleted_file_is_seen),
        cmocka_unit_test(a_renamed_folder_is_both_names_and_still_watched),
        cmocka_unit_test(a_folder_moved_out_is_no_longer_watched_and_moved_in_it_is),
        cmocka_unit_test(a_deleted_folder_is_seen_and_may_come_back),
        cmocka_unit_test(a_folder_that_was_not_there_at_first_is_waited_for),
        cmocka_unit_test(the_configuration_is_a_file_among_others_that_do_not_count),
        cmocka_unit_test(the_output_is_not_watched),
        cmocka_unit_test(a_link_to_a_folder_elsewhere_is_followed),
        cmocka_unit_test(hundreds_of_files_at_once_come_in_few_batches),
        cmocka_unit_test(the_root_itself_may_go_and_come_back),
        cmocka_unit_test(waiting_ends_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, open_watch, close_watch);
}
