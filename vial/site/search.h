/*
 * Search: the pages of a site by their words, for whoever serves it.
 *
 * An index in memory, by SQLite's FTS5: titles count more than headings, headings more than text.
 * It follows the site by the digests of its pages, so only pages that changed are read again, also
 * when one site takes the place of another (a server that reads its site anew keeps the index).
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"
#include "vial/site/site.h"

#ifdef __cplusplus
extern "C" {
#endif

struct search_question {
    str words;
    unsigned language; /* its number: only pages in it */
    size_t from, most; /* of the answers, which are shown */
};

struct search_hit {
    str path, url, title;
    str snippet; /* HTML: what was found is in <mark> */
};

struct search_answer {
    struct search_hit *hits;
    size_t count, total;
    bool cut; /* it took too long: there may be more */
};

bool search_is_here(void); /* false: this vial was compiled without */

/*
 * Answers from the index, brought up to the site first. All lives in `a`. False: there is no index
 * yet, and another thread is about to make it; or `err` says what is wrong.
 */
bool search_ask(struct search *search, struct site *site, const struct search_question *question,
                struct search_answer *answer, struct arena *a, struct error *err);

/* ---- the parts of it, for tests ---- */

/*
 * What somebody typed, as an expression of FTS5: every word has to be there, the last one may go
 * on; "several words" in their order; -word is not to be there. Nothing in it has a meaning to
 * SQLite. Empty: there is no word in it.
 */
str search_expression(str words, struct arena *a);

/* HTML as text: without tags, scripts and styles, entities decoded, a space where a block ends. */
void search_text(struct buf *out, str html);

#ifdef __cplusplus
}
#endif
