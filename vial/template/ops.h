/*
 * Operations: what a template does with values - Python's arithmetic, comparisons, look-ups,
 * iteration and printing, as Jinja2 uses them.
 *
 * All take the rendering they work for. One that cannot be done reports an error of Python's class
 * with fail() and gives undefined, false or nothing; failed(r) tells that from an answer. Common
 * cases of the frequent ones stand here, inline; they allocate nothing.
 */
#pragma once
#include "vial/template/rendering.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- undefined values: carry the message that using them gives ---- */

value undefined_name(str name);                                    /* "'name' is undefined"     */
value undefined_element(struct rendering *r, value of, value key); /* "... has no element key"  */
value undefined_hint(struct rendering *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* a sentence of its own                             */
/* The same, but using it raises `kind`, where that is not UndefinedError. */
value undefined_raising(struct rendering *r, const char *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Reports that `v`, an undefined value, was used; gives undefined. */
value undefined_fail(struct rendering *r, value v);
str undefined_message(struct rendering *r, value v);

/* ---- arithmetic ---- */

value value_add_any(struct rendering *r, value a, value b);
value value_subtract_any(struct rendering *r, value a, value b);
value value_multiply_any(struct rendering *r, value a, value b);
value value_divide(struct rendering *r, value a, value b);
value value_floor_divide(struct rendering *r, value a, value b);
value value_modulo(struct rendering *r, value a, value b); /* also "%s" % x */
value value_power(struct rendering *r, value a, value b);
value value_negate(struct rendering *r, value v);
value value_positive(struct rendering *r, value v);

static inline value value_add(struct rendering *r, value a, value b)
{
    int64_t i;
    if (a.type == VIAL_INT && b.type == VIAL_INT && !__builtin_add_overflow(a.as.i, b.as.i, &i))
        return value_int(i);
    return value_add_any(r, a, b);
}
static inline value value_subtract(struct rendering *r, value a, value b)
{
    int64_t i;
    if (a.type == VIAL_INT && b.type == VIAL_INT && !__builtin_sub_overflow(a.as.i, b.as.i, &i))
        return value_int(i);
    return value_subtract_any(r, a, b);
}
static inline value value_multiply(struct rendering *r, value a, value b)
{
    int64_t i;
    if (a.type == VIAL_INT && b.type == VIAL_INT && !__builtin_mul_overflow(a.as.i, b.as.i, &i))
        return value_int(i);
    return value_multiply_any(r, a, b);
}

/*
 * Jinja's `a ~ b ~ c`: the texts of all joined. With auto-escape on, what is no Markup is escaped
 * and the result is Markup; without, it is that only if one of the parts is (markup_join).
 */
value value_concat(struct rendering *r, const value *parts, size_t count);

/* ---- truth and comparison ---- */

enum comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

bool value_truth_any(struct rendering *r, value v);
bool value_equal_any(struct rendering *r, value a, value b);
bool value_compare_any(struct rendering *r, enum comparison how, value a, value b);
bool value_contains(struct rendering *r, value container, value item); /* item in container */
bool value_same(value a, value b);                                     /* a is b            */

static inline bool value_truth(struct rendering *r, value v)
{
    switch (v.type) {
    case VIAL_NONE:
        return false;
    case VIAL_BOOL:
        return v.as.b;
    case VIAL_INT:
        return v.as.i != 0;
    case VIAL_STR:
        return v.len != 0;
    default:
        return value_truth_any(r, v);
    }
}
static inline bool value_equal(struct rendering *r, value a, value b)
{
    if (a.type == VIAL_STR && b.type == VIAL_STR)
        return str_eq(value_text(a), value_text(b));
    if (a.type == VIAL_INT && b.type == VIAL_INT)
        return a.as.i == b.as.i;
    return value_equal_any(r, a, b);
}
static inline bool value_compare(struct rendering *r, enum comparison how, value a, value b)
{
    if (a.type == VIAL_INT && b.type == VIAL_INT) {
        switch (how) {
        case COMPARE_EQ:
            return a.as.i == b.as.i;
        case COMPARE_NE:
            return a.as.i != b.as.i;
        case COMPARE_LT:
            return a.as.i < b.as.i;
        case COMPARE_LE:
            return a.as.i <= b.as.i;
        case COMPARE_GT:
            return a.as.i > b.as.i;
        case COMPARE_GE:
            return a.as.i >= b.as.i;
        }
    }
    return value_compare_any(r, how, a, b);
}

/* ---- looking things up; what is not there is an undefined value, not an error ---- */

value value_attr(struct rendering *r, value v, str name);  /* v.name: attribute, then item */
value value_item(struct rendering *r, value v, value key); /* v[key]: item, then attribute */
/* Only the attribute, as Python's getattr: false when there is none. */
bool value_attr_only(struct rendering *r, value v, str name, value *out);
/* Only the item, as Python's v[key]: false when there is none, or when it failed. */
bool value_item_only(struct rendering *r, value v, value key, value *out);
/* v[start:stop:step]; none where a part is missing. */
value value_slice(struct rendering *r, value v, value start, value stop, value step);

int64_t value_length(struct rendering *r, value v); /* len(v); -1 when it failed           */
int64_t value_length_or_none(struct rendering *r, value v); /* -1: it has none; never fails    */
bool value_is_callable(value v);
value value_call(struct rendering *r, value callee, const struct call *call);
/* v.name(...), without the bound method in between. */
value value_call_method(struct rendering *r, value v, str name, const struct call *call);

/* ---- walking ---- */

/* One walk over a list, tuple, dict's keys, text's characters or whatever iterates. */
struct walk {
    value over;
    size_t at;
    size_t count; /* a dict's entries when it began */
};

bool walk_begin(struct rendering *r, struct walk *w, value v); /* false: TypeError, not iterable */
bool walk_next_any(struct rendering *r, struct walk *w, value *item);
/* The same as an object with `next`, for iterators that live on. */
value value_iterator(struct rendering *r, value v);
bool value_is_iterable(value v);
value value_to_list(struct rendering *r, value v); /* list(v): always a new one */

/* ---- text ---- */

/* str(v), repr(v), and what auto-escape writes: escaped unless it is HTML already. */
void value_print_any(struct rendering *r, value v, struct buf *out);
void value_print_html_any(struct rendering *r, value v, struct buf *out);
void value_repr(struct rendering *r, value v, struct buf *out);

/* str(v) as a value: what is text already stays as it is, Markup too (soft_str). */
value value_to_str(struct rendering *r, value v);
str value_repr_str(struct rendering *r, value v);
str value_ascii(struct rendering *r, value v); /* ascii(v) */
/* escape(v): Markup. */
value value_escape(struct rendering *r, value v);
bool value_has_html(value v); /* hasattr(v, "__html__") */

const char *value_type_name(value v); /* type(v).__name__                                    */

static inline void value_print(struct rendering *r, value v, struct buf *out)
{
    if (v.type == VIAL_STR)
        buf_add_short(out, str_n(v.as.s, v.len));
    else if (v.type == VIAL_INT)
        buf_add_int(out, v.as.i);
    else
        value_print_any(r, v, out);
}
static inline void value_print_html(struct rendering *r, value v, struct buf *out)
{
    if (v.type == VIAL_STR && (v.flags & VIAL_SAFE))
        buf_add_short(out, str_n(v.as.s, v.len));
    else if (v.type == VIAL_STR)
        buf_add_html(out, str_n(v.as.s, v.len));
    else if (v.type == VIAL_INT)
        buf_add_int(out, v.as.i);
    else
        value_print_html_any(r, v, out);
}

/* ---- for the tags ---- */

/* {'a': b}: any hashable key. False: "unhashable type". */
bool dict_put(struct rendering *r, value dict, value key, value v);
bool dict_find(struct rendering *r, value dict, value key, value *out);
bool value_is_namespace(value v);
/* {% set ns.name = v %}: false when `ns` is no namespace. */
bool namespace_set(struct rendering *r, value ns, str name, value v);
/* Text of digits, with or without underscores, as large as it likes. Base 2 to 36. */
value int_parse(struct arena *a, str digits, int base);

#ifdef __cplusplus
}
#endif
