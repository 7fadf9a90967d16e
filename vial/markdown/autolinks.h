/*
 * Bare addresses as links, GitHub's extension "autolink": our own in the place of cmark's.
 */
#pragma once
#include <cmark-gfm/syntax_extension.h>

/* Once, before any thread; never freed. */
cmark_syntax_extension *autolinks_new(void);
