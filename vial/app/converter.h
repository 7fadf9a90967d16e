/*
 * Converters: what stands between "<" and ">" in a rule, and what it takes from a path.
 *
 *     <name> <string(length=2):lang> <int(min=1):page> <float:x> <path:rest> <any(a,b):kind>
 *     <uuid:id>
 *
 * One converter is one use of a type, with its arguments. For the router alone.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/http/http.h"
#include "vial/template/value.h"

struct converter_type;

struct converter {
    const struct converter_type *type;
    /* string: how long, in code points; int: fixed_digits is `least` */
    size_t least, most;
    bool is_signed;
    value min, max; /* numbers; undefined: no bound */
    str *items;     /* any */
    size_t item_count;
};

/* What may be taken off the front of a text: each length from `min` to `max` will do. */
struct span {
    size_t min, max;
};

struct converter_args;

struct converter_type {
    const char *name;
    int weight;
    bool crosses_slashes; /* its text may go on into the next segments                       */
    bool lazy;            /* takes as little as it can, and not as much                      */
    bool (*set_up)(struct converter *c, struct converter_args *args);
    bool (*span)(const struct converter *c, str text, struct span *span); /* NULL: by items   */
    bool (*to_value)(const struct converter *c, str text, struct arena *a, value *v);
    bool (*to_url)(const struct converter *c, value v, struct buf *out, struct error *err);
};

/*
 * The converter called `name` (empty: string) with the arguments between its parentheses; what does
 * not parse is told at `place`.
 */
bool converter_init(struct converter *c, str name, str arguments, struct place place,
                    struct arena *a, struct error *err);

/* Two converters with the same pattern take the same texts: appended to `out` for comparing. */
void converter_pattern(const struct converter *c, struct buf *out);

/* True when it can take the whole of `text`. */
bool converter_fits(const struct converter *c, str text);

/* str(v) of Python, for simple values. False, and `err` says so, for what is none. */
bool url_text(value v, struct buf *out, struct error *err);
