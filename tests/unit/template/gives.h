/*
 * What a template gives, or how it fails, for tests of values that read as sentences.
 */
#pragma once
#include "tests/unit/unit.h"
#undef fail /* cmocka has one as well */
#include "vial/template/template.h"

/* A rendering of one template; what it leaves lives until outcome_free(). */
struct outcome {
    struct env *env;
    struct arena arena;
    struct buf out;
    struct error err;
    bool good;
};

static inline struct outcome render_with(const struct env_options *options,
                                         const struct render_options *limits, const char *source,
                                         value context)
{
    struct outcome o = { .env = env_new(options) };
    struct render_options with = limits ? *limits : (struct render_options){ 0 };

    with.arena = &o.arena;
    env_add_source(o.env, S("t"), str_of(source));
    const struct jinja *t = env_template(o.env, S("t"), &o.err);

    o.good = t && template_render(t, context, &with, &o.out, &o.err);
    return o;
}

static inline void outcome_free(struct outcome *o)
{
    env_free(o->env);
    arena_free(&o->arena);
    buf_free(&o->out);
    error_free(&o->err);
}

/* `source` gives `text`; with auto-escape, where `html` is set. */
static inline void gives_as(bool html, const char *source, const char *text)
{
    const struct env_options options = { .ext_do = true,
                                         .autoescape = html ? AUTOESCAPE_HTML : AUTOESCAPE_NONE };
    struct outcome o = render_with(&options, NULL, source, value_undefined());

    if (!o.good)
        print_error("%s: %.*s\n", source, STR(o.err.sentence));
    assert_true(o.good);
    assert_str(buf_str(&o.out), text);
    outcome_free(&o);
}

static inline void gives(const char *source, const char *text)
{
    gives_as(false, source, text);
}

static inline void gives_html(const char *source, const char *text)
{
    gives_as(true, source, text);
}

/* `source` fails as Python's `kind`, and says `sentence`; NULL: whatever it says. */
static inline void fails(const char *source, const char *kind, const char *sentence)
{
    static const struct env_options options = { .ext_do = true };
    struct outcome o = render_with(&options, NULL, source, value_undefined());

    if (o.good)
        print_error("%s gave %.*s\n", source, STR(buf_str(&o.out)));
    assert_false(o.good);
    assert_string_equal(o.err.kind, kind);
    if (sentence)
        assert_str(o.err.sentence, sentence);
    outcome_free(&o);
}
