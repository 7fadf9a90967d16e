/*
 * env_test.c - environments: loaders, the templates made so far, and what they share
 */
#include "tests/unit/template/rendered.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void a_template_is_compiled_once(void **state)
{
    (void)state;
    env_add_source(fresh_env(NULL), S("t"), S("a"));
    const struct jinja *first = env_template(test_env, S("t"), NULL);

    assert_non_null(first);
    assert_ptr_equal(env_template(test_env, S("t"), NULL), first);
}

static void what_was_forgotten_is_asked_for_again(void **state)
{
    (void)state;
    env_add_source(fresh_env(NULL), S("t"), S("old"));
    assert_string_equal(rendered_here(), "old");
    env_add_source(test_env, S("t"), S("new"));
    assert_string_equal(rendered_here(), "old");
    env_forget(test_env);
    assert_string_equal(rendered_here(), "new");
}

static void what_is_the_same_is_not_compiled_again(void **state)
{
    (void)state;
    env_add_source(fresh_env(NULL), S("t"),
                   S("{% extends 'parent' %}{% block b %}new{% endblock %}"));
    env_add_source(test_env, S("parent"), S("[{% block b %}{% endblock %}]"));
    env_add_source(test_env, S("gone"), S(""));
    assert_string_equal(rendered_here(), "[new]");
    const struct jinja *child = env_template(test_env, S("t"), NULL);

    assert_int_equal(env_refresh(test_env), 0);
    assert_ptr_equal(env_template(test_env, S("t"), NULL), child);
    env_add_source(test_env, S("parent"), S("({% block b %}{% endblock %})"));
    assert_int_equal(env_refresh(test_env), 1);
    assert_ptr_equal(env_template(test_env, S("t"), NULL), child);
    assert_string_equal(rendered_here(), "(new)");
}

static enum loaded second_name(void *self, str name, struct source *source, struct arena *a,
                               struct error *err)
{
    (void)a;
    (void)err;
    if (!*(bool *)self || !str_eq(name, S("t")))
        return LOAD_NOT_FOUND;
    *source = (struct source){ S("same"), S("override/t") };
    return LOAD_FOUND;
}

/* An override with the same text: errors must name its file from now on. */
static void what_comes_from_elsewhere_is_compiled_again(void **state)
{
    (void)state;
    bool there = false;
    env_add_loader(fresh_env(NULL), second_name, &there);
    env_add_source(test_env, S("t"), S("same"));
    assert_string_equal(rendered_here(), "same");
    assert_int_equal(env_refresh(test_env), 0);
    there = true;
    assert_int_equal(env_refresh(test_env), 1);
    assert_string_equal(rendered_here(), "same");
    there = false;
    assert_int_equal(env_refresh(test_env), 1);
}

static bool escapes(const struct escape_rules *rules, const char *name)
{
    struct env_options options = { .autoescape = AUTOESCAPE_BY_NAME, .escape = *rules };
    struct source source = { .text = S("{{ page.title }}") };
    struct render_options how = { .arena = &test_arena };
    struct buf out = buf_in(&test_arena);
    struct error err = { 0 };

    fresh_env(&options);
    const struct jinja *t = env_compile(test_env, str_of(name), source, &err);
    assert_true(t && template_render(t, test_data(), &how, &out, &err));
    return str_eq(buf_str(&out), S("A &amp; B"));
}

/* As select_autoescape() of jinja2. */
static void names_tell_what_is_escaped(void **state)
{
    (void)state;
    const struct escape_rules usual = { 0 };
    const struct escape_rules own = { S("html jinja.xml"), S("txt TEX"), true, true };

    assert_true(escapes(&usual, "page.html") && escapes(&usual, "a/PAGE.HTM"));
    assert_true(escapes(&usual, "feed.xml") && escapes(&usual, ""));
    assert_false(escapes(&usual, "page.txt") || escapes(&usual, "html") ||
                 escapes(&usual, "page.html.j2") || escapes(&usual, "xhtml"));
    assert_true(escapes(&own, "page.html") && escapes(&own, "a.jinja.xml") && escapes(&own, "js"));
    assert_false(escapes(&own, "a.TXT") || escapes(&own, "a.tex") || escapes(&own, ""));
}

static void a_missing_template_tells_which_is_near(void **state)
{
    (void)state;
    struct error err = { 0 };

    env_add_source(fresh_env(NULL), S("page.html"), S(""));
    assert_null(env_template(test_env, S("pgae.html"), &err));
    assert_string_equal(err.kind, "TemplateNotFound");
    assert_true(str_eq(err.sentence, S("pgae.html")));
    assert_true(str_eq(err.hint, S("did you mean 'page.html'?")));
    error_free(&err);
}

static enum loaded failing_loader(void *self, str name, struct source *source, struct arena *a,
                                  struct error *err)
{
    (void)source;
    (void)a;
    ++*(int *)self;
    if (!str_eq(name, S("broken")))
        return LOAD_NOT_FOUND;
    error_set(err, "the disk is gone");
    return LOAD_FAILED;
}

static void loaders_are_asked_in_their_order(void **state)
{
    (void)state;
    struct error err = { 0 };
    int asked = 0;

    env_add_loader(fresh_env(NULL), failing_loader, &asked);
    env_add_source(test_env, S("t"), S("found{% include 'broken' ignore missing %}"));
    assert_non_null(env_template(test_env, S("t"), &err));
    assert_int_equal(asked, 1);
    assert_null(env_template(test_env, S("broken"), &err));
    assert_true(str_eq(err.sentence, S("the disk is gone")));
    assert_string_equal(rendered_here(), "the disk is gone\n");
    error_free(&err);
}

static void a_folder_is_not_left(void **state)
{
    (void)state;
    char folder[] = "/tmp/vial-env-XXXXXX";
    struct error err = { 0 };

    assert_non_null(mkdtemp(folder));
    str inside = path_join(&test_arena, str_of(folder), S("in"));
    assert_true(file_make_folders(inside, NULL));
    assert_true(file_replace(path_join(&test_arena, inside, S("a.html")), S("A"), NULL, NULL));
    assert_true(
        file_replace(path_join(&test_arena, str_of(folder), S("b.html")), S("B"), NULL, NULL));

    struct env *env = env_new(NULL);
    env_add_folder(env, inside);
    assert_non_null(env_template(env, S("a.html"), NULL));
    assert_null(env_template(env, S("../b.html"), &err));
    assert_string_equal(err.kind, "TemplateNotFound");
    assert_null(env_template(env, S("/etc/hostname"), &err));
    assert_null(env_template(env, S(""), &err));
    env_free(env);
    error_free(&err);
    file_remove(path_join(&test_arena, inside, S("a.html")), NULL);
    file_remove(path_join(&test_arena, str_of(folder), S("b.html")), NULL);
    file_prune(path_join(&test_arena, inside, S("a.html")), S("/tmp"));
}

static value shout(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)call;
    return value_str(
        str_fmt(rendering_arena(r), "%.*s%s", STR(value_text(input)), (const char *)self));
}

static bool is_seven(struct rendering *r, value input, const struct call *call, void *self)
{
    (void)r;
    (void)call;
    (void)self;
    return input.type == VIAL_INT && input.as.i == 7;
}

static value sum(struct rendering *r, const struct call *call, void *self)
{
    int64_t total = *(int64_t *)self;

    for (size_t i = 0; i < call->nargs; i++)
        total += call->args[i].as.i;
    return call->nargs ? value_int(total) : fail(r, "TypeError", "nothing to add");
}

static void filters_tests_and_functions_of_others_are_found(void **state)
{
    (void)state;
    static int64_t base = 100;
    static char bang[] = "!";

    env_add_source(fresh_env(NULL), S("t"),
                   S("{{ name|shout }}{{ n is seven }}{{ add(1, n) }}{{ 'x'|shout|upper }}"));
    env_filter(test_env, S("shout"), shout, bang);
    env_test(test_env, S("seven"), is_seven, NULL);
    env_global(test_env, S("add"), function_new(&test_arena, "add", sum, &base));
    assert_string_equal(rendered_here(), "you!True108X!");
}

static void what_a_function_complains_of_has_the_templates_place(void **state)
{
    (void)state;
    static int64_t base = 0;

    env_add_source(fresh_env(NULL), S("t"), S("a\n {{ add() }}"));
    env_global(test_env, S("add"), function_new(&test_arena, "add", sum, &base));
    assert_string_equal(rendered_here(), "t:2:5: TypeError: nothing to add\n");
}

static void checking_loads_nothing_and_knows_no_filters(void **state)
{
    (void)state;
    struct env *env = fresh_env(NULL);
    struct error err = { 0 };
    struct source good = { .text = S("{% extends 'nowhere' %}{{ x|nope }}") };
    struct source bad = { .text = S("{% if %}") };

    assert_true(env_check(env, S("t"), good, &err));
    assert_false(env_check(env, S("t"), bad, &err));
    assert_string_equal(err.kind, "TemplateSyntaxError");
    error_free(&err);
}

static void bytes_that_are_no_text_are_an_error(void **state)
{
    (void)state;
    assert_renders("ok\n \xff", "t:2:2: UnicodeDecodeError: byte 0xff is not UTF-8\n");
}

/* ---- threads ---- */

enum { THREADS = 4, RENDERINGS = 200 };

static void *render_often(void *failures)
{
    for (int i = 0; i < RENDERINGS; i++) {
        struct arena a = { 0 };
        struct buf out = { 0 };
        struct error err = { 0 };
        struct render_options options = { .arena = &a };
        const struct jinja *t = env_template(test_env, S("t"), &err);
        value data = dict_new(&a, 1);

        dict_set(data, S("i"), value_int(i));
        if (!t || !template_render(t, data, &options, &out, &err) ||
            !str_eq(buf_str(&out), str_fmt(&a, "<%d:A%d>[0 1 2 ]", i, i)))
            ++*(int *)failures;
        buf_free(&out);
        error_free(&err);
        arena_free(&a);
    }
    return NULL;
}

static void threads_render_the_same_template_at_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int failures[THREADS] = { 0 };

    env_add_source(fresh_env(NULL), S("t"),
                   S("{% extends 'base' %}{% block a %}{{ super() }}{{ m(i) }}{% endblock %}"
                     "{% from 'lib' import m %}"));
    env_add_source(
        test_env, S("base"),
        S("<{% block a %}{{ i }}:{% endblock %}>[{% for x in range(3) %}{{ x }} {% endfor %}]"));
    env_add_source(test_env, S("lib"), S("{% macro m(x) %}{{ 'a'|upper }}{{ x }}{% endmacro %}"));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_often, &failures[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(failures[i], 0);
    }
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
        cmocka_unit_test(a_template_is_compiled_once),
        cmocka_unit_test(what_was_forgotten_is_asked_for_again),
        cmocka_unit_test(what_is_the_same_is_not_compiled_again),
        cmocka_unit_test(what_comes_from_elsewhere_is_compiled_again),
        cmocka_unit_test(names_tell_what_is_escaped),
        cmocka_unit_test(a_missing_template_tells_which_is_near),
        cmocka_unit_test(loaders_are_asked_in_their_order),
        cmocka_unit_test(a_folder_is_not_left),
        cmocka_unit_test(filters_tests_and_functions_of_others_are_found),
        cmocka_unit_test(what_a_function_complains_of_has_the_templates_place),
        cmocka_unit_test(checking_loads_nothing_and_knows_no_filters),
        cmocka_unit_test(bytes_that_are_no_text_are_an_error),
        cmocka_unit_test(threads_render_the_same_template_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
