/*
 * map_test.c - from text to anything, in the order of adding
 */
#include "tests/unit/unit.h"
#include "vial/base/map.h"

static void many_keys_are_found_and_keep_their_order(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct map m = map_in(&a);
    static int things[5000];

    for (int i = 0; i < 5000; i++)
        assert_null(map_set(&m, str_fmt(&a, "key %d", i), &things[i]));
    for (int i = 0; i < 5000; i++) {
        assert_ptr_equal(map_get(&m, str_fmt(&a, "key %d", i)), &things[i]);
        assert_ptr_equal(m.entries[i].data, &things[i]);
    }
    assert_null(map_get(&m, S("key 5000")));
    assert_int_equal(m.count, 5000);
    arena_free(&a);
}

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct map m = map_in(&a);

    assert_null(map_get(&m, S("x")));
    assert_null(map_find(&m, S("")));
    assert_false(map_remove(&m, S("x")));
    arena_free(&a);
}

static void setting_again_replaces_and_tells_what_was_there(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct map m = map_in(&a);
    int one, two;

    map_set(&m, S("x"), &one);
    assert_ptr_equal(map_set(&m, S("x"), &two), &one);
    assert_ptr_equal(map_get(&m, S("x")), &two);
    assert_int_equal(m.count, 1);
    assert_null(map_put(&m, S("y"))->data);
    arena_free(&a);
}

static void removing_keeps_the_order_of_the_others(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct map m = map_in(&a);

    for (int i = 0; i < 100; i++)
        map_put(&m, str_fmt(&a, "%d", i));
    for (int i = 0; i < 100; i += 2)
        assert_true(map_remove(&m, str_fmt(&a, "%d", i)));
    assert_int_equal(m.count, 50);
    for (int i = 0; i < 50; i++)
        assert_true(str_eq(m.entries[i].key, str_fmt(&a, "%d", 2 * i + 1)));
    assert_null(map_find(&m, S("42")));
    assert_non_null(map_find(&m, S("43")));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_keys_are_found_and_keep_their_order),
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(setting_again_replaces_and_tells_what_was_there),
        cmocka_unit_test(removing_keeps_the_order_of_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
