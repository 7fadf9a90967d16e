/*
 * error_test.c - a place in the reader's file and a sentence
 */
#include "tests/unit/unit.h"
#include <errno.h>

static const char text[] = "first line\n\t{{ na\xC3\xAFve | upcase }}\nlast";

static struct place place_at(const char *what, size_t len)
{
    return (struct place){ S("page.html"), str_of(text), (size_t)(strstr(text, what) - text), len };
}

static void assert_printed(const struct error *err, const char *expected)
{
    struct buf out = { 0 };

    error_print(err, ERROR_PLAIN, &out);
    assert_str(buf_str(&out), expected);
    buf_free(&out);
}

static void an_error_shows_its_line_with_a_caret_under_the_span(void **state)
{
    (void)state;
    struct error err = { 0 };

    assert_false(error_at(&err, place_at("upcase", 6), "unknown filter '%s'", "upcase"));
    error_meant(&err, S("upper"));
    error_note(&err, place_at("last", 4), "included from");
    assert_printed(&err, "page.html:2:13: unknown filter 'upcase'\n"
                         "  \t{{ na\xC3\xAFve | upcase }}\n"
                         "  \t           ^~~~~~\n"
                         "  did you mean 'upper'?\n"
                         "  included from page.html:3:1\n");
    error_free(&err);
}

static void a_kind_stands_before_the_sentence(void **state)
{
    (void)state;
    struct error err = { 0 };

    error_at(&err, place_at("first", 0), "no");
    error_kind(&err, "TemplateSyntaxError");
    assert_printed(&err, "page.html:1:1: TemplateSyntaxError: no\n  first line\n  ^\n");
    error_free(&err);
}

static void the_end_of_the_file_is_a_place(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct place place = { S("x"), S("abc"), 3, 0 };

    error_at(&err, place, "something is missing");
    assert_printed(&err, "x:1:4: something is missing\n  abc\n     ^\n");
    place.offset = 99;
    error_at(&err, place, "again");
    assert_int_equal(err.col, 4);
    place.source = S("abc\n");
    place.offset = 4;
    error_at(&err, place, "on the line after");
    assert_printed(&err, "x:2:1: on the line after\n");
    error_free(&err);
}

static void a_span_over_lines_is_marked_on_its_first(void **state)
{
    (void)state;
    struct error err = { 0 };

    error_at(&err, (struct place){ S("x"), S("ab\ncd"), 1, 4 }, "no");
    assert_printed(&err, "x:1:2: no\n  ab\n   ^\n");
    error_free(&err);
}

static void a_very_long_line_is_cut_around_the_span(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct buf out = { 0 };
    static char line[4000];

    memset(line, 'a', sizeof line - 1);
    memcpy(line + 2000, "HERE", 4);
    error_at(&err, (struct place){ S("x"), str_of(line), 2000, 4 }, "no");
    error_print(&err, ERROR_PLAIN, &out);
    assert_in_range(out.len, 100, 500);
    str rest = buf_str(&out), first = str_cut(&rest, '\n'), shown = str_cut(&rest, '\n'),
        caret = str_cut(&rest, '\n');
    assert_true(str_starts(first, S("x:1:2001:")));
    assert_int_equal(str_find(shown, S("HERE")), str_find(caret, S("^~~~")));
    buf_free(&out);
    error_free(&err);
}

static void bytes_that_are_no_text_do_not_spoil_the_excerpt(void **state)
{
    (void)state;
    struct error err = { 0 };

    error_at(&err, (struct place){ S("x"), S("a\xFFz"), 1, 1 }, "no");
    assert_printed(&err, "x:1:2: no\n  a\xEF\xBF\xBDz\n   ^\n");
    error_free(&err);
}

static void what_a_terminal_would_obey_is_shown_as_a_picture(void **state)
{
    (void)state;
    struct error err = { 0 };
    str source = S("a\033[2Jz\tb\x7F");

    error_at(&err, (struct place){ S("x\r.md"), source, 6, 1 }, "no '%s'", "\a\xC2\x9B");
    error_hint(&err, "\033 neither");
    assert_printed(&err, "x\xE2\x90\x8D.md:1:7: no '\xE2\x90\x87\xEF\xBF\xBD'\n"
                         "  a\xE2\x90\x9B[2Jz\tb\xE2\x90\xA1\n"
                         "        ^\n"
                         "  \xE2\x90\x9B neither\n");
    error_free(&err);
}

static void wide_characters_take_two_columns_and_marks_none(void **state)
{
    (void)state;
    struct error err = { 0 };
    str source = S("\xE4\xB8\xAD"
                   "e\xCC\x81x\xE4\xB8\xADz"); /* a wide one, e with an accent, x, a wide one, z */

    error_at(&err, (struct place){ S("x"), source, 6, 4 }, "no");
    assert_int_equal(err.col, 4);
    assert_printed(&err, "x:1:4: no\n  \xE4\xB8\xAD"
                         "e\xCC\x81x\xE4\xB8\xADz\n     ^~~\n");
    error_free(&err);
}

static void a_line_of_megabytes_is_not_kept(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct arena a = { 0 };
    size_t size = 3 << 20;
    char *line = arena_alloc(&a, size);

    memset(line, 'x', size);
    error_at(&err, (struct place){ S("x"), str_n(line, size), 10, 3 }, "no");
    assert_in_range(err.excerpt.len, 1000, 10000);
    assert_int_equal(err.line, 1);
    assert_int_equal(err.col, 11);
    error_free(&err);
    arena_free(&a);
}

static void colours_stand_around_what_they_colour(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct buf out = { 0 };

    error_at(&err, place_at("last", 4), "no");
    error_print(&err, ERROR_COLOUR, &out);
    assert_str(buf_str(&out), "\033[1mpage.html:3:1: \033[0m\033[1;31mno\033[0m\n"
                              "  last\n  \033[1;31m^~~~\033[0m\n");
    buf_clear(&out);
    error_print(&err, ERROR_BRIEF, &out);
    assert_str(buf_str(&out), "page.html:3:1: no\n");
    buf_free(&out);
    error_free(&err);
}

static void an_error_outlives_the_file_and_may_be_replaced(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct error err = { 0 }, other = { 0 };
    str file = str_copy(&a, S("gone.md")), source = str_copy(&a, S("gone too"));

    error_at(&err, (struct place){ file, source, 5, 3 }, "%.*s", STR(source));
    arena_free(&a);
    assert_str(err.file, "gone.md");
    assert_str(err.excerpt, "gone too");
    error_set(&err, "before: %.*s", STR(err.sentence)); /* quotes what it replaces */
    assert_str(err.sentence, "before: gone too");
    error_move(&other, &err);
    assert_int_equal(err.sentence.len, 0);
    assert_str(other.sentence, "before: gone too");
    error_free(&other);
}

static void the_system_s_reason_is_told(void **state)
{
    (void)state;
    struct error err = { 0 };

    errno = ENOENT;
    error_errno(&err, S("a.md"), "cannot be opened");
    assert_printed(&err, "a.md: cannot be opened: No such file or directory\n");
    error_free(&err);
}

static void nobody_has_to_ask_for_the_error(void **state)
{
    (void)state;
    assert_false(error_set(NULL, "x"));
    assert_false(error_at(NULL, (struct place){ 0 }, "x"));
    assert_false(error_hint(NULL, "x"));
    assert_false(error_note(NULL, (struct place){ 0 }, "x"));
    error_free(NULL);
}

static void many_errors_are_sorted_by_place(void **state)
{
    (void)state;
    struct errors errors = { 0 };
    static const char *const order[] = { "b", "a", "c", "a" };

    for (int i = 0; i < 4; i++) {
        struct error err = { 0 };

        error_at(&err, (struct place){ str_of(order[i]), S("x\ny"), i == 1 ? 2 : 0, 0 }, "%d", i);
        errors_add(&errors, &err);
        assert_int_equal(err.sentence.len, 0);
    }
    errors_sort(&errors);
    assert_str(errors.list[0].sentence, "3");
    assert_str(errors.list[1].sentence, "1");
    assert_str(errors.list[2].sentence, "0");
    assert_str(errors.list[3].sentence, "2");
    errors_free(&errors);
    assert_int_equal(errors.count, 0);
}

static void equal_errors_are_sorted_by_their_notes(void **state)
{
    (void)state;
    struct errors errors = { 0 };
    static const char *const notes[] = { "while making /b/", NULL, "while making /a/" };

    for (int i = 0; i < 3; i++) {
        struct error err = { 0 };

        error_at(&err, (struct place){ S("f"), S("x"), 0, 0 }, "no");
        if (notes[i])
            error_note(&err, (struct place){ 0 }, "%s", notes[i]);
        errors_add(&errors, &err);
    }
    errors_sort(&errors);
    assert_null(errors.list[0].notes);
    assert_str(errors.list[1].notes->text, "while making /a/");
    assert_str(errors.list[2].notes->text, "while making /b/");
    errors_free(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_shows_its_line_with_a_caret_under_the_span),
        cmocka_unit_test(a_kind_stands_before_the_sentence),
        cmocka_unit_test(the_end_of_the_file_is_a_place),
        cmocka_unit_test(a_span_over_lines_is_marked_on_its_first),
        cmocka_unit_test(a_very_long_line_is_cut_around_the_span),
        cmocka_unit_test(bytes_that_are_no_text_do_not_spoil_the_excerpt),
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_as_a_picture),
        cmocka_unit_test(wide_characters_take_two_columns_and_marks_none),
        cmocka_unit_test(a_line_of_megabytes_is_not_kept),
        cmocka_unit_test(colours_stand_around_what_they_colour),
        cmocka_unit_test(an_error_outlives_the_file_and_may_be_replaced),
        cmocka_unit_test(the_system_s_reason_is_told),
        cmocka_unit_test(nobody_has_to_ask_for_the_error),
        cmocka_unit_test(many_errors_are_sorted_by_place),
        cmocka_unit_test(equal_errors_are_sorted_by_their_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
