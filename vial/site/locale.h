/*
 * Locales: what a language does with dates, numbers of things and the alphabet; and time zones.
 *
 * All of it is ICU's to know. ICU costs two milliseconds to load, more than a build that finds
 * nothing to do, so it is loaded when a site first needs it: locale_start().
 */
#pragma once
#include "vial/base/date.h"
#include "vial/base/error.h"

struct locale;

/* True when ICU is there. `err` says what is missing. Any thread, any number of times. */
bool locale_start(struct error *err);

/* What is known of the language `code` ("de", "pt-BR"). locale_start() came first. */
struct locale *locale_open(str code);
void locale_close(struct locale *locale); /* NULL is fine */

/* As the language sorts words, numbers in them by their value: below, at or above 0. */
int locale_compare(struct locale *locale, str a, str b);

/* The category of `number` things: "zero", "one", "two", "few", "many" or "other". */
str locale_plural(struct locale *locale, double number, struct arena *a);

/*
 * `date` on its own clock, as the language writes it: "short", "medium", "long" or "full", or the
 * letters of Unicode's date formats ("d. MMMM y"). A name that begins with "+" is a skeleton: which
 * parts are wanted, in whatever order the language has them ("+yMMMM"). Any thread.
 */
bool locale_date(struct locale *locale, struct date date, str format, bool with_time,
                 struct arena *a, str *out);

/* The language by its own name: "Deutsch". */
str locale_name(str code, struct arena *a);

/* ---- time zones ---- */

struct zone;

/*
 * "Europe/Berlin". It is there for good, once for each name. NULL: there is none of that name, and
 * `nearest` is what was meant, or empty. locale_start() came first.
 */
struct zone *zone_open(str name, struct arena *a, str *nearest);

/* Minutes east of Greenwich at this moment; and where a clock there shows `local` seconds. */
int16_t zone_offset(struct zone *zone, int64_t unix_time);
int16_t zone_offset_of_local(struct zone *zone, int64_t local);
