/*
 * The ids of headings: GitHub's rule, and one of a kind on the page.
 */
#pragma once
#include "vial/base/map.h"

/* As markdown_slug(). */
str heading_slug(struct arena *a, str text);

/* `slug`, or `slug-1`, `slug-2`...: the first that is not in `taken`, where it is then put. */
str heading_unique(struct map *taken, str slug);
