/*
 * catalog_test.c - the messages of a .mo file, and the rules for plurals
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/plural.h"
#include <stdlib.h>

/* Two messages, one of them with plurals, as msgfmt writes them for a machine of Intel's. */
static const unsigned char german[] = {
    0xde, 0x12, 0x04, 0x95, 0, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0,
    0,
    /* lengths and offsets of the messages, then of what stands for them */
    1, 0, 0, 0, 60, 0, 0, 0, 3, 0, 0, 0, 62, 0, 0, 0, 1, 0, 0, 0, 66, 0, 0, 0, 5, 0, 0, 0, 68, 0, 0,
    0, 'H', 0, 'a', 0, 'b', 0, 'h', 0, 'o', 'n', 0, 't', 'w', 0, 0, 0
};

static str german_bytes(void)
{
    return str_n((const char *)german, sizeof german);
}

static str found(const struct catalog *catalog, struct message message, struct arena *a)
{
    struct translations t = catalog_translations(catalog, false);
    str text = S("(none)");

    t.find(t.self, &message, a, &text);
    return text;
}

static void a_message_is_found_and_its_plurals(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct catalog *catalog = catalog_parse(german_bytes(), S("de.mo"), &a, NULL);
    struct message apples = { .id = S("a"), .plural = S("b"), .has_plural = true };

    assert_non_null(catalog);
    assert_str(found(catalog, (struct message){ .id = S("H") }, &a), "h");
    assert_str(found(catalog, (struct message){ .id = S("x") }, &a), "(none)");
    apples.n = 1;
    assert_str(found(catalog, apples, &a), "on");
    apples.n = 2;
    assert_str(found(catalog, apples, &a), "tw");
    apples.has_plural = false;
    assert_str(found(catalog, apples, &a), "(none)");
    arena_free(&a);
}

static void no_part_of_a_file_and_no_wrong_byte_leads_out_of_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof german; i++) {
        for (unsigned flip = 0; flip < 256; flip += 17) {
            struct arena a = { 0 };
            struct error err = { 0 };
            size_t len = flip ? sizeof german : i;
            char *copy = malloc(len + 1); /* no longer, so that reading on is seen */

            memcpy(copy, german, len);
            copy[i < len ? i : len] ^= (char)flip;
            struct catalog *catalog = catalog_parse(str_n(copy, len), S("f"), &a, &err);
            assert_true(catalog || err.sentence.len);
            if (catalog)
                found(catalog, (struct message){ .id = S("a"), .has_plural = true, .n = 2 }, &a);
            error_free(&err);
            arena_free(&a);
            free(copy);
        }
    }
}

static void rules_are_the_arithmetic_of_c(void **state)
{
    (void)state;
    assert_int_equal(plural_form(S("n != 1"), 1), 0);
    assert_int_equal(plural_form(S("n != 1"), 5), 1);
    assert_int_equal(plural_form(S("n%10==1 && n%100!=11 ? 0 : n%10>=2 ? 1 : 2"), 21), 0);
    assert_int_equal(plural_form(S("n%10==1 && n%100!=11 ? 0 : n%10>=2 ? 1 : 2"), 11), 2);
    assert_int_equal(plural_form(S("1 + 2 * 3 - 4 / 2"), 0), 5);
    assert_int_equal(plural_form(S("!n"), 0), 1);
    assert_int_equal(plural_form(S("8 - 4 - 2"), 0), 2);
}

static void a_division_by_zero_counts_only_where_it_is_used(void **state)
{
    (void)state;
    assert_int_equal(plural_form(S("n ? 1 / n : 3"), 0), 3);
    assert_int_equal(plural_form(S("n && 1 % n"), 0), 0);
    assert_int_equal(plural_form(S("1 / n"), 0), -1);
}

static void what_is_no_arithmetic_is_no_rule(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",      "n +",    "x",   "(n",   "n)",
                                         "1 ? 2", "n = 1",  "n n", "n(1)", "99999999999999999999",
                                         "n ; n", "n ** 2", "~n" };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(plural_check(str_of(wrong[i])));
    assert_true(plural_check(S(" ( n > 1 ) ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_found_and_its_plurals),
        cmocka_unit_test(no_part_of_a_file_and_no_wrong_byte_leads_out_of_it),
        cmocka_unit_test(rules_are_the_arithmetic_of_c),
        cmocka_unit_test(a_division_by_zero_counts_only_where_it_is_used),
        cmocka_unit_test(what_is_no_arithmetic_is_no_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
