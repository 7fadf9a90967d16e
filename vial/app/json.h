/*
 * JSON: data files, and what programs say to each other line by line, as values and back.
 *
 * Read as Python's json module does: objects keep their order, a key that stands twice has its last
 * value, NaN and Infinity are numbers. A whole number that 64 bits do not hold becomes a big one.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/template/value.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { JSON_DEPTH = 200, JSON_DIGITS = 4300 /* of a whole number, as Python */ };

/*
 * The value that stands in `text`'s span, in `a`; text without escapes is borrowed from the source,
 * which has to outlive it. False, and `err` tells the place, when it is no JSON.
 */
bool json_parse(value *v, struct place text, struct arena *a, struct error *err);

/*
 * Appends `v`: text in UTF-8 as it is, `</` and the like untouched (a template's `tojson` is what
 * can stand in HTML). False for what JSON cannot say: undefined values, objects, deep nesting.
 */
bool json_print(value v, struct buf *out);
void json_print_text(str s, struct buf *out); /* "quoted", with escapes where they must be */

#ifdef __cplusplus
}
#endif
