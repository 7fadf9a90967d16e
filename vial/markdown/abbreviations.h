/*
 * Abbreviations and what they are short for.
 *
 *     The HTML of it.
 *
 *     *[HTML]: Hypertext Markup Language
 */
#pragma once
#include "vial/markdown/rendering.h"

/* Takes the paragraphs that explain them out of the tree, and keeps what they say. */
void abbreviations_take(struct rendering *r);

/* `text` as HTML, with them marked; `before`: the byte it follows, or '\0'. */
void abbreviations_add(struct rendering *r, str text, char before);
