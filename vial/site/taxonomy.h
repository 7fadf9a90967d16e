/*
 * Taxonomies: what pages say they are about, and for each word the pages that say so.
 *
 *     taxonomies:                       /tags/, /tags/linux/
 *       tags: {paginate: 10}
 *       topics: {nested: true}          "languages/c" is a term in "languages"
 *       series: {sort_by: date, reverse: true}
 *       archive: {by: month}            /archive/2026/, /archive/2026/11/: its words are the dates'
 *
 * A site that says nothing has `tags` and `categories`, where its pages have some. The text of a
 * term is content/tags/linux.md, that of all of them content/tags/_index.md; neither has to be
 * there. Each language has taxonomies of its own.
 */
#pragma once
#include "vial/base/map.h"
#include "vial/site/page.h"

struct term {
    struct taxonomy *taxonomy;
    str key;  /* "tags/linux", "archive/2026/11", "de/tags/linux" */
    str name; /* as the first page has it        */
    struct page *page;
    const struct page **pages; /* of itself and of those below it, each once */
    size_t npages, cap;
    struct term *parent; /* NULL: none */
    struct term **terms; /* those in it, sorted */
    size_t nterms, terms_cap;
};

struct taxonomy {
    const struct config_taxonomy *config;
    str key; /* "tags"; "de/tags" of another language than the site's */
    uint8_t language;
    struct page *page;
    struct term **terms; /* those that are in no other, sorted */
    size_t nterms, terms_cap;
    struct map names; /* as pages write them, to struct term */
    struct map keys;  /* to struct term, in the order they were found: parents before theirs */
};

struct index;
struct index_inputs;

/*
 * Whether it has a page. Without a file of its own, it has one in the site's own language, where a
 * menu may lead there before the first word is written; in another once that has a word.
 */
bool taxonomy_is_shown(const struct index *index, const struct taxonomy *taxonomy);

/* Which folders of content/ hold the texts of terms: called first (by index.c). */
void index_taxonomies(struct index *index, const struct index_inputs *in);
/* The taxonomy whose folder `page` lies in, or NULL. */
struct taxonomy *taxonomy_of(const struct index *index, const struct config *config,
                             const struct page *page);
/* The term that `page` is the page of, or NULL. */
const struct term *term_of_file(const struct index *index, const struct page *page);
/* Finds the terms of all pages that are shown, once these have their places. */
void index_terms(struct index *index, const struct index_inputs *in, struct errors *errors);

/* The terms that `page` says; at most `max`. Returns how many there are. */
size_t terms_of(const struct taxonomy *taxonomy, const struct page *page, const struct term **terms,
                size_t max);
