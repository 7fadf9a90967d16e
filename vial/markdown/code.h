/*
 * Blocks of code: what their fence asks for, and their HTML.
 */
#pragma once
#include "vial/markdown/rendering.h"

/* The word that names the language: "rust" of "rust,ignore", "python" of "{.python #id}". */
str code_language(str info);

/* What the block holds, as its writer wrote it. */
str code_text(struct rendering *r, const cmark_node *node);

/* The block as coloured HTML; a language that nobody knows is noted in the result. */
void code_add(struct rendering *r, const cmark_node *node, str info, str code, unsigned line);
