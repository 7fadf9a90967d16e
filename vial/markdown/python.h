/*
 * The profile "python-markdown": what Python-Markdown and pymdownx write in another way, so that
 * style sheets and links of sites made for MkDocs and Pelican fit.
 *
 * Notes, details, marks, definitions and coloured code have their class names in both profiles.
 */
#pragma once
#include "vial/markdown/rendering.h"

static inline bool is_python(const struct rendering *r)
{
    return r->options->profile == MARKDOWN_PYTHON;
}

void python_reference(struct rendering *r, const cmark_node *reference);
void python_footnote(struct rendering *r, const cmark_node *definition, unsigned number);
/* The ways back; `apart`: behind no paragraph. */
void python_returns(struct rendering *r, const cmark_node *definition, bool apart);

/* `first` opens a set of tabs: inputs and labels of all, then their texts. */
void python_tabs(struct rendering *r, const cmark_node *first, unsigned set);

bool python_has_tasks(const cmark_node *list);

/* The ids of headings: "Über uns" is uber-uns, the second one uber-uns_1. */
str python_slug(struct arena *a, str text);
str python_unique(struct map *taken, str slug);
