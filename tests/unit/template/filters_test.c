/*
 * filters_test.c - filters, tests and globals, and how arguments reach them
 */
#include "tests/unit/template/gives.h"
#include "vial/template/filters.h"

static void the_tables_hold_what_jinja_has_and_find_it(void **state)
{
    (void)state;
    size_t filters = 0, tests = 0;

    for (const char *name; (name = builtin_filter_name(filters)); filters++)
        assert_string_equal(builtin_filter(str_of(name))->name, name);
    for (const char *name; (name = builtin_test_name(tests)); tests++)
        assert_string_equal(builtin_test(str_of(name))->name, name);
    assert_int_equal(filters, 54);
    assert_int_equal(tests, 39);
    assert_null(builtin_filter(S("")));
    assert_null(builtin_filter(S("uppercase")));
    assert_null(builtin_test(S("zz")));
}

static void arguments_may_be_named_and_have_defaults(void **state)
{
    (void)state;
    gives("{{ 'a b c d e f'|truncate(7, end='!', leeway=0) }}", "a b c!");
    gives("{{ [3, 1]|sort(reverse=true) }} {{ [1, 2]|join(d='-') }}", "[3, 1] 1-2");
    gives("{{ nope|default(boolean=true, default_value=5) }}", "5");
}

static void wrong_arguments_are_told_in_python_s_words(void **state)
{
    (void)state;
    fails("{{ 'a'|truncate(1, 2, 3, 4, 5) }}", "TypeError",
          "do_truncate() takes from 2 to 6 positional arguments but 7 were given");
    fails("{{ 'a'|truncate(foo=1) }}", "TypeError",
          "do_truncate() got an unexpected keyword argument 'foo'");
    fails("{{ 'a'|truncate(5, length=5) }}", "TypeError",
          "do_truncate() got multiple values for argument 'length'");
    fails("{{ 'a'|replace }}", "TypeError",
          "do_replace() missing 2 required positional arguments: 'old' and 'new'");
    fails("{{ 'a'|upper(1) }}", "TypeError",
          "do_upper() takes 1 positional argument but 2 were given");
    fails("{{ 'a'.upper(1) }}", "TypeError", "str.upper() takes no arguments (1 given)");
    fails("{{ 'a'.replace('b') }}", "TypeError", "replace expected at least 2 arguments, got 1");
    fails("{{ 'a'.split(x=1) }}", "TypeError", "'x' is an invalid keyword argument for split()");
    fails("{{ 5 is divisibleby }}", "TypeError",
          "test_divisibleby() missing 1 required positional argument: 'num'");
}

static void lazy_filters_do_and_fail_when_they_are_walked(void **state)
{
    (void)state;
    gives("{% set g = [1]|map('nope') %}not asked", "not asked");
    fails("{{ [1]|map('nope')|list }}", "TemplateRuntimeError", "No filter named 'nope'.");
    gives("{{ []|map('nope')|list }}", "[]");
    gives("{% set g = [1, 2]|map('string') %}{{ g|join }}{{ g|join }}|", "12|");
    gives("{{ (range(1000000000)|select('odd'))|first }}", "1");
    fails("{{ ([1]|select)|length }}", "TypeError", "object of type 'generator' has no len()");
    gives("{{ 'yes' if []|select else 'no' }}", "yes");
}

static void sorting_keeps_equal_ones_as_they_stood(void **state)
{
    (void)state;
    gives("{{ [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')]|sort(attribute=0) }}",
          "[(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]");
    gives("{{ [(2, 'a'), (1, 'b'), (2, 'c')]|sort(attribute=0, reverse=true) }}",
          "[(2, 'a'), (2, 'c'), (1, 'b')]");
    gives("{{ ['b', 'A', 'a', 'B']|sort }} {{ ['b', 'A']|sort(case_sensitive=true) }}",
          "['A', 'a', 'b', 'B'] ['A', 'b']");
    gives("{{ range(100)|sort(reverse=true)|first }} {{ range(99, -1, -1)|sort|first }}", "99 0");
    fails("{{ [1, 'a']|sort }}", "TypeError",
          "'<' not supported between instances of 'str' and 'int'");
    fails("{{ [none, none, 1]|sort }}", "TypeError",
          "'<' not supported between instances of 'int' and 'NoneType'");
}

static void groups_have_names_for_their_parts(void **state)
{
    (void)state;
    gives("{% for g in [{'c': 'x', 'n': 1}, {'c': 'y', 'n': 2}, {'c': 'X', 'n': 3}]|groupby('c') %}"
          "{{ g.grouper }}={{ g.list|map(attribute='n')|join(',') }};{% endfor %}",
          "x=1,3;y=2;");
    gives("{% for key, list in [(1, 2)]|groupby(0) %}{{ key }}{{ list }}{% endfor %}", "1[(1, 2)]");
}

static void joining_html_escapes_the_rest(void **state)
{
    (void)state;
    gives_html("{{ ['<', '>'|safe]|join(' & ') }}", "&lt; &amp; >");
    gives_html("{{ ['<', '>']|join('|'|safe) }}", "&lt;|&gt;");
    gives_html("{{ ['<', '>']|join(',') is escaped }}", "False");
    gives("{{ ['<', '>'|safe]|join(' & ') }}", "< & >");
}

static void json_may_stand_in_a_script(void **state)
{
    (void)state;
    gives_html("{{ {'b': '</script>&\\'', 'a': [1.0, none, true]}|tojson }}",
               "{\"a\": [1.0, null, true], \"b\": \"\\u003c/script\\u003e\\u0026\\u0027\"}");
    gives_html("{{ [1]|tojson('</script>') }}", "[\n\\u003c/script\\u003e1\n]");
    gives("{{ {'a': [1]}|tojson(2) }}", "{\n  \"a\": [\n    1\n  ]\n}");
    fails("{{ nope|tojson }}", "TypeError", "Object of type Undefined is not JSON serializable");
}

static void globals_remember(void **state)
{
    (void)state;
    gives("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}",
          "abab");
    gives("{% set j = joiner('|') %}{% for x in 'abc' %}{{ j() }}{{ x }}{% endfor %}", "a|b|c");
    gives("{% set n = namespace(i=0) %}{% for x in 'abc' %}{% set n.i = n.i + 1 %}{% endfor %}"
          "{{ n.i }}",
          "3");
    gives("{{ dict([('a', 1)], b=2) }} {{ range(5, 0, -2)|list }}", "{'a': 1, 'b': 2} [5, 3, 1]");
    gives("{{ lipsum(2, min=3, max=4)|striptags|wordcount }}", "6");
}

static void addresses_become_links(void **state)
{
    (void)state;
    gives("{{ 'see www.example.com, or (me@example.org).'|urlize }}",
          "see <a href=\"https://www.example.com\" rel=\"noopener\">www.example.com</a>, or "
          "(<a href=\"mailto:me@example.org\">me@example.org</a>).");
    gives("{{ 'http://a.com/(x)\" <b>'|urlize(10) }}",
          "<a href=\"http://a.com/(x)&#34;\" rel=\"noopener\">http://a.c...</a> &lt;b&gt;");
    gives("{{ 'javascript:alert(1) file:///x'|urlize }}", "javascript:alert(1) file:///x");
}

static void text_is_cut_and_wrapped_at_words(void **state)
{
    (void)state;
    gives("{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }}",
          "foo... foo ba...");
    gives("{{ 'foo bar baz qux'|truncate(11) }}", "foo bar baz qux");
    gives("{{ 'well-known words here'|wordwrap(6) }}", "well-\nknown\nwords\nhere");
    gives("{{ 'a\\n\\nb'|indent(2) }}", "a\n\n  b");
    gives("{{ 'they\\'re bill\\'s-friends'|title }}", "They're Bill's-Friends");
    gives("{{ '<p>a</p>\\n <!-- <i> --> &amp;&copy;'|striptags }}", "a &\xC2\xA9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_hold_what_jinja_has_and_find_it),
        cmocka_unit_test(arguments_may_be_named_and_have_defaults),
        cmocka_unit_test(wrong_arguments_are_told_in_python_s_words),
        cmocka_unit_test(lazy_filters_do_and_fail_when_they_are_walked),
        cmocka_unit_test(sorting_keeps_equal_ones_as_they_stood),
        cmocka_unit_test(groups_have_names_for_their_parts),
        cmocka_unit_test(joining_html_escapes_the_rest),
        cmocka_unit_test(json_may_stand_in_a_script),
        cmocka_unit_test(globals_remember),
        cmocka_unit_test(addresses_become_links),
        cmocka_unit_test(text_is_cut_and_wrapped_at_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
