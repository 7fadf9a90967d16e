/*
 * Filler text for a page that has none yet.
 */
#pragma once
#include "vial/template/rendering.h"

/* `n` paragraphs of `min` up to (not including) `max` words; with `html` in <p> and Markup. */
value lipsum(struct rendering *r, int64_t n, bool html, int64_t min, int64_t max);
