/*
 * Items that are tasks, `- [x] done`, GitHub's extension "tasklist": our own in the place of
 * cmark's, which sees none within quotations and believes any "[x]" of the line.
 */
#pragma once
#include <cmark-gfm/syntax_extension.h>

/* Once, before any thread; never freed. An item is a task if it has an extension. */
cmark_syntax_extension *tasks_new(void);
