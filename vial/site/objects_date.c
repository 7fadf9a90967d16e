/*
 * objects_date.c - dates, as templates see them: Python's
 *
 *   comes in:  a date of a page, or now
 *   goes out:  an object with .year, .strftime('%d %B %Y'), .isoformat(); dates have an order
 *
 * A day prints as 2026-11-21, a moment as RFC 3339 has it, so that both can stand in <time> and in
 * feeds as they are.
 */
#include "vial/site/visit.h"
#include <time.h>

enum { FORMATTED_MAX = 4096 };

struct date_object {
    struct object object;
    struct date date;
};

static const struct object_type date_type;

static const struct date *date_of(const struct object *o)
{
    return &((const struct date_object *)o)->date;
}

static value call_isoformat(struct rendering *r, const struct call *call, void *self)
{
    (void)call;
    return value_str(date_rfc3339(rendering_arena(r), *date_of(self)));
}

static value call_timestamp(struct rendering *r, const struct call *call, void *self)
{
    const struct date *date = date_of(self);

    (void)r;
    (void)call;
    return value_float((double)date->unix_time + date->nanos / 1e9);
}

static value call_date(struct rendering *r, const struct call *call, void *self)
{
    struct date day = *date_of(self);

    (void)call;
    day.has_time = false;
    return date_value(rendering_arena(r), day);
}

static value call_weekday(struct rendering *r, const struct call *call, void *self)
{
    (void)r;
    (void)call;
    return value_int(date_civil(*date_of(self)).weekday);
}

static value call_isoweekday(struct rendering *r, const struct call *call, void *self)
{
    (void)r;
    (void)call;
    return value_int(date_civil(*date_of(self)).weekday + 1);
}

static struct tm tm_of(struct date date)
{
    struct civil c = date_civil(date);

    return (struct tm){
        .tm_year = c.year - 1900,
        .tm_mon = c.month - 1,
        .tm_mday = c.day,
        .tm_hour = c.hour,
        .tm_min = c.minute,
        .tm_sec = c.second,
        .tm_wday = (c.weekday + 1) % 7,
        .tm_yday = c.yearday - 1,
        .tm_gmtoff = date.offset * 60L,
        .tm_zone = date.offset ? "" : "UTC",
    };
}

static value call_strftime(struct rendering *r, const struct call *call, void *self)
{
    struct arena *a = rendering_arena(r);
    struct tm tm = tm_of(*date_of(self));

    if (call->nargs != 1 || call->nnamed || call->args[0].type != VIAL_STR)
        return fail(r, "TypeError",
                    "strftime() takes one argument, a format such as '%%d %%B %%Y'");
    str format = value_text(call->args[0]);
    if (format.len > FORMATTED_MAX / 8)
        return fail(r, "ValueError", "the format of strftime() is too long");
    /* a sign in front, so that an empty result is told from one that did not fit */
    const char *marked = str_cstr(a, str_fmt(a, "+%.*s", STR(format)));
    char *text = arena_alloc(a, FORMATTED_MAX);
    size_t n = strftime(text, FORMATTED_MAX, marked, &tm);
    if (!n)
        return fail(r, "ValueError", "the result of strftime() is too long");
    return value_str(str_n(text + 1, n - 1));
}

static const struct {
    const char *name;
    function_fn *call;
} calls[] = {
    { "strftime", call_strftime },   { "isoformat", call_isoformat },
    { "timestamp", call_timestamp }, { "date", call_date },
    { "weekday", call_weekday },     { "isoweekday", call_isoweekday },
};

/* As feeds want a date: a day is its first moment. */
static str for_feeds(struct arena *a, struct date date, bool rfc822)
{
    str http =
        date_http(a, date.unix_time + date.offset * 60); /* "Sat, 21 Nov 2026 10:30:00 GMT" */
    int minutes = date.offset < 0 ? -date.offset : date.offset;

    date.has_time = true;
    if (!rfc822)
        return date_rfc3339(a, date);
    return str_fmt(a, "%.*s%c%02d%02d", STR(str_slice(http, 0, http.len - 3)),
                   date.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool date_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct civil c = date_civil(*date_of(o));
    const struct {
        const char *name;
        int number;
    } parts[] = {
        { "year", c.year }, { "month", c.month },   { "day", c.day },
        { "hour", c.hour }, { "minute", c.minute }, { "second", c.second },
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_eq(name, str_of(parts[i].name))) {
            *out = value_int(parts[i].number);
            return true;
        }
    if (str_eq(name, S("rfc3339")) || str_eq(name, S("rfc822"))) {
        *out = value_str(for_feeds(rendering_arena(r), *date_of(o), str_eq(name, S("rfc822"))));
        return true;
    }
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (str_eq(name, str_of(calls[i].name))) {
            *out = function_new(rendering_arena(r), calls[i].name, calls[i].call, (void *)o);
            return true;
        }
    return false;
}

static int compare(const struct date *a, const struct date *b)
{
    if (a->unix_time != b->unix_time)
        return a->unix_time < b->unix_time ? -1 : 1;
    return (a->nanos > b->nanos) - (a->nanos < b->nanos);
}

/* Text is compared with as a date, so that `page.date > '2026-01-01'` says what it seems to say. */
static bool other_date(value other, struct date *date)
{
    if (other.type == VIAL_STR)
        return date_parse(value_text(other), 0, date);
    if (other.type != VIAL_OBJECT || ((const struct object *)other.as.object)->type != &date_type)
        return false;
    *date = *date_of(other.as.object);
    return true;
}

bool date_from_value(value v, struct date *date)
{
    return v.type == VIAL_OBJECT && other_date(v, date);
}

static int date_order(struct rendering *r, const struct object *o, value other)
{
    struct date date;

    (void)r;
    return other_date(other, &date) ? compare(date_of(o), &date) : ORDER_NONE;
}

static bool date_equal(struct rendering *r, const struct object *o, value other)
{
    struct date date;

    (void)r;
    return other.type == VIAL_OBJECT && other_date(other, &date) && compare(date_of(o), &date) == 0;
}

static uint64_t date_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)date_of(o)->unix_time * 0x9E3779B97F4A7C15u;
}

static void date_print(struct rendering *r, const struct object *o, struct buf *out)
{
    buf_add(out, date_rfc3339(rendering_arena(r), *date_of(o)));
}

static const struct object_type date_type = {
    .name = "datetime.datetime",
    .attr = date_attr,
    .order = date_order,
    .equal = date_equal,
    .hash = date_hash,
    .print = date_print,
};

value date_value(struct arena *a, struct date date)
{
    struct date_object *object = arena_make(a, struct date_object);

    object->object.type = &date_type;
    object->date = date;
    return value_object(&object->object);
}
