/*
 * Attributes that a writer gives to a heading, a paragraph, a link or an image: {#id .class
 * key=value}. Of other blocks: block_attributes.h.
 */
#pragma once
#include "vial/markdown/rendering.h"

struct attributes {
    str id, classes, others;               /* others: ` key="value"`, as it stands in a tag */
    const struct markdown_attribute *list; /* the same others, the last first */
};

/* Of "{...}" or "{: ...}", all of `text`; false: it is no such thing. `safe`: only ids and classes.
 */
bool attributes_read(struct attributes *attributes, str text, bool safe, struct arena *a);

/* What one of them has for a value; .p is NULL: it is not there. */
str attributes_value(const struct attributes *attributes, const char *name);

/* Cuts them off the end of a heading or a paragraph, and out of the tree; false: there are none. */
bool attributes_take_last(struct rendering *r, cmark_node *block, struct attributes *attributes);

/* The same for what follows a link or an image directly. */
bool attributes_take_next(struct rendering *r, cmark_node *node, struct attributes *attributes);

/* The image that is all there is in a paragraph, but for its attributes; NULL: there is more. */
const cmark_node *image_alone(struct rendering *r, const cmark_node *paragraph);

/* ` id="..." class="..." key="..."`, which are those of `node` */
void attributes_add(struct rendering *r, const cmark_node *node,
                    const struct attributes *attributes);
