/*
 * interp_test.c - what code does when it runs
 */
#include "tests/unit/template/rendered.h"

static void text_comes_out_as_it_stands(void **state)
{
    (void)state;
    assert_renders("", "");
    assert_renders("a{{ 'b' }}{{ 1 }}{{ none }}{{ true }}{{ 1.5 }}{{ missing }}", "ab1NoneTrue1.5");
}

static void comparisons_chain_and_stop_early(void **state)
{
    (void)state;
    assert_renders("{{ 1 < n < 9 }}{{ 1 < n > 9 }}{{ 9 < n < missing.x }}", "TrueFalseFalse");
    assert_renders("{{ n == 7 in xs }}{{ 2 in xs and 5 not in xs }}", "FalseTrue");
}

static void and_and_or_give_what_decided(void **state)
{
    (void)state;
    assert_renders("{{ 0 or 'a' }}{{ '' and missing.x }}{{ n and 'b' }}{{ 'c' or missing.x }}",
                   "abc");
}

static void loops_know_where_they_are(void **state)
{
    (void)state;
    assert_renders(
        "{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}"
        "{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
        "1032TrueFalse3 2121FalseFalse3 3210FalseTrue3 ");
    assert_renders(
        "{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
        "aTruebTrueaFalse");
    assert_renders("{% for x in xs %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }}{% endfor %}",
                   "<1>21<2>32<3>");
}

static void loops_walk_over_what_can_be_walked_once(void **state)
{
    (void)state;
    assert_renders(
        "{% for x in xs|map('string') %}{{ x }}{{ loop.length }}{{ loop.last }}{% endfor %}",
        "13False23False33True");
    assert_renders("{% for x in xs if x != 2 %}{{ loop.index }}{{ x }}{{ loop.last }}{% endfor %}",
                   "11False23True");
    assert_renders("{% for x in xs if x > 5 %}{% else %}none{% endfor %}", "none");
}

static void a_loop_can_be_left_and_gone_on_with(void **state)
{
    (void)state;
    assert_renders("{% for x in xs %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}",
                   "1");
    assert_renders("{% for x in xs %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
                   "13");
    assert_renders("{% for x in xs %}a{% set y %}b{% if x == 2 %}{% break %}{% endif %}{% endset "
                   "%}{{ y }}{% endfor %}c",
                   "abac");
}

static void a_loop_inside_a_loop_begins_anew(void **state)
{
    (void)state;
    assert_renders("{% for x in xs %}{% for y in xs[:2] %}{{ loop.index }}{{ loop.last }}{% endfor "
                   "%}{{ loop.index }} {% endfor %}",
                   "1False2True1 1False2True2 1False2True3 ");
}

static void unpacking_wants_the_right_number(void **state)
{
    (void)state;
    assert_renders("{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}", "123");
    assert_renders("{% set a, b = [1] %}",
                   "t:1:8: ValueError: not enough values to unpack (expected 2, got 1)\n");
    assert_renders("{% set a, b = 'abc' %}",
                   "t:1:8: ValueError: too many values to unpack (expected 2)\n");
    assert_renders("{% set a, b = 5 %}",
                   "t:1:8: TypeError: cannot unpack non-iterable int object\n");
}

static void text_is_captured_where_it_is_wanted(void **state)
{
    (void)state;
    assert_renders("a{% set x %}b{% set y %}c{% endset %}d{% endset %}[{{ x }}{{ y }}]", "a[bd]");
    assert_renders(
        "{% filter upper %}a{% filter replace('B', 'c') %}b{% endfilter %}{% endfilter %}", "AB");
}

static void auto_escape_can_be_changed_and_comes_back(void **state)
{
    (void)state;
    const struct env_options html = { .autoescape = AUTOESCAPE_HTML };
    const char *source =
        "{{ page.title }}{% autoescape false %}{{ page.title }}{% endautoescape %}"
        "{% autoescape n > 5 %}{{ page.title }}{% endautoescape %}{{ page.title }}";

    assert_string_equal(rendered_with(&html, source), "A &amp; BA & BA &amp; BA &amp; B");
}

static void namespaces_are_the_only_things_with_attributes_to_set(void **state)
{
    (void)state;
    assert_renders("{% set ns = namespace(a=1) %}{% for x in xs %}{% set ns.a = ns.a + x %}{% "
                   "endfor %}{{ ns.a }}",
                   "7");
    assert_renders(
        "{% set page.a = 1 %}",
        "t:1:8: TemplateRuntimeError: cannot assign attribute on non-namespace object\n");
}

static void arguments_can_come_from_a_list_and_a_dict(void **state)
{
    (void)state;
    assert_renders(
        "{% macro m(a, b, c=0) %}{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}{% endmacro %}"
        "{{ m(1, *xs) }} {{ m(*[1], **{'b': 2, 'd': 4}) }}",
        "112(3,){} 120(){'d': 4}");
    assert_renders("{{ dict(**5) }}",
                   "t:1:4: TypeError: jinja2.runtime.Context.call() argument after ** must be "
                   "a mapping, not int\n");
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
        cmocka_unit_test(text_comes_out_as_it_stands),
        cmocka_unit_test(comparisons_chain_and_stop_early),
        cmocka_unit_test(and_and_or_give_what_decided),
        cmocka_unit_test(loops_know_where_they_are),
        cmocka_unit_test(loops_walk_over_what_can_be_walked_once),
        cmocka_unit_test(a_loop_can_be_left_and_gone_on_with),
        cmocka_unit_test(a_loop_inside_a_loop_begins_anew),
        cmocka_unit_test(unpacking_wants_the_right_number),
        cmocka_unit_test(text_is_captured_where_it_is_wanted),
        cmocka_unit_test(auto_escape_can_be_changed_and_comes_back),
        cmocka_unit_test(namespaces_are_the_only_things_with_attributes_to_set),
        cmocka_unit_test(arguments_can_come_from_a_list_and_a_dict),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
