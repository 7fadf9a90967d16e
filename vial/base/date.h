/*
 * Dates: as writers write them, as HTTP and feeds want them.
 *
 * A date is a moment, or a day, or a moment on the writer's clock whose zone is not told; the last
 * two are taken in the zone `offset` that the reader of the file gives (the site's).
 */
#pragma once
#include "vial/base/str.h"
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct date {
    int64_t unix_time; /* seconds since 1970, UTC                                   */
    int32_t nanos;     /* 0 to 999,999,999                                          */
    int16_t offset;    /* of the clock it was written on, minutes east of Greenwich */
    bool has_time;     /* false: a day; unix_time is its first second at `offset`    */
    bool has_zone;     /* false: `offset` was supposed                              */
};

struct civil {
    int year, month, day, hour, minute, second; /* month and day from 1 */
    int weekday;                                /* 0 is Monday          */
    int yearday;                                /* 1 is 1 January       */
};

/*
 * "2026-11-21", "2026-11-21 10:30", "2026-11-21T10:30:00.5+02:00", "...Z": RFC 3339 and what YAML's
 * timestamps allow beside it. False when `s` is none, or no day of the calendar.
 */
bool date_parse(str s, int16_t offset, struct date *date);

/* "2026-11-21-hello" gives the date and leaves "hello" in `*rest`; false when there is none. */
bool date_from_name(str name, int16_t offset, struct date *date, str *rest);

struct civil date_civil(struct date date);       /* on its own clock, proleptic Gregorian  */
int64_t date_days(int year, int month, int day); /* since 1970-01-01                       */

enum { DATE_HTTP = 29 };
str date_http(struct arena *a, int64_t unix_time);   /* "Sat, 21 Nov 2026 10:30:00 GMT"        */
bool date_http_parse(str s, int64_t *unix_time);     /* RFC 9110 §5.6.7, all three forms       */
str date_rfc3339(struct arena *a, struct date date); /* "2026-11-21T10:30:00+02:00", or a day  */

int64_t now_thread_ns(void); /* CPU time of this thread                */
int64_t now_ns(void);        /* monotonic, for measuring               */
int64_t now_unix(void);      /* or SOURCE_DATE_EPOCH, where it is set  */

#ifdef __cplusplus
}
#endif
