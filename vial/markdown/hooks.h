/*
 * Hooks: what somebody else writes in the place of a link, an image, a heading, a block of code, a
 * quotation or a table (markdown_options.hook).
 *
 *     bool hooked = hooks_open(r, node);      write its beginning;    if (hooked) hooks_entered(r);
 *     bool hooked = hooks_leave(r, node);     write its end;          if (hooked) hooks_close(r);
 *
 * Only options with hooks come here: all others cost nothing.
 */
#pragma once
#include "vial/markdown/attributes.h"

bool hooks_open(struct rendering *r, cmark_node *node);
void hooks_entered(struct rendering *r);
bool hooks_leave(struct rendering *r, const cmark_node *node);
void hooks_close(struct rendering *r);

/* The attributes of the one that was opened last, as they are written. */
void hooks_note(struct rendering *r, const cmark_node *node, const struct attributes *attributes);

/* An image that is all of a paragraph takes its place when a hook writes it. */
bool hooks_take_paragraph(struct rendering *r, const cmark_node *paragraph);
