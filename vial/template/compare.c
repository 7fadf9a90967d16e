/*
 * compare.c - truth, equality, order, membership and hashes
 *
 *   comes in:  values of any types
 *   goes out:  what Python's bool(), ==, <, in, is and hash() say of them
 *
 * Numbers are equal across int, float and bool, and so have equal hashes. Text is ordered by code
 * points, which for UTF-8 is the order of its bytes. Containers within containers are followed as
 * deep as the rendering may go.
 */
#include "vial/base/hash.h"
#include "vial/template/containers.h"
#include "vial/template/number.h"
#include "vial/template/ops.h"
#include "vial/template/undefined.h"
#include <math.h>

static const struct object_type *type_of(value v)
{
    return ((const struct object *)v.as.object)->type;
}

/* ---- truth ---- */

bool value_truth_any(struct rendering *r, value v)
{
    if (v.type == VIAL_UNDEFINED)
        return undefined_strict(r, v) && false;
    if (v.type != VIAL_OBJECT)
        return value_truth_simple(v);

    const struct object_type *type = type_of(v);

    if (type->truth)
        return type->truth(r, v.as.object);
    if (type->length)
        return type->length(r, v.as.object) != 0;
    return true;
}

/* ---- equality ---- */

bool value_same(value a, value b)
{
    if (a.type != b.type || a.flags != b.flags)
        return false;
    switch (a.type) {
    case VIAL_NONE:
        return true;
    case VIAL_UNDEFINED: /* each look-up makes one anew */
        return a.as.object && a.as.object == b.as.object && a.len == 0;
    case VIAL_BOOL:
        return a.as.b == b.as.b;
    case VIAL_STR: /* one character, or none, is the same everywhere in Python */
        return a.len == b.len &&
               (a.as.s == b.as.s || a.len == 0 || (a.len == 1 && a.as.s[0] == b.as.s[0]));
    default:
        return a.as.i == b.as.i; /* the same object, or the same bits of a number */
    }
}

static bool equal_lists(struct rendering *r, const struct list *a, const struct list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (!value_same(a->items[i], b->items[i]) && !value_equal(r, a->items[i], b->items[i]))
            return false;
    return true;
}

static bool equal_dicts(struct rendering *r, const struct dict *a, const struct dict *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct dict_entry *other = dict_value_entry(r, b, a->entries[i].key);

        if (!other ||
            (!value_same(a->entries[i].v, other->v) && !value_equal(r, a->entries[i].v, other->v)))
            return false;
    }
    return true;
}

static bool equal_objects(struct rendering *r, value a, value b)
{
    if (a.type == VIAL_OBJECT && type_of(a)->equal)
        return type_of(a)->equal(r, a.as.object, b);
    if (b.type == VIAL_OBJECT && type_of(b)->equal)
        return type_of(b)->equal(r, b.as.object, a);
    return a.type == b.type && a.as.object == b.as.object;
}

static bool equal_inside(struct rendering *r, value a, value b)
{
    if (a.type == VIAL_OBJECT || b.type == VIAL_OBJECT)
        return equal_objects(r, a, b);
    if (a.type != b.type)
        return false;
    return a.type == VIAL_DICT ? equal_dicts(r, dict_inside(a), dict_inside(b))
                               : equal_lists(r, list_inside(a), list_inside(b));
}

bool value_equal_any(struct rendering *r, value a, value b)
{
    if (value_is_number(a) && value_is_number(b))
        return number_compare(a, b) == 0;
    if (r && ((a.type == VIAL_UNDEFINED && undefined_strict(r, a)) ||
              (b.type == VIAL_UNDEFINED && undefined_strict(r, b))))
        return false;
    if (a.type < VIAL_LIST || b.type < VIAL_LIST) {
        if (a.type == VIAL_OBJECT || b.type == VIAL_OBJECT)
            return equal_objects(r, a, b);
        return a.type == b.type && (a.type != VIAL_STR || str_eq(value_text(a), value_text(b)));
    }
    if (!r)
        return equal_inside(r, a, b);
    if (!rendering_spend(r, 1) || !rendering_enter(r))
        return false;
    bool equal = equal_inside(r, a, b);

    rendering_leave(r);
    return equal && !r->failed;
}

/* ---- order ---- */

static bool by_sign(enum comparison how, int sign)
{
    switch (how) {
    case COMPARE_EQ:
        return sign == 0;
    case COMPARE_NE:
        return sign != 0;
    case COMPARE_LT:
        return sign < 0;
    case COMPARE_LE:
        return sign == 0 || sign == -1;
    case COMPARE_GT:
        return sign == 1;
    case COMPARE_GE:
        return sign == 0 || sign == 1;
    }
    return false;
}

static bool no_order(struct rendering *r, enum comparison how, value a, value b)
{
    static const char *const signs[] = { "==", "!=", "<", "<=", ">", ">=" };

    if (a.type == VIAL_UNDEFINED)
        undefined_fail(r, a);
    else if (b.type == VIAL_UNDEFINED)
        undefined_fail(r, b);
    else
        fail(r, "TypeError", "'%s' not supported between instances of '%s' and '%s'", signs[how],
             value_type_name(a), value_type_name(b));
    return false;
}

/* The first items that differ decide; else the lengths. */
static bool order_lists(struct rendering *r, enum comparison how, const struct list *a,
                        const struct list *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (value_same(a->items[i], b->items[i]) || value_equal(r, a->items[i], b->items[i]))
            continue;
        return !r->failed && value_compare(r, how, a->items[i], b->items[i]);
    }
    return by_sign(how, (a->count > b->count) - (a->count < b->count));
}

bool value_compare_any(struct rendering *r, enum comparison how, value a, value b)
{
    if (a.type == VIAL_STR && b.type == VIAL_STR &&
        !rendering_read(r, a.len < b.len ? a.len : b.len))
        return false;
    if (how == COMPARE_EQ || how == COMPARE_NE) {
        bool equal = value_equal(r, a, b);

        return !r->failed && equal == (how == COMPARE_EQ);
    }
    if (value_is_number(a) && value_is_number(b)) {
        int sign = number_compare(a, b);

        return sign != 2 && by_sign(how, sign);
    }
    if (a.type == VIAL_STR && b.type == VIAL_STR) {
        int sign = str_cmp(value_text(a), value_text(b));

        return by_sign(how, (sign > 0) - (sign < 0));
    }
    if (value_is_list(a) && a.type == b.type) {
        if (!rendering_spend(r, 1) || !rendering_enter(r))
            return false;
        bool answer = order_lists(r, how, list_inside(a), list_inside(b));

        rendering_leave(r);
        return answer;
    }
    if (a.type == VIAL_OBJECT && type_of(a)->order) {
        int sign = type_of(a)->order(r, a.as.object, b);

        if (sign != ORDER_NONE)
            return by_sign(how, sign);
    }
    return !r->failed && no_order(r, how, a, b);
}

/* ---- in ---- */

static bool walk_contains(struct rendering *r, value container, value item)
{
    struct walk w;
    value each;

    if (!walk_begin(r, &w, container))
        return false;
    while (walk_next_any(r, &w, &each)) {
        if (value_same(each, item) || value_equal(r, each, item))
            return true;
        if (r->failed || !rendering_spend(r, 1))
            return false;
    }
    return false;
}

static bool text_contains(struct rendering *r, value text, value part)
{
    if (part.type == VIAL_STR)
        return str_find(value_text(text), value_text(part)) != STR_NONE;
    fail(r, "TypeError", "'in <string>' requires string as left operand, not %s",
         value_type_shown(r, part));
    return false;
}

bool value_contains(struct rendering *r, value container, value item)
{
    switch (container.type) {
    case VIAL_STR:
        return rendering_read(r, container.len) && text_contains(r, container, item);
    case VIAL_DICT:
        return dict_value_entry(r, dict_inside(container), item) != NULL;
    case VIAL_OBJECT:
        if (type_of(container)->contains)
            return type_of(container)->contains(r, container.as.object, item);
        break;
    case VIAL_LIST:
    case VIAL_TUPLE:
    case VIAL_UNDEFINED:
        break;
    default:
        fail(r, "TypeError", "argument of type '%s' is not iterable", value_type_name(container));
        return false;
    }
    if (container.type == VIAL_OBJECT && !value_is_iterable(container)) {
        fail(r, "TypeError", "argument of type '%s' is not iterable", value_type_name(container));
        return false;
    }
    return walk_contains(r, container, item);
}

/* ---- hash ---- */

static uint64_t mixed(uint64_t bits)
{
    bits ^= bits >> 32;
    bits *= 0x9E3779B97F4A7C15u;
    return bits ^ (bits >> 29);
}

static uint64_t hash_double(double d)
{
    uint64_t bits;

    if (fabs(d) < 0x1p63 && d == trunc(d))
        return mixed((uint64_t)(int64_t)d);
    memcpy(&bits, &d, sizeof bits);
    return mixed(bits ^ 1);
}

static bool hash_tuple(struct rendering *r, const struct list *list, uint64_t *hash)
{
    uint64_t all = list->count + 7;

    for (size_t i = 0; i < list->count; i++) {
        uint64_t one;

        if (!value_hash(r, list->items[i], &one))
            return false;
        all = mixed(all * 31 + one);
    }
    *hash = all;
    return true;
}

static bool no_hash(struct rendering *r, value v)
{
    if (r)
        fail(r, "TypeError", "unhashable type: '%s'", value_type_name(v));
    return false;
}

static bool hash_object(struct rendering *r, value v, uint64_t *hash)
{
    if (value_is_bigint(v)) {
        *hash = hash_double(big_to_double(v));
        return true;
    }
    if (type_of(v)->hash) {
        *hash = type_of(v)->hash(r, v.as.object);
        return true;
    }
    if (type_of(v)->equal)
        return no_hash(r, v);
    *hash = mixed((uint64_t)(uintptr_t)v.as.object);
    return true;
}

bool value_hash(struct rendering *r, value v, uint64_t *hash)
{
    switch (v.type) {
    case VIAL_STR:
        *hash = hash_key(value_text(v));
        return !r || rendering_read(r, v.len);
    case VIAL_INT:
        *hash = mixed((uint64_t)v.as.i);
        return true;
    case VIAL_BOOL:
        *hash = mixed(v.as.b);
        return true;
    case VIAL_FLOAT:
        *hash = hash_double(v.as.d);
        return true;
    case VIAL_TUPLE:
        return (!r || rendering_spend(r, 1)) && hash_tuple(r, list_inside(v), hash);
    case VIAL_OBJECT:
        return hash_object(r, v, hash);
    case VIAL_UNDEFINED:
        *hash = 2;
        return !r || !undefined_strict(r, v);
    case VIAL_NONE:
        *hash = 3;
        return true;
    default:
        return no_hash(r, v);
    }
}
