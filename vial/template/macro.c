/*
 * macro.c - macros as values, and how what they are called with becomes their slots
 *
 *   comes in:  a macro, a call
 *   goes out:  its text
 *
 * Arguments are sorted as Jinja's Macro.__call__ sorts them, with its errors. A macro keeps the
 * frame it was written in, so the names around it are seen as they are when it is called.
 */
#include "vial/template/containers.h"
#include "vial/template/reuse.h"

static void bad_keyword(struct rendering *r, const struct code *code, str name)
{
    bool anonymous = code->kind == CODE_CALL_BLOCK;
    value shown = anonymous ? value_none() : value_str(code->name);
    str quoted = value_repr_str(r, shown);

    if (str_eq(name, S("caller")))
        fail(r, "TypeError",
             "macro %.*s was invoked with two values for the special caller argument. This is most "
             "likely a bug.",
             STR(quoted));
    else
        fail(r, "TypeError", "macro %.*s takes no keyword argument %.*s", STR(quoted),
             STR(value_repr_str(r, value_str(name))));
}

/* The named argument `name`, which is then used up. */
static value take_named(const struct call *call, str name, bool *used)
{
    for (size_t i = 0; i < call->nnamed; i++) {
        if (used[i] || !str_eq(call->names[i], name))
            continue;
        used[i] = true;
        return call->named[i];
    }
    return value_missing();
}

static void bind_caller(struct rendering *r, const struct code *code, const struct call *call,
                        value *slots, bool *used)
{
    value caller = take_named(call, S("caller"), used);

    if (caller.type == VALUE_MISSING || caller.type == VIAL_NONE)
        caller = undefined_hint(r, "No caller defined");
    slots[code->caller] = caller;
}

static bool bind_rest(struct rendering *r, const struct code *code, const struct call *call,
                      value *slots, const bool *used)
{
    if (code->kwargs >= 0)
        slots[code->kwargs] = dict_new(r->arena, call->nnamed);
    for (size_t i = 0; i < call->nnamed; i++) {
        if (used[i])
            continue;
        if (code->kwargs < 0) {
            bool caller = false;

            for (size_t j = i; j < call->nnamed; j++)
                caller |= !used[j] && str_eq(call->names[j], S("caller"));
            bad_keyword(r, code, caller ? S("caller") : call->names[i]);
            return false;
        }
        dict_set(slots[code->kwargs], call->names[i], call->named[i]);
    }
    if (code->varargs >= 0) {
        size_t from = call->nargs < code->nparams ? call->nargs : code->nparams;
        slots[code->varargs] = tuple_of(r->arena, call->args + from, call->nargs - from);
    } else if (call->nargs > code->nparams) {
        value name = code->kind == CODE_CALL_BLOCK ? value_none() : value_str(code->name);

        fail(r, "TypeError", "macro %.*s takes not more than %u argument(s)",
             STR(value_repr_str(r, name)), code->nparams);
        return false;
    }
    return true;
}

static bool bind(struct rendering *r, const struct code *code, const struct call *call,
                 value *slots)
{
    bool small[16] = { 0 }, *used = small;
    size_t given = call->nargs < code->nparams ? call->nargs : code->nparams;

    if (call->nnamed > sizeof small)
        used = arena_array(r->arena, bool, call->nnamed);
    for (size_t i = 0; i < given; i++)
        slots[i] = call->args[i];
    for (size_t i = given; i < code->nparams; i++)
        slots[i] = call->nnamed ? take_named(call, code->params[i], used) : value_missing();
    if (code->caller >= 0)
        bind_caller(r, code, call, slots, used);
    if (!call->nnamed && call->nargs <= code->nparams && code->kwargs < 0 && code->varargs < 0)
        return true;
    return bind_rest(r, code, call, slots, used);
}

bool macro_run(struct rendering *r, const struct macro *macro, const struct call *call)
{
    struct activation *f = activation_begin(r, macro->code, macro->outer, macro->context);
    bool done = bind(r, macro->code, call, f->slots) && run(r, f);

    activation_end(r, f);
    return done;
}

/* At the top of a module that is the same for all who import it. */
static bool is_shared(const struct macro *macro)
{
    return macro->context->shared && !macro->outer->outer;
}

bool macro_print(struct rendering *r, const struct macro *macro, const struct call *call)
{
    if (r->shelf && is_shared(macro) && macro->code->caller < 0)
        return macro_run_or_reuse(r, macro, call);
    return macro_run(r, macro, call);
}

value macro_call(struct rendering *r, const struct macro *macro, const struct call *call)
{
    size_t begin = capture_begin(r);

    if (!macro_print(r, macro, call))
        return value_undefined();
    return capture_end(r, begin, r->autoescape);
}

value macro_new(struct rendering *r, const struct code *code, struct activation *f)
{
    struct macro *macro = arena_make(r->arena, struct macro);

    macro->object.type = &macro_type;
    macro->code = code;
    macro->outer = f;
    macro->context = f->context;
    return value_object(&macro->object);
}

/* ---- as an object ---- */

static value call(struct rendering *r, const struct object *o, const struct call *with)
{
    return macro_call(r, (const struct macro *)o, with);
}

static void repr(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct macro *macro = (const struct macro *)o;

    if (macro->code->kind == CODE_CALL_BLOCK) {
        buf_lit(out, "<Macro anonymous>");
        return;
    }
    buf_lit(out, "<Macro ");
    value_repr(r, value_str(macro->code->name), out);
    buf_lit(out, ">");
}

static bool attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct code *code = ((const struct macro *)o)->code;

    if (str_eq(name, S("name"))) {
        *out = code->kind == CODE_CALL_BLOCK ? value_none() : value_str(code->name);
    } else if (str_eq(name, S("arguments"))) {
        *out = tuple_new(r->arena, code->nparams);
        for (size_t i = 0; i < code->nparams; i++)
            list_push(*out, value_str(code->params[i]));
    } else if (str_eq(name, S("catch_kwargs"))) {
        *out = value_bool(code->kwargs >= 0);
    } else if (str_eq(name, S("catch_varargs"))) {
        *out = value_bool(code->varargs >= 0);
    } else if (str_eq(name, S("caller"))) {
        *out = value_bool(code->uses_caller);
    } else if (str_eq(name, S("explicit_caller"))) {
        *out = value_bool(code->explicit_caller);
    } else {
        return false;
    }
    return true;
}

/* What it was compiled to, if it stands at the top of a module that is the same for all. */
static const void *same(const struct object *o)
{
    const struct macro *macro = (const struct macro *)o;

    return is_shared(macro) ? macro->code : NULL;
}

const struct object_type macro_type = { .name = "jinja2.runtime.Macro",
                                        .same = same,
                                        .attr = attr,
                                        .call = call,
                                        .print = repr,
                                        .repr = repr };
