/*
 * Markdown to HTML: CommonMark with GitHub's extensions, over cmark-gfm's tree.
 *
 * markdown_start() once, before any thread; then any number of threads render at the same time.
 * Nothing of the parser shows here, so that it can be changed.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A link or an image as it stands in the text. */
struct markdown_link {
    str url; /* as written, unescaped                        */
    str title;
    bool image;
    unsigned line, col; /* in the file (`first_line` counted in)        */
    size_t offset;      /* the same place, in bytes from the text's start */
};

/* What GitHub's Markdown has beyond CommonMark, to be left out by markdown_options.without. */
enum markdown_extension {
    MARKDOWN_TABLES = 1,
    MARKDOWN_STRIKETHROUGH = 2,
    MARKDOWN_AUTOLINKS = 4,
    MARKDOWN_TASKS = 8,
    MARKDOWN_FOOTNOTES = 16,
    MARKDOWN_TAGFILTER = 32, /* <script> and its like shown as text; only in plain mode */
    MARKDOWN_EXTENSIONS = 63,
};

/*
 * Asked for each link and image: true and `*url` where it leads instead. False leaves it as it is.
 * `self` is markdown_options.self. What it returns must live as long as the arena of the call.
 */
typedef bool markdown_resolve(void *self, const struct markdown_link *link, str *url);

struct markdown_options {
    bool plain;           /* just what cmark-gfm would print: no heading ids, the specs' output */
    bool escape_raw_html; /* raw HTML is shown as text; by default it passes through            */
    unsigned first_line;  /* of the text in its file, from 1; 0 is 1                            */
    markdown_resolve *resolve;
    void *self;
    size_t max_size;  /* bytes; 0: 16 MiB                                                   */
    unsigned without; /* of enum markdown_extension                                         */
};

struct markdown_heading {
    unsigned level, line; /* 1 to 6 */
    str id;               /* unique on the page; "" in plain mode            */
    str html, text;       /* the heading's inside, as HTML and as plain text */
};

struct markdown {
    str html;
    const struct markdown_heading *headings;
    size_t nheadings;
    const struct markdown_link *links; /* and images, in order              */
    size_t nlinks;
    str summary; /* HTML before <!-- more -->, else the first paragraph; may be empty */
    size_t words;
};

void markdown_start(void);

/* `file` is for messages. All results live in `a`. False: too large, not UTF-8, too costly. */
bool markdown_render(struct markdown *out, str file, str text,
                     const struct markdown_options *options, struct arena *a, struct error *err);

/* The id that a heading of this text gets (GitHub's rule), before it is made unique. */
str markdown_slug(struct arena *a, str text);

#ifdef __cplusplus
}
#endif
