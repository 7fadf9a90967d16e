/*
 * Front matter: what a page says of itself between two lines of "---" in YAML, of "+++" in TOML, or
 * between braces in JSON.
 */
#pragma once
#include "vial/site/config.h"

struct front_matter {
    str title, description, slug, url, template, summary; /* .p is NULL: not said */
    struct maybe_date date, updated, publish_date, expiry_date;
    struct maybe_int weight;
    struct texts aliases;
    bool draft;
    int sort_by; /* enum sort_by; -1: not said */
    struct maybe_bool {
        bool truth, there;
    } reverse;
    const struct yaml_node *paginate; /* as long as it is read */
    struct paging *paging;            /* NULL: not said        */
    value more;                       /* a dict of every other key; undefined when there is none */
};

/* A key that vial knows; NULL: it is the site's own. And the nearest of those; empty: none is. */
const struct key *front_matter_key(str name);
str front_matter_nearest(str name);

/* Where front matter lies in a page's text, and where the page's own text begins. */
struct front_span {
    bool there;
    enum front_kind { FRONT_YAML, FRONT_TOML, FRONT_JSON } kind;
    size_t from, len;    /* without its "---" or "+++" lines     */
    size_t body;         /* offset of the body                   */
    unsigned first_line; /* its number, from 1                   */
};

/* False, and `err` says why, when it begins and does not end. */
bool front_matter_find(struct front_span *span, str file, str text, struct error *err);

/* The keys in `span` as a tree, of whatever kind they are. NULL: `err` says why. */
const struct yaml_node *front_matter_parse(const struct front_span *span, str file, str text,
                                           struct arena *a, struct error *err);

/*
 * Fills `front` from what is in `span`; what it keeps lives in `a`. False when a key has a value
 * of the wrong type: all defects are in `errors`. A key that looks like a known one misspelt is
 * kept, and told in `warnings`, but for what `schema` (NULL: none) has a word on.
 */
bool front_matter_read(struct front_matter *front, str file, str text,
                       const struct front_span *span, const struct schema *schema, struct arena *a,
                       struct arena *scratch, struct errors *errors, struct errors *warnings);
