/*
 * Feeds and the sitemap: what is new on the site, and all there is, for programs that ask.
 *
 *     feeds: atom                                    /atom.xml
 *     feeds: {formats: [atom, json], limit: 20, full: true, of: [site, sections, terms]}
 *     sitemap: true                                  /sitemap.xml and /robots.txt
 *
 * A feed is a template of vial's own, feeds/atom.xml, that a site may replace like any of a theme.
 */
#pragma once
#include "vial/site/index.h"

enum { FEED_ATOM, FEED_RSS, FEED_JSON, FEED_FORMATS };

struct feed_format {
    const char *name, *file, *template, *type;
};
extern const struct feed_format feed_formats[FEED_FORMATS];

/* The newest dated pages of a list, in as many formats as the site asks for. */
struct feed {
    str key;                   /* the address it lies below: "/blog/"        */
    const struct page *page;   /* of the list                                */
    const struct page **pages; /* the newest first                           */
    size_t npages;
    str urls[FEED_FORMATS]; /* encoded; .p is NULL: not in this format       */
};

struct sitemap {
    struct sitemap_entry {
        str url;
        struct maybe_date date;
        const str *others; /* its address in each language, .p is NULL: none; NULL: no other */
    } * list;
    size_t count;
};
enum { SITEMAP_MOST = 50000 }; /* addresses in a file, by the protocol */

struct giving;
/* Addresses of feeds, of the sitemap and of robots.txt; once all others are given. */
void address_feeds(struct giving *g);
void address_sitemap(struct giving *g);

/* The text of the sitemap's file `number`: 0 is /sitemap.xml, which of several is their list. */
str sitemap_text(const struct sitemap *sitemap, size_t number, const struct config *config,
                 struct arena *a);
str robots_text(str base_url, struct arena *a);
