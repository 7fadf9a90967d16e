/*
 * fold_test.c - what is known before anything runs
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/code.h"

/* How many instructions the template "t" has. */
static size_t instructions(const char *source)
{
    env_add_source(fresh_env(NULL), S("t"), str_of(source));
    return env_template(test_env, S("t"), NULL)->root->nops;
}

static void constant_outputs_become_text(void **state)
{
    (void)state;
    assert_int_equal(instructions("a{{ 1 + 2 * 3 }}{{ 'b'|upper }}{{ 'c' ~ 1 }}"),
                     instructions("a"));
    assert_renders("a{{ 1 + 2 * 3 }}{{ 'b'|upper }}{{ 'c' ~ 1 }}", "a7Bc1");
}

static void what_fails_is_left_to_run_time(void **state)
{
    (void)state;
    assert_renders("a{{ 1 / 0 }}", "t:1:5: ZeroDivisionError: division by zero\n");
    assert_renders("{% if false %}{{ 1 / 0 }}{% endif %}b", "b");
}

static void lists_are_new_each_time(void **state)
{
    (void)state;
    assert_renders("{% for x in xs %}{% set l = [1] %}{% do l.append(x) %}{{ l }}{% endfor %}",
                   "[1, 1][1, 2][1, 3]");
}

static void jinja_joins_constants_as_plain_text(void **state)
{
    (void)state;
    const struct env_options html = { .autoescape = AUTOESCAPE_HTML };

    assert_string_equal(rendered_with(&html, "{{ '<b>'|safe ~ 'x' }}"), "&lt;b&gt;x");
    assert_string_equal(rendered_with(&html, "{{ '<b>'|safe ~ name }}"), "<b>you");
}

static void constants_are_no_way_to_use_much_memory(void **state)
{
    (void)state;
    assert_renders("{{ ('x' * 100000000)|length }}", "100000000");
    assert_int_equal(instructions("{% set a = 'x' * 100000000 %}") > 4, true);
}

static int end(void **state)
{
    (void)state;
    done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_outputs_become_text),
        cmocka_unit_test(what_fails_is_left_to_run_time),
        cmocka_unit_test(lists_are_new_each_time),
        cmocka_unit_test(jinja_joins_constants_as_plain_text),
        cmocka_unit_test(constants_are_no_way_to_use_much_memory),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
