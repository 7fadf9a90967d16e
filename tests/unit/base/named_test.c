/*
 * named_test.c - rows of tables are found by their names
 */
#include "tests/unit/unit.h"
#include "vial/base/named.h"

struct row {
    const char *name;
    int number;
};

static const struct row rows[] = { { "", 0 }, { "Z", 1 }, { "a", 2 }, { "ab", 3 }, { "b", 4 } };

static void each_row_is_found(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 5; count++)
        for (size_t i = 0; i < 5; i++) {
            const struct row *row = named_find(rows, count, sizeof *rows, str_of(rows[i].name));

            assert_ptr_equal(row, i < count ? &rows[i] : NULL);
        }
}

static void what_is_not_there_is_not_found(void **state)
{
    static const str others[] = { S("A"), S("aa"), S("abc"), S("c"), { "a\0", 2 } };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(NAMED(rows, others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_found),
        cmocka_unit_test(what_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
