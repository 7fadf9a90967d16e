/*
 * YAML: front matter, vial.yaml and data files, as a tree whose every node knows its place.
 *
 *     const struct yaml_node *top = yaml_parse(place_of_front_matter, a, &err);
 *     const struct yaml_node *title = yaml_get(top, S("title"));
 *     if (title && title->kind != YAML_STR)
 *         return error_at(&err, yaml_place(title), "'title' must be text");
 *
 * Plain scalars mean what YAML 1.2's core schema says: `no`, `on` and dates are text, `true`, `12`,
 * `0o14`, `0x0c`, `1.5` and `null` are not. Keys are text as they are written. A key that stands
 * twice, an unknown tag, a second document, a nesting deeper than YAML_DEPTH and aliases that stand
 * for more than YAML_EXPANDED nodes are errors. Merge keys (`<<: *base`) are understood. JSON is
 * YAML as well.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/template/value.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { YAML_SIZE = 16 << 20, YAML_DEPTH = 64, YAML_EXPANDED = 100000 };

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_INT, YAML_FLOAT, YAML_STR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    str text; /* of any scalar: as it was written, quotes and escapes undone */
    union {
        bool truth;     /* YAML_BOOL  */
        int64_t number; /* YAML_INT   */
        double real;    /* YAML_FLOAT */
    } as;
    struct yaml_entry *entries; /* of a map or list, in order */
    size_t count;
    uint32_t size;               /* nodes in it, itself included, aliases expanded */
    const struct place *text_in; /* the text that was parsed                       */
    size_t offset, len;          /* its span in text_in->source                    */
};

struct yaml_entry {
    const struct yaml_node *key; /* a scalar; NULL in a list */
    const struct yaml_node *node;
};

/*
 * Parses the part of a file that `text` marks: front matter is a span of a page, vial.yaml the
 * whole of itself. The file's source must outlive the tree, which lives in `a`. Nothing but white
 * space and comments gives a node of kind YAML_NULL. NULL: `err` says what is wrong and where.
 */
const struct yaml_node *yaml_parse(struct place text, struct arena *a, struct error *err);

/* What stands under `key` in a map; NULL when it is absent, or `map` is none (or NULL). */
const struct yaml_node *yaml_get(const struct yaml_node *map, str key);
/* The same, with the key's own node: to speak of the key and not of its value. */
const struct yaml_entry *yaml_find(const struct yaml_node *map, str key);

struct place yaml_place(const struct yaml_node *node);
const char *yaml_kind_name(const struct yaml_node *node); /* "a list", "text", "a whole number" */

/* As templates see it; text is shared with the tree. */
value yaml_value(const struct yaml_node *node, struct arena *a);

#ifdef __cplusplus
}
#endif
