/*
 * HTML, tag by tag: enough to find addresses in it, and what a picture lacks.
 *
 *     struct html_tags tags = { .html = html };
 *     while (html_next_tag(&tags))
 *         if (str_ieq(tags.name, S("img")) && !html_attribute(&tags, "alt")) ...
 *
 * Comments, and what is in scripts and style sheets, are passed over. Nothing is decoded: names and
 * values are slices of the HTML.
 */
#pragma once
#include "vial/base/str.h"

enum { HTML_ATTRIBUTES = 48 }; /* of one tag; more are not seen */

struct html_tags {
    str html;
    size_t at;    /* behind the tag      */
    size_t begin; /* where its "<" stands */
    str name;
    struct html_attribute {
        str name, value; /* value.p is NULL: it has none */
    } attributes[HTML_ATTRIBUTES];
    size_t count;
};

bool html_next_tag(struct html_tags *tags); /* opening tags alone */
const struct html_attribute *html_attribute(const struct html_tags *tags, const char *name);

/* "&amp;" is the one entity that addresses have. */
str html_address(str value, struct arena *a);
