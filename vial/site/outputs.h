/*
 * Outputs: what a page is beside HTML.
 *
 *     outputs: {page: [html, json], section: [html, json]}     in vial.yaml, by kind
 *     outputs: [html, json, ics]                                in front matter, or under `cascade`
 *
 * /blog/hello/ is there as /blog/hello/index.json too, made by the template page.json, or, for a
 * page of event.html, by event.json. A page without html among its outputs is at the address of the
 * first of them.
 */
#pragma once
#include "vial/site/address.h"

struct page_output {
    str format; /* "html", "json": the ending of its file and of its template */
    str url;    /* encoded                                                    */
};

struct page_outputs {
    size_t count;
    struct page_output list[];
};

/* As address_give_page(), with all its outputs. */
void outputs_give(struct giving *g, str address, struct page *page, const struct term *term);

/* The names of templates that may make a page in this format, the best first; how many there are.
 */
enum { OUTPUT_TEMPLATES = 4 };
size_t output_templates(const struct page *page, str own, str format, str names[OUTPUT_TEMPLATES],
                        struct arena *a);

/* Formats beside html that any page of the site has: a set. */
struct map outputs_in_use(const struct index *index, struct arena *a);
