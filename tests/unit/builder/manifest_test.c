/*
 * manifest_test.c - which files are ours is known after every kind of end
 */
#include "builder/manifest.h"
#include "tests/unit/builder/folder.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct manifest m;
static bool damaged;

static bool opens(struct error *err)
{
    return manifest_open(&m, at("site"), S("public"), 0, &damaged, arena(), err);
}

static void open_again(void)
{
    manifest_close(&m);
    assert_true(opens(NULL));
}

static const char *journal(void)
{
    return str_fmt(arena(), "%.*s.begun", (int)m.path.len - 9, m.path.p).p;
}

static struct record record_of(const char *text)
{
    return (struct record){ .digest = digest_of(str_of(text)), .file = { 7, 1700000000000000001 } };
}

static void save(const char *const *names, size_t count)
{
    struct map records = map_in(arena());

    for (size_t i = 0; i < count; i++) {
        struct record *record = arena_make(arena(), struct record);

        *record = record_of(names[i]);
        map_set(&records, str_of(names[i]), record);
    }
    assert_true(manifest_save(&m, &m, &records, NULL));
}

#define save_names(...)                                                                            \
    save((const char *const[]){ __VA_ARGS__ },                                                     \
         sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void spoil(str path, size_t offset, const char *bytes, size_t count)
{
    int fd = open(path.p, O_WRONLY);

    assert_int_equal(pwrite(fd, bytes, count, (off_t)offset), count);
    close(fd);
}

static void nothing_is_known_at_first(void **state)
{
    (void)state;
    assert_true(opens(NULL));
    assert_int_equal(m.records.count, 0);
    assert_false(damaged);
    assert_false(m.unfinished);
    assert_null(manifest_find(&m, S("index.html")));
    manifest_close(&m);
}

static void what_was_saved_is_known_whatever_its_name(void **state)
{
    (void)state;
    assert_true(opens(NULL));
    save_names("index.html", "a b\nc", "back\\slash", "end 4", "\ttab", "\xFF", "x\r", "n\\n");
    open_again();
    assert_false(damaged);
    assert_false(m.unfinished);
    assert_int_equal(m.records.count, 8);
    assert_non_null(manifest_find(&m, S("a b\nc")));
    assert_non_null(manifest_find(&m, S("back\\slash")));
    assert_non_null(manifest_find(&m, S("end 4")));
    assert_non_null(manifest_find(&m, S("\ttab")));
    assert_non_null(manifest_find(&m, S("x\r")));
    assert_non_null(manifest_find(&m, S("n\\n")));
    assert_true(digest_eq(manifest_find(&m, S("index.html"))->digest, digest_of(S("index.html"))));
    assert_true(stamp_eq(manifest_find(&m, S("index.html"))->file,
                         (struct stamp){ 7, 1700000000000000001 }));
    manifest_close(&m);
}

static void a_file_of_just_now_is_not_believed_later(void **state)
{
    (void)state;
    struct map records = map_in(arena());
    struct record young = record_of("x");

    has("site/x", "1234567");
    struct file_info info = file_info(at("site/x"));
    young.file = (struct stamp){ info.size, info.changed };
    map_set(&records, S("x"), &young);
    assert_true(opens(NULL));
    assert_true(manifest_save(&m, &m, &records, NULL));
    open_again();
    assert_false(stamp_eq(manifest_find(&m, S("x"))->file, young.file));
    assert_int_equal(manifest_find(&m, S("x"))->file.size, 7);
    assert_true(record_is_whole(manifest_find(&m, S("x"))));
    manifest_close(&m);
}

static void a_copy_s_source_is_known(void **state)
{
    (void)state;
    struct map records = map_in(arena());
    struct record copy = record_of("x");

    assert_true(opens(NULL));
    copy.source = (struct stamp){ 7, 5 };
    map_set(&records, S("style.css"), &copy);
    assert_true(manifest_save(&m, &m, &records, NULL));
    open_again();
    assert_true(stamp_eq(manifest_find(&m, S("style.css"))->source, copy.source));
    manifest_close(&m);
}

static void what_was_begun_by_a_build_that_was_killed_is_ours(void **state)
{
    (void)state;
    str begun[] = { S("new.html"), S("a\nb") };

    assert_true(opens(NULL));
    save_names("index.html");
    assert_true(manifest_begin(&m, begun, 2, NULL));
    open_again(); /* without having been saved */
    assert_true(m.unfinished);
    assert_int_equal(m.records.count, 3);
    assert_non_null(manifest_find(&m, S("a\nb")));
    assert_int_equal(manifest_find(&m, S("new.html"))->file.changed, 0);
    save_names("index.html");
    open_again();
    assert_false(m.unfinished);
    assert_int_equal(m.records.count, 1);
    manifest_close(&m);
}

static void a_build_that_was_killed_is_known_though_it_made_nothing_new(void **state)
{
    (void)state;
    assert_true(opens(NULL));
    save_names("index.html");
    assert_true(manifest_begin(&m, NULL, 0, NULL));
    open_again();
    assert_true(m.unfinished);
    assert_int_equal(m.records.count, 1);
    manifest_close(&m);
}

static void a_torn_line_of_the_journal_was_never_begun(void **state)
{
    (void)state;
    str begun[] = { S("whole.html"), S("torn.html") };

    assert_true(opens(NULL));
    assert_true(manifest_begin(&m, begun, 2, NULL));
    assert_int_equal(truncate(journal(), 16), 0);
    open_again();
    assert_int_equal(m.records.count, 1);
    assert_non_null(manifest_find(&m, S("whole.html")));
    manifest_close(&m);
}

/* Cut at every length, and with every byte changed: never whole, and never a name of another. */
static void damage_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    size_t size;
    str whole;

    assert_true(opens(NULL));
    save_names("index.html", "blog/index.html");
    assert_true(file_read(&whole, m.path, 0, NULL, arena(), NULL));
    size = whole.len;
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(truncate(m.path.p, (off_t)i), 0);
        open_again();
        assert_true(damaged);
        assert_int_equal(m.records.count, 0);
        spoil(m.path, 0, whole.p, size);
        spoil(m.path, i, whole.p[i] == 'x' ? "y" : "x", 1);
        open_again();
        assert_true(damaged);
        assert_int_equal(m.records.count, 0);
        spoil(m.path, 0, whole.p, size);
    }
    open_again();
    assert_false(damaged);
    assert_int_equal(m.records.count, 2);
    manifest_close(&m);
}

/* Somebody may bring a manifest with a site, to have files removed that are not its. */
static void no_name_leads_out_of_the_output(void **state)
{
    (void)state;
    assert_true(opens(NULL));
    save_names("../mine.txt", "index.html");
    open_again();
    assert_true(damaged);
    assert_int_equal(m.records.count, 0);
    str begun[] = { S("/etc/passwd"), S("a/../../x"), S("good") };
    assert_true(manifest_begin(&m, begun, 3, NULL));
    open_again();
    assert_int_equal(m.records.count, 1);
    manifest_close(&m);
}

/* Other programs may keep more, and know pages otherwise: which files are ours they all know. */
static void what_another_vial_wrote_tells_the_files_and_no_more(void **state)
{
    (void)state;
    str text;

    assert_true(opens(NULL));
    save_names("index.html");
    assert_true(file_read(&text, m.path, 0, NULL, arena(), NULL));
    struct buf other = buf_in(arena());
    buf_add(&other, str_slice(text, 0, text.len - 16));
    other.p[20] ^= 1; /* of its digest of the program */
    pack_text(&other, S("news"));
    pack_text(&other, S("of a later one"));
    pack_digest(&other, digest_of(buf_str(&other)));
    assert_true(file_replace(m.path, buf_str(&other), NULL, NULL));
    open_again();
    assert_false(damaged);
    assert_int_equal(m.records.count, 1);
    assert_int_equal(m.known.len, 0);
    manifest_close(&m);
}

static void each_output_has_its_own(void **state)
{
    (void)state;
    struct manifest other;

    assert_true(opens(NULL));
    assert_true(manifest_open(&other, at("site"), S("elsewhere"), 0, &damaged, arena(), NULL));
    save_names("index.html");
    manifest_close(&other);
    assert_true(manifest_open(&other, at("site"), S("elsewhere"), 0, &damaged, arena(), NULL));
    assert_int_equal(other.records.count, 0);
    manifest_close(&other);
    manifest_close(&m);
}

static void two_builds_do_not_write_into_one_folder(void **state)
{
    (void)state;
    struct manifest other;
    struct error err = { 0 };

    assert_true(opens(NULL));
    assert_false(manifest_open(&other, at("site"), S("public"), 0, &damaged, arena(), &err));
    assert_non_null(strstr(told_one(&err), "is in use: another vial is building into this folder"));
    manifest_close(&m);
    assert_true(manifest_open(&other, at("site"), S("public"), 0, &damaged, arena(), NULL));
    manifest_close(&other);
}

static void a_site_that_may_not_be_written_is_told_why(void **state)
{
    (void)state;
    struct error err = { 0 };

    has("site/.vial", "a file");
    assert_false(opens(&err));
    assert_string_equal(told_one(&err), "site/.vial: is a file where a folder is needed\n"
                                        "  vial remembers there which files it made\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(nothing_is_known_at_first),
        proves(what_was_saved_is_known_whatever_its_name),
        proves(a_file_of_just_now_is_not_believed_later),
        proves(a_copy_s_source_is_known),
        proves(what_was_begun_by_a_build_that_was_killed_is_ours),
        proves(a_build_that_was_killed_is_known_though_it_made_nothing_new),
        proves(a_torn_line_of_the_journal_was_never_begun),
        proves(damage_is_noticed_wherever_it_is),
        proves(no_name_leads_out_of_the_output),
        proves(what_another_vial_wrote_tells_the_files_and_no_more),
        proves(each_output_has_its_own),
        proves(two_builds_do_not_write_into_one_folder),
        proves(a_site_that_may_not_be_written_is_told_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
