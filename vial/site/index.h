/*
 * The index: where everything is. Sections, addresses, order, neighbours; made anew in an arena of
 * its own whenever any file changed, and only read in between.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/site/taxonomy.h"

struct section {
    str path;                /* its folder, relative to content/; "" for content/ itself */
    str url;                 /* of the folder, encoded                                 */
    const struct page *page; /* its own; without a file where there is none. Never NULL */
    struct section *parent;  /* NULL for content/ itself                                */
    const struct page **pages;
    const struct section **sections;
    size_t npages, nsections;
    uint8_t language;
    bool transparent; /* its pages are its parent's as well */
};

/* The next list that a page of this section is in; NULL: there is no other. */
static inline struct section *section_through(const struct section *section)
{
    return section->transparent ? section->parent : NULL;
}

enum target_kind {
    TARGET_PAGE,
    TARGET_OUTPUT, /* a page in another format */
    TARGET_ASSET,
    TARGET_STATIC,
    TARGET_ALIAS,
    TARGET_ROUTE,
    TARGET_FEED,
    TARGET_SITEMAP,
    TARGET_ROBOTS,
    TARGET_SEARCH
};

/* A list in pieces. */
struct paged {
    const struct paging *paging;
    const struct page **pages; /* in the order they are shown */
    size_t npages, total;
    const str *urls; /* of each piece, encoded: the first is the list's own */
};

/* What answers at an address. */
struct target {
    enum target_kind kind;
    str url;                 /* encoded */
    const struct page *page; /* of a page or a route; where an alias leads */
    const struct asset *asset;
    const struct config_route *route;
    value item;                /* of a route with `for:`               */
    const struct paged *paged; /* NULL: it is no list, or one in a piece */
    const struct feed *feed;   /* of a feed                              */
    str format;                /* of an output: "json"                   */
    size_t number; /* of the piece, from 1; of the feed's format; of a file of the sitemap or the
                      index */
};

/* A line of the site's navigation: of `nav:` in vial.yaml, or of SUMMARY.md. */
struct nav {
    str title, url;
    const struct page *page; /* NULL: a heading, an address elsewhere, or of no page */
    bool inside;             /* its address is of this site though it is no page's */
    bool unnumbered;         /* in a book: a foreword, or the title of a part      */
    str number;              /* "2.1"; empty: it has none                          */
    struct nav *children, *next;
};

/* A SUMMARY.md: the navigation of a language, as its writer gave it. */
struct summary {
    str path; /* relative to content/      */
    str text; /* .p is NULL: there is none */
};

struct locale;

/* A language, and what is there in it. */
struct language {
    const struct config_language *config;
    struct section *root;    /* content/ itself, as this language has it                  */
    const struct page **all; /* pages that are no section's own, in the site's order      */
    size_t nall;
    struct nav *nav;        /* NULL: it has none                                          */
    struct map menus;       /* by name, to struct nav: the first line; NULL: it is empty  */
    struct page *not_found; /* of 404.md; NULL: none                                      */
};

struct index {
    struct arena arena;
    struct language *languages; /* as config->languages has them: the site's own is the first */
    size_t nlanguages;
    struct page **stand_ins; /* pages in want of a translation (languages.c), by place */
    size_t nstand_ins;
    struct map sections;     /* by folder, to struct section                                    */
    struct map pages;        /* by path, to struct page: also those that are not shown           */
    struct map places;       /* by place, where that is not the path                             */
    struct map assets;       /* by path below content/, to struct asset                          */
    struct map bundles;      /* by folder, to struct page                                        */
    struct map hidden;       /* folders whose own page is not shown, to that page */
    struct map targets;      /* by decoded address, to struct target                             */
    struct map taxonomies;   /* by name, to struct taxonomy; "de/tags" of another language    */
    struct map terms;        /* by "tags/linux", to struct term                              */
    struct map term_pages;   /* the same by the paths of their pages                         */
    struct map feeds;        /* by the address they lie below, to struct feed                */
    struct sitemap *sitemap; /* NULL: none                                                   */
    struct map backlinks;    /* by path, to struct backlinks: made when it is asked for      */
    struct arena arena_backlinks; /* of these */
    atomic_bool has_backlinks;
    struct map paged;        /* by URL, to struct paged                                      */
    struct map cuts;         /* the same while it is being made (pieces.c)                   */
    bool lists, lists_terms; /* sections and terms without a file of their own have a page */
};

/* What an index is made of. */
struct index_inputs {
    struct page **pages; /* by path */
    size_t npages;
    const struct file_entry *assets; /* of content/ */
    size_t nassets;
    const struct asset *statics;
    size_t nstatics;
    const struct config *config;
    str content;                   /* the folder, as messages and the system call it */
    value data;                    /* a dict: what routes with `for:` go through */
    struct locale *const *locales; /* for each language; NULL, or one is: by bytes */
    int64_t now;
    bool drafts, future;
    bool lists;       /* there is a template for sections that have no file of their own */
    bool lists_terms; /* and for terms                                                   */
    const struct summary *summaries; /* for each language */
};

/* Errors: addresses that two things want, and lines of the navigation that lead nowhere. */
struct index *index_new(const struct index_inputs *in, struct errors *errors,
                        struct errors *warnings);
void index_free(struct index *index);

/* ---- between the files of the index ---- */

/* Puts pages in the order of their places, with stand-ins; then who is whose translation. */
void index_languages(struct index *index, struct index_inputs *in);
void index_translations(struct index *index, const struct index_inputs *in);
/* The page at this place: of the path of a file, or where that is in a language. NULL: none. */
const struct page *index_page_at(const struct index *index, str place);
/* Sorts the pages of all sections and says who is before and after whom (order.c). */
void index_order(struct index *index, const struct index_inputs *in);
/* Reads the navigation and lets pages follow it (nav.c). */
void index_nav(struct index *index, const struct index_inputs *in, struct errors *errors,
               struct errors *warnings);
/* The lines of `list`, written as those of `nav:` are; `what` it is, for messages. (nav.c) */
struct nav *nav_lines(struct index *index, const struct index_inputs *in, unsigned language,
                      const struct yaml_node *list, const char *what, struct errors *errors,
                      struct errors *warnings);
/* Fills the menus of all languages (menus.c). */
void index_menus(struct index *index, const struct index_inputs *in, struct errors *errors,
                 struct errors *warnings);
/* Pages of one section with one title (checks.c). */
void check_titles(const struct index *index, const struct index_inputs *in, struct errors *errors,
                  struct errors *warnings);
/* Front matter against the schemas of vial.yaml (schema.c). */
void check_schemas(const struct index *index, const struct index_inputs *in, struct errors *errors,
                   struct errors *warnings);
/* Lets pages inherit from the sections above them (cascade.c). */
void index_cascades(struct index *index, const struct index_inputs *in);
/* Fills the lists that are cut in pieces (pieces.c). */
void index_pieces(struct index *index, const struct index_inputs *in);
/* Gives everything its address (address.c); the pages of routes (route_pages.c). Orders first. */
void index_addresses(struct index *index, const struct index_inputs *in, struct errors *errors);
struct giving;
void index_routes(struct giving *g);

/* How the pages of a section are sorted, and those of a term. */
struct wish {
    enum sort_by by;
    bool reverse;
    struct locale *locale; /* titles are sorted as there; NULL: by bytes */
};
struct wish wish_of(const struct section *section, const struct index_inputs *in);
int page_order(const struct page *a, const struct page *b, struct wish wish);
