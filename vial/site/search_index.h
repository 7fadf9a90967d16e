/*
 * The search index: the words of a site's pages, as files that a browser asks.
 *
 *     /search/en.js                    a small site: all there is to know
 *     /search/en.js  en-w3.js  en-p0.js     a large one: how it is cut, words, titles
 *
 * Each heading of a page begins a part that is found by itself. The files are addresses like any
 * other: built, served and previewed alike, and made when somebody asks. Words come from the
 * rendered text; content/searching.md says what is left out, and how the files are written.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/site/visit.h"

/* ---- a page's words ---- */

/* How much a word says of the part it is in: the most where it stands more than once. */
enum word_level { WORD_TEXT, WORD_OFTEN, WORD_HEADING, WORD_TITLE };

/*
 * The parts of a page and their words, packed: of its HTML, whose headings are `made->headings`.
 * `code`: blocks of code have words as well. First how many parts, and a line for each: of the
 * first, the title; of others what leads there and their heading. Then how many words; for each its
 * text, how many places, and these: part * 4 + enum word_level.
 */
void search_pack(struct buf *out, const struct markdown *made, str title, bool code,
                 struct arena *a);

/* ---- a language's index ---- */

struct search_known; /* the words of its pages (search_known.h) */
struct known_text;

struct search_page {
    str path, url;
    const struct known_text *text; /* until the page is read again */
};

/* How the index of so many pages is cut. All zero: it is not. */
struct search_cut {
    size_t shards; /* files of words                   */
    size_t slices; /* files of titles, SLICE pages each */
};
enum { SEARCH_SMALL = 100, SEARCH_WHOLE = 500, SEARCH_PER_SHARD = 100, SEARCH_SLICE = 100 };
struct search_cut search_cut_of(size_t npages);
static inline size_t search_files(struct search_cut cut)
{
    return 1 + cut.shards + cut.slices;
}

/* The address of file `number`, from 0: first the one that leads to the others, then the words. */
str search_file_address(str language, struct search_cut cut, size_t number, struct arena *a);

/* All files of it, in `a`: as many as search_files() says. */
str *search_write(struct search_known *known, const struct search_page *pages, size_t npages,
                  struct arena *a);

/* ---- the site's indexes ---- */

struct search_built *search_built_new(void);
void search_built_delete(struct search_built *built); /* NULL is fine */
/* Something changed: `everything`, or a page tells by itself whether it did. Nobody may ask. */
void search_built_forget(struct search_built *built, bool everything);

/* File `number` of a language's index; any thread. */
void search_built_file(struct visit *v, unsigned language, size_t number, str *text);

struct giving;
void address_search(struct giving *g);    /* their addresses */
bool search_has(const struct page *page); /* it is to be found */
#define SEARCH_SCRIPT "/search/search.js"
