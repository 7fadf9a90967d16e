/*
 * date.c - dates as writers write them, as HTTP and feeds want them
 *
 *   comes in:  text, or seconds since 1970
 *   goes out:  the other one
 *
 * The calendar is counted from 1 March of year 0, so that the leap day is the last of its year and
 * the months before it have a regular length: 153 days for five of them.
 */
#include "vial/base/date.h"

#include <stdlib.h>

enum { DAY = 86400, DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const weekday_ends[] = {
    "day", "sday", "nesday", "rsday", "day", "urday", "day"
};
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t date_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

    return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year - DAYS_TO_1970;
}

struct civil date_civil(struct date date)
{
    int64_t local = date.unix_time + (int64_t)date.offset * 60;
    int64_t days = floor_div(local, DAY), second = local - days * DAY;
    int64_t from_march = days + DAYS_TO_1970, era = floor_div(from_march, DAYS_OF_ERA);
    int64_t day_of_era = from_march - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    struct civil c;

    c.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    c.month = (int)((month_from_march + 2) % 12 + 1);
    c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
    c.hour = (int)(second / 3600);
    c.minute = (int)(second / 60 % 60);
    c.second = (int)(second % 60);
    c.weekday = (int)((days % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
    c.yearday = (int)(days - date_days(c.year, 1, 1) + 1);
    return c;
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Between `least` and `most` digits at the front of `*rest`, as a number. */
static bool take_digits(str *rest, size_t least, size_t most, int *number)
{
    size_t n = 0;

    *number = 0;
    while (n < most && n < rest->len && is_digit(rest->p[n]))
        *number = *number * 10 + (rest->p[n++] - '0');
    *rest = str_from(*rest, n);
    return n >= least;
}

static bool take_char(str *rest, char c)
{
    if (!rest->len || rest->p[0] != c)
        return false;
    *rest = str_from(*rest, 1);
    return true;
}

/* "2026-11-21", also "2026-1-2" as YAML allows. */
static bool take_day(str *rest, struct civil *c)
{
    return take_digits(rest, 4, 4, &c->year) && take_char(rest, '-') &&
           take_digits(rest, 1, 2, &c->month) && take_char(rest, '-') &&
           take_digits(rest, 1, 2, &c->day) && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_of_month(c->year, c->month);
}

/* "10:30", "10:30:05", "10:30:05.25" */
static bool take_time(str *rest, struct civil *c, int32_t *nanos)
{
    int32_t unit = 100000000;

    if (!take_digits(rest, 1, 2, &c->hour) || !take_char(rest, ':') ||
        !take_digits(rest, 2, 2, &c->minute) || c->hour > 23 || c->minute > 59)
        return false;
    if (!take_char(rest, ':'))
        return true;
    if (!take_digits(rest, 2, 2, &c->second) || c->second > 60)
        return false;
    if (!take_char(rest, '.'))
        return true;
    if (!rest->len || !is_digit(rest->p[0]))
        return false;
    for (; rest->len && is_digit(rest->p[0]); unit /= 10) {
        *nanos += (rest->p[0] - '0') * unit;
        *rest = str_from(*rest, 1);
    }
    return true;
}

/* "Z", "+02:00", "-0530", "+2" */
static bool take_zone(str *rest, int16_t *offset)
{
    int hours, minutes = 0, sign;

    if (take_char(rest, 'Z') || take_char(rest, 'z')) {
        *offset = 0;
        return true;
    }
    sign = take_char(rest, '-') ? -1 : take_char(rest, '+') ? 1 : 0;
    if (!sign || !take_digits(rest, 1, 2, &hours) || hours > 23)
        return false;
    if (rest->len && (!(take_char(rest, ':'), take_digits(rest, 2, 2, &minutes)) || minutes > 59))
        return false;
    *offset = (int16_t)(sign * (hours * 60 + minutes));
    return true;
}

static void count_seconds(const struct civil *c, struct date *date)
{
    date->unix_time = date_days(c->year, c->month, c->day) * DAY + c->hour * 3600 + c->minute * 60 +
                      c->second - (int64_t)date->offset * 60;
}

bool date_parse(str s, int16_t offset, struct date *date)
{
    struct date d = { .offset = offset };
    struct civil c = { 0 };
    str rest = str_trim(s);

    if (!take_day(&rest, &c))
        return false;
    if (rest.len) {
        if (!take_char(&rest, 'T') && !take_char(&rest, 't') && rest.p[0] != ' ')
            return false;
        rest = str_ltrim(rest);
        if (!take_time(&rest, &c, &d.nanos))
            return false;
        d.has_time = true;
        rest = str_ltrim(rest);
    }
    if (rest.len) {
        if (!take_zone(&rest, &d.offset) || rest.len)
            return false;
        d.has_zone = true;
    }
    count_seconds(&c, &d);
    *date = d;
    return true;
}

bool date_from_name(str name, int16_t offset, struct date *date, str *rest)
{
    enum { DAY_TEXT = 10 };
    str day = str_slice(name, 0, DAY_TEXT), after = str_from(name, DAY_TEXT);

    if (day.len < DAY_TEXT || (after.len && after.p[0] != '-' && after.p[0] != '_') ||
        !date_parse(day, offset, date))
        return false;
    *rest = after.len ? str_from(after, 1) : after;
    return true;
}

str date_http(struct arena *a, int64_t unix_time)
{
    struct civil c = date_civil((struct date){ .unix_time = unix_time });

    return str_fmt(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekdays[c.weekday], c.day,
                   months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static bool take_word(str *rest, const char *const *words, int count, int *which)
{
    for (int i = 0; i < count; i++)
        if (str_starts(*rest, str_of(words[i]))) {
            *rest = str_from(*rest, 3);
            *which = i;
            return true;
        }
    return false;
}

static bool take_clock(str *rest, struct civil *c)
{
    return take_digits(rest, 2, 2, &c->hour) && take_char(rest, ':') &&
           take_digits(rest, 2, 2, &c->minute) && take_char(rest, ':') &&
           take_digits(rest, 2, 2, &c->second) && c->hour <= 23 && c->minute <= 59 &&
           c->second <= 60;
}

/* "06 Nov 1994" with `between` as ' ' or '-'; a year of two digits is the nearest one (RFC 9110).
 */
static bool take_http_day(str *rest, char between, struct civil *c)
{
    str before;

    if (!take_digits(rest, 2, 2, &c->day) || !take_char(rest, between) ||
        !take_word(rest, months, 12, &c->month) || !take_char(rest, between))
        return false;
    before = *rest;
    if (take_digits(rest, 4, 4, &c->year))
        return true;
    *rest = before;
    if (!take_digits(rest, 2, 2, &c->year))
        return false;
    int this_year = date_civil((struct date){ .unix_time = now_unix() }).year;
    c->year += this_year / 100 * 100;
    if (c->year > this_year + 50)
        c->year -= 100;
    return true;
}

/* "Nov  6 08:49:37 1994", what asctime() prints. */
static bool take_asctime(str *rest, struct civil *c)
{
    if (!take_word(rest, months, 12, &c->month) || !take_char(rest, ' '))
        return false;
    bool padded = take_char(rest, ' ');
    return take_digits(rest, padded ? 1 : 2, padded ? 1 : 2, &c->day) && take_char(rest, ' ') &&
           take_clock(rest, c) && take_char(rest, ' ') && take_digits(rest, 4, 4, &c->year);
}

static bool take_text(str *rest, str text)
{
    if (!str_starts(*rest, text))
        return false;
    *rest = str_from(*rest, text.len);
    return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", and "Sunday, 06-Nov-94 08:49:37 GMT" as RFC 850 had it. */
static bool take_http(str *rest, int weekday, struct civil *c)
{
    char between = take_text(rest, str_of(weekday_ends[weekday])) ? '-' : ' ';

    return take_text(rest, S(", ")) && take_http_day(rest, between, c) && take_char(rest, ' ') &&
           take_clock(rest, c) && take_text(rest, S(" GMT"));
}

bool date_http_parse(str s, int64_t *unix_time)
{
    struct civil c = { 0 };
    struct date date = { 0 };
    str rest = s;
    int weekday;

    if (!take_word(&rest, weekdays, 7, &weekday))
        return false;
    if (!(take_char(&rest, ' ') ? take_asctime(&rest, &c) : take_http(&rest, weekday, &c)))
        return false;
    c.month++;
    if (rest.len || c.day < 1 || c.day > days_of_month(c.year, c.month))
        return false;
    count_seconds(&c, &date);
    *unix_time = date.unix_time;
    return true;
}

str date_rfc3339(struct arena *a, struct date date)
{
    struct civil c = date_civil(date);
    int minutes = abs(date.offset);

    if (!date.has_time)
        return str_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
    if (!date.offset)
        return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
                       c.minute, c.second);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day, c.hour,
                   c.minute, c.second, date.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

int64_t now_thread_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t now_unix(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t fixed;

    return epoch && str_int(str_of(epoch), &fixed) ? fixed : (int64_t)time(NULL);
}
