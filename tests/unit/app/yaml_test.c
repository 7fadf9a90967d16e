/*
 * yaml_test.c - YAML means what its core schema says, and what stands wrong is told with its place
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/app/yaml.h"
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

static struct arena arena;
static struct error err;

static int begin(void **state)
{
    (void)state;
    return 0;
}

static int end(void **state)
{
    (void)state;
    error_free(&err);
    arena_free(&arena);
    return 0;
}

static struct place whole(const char *text)
{
    return (struct place){ S("a.yaml"), str_of(text), 0, strlen(text) };
}

static const struct yaml_node *parsed(const char *text)
{
    const struct yaml_node *top = yaml_parse(whole(text), &arena, &err);

    if (!top) {
        struct buf out = buf_in(&arena);

        error_print(&err, ERROR_PLAIN, &out);
        print_error("%s\n", buf_cstr(&out));
    }
    assert_non_null(top);
    return top;
}

static enum yaml_kind kind_of(const char *word)
{
    return parsed(word)->kind;
}

/* "LINE:COL: sentence" of what `text` gives. */
static const char *complaint(const char *text)
{
    assert_null(yaml_parse(whole(text), &arena, &err));
    return str_fmt(&arena, "%u:%u: %.*s", err.line, err.col, STR(err.sentence)).p;
}

static void words_mean_what_the_core_schema_says(void **state)
{
    (void)state;
    assert_int_equal(kind_of("no"), YAML_STR);
    assert_int_equal(kind_of("on"), YAML_STR);
    assert_int_equal(kind_of("yes"), YAML_STR);
    assert_int_equal(kind_of("2026-11-21"), YAML_STR);
    assert_int_equal(kind_of("12:30:45"), YAML_STR);
    assert_int_equal(kind_of("1_000"), YAML_STR);
    assert_int_equal(kind_of("\"12\""), YAML_STR);
    assert_int_equal(kind_of("'true'"), YAML_STR);
    assert_int_equal(kind_of("!!str 12"), YAML_STR);
    assert_int_equal(kind_of("truE"), YAML_STR);
    assert_int_equal(kind_of("+"), YAML_STR);
    assert_int_equal(kind_of("."), YAML_STR);
    assert_int_equal(kind_of("1e"), YAML_STR);
    assert_int_equal(kind_of("0x"), YAML_STR);
    assert_int_equal(kind_of("0o8"), YAML_STR);
    assert_int_equal(kind_of("nan"), YAML_STR);
    assert_int_equal(kind_of("12345678901234567890123"), YAML_STR);
    assert_int_equal(kind_of("~"), YAML_NULL);
    assert_int_equal(kind_of("null"), YAML_NULL);
    assert_int_equal(kind_of(""), YAML_NULL);
    assert_int_equal(kind_of("# only a comment\n"), YAML_NULL);
    assert_int_equal(kind_of("TRUE"), YAML_BOOL);
    assert_int_equal(kind_of("False"), YAML_BOOL);
}

static void numbers_have_their_values(void **state)
{
    (void)state;
    assert_int_equal(parsed("012")->as.number, 12);
    assert_int_equal(parsed("+7")->as.number, 7);
    assert_int_equal(parsed("-9223372036854775808")->as.number, INT64_MIN);
    assert_int_equal(parsed("0o14")->as.number, 12);
    assert_int_equal(parsed("0xfF")->as.number, 255);
    assert_int_equal(parsed("0x7fffffffffffffff")->as.number, INT64_MAX);
    assert_int_equal(kind_of("0x8000000000000000"), YAML_STR);
    assert_true(parsed("1.5")->as.real == 1.5);
    assert_true(parsed("-.5e1")->as.real == -5.0);
    assert_true(parsed("1e3")->as.real == 1000.0);
    assert_true(parsed("3.")->as.real == 3.0);
    assert_true(isinf(parsed("-.inf")->as.real));
    assert_true(isnan(parsed(".NaN")->as.real));
    assert_true(parsed("!!float 3")->as.real == 3.0);
}

static void keys_are_text_in_their_order(void **state)
{
    (void)state;
    const struct yaml_node *top = parsed("b: 1\n2024: two\n~: three\n");

    assert_int_equal(top->count, 3);
    assert_true(str_eq(top->entries[0].key->text, S("b")));
    assert_true(str_eq(yaml_get(top, S("2024"))->text, S("two")));
    assert_true(str_eq(yaml_get(top, S("~"))->text, S("three")));
    assert_null(yaml_get(top, S("c")));
    assert_null(yaml_get(NULL, S("c")));
}

static void a_node_knows_its_place_in_the_whole_file(void **state)
{
    (void)state;
    const char *page = "---\ntitle: Grüße\ndraft: nö\n---\nText\n";
    struct place front = { S("content/a.md"), str_of(page), 4, 0 };
    unsigned line, col;
    str text;

    front.len = (size_t)(strstr(page, "---\nText") - page) - 4;
    const struct yaml_node *top = yaml_parse(front, &arena, &err);
    assert_non_null(top);

    const struct yaml_entry *draft = yaml_find(top, S("draft"));
    struct place at = yaml_place(draft->node);
    assert_true(str_eq(str_slice(at.source, at.offset, at.offset + at.len), S("nö")));
    place_line(at, &line, &col, &text);
    assert_int_equal(line, 3);
    assert_int_equal(col, 8);
    assert_true(str_eq(text, S("draft: nö")));
    at = yaml_place(draft->key);
    assert_true(str_eq(str_slice(at.source, at.offset, at.offset + at.len), S("draft")));
    assert_true(str_eq(at.file, S("content/a.md")));
}

static void a_key_that_stands_twice_is_an_error_at_the_second(void **state)
{
    (void)state;
    assert_string_equal(complaint("a: 1\nb: 2\na: 3\n"),
                        "3:1: the key 'a' stands here a second time");
    assert_int_equal(err.notes->line, 1);
    assert_string_equal(complaint("a: 1\n\"a\": 3\n"),
                        "2:1: the key 'a' stands here a second time");
    assert_string_equal(
        complaint("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\ni: 9\nj: 0\nc: 3\n"),
        "11:1: the key 'c' stands here a second time");
}

static void merged_maps_give_what_the_map_has_not(void **state)
{
    (void)state;
    const struct yaml_node *top = parsed("base: &b {x: 1, y: 2}\n"
                                         "more: &m {y: 3, z: 4}\n"
                                         "it: {y: 9, <<: [*b, *m]}\n");
    const struct yaml_node *it = yaml_get(top, S("it"));

    assert_int_equal(it->count, 3);
    assert_int_equal(yaml_get(it, S("y"))->as.number, 9);
    assert_int_equal(yaml_get(it, S("x"))->as.number, 1);
    assert_int_equal(yaml_get(it, S("z"))->as.number, 4);
    assert_null(yaml_get(it, S("<<")));
    assert_int_equal(yaml_get(parsed("\"<<\": 1\n"), S("<<"))->as.number, 1);
    assert_string_equal(complaint("<<: 1\n"), "1:5: '<<' merges maps, and this is a whole number");
}

static void aliases_share_and_are_counted(void **state)
{
    (void)state;
    const struct yaml_node *top = parsed("a: &x [1, 2]\nb: *x\n");
    struct buf bomb = buf_in(&arena);

    assert_ptr_equal(yaml_get(top, S("a")), yaml_get(top, S("b")));
    assert_string_equal(complaint("a: *x\n"), "1:4: there is no anchor '&x' before this alias");
    assert_string_equal(complaint("a: &x [1, *x]\n"),
                        "1:11: the alias '*x' stands inside of what it names");

    buf_lit(&bomb, "a0: &a0 [1,2,3,4,5,6,7,8,9]\n");
    for (int i = 1; i < 10; i++) {
        buf_addf(&bomb, "a%d: &a%d [", i, i);
        for (int j = 0; j < 9; j++)
            buf_addf(&bomb, "*a%d,", i - 1);
        buf_lit(&bomb, "]\n");
    }
    complaint(buf_cstr(&bomb));
    assert_true(str_starts(err.sentence, S("the aliases of this file stand for more than")));
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    struct buf deep = buf_in(&arena);

    for (int i = 0; i < 100000; i++)
        buf_addc(&deep, '[');
    assert_string_equal(complaint(buf_cstr(&deep)),
                        "1:65: this is nested more than 64 levels deep");
}

static void what_writers_do_wrong_is_said_in_their_words(void **state)
{
    (void)state;
    assert_string_equal(complaint("title: a: b\n"), "1:9: a ':' stands where no key can be");
    assert_string_equal(complaint("a: 1\n\tb: 2\n"), "2:1: a tab cannot indent here");
    assert_true(str_eq(err.hint, S("indent with spaces")));
    assert_string_equal(complaint("a: @b\n"), "1:4: no value can begin with this character");
    assert_string_equal(complaint("a: 'b\nc: d\n"), "1:4: a quote is opened and never closed");
    assert_string_equal(complaint("a: [1, 2\nb: 3\n"), "2:2: a ',' or the closing ']' is missing");
    assert_string_equal(complaint("a: {{ b }}\n"), "1:5: a key must be text, and this is a map");
    assert_string_equal(complaint("a: \"\\d\"\n"), "1:5: there is no such escape");
    assert_string_equal(complaint("a: 1\nb\n"), "3:1: a ':' is missing after this key");
    assert_string_equal(complaint("a: 'it's'\n"),
                        "1:8: this is neither a key of the map above nor its end");
    assert_string_equal(complaint("a: 1\n--- \nb: 2\n"),
                        "2:1: a second document begins here, and there may be only one");
    assert_string_equal(complaint("a: !foo b\n"), "1:4: the tag '!foo' is unknown");
    assert_string_equal(complaint("a: !!int b\n"),
                        "1:4: its tag says that 'b' is a whole number, and it is not");
}

static void bytes_that_are_no_utf8_are_shown_in_place(void **state)
{
    (void)state;
    assert_string_equal(complaint("a: ä\nb: \xff\n"),
                        "2:4: this is not UTF-8: the byte 0xFF cannot stand here");
    assert_string_equal(complaint("a: ä\nb: \x01\n"),
                        "2:4: a control character cannot stand in YAML");
    assert_int_equal(yaml_get(parsed("\xEF\xBB\xBF"
                                     "a: 1\n"),
                              S("a"))
                         ->as.number,
                     1);
}

static void json_is_yaml(void **state)
{
    (void)state;
    const struct yaml_node *top = parsed("{\"a\": [1, 2.5, true, null, \"\\u00e4\"]}");
    const struct yaml_node *list = yaml_get(top, S("a"));

    assert_int_equal(list->count, 5);
    assert_true(str_eq(list->entries[4].node->text, S("ä")));
}

static void templates_get_dicts_and_lists(void **state)
{
    (void)state;
    value v = yaml_value(parsed("a: [1, x, ~, 2.5, true]\nb: {c: no}\n"), &arena);
    value list = dict_get(v, S("a"));

    assert_int_equal(list_len(list), 5);
    assert_int_equal(list_at(list, 0).as.i, 1);
    assert_true(str_eq(value_text(list_at(list, 1)), S("x")));
    assert_true(value_is_none(list_at(list, 2)));
    assert_true(list_at(list, 4).as.b);
    assert_true(str_eq(value_text(dict_get(dict_get(v, S("b")), S("c"))), S("no")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
        T(words_mean_what_the_core_schema_says),
        T(numbers_have_their_values),
        T(keys_are_text_in_their_order),
        T(a_node_knows_its_place_in_the_whole_file),
        T(a_key_that_stands_twice_is_an_error_at_the_second),
        T(merged_maps_give_what_the_map_has_not),
        T(aliases_share_and_are_counted),
        T(nesting_has_an_end),
        T(what_writers_do_wrong_is_said_in_their_words),
        T(bytes_that_are_no_utf8_are_shown_in_place),
        T(json_is_yaml),
        T(templates_get_dicts_and_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
