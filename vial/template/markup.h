/*
 * Markup: text that is HTML already (VIAL_SAFE), and what it does to plain text beside it.
 */
#pragma once
#include "vial/template/rendering.h"

static inline bool value_is_safe(value v)
{
    return v.type == VIAL_STR && (v.flags & VIAL_SAFE);
}

/* a + b of two texts: when one is Markup the other is escaped first. */
value text_add(struct rendering *r, value a, value b);

/* Text of `s` that is Markup when `like` is. */
value text_like(value like, str s);

str html_escaped(struct arena *a, str s); /* `s` itself when there is nothing to escape */

/* Without tags and comments, entities resolved, white space made single: Markup.striptags(). */
str html_striptags(struct rendering *r, str html);
str html_unescape(struct rendering *r, str html);
