/*
 * Helpers for the template room's tests: a template and what comes of it, in one line.
 */
#pragma once
#include "tests/unit/unit.h"
#undef fail /* cmocka has one as well */
#include "vial/template/template.h"
#include <stdio.h>

/* What the last rendered() or failing() used; ended by the next one and by done(). */
static struct arena test_arena;
static struct env *test_env;

static inline void done(void)
{
    env_free(test_env);
    arena_free(&test_arena);
    test_env = NULL;
}

static inline struct env *fresh_env(const struct env_options *options)
{
    done();
    test_env = env_new(options);
    return test_env;
}

static inline value test_data(void)
{
    value data = dict_new(&test_arena, 8), list = list_new(&test_arena, 3);
    value page = dict_new(&test_arena, 2);

    for (int i = 1; i <= 3; i++)
        list_push(list, value_int(i));
    dict_set(page, S("title"), value_str(S("A & B")));
    dict_set(data, S("xs"), list);
    dict_set(data, S("page"), page);
    dict_set(data, S("name"), value_str(S("you")));
    dict_set(data, S("n"), value_int(7));
    return data;
}

static inline bool render_named(const char *name, struct buf *out, struct error *err)
{
    struct render_options options = { .arena = &test_arena };
    const struct jinja *t = env_template(test_env, str_of(name), err);

    return t && template_render(t, test_data(), &options, out, err);
}

/* The text of the template "t" of test_env. */
static inline const char *rendered_here(void)
{
    struct buf out = buf_in(&test_arena);
    struct error err = { 0 };

    if (!render_named("t", &out, &err)) {
        buf_clear(&out);
        error_print(&err, ERROR_BRIEF, &out);
        error_free(&err);
    }
    return buf_cstr(&out);
}

/* The text of `source`, or its error's first line. */
static inline const char *rendered_with(const struct env_options *options, const char *source)
{
    env_add_source(fresh_env(options), S("t"), str_of(source));
    return rendered_here();
}
static inline const char *rendered(const char *source)
{
    static const struct env_options all = { .ext_do = true, .ext_loopcontrols = true };

    return rendered_with(&all, source);
}
#define assert_renders(source, text) assert_string_equal(rendered(source), (text))
