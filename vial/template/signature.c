/*
 * signature.c - arguments find their parameters
 *
 *   comes in:  what a call gave, positional and named, and the parameters there are
 *   goes out:  one value for each parameter; or the TypeError that Python gives
 *
 * The order of the checks is Python's, since only the first fault is reported: names that do not
 * fit, then too many, then missing ones.
 */
#include "vial/template/filters.h"

static const char *short_name(const struct signature *s)
{
    const char *dot = strrchr(s->name, '.');

    return dot ? dot + 1 : s->name;
}

static size_t required(const struct signature *s)
{
    size_t count = 0;

    while (count < s->count && s->parameters[count].required)
        count++;
    return count;
}

/* ---- the words ---- */

static bool too_many(struct rendering *r, const struct signature *s, size_t given)
{
    size_t least = required(s) + s->hidden, most = s->count + s->hidden;

    given += s->hidden;
    if (least == most)
        fail(r, "TypeError", "%s() takes %zu positional argument%s but %zu %s given", s->name, most,
             most == 1 ? "" : "s", given, given == 1 ? "was" : "were");
    else
        fail(r, "TypeError", "%s() takes from %zu to %zu positional arguments but %zu were given",
             s->name, least, most, given);
    return false;
}

static bool missing(struct rendering *r, const struct signature *s, const bool *given)
{
    const char *names[MAX_PARAMETERS];
    struct buf list = buf_in(rendering_arena(r));
    size_t count = 0;

    for (size_t i = 0; i < s->count; i++)
        if (!given[i] && s->parameters[i].required)
            names[count++] = s->parameters[i].name;
    for (size_t i = 0; i < count; i++)
        buf_addf(&list, "%s'%s'",
                 i == 0          ? ""
                 : i + 1 < count ? ", "
                 : count == 2    ? " and "
                                 : ", and ",
                 names[i]);
    fail(r, "TypeError", "%s() missing %zu required positional argument%s: %.*s", s->name, count,
         count == 1 ? "" : "s", STR(buf_str(&list)));
    return false;
}

/* Python's functions in C count for themselves, each kind in its own words. */
static bool wrong_count(struct rendering *r, const struct signature *s, size_t given)
{
    size_t least = required(s) + s->hidden, most = s->count + s->hidden;

    given += s->hidden;
    if (s->binding == BIND_C_KEYWORDS)
        fail(r, "TypeError", "%s() takes at most %zu argument%s (%zu given)", short_name(s), most,
             most == 1 ? "" : "s", given);
    else if (most == 0)
        fail(r, "TypeError", "%s() takes no arguments (%zu given)", s->name, given);
    else if (most == 1 && least == 1)
        fail(r, "TypeError", "%s() takes exactly one argument (%zu given)", s->name, given);
    else if (least == most)
        fail(r, "TypeError", "%s expected %zu arguments, got %zu", short_name(s), most, given);
    else if (given < least)
        fail(r, "TypeError", "%s expected at least %zu argument%s, got %zu", short_name(s), least,
             least == 1 ? "" : "s", given);
    else
        fail(r, "TypeError", "%s expected at most %zu argument%s, got %zu", short_name(s), most,
             most == 1 ? "" : "s", given);
    return false;
}

static bool bad_name(struct rendering *r, const struct signature *s, str name)
{
    if (s->input && str_eq(name, str_of(s->input)))
        fail(r, "TypeError", "%s() got multiple values for argument '%s'", s->name, s->input);
    else if (s->binding == BIND_C)
        fail(r, "TypeError", "%s() takes no keyword arguments", s->name);
    else if (s->binding == BIND_C_KEYWORDS)
        fail(r, "TypeError", "'%.*s' is an invalid keyword argument for %s()", STR(name),
             short_name(s));
    else
        fail(r, "TypeError", "%s() got an unexpected keyword argument '%.*s'", s->name, STR(name));
    return false;
}

/* ---- the binding ---- */

static bool bind_named(struct rendering *r, const struct signature *s, str name, value v,
                       value *args, bool *given)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!str_eq(name, str_of(s->parameters[i].name)))
            continue;
        if (given[i]) {
            fail(r, "TypeError", "%s() got multiple values for argument '%.*s'", s->name,
                 STR(name));
            return false;
        }
        args[i] = v;
        given[i] = true;
        return true;
    }
    return bad_name(r, s, name);
}

bool signature_bind(struct rendering *r, const struct signature *s, const struct call *call,
                    value *args)
{
    bool given[MAX_PARAMETERS] = { false };

    if (s->binding == BIND_C && call->nnamed)
        return bad_name(r, s, call->names[0]);
    for (size_t i = 0; i < s->count; i++) {
        given[i] = i < call->nargs;
        args[i] = given[i] ? call->args[i] : s->parameters[i].otherwise;
    }
    if (s->binding != BIND_PYTHON && call->nargs > s->count)
        return wrong_count(r, s, call->nargs);
    for (size_t i = 0; i < call->nnamed; i++)
        if (!bind_named(r, s, call->names[i], call->named[i], args, given))
            return false;
    if (call->nargs > s->count)
        return too_many(r, s, call->nargs);
    for (size_t i = 0; i < s->count; i++)
        if (!given[i] && s->parameters[i].required)
            return s->binding == BIND_PYTHON ? missing(r, s, given)
                                             : wrong_count(r, s, call->nargs);
    return true;
}
