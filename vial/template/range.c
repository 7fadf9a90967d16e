/*
 * range.c - ranges of ints
 *
 *   comes in:  start, stop and step
 *   goes out:  an object with a length, items, slices and a walk; it holds three numbers
 *
 * Its bounds are 64-bit ints: nobody walks further. In the sandbox no range is longer than 100,000,
 * as in Jinja.
 */
#include "vial/template/range.h"
#include "vial/template/lookup.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"

enum { SANDBOX_LENGTH = 100000 };

struct range {
    struct object object;
    int64_t start, stop, step;
    uint64_t count;
};

static const struct range *inside(const struct object *o)
{
    return (const struct range *)o;
}
static const struct range *range_of(value v)
{
    const struct range *range = v.type == VIAL_OBJECT ? v.as.object : NULL;

    return range && range->object.type == &range_type ? range : NULL;
}
static int64_t nth(const struct range *range, uint64_t i)
{
    return (int64_t)((uint64_t)range->start + (uint64_t)range->step * i);
}

value range_new(struct arena *a, int64_t start, int64_t stop, int64_t step)
{
    struct range *range = arena_alloc(a, sizeof *range);
    uint64_t span = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t by = step > 0 ? (uint64_t)step : -(uint64_t)step;
    bool empty = step > 0 ? stop <= start : stop >= start;

    *range = (struct range){ { &range_type }, start, stop, step, empty ? 0 : (span - 1) / by + 1 };
    return value_object(&range->object);
}

value range_of_args(struct rendering *r, const value *args, size_t count)
{
    const struct env_options *options = env_get_options(r->env);
    int64_t bounds[3] = { 0, 0, 1 };

    if (count == 0 || count > 3)
        return fail(r, "TypeError", "range expected at %s, got %zu",
                    count ? "most 3 arguments" : "least 1 argument", count);
    for (size_t i = 0; i < count; i++)
        if (!value_to_index(r, args[i], count == 1 ? &bounds[1] : &bounds[i]))
            return value_undefined();
    if (bounds[2] == 0)
        return fail(r, "ValueError", "range() arg 3 must not be zero");
    value range = range_new(r->arena, bounds[0], bounds[1], bounds[2]);

    if ((options->sandbox || options->sandbox_immutable) && range_of(range)->count > SANDBOX_LENGTH)
        return fail(r, "OverflowError",
                    "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d).",
                    SANDBOX_LENGTH);
    return range;
}

/* ---- walking ---- */

struct range_walk {
    struct object object;
    int64_t at, step;
    uint64_t left;
};

static bool walk_next(struct rendering *r, struct object *o, value *out)
{
    struct range_walk *w = (struct range_walk *)o;

    (void)r;
    if (!w->left)
        return false;
    *out = value_int(w->at);
    if (--w->left)
        w->at += w->step;
    return true;
}

static const struct object_type walk_type = { .name = "range_iterator", .next = walk_next };

static value iterate(struct rendering *r, const struct object *o)
{
    struct range_walk *w = arena_alloc(r->arena, sizeof *w);

    *w = (struct range_walk){ { &walk_type }, inside(o)->start, inside(o)->step, inside(o)->count };
    return value_object(&w->object);
}

bool range_reversed(struct rendering *r, value v, value *out)
{
    const struct range *range = range_of(v);

    if (!range)
        return false;
    struct range_walk *w = arena_alloc(r->arena, sizeof *w);
    int64_t last = range->count ? nth(range, range->count - 1) : 0;

    *w = (struct range_walk){
        { &walk_type }, last, (int64_t) - (uint64_t)range->step, range->count
    };
    *out = value_object(&w->object);
    return true;
}

/* ---- looking inside ---- */

static int64_t length(struct rendering *r, const struct object *o)
{
    (void)r;
    return inside(o)->count > INT64_MAX ? INT64_MAX : (int64_t)inside(o)->count;
}

static bool has_int(const struct range *range, int64_t i)
{
    uint64_t by = range->step > 0 ? (uint64_t)range->step : -(uint64_t)range->step;

    if (range->step > 0 ? i < range->start || i >= range->stop
                        : i > range->start || i <= range->stop)
        return false;
    return (range->step > 0 ? (uint64_t)i - (uint64_t)range->start
                            : (uint64_t)range->start - (uint64_t)i) %
               by ==
           0;
}

static bool contains(struct rendering *r, const struct object *o, value v)
{
    (void)r;
    if (v.type == VIAL_FLOAT)
        return v.as.d >= -0x1p63 && v.as.d < 0x1p63 && (double)(int64_t)v.as.d == v.as.d &&
               has_int(inside(o), (int64_t)v.as.d);
    return value_is_small_int(v) && has_int(inside(o), value_small_int(v));
}

static bool item(struct rendering *r, const struct object *o, value key, value *out)
{
    size_t at;

    if (!value_is_int(key) || !value_position(r, key, (size_t)length(r, o), &at))
        return false;
    *out = value_int(nth(inside(o), at));
    return true;
}

static value slice(struct rendering *r, const struct object *o, value start, value stop, value step)
{
    const struct range *range = inside(o);
    struct slice s;

    if (!slice_bounds(r, length(r, o), start, stop, step, &s))
        return value_undefined();
    uint64_t first = (uint64_t)range->start + (uint64_t)range->step * (uint64_t)s.start;
    uint64_t last = (uint64_t)range->start + (uint64_t)range->step * (uint64_t)s.stop;
    int64_t by;

    if (__builtin_mul_overflow(range->step, s.step, &by)) { /* then there is one number, or none */
        by = range->step;
        last = first + (uint64_t)by * (uint64_t)s.count;
    }
    return range_new(r->arena, (int64_t)first, (int64_t)last, by);
}

static bool attr(struct rendering *r, const struct object *o, str name, value *out)
{
    (void)r;
    if (str_eq(name, S("start")))
        *out = value_int(inside(o)->start);
    else if (str_eq(name, S("stop")))
        *out = value_int(inside(o)->stop);
    else if (str_eq(name, S("step")))
        *out = value_int(inside(o)->step);
    else
        return false;
    return true;
}

static void print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_lit(out, "range(");
    buf_add_int(out, inside(o)->start);
    buf_lit(out, ", ");
    buf_add_int(out, inside(o)->stop);
    if (inside(o)->step != 1) {
        buf_lit(out, ", ");
        buf_add_int(out, inside(o)->step);
    }
    buf_lit(out, ")");
}

/* Equal when they give the same numbers. */
static bool equal(struct rendering *r, const struct object *o, value other)
{
    const struct range *a = inside(o), *b = range_of(other);

    (void)r;
    if (!b || a->count != b->count)
        return false;
    return a->count == 0 || (a->start == b->start && (a->count == 1 || a->step == b->step));
}

static uint64_t hash(struct rendering *r, const struct object *o)
{
    const struct range *range = inside(o);

    (void)r;
    return range->count * 31 + (range->count ? (uint64_t)range->start : 0);
}

static value count_of(struct rendering *r, value self, const value *args)
{
    return value_int(contains(r, self.as.object, args[0]));
}

static value index_of(struct rendering *r, value self, const value *args)
{
    const struct range *range = range_of(self);

    if (contains(r, &range->object, args[0])) {
        int64_t i = args[0].type == VIAL_FLOAT ? (int64_t)args[0].as.d : value_small_int(args[0]);

        return value_int((i - range->start) / range->step);
    }
    if (!value_is_int(args[0]))
        return fail(r, "ValueError", "sequence.index(x): x not in sequence");
    str shown = value_repr_str(r, args[0]);

    return fail(r, "ValueError", "%.*s is not in range", STR(shown));
}

static const struct method table[] = {
    C_METHOD("range", "count", count_of, REQUIRED("value")),
    C_METHOD("range", "index", index_of, REQUIRED("value")),
};
static const struct methods methods = METHODS(table);

const struct object_type range_type = { .name = "range",
                                        .attr = attr,
                                        .item = item,
                                        .iterate = iterate,
                                        .length = length,
                                        .contains = contains,
                                        .print = print,
                                        .equal = equal,
                                        .hash = hash,
                                        .slice = slice,
                                        .methods = &methods };
