/*
 * datetime.c - dates, as Python's datetime has them
 *
 *   comes in:  a day, or a moment with or without a zone
 *   goes out:  an object with .year, .strftime("%d %B %Y"), .isoformat(); dates have an order, and
 *              what lies between two is a timedelta
 *
 * Days and moments may be compared with each other, which Python refuses: pages whose dates were
 * written in either way are still to be sorted.
 */
#include "vial/template/datetime.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include "vial/template/timedelta.h"
#include <time.h>

enum { FORMAT_MAX = 512, RESULT_MAX = 8192, FIRST_YEAR = 1, LAST_YEAR = 9999 };
enum { SECONDS_OF_DAY = 86400, ORDINAL_OF_1970 = 719163 };

struct datetime {
    struct object object;
    struct date date;
};

static const struct object_type date_type, datetime_type;

value datetime_new(struct arena *a, struct date date)
{
    struct datetime *made = arena_alloc(a, sizeof *made);

    *made = (struct datetime){ { date.has_time ? &datetime_type : &date_type }, date };
    return value_object(&made->object);
}

static const struct date *inside(const struct object *o)
{
    return &((const struct datetime *)o)->date;
}

bool datetime_date(value v, struct date *date)
{
    const struct object *o = v.type == VIAL_OBJECT ? v.as.object : NULL;

    if (!o || (o->type != &date_type && o->type != &datetime_type))
        return false;
    *date = *inside(o);
    return true;
}

/* ---- text ---- */

static void add_zone(const struct date *date, bool colon, struct buf *out)
{
    int minutes = date->offset < 0 ? -date->offset : date->offset;

    if (date->has_zone)
        buf_addf(out, "%c%02d%s%02d", date->offset < 0 ? '-' : '+', minutes / 60, colon ? ":" : "",
                 minutes % 60);
}

static void add_iso(const struct date *date, str between, struct buf *out)
{
    struct civil c = date_civil(*date);

    buf_addf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
    if (!date->has_time)
        return;
    buf_add(out, between);
    buf_addf(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    if (date->nanos >= 1000)
        buf_addf(out, ".%06d", date->nanos / 1000);
    add_zone(date, true, out);
}

static void print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    add_iso(inside(o), S(" "), out);
}

static void repr(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct date *date = inside(o);
    struct civil c = date_civil(*date);
    int seconds = (int)date->offset * 60;

    (void)r;
    buf_addf(out, "%s(%d, %d, %d", o->type->name, c.year, c.month, c.day);
    if (date->has_time) {
        buf_addf(out, ", %d, %d", c.hour, c.minute);
        if (c.second || date->nanos >= 1000)
            buf_addf(out, ", %d", c.second);
        if (date->nanos >= 1000)
            buf_addf(out, ", %d", date->nanos / 1000);
    }
    if (date->has_time && date->has_zone && !seconds)
        buf_lit(out, ", tzinfo=datetime.timezone.utc");
    else if (date->has_time && date->has_zone)
        buf_addf(out, ", tzinfo=datetime.timezone(datetime.timedelta(%sseconds=%d))",
                 seconds < 0 ? "days=-1, " : "", seconds < 0 ? seconds + SECONDS_OF_DAY : seconds);
    buf_lit(out, ")");
}

/* What strftime(3) does not know, or knows only of a struct tm: %f, %z and %Z. */
static str expand(struct rendering *r, const struct date *date, str format)
{
    struct buf text = buf_in(r->arena);

    buf_lit(&text, "+"); /* so that an empty result is told from one that did not fit */
    for (size_t i = 0; i < format.len; i++) {
        char next = format.p[i] == '%' && i + 1 < format.len ? format.p[i + 1] : 0;

        if (next == 'f') {
            buf_addf(&text, "%06d", date->nanos / 1000);
        } else if (next == 'z') {
            add_zone(date, false, &text);
        } else if (next == 'Z') {
            buf_add(&text, date->has_zone ? S("UTC") : S(""));
            if (date->offset)
                add_zone(date, true, &text);
        } else {
            buf_addc(&text, format.p[i]);
            if (!next)
                continue;
            buf_addc(&text, next);
        }
        i++;
    }
    return buf_str(&text);
}

static bool format(struct rendering *r, const struct object *o, str how, struct buf *out)
{
    const struct date *date = inside(o);
    struct civil c = date_civil(*date);
    struct tm tm = { .tm_year = c.year - 1900,
                     .tm_mon = c.month - 1,
                     .tm_mday = c.day,
                     .tm_hour = date->has_time ? c.hour : 0,
                     .tm_min = date->has_time ? c.minute : 0,
                     .tm_sec = date->has_time ? c.second : 0,
                     .tm_wday = (c.weekday + 1) % 7,
                     .tm_yday = c.yearday - 1 };

    if (!how.len) {
        print(r, o, out);
        return true;
    }
    if (how.len > FORMAT_MAX) {
        fail(r, "ValueError", "a format of more than %d bytes is too long", FORMAT_MAX);
        return false;
    }
    const char *expanded = str_cstr(r->arena, expand(r, date, how));
    char text[RESULT_MAX];
    size_t len = strftime(text, sizeof text, expanded, &tm);

    if (!len) {
        fail(r, "ValueError", "the date takes more than %d bytes in this format", RESULT_MAX);
        return false;
    }
    buf_add(out, str_n(text + 1, len - 1));
    return true;
}

/* ---- parts ---- */

static bool attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct date *date = inside(o);
    struct civil c = date_civil(*date);
    const struct {
        const char *name;
        int number;
    } parts[] = { { "year", c.year },
                  { "month", c.month },
                  { "day", c.day },
                  { "hour", c.hour },
                  { "minute", c.minute },
                  { "second", c.second },
                  { "microsecond", date->nanos / 1000 } };
    size_t count = date->has_time ? 7 : 3;
    struct buf zone = buf_in(r->arena);

    for (size_t i = 0; i < count; i++) {
        if (str_eq(name, str_of(parts[i].name))) {
            *out = value_int(parts[i].number);
            return true;
        }
    }
    if (!date->has_time || !str_eq(name, S("tzinfo")))
        return false;
    buf_lit(&zone, "UTC");
    if (date->offset)
        add_zone(date, true, &zone);
    *out = date->has_zone ? value_str(buf_str(&zone)) : value_none();
    return true;
}

/* ---- order and sums ---- */

static int order(struct rendering *r, const struct object *o, value other)
{
    const struct date *a = inside(o);
    struct date b;

    (void)r;
    if (!datetime_date(other, &b))
        return ORDER_NONE;
    if (a->unix_time != b.unix_time)
        return a->unix_time < b.unix_time ? -1 : 1;
    return (a->nanos > b.nanos) - (a->nanos < b.nanos);
}

/* A day is not equal to its first moment, but for order they are the same. */
static bool equal(struct rendering *r, const struct object *o, value other)
{
    struct date b;

    return datetime_date(other, &b) && b.has_time == inside(o)->has_time && order(r, o, other) == 0;
}

static uint64_t hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)inside(o)->unix_time * 0x9E3779B97F4A7C15u;
}

static bool in_calendar(struct rendering *r, const struct date *date)
{
    struct civil c = date_civil(*date);

    if (c.year >= FIRST_YEAR && c.year <= LAST_YEAR)
        return true;
    fail(r, "OverflowError", "date value out of range");
    return false;
}

static value moved(struct rendering *r, struct date date, int64_t microseconds)
{
    int64_t seconds = microseconds / 1000000, rest = microseconds % 1000000;

    if (!date.has_time) { /* by whole days, rounded down */
        int64_t day = SECONDS_OF_DAY;

        seconds = (seconds - (rest < 0)) / day * day - ((seconds - (rest < 0)) % day < 0) * day;
        rest = 0;
    }
    int64_t nanos = date.nanos + rest * 1000;

    if (nanos < 0 || nanos >= 1000000000) {
        seconds += nanos < 0 ? -1 : 1;
        nanos += nanos < 0 ? 1000000000 : -1000000000;
    }
    date.unix_time += seconds; /* a span has less than 2^44 seconds, a date less than 2^38 */
    date.nanos = (int32_t)nanos;
    return in_calendar(r, &date) ? datetime_new(r->arena, date) : value_undefined();
}

static bool arithmetic(struct rendering *r, const struct object *o, char sign, value other,
                       bool reversed, value *out)
{
    const struct date *a = inside(o);
    struct date b;
    int64_t span;

    if (timedelta_microseconds(other, &span) && !(reversed && sign == '-')) {
        *out = moved(r, *a, sign == '-' ? -span : span);
        return true;
    }
    if (sign != '-' || reversed || !datetime_date(other, &b) || a->has_time != b.has_time)
        return false;
    *out = timedelta_new(r->arena,
                         (a->unix_time - b.unix_time) * 1000000 + (a->nanos - b.nanos) / 1000);
    return true;
}

/* ---- methods ---- */

#define METHOD(name) static value name(struct rendering *r, value self, const value *args)

static struct date date_of(value self)
{
    return *inside(self.as.object);
}

METHOD(iso)
{
    struct buf text = buf_in(r->arena);
    struct date date = date_of(self);

    if (args[0].type != VIAL_STR)
        return fail(r, "TypeError", "isoformat() argument 1 must be a unicode character, not %s",
                    value_type_name(args[0]));
    add_iso(&date, value_text(args[0]), &text);
    return value_str(buf_str(&text));
}

METHOD(iso_day)
{
    struct buf text = buf_in(r->arena);
    struct date date = date_of(self);

    (void)args;
    add_iso(&date, S(""), &text);
    return value_str(buf_str(&text));
}

METHOD(formatted)
{
    struct buf text = buf_in(r->arena);

    if (args[0].type != VIAL_STR)
        return fail(r, "TypeError", "strftime() argument 1 must be str, not %s",
                    value_type_name(args[0]));
    if (!value_text(args[0]).len)
        return value_str(S(""));
    return format(r, self.as.object, value_text(args[0]), &text) ? value_str(buf_str(&text))
                                                                 : value_undefined();
}

METHOD(day_only)
{
    struct date date = date_of(self);
    struct civil c = date_civil(date);

    (void)args;
    date.unix_time -= c.hour * 3600 + c.minute * 60 + c.second;
    date.nanos = 0;
    date.has_time = false;
    return datetime_new(r->arena, date);
}

METHOD(timestamp)
{
    struct date date = date_of(self);

    (void)r;
    (void)args;
    return value_float((double)date.unix_time + date.nanos / 1e9);
}

METHOD(weekday)
{
    (void)r;
    (void)args;
    return value_int(date_civil(date_of(self)).weekday);
}

METHOD(isoweekday)
{
    (void)r;
    (void)args;
    return value_int(date_civil(date_of(self)).weekday + 1);
}

METHOD(toordinal)
{
    struct civil c = date_civil(date_of(self));

    (void)r;
    (void)args;
    return value_int(date_days(c.year, c.month, c.day) + ORDINAL_OF_1970);
}

METHOD(ctime_text)
{
    struct buf text = buf_in(r->arena);

    (void)args;
    return format(r, self.as.object, S("%a %b %e %H:%M:%S %Y"), &text) ? value_str(buf_str(&text))
                                                                       : value_undefined();
}

METHOD(isocalendar)
{
    struct civil c = date_civil(date_of(self));
    int64_t thursday = date_days(c.year, c.month, c.day) - c.weekday + 3;
    struct civil t = date_civil((struct date){ .unix_time = thursday * SECONDS_OF_DAY });

    (void)args;
    return tuple_of(r->arena,
                    (value[]){ value_int(t.year), value_int((t.yearday - 1) / 7 + 1),
                               value_int(c.weekday + 1) },
                    3);
}

METHOD(utcoffset)
{
    struct date date = date_of(self);

    (void)args;
    return date.has_zone ? timedelta_new(r->arena, (int64_t)date.offset * 60000000) : value_none();
}

static const struct method date_table[] = {
    C_METHOD("datetime.date", "ctime", ctime_text),
    C_METHOD("datetime.date", "isocalendar", isocalendar),
    C_METHOD("datetime.date", "isoformat", iso_day),
    C_METHOD("datetime.date", "isoweekday", isoweekday),
    C_METHOD("datetime.date", "strftime", formatted, REQUIRED("format")),
    C_METHOD("datetime.date", "toordinal", toordinal),
    C_METHOD("datetime.date", "weekday", weekday),
};
static const struct methods date_methods = METHODS(date_table);

static const struct method datetime_table[] = {
    C_METHOD("datetime.datetime", "ctime", ctime_text),
    C_METHOD("datetime.datetime", "date", day_only),
    C_METHOD("datetime.datetime", "isocalendar", isocalendar),
    C_METHOD_NAMED("datetime.datetime", "isoformat", iso, OPTIONAL_STR("sep", "T")),
    C_METHOD("datetime.datetime", "isoweekday", isoweekday),
    C_METHOD_NAMED("datetime.datetime", "strftime", formatted, REQUIRED("format")),
    C_METHOD("datetime.datetime", "timestamp", timestamp),
    C_METHOD("datetime.datetime", "toordinal", toordinal),
    C_METHOD("datetime.datetime", "utcoffset", utcoffset),
    C_METHOD("datetime.datetime", "weekday", weekday),
};
static const struct methods datetime_methods = METHODS(datetime_table);

static const struct object_type date_type = { .name = "datetime.date",
                                              .attr = attr,
                                              .print = print,
                                              .repr = repr,
                                              .order = order,
                                              .equal = equal,
                                              .hash = hash,
                                              .format = format,
                                              .arithmetic = arithmetic,
                                              .methods = &date_methods };
static const struct object_type datetime_type = { .name = "datetime.datetime",
                                                  .attr = attr,
                                                  .print = print,
                                                  .repr = repr,
                                                  .order = order,
                                                  .equal = equal,
                                                  .hash = hash,
                                                  .format = format,
                                                  .arithmetic = arithmetic,
                                                  .methods = &datetime_methods };
