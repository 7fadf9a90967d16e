/*
 * value_test.c - lists and dicts as C code makes them
 */
#include "tests/unit/template/gives.h"
#include "vial/template/containers.h"
#include "vial/template/ops.h"

static void a_list_grows_and_keeps_its_order(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value list = list_new(&a, 0);

    for (int i = 0; i < 1000; i++)
        list_push(list, value_int(i));
    assert_int_equal(list_len(list), 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list_at(list, (size_t)i).as.i, i);
    assert_true(value_is_undefined(list_at(list, 1000)));
    arena_free(&a);
}

static void what_is_no_container_has_no_items(void **state)
{
    (void)state;
    value key, v;

    assert_int_equal(list_len(value_int(3)), 0);
    assert_int_equal(dict_len(value_str(S("x"))), 0);
    assert_true(value_is_undefined(dict_get(value_none(), S("x"))));
    assert_false(dict_entry(value_bool(true), 0, &key, &v));
}

static value numbered(struct arena *a, int count)
{
    value dict = dict_new(a, 0);

    for (int i = 0; i < count; i++)
        dict_set(dict, str_fmt(a, "key%d", i), value_int(i));
    return dict;
}

static void a_dict_finds_its_keys_whether_it_is_small_or_large(void **state)
{
    (void)state;
    struct arena a = { 0 };

    for (int count = 0; count < 100; count++) {
        value dict = numbered(&a, count);

        assert_int_equal(dict_len(dict), count);
        for (int i = 0; i < count; i++)
            assert_int_equal(dict_get(dict, str_fmt(&a, "key%d", i)).as.i, i);
        assert_true(value_is_undefined(dict_get(dict, S("key-1"))));
    }
    arena_free(&a);
}

static void a_dict_keeps_the_order_of_adding_when_a_value_is_replaced(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value dict = numbered(&a, 20), key, v;

    dict_set(dict, S("key3"), value_str(S("new")));
    assert_int_equal(dict_len(dict), 20);
    assert_true(dict_entry(dict, 3, &key, &v));
    assert_str(value_text(key), "key3");
    assert_str(value_text(v), "new");
    arena_free(&a);
}

static void what_is_removed_is_gone_and_all_else_is_found(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value dict = numbered(&a, 50), key, v;
    struct dict *inside = dict_inside(dict);

    for (int i = 0; i < 50; i += 2)
        dict_remove(inside, dict_text_entry(inside, str_fmt(&a, "key%d", i)));
    assert_int_equal(dict_len(dict), 25);
    for (int i = 0; i < 50; i++)
        assert_int_equal(value_is_undefined(dict_get(dict, str_fmt(&a, "key%d", i))), i % 2 == 0);
    assert_true(dict_entry(dict, 0, &key, &v));
    assert_str(value_text(key), "key1");
    dict_clear(inside);
    assert_int_equal(dict_len(dict), 0);
    assert_true(value_is_undefined(dict_get(dict, S("key1"))));
    arena_free(&a);
}

static void equal_numbers_are_one_key_whatever_their_types(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value dict = dict_new(&a, 0), found;

    assert_true(dict_put(NULL, dict, value_int(1), value_str(S("int"))));
    assert_true(dict_put(NULL, dict, value_float(1.0), value_str(S("float"))));
    assert_true(dict_put(NULL, dict, value_bool(true), value_str(S("bool"))));
    assert_int_equal(dict_len(dict), 1);
    assert_true(dict_find(NULL, dict, value_int(1), &found));
    assert_str(value_text(found), "bool");
    assert_false(dict_find(NULL, dict, value_str(S("1")), &found));
    arena_free(&a);
}

static void a_list_is_no_key(void **state)
{
    (void)state;
    struct arena a = { 0 };
    value dict = dict_new(&a, 0);

    assert_false(dict_put(NULL, dict, list_new(&a, 0), value_none()));
    assert_int_equal(dict_len(dict), 0);
    arena_free(&a);
}

static void a_copy_outlives_what_it_was_made_of(void **state)
{
    (void)state;
    struct arena from = { 0 }, to = { 0 };
    value dict = dict_new(&from, 0), list = list_new(&from, 0);

    list_push(list, value_str(str_copy(&from, S("text"))));
    list_push(list, tuple_of(&from, (value[]){ value_int(1), value_none() }, 2));
    dict_set(dict, str_copy(&from, S("list")), list);
    dict_put(NULL, dict, value_int(7), value_safe(str_copy(&from, S("<b>"))));

    value copy = value_copy(&to, dict);
    arena_free(&from);

    list = dict_get(copy, S("list"));
    assert_str(value_text(list_at(list, 0)), "text");
    assert_int_equal(list_at(list, 1).type, VIAL_TUPLE);
    assert_true(dict_find(NULL, copy, value_int(7), &list));
    assert_int_equal(list.flags, VIAL_SAFE);
    arena_free(&to);
}

static void a_copy_of_a_circle_ends(void **state)
{
    (void)state;
    struct arena a = { 0 }, to = { 0 };
    value list = list_new(&a, 1);

    list_push(list, list);
    assert_int_equal(list_len(value_copy(&to, list)), 1);
    arena_free(&a);
    arena_free(&to);
}

static void empty_things_are_false(void **state)
{
    (void)state;
    struct arena a = { 0 };

    assert_false(value_truth_simple(value_undefined()));
    assert_false(value_truth_simple(value_int(0)));
    assert_false(value_truth_simple(value_float(-0.0)));
    assert_false(value_truth_simple(value_str(S(""))));
    assert_false(value_truth_simple(list_new(&a, 8)));
    assert_true(value_truth_simple(value_str(S("0"))));
    assert_true(value_truth_simple(numbered(&a, 1)));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_grows_and_keeps_its_order),
        cmocka_unit_test(what_is_no_container_has_no_items),
        cmocka_unit_test(a_dict_finds_its_keys_whether_it_is_small_or_large),
        cmocka_unit_test(a_dict_keeps_the_order_of_adding_when_a_value_is_replaced),
        cmocka_unit_test(what_is_removed_is_gone_and_all_else_is_found),
        cmocka_unit_test(equal_numbers_are_one_key_whatever_their_types),
        cmocka_unit_test(a_list_is_no_key),
        cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
        cmocka_unit_test(a_copy_of_a_circle_ends),
        cmocka_unit_test(empty_things_are_false),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
