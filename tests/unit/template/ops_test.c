/*
 * ops_test.c - operators and look-ups, as Python has them
 */
#include "tests/unit/template/gives.h"

static void whole_numbers_are_exact_at_any_size(void **state)
{
    (void)state;
    gives("{{ 9223372036854775807 + 1 }}", "9223372036854775808");
    gives("{{ -9223372036854775808 - 1 }}", "-9223372036854775809");
    gives("{{ 9223372036854775807 * 9223372036854775807 }}",
          "85070591730234615847396907784232501249");
    gives("{{ 2 ** 100 // 2 ** 98 }}", "4");
    gives("{{ (2 ** 100) // -7 }} {{ (2 ** 100) % -7 }}", "-181092942889747057356671886483 -5");
    gives("{{ -9223372036854775808 // -1 }}", "9223372036854775808");
    gives("{{ 2 ** 64 - 2 ** 64 + 1 }}", "1");
    gives("{{ 10 ** 400 / 10 ** 399 }}", "10.0");
}

static void division_rounds_down_and_the_rest_has_the_divisor_s_sign(void **state)
{
    (void)state;
    gives("{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 // -2 }} {{ -7 // -2 }}", "3 -4 -4 3");
    gives("{{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ -7 % -3 }}", "1 2 -2 -1");
    gives("{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7 / 2 }} {{ 4 / 2 }}", "3.0 0.5 3.5 2.0");
    fails("{{ 1 / 0 }}", "ZeroDivisionError", "division by zero");
    fails("{{ 1 // 0 }}", "ZeroDivisionError", "integer division or modulo by zero");
    fails("{{ 1.0 % 0 }}", "ZeroDivisionError", "float modulo");
}

static void numbers_are_equal_across_their_types(void **state)
{
    (void)state;
    gives("{{ 1 == 1.0 == true }} {{ {1: 'a', true: 'b', 1.0: 'c'} }}", "True {1: 'c'}");
    gives("{{ 9007199254740993 == 9007199254740992.0 }}", "False");
    gives("{{ 9007199254740993 > 9007199254740992.0 }}", "True");
    gives("{{ 2 ** 64 == 18446744073709551616.0 }} {{ {2 ** 64: 'x'}[2.0 ** 64] }}", "True x");
    gives("{{ '1' == 1 }}", "False");
}

static void what_has_no_order_says_so(void **state)
{
    (void)state;
    fails("{{ 1 < 'a' }}", "TypeError", "'<' not supported between instances of 'int' and 'str'");
    fails("{{ none >= 1 }}", "TypeError",
          "'>=' not supported between instances of 'NoneType' and 'int'");
    gives("{{ [1, 2] < [1, 3] }} {{ (1,) < (1, 0) }} {{ 'Z' < 'a' < '\xC3\xA9' }}",
          "True True True");
    fails("{{ nope < 1 }}", "UndefinedError", "'nope' is undefined");
}

static void a_dot_prefers_attributes_and_brackets_prefer_items(void **state)
{
    (void)state;
    gives(
        "{% set d = {'items': 1, 'x': 2} %}{{ d['items'] }} {{ d.items()|list|length }} {{ d.x }}",
        "1 2 2");
    gives("{{ 'abc'[1] }}{{ 'abc'[-1] }}{{ 'abc'[5] }}{{ [1, 2].1 }}", "bc2");
    gives("{{ 'a\xC3\xA9z'[1] }}{{ 'a\xC3\xA9z'[::-1] }}", "\xC3\xA9z\xC3\xA9"
                                                           "a");
    fails("{{ {}.a.b }}", "UndefinedError", "'dict object' has no attribute 'a'");
    fails("{{ [][3].x }}", "UndefinedError", "list object has no element 3");
}

static void slices_are_python_s(void **state)
{
    (void)state;
    gives("{{ [1, 2, 3, 4, 5][1:-1] }} {{ [1, 2, 3][::-1] }} {{ (1, 2, 3)[5:] }}",
          "[2, 3, 4] [3, 2, 1] ()");
    gives("{{ 'hello'[::2] }} {{ 'hello'[-3:] }} {{ 'hello'[4:1:-1] }}", "hlo llo oll");
    gives("{{ range(10)[2:8:3] }} {{ range(10)[::-1]|list|first }}", "range(2, 8, 3) 9");
    fails("{% set x = [1] %}{{ x[::0] }}", "ValueError", "slice step cannot be zero");
}

static void markup_escapes_what_it_meets(void **state)
{
    (void)state;
    gives("{{ ('<b>'|safe) + '<i>' }}", "<b>&lt;i&gt;");
    gives("{{ '<i>' + ('<b>'|safe) }}", "&lt;i&gt;<b>");
    gives("{{ ('<b>'|safe) * 2 }}", "<b><b>");
    gives("{{ ('%s'|safe) % '<i>' }} {{ ('{}'|safe).format('<i>') }}", "&lt;i&gt; &lt;i&gt;");
    gives("{{ ('-'|safe).join(['<', 'a'|safe]) }}", "&lt;-a");
    gives_html("{% set b = '<b>'|safe %}{% set i = '<i>' %}{{ i ~ b }} {{ i ~ i }}",
               "&lt;i&gt;<b> &lt;i&gt;&lt;i&gt;");
    gives_html("{{ ['<b>', '<b>'|safe] }}", "[&#39;&lt;b&gt;&#39;, Markup(&#39;&lt;b&gt;&#39;)]");
}

static void values_print_as_python_prints_them(void **state)
{
    (void)state;
    gives("{{ [none, true, 1.0, 'it\\'s', \"a\\\"b'\"] }}",
          "[None, True, 1.0, \"it's\", 'a\"b\\'']");
    gives("{{ (1,) }} {{ () }} {{ {'a': (1, [2])} }}", "(1,) () {'a': (1, [2])}");
    gives("{{ ['\\n\\x00\xC3\xA9\xE2\x80\x8B'] }}", "['\\n\\x00\xC3\xA9\\u200b']");
    gives("{{ [nope] }} {{ range(3) }} {{ namespace(a=1) }}",
          "[Undefined] range(0, 3) <Namespace {'a': 1}>");
    gives("{{ 'x'.__class__.__name__ }} {{ 5.__class__ }}", "str <class 'int'>");
}

static void operators_name_both_types_when_they_cannot(void **state)
{
    (void)state;
    fails("{{ 'a' + 1 }}", "TypeError", "can only concatenate str (not \"int\") to str");
    fails("{{ 1 + 'a' }}", "TypeError", "unsupported operand type(s) for +: 'int' and 'str'");
    fails("{{ [] - 1 }}", "TypeError", "unsupported operand type(s) for -: 'list' and 'int'");
    fails("{{ -'a' }}", "TypeError", "bad operand type for unary -: 'str'");
    fails("{{ 'a' * 1.5 }}", "TypeError", "can't multiply sequence by non-int of type 'float'");
    fails("{{ 1 in 5 }}", "TypeError", "argument of type 'int' is not iterable");
    fails("{{ {[]: 1} }}", "TypeError", "unhashable type: 'list'");
    fails("{{ 5() }}", "TypeError", "'int' object is not callable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_exact_at_any_size),
        cmocka_unit_test(division_rounds_down_and_the_rest_has_the_divisor_s_sign),
        cmocka_unit_test(numbers_are_equal_across_their_types),
        cmocka_unit_test(what_has_no_order_says_so),
        cmocka_unit_test(a_dot_prefers_attributes_and_brackets_prefer_items),
        cmocka_unit_test(slices_are_python_s),
        cmocka_unit_test(markup_escapes_what_it_meets),
        cmocka_unit_test(values_print_as_python_prints_them),
        cmocka_unit_test(operators_name_both_types_when_they_cannot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
