/*
 * The interpreter and what it runs on: frames, contexts, and the objects only templates make.
 */
#pragma once
#include "vial/template/code.h"

/* One run of a function. */
struct activation {
    struct activation *outer; /* of the function it was written in: names are found there */
    const struct code *code;
    struct context *context;
    const struct jinja *parent;  /* of a root: what it extends, once it does */
    const uint32_t *extended_at; /* and where it said so                     */
    unsigned loop_depth;         /* of a recursive loop; 0 once it has begun */
    value *names, *slots, *stack;
    value *top_before; /* of the stack of frames (steps.c) */
    struct chunk *chunk_before;
};

/* Runs it to its end, printing to r->out; false when it failed, and then r->err says why. */
bool run(struct rendering *r, struct activation *f);
/* The same for a test function, whose answers are left here. */
bool run_test(struct rendering *r, struct activation *f, value *item, bool *passes);

/*
 * Room for one run of `code`. Frames that functions inside may look at stay until the rendering
 * ends, the others until activation_end().
 */
struct activation *activation_begin(struct rendering *r, const struct code *code,
                                    struct activation *outer, struct context *context);
void activation_end(struct rendering *r, struct activation *f);

/* ---- context.c: names and their values, blocks and their overrides ---- */

struct block_stack {
    str name;
    const struct block **list; /* the one that counts first */
    size_t count, cap;
};

struct context_var {
    str name;
    value v;
    bool exported;
};

struct context {
    struct context *parent; /* asked for what is not here; NULL: the environment's globals */
    const struct jinja *template;
    value given; /* a dict, or undefined */
    struct context_var *vars;
    size_t nvars, cap;
    bool shared;      /* of a module that comes out the same in every rendering */
    bool *autoescape; /* Jinja's eval_ctx: shared by the contexts derived from one */
    struct blocks {
        struct block_stack *list;
        size_t count, cap;
    } * blocks; /* shared likewise */
};

/* For a template that is run: its blocks are the first of their stacks. */
struct context *context_new(struct rendering *r, const struct jinja *t, struct context *parent,
                            value given);
/* The same with some names more: for scoped blocks. */
struct context *context_derive(struct rendering *r, struct context *of);
void context_set(struct rendering *r, struct context *context, str name, value v,
                 enum export_how how);
/* `*at`: the context that has it, NULL when it is a global. False when there is none. */
bool context_find(const struct rendering *r, const struct context *context, str name, value *v,
                  const struct context **at);
struct block_stack *context_blocks(struct context *context, str name); /* NULL: there is none */
void context_extend(struct rendering *r, struct context *context, const struct jinja *parent);
/* What can be seen from it, copied: it does not change any more. */
struct context *context_snapshot(struct rendering *r, struct context *context);
/* All names that are seen from it, into a dict; the globals apart. */
void context_names(value into, const struct context *context);
/* The nearest name there is. */
str context_nearest(const struct rendering *r, const struct context *context, str name);

/* ---- root.c: whole templates ---- */

bool run_root(struct rendering *r, const struct jinja *t, struct context *context);
/* {% include %} and {% import %}: `flags` are enum import_flags, `context` what they take along. */
bool include_template(struct rendering *r, value name, unsigned flags, struct context *context);
value import_template(struct rendering *r, value name, unsigned flags, struct context *context);
const struct jinja *find_template(struct rendering *r, value name, unsigned flags);
value module_name(struct rendering *r, value module, str name, str where);
value debug_text(struct rendering *r);

/* ---- objects ---- */

extern const struct object_type macro_type, loop_type, block_reference_type,
    template_reference_type, module_type;

struct macro {
    struct object object;
    const struct code *code;
    struct activation *outer;
    struct context *context;
};
value macro_new(struct rendering *r, const struct code *code, struct activation *f);
bool macro_run(struct rendering *r, const struct macro *macro, const struct call *call);
/* The same, or puts out what it was. What is printed goes on the output: it is the macro's text. */
bool macro_print(struct rendering *r, const struct macro *macro, const struct call *call);
value macro_call(struct rendering *r, const struct macro *macro, const struct call *call);

struct loop {
    struct object object;
    value over;
    struct walk walk;
    value after, current, before, changed; /* missing: there is none */
    int64_t index0, length;                /* length -1: not yet known */
    struct activation *recursive;          /* the frame whose function the loop is, or NULL */
    unsigned depth0;
};
/* `again` is one whose memory can be used anew, or NULL. */
struct loop *loop_begin(struct rendering *r, struct activation *f, value over, struct loop *again);
bool loop_next(struct rendering *r, struct loop *loop, value *item);
value loop_part(struct rendering *r, struct loop *loop, enum loop_part part);
/* `loop(...)` and the tag itself: the recursive loop of `code` over `over`. */
bool loop_recurse(struct rendering *r, const struct code *code, struct activation *outer,
                  value over, unsigned depth);
value filtered_new(struct rendering *r, const struct code *test, struct activation *f, value over);

value self_new(struct rendering *r, struct context *context);
value super_new(struct rendering *r, struct context *context, str name, const struct code *now);
bool run_block(struct rendering *r, const struct block *block, struct context *context);

/* ---- output that becomes a value ---- */

static inline size_t capture_begin(const struct rendering *r)
{
    return r->out->len;
}
/* What was printed since; it is taken back out of the output. */
value capture_end(struct rendering *r, size_t begin, bool html);

/* ---- calls.c ---- */

/* The call whose arguments stand at `args`, as `site` says; false when they cannot be taken apart.
 */
bool site_call(struct rendering *r, const struct site *site, const value *args, struct call *call);
static inline size_t site_width(const struct site *site)
{
    return (size_t)site->nargs + site->nnamed + site->dyn_args + site->dyn_kwargs;
}
bool unpack(struct rendering *r, value v, size_t count, value *items);

/* ---- failure.c ---- */

/* Gives the pending failure its place, or adds a step to the way that led to it. */
void fail_at(struct rendering *r, const struct activation *f, const uint32_t *op);
void fail_finish(struct rendering *r); /* once all is unwound */
/* frames.c: tells whoever wants to know that a failure leaves `f`. */
void frame_leave(struct rendering *r, const struct activation *f, struct place place);
