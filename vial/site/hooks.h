/*
 * Render hooks: templates that write links, images, headings, blocks of code, quotations and tables
 * in the place of Markdown.
 *
 *     templates/hooks/link.html         <a href="{{ destination }}">{{ text }}</a>
 *
 * Which there are is known to the site, so that a site without them pays nothing.
 */
#pragma once
#include "vial/site/visit.h"

/* Looks which there are, in the site and in its theme. */
void hooks_look(struct site *site);

/* markdown_options.hook; its `self` is a struct link_scope. */
markdown_hook hook_render;
