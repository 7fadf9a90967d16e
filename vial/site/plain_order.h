/*
 * Plain order: texts of ASCII's letters, digits and signs, in the order in which most languages of
 * Latin letters have them; what ICU would say, without its tables.
 */
#pragma once
#include "vial/base/str.h"

/* Whether the language ("en", "de-AT") has no order of its own for such words. */
bool plain_language(str code);

/* Whether this is such a word, or some of them. */
bool plain_words(str s);

/* Of two that are: below, at or above 0. Numbers by their value, "a" before "A" where all else is
 * alike. */
int plain_order(str a, str b);
