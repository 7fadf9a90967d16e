/*
 * Counting words, piece by piece as a page's text passes.
 */
#pragma once
#include "vial/base/str.h"

struct words {
    size_t count;
    size_t signs; /* of these: Han signs and kana, which are read faster than words */
    unsigned run; /* signs of a word that nothing ends: in scripts that have neither */
    bool inside;  /* a word that the next piece may go on with */
};

/*
 * A word is what stands between spaces and has a letter or digit; a Han sign or kana is one each.
 * Thai, Lao, Burmese and Khmer set no spaces between words and have no sign for each: four letters,
 * with what stands above and below them, are taken for one.
 */
void words_add(struct words *words, str text);

static inline void words_break(struct words *words)
{
    words->inside = false;
    words->run = 0;
}
