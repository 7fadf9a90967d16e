/*
 * code_test.c - from an instruction back to the text it was made from
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/code.h"

static void a_place_is_found_for_each_instruction(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct places places = { .bytes = buf_in(&a) };
    struct jinja t = { .file = S("t"), .text = S("text") };
    struct place place;
    size_t at;

    places_mark(&places, 0, 5);
    places_add(&places, 1, 1000000, 1000020);
    places_add(&places, 4, 3, 4);
    places_mark(&places, 300, 70000);
    places_add(&places, 300, 70010, 70300);

    struct code code = { .template = &t,
                         .places = (const uint8_t *)places.bytes.p,
                         .nplaces = places.bytes.len };
    assert_false(code_place(&code, 0, &place, &at));
    assert_int_equal(at, 5);
    assert_true(code_place(&code, 1, &place, &at));
    assert_int_equal(place.offset, 1000000);
    assert_int_equal(place.len, 20);
    assert_true(code_place(&code, 3, &place, &at));
    assert_int_equal(place.offset, 1000000);
    assert_true(code_place(&code, 299, &place, &at));
    assert_int_equal(place.offset, 3);
    assert_int_equal(at, 5);
    assert_true(code_place(&code, 9999, &place, &at));
    assert_int_equal(place.offset, 70010);
    assert_int_equal(place.len, 290);
    assert_int_equal(at, 70000);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_found_for_each_instruction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
