/*
 * Schemas: what the front matter of a section's pages may say, and has to.
 *
 *     schema:
 *       recipes:
 *         author: {type: text, required: true}
 *         level: {choices: [easy, hard], default: easy}
 *         steps: {type: list, of: {type: map, keys: {do: {type: text, required: true}}}}
 *
 * It holds for all pages in the section and below; where a section further in speaks of the same
 * key, that counts. A required key may be inherited by `cascade`; a default is what a page says
 * that neither says nor inherits anything.
 */
#pragma once
#include "vial/site/index.h"

enum schema_type {
    SCHEMA_ANY,
    SCHEMA_TEXT,
    SCHEMA_INT,
    SCHEMA_NUMBER,
    SCHEMA_BOOL,
    SCHEMA_DATE,
    SCHEMA_LIST,
    SCHEMA_MAP,
};

/* What becomes of keys that nobody knows: `"*": keep`, `"*": refuse`. Else slips are refused. */
enum schema_others { OTHERS_UNSAID, OTHERS_KEEP, OTHERS_REFUSE };

struct schema_fields {
    struct schema_field *list;
    size_t count;
    int others;    /* enum schema_others                            */
    bool fallback; /* one of them, or of those inside, has a default */
};

struct schema_field {
    str name; /* .p is NULL: of an item of a list */
    int type; /* enum schema_type                 */
    bool required;
    bool lone;                     /* a word alone is a list of one: `tags: linux`               */
    bool typed;                    /* vial reads it itself, into a member of struct page         */
    value choices;                 /* a list; undefined: none                                    */
    value fallback;                /* undefined: none      */
    const struct schema_field *of; /* items of a list; NULL: any */
    struct schema_fields keys;     /* of a map             */
    struct place place;            /* in vial.yaml         */
};

/* One of `schema:`, with all that it has from those around it. */
struct schema {
    str section; /* a folder of content/; "": all of it */
    struct schema_fields fields;
    struct place place;
};

/* The schema for a page at this place; NULL: there is none. */
const struct schema *schema_for(const struct config *config, unsigned language, str place);
const struct schema_field *schema_field(const struct schema_fields *fields, str name);
/* Whether the schema has its own word on this key, so that nobody else need wonder about it. */
bool schema_minds(const struct schema *schema, str name);

/* A step from a page's front matter to a value in it: a key, or an item's number. */
struct schema_step {
    const struct schema_step *above; /* NULL: of the front matter itself */
    str key;                         /* .p is NULL: an item              */
    size_t item;
};

/* Where what is said about `at` belongs: the value's place, or its key's. */
typedef struct place schema_place_fn(void *self, const struct schema_step *at, bool key);

struct schema_check {
    schema_place_fn *place;
    void *self;
    str whose; /* what inherits the value; empty: it is the page's own */
    struct errors *errors;
    bool bad;
};

/* Tells all that is wrong with `v`. */
void schema_check_value(struct schema_check *check, const struct schema_field *field,
                        const struct schema_step *at, value v);
/* Tells which of a map's keys are missing, wrong and unknown. */
void schema_check_map(struct schema_check *check, const struct schema_fields *fields,
                      const struct schema_step *at, value map);

/* `v` with the defaults of what is missing inside; the same one where nothing is. In `a`. */
value schema_complete(const struct schema_field *field, value v, struct arena *a);

/* What pages inherit, with the schema's defaults below it; in `a`. */
value schema_defaults(const struct schema *schema, value cascade, struct arena *a);
/* Of a page's own keys those that miss defaults inside, completed: a dict; undefined: none does. */
value schema_completed(const struct schema *schema, value more, struct arena *a);
