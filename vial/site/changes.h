/*
 * Changes: which keys of `reads` are not what they were, between two states of the site.
 */
#pragma once
#include "vial/app/reads.h"
#include "vial/site/inside.h"

/* Where every page was. Taken before a new index is made, which moves them. */
struct before {
    const struct page *page;
    str url, prev, next, section; /* the neighbours' and section's paths; .p is NULL: none */
    value cascade;
    const struct page **translations;
    uint8_t kind, shown;
};
struct snapshot {
    struct before *pages; /* by path */
    size_t npages;
    const struct index *index;
};
struct snapshot snapshot_take(const struct site *site, struct arena *a);

/* Adds to `keys` all that differs between `was` and the site as it is now. */
void changes_find(struct reads *keys, const struct snapshot *was, const struct site *site);

bool said_same(value a, value b); /* what YAML and JSON can say, and of other things the same one */

/* What follows of a new text, where nothing else of the page is new: false when something is. */
bool page_differs_in_text_only(const struct page *was, const struct page *now);
void changes_of_text(struct reads *keys, const struct site *site, const struct page *was,
                     const struct page *now);

/* ---- between the files of the comparison ---- */

struct comparing {
    struct reads *keys;
    const struct site *site;
    const struct snapshot *was;
};

/* Keys that differ: "section:blog"; a field of a page, and of the lists it is in; all its fields.
 */
struct read *changed_thing(struct reads *keys, const char *kind, str what);
void changed(struct reads *keys, const char *kind, str what);
void changed_field(struct reads *keys, const struct page *page, const char *field);
void changed_all(struct comparing *c, const struct page *page);

bool same_date(const struct maybe_date *a, const struct maybe_date *b);
bool same_or_none(str a, str b); /* .p is NULL: none */
bool same_translations(const struct comparing *c, const struct page *const *a,
                       const struct page *const *b);

/* All that is no page: sections, terms, feeds, addresses. (changes_lists.c) */
void changes_of_lists(struct comparing *c);
