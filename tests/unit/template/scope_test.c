/*
 * scope_test.c - which variable a name means
 */
#include "tests/unit/template/rendered.h"

static void what_a_loop_sets_ends_with_it(void **state)
{
    (void)state;
    assert_renders("{% set a = 0 %}{% for x in xs %}{% set a = x %}{{ a }}{% endfor %}{{ a }}",
                   "1230");
    assert_renders("{% for x in xs %}{{ n }}{% set n = x %}{{ n }}{% endfor %}{{ n }}", "7172737");
    assert_renders("{% for x in xs %}{% endfor %}[{{ x }}]", "[]");
}

static void what_an_if_sets_stays(void **state)
{
    (void)state;
    assert_renders("{% if true %}{% set a = 1 %}{% endif %}{{ a }}", "1");
    assert_renders("{% if false %}{% set n = 1 %}{% endif %}{{ n }}", "7");
    assert_renders("{% for x in xs %}{% if x == 2 %}{% set n = 9 %}{% endif %}{{ n }}{% endfor %}",
                   "797");
}

static void a_name_set_later_is_undefined_before(void **state)
{
    (void)state;
    assert_renders("[{{ a }}]{% set a = 1 %}[{{ a }}]", "[][1]");
    assert_renders("[{{ n }}]{% set n = 1 %}[{{ n }}]", "[7][1]");
}

static void a_macro_sees_its_neighbours_as_they_are_when_it_is_called(void **state)
{
    (void)state;
    assert_renders("{% macro m() %}[{{ a }}]{% endmacro %}{{ m() }}{% set a = 1 %}{{ m() }}{% set "
                   "a = 2 %}{{ m() }}",
                   "[][1][2]");
    assert_renders("{% for x in xs %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}",
                   "123");
}

static void a_macro_that_outlives_its_loop_finds_nothing(void **state)
{
    (void)state;
    assert_renders(
        "{% set ns = namespace() %}{% for x in xs %}{% macro m() %}[{{ x }}]{% endmacro %}"
        "{% set ns.m = m %}{% endfor %}{{ ns.m() }}",
        "[]");
}

static void with_sees_the_outside_in_its_values(void **state)
{
    (void)state;
    assert_renders("{% set a = 1 %}{% with a = a + 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}",
                   "211");
}

static void a_block_sees_what_the_top_sets_and_not_the_loop_around_it(void **state)
{
    (void)state;
    assert_renders(
        "{% set a = 1 %}{% for x in xs %}{% block b %}{{ a }}{{ x }}{% endblock %}{% endfor %}",
        "111");
    rendered("{% for x in xs %}{% block c scoped %}{{ x }}{% endblock %}{% endfor %}");
    assert_renders("{% for x in xs %}{% block c scoped %}{{ x }}{% endblock %}{% endfor %}", "123");
}

static void call_blocks_have_names_of_their_own(void **state)
{
    (void)state;
    assert_renders("{% macro m(a) %}{{ caller(a * 2) }}{{ a }}{% endmacro %}{% set a = 9 %}"
                   "{% call(a) m(1) %}{{ a }}{% set b = 1 %}{% endcall %}{{ a }}{{ b }}",
                   "219");
}

static void the_error_names_the_variable_that_is_missing(void **state)
{
    (void)state;
    assert_renders("{% for a in xs %}{% set b = a %}{% endfor %}{% for c in xs %}{{ d.e }}{% "
                   "endfor %}{% set d = 1 %}",
                   "t:1:65: UndefinedError: 'd' is undefined\n");
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
        cmocka_unit_test(what_a_loop_sets_ends_with_it),
        cmocka_unit_test(what_an_if_sets_stays),
        cmocka_unit_test(a_name_set_later_is_undefined_before),
        cmocka_unit_test(a_macro_sees_its_neighbours_as_they_are_when_it_is_called),
        cmocka_unit_test(a_macro_that_outlives_its_loop_finds_nothing),
        cmocka_unit_test(with_sees_the_outside_in_its_values),
        cmocka_unit_test(a_block_sees_what_the_top_sets_and_not_the_loop_around_it),
        cmocka_unit_test(call_blocks_have_names_of_their_own),
        cmocka_unit_test(the_error_names_the_variable_that_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
