/* What compilers and linkers say becomes errors with places. */
#include "fixture.h"
#include "vial/site/logic_inside.h"
#include <stdio.h>

static const char source[] = "int a;\n\tint \xc3\xbc = b; return unknown;\n}\n";

/* As the site's reader calls it. */
static str own(str file)
{
    str root = str_of(folder());

    return str_starts(file, root) ? str_from(file, root.len + 1) : file;
}

/* "FILE:LINE:COL+WIDTH sentence [note FILE:LINE:COL]\n" for each, warnings behind "warning". */
static const char *heard(const char *compiler, const char *said)
{
    static char text[4096];
    struct arena a = { 0 };
    const struct config_logic config = { .place = { .file = S("vial.yaml") } };
    struct logic_work w = {
        .a = &a, .config = &config, .folder = str_of(folder()), .compiler_file = str_of(compiler)
    };
    struct errors found[2] = { { 0 } };
    struct buf out = buf_in(&a);

    logic_says(&w, str_of(said), &found[0], &found[1]);
    for (int i = 0; i < 2; i++) {
        for (size_t n = 0; n < found[i].count; n++) {
            const struct error *e = &found[i].list[n];

            buf_addf(&out, "%s%.*s:%u:%u+%u %.*s", i ? "warning " : "", STR(own(e->file)), e->line,
                     e->col, e->width, STR(e->sentence));
            for (const struct error_note *note = e->notes; note; note = note->next)
                buf_addf(&out, " [%.*s %.*s:%u:%u]", STR(note->text), STR(own(note->file)),
                         note->line, note->col);
            buf_lit(&out, "\n");
        }
        errors_free(&found[i]);
    }
    snprintf(text, sizeof text, "%s", buf_cstr(&out));
    arena_free(&a);
    return text;
}

static void gcc_and_clang_are_understood_alike(void **state)
{
    (void)state;
    has("a.c", source);
    assert_string_equal(heard("/usr/bin/gcc",
                              "a.c: In function 'f':\n"
                              "a.c:2:20: error: 'unknown' undeclared [-Werror=x]\n"
                              "    2 |   return unknown;\n      |    ^~~~~~~\n"
                              "a.c:2:20: note: each undeclared identifier is reported only once\n"
                              "a.c:1:5: note: declared here\n"
                              "a.c:1:5: warning: unused variable 'a' [-Wunused-variable]\n"),
                        "a.c:2:20+7 'unknown' undeclared [declared here: a.c:1:5]\n"
                        "warning a.c:1:5+1 unused variable 'a' [-Wunused-variable]\n");
    /* clang counts bytes */
    assert_string_equal(heard("/usr/bin/clang-14",
                              "a.c:2:21: error: use of undeclared identifier 'unknown'\n"
                              "1 error generated.\n"),
                        "a.c:2:20+7 use of undeclared identifier 'unknown'\n");
}

static void the_way_to_a_header_is_told_with_what_is_wrong_in_it(void **state)
{
    (void)state;
    has("a.c", source);
    has("b.h", "x\n");
    assert_string_equal(heard("gcc", "In file included from c.h:7,\n"
                                     "                 from a.c:1:\n"
                                     "b.h:1:1: error: no\n"
                                     "a.c:1:1: error: alone\n"),
                        "b.h:1:1+1 no [included from c.h:0:0] [included from a.c:1:1]\n"
                        "a.c:1:1+3 alone\n");
}

static void those_that_name_no_column_or_no_file_are_heard_as_well(void **state)
{
    (void)state;
    has("a.c", source);
    assert_string_equal(heard("tcc",
                              "a.c:2: error: ';' expected\n"
                              "/usr/bin/ld: a.o: in function `f':\n"
                              "a.c:1: multiple definition of `f'; b.o:b.c:1: first defined here\n"
                              "/usr/bin/ld: cannot find -lnothing: No such file or directory\n"
                              "cc1: fatal error: no such option\n"
                              "collect2: error: ld returned 1 exit status\n"),
                        "a.c:2:2+26 ';' expected\n"
                        "a.c:1:1+6 multiple definition of `f'; b.o:b.c:1: first defined here\n"
                        "vial.yaml:0:0+0 cannot find -lnothing: No such file or directory\n"
                        "vial.yaml:0:0+0 no such option\n");
}

static void places_that_are_none_do_no_harm(void **state)
{
    (void)state;
    has("a.c", source);
    assert_string_equal(heard("gcc", "a.c:99:1: error: one\n"
                                     "a.c:1:99: error: two\n"
                                     "gone.c:1:1: error: three\n"
                                     "a.c:99999999999:1: error: four\n:1:1: error: five\n"),
                        "a.c:0:0+0 one\na.c:1:7+1 two\ngone.c:0:0+0 three\n"
                        "a.c:99999999999:0:0+0 four\nvial.yaml:0:0+0 five\n");
}

static void what_logic_names_lies_inside_of_the_site(void **state)
{
    (void)state;
    has("vial.yaml", "logic: ../a.c\n");
    assert_string_equal(refuses(), "vial.yaml:1:8: 'logic' must name C files or a folder inside "
                                   "the site's, not '../a.c'\n");
    has("vial.yaml", "logic: {files: a.c, libraries: '-Wl,x'}\n");
    assert_non_null(strstr(refuses(), "'libraries' takes names such as 'sqlite3'"));
    has("vial.yaml", "logic: {files: a.c, flags: [x.c]}\n");
    assert_non_null(strstr(refuses(), "'x.c' is no flag for the compiler"));
    has("vial.yaml", "logic: {flags: -O1}\n");
    assert_non_null(strstr(refuses(), "'logic' names no file"));
    has("vial.yaml", "logic: code\n");
    assert_non_null(strstr(refuses(), "there is no file or folder 'code'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(gcc_and_clang_are_understood_alike),
        proves(the_way_to_a_header_is_told_with_what_is_wrong_in_it),
        proves(those_that_name_no_column_or_no_file_are_heard_as_well),
        proves(places_that_are_none_do_no_harm),
        proves(what_logic_names_lies_inside_of_the_site),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
