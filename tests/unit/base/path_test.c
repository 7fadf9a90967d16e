/*
 * path_test.c - names of files as text
 */
#include "tests/unit/unit.h"
#include "vial/base/path.h"

static void joining_puts_one_slash_between(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(path_join(&a, S("a"), S("b")), "a/b");
    assert_str(path_join(&a, S("a/"), S("b")), "a/b");
    assert_str(path_join(&a, S(""), S("b")), "b");
    assert_str(path_join(&a, S("."), S("b")), "b");
    assert_str(path_join(&a, S("."), S("")), ".");
    assert_str(path_join(&a, S("a"), S("/b")), "/b");
    assert_str(path_join(&a, S("a"), S("")), "a");
    arena_free(&a);
}

static void dots_are_resolved_as_text(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "a/./b/../c", "a/c" },
        { "a//b/", "a/b" },
        { "", "." },
        { "./", "." },
        { "a/..", "." },
        { "../a", "../a" },
        { "a/../../b", "../b" },
        { "../../a", "../../a" },
        { "/../a", "/a" },
        { "/", "/" },
        { "/a/../..", "/" },
        { "../a/../b", "../b" },
    };
    struct arena a = { 0 };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_str(path_normal(&a, str_of(pairs[i][0])), pairs[i][1]);
    arena_free(&a);
}

static void a_name_from_a_stranger_stays_inside(void **state)
{
    (void)state;
    assert_true(path_inside(S("a/b.md")));
    assert_true(path_inside(S("a/..b")));
    assert_false(path_inside(S("../a")));
    assert_false(path_inside(S("a/../b")));
    assert_false(path_inside(S("a/..")));
    assert_false(path_inside(S("/etc/passwd")));
    assert_false(path_inside(S("a\0b")));
}

static void what_lies_in_a_folder_has_a_name_there(void **state)
{
    (void)state;
    assert_true(path_lies_in(S("a/b"), S("a")));
    assert_true(path_lies_in(S("a"), S("a")));
    assert_false(path_lies_in(S("ab"), S("a")));
    assert_false(path_lies_in(S("a"), S("a/b")));
    assert_false(path_lies_in(S("a"), S("")));
    assert_str(path_below(S("a/b/c.md"), S("a")), "b/c.md");
    assert_str(path_below(S("/x/y"), S("/x")), "y");
    assert_null(path_below(S("a"), S("a")).p);
    assert_null(path_below(S("ab/c"), S("a")).p);
}

static void a_path_has_parts(void **state)
{
    (void)state;
    assert_str(path_dir(S("a/b.md")), "a");
    assert_str(path_dir(S("b.md")), "");
    assert_str(path_dir(S("/b.md")), "/");
    assert_str(path_name(S("a/b.md")), "b.md");
    assert_str(path_stem(S("a/b.tar.gz")), "b.tar");
    assert_str(path_ext(S("a/b.MD")), ".MD");
    assert_str(path_ext(S("a.b/c")), "");
    assert_str(path_stem(S(".profile")), ".profile");
    assert_str(path_ext(S(".profile")), "");
}

static void the_way_from_one_folder_to_another(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_str(path_relative(&a, S("a/b"), S("a/c/d")), "../c/d");
    assert_str(path_relative(&a, S("."), S("a/b")), "a/b");
    assert_str(path_relative(&a, S("a"), S("a/b")), "b");
    assert_str(path_relative(&a, S("a/b/c"), S("x")), "../../../x");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joining_puts_one_slash_between),
        cmocka_unit_test(dots_are_resolved_as_text),
        cmocka_unit_test(a_name_from_a_stranger_stays_inside),
        cmocka_unit_test(what_lies_in_a_folder_has_a_name_there),
        cmocka_unit_test(a_path_has_parts),
        cmocka_unit_test(the_way_from_one_folder_to_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
