/*
 * Markdown to HTML: CommonMark with GitHub's extensions, over cmark-gfm's tree.
 *
 * Any number of threads render at the same time. Nothing of the parser shows here, so that it can
 * be changed. Raw HTML passes as it stands: links and ids in it are not seen.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The language of a block of code that nobody knows. */
struct markdown_language {
    str name;
    unsigned line; /* of the fence, in the file */
};

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

/* What is beyond GitHub's Markdown, asked for by markdown_options.with; none costs those without.
 */
enum markdown_feature {
    MARKDOWN_HIGHLIGHT = 1,  /* fenced code coloured by Pygments' classes, with titles and lines */
    MARKDOWN_ALERTS = 2,     /* > [!NOTE]                                                        */
    MARKDOWN_CONTAINERS = 4, /* !!! note, ??? note, === "Tab", ::: note                          */
    MARKDOWN_ATTRIBUTES = 8, /* {#id .class key=value}                                           */
    MARKDOWN_DEFINITIONS = 16, /* a term, and below it lines that begin with ": " */
    MARKDOWN_TOC = 32,  /* [TOC]                                                            */
    MARKDOWN_MARK = 64, /* ==marked==                                                       */
    MARKDOWN_SUPERSCRIPT = 128, /* x^2^, and H~2~O in the place of GitHub's ~struck out~ */
    MARKDOWN_SMART = 256,     /* quotation marks, dashes and dots as a typesetter has them        */
    MARKDOWN_ANCHORS = 512,   /* a link to itself in each heading                                 */
    MARKDOWN_CAPTIONS = 1024, /* an image alone with a title is a figure with a caption           */
    MARKDOWN_LAZY = 2048,     /* images are fetched when they come into view                      */
    MARKDOWN_SIZES = 4096,    /* they have the width and height that `resolve` knows of           */
    MARKDOWN_EMOJI = 8192,    /* :tada:                                                           */
    MARKDOWN_ABBREVIATIONS = 16384, /* *[HTML]: Hypertext Markup Language */
    MARKDOWN_HIDDEN_LINES = 32768,  /* "# use x;" in Rust is for its compiler: it is not shown */
};

/* In whose way things are written that are written in several. */
enum markdown_profile {
    MARKDOWN_PLAIN,  /* as on GitHub, where GitHub has it                     */
    MARKDOWN_PYTHON, /* as Python-Markdown and pymdownx: see vial/markdown/python.h */
};

/* Where one leads. */
struct markdown_target {
    str url;
    unsigned width, height; /* of an image, as it is shown; 0: not known */
};

/*
 * Asked for each link and image: true and where it leads instead. False leaves it as it is. `self`
 * is markdown_options.self. What it returns must live as long as the arena of the call.
 */
typedef bool markdown_resolve(void *self, const struct markdown_link *link,
                              struct markdown_target *to);

/* What a hook may write in its own way: bits of markdown_options.hooks. */
enum markdown_hooks {
    MARKDOWN_HOOK_LINK = 1,
    MARKDOWN_HOOK_IMAGE = 2,
    MARKDOWN_HOOK_HEADING = 4,
    MARKDOWN_HOOK_CODE = 8, /* a block of code */
    MARKDOWN_HOOK_QUOTE = 16,
    MARKDOWN_HOOK_TABLE = 32,
};

struct markdown_attribute {
    const struct markdown_attribute *next;
    str name, value;
};

/* A cell of a table; the rows count from 0, the head's as well. */
struct markdown_cell {
    str html;
    str alignment; /* left, center, right; empty: none */
    size_t row;
    bool head;
};

/* One of them, in the parts a template needs. What it has not is empty. */
struct markdown_hooked {
    enum markdown_hooks kind;
    unsigned line;          /* in the file                                              */
    str html;               /* what stands there without the hook                        */
    str inside;             /* HTML: of a link, a heading, a quotation (without its title) */
    str text;               /* the same without markup; of an image, what stands for it  */
    str url, title;         /* of a link or an image: where it leads                     */
    bool alone;             /* an image that is a paragraph's all                         */
    unsigned width, height; /* of an image; 0: not known                                 */
    str id;                 /* of a heading                                              */
    unsigned level;         /* of a heading                                              */
    str language, info;     /* of code: its name; all that stands behind the fence       */
    str code;               /* its text                                                  */
    str alert;              /* "note", where the quotation is one                        */
    const struct markdown_cell *cells; /* of a table, in order                              */
    size_t ncells;
    const struct markdown_attribute *attributes; /* that its writer gave it */
};

/*
 * Asked for each of markdown_options.hooks, the inner before the outer: `*html` takes its place;
 * NULL text leaves it as it is. False, with `err`: rendering fails. What is handed in is gone after
 * the call; what comes out lives as long as the call's arena.
 */
typedef bool markdown_hook(void *self, const struct markdown_hooked *what, str *html,
                           struct error *err);

struct markdown_options {
    bool plain;           /* just what cmark-gfm would print: no heading ids, the specs' output */
    bool escape_raw_html; /* raw HTML is shown as text; by default it passes through            */
    bool drop_raw_html;   /* it is left out; what stands between tags stays            */
    unsigned first_line;  /* of the text in its file, from 1; 0 is 1                            */
    markdown_resolve *resolve;
    void *self;
    size_t max_size;  /* bytes; 0: 16 MiB; 256 MiB at the most                              */
    unsigned without; /* of enum markdown_extension                                         */
    unsigned with;    /* of enum markdown_feature; not in plain mode                        */
    enum markdown_profile profile; /* likewise */
    /* `rel` and `target` of links to http(s), but to `own_url`; empty: none. Not in plain mode */
    str external_rel, external_target, own_url;
    /* What stood in code before it was replaced by marks, each of which begins with 0x02. */
    str (*verbatim)(void *self, str code);
    /* What a note of this kind ("warning") is called that has no title; empty: as its class is. */
    str (*note_title)(void *self, str kind);
    unsigned hooks; /* of enum markdown_hooks; not in plain mode                          */
    markdown_hook *hook;
};

struct markdown_heading {
    unsigned level, line; /* 1 to 6; in the file                                 */
    str id;               /* unique on the page; "" in plain mode                */
    str html;             /* its inside, without links and such, so that it may stand in one */
    str text;             /* the same as plain text, with what stands for images */
};

struct markdown {
    str html;
    const struct markdown_heading *headings;
    size_t nheadings;
    const struct markdown_link *links; /* and images, in order              */
    size_t nlinks;
    const struct markdown_language *unknown; /* in order; with MARKDOWN_HIGHLIGHT only */
    size_t nunknown;
    str summary;  /* HTML above <!-- more -->, else the first paragraph that has words; may be
                     empty; without ids and footnotes, so that many may stand on a page */
    size_t words; /* of prose: blocks of code and raw HTML are not counted */
    size_t signs; /* of these: Han signs and kana, of which many are read in a minute */
};

/* Readies the parser: the first markdown_render() does it too, whose time it then is. */
void markdown_start(void);

/*
 * `file` is for messages, `options` may be NULL. All results live in `a`. False: the text is too
 * large, or not UTF-8, or was made to cost more than any honest text does, or a hook failed.
 */
bool markdown_render(struct markdown *out, str file, str text,
                     const struct markdown_options *options, struct arena *a, struct error *err);

/* The id that a heading of this text gets (GitHub's rule), before it is made unique. */
str markdown_slug(struct arena *a, str text);

#ifdef __cplusplus
}
#endif
