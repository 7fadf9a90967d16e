/*
 * target_test.c - what is to be built, one for each file
 */
#include "builder/target.h"
#include "tests/unit/unit.h"
#include <stdio.h>

static const char *name_of(const char *url)
{
    static char kept[512];
    struct arena a = { 0 };
    str name = target_name(&a, str_of(url));

    snprintf(kept, sizeof kept, "%.*s", name.p ? (int)name.len : 6, name.p ? name.p : "(none)");
    arena_free(&a);
    return kept;
}

static void a_url_names_a_file(void **state)
{
    (void)state;
    assert_string_equal(name_of("/"), "index.html");
    assert_string_equal(name_of("/x/"), "x/index.html");
    assert_string_equal(name_of("/x/y.html"), "x/y.html");
    assert_string_equal(name_of("/a%20b/%C3%A9.txt"), "a b/\xC3\xA9.txt");
    assert_string_equal(name_of("/x/#part"), "x/index.html");
    assert_string_equal(name_of("/x/?page=2"), "x/index.html");
    assert_string_equal(name_of("/a%5Cb"), "a\\b");
    assert_string_equal(name_of("/..x/..."), "..x/...");
}

static void no_url_names_a_file_outside(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "x",          "//x",    "/../x",  "/a/../x", "/a/..",
        "/%2e%2e/x", "/a/%2E%2E/", "/a%2Fb", "/a%2fb", "/./x",    "/a/./x",
        "/.",        "/a//b",      "/a%00b", "/a%zz",  "/%FF",    "http://example.org/x"
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (strcmp(name_of(bad[i]), "(none)") != 0)
            fail_msg("'%s' names the file '%s'", bad[i], name_of(bad[i]));
}

static void a_name_that_no_file_system_takes_is_refused(void **state)
{
    (void)state;
    char url[300];

    memset(url, 'x', sizeof url);
    url[0] = '/';
    url[256] = '\0';
    assert_int_equal(strlen(name_of(url)), 255);
    url[256] = 'x';
    url[257] = '\0';
    assert_string_equal(name_of(url), "(none)");
}

struct adding {
    struct arena arena;
    struct targets targets;
    struct error err;
};

static struct adding adding;

static int begin(void **state)
{
    (void)state;
    adding = (struct adding){ 0 };
    adding.targets = targets_in(&adding.arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    error_free(&adding.err);
    arena_free(&adding.arena);
    return 0;
}

static bool add(const char *url, const char *source)
{
    return targets_add(&adding.targets, str_of(url), str_of(source), &adding.err);
}

static const char *sentence(void)
{
    return str_cstr(&adding.arena, adding.err.sentence);
}

static const char *round_at_hand(void)
{
    struct buf out = buf_in(&adding.arena);

    for (size_t i = adding.targets.round; i < adding.targets.ready; i++)
        buf_addf(&out, "%.*s ", STR(adding.targets.list[i]->name));
    return buf_cstr(&out);
}

static void targets_come_in_rounds_each_in_order(void **state)
{
    (void)state;
    assert_false(targets_next_round(&adding.targets));
    add("/b/", "");
    add("/c", "");
    add("/a", "");
    assert_true(targets_next_round(&adding.targets));
    assert_string_equal(round_at_hand(), "a b/index.html c ");
    add("/a", "");
    add("/0", "");
    assert_true(targets_next_round(&adding.targets));
    assert_string_equal(round_at_hand(), "0 ");
    assert_false(targets_next_round(&adding.targets));
    assert_string_equal(round_at_hand(), "");
}

static void the_same_address_is_built_once(void **state)
{
    (void)state;
    assert_true(add("/caf%C3%A9/", ""));
    assert_true(add("/caf%C3%A9/", ""));
    assert_true(add("/caf%c3%a9/", ""));
    assert_true(add("/caf\xC3\xA9/", ""));
    assert_int_equal(adding.targets.count, 1);
}

static void two_addresses_of_one_file_are_an_error_that_names_both(void **state)
{
    (void)state;
    assert_true(add("/x/", "content/x.md"));
    assert_false(add("/x/index.html", "static/x/index.html"));
    assert_str(adding.err.file, "static/x/index.html");
    assert_string_equal(
        sentence(),
        "'/x/index.html' and '/x/' of content/x.md would both be the file x/index.html");
}

static void a_file_cannot_be_a_folder_as_well(void **state)
{
    (void)state;
    assert_true(add("/x", "content/x.md"));
    assert_false(add("/x/y/z", ""));
    assert_string_equal(sentence(), "'/x/y/z' needs a folder x, which is to be the file of "
                                    "'/x' of content/x.md");
    assert_true(add("/a/b/c/", ""));
    assert_false(add("/a/b", "content/b.md"));
    assert_string_equal(sentence(),
                        "'/a/b' would be the file a/b, which is a folder that '/a/b/c/' needs");
    assert_int_equal(adding.targets.count, 2);
}

static void an_address_of_no_file_is_an_error(void **state)
{
    (void)state;
    assert_false(add("/../x", "content/x.md"));
    assert_string_equal(sentence(), "the address '/../x' names no file below the output");
}

#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_names_a_file),
        cmocka_unit_test(no_url_names_a_file_outside),
        cmocka_unit_test(a_name_that_no_file_system_takes_is_refused),
        proves(targets_come_in_rounds_each_in_order),
        proves(the_same_address_is_built_once),
        proves(two_addresses_of_one_file_are_an_error_that_names_both),
        proves(a_file_cannot_be_a_folder_as_well),
        proves(an_address_of_no_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
