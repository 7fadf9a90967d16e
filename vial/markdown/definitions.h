/*
 * Definition lists, which CommonMark has not: what a term means is a block of its own, and the
 * paragraph before it is the terms, one a line.
 *
 *     Term
 *     :   What it means.
 *
 *         More of it.
 */
#pragma once
#include "vial/markdown/rendering.h"
#include <cmark-gfm/syntax_extension.h>

extern cmark_node_type tree_definition; /* constant after definitions_new() */

/* Once, before any thread; never freed. */
cmark_syntax_extension *definitions_new(void);

static inline bool is_definition(const cmark_node *node)
{
    return node && node->type == tree_definition;
}

/* The paragraph that names what the next block defines. */
static inline bool is_terms(const cmark_node *node)
{
    return node && node->type == CMARK_NODE_PARAGRAPH && is_definition(node->next);
}

/* A paragraph that is all its definition says on one breath: it has no <p>. */
bool definition_is_tight(const cmark_node *paragraph);

void terms_enter(struct rendering *r, const cmark_node *paragraph);
void terms_leave(struct rendering *r);
bool terms_break(struct rendering *r, const cmark_node *softbreak); /* false: of another block */
void definition_enter(struct rendering *r, const cmark_node *node);
void definition_leave(struct rendering *r, const cmark_node *node);
