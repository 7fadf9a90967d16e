/*
 * complaints_test.c - what many meet is told once, and the same in every order
 */
#include "builder/complaints.h"
#include "tests/unit/builder/folder.h"

static struct errors errors;
static struct complaints complaints;

static void complain(const char *name, const char *file, size_t offset, const char *sentence,
                     bool about_files)
{
    struct error err = { 0 };

    error_at(&err, (struct place){ str_of(file), S("some text"), offset, 1 }, "%s", sentence);
    if (!about_files)
        error_note(&err, (struct place){ 0 }, "while making %s", name);
    complaints_add(&complaints, &err, str_of(name), about_files);
    assert_int_equal(err.sentence.len, 0);
}

static void what_many_pages_meet_is_told_once_with_the_first_of_them(void **state)
{
    (void)state;
    static const char *const orders[][3] = { { "a", "b", "c" },
                                             { "c", "b", "a" },
                                             { "b", "a", "c" } };

    for (size_t i = 0; i < 3; i++) {
        complaints_begin(&complaints, &errors);
        for (size_t j = 0; j < 3; j++)
            complain(orders[i][j], "page.html", 5, "no", false);
        complain("b", "page.html", 0, "no", false);
        complain("b", "base.html", 5, "no", false);
        complaints_end(&complaints);
        assert_string_equal(told(&errors), "base.html:1:6: no\n  some text\n       ^\n"
                                           "  while making b\n"
                                           "page.html:1:1: no\n  some text\n  ^\n"
                                           "  while making b\n"
                                           "page.html:1:6: no\n  some text\n       ^\n"
                                           "  while making a\n  and 2 more pages\n");
    }
}

static void what_many_files_meet_is_told_once_though_each_is_another(void **state)
{
    (void)state;
    complaints_begin(&complaints, &errors);
    complain("b", "out/b", 0, "cannot be written: No space left on device", true);
    complain("a", "out/a", 0, "cannot be written: No space left on device", true);
    complaints_end(&complaints);
    assert_string_equal(told(&errors),
                        "out/a:1:1: cannot be written: No space left on device\n  some text\n  ^\n"
                        "  and 1 more file\n");
}

static void errors_that_others_add_are_sorted_in(void **state)
{
    (void)state;
    struct error err = { 0 };

    complaints_begin(&complaints, &errors);
    complain("b", "b.md", 0, "no", true);
    complain("b", "b.md", 0, "no", true);
    error_at(&err, (struct place){ .file = S("a.md") }, "broken link");
    errors_add(&errors, &err);
    complaints_end(&complaints);
    assert_string_equal(told(&errors),
                        "a.md: broken link\nb.md:1:1: no\n  some text\n  ^\n  and 1 more file\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(what_many_pages_meet_is_told_once_with_the_first_of_them),
        proves(what_many_files_meet_is_told_once_though_each_is_another),
        proves(errors_that_others_add_are_sorted_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
