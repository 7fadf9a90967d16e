/*
 * A page: a content file's front matter and its place in the site. Its text is not kept.
 *
 * Pages are loaded by any thread, then only read. What stands in a page's file is set by
 * page_load(); where the page is (its address, its section, its neighbours) by the index, anew
 * whenever any file changed.
 */
#pragma once
#include "vial/base/file.h"
#include "vial/base/hash.h"
#include "vial/site/front_matter.h"
#include <stdatomic.h>

enum { PAGE_SIZE = 16 << 20 }; /* the longest text that is read */

enum page_shown { PAGE_SHOWN, PAGE_DRAFT, PAGE_FUTURE, PAGE_EXPIRED };
enum page_kind {
    PAGE_PLAIN,     /* about.md                                                */
    PAGE_BUNDLE,    /* trip/index.md with nothing but files beside it          */
    PAGE_SECTION,   /* blog/_index.md, blog/index.md, blog/README.md; or no file at all */
    PAGE_NOT_FOUND, /* 404.md                                                  */
    PAGE_ROUTE,     /* a route in vial.yaml: there is no file                  */
    PAGE_TAXONOMY,  /* tags/_index.md, which need not be there                 */
    PAGE_TERM,      /* tags/linux.md, likewise                                 */
};
enum title_from { TITLE_WRITTEN, TITLE_HEADING, TITLE_NAME };

/* The ids in a page's HTML, hashed and sorted: enough to check anchors by. */
struct page_ids {
    size_t count;
    uint32_t hashes[];
};

struct section;
struct page_links;
struct page_batch; /* the memory of pages that were loaded together (load.h) */

struct page {
    /* by page_load(), from its file */
    struct page_batch *batch;
    str path;  /* relative to content/; of a page without a file: what it would be called by */
    str place; /* its path as if languages were folders: "de/a.md" of a.de.md */
    str title;
    str slug; /* its part of the address: as written, else of its name; "" for content/ itself */
    str description, summary, template, own_url; /* .p is NULL: not said */
    struct maybe_date date, updated;
    int64_t publish, expiry; /* 0: any time */
    struct maybe_int weight;
    struct texts aliases;
    value more;                /* every other key: a dict, or undefined */
    struct digest digest;      /* of the whole file          */
    struct digest body_digest; /* of what follows the front matter */
    struct file_info info;
    struct paging *paging;      /* of the list that this is the page of; NULL: none */
    int8_t sort_by;             /* of the section this is the page of; -1: not said */
    bool reverse, reverse_said; /* likewise                                         */
    bool draft, has_file;
    uint8_t language; /* its number in config->languages                        */
    bool calls; /* its text may call templates or include files: they have a say in its HTML */
    bool loud;  /* its file was warned of: that is told again each time   */
    uint8_t title_from;             /* enum title_from */
    _Atomic(struct page_ids *) ids; /* NULL until somebody needed them; page_free() frees them */
    _Atomic(struct page_links *) links; /* likewise (backlinks.h)                              */

    /* by the index */
    uint8_t kind;            /* enum page_kind  */
    uint8_t shown;           /* enum page_shown */
    uint32_t order;          /* its number in the order of the files */
    str url;                 /* encoded, without the base path: "/blog/hello/" */
    struct section *section; /* that it is in, or is the page of                */
    const struct page *prev, *next;
    value cascade;            /* keys from the sections above it; undefined: none */
    value whole;              /* own keys that miss defaults inside, with them; undefined: none */
    const struct page *above; /* of a term: that of the term or taxonomy it is in */
    const struct page *
        *translations;         /* one for each language, NULL where none is; NULL: no other */
    const struct page *source; /* whose text it shows, in want of a translation; NULL: its own */
    const struct page_outputs *outputs; /* NULL: it is HTML alone (outputs.h) */
    struct page *stand_ins; /* pages that show this one's text so; and the next of these    */
};

/*
 * The page in `text`, the content file `path`. Lives in `a`; `scratch` may be reset afterwards.
 * NULL: its defects are in `errors`. `file` is its name for messages.
 */
struct page *page_read(str path, str file, str text, struct file_info info,
                       const struct config *config, struct arena *a, struct arena *scratch,
                       struct errors *errors, struct errors *warnings);

/* The path of the file its text is in. */
static inline str page_text(const struct page *page)
{
    return page->source ? page->source->path : page->path;
}

/* A key of its front matter, or what it inherits; undefined when there is none. (cascade.c) */
value page_key(const struct page *page, str key);
value page_own(const struct page *page, str key); /* of its own front matter alone */

/* Whether it may be seen at the moment `now`, by its own front matter. */
enum page_shown page_shown_at(const struct page *page, int64_t now);

/*
 * Where `key` stands in the front matter of a page whose folder is `content`: it is read again for
 * this. The file alone where there is no such key.
 */
struct place page_place(str content, const struct page *page, str key, struct arena *a);

/* "index", "_index" and "README" name their folder, not themselves. */
bool page_names_folder(str path);
