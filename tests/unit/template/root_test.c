/*
 * root_test.c - whole templates: extended, included, imported; and how far they may go
 */
#include "tests/unit/template/rendered.h"

static void add(const char *name, const char *text)
{
    env_add_source(test_env, str_of(name), str_of(text));
}

static void a_child_fills_its_parents_blocks(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "dropped{% extends 'mid' %}{% block a %}T{{ super() }}{% endblock %}dropped");
    add("mid", "{% extends 'base' %}{% block a %}M{{ super() }}{% endblock %}{% block b %}b{% "
               "endblock %}");
    add("base", "[{% block a %}B{% endblock %}|{% block b %}{% endblock %}|{{ self.a() }}]");
    assert_string_equal(rendered_here(), "dropped[TMB|b|TMB]");
}

static void what_a_child_sets_its_parent_sees(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "{% extends 'base' %}{% set title = 'x' %}{% macro m() %}M{% endmacro %}");
    add("base", "{{ title }}{{ m() }}");
    assert_string_equal(rendered_here(), "xM");
}

static void the_parent_may_depend_on_the_data(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "{% if n > 5 %}{% extends 'a' %}{% else %}{% extends 'b' %}{% endif %}{% block x "
             "%}X{% endblock %}tail");
    add("a", "A{% block x %}{% endblock %}");
    add("b", "B{% block x %}{% endblock %}");
    assert_string_equal(rendered_here(), "AX");
}

static void an_include_sees_the_names_around_it(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "{% set a = 1 %}{% for x in xs %}{% include 'p' %}{% endfor %}{% include 'p' without "
             "context %}");
    add("p", "({{ a }}{{ x }}{{ n }}{% set a = 9 %})");
    assert_string_equal(rendered_here(), "(117)(127)(137)()");
}

static void an_import_sees_them_only_when_asked_to(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "{% set a = 1 %}{% import 'p' as p %}{% import 'p' as q with context %}{{ p.m() }}{{ "
             "q.m() }}"
             "{% set a = 2 %}{{ q.m() }}[{{ p.hidden }}{{ p._v }}{{ p.v }}]");
    add("p", "{% macro m() %}<{{ a }}{{ n }}>{% endmacro %}{% set _v = 1 %}{% set v = 2 %}");
    assert_string_equal(rendered_here(), "<><17><17>[2]");
}

static void a_module_runs_once(void **state)
{
    (void)state;
    fresh_env(NULL);
    add("t", "{% import 'p' as p %}{% import 'q' as q %}{% do p.l.append(1) %}{{ q.get() }}");
    add("p", "{% set l = [] %}");
    add("q", "{% import 'p' as p %}{% macro get() %}{{ p.l }}{% endmacro %}");
    done();
    test_env = env_new(&(struct env_options){ .ext_do = true });
    add("t", "{% import 'p' as p %}{% import 'q' as q %}{% do p.l.append(1) %}{{ q.get() }}");
    add("p", "{% set l = [] %}");
    add("q", "{% import 'p' as p %}{% macro get() %}{{ p.l }}{% endmacro %}");
    assert_string_equal(rendered_here(), "[1]");
}

/* ---- limits ---- */

static const char *limited(const struct render_options *limits, const char *source)
{
    struct render_options options = *limits;
    struct buf out = { 0 };
    struct error err = { 0 };
    const char *kind = "none";

    env_add_source(fresh_env(NULL), S("t"), str_of(source));
    options.arena = &test_arena;
    const struct jinja *t = env_template(test_env, S("t"), &err);
    assert_non_null(t);
    if (!template_render(t, test_data(), &options, &out, &err))
        kind = str_cstr(&test_arena, err.sentence);
    buf_free(&out);
    error_free(&err);
    return kind;
}

static void an_endless_template_is_an_error(void **state)
{
    (void)state;
    const struct render_options steps = { .max_steps = 1000 };

    assert_string_equal(limited(&steps, "{% for x in range(9999999) %}{% endfor %}"),
                        "this template takes more than 1000 steps");
    assert_string_equal(limited(&steps, "{% for x in range(99) %}{% endfor %}"), "none");
    assert_string_equal(limited(&steps, "{{ range(9999999)|sum }}"),
                        "this template takes more than 1000 steps");
}

static void memory_is_limited(void **state)
{
    (void)state;
    const struct render_options small = { .max_memory = 1 << 20 };

    assert_string_equal(
        limited(&small, "{% for x in range(99999) %}{{ 'text ' * 1000 }}{% endfor %}"),
        "this template needs more than 1048576 bytes of memory");
    assert_string_equal(limited(&small, "{{ 'x' * (2000000 + n) }}"),
                        "this template needs more than 1048576 bytes of memory");
    assert_string_equal(limited(&small, "{{ 'x' * (20000 + n) }}"), "none");
}

static void depth_is_limited(void **state)
{
    (void)state;
    const struct render_options shallow = { .max_depth = 20 };
    const char *down =
        "{% macro m(i) %}{% if i %}{{ m(i - 1) }}{% endif %}{% endmacro %}{{ m(DEPTH) }}";
    char source[200];

    snprintf(source, sizeof source, "{%% set DEPTH = %d %%}%s", 15, down);
    assert_string_equal(limited(&shallow, source), "none");
    snprintf(source, sizeof source, "{%% set DEPTH = %d %%}%s", 30, down);
    assert_string_equal(limited(&shallow, source), "maximum recursion depth exceeded");
}

static bool seen[3];
static void note(void *user, str name, bool found)
{
    (void)user;
    seen[0] |= str_eq(name, S("base")) && found;
    seen[1] |= str_eq(name, S("nope")) && !found;
    seen[2] |= str_eq(name, S("part")) && found;
}

static void templates_that_are_read_are_told_of(void **state)
{
    (void)state;
    struct render_options options = { .arena = &test_arena, .template_read = note };
    struct buf out = { 0 };

    fresh_env(NULL);
    add("t", "{% extends 'base' %}{% include ['nope', 'part'] %}");
    add("base", "");
    add("part", "");
    assert_true(
        template_render(env_template(test_env, S("t"), NULL), test_data(), &options, &out, NULL));
    assert_true(seen[0] && seen[1] && seen[2]);
    buf_free(&out);
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
        cmocka_unit_test(a_child_fills_its_parents_blocks),
        cmocka_unit_test(what_a_child_sets_its_parent_sees),
        cmocka_unit_test(the_parent_may_depend_on_the_data),
        cmocka_unit_test(an_include_sees_the_names_around_it),
        cmocka_unit_test(an_import_sees_them_only_when_asked_to),
        cmocka_unit_test(a_module_runs_once),
        cmocka_unit_test(an_endless_template_is_an_error),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(templates_that_are_read_are_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
