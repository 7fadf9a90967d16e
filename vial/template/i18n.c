/*
 * i18n.c - gettext and its three sisters, as templates call them
 *
 *   comes in:  a message, perhaps its plural and a number, perhaps a context
 *   goes out:  the text that stands for it
 *
 * There are two styles, as in Jinja: in the old one the functions only look up and the template
 * formats; in the new one they take the variables as named arguments, mark the text as Markup where
 * auto-escape is on, and put the variables in, escaped.
 */
#include "vial/template/env.h"
#include "vial/template/interp.h"
#include <math.h>

/* Which positional arguments a function has, in their order. */
struct gettext_kind {
    const char *name;
    bool context, plural;
};

static const struct gettext_kind kinds[] = {
    { "gettext", false, false },
    { "ngettext", false, true },
    { "pgettext", true, false },
    { "npgettext", true, true },
};

static bool take_text(struct rendering *r, const struct call *call, size_t *at, str *text)
{
    value v = call->args[(*at)++];

    *text = value_text(value_to_str(r, v));
    return !r->failed;
}

/* Of 1.5 there are more than one; what is no number is not one. */
static int64_t number_of(value n)
{
    if (n.type == VIAL_INT)
        return n.as.i;
    if (n.type == VIAL_BOOL)
        return n.as.b;
    return n.type == VIAL_FLOAT && fabs(n.as.d) < 1e15 ? (int64_t)ceil(n.as.d) : -1;
}

static bool read_message(struct rendering *r, const struct gettext_kind *kind,
                         const struct call *call, struct message *message)
{
    size_t wanted = 1u + kind->context + 2u * kind->plural, at = 0;

    if (call->nargs != wanted) {
        fail(r, "TypeError", "%s() takes %zu positional arguments but %zu were given", kind->name,
             wanted, call->nargs);
        return false;
    }
    *message = (struct message){ .has_context = kind->context, .has_plural = kind->plural };
    if (kind->context && !take_text(r, call, &at, &message->context))
        return false;
    if (!take_text(r, call, &at, &message->id))
        return false;
    if (!kind->plural)
        return true;
    if (!take_text(r, call, &at, &message->plural))
        return false;

    value n = call->args[at];
    if (n.type == VIAL_UNDEFINED) {
        undefined_fail(r, n);
        return false;
    }
    message->n = number_of(n);
    return true;
}

static str translated(struct rendering *r, const struct message *message)
{
    const struct translations *t = &r->env->translations;
    str text;

    if (t->find(t->self, message, r->arena, &text))
        return text;
    return message->has_plural && message->n != 1 ? message->plural : message->id;
}

static value with_variables(struct rendering *r, const struct gettext_kind *kind,
                            const struct call *call, str text)
{
    value variables = dict_new(r->arena, call->nnamed + 2);

    for (size_t i = 0; i < call->nnamed; i++)
        dict_set(variables, call->names[i], call->named[i]);
    if (kind->context && dict_get(variables, S("context")).type == VIAL_UNDEFINED)
        dict_set(variables, S("context"), call->args[0]);
    if (kind->plural && dict_get(variables, S("num")).type == VIAL_UNDEFINED)
        dict_set(variables, S("num"), call->args[call->nargs - 1]);
    return value_modulo(r, r->autoescape ? value_safe(text) : value_str(text), variables);
}

static value call_gettext(struct rendering *r, const struct call *call, void *self)
{
    const struct gettext_kind *kind = self;
    struct message message;

    if (!read_message(r, kind, call, &message))
        return value_undefined();
    str text = translated(r, &message);
    if (r->env->translations.newstyle)
        return with_variables(r, kind, call, text);
    if (call->nnamed)
        return fail(r, "TypeError", "%s() got an unexpected keyword argument '%.*s'", kind->name,
                    STR(call->names[0]));
    return value_str(text);
}

static value call_alias(struct rendering *r, const struct call *call, void *self)
{
    value gettext;

    (void)self;
    if (!rendering_resolve(r, S("gettext"), &gettext))
        return undefined_fail(r, undefined_name(S("gettext")));
    return value_call(r, gettext, call);
}

void env_alias_gettext(struct env *env)
{
    env_global(env, S("_"), function_new(&env->arena, "_gettext_alias", call_alias, NULL));
}

void env_translations(struct env *env, const struct translations *translations)
{
    env->translations = *translations;
    env->tags.trans_newstyle = translations->newstyle;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        env_global(env, str_of(kinds[i].name),
                   function_new(&env->arena, kinds[i].name, call_gettext, (void *)&kinds[i]));
}
