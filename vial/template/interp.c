/*
 * interp.c - runs code
 *
 *   comes in:  a function, its frame
 *   goes out:  text at the end of the rendering's output
 *
 * One loop over 32-bit words, jumping from each instruction straight to the next. What happens all
 * the time stands here: text, variables, lists walked over. Everything else is a call, after which
 * one look at r->failed tells whether to go on. A failure is given its place here, from the
 * instruction that was running, and each function it passes on its way out adds a note.
 *
 * Text that is to become a value (a macro's, a {% set %} block's) is printed like all other and
 * then taken off the end of the output, so nothing is copied twice and no second buffer is needed.
 */
#include "vial/template/steps.h"

#include "vial/template/ast.h"
#include "vial/template/containers.h"
#include "vial/template/env.h"
#include "vial/template/filters.h"
#include "vial/template/reuse.h"
#include "vial/template/undefined.h"

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* ---- the loop ---- */

#define PUSH(v) (*sp++ = (v))
#define POP()   (*--sp)
#define A()     (word >> 8)
#define NEXT_OP()                                                                                  \
    do {                                                                                           \
        op = pc;                                                                                   \
        word = *pc++;                                                                              \
        goto *labels[word & 0xff];                                                                 \
    } while (0)
#define CHECK()                                                                                    \
    do {                                                                                           \
        if (UNLIKELY(r->failed))                                                                   \
            goto failed;                                                                           \
        NEXT_OP();                                                                                 \
    } while (0)
#define TICK()                                                                                     \
    do {                                                                                           \
        if (UNLIKELY(r->steps-- == 0 || r->arena->size + out->len > r->memory))                    \
            goto spent;                                                                            \
    } while (0)
#define BINARY(name, expression)                                                                   \
    name : {                                                                                       \
        value b = sp[-1], a = sp[-2];                                                              \
        sp--;                                                                                      \
        sp[-1] = (expression);                                                                     \
        CHECK();                                                                                   \
    }

static inline value shown(const struct code *code, const value *slots, size_t slot)
{
    return LIKELY(slots[slot].type != VALUE_MISSING) ? slots[slot]
                                                     : undefined_name(code->slot_names[slot]);
}

static bool interpret(struct rendering *r, struct activation *f, value **top)
{
#define X(name) &&do_##name,
    static const void *const labels[] = { OPERATIONS(X) };
#undef X
    const struct code *code = f->code;
    const value *constants = code->template->constants;
    const struct site *sites = code->template->sites;
    const uint32_t *pc = code->ops, *op = pc;
    struct buf *out = r->out;
    value *slots = f->slots, *sp = f->stack;
    struct arena *before = r->arena;
    uint32_t word;
    value v;

    NEXT_OP();

do_END:
    *top = sp;
    return true;

    /* ---- output ---- */
do_TEXT : {
    const value *text = &constants[A()];

    buf_add_short(out, str_n(text->as.s, text->len));
    NEXT_OP();
}
do_PRINT:
    v = POP();
    if (v.type == VIAL_STR) {
        buf_add_short(out, str_n(v.as.s, v.len));
        NEXT_OP();
    }
    value_print(r, v, out);
    CHECK();
do_PRINT_HTML:
    v = POP();
    value_print_html(r, v, out);
    CHECK();
do_PRINT_AUTO:
    step_print_as(r, OP_PRINT_AUTO, POP());
    CHECK();
do_PRINT_SLOT : {
    const value *slot = &slots[A()];

    if (slot->type == VIAL_INT) {
        buf_add_int(out, slot->as.i);
        NEXT_OP();
    }
    if (slot->type == VIAL_STR) {
        buf_add_short(out, str_n(slot->as.s, slot->len));
        NEXT_OP();
    }
    value_print(r, shown(code, slots, A()), out);
    CHECK();
}
do_PRINT_SLOT_HTML : {
    const value *slot = &slots[A()];

    if (slot->type == VIAL_INT) {
        buf_add_int(out, slot->as.i);
        NEXT_OP();
    }
    value_print_html(r, shown(code, slots, A()), out);
    CHECK();
}
do_PRINT_ATTR:
    v = value_attr(r, shown(code, slots, A()), value_text(constants[*pc++]));
    if (UNLIKELY(r->failed))
        goto failed;
    value_print(r, v, out);
    CHECK();
do_PRINT_ATTR_HTML:
    v = value_attr(r, shown(code, slots, A()), value_text(constants[*pc++]));
    if (UNLIKELY(r->failed))
        goto failed;
    value_print_html(r, v, out);
    CHECK();
do_PRINT_TEXT:
    step_require_text(r, POP());
    CHECK();

    /* ---- constants and variables ---- */
do_CONST:
    PUSH(constants[A()]);
    NEXT_OP();
do_INT:
    PUSH(value_int(A()));
    NEXT_OP();
do_NONE:
    PUSH(value_none());
    NEXT_OP();
do_TRUE:
    PUSH(value_bool(true));
    NEXT_OP();
do_FALSE:
    PUSH(value_bool(false));
    NEXT_OP();
do_SLOT:
    PUSH(shown(code, slots, A()));
    NEXT_OP();
do_UP : {
    struct activation *up = step_outwards(f, *pc++);

    v = up->slots[A()];
    if (UNLIKELY(v.type == VALUE_MISSING))
        v = undefined_name(up->code->slot_names[A()]);
    PUSH(v);
    NEXT_OP();
}
do_NAME:
    v = f->names[A()];
    if (UNLIKELY(v.type >= VALUE_UNRESOLVED)) {
        v = step_context_name(r, f, A(), (*pc & 0xff) == OP_ATTR);
        if (v.type == VALUE_MISSING)
            v = undefined_name(code->names[A()]);
    }
    PUSH(v);
    NEXT_OP();
do_SET:
    slots[A()] = POP();
    NEXT_OP();
do_POP:
    sp--;
    NEXT_OP();
do_CLEAR:
    step_fill(slots + A(), *pc++, value_missing());
    NEXT_OP();
do_COPY:
    slots[A()] = slots[*pc++];
    NEXT_OP();
do_COPY_UP:
    slots[A()] = step_outwards(f, *pc >> 16)->slots[*pc & 0xffff];
    pc++;
    NEXT_OP();
do_FETCH:
    slots[A()] = step_context_name(r, f, *pc++, false);
    NEXT_OP();
do_EXPORT:
    context_set(r, f->context, value_text(constants[A()]), slots[*pc & 0xffff],
                (enum export_how)(*pc >> 16));
    pc++;
    NEXT_OP();

    /* ---- look-ups and operators ---- */
do_ATTR:
    if (UNLIKELY(sp[-1].flags & VALUE_OBSERVED))
        sp[-1] = observed_attr(r, sp[-1], value_text(constants[A()]));
    else
        sp[-1] = value_attr(r, sp[-1], value_text(constants[A()]));
    CHECK();
    BINARY(do_ITEM, value_item(r, a, b))
do_SLICE:
    sp -= 3;
    v = value_slice(r, sp[-1], sp[0], sp[1], sp[2]);
    sp[-1] = v;
    CHECK();
    BINARY(do_ADD, value_add(r, a, b))
    BINARY(do_SUB, value_subtract(r, a, b))
    BINARY(do_MUL, value_multiply(r, a, b))
    BINARY(do_DIV, value_divide(r, a, b))
    BINARY(do_FLOORDIV, value_floor_divide(r, a, b))
    BINARY(do_MOD, value_modulo(r, a, b))
    BINARY(do_POW, value_power(r, a, b))
do_NEG:
    sp[-1] = value_negate(r, sp[-1]);
    CHECK();
do_POS:
    sp[-1] = value_positive(r, sp[-1]);
    CHECK();
do_NOT:
    sp[-1] = value_bool(!value_truth(r, sp[-1]));
    CHECK();
do_CONCAT : {
    bool autoescape = r->autoescape;

    sp -= A();
    r->autoescape = *pc++;
    v = value_concat(r, sp, A());
    r->autoescape = autoescape;
    PUSH(v);
    CHECK();
}
do_LIST:
    sp -= A();
    v = step_make_list(r, sp, A());
    PUSH(v);
    NEXT_OP();
do_TUPLE:
    sp -= A();
    v = tuple_of(r->arena, sp, A());
    PUSH(v);
    NEXT_OP();
do_DICT:
    sp -= 2 * A();
    v = step_make_dict(r, sp, A());
    PUSH(v);
    CHECK();
    BINARY(do_EQ, value_bool(value_compare(r, COMPARE_EQ, a, b)))
    BINARY(do_NE, value_bool(value_compare(r, COMPARE_NE, a, b)))
    BINARY(do_LT, value_bool(value_compare(r, COMPARE_LT, a, b)))
    BINARY(do_LE, value_bool(value_compare(r, COMPARE_LE, a, b)))
    BINARY(do_GT, value_bool(value_compare(r, COMPARE_GT, a, b)))
    BINARY(do_GE, value_bool(value_compare(r, COMPARE_GE, a, b)))
    BINARY(do_IN, value_bool(value_contains(r, b, a)))
    BINARY(do_NOT_IN, value_bool(!value_contains(r, b, a)))
do_CHAIN:
    v = POP();
    if (step_compares(r, (enum operand) * pc++, sp[-1], v)) {
        sp[-1] = v;
    } else {
        sp[-1] = value_bool(false);
        pc = code->ops + A();
    }
    CHECK();

    /* ---- jumps ---- */
do_JUMP:
    pc = code->ops + A();
    NEXT_OP();
do_JUMP_IF:
    v = POP();
    if (value_truth(r, v))
        pc = code->ops + A();
    CHECK();
do_JUMP_UNLESS:
    v = POP();
    if (!value_truth(r, v))
        pc = code->ops + A();
    CHECK();
do_AND:
    if (value_truth(r, sp[-1]))
        sp--;
    else
        pc = code->ops + A();
    CHECK();
do_OR:
    if (!value_truth(r, sp[-1]))
        sp--;
    else
        pc = code->ops + A();
    CHECK();

    /* ---- filters, tests, calls ---- */
do_FILTER:
    sp -= site_width(&sites[A()]);
    sp[-1] = step_filtered(r, &sites[A()], sp - 1);
    CHECK();
do_TEST:
    sp -= site_width(&sites[A()]);
    sp[-1] = step_tested(r, &sites[A()], sp - 1);
    CHECK();
do_CALL:
    TICK();
    sp -= site_width(&sites[A()]);
    sp[-1] = step_called(r, &sites[A()], sp - 1);
    CHECK();
do_METHOD:
    TICK();
    sp -= site_width(&sites[A()]);
    sp[-1] = step_method_called(r, &sites[A()], sp - 1);
    CHECK();
do_PRINT_CALL:
    TICK();
    sp -= site_width(&sites[A()]) + 1;
    step_print_call(r, &sites[A()], sp, *pc++);
    CHECK();

    /* ---- loops ---- */
do_FOR:
    v = POP();
    walk_begin(r, (struct walk *)&slots[A()], v);
    CHECK();
do_NEXT:
do_NEXT_SET : {
    struct walk *w = (struct walk *)&slots[A()];
    bool more;

    TICK();
    if (w->over.type == VIAL_LIST || w->over.type == VIAL_TUPLE) {
        const struct list *list = list_inside(w->over);

        more = w->at < list->count;
        if (more)
            v = list->items[w->at++];
    } else {
        more = walk_next_any(r, w, &v);
        if (UNLIKELY(r->failed))
            goto failed;
    }
    if (!more)
        pc = code->ops + *pc;
    else if (pc++, (word & 0xff) == OP_NEXT_SET)
        slots[A() + 2] = v;
    else
        PUSH(v);
    NEXT_OP();
}
do_AGAIN_SET : {
    struct walk *w = (struct walk *)&slots[A()];

    TICK();
    if (w->over.type == VIAL_LIST) {
        const struct list *list = list_inside(w->over);

        if (w->at < list->count) {
            slots[A() + 2] = list->items[w->at++];
            pc = code->ops + *pc;
            NEXT_OP();
        }
    } else if (walk_next_any(r, w, &slots[A() + 2])) {
        pc = code->ops + *pc;
        NEXT_OP();
    }
    pc++;
    CHECK();
}
do_LOOP:
    v = POP();
    step_begin_loop(r, f, v, &slots[A()], *pc++);
    CHECK();
do_LOOP_NEXT:
    TICK();
    if (loop_next(r, (struct loop *)slots[A()].as.object, &v)) {
        pc++;
        PUSH(v);
        NEXT_OP();
    }
    pc = code->ops + *pc;
    CHECK();
do_LOOP_ATTR:
    v = loop_part(r, (struct loop *)slots[A()].as.object, (enum loop_part) * pc++);
    PUSH(v);
    CHECK();
do_FILTERED:
    sp[-1] = filtered_new(r, code->template->codes[A()], f, sp[-1]);
    CHECK();
do_RECURSE:
    v = POP();
    loop_recurse(r, code->template->codes[A()], f, v, 0);
    CHECK();
do_UNPACK:
    v = POP();
    unpack(r, v, A(), sp);
    sp += A();
    CHECK();
do_NS_CHECK:
    v = POP();
    if (!value_is_namespace(v))
        fail(r, "TemplateRuntimeError", "cannot assign attribute on non-namespace object");
    CHECK();
do_NS_SET:
    sp -= 2;
    if (!namespace_set(r, sp[1], value_text(constants[A()]), sp[0]) && !r->failed)
        fail(r, "TemplateRuntimeError", "cannot assign attribute on non-namespace object");
    CHECK();

    /* ---- memory, captures, macros, blocks ---- */
do_PASSING:
    before = r->arena;
    rendering_pass(r);
    NEXT_OP();
do_PASSED:
    rendering_passed(r, before);
    NEXT_OP();
do_CAPTURE:
    PUSH(value_int((int64_t)out->len));
    NEXT_OP();
do_CAPTURED:
    sp[-1] = step_captured(r, sp[-1], (enum captured)A());
    NEXT_OP();
do_MACRO:
    PUSH(macro_new(r, code->template->codes[A()], f));
    NEXT_OP();
do_PARAM:
    if (slots[A()].type != VALUE_MISSING)
        pc = code->ops + *pc;
    else
        pc++;
    NEXT_OP();
do_NO_PARAM:
    step_no_param(r, &slots[A()], value_text(constants[*pc++]));
    NEXT_OP();
do_BLOCK:
    TICK();
    step_call_block(r, f, value_text(constants[A()]), *pc++);
    CHECK();
do_REQUIRED:
    if (context_blocks(f->context, value_text(constants[A()]))->count <= 1)
        fail(r, "TemplateRuntimeError", "Required block '%.*s' not found",
             STR(value_text(constants[A()])));
    CHECK();
do_SELF:
    slots[A()] = self_new(r, f->context);
    NEXT_OP();
do_SUPER:
    slots[A()] = super_new(r, f->context, value_text(constants[*pc++]), code);
    NEXT_OP();

    /* ---- other templates ---- */
do_EXTENDS:
    v = POP();
    step_extend(r, f, v, op);
    CHECK();
do_IF_CHILD:
    if (step_root_of(f)->parent)
        pc = code->ops + A();
    NEXT_OP();
do_INCLUDE:
    v = POP();
    include_template(r, v, A(), step_with_locals(r, f, *pc++));
    CHECK();
do_IMPORT:
    sp[-1] = import_template(r, sp[-1], A(), step_with_locals(r, f, *pc++));
    CHECK();
do_FROM:
    v = module_name(r, sp[-1], value_text(constants[A()]), value_text(constants[*pc++]));
    PUSH(v);
    CHECK();

    /* ---- the rest ---- */
do_AUTOESCAPE:
    v = POP();
    slots[A()] = value_bool(r->autoescape);
    *f->context->autoescape = r->autoescape = value_truth(r, v);
    CHECK();
do_AUTOESCAPED:
    *f->context->autoescape = r->autoescape = slots[A()].as.b;
    NEXT_OP();
do_MARK_SAFE:
    if (r->autoescape) {
        sp[-1] = value_to_str(r, sp[-1]);
        sp[-1].flags |= sp[-1].type == VIAL_STR ? VIAL_SAFE : 0;
    }
    CHECK();
do_NO_ELSE:
    PUSH(undefined_as_default(undefined_hint(r, "%.*s", STR(value_text(constants[A()])))));
    NEXT_OP();
do_FAIL:
    fail(r, "TemplateRuntimeError", "%.*s", STR(value_text(constants[A()])));
    CHECK();
do_DEBUG:
    PUSH(debug_text(r));
    CHECK();

spent:
    rendering_spend(r, 0);
    r->steps = 0;
failed:
    fail_at(r, f, op);
    return false;
}

/* The auto-escape of the context it runs in is that of what runs in it. */
static bool enter(struct rendering *r, struct activation *f, value **top)
{
    struct context *context = r->context;
    bool autoescape = r->autoescape;

    if (!rendering_enter(r))
        return false;
    r->context = f->context;
    r->autoescape = *f->context->autoescape;
    bool done = interpret(r, f, top);
    r->context = context;
    r->autoescape = autoescape;
    rendering_leave(r);
    return done;
}

bool run(struct rendering *r, struct activation *f)
{
    value *top;

    return enter(r, f, &top);
}

bool run_test(struct rendering *r, struct activation *f, value *item, bool *passes)
{
    value *top;

    if (!enter(r, f, &top))
        return false;
    *passes = top[-1].as.b;
    *item = top[-2];
    return true;
}
