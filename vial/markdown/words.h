/*
 * Counting words, piece by piece as a page's text passes.
 */
#pragma once
#include "vial/base/str.h"

struct words {
    size_t count;
    bool inside; /* a word that the next piece may go on with */
};

/* A word is what stands between spaces and has a letter or digit; a Han sign or kana is one each.
 */
void words_add(struct words *words, str text);

static inline void words_break(struct words *words)
{
    words->inside = false;
}
