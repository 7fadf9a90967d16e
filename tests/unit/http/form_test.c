/* Forms, as browsers send them and as strangers might: form.h, and spool.h, by which they arrive.
 */
#include "../unit.h"
#include "vial/http/form.h"
#include "vial/http/spool.h"
#include <stdlib.h>

static struct arena arena;
static struct form form;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum form_result parse(const char *type, const char *body)
{
    struct form_limits limits = { .parts = 4, .memory = 64 };

    return form_parse(&form, str_of(type), str_of(body), &limits, &arena);
}

static const char *field(const char *name)
{
    str found = params_get(&form.fields, str_of(name));

    return found.p ? str_cstr(&arena, found) : NULL;
}

static const char multipart[] = "multipart/form-data; boundary=\"xx\"";

static void a_form_of_fields_and_files_is_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse(multipart,
                           "preamble\r\n--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
                           "one\r\ntwo\r\n--xx \t\r\nContent-Disposition: form-data; name=\"f\"; "
                           "filename=\"C:\\new\\\"x\\\".txt\"\r\ncontent-type: text/plain\r\n\r\n"
                           "\r\n--x\r\n--xx\r\nContent-Disposition: form-data; name=\"empty\"\r\n"
                           "\r\n\r\n--xx--\r\nepilogue"),
                     FORM_DONE);
    assert_string_equal(field("a"), "one\r\ntwo");
    assert_string_equal(field("empty"), "");
    assert_int_equal(form.file_count, 1);
    assert_str(form.files[0].name, "f");
    assert_str(form.files[0].filename, "C:\\new\"x\".txt");
    assert_str(form.files[0].type, "text/plain");
    assert_str(form.files[0].content, "\r\n--x");
}

static void a_field_without_a_chosen_file_is_no_file(void **state)
{
    (void)state;
    assert_int_equal(parse(multipart,
                           "--xx\r\nContent-Disposition: form-data; name=f; filename=\"\""
                           "\r\n\r\n\r\n--xx--"),
                     FORM_DONE);
    assert_int_equal(form.file_count, 0);
}

static void a_name_in_another_alphabet_is_read(void **state)
{
    (void)state;
    assert_int_equal(parse(multipart, "--xx\r\nContent-Disposition: form-data; name=f; "
                                      "filename=\"a.txt\"; filename*=UTF-8''%C3%A4.txt\r\n\r\nx"
                                      "\r\n--xx--"),
                     FORM_DONE);
    assert_str(form.files[0].filename, "\xc3\xa4.txt");
}

static void what_has_no_end_or_no_name_is_broken(void **state)
{
    static const char *const bodies[] = {
        "",
        "no boundary at all",
        "--xx\r\nContent-Disposition: form-data; name=a\r\n\r\nno end",
        "--xx\r\nContent-Disposition: form-data; name=a",
        "--xx\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xx--",
        "--xx\r\nContent-Type: text/plain\r\n\r\nx\r\n--xx--",
        "--xxy\r\n\r\nx\r\n--xx--",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        assert_int_equal(parse(multipart, bodies[i]), FORM_BROKEN);
    assert_int_equal(parse("multipart/form-data", "--xx--"), FORM_BROKEN);
    assert_int_equal(parse("text/plain", "a=b"), FORM_NONE);
}

static void more_parts_or_more_text_than_allowed_is_too_large(void **state)
{
    static const char part[] = "--xx\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
    struct buf body = buf_in(&arena);

    (void)state;
    for (int i = 0; i < 5; i++)
        buf_add(&body, str_of(part));
    buf_lit(&body, "--xx--");
    assert_int_equal(parse(multipart, buf_cstr(&body)), FORM_TOO_LARGE);
    assert_int_equal(parse("application/x-www-form-urlencoded", "a=1&b=2&c=3&d=4&e=5"),
                     FORM_TOO_LARGE);
    assert_int_equal(parse("application/x-www-form-urlencoded", "a=1&b=2&c=3&d=4"), FORM_DONE);
    assert_int_equal(parse("application/x-www-form-urlencoded",
                           "a=123456789012345678901234567890123456789012345678901234567890123"),
                     FORM_TOO_LARGE);
}

static void a_million_fields_cost_no_more_than_the_limit(void **state)
{
    enum { FIELDS = 1000000 };
    struct form_limits limits = { .parts = 1000, .memory = 4 * FIELDS };
    struct arena body_arena = { 0 };
    struct buf body = buf_in(&body_arena);

    (void)state;
    for (int i = 0; i < FIELDS; i++)
        buf_lit(&body, "a=1&");
    assert_int_equal(
        form_parse(&form, S("application/x-www-form-urlencoded"), buf_str(&body), &limits, &arena),
        FORM_TOO_LARGE);
    assert_true(arena.size < 1 << 20);
    arena_free(&body_arena);
}

static void a_file_name_from_a_stranger_becomes_one_for_any_folder(void **state)
{
    static const char *const names[][2] = {
        { "a b.txt", "a_b.txt" },
        { "../../etc/passwd", "passwd" },
        { "C:\\x\\y.doc", "y.doc" },
        { ".htaccess", "htaccess" },
        { "..", "file" },
        { "", "file" },
        { "a\x01"
          "b:c",
          "abc" },
        { "-rf", "rf" },
        { "\xc3\xa4.png", "\xc3\xa4.png" },
        { "e\xe2\x80\xaegnp.exe", "egnp.exe" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_str(filename_safe(str_of(names[i][0]), &arena), names[i][1]);
}

static void a_body_byte_by_byte_is_the_same_as_whole(void **state)
{
    static const char body[] = "--xx\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n"
                               "0123456789\r\n--xx--\r\n";

    (void)state;
    for (size_t memory = 0; memory <= sizeof body - 1; memory += 20) {
        struct spool spool = { .memory = memory, .arena = &arena };
        str whole;

        for (size_t i = 0; i < sizeof body - 1; i++)
            assert_true(spool_add(&spool, str_n(body + i, 1)));
        assert_true(spool_end(&spool, &whole));
        assert_str(whole, body);
        assert_int_equal(spool.fd > 0, memory < sizeof body - 1);
        struct form_limits limits = { .parts = 4, .memory = 64 };
        assert_int_equal(form_parse(&form, str_of(multipart), whole, &limits, &arena), FORM_DONE);
        assert_str(form.files[0].content, "0123456789");
        assert_true(form.files[0].content.p >= whole.p &&
                    form.files[0].content.p < whole.p + whole.len); /* where it lies */
        spool_close(&spool);
        spool_close(&spool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_of_fields_and_files_is_taken_apart),
        cmocka_unit_test(a_field_without_a_chosen_file_is_no_file),
        cmocka_unit_test(a_name_in_another_alphabet_is_read),
        cmocka_unit_test(what_has_no_end_or_no_name_is_broken),
        cmocka_unit_test(more_parts_or_more_text_than_allowed_is_too_large),
        cmocka_unit_test_teardown(a_million_fields_cost_no_more_than_the_limit, end),
        cmocka_unit_test(a_file_name_from_a_stranger_becomes_one_for_any_folder),
        cmocka_unit_test(a_body_byte_by_byte_is_the_same_as_whole),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
