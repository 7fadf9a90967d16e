/*
 * evaluate.c - one expression, for whoever looks for a fault
 *
 *   comes in:  an expression and the names that it sees
 *   goes out:  its value, as pprint shows it
 *
 * It becomes a template of one tag. That it is one, and not text that ends the tag and begins
 * others, is seen from the tree: one output of one value, and nothing else.
 */
#include "vial/base/utf8.h"
#include "vial/template/env.h"

enum { EXPRESSION_MAX = 4096 };

/* The parentheses that we add may be closed by the expression itself: "1) ~ (2" is one as well. */
static bool is_one_value(const struct nodes *body)
{
    const struct node *output = body->first;

    return output && !output->next && output->kind == N_OUTPUT && output->items.first &&
           !output->items.first->next;
}

static bool check(struct env *env, str file, str text, struct error *err)
{
    struct arena a = { 0 };
    struct nodes body;
    bool good = parse_template(&body, &env->syntax, &env->tags, file,
                               lexer_text(&env->syntax, text, &a), &a, &a, err);

    if (good && !is_one_value(&body))
        good = error_set(err, "this is more than an expression");
    arena_free(&a);
    return good;
}

static str delimiter(str own, const char *otherwise)
{
    return own.len ? own : str_of(otherwise);
}

bool env_evaluate(struct env *env, str expression, value names,
                  const struct render_options *options, struct buf *out, struct error *err)
{
    const struct env_options *o = &env->options;
    const str file = S("<expression>");
    size_t bad;

    expression = str_trim(expression);
    if (!expression.len)
        return error_set(err, "there is no expression");
    if (expression.len > EXPRESSION_MAX)
        return error_set(err, "an expression here has at most %d bytes", EXPRESSION_MAX);
    if (!utf8_valid(expression, &bad))
        return error_set(err, "this is not UTF-8");

    str text = str_fmt(options->arena, "%.*s (%.*s)|pprint|safe %.*s",
                       STR(delimiter(o->variable_start, "{{")), STR(expression),
                       STR(delimiter(o->variable_end, "}}")));
    if (!check(env, file, text, err))
        return false;

    const struct jinja *t = env_compile(env, file, (struct source){ .text = text }, err);
    return t && template_render(t, names, options, out, err);
}
