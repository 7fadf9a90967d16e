/*
 * Styles: what coloured code looks like, as a style sheet for its classes.
 */
#pragma once
#include "vial/base/buf.h"

struct style {
    const char *name;
    bool dark;         /* made for a dark background          */
    const char *plain; /* what all code looks like             */
    const char *rules; /* "k kd{color: #00f}s s1{color: #a31515}" */
};

extern const struct style styles[]; /* sorted; made by styles.py */
extern const size_t styles_count;

const struct style *style_find(str name); /* NULL: there is none */

/* Its rules for what stands below `scope`: ".highlight". */
void style_write(struct buf *out, const struct style *style, str scope, str indent);
