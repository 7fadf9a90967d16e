/*
 * timedelta.c - spans of time
 *
 *   comes in:  microseconds, by the subtraction of two dates
 *   goes out:  an object with .days, .seconds, .total_seconds(), which is added to dates
 *
 * As in Python the days carry the sign: an hour less than nothing is "-1 day, 23:00:00".
 */
#include "vial/template/timedelta.h"
#include "vial/template/methods.h"

#define DAY INT64_C(86400000000)

struct timedelta {
    struct object object;
    int64_t microseconds;
};

static const struct object_type timedelta_type;

value timedelta_new(struct arena *a, int64_t microseconds)
{
    struct timedelta *delta = arena_alloc(a, sizeof *delta);

    *delta = (struct timedelta){ { &timedelta_type }, microseconds };
    return value_object(&delta->object);
}

bool timedelta_microseconds(value v, int64_t *microseconds)
{
    const struct timedelta *delta = v.type == VIAL_OBJECT ? v.as.object : NULL;

    if (!delta || delta->object.type != &timedelta_type)
        return false;
    *microseconds = delta->microseconds;
    return true;
}

/* The days, rounded down, and what is left of one. */
static int64_t split(const struct object *o, int64_t *rest)
{
    int64_t all = ((const struct timedelta *)o)->microseconds;

    *rest = (all % DAY + DAY) % DAY;
    return (all - *rest) / DAY;
}

static bool attr(struct rendering *r, const struct object *o, str name, value *out)
{
    int64_t rest, days = split(o, &rest);

    (void)r;
    if (str_eq(name, S("days")))
        *out = value_int(days);
    else if (str_eq(name, S("seconds")))
        *out = value_int(rest / 1000000);
    else if (str_eq(name, S("microseconds")))
        *out = value_int(rest % 1000000);
    else
        return false;
    return true;
}

static void print(struct rendering *r, const struct object *o, struct buf *out)
{
    int64_t rest, days = split(o, &rest), seconds = rest / 1000000;

    (void)r;
    if (days)
        buf_addf(out, "%lld day%s, ", (long long)days, days == 1 || days == -1 ? "" : "s");
    buf_addf(out, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60));
    if (rest % 1000000)
        buf_addf(out, ".%06d", (int)(rest % 1000000));
}

static void repr(struct rendering *r, const struct object *o, struct buf *out)
{
    int64_t rest, days = split(o, &rest);
    const long long parts[] = { days, rest / 1000000, rest % 1000000 };
    const char *const names[] = { "days", "seconds", "microseconds" };
    bool some = false;

    (void)r;
    buf_lit(out, "datetime.timedelta(");
    for (size_t i = 0; i < 3; i++) {
        if (!parts[i])
            continue;
        buf_addf(out, "%s%s=%lld", some ? ", " : "", names[i], parts[i]);
        some = true;
    }
    buf_add(out, some ? S(")") : S("0)"));
}

static int order(struct rendering *r, const struct object *o, value other)
{
    int64_t mine = ((const struct timedelta *)o)->microseconds, theirs;

    (void)r;
    return timedelta_microseconds(other, &theirs) ? (mine > theirs) - (mine < theirs) : ORDER_NONE;
}

static bool equal(struct rendering *r, const struct object *o, value other)
{
    return order(r, o, other) == 0;
}

static uint64_t hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)((const struct timedelta *)o)->microseconds * 0x9E3779B97F4A7C15u;
}

static bool truth(struct rendering *r, const struct object *o)
{
    (void)r;
    return ((const struct timedelta *)o)->microseconds != 0;
}

/* With another span only: a date knows how to add one. */
static bool arithmetic(struct rendering *r, const struct object *o, char sign, value other,
                       bool reversed, value *out)
{
    int64_t mine = ((const struct timedelta *)o)->microseconds, theirs, sum;

    if (reversed || !timedelta_microseconds(other, &theirs))
        return false;
    bool over = sign == '+' ? __builtin_add_overflow(mine, theirs, &sum)
                            : __builtin_sub_overflow(mine, theirs, &sum);

    if (over || sum == INT64_MIN) /* so that each has its opposite */
        *out = fail(r, "OverflowError", "the span of time is too large");
    else
        *out = timedelta_new(r->arena, sum);
    return true;
}

static value total_seconds(struct rendering *r, value self, const value *args)
{
    int64_t all = ((const struct timedelta *)self.as.object)->microseconds;

    (void)r;
    (void)args;
    return value_float((double)all / 1e6);
}

static const struct method table[] = {
    C_METHOD("datetime.timedelta", "total_seconds", total_seconds),
};
static const struct methods methods = METHODS(table);

static const struct object_type timedelta_type = { .name = "datetime.timedelta",
                                                   .attr = attr,
                                                   .print = print,
                                                   .repr = repr,
                                                   .order = order,
                                                   .equal = equal,
                                                   .hash = hash,
                                                   .truth = truth,
                                                   .arithmetic = arithmetic,
                                                   .methods = &methods };
