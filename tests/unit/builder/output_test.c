/*
 * output_test.c - files are put if they differ, and foreign ones left alone
 */
#include "builder/output.h"
#include "tests/unit/builder/folder.h"
#include "vial/base/path.h"
#include <sys/stat.h>
#include <unistd.h>

static struct manifest before;
static struct output out;
static struct map after; /* what is to be saved */

/* A build begins with what the one before it remembers. */
static void next_build(void)
{
    output_close(&out);
    for (size_t i = 0; i < after.count; i++) { /* as manifest_save() does */
        struct record *record = after.entries[i].data;

        record->file = stamp_settled(&before, record->file);
    }
    before.records = after;
    before.unfinished = false;
    after = map_in(arena());
    out = (struct output){ .folder = at("out"), .before = &before };
    out.real = out.folder;
    assert_true(output_open(&out, NULL));
}

static int begin(void **state)
{
    int status = folder_begin(state);

    after = map_in(arena());
    out.fd = -1;
    next_build();
    return status;
}

static int end(void **state)
{
    output_close(&out);
    return folder_end(state);
}

#undef proves
#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, begin, end)

static struct record *remembered(const char *name)
{
    struct record *record = arena_make(arena(), struct record);

    map_set(&after, str_of(name), record);
    return record;
}

static bool put(const char *name, const char *text)
{
    bool written;

    assert_true(output_put_text(&out, str_of(name), str_of(text), remembered(name), &written,
                                arena(), NULL));
    return written;
}

static bool put_copy(const char *name, const char *source)
{
    bool written;

    assert_true(
        output_put_file(&out, str_of(name), at(source), remembered(name), &written, arena(), NULL));
    return written;
}

static const char *refused(const char *name, const char *text)
{
    struct error err = { 0 };
    struct record record;
    bool written;

    assert_false(
        output_put_text(&out, str_of(name), str_of(text), &record, &written, arena(), &err));
    return told_one(&err);
}

static bool taken_away(const char *name)
{
    bool left;

    assert_true(output_remove(&out, str_of(name), &left, arena(), NULL));
    return !left;
}

static void a_file_is_written_once(void **state)
{
    (void)state;
    assert_true(put("blog/a/index.html", "one"));
    next_build();
    struct file_info info = file_info(at("out/blog/a/index.html"));
    assert_false(put("blog/a/index.html", "one"));
    assert_int_equal(file_info(at("out/blog/a/index.html")).mtime, info.mtime);
    next_build();
    assert_true(put("blog/a/index.html", "two"));
    assert_string_equal(text_at("out/blog/a/index.html"), "two");
    assert_string_equal(names_below("out"), "blog/a/index.html");
}

static void a_file_that_somebody_changed_is_made_right(void **state)
{
    (void)state;
    put("a.html", "one");
    put("b.html", "one");
    has("out/a.html", "two"); /* of the same size */
    has("out/b.html", "longer");
    next_build();
    assert_true(put("a.html", "one"));
    assert_true(put("b.html", "one"));
    assert_string_equal(text_at("out/a.html"), "one");
}

static void a_file_that_was_touched_is_looked_at(void **state)
{
    (void)state;
    put("a.html", "one");
    assert_int_equal(chmod(at("out/a.html").p, 0600), 0);
    next_build();
    assert_false(put("a.html", "one"));
    next_build();
    assert_false(put("a.html", "one"));
    lacks("out/a.html");
    next_build();
    assert_true(put("a.html", "one"));
}

static void what_was_not_changed_for_a_while_is_believed(void **state)
{
    (void)state;
    put("a.html", "one");
    usleep(150000);
    next_build();
    assert_true(before.records.entries[0].data && !put("a.html", "one"));
    /* its digest is believed without a look at the bytes */
    ((struct record *)map_get(&before.records, S("a.html")))->digest = digest_of(S("two"));
    assert_false(put("a.html", "two"));
    assert_true(put("a.html", "one"));
    out.force = true;
    assert_true(put("a.html", "two"));
}

static void a_foreign_file_in_the_way_is_left_and_told(void **state)
{
    (void)state;
    has("out/mine.html", "mine");
    assert_string_equal(
        refused("mine.html", "other"),
        "out/mine.html: is in the way: vial did not write it\n  move it away, build "
        "into another folder with -o, or take it over with --force\n");
    assert_string_equal(text_at("out/mine.html"), "mine");
    out.force = true;
    assert_true(put("mine.html", "other"));
}

static void a_foreign_file_of_the_same_bytes_becomes_ours(void **state)
{
    (void)state;
    has("out/x.html", "text");
    assert_false(put("x.html", "text"));
    next_build();
    assert_true(put("x.html", "other"));
}

static void a_fifo_in_the_way_is_not_waited_for(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(at("out/pipe").p, 0600), 0);
    assert_non_null(strstr(refused("pipe", "text"), "is in the way"));
    out.force = true;
    assert_true(put("pipe", "text"));
    assert_string_equal(text_at("out/pipe"), "text");
}

static void a_file_is_copied_if_it_differs(void **state)
{
    (void)state;
    has("style.css", "one");
    assert_true(put_copy("static/style.css", "style.css"));
    next_build();
    assert_false(put_copy("static/style.css", "style.css"));
    has("style.css", "two"); /* in the same moment, of the same size */
    next_build();
    assert_true(put_copy("static/style.css", "style.css"));
    assert_string_equal(text_at("out/static/style.css"), "two");
    has("out/static/style.css", "bad");
    next_build();
    assert_true(put_copy("static/style.css", "style.css"));
    assert_string_equal(text_at("out/static/style.css"), "two");
}

static void a_copy_is_remembered_by_what_it_holds(void **state)
{
    (void)state;
    has("style.css", "text");
    put_copy("style.css", "style.css");
    const struct record *record = map_get(&after, S("style.css"));
    assert_true(digest_eq(record->digest, digest_of(S("text"))));
}

static void an_old_source_is_believed_and_a_new_one_is_not(void **state)
{
    (void)state;
    has("new.css", "text");
    put_copy("new.css", "new.css");
    assert_int_equal(((struct record *)map_get(&after, S("new.css")))->source.changed, 0);
    usleep(150000);
    next_build();
    put_copy("new.css", "new.css");
    const struct record *record = map_get(&after, S("new.css"));
    assert_true(record->source.changed != 0);
    assert_int_equal(record->source.changed, file_info(at("new.css")).changed);
}

static void a_source_that_is_gone_is_an_error(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct record record;
    bool written;

    assert_false(output_put_file(&out, S("x"), at("nowhere"), &record, &written, arena(), &err));
    assert_string_equal(told_one(&err), "nowhere: cannot be opened: No such file or directory\n");
    assert_string_equal(names_below("out"), "");
}

static void what_is_no_longer_made_is_taken_away_with_its_folders(void **state)
{
    (void)state;
    put("blog/a/index.html", "one");
    put("blog/b/index.html", "one");
    next_build();
    assert_true(taken_away("blog/a/index.html"));
    assert_string_equal(names_below("out"), "blog/b/index.html");
    assert_false(there_is("out/blog/a"));
    assert_true(taken_away("blog/b/index.html"));
    assert_false(there_is("out/blog"));
    assert_true(there_is("out"));
    assert_true(taken_away("blog/b/index.html")); /* gone already */
}

static void a_folder_with_foreign_files_stays(void **state)
{
    (void)state;
    put("blog/index.html", "one");
    has("out/blog/mine.txt", "mine");
    next_build();
    assert_true(taken_away("blog/index.html"));
    assert_string_equal(names_below("out"), "blog/mine.txt");
}

static void what_somebody_changed_is_theirs(void **state)
{
    (void)state;
    put("a.html", "one");
    put("b.html", "one");
    has("out/a.html", "own");
    assert_int_equal(chmod(at("out/b.html").p, 0600), 0); /* not its bytes */
    next_build();
    assert_false(taken_away("a.html"));
    assert_true(taken_away("b.html"));
    assert_string_equal(names_below("out"), "a.html");
}

static void what_a_killed_build_left_is_ours_whatever_it_holds(void **state)
{
    (void)state;
    put("a.html", "one");
    put("b.html", "one");
    has("out/a.html", "of the build that was killed");
    memset(map_get(&after, S("b.html")), 0, sizeof(struct record)); /* only begun */
    next_build();
    assert_true(taken_away("b.html"));
    before.unfinished = true;
    assert_true(taken_away("a.html"));
    assert_string_equal(names_below("out"), "");
}

static void drafts_of_a_killed_build_are_swept(void **state)
{
    (void)state;
    put("blog/a.html", "one");
    put("b.html", "one");
    has("out/blog/.vial-draft-1-2", "half");
    has("out/.vial-draft-1-3", "half");
    next_build();
    output_sweep(&out, arena());
    assert_string_equal(names_below("out"), "b.html blog/a.html");
}

static void an_old_file_makes_room_for_a_folder(void **state)
{
    (void)state;
    put("blog", "a file");
    next_build();
    assert_true(put("blog/index.html", "text"));
    assert_true(taken_away("blog"));
    assert_string_equal(names_below("out"), "blog/index.html");
}

static void an_old_folder_makes_room_for_a_file(void **state)
{
    (void)state;
    put("blog/a/index.html", "text");
    put("blog/index.html", "text");
    next_build();
    assert_true(put("blog", "a file"));
    assert_true(taken_away("blog/index.html"));
    assert_string_equal(names_below("out"), "blog");
}

static void a_folder_with_foreign_files_makes_no_room(void **state)
{
    (void)state;
    put("blog/index.html", "text");
    has("out/blog/mine.txt", "mine");
    has("out/flat", "mine");
    next_build();
    assert_string_equal(refused("blog", "a file"),
                        "out/blog: is a folder where a file is to be written\n");
    assert_string_equal(refused("flat/x", "text"),
                        "out/flat/x: cannot be written: a part of its path is a file\n");
    assert_string_equal(text_at("out/blog/mine.txt"), "mine");
    assert_string_equal(text_at("out/flat"), "mine");
}

static void no_link_leads_a_file_out_of_the_output(void **state)
{
    (void)state;
    has("secret/x", "mine");
    assert_int_equal(symlink(at("secret").p, at("out/link").p), 0);
    assert_int_equal(symlink("../secret", at("out/other").p), 0);
    assert_string_equal(refused("link/new.html", "text"),
                        "out/link/new.html: leads out of the output folder, through a link\n");
    assert_non_null(strstr(refused("other/deep/new.html", "text"), "through a link"));
    remembered("link/x")->digest = digest_of(S("mine")); /* as a manifest from a stranger may say */
    next_build();
    taken_away("link/x");
    assert_string_equal(names_below("secret"), "x");
}

static void a_link_within_the_output_is_followed(void **state)
{
    (void)state;
    put("real/index.html", "text");
    assert_int_equal(symlink("real", at("out/link").p), 0);
    assert_true(put("link/new.html", "text"));
    assert_string_equal(text_at("out/real/new.html"), "text");
}

static const char *checked(const char *site, const char *folder, str *name)
{
    const str sources[] = { S("vial.yaml"), S("content"), S("../themes") };
    struct output candidate = { .folder = at(folder) };
    struct error err = { 0 };
    str ignored;

    if (output_check(&candidate, name ? name : &ignored, at(site), sources, 3, arena(), &err))
        return "";
    return told_one(&err);
}

static void an_output_that_the_site_is_made_of_is_refused(void **state)
{
    (void)state;
    has("s/mysite/vial.yaml", "");
    has("s/mysite/content/a.md", "");
    has("s/themes/x/theme.yaml", "");
    has("file", "");
    assert_int_equal(symlink("s/mysite/content", at("link").p), 0);
    assert_string_equal(checked("s/mysite", "s/mysite/public", NULL), "");
    assert_string_equal(checked("s/mysite", "elsewhere/deep", NULL), "");
    assert_string_equal(checked("s/mysite", "s/mysite/contents", NULL), "");
    assert_string_equal(checked("s/mysite", "s", NULL),
                        "s: cannot be the output: the site itself lies in it\n");
    assert_non_null(strstr(checked("s/mysite", "s/mysite", NULL), "the site itself lies in it"));
    assert_string_equal(
        checked("s/mysite", "s/mysite/content", NULL),
        "s/mysite/content: cannot be the output: the site is made of what is in content\n");
    assert_non_null(strstr(checked("s/mysite", "s/mysite/content/x", NULL), "in content"));
    assert_non_null(strstr(checked("s/mysite", "s/mysite/public/../content", NULL), "in content"));
    assert_non_null(strstr(checked("s/mysite", "link/x", NULL), "in content"));
    assert_non_null(strstr(checked("s/mysite", "s/themes/x", NULL), "in ../themes"));
    assert_string_equal(checked("s/mysite", "file", NULL),
                        "file: is a file, and the output is a folder\n");
}

static void an_output_is_called_the_same_when_its_site_is_moved(void **state)
{
    (void)state;
    str one, two, outside;

    has("here/vial.yaml", "");
    has("there/vial.yaml", "");
    assert_string_equal(checked("here", "here/public", &one), "");
    assert_string_equal(checked("there", "there/public", &two), "");
    assert_string_equal(checked("there", "here/public", &outside), "");
    assert_str(one, "public");
    assert_str(two, "public");
    assert_true(str_eq(outside, at("here/public")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_file_is_written_once),
        proves(a_file_that_somebody_changed_is_made_right),
        proves(a_file_that_was_touched_is_looked_at),
        proves(what_was_not_changed_for_a_while_is_believed),
        proves(a_foreign_file_in_the_way_is_left_and_told),
        proves(a_foreign_file_of_the_same_bytes_becomes_ours),
        proves(a_fifo_in_the_way_is_not_waited_for),
        proves(a_file_is_copied_if_it_differs),
        proves(a_copy_is_remembered_by_what_it_holds),
        proves(an_old_source_is_believed_and_a_new_one_is_not),
        proves(a_source_that_is_gone_is_an_error),
        proves(what_is_no_longer_made_is_taken_away_with_its_folders),
        proves(a_folder_with_foreign_files_stays),
        proves(what_somebody_changed_is_theirs),
        proves(what_a_killed_build_left_is_ours_whatever_it_holds),
        proves(drafts_of_a_killed_build_are_swept),
        proves(an_old_file_makes_room_for_a_folder),
        proves(an_old_folder_makes_room_for_a_file),
        proves(a_folder_with_foreign_files_makes_no_room),
        proves(no_link_leads_a_file_out_of_the_output),
        proves(a_link_within_the_output_is_followed),
        proves(an_output_that_the_site_is_made_of_is_refused),
        proves(an_output_is_called_the_same_when_its_site_is_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
