/*
 * Dates as Python's: datetime.date, datetime.datetime, and the timedelta between two.
 */
#pragma once
#include "vial/base/date.h"
#include "vial/template/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A day when `date` has no time, else a datetime; with a tzinfo when its zone was told. */
value datetime_new(struct arena *a, struct date date);

/* False when `v` is none of the two. */
bool datetime_date(value v, struct date *date);

#ifdef __cplusplus
}
#endif
