/*
 * memory_test.c - what a rendering asks of the system, and how much it holds
 *
 * The linker puts the functions below in the place of malloc and its like (meson.build), so that
 * calls can be counted.
 */
#include "tests/unit/template/rendered.h"
#include <stdlib.h>

static size_t calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    calls++;
    return __real_realloc(old, size);
}

static value rows_of(size_t count)
{
    value data = dict_new(&test_arena, 2), rows = list_new(&test_arena, count);

    for (size_t i = 0; i < count; i++) {
        value row = dict_new(&test_arena, 4);

        dict_set(row, S("name"), value_str(S("a <b> & \xC3\xA9 name")));
        dict_set(row, S("n"), value_int((int64_t)i));
        dict_set(row, S("price"), value_float((double)i / 8));
        list_push(rows, row);
    }
    dict_set(data, S("rows"), rows);
    return data;
}

/* How often the second rendering of `source` over so many rows asks the system for memory. */
static size_t calls_for(const char *source, size_t count)
{
    struct arena a = { 0 };
    struct buf out = { 0 };
    struct error err = { 0 };
    struct env *env = fresh_env(&(struct env_options){ .autoescape = AUTOESCAPE_HTML });
    value data = rows_of(count);

    env_add_source(env, S("t"), str_of(source));
    const struct jinja *t = env_template(env, S("t"), &err);

    assert_non_null(t);
    for (int round = 0; round < 2; round++) {
        buf_clear(&out);
        arena_reset(&a);
        calls = 0;
        bool good = template_render(t, data, &(struct render_options){ .arena = &a }, &out, &err);
        if (!good)
            print_error("%s: %.*s\n", source, STR(err.sentence));
        assert_true(good);
    }
    size_t counted = calls;

    arena_free(&a);
    buf_free(&out);
    return counted;
}

static void printing_a_row_asks_the_system_for_nothing(void **state)
{
    (void)state;
    const char *sources[] = {
        "{% for row in rows %}{{ row.name }}{{ row.n }}{{ row.price }}{{ loop.index }}{% endfor %}",
        "{% for row in rows %}{{ row.name|upper|replace('A', 'b') }}{{ row.n + 1 }}{% endfor %}",
        "{% for row in rows %}{{ row.name ~ '-' ~ row.n }}{{ '%05d'|format(row.n) }}{% endfor %}",
        "{% for row in rows %}{{ row.name|striptags|truncate(5) }}{{ 'x' * 3 }}{{ -row.n }}{% "
        "endfor %}",
        "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}"
        "{% for row in rows %}{{ m(row.name) }}{{ m(x=row.n) }}{% endfor %}",
        "{% for row in rows %}{% if row.n % 3 == 0 %}{{ row.n|string }}{% endif %}{% endfor %}",
        "{% for row in rows %}{% set x = row.n %}{{ x }}{{ [x, x]|join(', ') }}{% endfor %}",
    };

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        size_t few = calls_for(sources[i], 100), many = calls_for(sources[i], 10000);

        if (few != many)
            print_error("%zu calls for 100 rows, %zu for 10,000: %s\n", few, many, sources[i]);
        assert_int_equal(few, many);
    }
}

/* Renders with so little memory that only what is kept can have a place in it. */
static void holds_at_most(size_t memory, const char *source)
{
    struct arena a = { 0 };
    struct buf out = { 0 };
    struct error err = { 0 };
    struct env *env = fresh_env(NULL);

    env_add_source(env, S("t"), str_of(source));
    const struct jinja *t = env_template(env, S("t"), &err);
    assert_non_null(t);

    /* The output counts as well: what it takes is known after a first rendering. */
    assert_true(template_render(t, dict_new(&test_arena, 0),
                                &(struct render_options){ .arena = &a }, &out, &err));
    size_t text = out.len;

    buf_clear(&out);
    arena_reset(&a);
    bool good = template_render(
        t, dict_new(&test_arena, 0),
        &(struct render_options){ .arena = &a, .max_memory = text + memory }, &out, &err);
    if (!good)
        print_error("%s: %.*s\n", source, STR(err.sentence));
    assert_true(good);
    error_free(&err);
    arena_free(&a);
    buf_free(&out);
}

static void a_million_rows_are_not_kept(void **state)
{
    (void)state;
    holds_at_most(64 << 10, "{% for i in range(1000000) %}{{ i }}{{ loop.index }} {% endfor %}");
    holds_at_most(64 << 10, "{% for i in range(200000) %}{{ i|string|upper|center(9) }}"
                            "{{ 'a' ~ i ~ 'b' }}{{ '%d'|format(i) }}{% endfor %}");
}

static void what_is_kept_counts(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct buf out = { 0 };
    struct error err = { 0 };
    struct env *env = fresh_env(&(struct env_options){ .ext_do = true });

    env_add_source(
        env, S("t"),
        S("{% set l = [] %}{% for i in range(100000) %}{% do l.append(i) %}{% endfor %}"));
    const struct jinja *t = env_template(env, S("t"), &err);
    assert_false(template_render(t, dict_new(&test_arena, 0),
                                 &(struct render_options){ .arena = &a, .max_memory = 1 << 20 },
                                 &out, &err));
    assert_string_equal(err.kind, "TemplateRuntimeError");
    error_free(&err);
    arena_free(&a);
    buf_free(&out);
}

/* Each looks ahead, or keeps an iterator, within an expression whose own things are given back. */
static void what_is_looked_up_within_an_expression_stays(void **state)
{
    (void)state;
    struct env *env = fresh_env(NULL);

    env_add_source(
        env, S("t"),
        S("{% macro up(x) %}{{ (x ~ '')|upper }}{% endmacro %}"
          "{% for i in ['a', 'b', 'c']|map('upper') if up(i) != 'B' %}"
          "{{ 'last ' ~ loop.last }} {{ loop.length ~ '!' }} {{ i ~ loop.nextitem|default('-') }};"
          "{% endfor %}"
          "{% set g = ['x', 'y', 'z']|map('upper')|batch(2) %}"
          "{{ g|first|join ~ '' }}{{ g|first|join ~ '' }}"
          "{% set l = [1] %}{{ l.append(l) or l|string }}{{ '' ~ l }}"));
    assert_string_equal(rendered_here(),
                        "last False 2! AC;last True 2! C-;XYZ[1, [...]][1, [...]]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printing_a_row_asks_the_system_for_nothing),
        cmocka_unit_test(a_million_rows_are_not_kept),
        cmocka_unit_test(what_is_kept_counts),
        cmocka_unit_test(what_is_looked_up_within_an_expression_stays),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    done();
    return failures;
}
