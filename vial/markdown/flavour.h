/*
 * What writers expect beyond GitHub's Markdown, each asked for by an enum markdown_feature: alerts,
 * containers, definition lists, captions, a table of contents, marked and raised text.
 *
 * Each function that gives a bool says whether it has written the block's beginning or end.
 */
#pragma once
#include "vial/markdown/attributes.h"

bool alert_enter(struct rendering *r, cmark_node *quote); /* > [!NOTE] */
bool alert_leave(struct rendering *r, const cmark_node *quote);

void container_enter(struct rendering *r, const cmark_node *node);
void container_leave(struct rendering *r, const cmark_node *node);

/* A paragraph that is [TOC], an image with its caption (which alone can bear `attributes`), or
 * terms and what they mean. */
bool paragraph_enter_as(struct rendering *r, cmark_node *paragraph,
                        const struct attributes *attributes);
bool paragraph_leave_as(struct rendering *r, const cmark_node *paragraph);

/* `html`, with the table of contents where [TOC] stands. */
str toc_put(struct rendering *r, str html);

/* ==marked==, ^^inserted^^, ^raised^ and, where the parser left them, ~lowered~. */
void text_add_marked(struct rendering *r, const cmark_node *node);

/* `node` ends: what was opened in it and did not come to its end. */
void marks_close(struct rendering *r, const cmark_node *node);
