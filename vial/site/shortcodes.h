/*
 * Shortcodes: templates that a writer calls from Markdown.
 *
 *     {{ youtube(id="dQw4w9WgXcQ") }}          {% details(summary="More") %} *body* {% end %}
 *
 * The template is templates/shortcodes/NAME.html; it sees the arguments, `page`, and `body`.
 */
#pragma once
#include "vial/site/links.h"

struct shortcode {
    str name, source; /* as written */
    value args;
    size_t offset; /* in the file */
    str body;
    size_t body_offset;
    bool has_body;
    bool in_link;      /* it is where a link leads: an address is wanted ... */
    bool in_mark;      /* ... by Markdown's own sign for it                  */
    const char *wrong; /* it is not well formed, unless it stands in code; NULL: it is */
};

struct shortcodes {
    struct visit *visit;
    const struct page *page;
    struct rendered *rendered;
    const struct markdown_options *options; /* for bodies; its `self` is a struct link_scope */
    struct shortcode *list;
    size_t count, cap;
    unsigned deep;
};

/*
 * `text`, which begins at `offset` of the page's file, with a mark of the same length in the place
 * of each call; itself when there is none. A call that is not well formed has one too: it may stand
 * in code, where it is none. NULL text, and `err`: there are too many.
 */
str shortcodes_mark(struct shortcodes *shortcodes, str text, size_t offset, struct error *err);

/*
 * `html` with each mark replaced by what its template makes. NULL text, and `err`: one failed.
 * Those that fail behind it are among the site's findings.
 */
str shortcodes_put(struct shortcodes *shortcodes, str html, struct error *err);

/* The text without marks: for titles in lists, where nothing is called. */
str shortcodes_strip(const struct shortcodes *shortcodes, str text);

/* markdown_options.verbatim: code with the calls in it as they were written, for none was meant. */
str shortcodes_verbatim(void *scope, str code);

/* Where a link leads whose address is a call: `*url` is what that makes. False: it failed. */
bool shortcodes_in_link(struct link_scope *scope, str *url);
