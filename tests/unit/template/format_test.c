/*
 * format_test.c - "%", str.format and the methods of text
 */
#include "tests/unit/template/gives.h"

static void percent_takes_tuples_mappings_and_single_values(void **state)
{
    (void)state;
    gives("{{ '%s has %d' % ('a', 2) }} {{ '%(x)s' % {'x': 1} }} {{ '%s' % [1] }}",
          "a has 2 1 [1]");
    gives("{{ '%5.2f|%-5d|%05d|%+d|%x|%#o' % (3.14159, 42, 42, 42, 255, 8) }}",
          " 3.14|42   |00042|+42|ff|0o10");
    gives("{{ '%*d|%.*f' % (5, 42, 1, 3.14159) }} {{ '%c%%' % 65 }}", "   42|3.1 A%");
    fails("{{ '%s %s' % 1 }}", "TypeError", "not enough arguments for format string");
    fails("{{ '%s' % (1, 2) }}", "TypeError",
          "not all arguments converted during string formatting");
    fails("{{ '%d' % 'a' }}", "TypeError", "%d format: a real number is required, not str");
    fails("{{ '%y' % 1 }}", "ValueError", "unsupported format character 'y' (0x79) at index 1");
}

static void floats_are_rounded_half_to_even_and_exactly(void **state)
{
    (void)state;
    gives("{{ '%.0f %.0f %.0f %.1f %.2f' % (0.5, 1.5, 2.5, 0.25, 0.125) }}", "0 2 2 0.2 0.12");
    gives("{{ '%.2f %.2f %.1f %.9f' % (1.005, 2.675, 0.05, 0.1) }}", "1.00 2.67 0.1 0.100000000");
    gives("{{ '%.2f %.0f %.2f %.3f' % (-0.0, -0.5, -1.005, 5e-324) }}", "-0.00 -0 -1.00 0.000");
    gives("{{ '%.1f %.2f %.10f' % (999999999.96, 1e9, 0.1) }}",
          "1000000000.0 1000000000.00 0.1000000000");
}

static void braces_take_positions_names_and_what_is_inside(void **state)
{
    (void)state;
    gives("{{ '{} {}'.format(1, 2) }} {{ '{1} {0}'.format(1, 2) }} {{ '{a}'.format(a=3) }}",
          "1 2 2 1 3");
    gives("{{ '{0[x]} {1[0]}'.format({'x': 1}, [2]) }} {{ '{{}}'.format() }}", "1 2 {}");
    gives("{{ '{:>5}|{:^5}|{:<5}|{:*^7}'.format('a', 'b', 1, 2) }}", "    a|  b  |1    |***2***");
    gives("{{ '{:,.2f} {:08.3f} {:+d} {:#x} {:e} {:.1%}'.format(1234.5, 3.14159, 5, 255, 0.5, "
          "0.25) }}",
          "1,234.50 0003.142 +5 0xff 5.000000e-01 25.0%");
    gives("{{ '{:{}}|{!r}'.format(1, 4, 'x') }}", "   1|'x'");
    fails("{{ '{}'.format() }}", "IndexError",
          "Replacement index 0 out of range for positional args tuple");
    fails("{{ '{0} {}'.format(1, 2) }}", "ValueError",
          "cannot switch from manual field specification to automatic field numbering");
    fails("{{ '{:d}'.format('a') }}", "ValueError",
          "Unknown format code 'd' for object of type 'str'");
}

static void the_sandbox_hides_what_begins_with_an_underscore(void **state)
{
    (void)state;
    static const struct env_options options = { .sandbox = true };
    struct outcome o =
        render_with(&options, NULL, "{{ '{0.__class__.x}'.format(1) }}", value_undefined());

    assert_false(o.good);
    assert_string_equal(o.err.kind, "SecurityError");
    outcome_free(&o);
    o = render_with(&options, NULL, "{{ ''.__class__.mro }}", value_undefined());
    assert_false(o.good);
    assert_str(o.err.sentence, "access to attribute '__class__' of 'str' object is unsafe.");
    outcome_free(&o);
}

static void the_immutable_sandbox_refuses_methods_that_change(void **state)
{
    (void)state;
    static const struct env_options options = { .sandbox_immutable = true };
    struct outcome o = render_with(&options, NULL, "{{ [].append(1) }}", value_undefined());

    assert_false(o.good);
    assert_str(o.err.sentence, "access to attribute 'append' of 'list' object is unsafe.");
    outcome_free(&o);
    o = render_with(&options, NULL, "{{ [1].index(1) }}", value_undefined());
    assert_true(o.good);
    outcome_free(&o);
}

static void case_is_unicode_s(void **state)
{
    (void)state;
    gives("{{ 'stra\xC3\x9F"
          "e'.upper() }} {{ '\xC3\x89"
          "COLE'.lower() }}",
          "STRASSE \xC3\xA9"
          "cole");
    gives("{{ '\xCE\x91\xCE\xA3'.lower() }} {{ 'x\xCE\xA3'.capitalize() }}",
          "\xCE\xB1\xCF\x82 X\xCF\x82");
    gives("{{ 'hello wORLD'.title() }} {{ 'Ab'.swapcase() }}", "Hello World aB");
}

static void text_is_found_cut_and_joined(void **state)
{
    (void)state;
    gives("{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.rsplit(none, 1) }}",
          "['a', 'b', '', 'c'] ['a', 'b'] ['a b', 'c']");
    gives("{{ 'h\xC3\xA9llo'.find('l') }} {{ 'hello'.rfind('l', 0, 3) }} {{ 'aaa'.count('aa') }}",
          "2 2 1");
    gives("{{ 'a-b-c'.partition('-') }} {{ '-'.join('abc') }} {{ 'x'.center(4, '*') }}",
          "('a', '-', 'b-c') a-b-c *x**");
    gives("{{ 'xxaxx'.strip('x') }} {{ 'prefix'.removeprefix('pre') }} {{ '-5'.zfill(4) }}",
          "a fix -005");
    gives("{{ 'a\\nb\\r\\nc'.splitlines() }} {{ 'abc'.startswith(('x', 'a')) }}",
          "['a', 'b', 'c'] True");
    fails("{{ 'a'.index('b') }}", "ValueError", "substring not found");
    fails("{{ ','.join([1]) }}", "TypeError", "sequence item 0: expected str instance, int found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percent_takes_tuples_mappings_and_single_values),
        cmocka_unit_test(floats_are_rounded_half_to_even_and_exactly),
        cmocka_unit_test(braces_take_positions_names_and_what_is_inside),
        cmocka_unit_test(the_sandbox_hides_what_begins_with_an_underscore),
        cmocka_unit_test(the_immutable_sandbox_refuses_methods_that_change),
        cmocka_unit_test(case_is_unicode_s),
        cmocka_unit_test(text_is_found_cut_and_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
