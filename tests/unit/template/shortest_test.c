/*
 * shortest_test.c - floats print with the fewest digits that are read back as the same
 */
#include "tests/unit/template/gives.h"
#include "vial/template/number.h"
#include "vial/template/shortest.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double random_double(uint64_t *state)
{
    double d;

    do {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = (*state ^ *state >> 29) & INT64_MAX;

        memcpy(&d, &bits, sizeof d);
    } while (!isfinite(d));
    return d;
}

static size_t count_digits(uint64_t n)
{
    size_t count = 1;

    while (n /= 10)
        count++;
    return count;
}

static void proves_shortest(double d)
{
    struct decimal s = shortest_decimal(d);
    size_t digits = count_digits(s.digits);
    char text[64];

    snprintf(text, sizeof text, "%llue%d", (unsigned long long)s.digits, s.exponent);
    assert_true(strtod(text, NULL) == d);
    if (digits < 2)
        return;
    snprintf(text, sizeof text, "%.*e", (int)digits - 2, d); /* the nearest with a digit less */
    assert_false(strtod(text, NULL) == d);
}

static void every_double_is_read_back_and_no_shorter_text_would_be(void **state)
{
    (void)state;
    uint64_t seed = 7;

    for (int i = 0; i < 200000; i++)
        proves_shortest(random_double(&seed));
}

static void also_at_the_powers_of_two_where_doubles_stand_closer_below(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        struct decimal s = shortest_decimal(ldexp(1, exponent));
        char text[64];

        snprintf(text, sizeof text, "%llue%d", (unsigned long long)s.digits, s.exponent);
        assert_true(strtod(text, NULL) == ldexp(1, exponent));
    }
    assert_int_equal(shortest_decimal(ldexp(1, -44)).digits, 5684341886080802);
}

static str printed(struct buf *out, double d)
{
    buf_clear(out);
    float_repr(d, out);
    return buf_str(out);
}

static void they_are_laid_out_as_python_does(void **state)
{
    (void)state;
    struct buf out = { 0 };
    const struct {
        double d;
        const char *text;
    } cases[] = {
        { 0, "0.0" },           { -0.0, "-0.0" },
        { 1, "1.0" },           { 0.1, "0.1" },
        { 100, "100.0" },       { 0.0001, "0.0001" },
        { 0.00001, "1e-05" },   { 1e15, "1000000000000000.0" },
        { 1e16, "1e+16" },      { 123456789012345680, "1.2345678901234568e+17" },
        { 5e-324, "5e-324" },   { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { INFINITY, "inf" },    { -INFINITY, "-inf" },
        { (double)NAN, "nan" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(printed(&out, cases[i].d), cases[i].text);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_double_is_read_back_and_no_shorter_text_would_be),
        cmocka_unit_test(also_at_the_powers_of_two_where_doubles_stand_closer_below),
        cmocka_unit_test(they_are_laid_out_as_python_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
