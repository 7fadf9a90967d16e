/*
 * The rule by which a language chooses a plural form: "(n%10==1 && n%100!=11 ? 0 : 1)".
 */
#pragma once
#include "vial/base/str.h"

/* Whether `rule` is C's arithmetic on `n` and nothing else. */
bool plural_check(str rule);

/* The number of the form for `n`; -1 when the rule divides by zero, or `rule` is none. */
int64_t plural_form(str rule, int64_t n);
