/*
 * threads_test.c - compiled templates are shared: eight threads make what one makes
 */
#include "tests/unit/template/rendered.h"
#include <pthread.h>

enum { THREADS = 8, ROUNDS = 40 };

static const char *const sources[][2] = {
    { "base.html", "<title>{% block title %}{{ name }}{% endblock %}</title>"
                   "{% block body %}{% endblock %}{% include 'foot.html' %}" },
    { "middle.html", "{% extends 'base.html' %}{% block title %}{{ super() }} - m{% endblock %}"
                     "{% block body %}<main>{% block main %}{% endblock %}</main>{% endblock %}" },
    { "forms.html", "{% set mark = '*' %}{% macro input(name, value='') %}"
                    "<input name={{ name }}{{ mark }} value={{ value|e }}>{% endmacro %}"
                    "{% macro box() %}[{{ caller() }}]{% endmacro %}" },
    { "foot.html", "{% for i in range(3) %}{{ loop.cycle('a', 'b') }}{{ i }}{% endfor %}" },
    { "page.html",
      "{% extends 'middle.html' %}{% import 'forms.html' as forms %}"
      "{% block main %}{{ super() }}{% from 'forms.html' import box %}"
      "{% set ns = namespace(sum=0) %}{% for x in xs %}{% set ns.sum = ns.sum + x * n %}"
      "{{ forms.input('x' ~ loop.index, name ~ x) }}{% endfor %}{{ ns.sum }}"
      "{% call box() %}{{ name|upper|replace('O', '<0>') }}{% endcall %}"
      "{{ xs|map('string')|join('/') }} {{ big ** 40 }}{% endblock %}" },
};

static struct env *env;

/* What page.html is for the number `n`, in `a`. */
static str page_of(int n, struct arena *a)
{
    struct buf out = buf_in(a);
    struct error err = { 0 };
    value data = dict_new(a, 4), xs = list_new(a, 3);
    const struct jinja *t = env_template(env, S("page.html"), &err);

    for (int i = 0; i < 3 + n % 5; i++)
        list_push(xs, value_int(i));
    dict_set(data, S("xs"), xs);
    dict_set(data, S("n"), value_int(n));
    dict_set(data, S("big"), value_int(n + 7));
    dict_set(data, S("name"), value_str(str_fmt(a, "no %d & more", n)));
    if (!t || !template_render(t, data, &(struct render_options){ .arena = a }, &out, &err)) {
        error_print(&err, ERROR_PLAIN, &out);
        error_free(&err);
    }
    return buf_str(&out);
}

static str expected[ROUNDS];

/* The number of pages that are not as expected. */
static void *render_all(void *nothing)
{
    struct arena a = { 0 };
    size_t wrong = 0;

    (void)nothing;
    for (int n = 0; n < ROUNDS; n++) {
        wrong += !str_eq(page_of(n, &a), expected[n]);
        arena_reset(&a);
    }
    arena_free(&a);
    return (void *)wrong;
}

static struct env *env_of_all(void)
{
    static const struct env_options options = { .autoescape = AUTOESCAPE_BY_NAME };
    struct env *made = env_new(&options);

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        env_add_source(made, str_of(sources[i][0]), str_of(sources[i][1]));
    return made;
}

static void many_threads_make_what_one_makes(void **state)
{
    (void)state;
    struct arena a = { 0 };
    pthread_t threads[THREADS];

    env = env_of_all();
    for (int n = 0; n < ROUNDS; n++)
        expected[n] = page_of(n, &a);
    assert_true(str_find(expected[2], S("[N&lt;0&gt; 2 &amp; M&lt;0&gt;RE]")) != STR_NONE);
    env_free(env);

    env = env_of_all(); /* nothing is compiled yet: all want that at once */
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_all, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    env_free(env);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(many_threads_make_what_one_makes) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
