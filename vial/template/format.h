/*
 * Formatting: "%5.2f" % x, "{:>5}".format(x), and the layout of numbers that both share.
 */
#pragma once
#include "vial/template/ops.h"

/* How one value is laid out. All zero but `precision` is plain. */
struct layout {
    uint32_t fill;     /* a code point; 0: a space                           */
    char align;        /* < > ^ =, or 0: text left, numbers right            */
    char sign;         /* + - or space; 0 as -                               */
    bool alternate;    /* #                                                  */
    bool zero;         /* 0 before the width                                 */
    char grouping;     /* , _ or 0                                           */
    char type;         /* of presentation, or 0                              */
    bool zero_is_plus; /* z: -0.0 loses its sign                             */
    int64_t width;
    int64_t precision; /* -1: none given */
};

bool layout_text(struct rendering *r, str s, const struct layout *how, struct buf *out);
/* `v` is an int of any size; type d b o x X n or 0. */
bool layout_int(struct rendering *r, value v, const struct layout *how, struct buf *out);
/* Type e E f F g G n % or 0. */
bool layout_float(struct rendering *r, double d, const struct layout *how, struct buf *out);
/* sign, prefix, digits that may be grouped, and what follows them, in the width. */
bool layout_parts(struct rendering *r, bool negative, str prefix, str digits, str rest,
                  const struct layout *how, struct buf *out);

/* format % args */
value format_percent(struct rendering *r, value format, value args);

/* format(v, spec), without the value's own __html__. */
bool format_value(struct rendering *r, value v, str spec, struct buf *out);

/* format.format(...), and format.format_map(mapping) where `mapping` is not NULL. */
value format_braces(struct rendering *r, value format, const struct call *call,
                    const value *mapping);
