/*
 * A visit: one request, as the objects of the site see it.
 *
 * It knows what the response reads, and keeps what was rendered for it, so that `page.content`,
 * `page.toc` and `page.word_count` cost one rendering together. It lives in the request's arena.
 */
#pragma once
#include "vial/markdown/markdown.h"
#include "vial/site/inside.h"

/* From the byte `at` of a page's text on, it is that of `file` from `offset` on (snippets.c). */
struct piece {
    size_t at;
    str file, text;
    size_t offset;
};

struct rendered {
    str file; /* for messages          */
    str text; /* the file's, as it was */
    size_t body;
    const struct piece *pieces; /* in order; none where nothing is included */
    size_t npieces;
    struct place pinned; /* of all that is found, while a file is shown that stands elsewhere */
    struct markdown out;
    const void *part;           /* of the reads, where what it read was noted  */
    const struct reads *notes;  /* the same once more; NULL: not kept */
    const struct page_ids *ids; /* ask rendered_ids() */
};

/* A page whose text is being made, and for whose sake. */
struct needed {
    const struct page *page;
    const struct needed *by; /* NULL: the page that answers, or none */
};

struct visit {
    struct object object; /* it travels in the request's `g` */
    struct site *site;
    vial_req *req;
    struct arena *arena;
    struct reads *reads;
    const struct page *self; /* that answers; NULL: none does. Read it by visit_self() */
    unsigned language;       /* the reader's: its number       */
    struct map rendered;     /* by path, to struct rendered    */
    const struct needed *needed;
};

struct visit *visit_of(struct site *site, vial_req *req);         /* begun when there is none yet */
struct visit *visit_from(struct site *site, struct rendering *r); /* the same, for objects        */

/* The page that answers, or NULL, for what shows templates something that depends on it: what is
 * made from that is this page's alone. */
const struct page *visit_self(struct visit *v);

/* The page whose text is being made, or else the one that answers: files beside it are meant. */
const struct page *visit_needs(struct visit *v);

/* Whether this visit tells what is wrong in the page's own text: if it is the page that answers. */
bool visit_tells(const struct visit *v, const struct page *page);

/* Notes that `page:PATH#FIELD` was read. */
void visit_note(struct visit *v, const struct page *page, const char *field);
struct read *visit_page(struct visit *v, const struct page *page); /* for those who note more */
void visit_show(struct visit *v, const struct page *page);         /* it is what answers */
void visit_speak(struct visit *v, unsigned language);              /* that is the reader's */
/* Notes that it mattered whether there is a page or a file at `path`, and where. */
void visit_note_path(struct visit *v, str path);
void visit_note_key(struct visit *v, const char *kind, str name); /* "kind:name" */
void visit_note_file(struct visit *v, str file); /* that is sent as it is: by its name on disk */

/* The page's text as HTML, once per visit. NULL, and `err` says why, when it cannot be read. */
const struct rendered *visit_render(struct visit *v, const struct page *page, struct error *err);

/* More than its file says what its HTML is: hooks, calls, files that it includes. */
bool page_is_made(const struct site *site, const struct page *page);
/* A span of its text, in the file that it came from. */
struct place rendered_place(const struct rendered *rendered, size_t offset, size_t len);
/* The ids in its HTML. */
const struct page_ids *rendered_ids(const struct visit *v, struct rendered *rendered);

/* ---- objects (objects_page.c, objects_section.c, objects_site.c, objects_list.c, objects_date.c)
 * ---- */

/*
 * What was read of the pages of one list. Of the first few it is noted page by page; who reads a
 * field of more of them has read it of the whole list, and is told so by "section:blog#title".
 */
enum { LIST_FEW = 16 };
struct list_reads {
    str key;
    struct few {
        const struct page *pages[LIST_FEW];
        unsigned count;
    } * few[64];        /* by field: of which pages; NULL: none yet */
    struct read *whole; /* of `part` of the reads                   */
    const void *part;
};
struct read *list_reads_whole(struct visit *v, struct list_reads *list);

value page_value(struct visit *v, const struct page *page); /* none for NULL */
value page_value_in(struct visit *v, const struct page *page, struct list_reads *list);
value section_value(struct visit *v, const struct section *section); /* none for NULL */
value date_value(struct arena *a, struct date date);
value pages_value(struct visit *v, const struct page *const *pages, size_t count);
/* All pages of the list with this key: "section:blog". Notes that the list was read. */
value pages_value_of(struct visit *v, str key, const struct page *const *pages, size_t count);
value sections_value(struct visit *v, const struct section *const *sections, size_t count);
value term_value(struct visit *v, const struct term *term);             /* none for NULL */
value taxonomy_value(struct visit *v, const struct taxonomy *taxonomy); /* none for NULL */
value taxonomies_value(struct visit *v);
value page_taxonomies(struct visit *v, const struct page *page);
value related_pages(struct visit *v, const struct page *page);
value paginator_value(struct visit *v, const struct paged *paged, size_t number);
struct feed;
value feed_value(struct visit *v, const struct feed *feed, size_t format);
value page_feeds(struct visit *v, const struct page *page);
value page_outputs(struct visit *v, const struct page *page);
value output_value(struct visit *v, const struct page *page, str format, str url);
value nav_value(struct visit *v, const struct nav *nav);
bool date_from_value(value v, struct date *date); /* false: it is no date */
filter_fn filter_dateformat, filter_datetimeformat;
value backlinks_value(struct visit *v, const struct page *page);
value languages_value(struct visit *v); /* `site.languages` */
value translations_value(struct visit *v, const struct page *page);
const struct language *
visit_language(const struct visit *v); /* the reader's, as the index has it */

/* page.NAME; false when it has none of that name. */
bool page_attr(struct rendering *r, struct visit *v, const struct page *page, str name, value *out);
str permalink(struct visit *v, str url); /* with the site's base_url */
str local_url(struct visit *v, str url); /* with the site's base path */
