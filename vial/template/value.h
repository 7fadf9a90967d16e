/*
 * Values: what templates compute with. Sixteen bytes each, passed by value; Python's semantics.
 *
 * Scalars stand in the value itself; text is borrowed bytes; everything with an inside is a
 * `struct object` whose first member is its table of methods. Pages, sections, the request and a
 * site's own things are objects too: where a method answers, a read can be noted, so templates
 * know nothing of it. Objects must be treated as immutable once another thread can see them.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"
#include "vial/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef vial_val value;

struct methods;
struct nearest;   /* vial/base/nearest.h */
struct rendering; /* one run of a template: its arena, budget and pending error (rendering.h) */

/* What a call was given: positional first, then named. All are valid while the callee runs. */
struct call {
    const value *args;
    size_t nargs;
    const str *names; /* of the named ones                    */
    const value *named;
    size_t nnamed;
};

struct object {
    const struct object_type *type;
};

/*
 * A table of methods; all but `name` may be NULL, and then the object cannot do that. Where a
 * method can fail it reports with fail() and returns false (or an undefined value); "not there" is
 * no failure: attr and item then return false with nothing pending.
 */
struct object_type {
    const char
        *name; /* of its class, with its module where Python shows one: "jinja2.runtime.Macro" */
    bool (*attr)(struct rendering *r, const struct object *o, str name, value *out); /* o.name    */
    bool (*item)(struct rendering *r, const struct object *o, value key, value *out); /* o[key] */
    /* An iterator over `o`: an object whose type has `next`. */
    value (*iterate)(struct rendering *r, const struct object *o);
    bool (*next)(struct rendering *r, struct object *o,
                 value *out); /* false: at its end, or failed */
    int64_t (*length)(struct rendering *r, const struct object *o); /* -1: has none */
    bool (*contains)(struct rendering *r, const struct object *o, value v);
    value (*call)(struct rendering *r, const struct object *o, const struct call *call);
    bool (*truth)(struct rendering *r, const struct object *o); /* NULL: length != 0, else true */
    bool (*equal)(struct rendering *r, const struct object *o, value other); /* NULL: identity */
    void (*print)(struct rendering *r, const struct object *o, struct buf *out); /* str(o) */
    void (*repr)(struct rendering *r, const struct object *o, struct buf *out); /* NULL: as print */
    bool (*html)(struct rendering *r, const struct object *o,
                 struct buf *out); /* __html__(): escaped form */
    /* Below, equal to or above `other`: -1, 0, 1; ORDER_NONE: the two have no order. */
    int (*order)(struct rendering *r, const struct object *o, value other);
    /* As dict keys: equal ones have equal hashes. NULL: identity, or unhashable with `equal`. */
    uint64_t (*hash)(struct rendering *r, const struct object *o);
    value (*slice)(struct rendering *r, const struct object *o, value start, value stop,
                   value step); /* o[start:stop:step]                                */
    bool (*format)(struct rendering *r, const struct object *o, str spec,
                   struct buf *out); /* format(o, spec); NULL: only an empty one          */
    /* `o` + other, `o` - other, and other + `o` where `reversed`. False: not defined for the two.
     */
    bool (*arithmetic)(struct rendering *r, const struct object *o, char sign, value other,
                       bool reversed, value *out);
    /* Its names, for "did you mean": each goes to nearest_try(). */
    void (*names)(const struct object *o, struct nearest *near);
    /* What the object stands for: two of one type for which this is the same come out the same, in
     * all renderings until env_reuse_forget(). NULL, or gives NULL: nobody knows. */
    const void *(*same)(const struct object *o);
    bool mapping; /* it has keys: "is mapping", and the filter `items` takes its items() */
    const struct methods *methods; /* of this room's own objects (methods.h)            */
};
enum { ORDER_NONE = 2 };

/* Made of C's things. Text is borrowed: it must live as long as the value. */
static inline value value_undefined(void)
{
    value v = { 0, 0, 0, 0, { 0 } };
    return v;
}
static inline value value_none(void)
{
    value v = { VIAL_NONE, 0, 0, 0, { 0 } };
    return v;
}
static inline value value_bool(bool b)
{
    value v = { VIAL_BOOL, 0, 0, 0, { 0 } };
    v.as.b = b;
    return v;
}
static inline value value_int(int64_t i)
{
    value v = { VIAL_INT, 0, 0, 0, { 0 } };
    v.as.i = i;
    return v;
}
static inline value value_float(double d)
{
    value v = { VIAL_FLOAT, 0, 0, 0, { 0 } };
    v.as.d = d;
    return v;
}
static inline value value_str(str s) /* at most 4 GiB */
{
    value v = { VIAL_STR, 0, 0, (uint32_t)s.len, { 0 } };
    v.as.s = s.p;
    return v;
}
static inline value value_safe(str html) /* HTML already: not escaped again */
{
    value v = value_str(html);
    v.flags = VIAL_SAFE;
    return v;
}
static inline value value_object(const struct object *o)
{
    value v = { VIAL_OBJECT, 0, 0, 0, { 0 } };
    v.as.object = (void *)o;
    return v;
}

static inline str value_text(value v) /* of VIAL_STR; other types give the empty slice */
{
    return v.type == VIAL_STR ? str_n(v.as.s, v.len) : str_n("", 0);
}
static inline bool value_is_undefined(value v)
{
    return v.type == VIAL_UNDEFINED;
}
static inline bool value_is_none(value v)
{
    return v.type == VIAL_NONE;
}
static inline bool value_is_null(value v)
{
    return v.type <= VIAL_NONE;
}

/*
 * Lists, tuples and dicts for C code that makes them: they grow in the arena they were made in and
 * are Python's to templates. A dict keeps the order of adding; its keys here are text.
 */
value list_new(struct arena *a, size_t capacity);
void list_push(value list, value item);
size_t list_len(value list);         /* of a list or tuple; other values have 0          */
value list_at(value list, size_t i); /* undefined when there is none                      */
value tuple_of(struct arena *a, const value *items, size_t count);

value dict_new(struct arena *a, size_t capacity);
void dict_set(value dict, str key, value v); /* the key is borrowed                             */
value dict_get(value dict, str key);         /* undefined when absent, or no dict               */
size_t dict_len(value dict);
/* The i-th entry in order; false when there is none. */
bool dict_entry(value dict, size_t i, value *key, value *v);

/* Everything of `v` copied into `a`: what lives longer may keep it. Objects are kept as they are.
 */
value value_copy(struct arena *a, value v);

/* As templates see it, for C code without a rendering at hand; simple values only say what they
 * are. */
bool value_truth_simple(value v);

#ifdef __cplusplus
}
#endif
