/*
 * loop.c - `loop`, and loops that look ahead, filter or recurse
 *
 *   comes in:  what is walked over
 *   goes out:  its items, and everything `loop.` can tell
 *
 * Jinja's LoopContext: an item ahead is read only when somebody asks for it, and the length of what
 * has none is found by reading it to the end.
 */
#include "vial/base/nearest.h"
#include "vial/template/interp.h"

#include "vial/template/containers.h"

static bool is_missing(value v)
{
    return v.type == VALUE_MISSING;
}

struct loop *loop_begin(struct rendering *r, struct activation *f, value over, struct loop *again)
{
    struct loop *loop = again ? again : arena_alloc(r->arena, sizeof *loop);

    *loop = (struct loop){ .object = { &loop_type },
                           .over = over,
                           .after = value_missing(),
                           .current = value_missing(),
                           .before = value_missing(),
                           .changed = value_missing(),
                           .index0 = -1,
                           .length = -1 };
    if (f->code->kind == CODE_LOOP &&
        f->loop_depth) { /* the first one here; others are its body's */
        loop->recursive = f;
        loop->depth0 = f->loop_depth - 1;
        f->loop_depth = 0;
    }
    walk_begin(r, &loop->walk, over);
    return loop;
}

static bool take(struct rendering *r, struct loop *loop, value *item)
{
    if (loop->walk.over.type == VIAL_LIST) {
        const struct list *list = list_inside(loop->walk.over);

        if (loop->walk.at >= list->count)
            return false;
        *item = list->items[loop->walk.at++];
        return true;
    }
    return walk_next_any(r, &loop->walk, item) && !r->failed;
}

bool loop_next(struct rendering *r, struct loop *loop, value *item)
{
    if (!is_missing(loop->after)) {
        *item = loop->after;
        loop->after = value_missing();
    } else if (!take(r, loop, item)) {
        return false;
    }
    loop->index0++;
    loop->before = loop->current;
    loop->current = *item;
    return true;
}

static value peek(struct rendering *r, struct loop *loop)
{
    value item;

    if (is_missing(loop->after) && take(r, loop, &item))
        loop->after = item;
    return loop->after;
}

static int64_t length(struct rendering *r, struct loop *loop)
{
    if (loop->length >= 0)
        return loop->length;
    loop->length = value_length_or_none(r, loop->over);
    if (loop->length >= 0)
        return loop->length;

    struct arena *before = r->arena;
    r->arena = r->lasting; /* the loop keeps it */
    value rest = value_to_list(r, loop->walk.over);
    r->arena = before;
    if (r->failed)
        return 0;
    loop->walk = (struct walk){ .over = rest };
    loop->length = (int64_t)list_len(rest) + loop->index0 + 1 + !is_missing(loop->after);
    return loop->length;
}

value loop_part(struct rendering *r, struct loop *loop, enum loop_part part)
{
    switch (part) {
    case LOOP_INDEX:
        return value_int(loop->index0 + 1);
    case LOOP_INDEX0:
        return value_int(loop->index0);
    case LOOP_FIRST:
        return value_bool(loop->index0 == 0);
    case LOOP_LAST:
        if (loop->walk.over.type == VIAL_LIST && is_missing(loop->after))
            return value_bool(loop->walk.at >= list_inside(loop->walk.over)->count);
        return value_bool(is_missing(peek(r, loop)));
    case LOOP_LENGTH:
        return value_int(length(r, loop));
    case LOOP_REVINDEX:
        return value_int(length(r, loop) - loop->index0);
    case LOOP_REVINDEX0:
        return value_int(length(r, loop) - loop->index0 - 1);
    case LOOP_PREVITEM:
        return loop->index0 == 0 ? undefined_hint(r, "there is no previous item") : loop->before;
    case LOOP_NEXTITEM: {
        value next = peek(r, loop);
        return is_missing(next) ? undefined_hint(r, "there is no next item") : next;
    }
    case LOOP_DEPTH:
        return value_int((int64_t)loop->depth0 + 1);
    case LOOP_DEPTH0:
        return value_int(loop->depth0);
    default:
        return value_undefined();
    }
}

/* ---- methods ---- */

static value cycle(struct rendering *r, const struct call *call, void *self)
{
    const struct loop *loop = self;

    if (call->nnamed)
        return fail(r, "TypeError", "LoopContext.cycle() got an unexpected keyword argument '%.*s'",
                    STR(call->names[0]));
    if (!call->nargs)
        return fail(r, "TypeError", "no items for cycling given");
    return call->args[(size_t)loop->index0 % call->nargs];
}

static value changed(struct rendering *r, const struct call *call, void *self)
{
    struct loop *loop = self;

    if (call->nnamed)
        return fail(r, "TypeError",
                    "LoopContext.changed() got an unexpected keyword argument '%.*s'",
                    STR(call->names[0]));
    if (!is_missing(loop->changed) && list_len(loop->changed) == call->nargs) {
        bool same = true;

        for (size_t i = 0; i < call->nargs && same; i++)
            same = value_equal(r, list_at(loop->changed, i), call->args[i]);
        if (same || r->failed)
            return value_bool(false);
    }
    loop->changed = tuple_of(r->arena, call->args, call->nargs);
    return value_bool(true);
}

/* ---- as an object ---- */

static bool attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct loop *loop = (struct loop *)o;
    enum loop_part part = LOOP_PARTS;

    /* of a loop that is known while compiling, only these two are asked for by name */
    if (str_eq(name, S("cycle")))
        *out = function_new(r->arena, "cycle", cycle, loop);
    else if (str_eq(name, S("changed")))
        *out = function_new(r->arena, "changed", changed, loop);
    else if ((part = loop_part_named(name)) != LOOP_PARTS)
        *out = loop_part(r, loop, part);
    else
        return false;
    return true;
}

static void offer_names(const struct object *o, struct nearest *near)
{
    static const char *const names[] = { "index",    "index0", "revindex", "revindex0", "first",
                                         "last",     "length", "depth",    "depth0",    "previtem",
                                         "nextitem", "cycle",  "changed" };

    (void)o;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(near, str_of(names[i]));
}

static bool next(struct rendering *r, struct object *o, value *out)
{
    value pair[2];

    if (!loop_next(r, (struct loop *)o, &pair[0]))
        return false;
    pair[1] = value_object(o);
    *out = tuple_of(r->arena, pair, 2);
    return true;
}

static int64_t loop_length(struct rendering *r, const struct object *o)
{
    return length(r, (struct loop *)o);
}

static void repr(struct rendering *r, const struct object *o, struct buf *out)
{
    struct loop *loop = (struct loop *)o;

    buf_lit(out, "<LoopContext ");
    buf_add_int(out, loop->index0 + 1);
    buf_addc(out, '/');
    buf_add_int(out, length(r, loop));
    buf_addc(out, '>');
}

static value call(struct rendering *r, const struct object *o, const struct call *call)
{
    const struct loop *loop = (const struct loop *)o;
    const struct activation *f = loop->recursive;
    size_t begin = capture_begin(r);

    if (!f)
        return fail(r, "TypeError",
                    "The loop must have the 'recursive' marker to be called recursively.");
    if (call->nargs + call->nnamed == 0)
        return fail(r, "TypeError",
                    "LoopContext.__call__() missing 1 required positional argument: 'iterable'");
    if (call->nargs + call->nnamed != 1)
        return fail(r, "TypeError",
                    "LoopContext.__call__() takes 2 positional arguments but %zu were given",
                    call->nargs + call->nnamed + 1);

    value over = call->nargs ? call->args[0] : call->named[0];
    if (!loop_recurse(r, f->code, f->outer, over, loop->depth0 + 1))
        return value_undefined();
    bool html =
        f->code->loop_how == CAPTURED_HTML || (f->code->loop_how == CAPTURED_AUTO && r->autoescape);
    return capture_end(r, begin, html);
}

const struct object_type loop_type = { .name = "jinja2.runtime.LoopContext",
                                       .attr = attr,
                                       .names = offer_names,
                                       .next = next,
                                       .length = loop_length,
                                       .call = call,
                                       .print = repr,
                                       .repr = repr };

/* ---- recursion ---- */

bool loop_recurse(struct rendering *r, const struct code *code, struct activation *outer,
                  value over, unsigned depth)
{
    struct activation *f = activation_begin(r, code, outer, outer->context);

    f->slots[0] = over;
    f->loop_depth = depth + 1;
    bool done = run(r, f);
    activation_end(r, f);
    return done;
}

/* ---- loops with a test that must be able to look ahead ---- */

struct filtered {
    struct object object;
    const struct code *test;
    struct activation *outer;
    struct walk walk;
};

static bool filtered_next(struct rendering *r, struct object *o, value *out)
{
    struct filtered *filtered = (struct filtered *)o;
    bool passes = false;
    value item;

    while (!passes && walk_next_any(r, &filtered->walk, &item)) {
        struct activation *f =
            activation_begin(r, filtered->test, filtered->outer, filtered->outer->context);

        f->slots[0] = item;
        bool done = rendering_spend(r, 1) && run_test(r, f, out, &passes);
        activation_end(r, f);
        if (!done)
            return false;
    }
    return passes;
}

static const struct object_type filtered_type = { .name = "generator", .next = filtered_next };

value filtered_new(struct rendering *r, const struct code *test, struct activation *f, value over)
{
    struct filtered *filtered = arena_make(r->arena, struct filtered);

    filtered->object.type = &filtered_type;
    filtered->test = test;
    filtered->outer = f;
    walk_begin(r, &filtered->walk, over);
    return value_object(&filtered->object);
}
