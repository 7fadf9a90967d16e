/*
 * Any bytes are a template that renders, or an error whose place lies inside it; and rendering ends
 * within its limits, whatever the template does.
 *
 * The first byte chooses the environment's options, the rest is the template "t", which can also
 * extend, include and import "base", "part" and itself.
 */
#include "vial/template/template.h"
#include <assert.h>

static const char base[] =
    "<{% block a %}A{{ x }}{% endblock %}{% block b scoped %}B{% endblock %}>";
static const char part[] = "[{{ x }}{{ i }}{% macro f(p, q=1) %}{{ p }}{{ q }}{{ caller() if "
                           "caller else varargs }}{% endmacro %}{% set v = 5 %}]";

static struct env_options options_of(uint8_t bits)
{
    return (struct env_options){
        .autoescape = bits & 1 ? AUTOESCAPE_HTML : AUTOESCAPE_NONE,
        .undefined = (enum undefined_kind)(bits >> 1 & 3),
        .trim_blocks = bits & 8,
        .lstrip_blocks = bits & 8,
        .keep_trailing_newline = bits & 16,
        .line_statement_prefix = bits & 32 ? S("#") : S(""),
        .line_comment_prefix = bits & 32 ? S("##") : S(""),
        .ext_do = true,
        .ext_loopcontrols = true,
        .ext_i18n = true,
        .ext_debug = true,
        .sandbox = bits & 64,
        .sandbox_immutable = bits & 128,
    };
}

static value data_of(struct arena *a)
{
    value data = dict_new(a, 8), user = dict_new(a, 2), items = list_new(a, 4), pair[2];

    dict_set(user, S("name"), value_str(S("<J>")));
    dict_set(user, S("n"), value_float(1.5));
    pair[0] = value_int(1);
    pair[1] = user;
    list_push(items, value_str(S("b")));
    list_push(items, tuple_of(a, pair, 2));
    list_push(items, value_none());
    dict_set(data, S("x"), value_str(S("text & more")));
    dict_set(data, S("n"), value_int(7));
    dict_set(data, S("user"), user);
    dict_set(data, S("items"), items);
    dict_set(data, S("safe"), value_safe(S("<b>")));
    return data;
}

static void check_place(const struct error *err, str text)
{
    unsigned lines = 1;

    for (size_t i = 0; i < text.len; i++)
        lines += text.p[i] == '\n' ||
                 (text.p[i] == '\r' && (i + 1 == text.len || text.p[i + 1] != '\n'));
    assert(err->kind);
    if (str_eq(err->file, S("t")))
        assert(err->line >= 1 && err->line <= lines && err->col >= 1 && err->col <= text.len + 1);
}

static void render(struct env *env, str text)
{
    struct arena a = { 0 };
    struct buf out = { 0 };
    struct error err = { 0 };
    struct render_options options = {
        .arena = &a, .max_steps = 20000, .max_memory = 4 << 20, .max_depth = 40
    };
    const struct jinja *t = env_template(env, S("t"), &err);

    if (!t || !template_render(t, data_of(&a), &options, &out, &err)) {
        struct buf shown = { 0 };

        check_place(&err, text);
        error_print(&err, ERROR_PLAIN, &shown);
        buf_free(&shown);
    }
    assert(out.len <= (16 << 20));
    error_free(&err);
    buf_free(&out);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct env_options options = options_of(data[0]);
    struct env *env = env_new(&options);
    str text = str_n((const char *)data + 1, size - 1);

    env_add_source(env, S("t"), text);
    env_add_source(env, S("base"), str_of(base));
    env_add_source(env, S("part"), str_of(part));
    render(env, text);
    env_free(env);
    return 0;
}
