/*
 * Keys: a YAML map checked against a table of what may stand in it.
 *
 *     static const struct key keys[] = {
 *         { "title", KEY_TEXT, offsetof(struct config, title) },
 *         { "links", KEY_CHOICE, offsetof(struct config, links), .choices = "error warn ignore" },
 *         { 0 },
 *     };
 *
 * vial.yaml, theme.yaml and front matter are read by such tables. Every wrong type is told, with
 * its place, and not only the first. A key whose value is left empty counts as not there.
 */
#pragma once
#include "vial/app/yaml.h"
#include "vial/base/date.h"

enum key_type {
    KEY_TEXT,   /* str: any scalar, as it was written       */
    KEY_BOOL,   /* bool                                     */
    KEY_INT,    /* struct maybe_int                         */
    KEY_DATE,   /* struct maybe_date                        */
    KEY_TEXTS,  /* struct texts: a list of scalars, or one  */
    KEY_CHOICE, /* int: the number of the word in .choices  */
    KEY_MAP,    /* const struct yaml_node *                 */
    KEY_LIST,   /* the same                                 */
    KEY_NODE,   /* the same, of any kind                    */
};

struct maybe_int {
    int64_t number;
    bool there;
};

struct maybe_date {
    struct date date;
    bool there;
};

struct texts {
    const str *list;
    size_t count;
};

enum {
    KEY_CHECKED_ONLY = 0xFFFF
}; /* as `offset`: the type is checked, the value is not kept here */

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *choices; /* of KEY_CHOICE: words with a space between */
};

/* What becomes of keys that are not in the table. */
enum unknown { UNKNOWN_KEPT, UNKNOWN_REFUSED };

/*
 * Fills the struct at `into` from `map`; its texts live in `a`. `what` names the file for
 * messages ("vial.yaml"). False when anything was wrong; each defect is in `errors`.
 */
bool keys_read(const struct yaml_node *map, const struct key *keys, enum unknown unknown,
               const char *what, void *into, struct arena *a, struct errors *errors);

const struct key *key_find(const struct key *keys, str name); /* NULL when absent */
str key_nearest(const struct key *keys, str name);            /* empty when none is near */
/* What another program's word is called here; empty: it is no such word. (keys_others.c) */
str key_of_others(const struct key *keys, str name);
/* Whether `name`, which may be anybody's own, is hardly anything but a slip of `nearest`. */
bool key_is_slip(str name, str nearest);
