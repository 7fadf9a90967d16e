/*
 * Containers: blocks with a name around other blocks, which CommonMark has not.
 *
 *     !!! note "Title"        ??? tip          === "Tab"        ::: warning Title
 *         indented                indented         indented     anything
 *                                                               :::
 *
 * A fence of colons may end with attributes, {#id .class key=value}, or be named by them.
 */
#pragma once
#include "vial/base/str.h"
#include <cmark-gfm/node.h>
#include <cmark-gfm/syntax_extension.h>

enum container_kind { CONTAINER_NOTE, CONTAINER_DETAILS, CONTAINER_TAB, CONTAINER_BOX };

struct container {
    enum container_kind kind;
    str classes; /* "danger highlight" */
    str title;  /* .p is NULL: not said; of all but tabs it is the first paragraph within as well */
    str braces; /* "{#id .class}", whose classes are among `classes`; .p is NULL: none */
    bool open;
    size_t fence;         /* of CONTAINER_BOX and what was opened by it: its colons; else 0 */
    unsigned set, number; /* of a tab, when it is written: of which set, and which of it */
};

extern cmark_node_type tree_container; /* constant after containers_new() */

/* Once, before any thread; never freed. */
cmark_syntax_extension *containers_new(void);

static inline const struct container *container_of(const cmark_node *node)
{
    return node->user_data;
}

/* The paragraph that is a title, which has inline markup like others. */
static inline bool container_is_title(const cmark_node *paragraph)
{
    const cmark_node *parent = paragraph->parent;

    return parent && parent->type == tree_container && paragraph == parent->first_child &&
           container_of(parent)->title.len && container_of(parent)->kind != CONTAINER_TAB;
}

/* "note" and its like: what is a note and no mere box. */
bool container_is_note(str word);
