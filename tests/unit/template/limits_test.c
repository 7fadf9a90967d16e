/*
 * limits_test.c - no expression hangs, runs out of memory or overflows the stack
 */
#include "tests/unit/template/gives.h"
#include "vial/base/date.h"

enum { MIB = 1 << 20 };

/* With 64 MiB and ten million steps: fails, and within a second or two (sanitizers and all). */
static void is_stopped(const char *source)
{
    static const struct env_options options = { .ext_do = true };
    struct render_options limits = { .max_memory = 64 * MIB, .max_steps = 10000000 };
    int64_t begun = now_ns();
    struct outcome o = render_with(&options, &limits, source, value_undefined());

    if (o.good)
        print_error("%s went through\n", source);
    assert_false(o.good);
    assert_true(o.arena.size < 200 * MIB);
    if (now_ns() - begun > 20000000000)
        print_error("%s took %lld ms\n", source, (long long)(now_ns() - begun) / 1000000);
    assert_true(now_ns() - begun < 20000000000);
    outcome_free(&o);
}

static void repetition_is_paid_for_before_it_is_made(void **state)
{
    (void)state;
    is_stopped("{{ 'x' * 10000000000 }}");
    is_stopped("{{ 'x' * 1000000000 }}");
    is_stopped("{{ [1] * 1000000000 }}");
    is_stopped("{{ (1, 2) * 9223372036854775807 }}");
    is_stopped("{% set x = 'x' * 1000000 %}{{ x|replace('', x) }}");
    is_stopped("{% set x = 'x' * 100000 %}{{ x.replace('x', x) }}");
    is_stopped("{% set x = ['x' * 10000] * 100000 %}{{ x|join }}");
    is_stopped("{% set x = 'x' * 100000 %}{{ (x|list)|join(x) }}");
    is_stopped("{{ ('x' * 1000000).join('y' * 1000) }}");
}

static void widths_and_precisions_are_paid_for(void **state)
{
    (void)state;
    is_stopped("{{ '%1000000000d' % 1 }}");
    is_stopped("{{ '%.1000000000f' % 1 }}");
    is_stopped("{{ '%*d' % (2000000000, 1) }}");
    is_stopped("{{ '{:1000000000}'.format(1) }}");
    is_stopped("{{ '{:.1000000000f}'.format(1.5) }}");
    is_stopped("{{ '{:>{}}'.format('x', 1000000000) }}");
    is_stopped("{{ 'x'.center(1000000000) }}");
    is_stopped("{{ 'x'.zfill(1000000000) }}");
    is_stopped("{{ 'x'.ljust(9000000000) }}");
    is_stopped("{{ '\\t'.expandtabs(1000000000) }}");
    is_stopped("{{ 'x'|center(1000000000) }}");
    is_stopped("{{ 'x'|indent(1000000000, true) }}");
    is_stopped("{{ [1]|tojson(1000000000) }}");
    is_stopped("{{ [1]|batch(1000000000, 'x')|list }}");
    is_stopped("{{ []|slice(1000000000)|list }}");
    is_stopped("{{ lipsum(1000000) }}");
    is_stopped("{{ lipsum(1, min=1000000000, max=1000000001) }}");
}

static void numbers_have_a_largest_size(void **state)
{
    (void)state;
    is_stopped("{{ 10 ** (10 ** 9) }}");
    is_stopped("{{ 2 ** 100000000 > 1 }}");
    is_stopped("{{ 9 ** (9 ** 9) }}");
    is_stopped("{{ 10 ** 5000 }}");
    is_stopped("{% set ns = namespace(x=7) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}"
               "{% endfor %}{{ ns.x > 1 }}");
    is_stopped("{{ range(10 ** 18)|list }}");
    is_stopped("{{ range(10 ** 18)|sum }}");
    is_stopped("{{ 5 in range(10 ** 18)|map('string') }}");
    is_stopped("{{ range(10 ** 18)|map('float')|max }}");
    is_stopped("{{ range(10 ** 18)|select('string')|first }}");
    is_stopped("{{ range(10 ** 18)|join }}");
    is_stopped("{{ range(10 ** 18)|sort }}");
    is_stopped("{{ range(10 ** 18)|unique|last }}");
    is_stopped("{{ range(10 ** 18)|unique|list }}");
    is_stopped("{{ dict(range(10 ** 18)|map('list')) }}");
    is_stopped("{% for x in range(10 ** 18)|reverse %}{% endfor %}");
}

/* One look at a long text is cheap, and so a template may look at it a million times. */
static void going_through_long_text_is_paid_for(void **state)
{
    (void)state;
    const char *uses[] = {
        "x|length", "x|upper|length", "x is upper", "x.isalpha()",  "x[900000]",    "x[1:]",
        "'a' in x", "x == y",         "{x: 1}",     "x|wordcount",  "x.find('a')",  "x|wordwrap(3)",
        "x < y",    "x|truncate",     "x.strip(y)", "x|trim('ab')", "x.count('a')",
    };
    struct arena a = { 0 };

    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        is_stopped(str_cstr(&a, str_fmt(&a,
                                        "{%% set x = '\xC3\xA9' * 1000000 %%}"
                                        "{%% set y = '\xC3\xA9' * 999999 ~ '\xC3\xA9' %%}"
                                        "{%% for i in range(100000) %%}{%% if %s %%}{%% endif %%}"
                                        "{%% endfor %%}",
                                        uses[i])));
    is_stopped("{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}"
               "{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1}|length }}");
    arena_free(&a);
}

static void circles_end(void **state)
{
    (void)state;
    gives("{% set l = [1] %}{% do l.append(l) %}{{ l }}", "[1, [...]]");
    gives("{% set d = {} %}{% do d.update(d=d) %}{{ d }}", "{'d': {...}}");
    fails("{% set l = [] %}{% do l.append(l) %}{{ l|tojson }}", "ValueError",
          "Circular reference detected");
    is_stopped(
        "{% set a = [] %}{% set b = [] %}{% do a.append(b) %}{% do b.append(a) %}{{ a == b }}");
    is_stopped("{% set a = [] %}{% do a.append(a) %}{{ a|map('sum')|list }}{{ a < [[[1]]] }}"
               "{% set l = a %}{% for i in range(10000) %}{% set l = [l] %}{% endfor %}{{ l|x }}");
    gives("{% set l = [1] %}{% do l.extend(l) %}{{ l }}", "[1, 1]");
}

static void depth_ends(void **state)
{
    (void)state;
    const char *nest = "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}"
                       "{% set ns.l = [ns.l] %}{% endfor %}";
    const char *uses[] = { "{{ ns.l }}",          "{{ ns.l|tojson }}", "{{ ns.l == [[]] }}",
                           "{{ ns.l|pprint }}",   "{{ '%r' % ns.l }}", "{{ [ns.l]|unique|list }}",
                           "{{ ns.l < [[[]]] }}", "{{ ns.l|string }}" };

    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        struct arena a = { 0 };
        const char *source = str_cstr(&a, str_fmt(&a, "%s%s", nest, uses[i]));
        struct outcome o = render_with(NULL, NULL, source, value_undefined());

        /* Deep ones fail; the shallow side of a comparison may answer first. */
        if (o.good)
            assert_str(buf_str(&o.out), "False");
        outcome_free(&o);
        arena_free(&a);
    }
}

static void what_was_handed_in_is_not_changed(void **state)
{
    (void)state;
    static const struct env_options options = { .ext_do = true };
    const char *tries[] = { "{% do l.append(1) %}",
                            "{% do l.clear() %}",
                            "{% do l.sort() %}",
                            "{% do l.pop() %}",
                            "{% do l.extend(l) %}",
                            "{% do l.reverse() %}",
                            "{% do l.insert(0, 1) %}",
                            "{% do l.remove(5) %}",
                            "{% do d.update(a=1) %}",
                            "{% do d.pop('k') %}",
                            "{% do d.clear() %}",
                            "{% do d.popitem() %}",
                            "{% do d.setdefault('n', 1) %}" };
    struct arena shared = { 0 };
    value context = dict_new(&shared, 0), list = list_new(&shared, 0), dict = dict_new(&shared, 0);

    list_push(list, value_int(5));
    dict_set(dict, S("k"), value_int(6));
    dict_set(context, S("l"), list);
    dict_set(context, S("d"), dict);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct outcome o = render_with(&options, NULL, tries[i], context);

        assert_false(o.good);
        assert_string_equal(o.err.kind, "TypeError");
        assert_int_equal(list_len(list), 1);
        assert_int_equal(dict_len(dict), 1);
        outcome_free(&o);
    }
    struct outcome o =
        render_with(&options, NULL, "{% set l = l.copy() %}{% do l.append(1) %}{{ l }}", context);

    assert_true(o.good);
    assert_str(buf_str(&o.out), "[5, 1]");
    outcome_free(&o);
    arena_free(&shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetition_is_paid_for_before_it_is_made),
        cmocka_unit_test(widths_and_precisions_are_paid_for),
        cmocka_unit_test(numbers_have_a_largest_size),
        cmocka_unit_test(going_through_long_text_is_paid_for),
        cmocka_unit_test(circles_end),
        cmocka_unit_test(depth_ends),
        cmocka_unit_test(what_was_handed_in_is_not_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
