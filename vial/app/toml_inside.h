/*
 * The inside of the TOML reader: lines and keys (toml.c), values (toml_value.c).
 */
#pragma once
#include "vial/app/toml.h"

/* A node while it is made. */
struct toml_node {
    struct yaml_node yaml;
    size_t cap;  /* of its entries                                */
    bool headed; /* a table with a heading of its own             */
    bool closed; /* written within braces: nothing may be added   */
    bool dotted; /* made by a dotted key                          */
    bool tables; /* a list made by [[headings]]                   */
};

struct toml {
    const struct place *place;
    str source;
    size_t at, end;
    unsigned depth;
    struct toml_node *top, *table; /* the whole; what lines belong to */
    struct arena *arena;
    struct error *err;
};

/* A node of what was read from `from` on; its text is that as it was written. */
struct toml_node *toml_node(struct toml *t, enum yaml_kind kind, size_t from);
void toml_append(struct toml *t, struct toml_node *into, const struct yaml_node *key,
                 struct toml_node *node);
bool toml_error(struct toml *t, size_t at, const char *what); /* false */

void toml_blanks(struct toml *t); /* within a line                      */
void toml_gap(struct toml *t);    /* blanks, ends of lines and comments */

/* NULL or false: `err` says why. */
bool toml_pair(struct toml *t, struct toml_node *table);        /* "key = value"           */
struct toml_node *toml_value(struct toml *t);                   /* whatever stands here    */
struct toml_node *toml_string(struct toml *t, bool many_lines); /* the quote is looked at  */
