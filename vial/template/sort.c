/*
 * sort.c - rows in order
 *
 *   comes in:  a list, and how to get from an item to its key
 *   goes out:  the same list in order; items with equal keys stay as they stood
 *
 * A merge sort over pairs of key and item, beginning with runs that are sorted already, so that
 * sorted input costs one pass. Keys that are all text or all plain ints are compared without asking
 * for their types each time. Only "<" is asked, as in Python, so the same TypeErrors come out.
 */
#include "vial/template/sort.h"
#include "vial/template/containers.h"
#include "vial/template/number.h"

struct pair {
    value key, item;
};

typedef bool less_fn(struct rendering *r, value a, value b);

static bool less_text(struct rendering *r, value a, value b)
{
    (void)r;
    return str_cmp(str_n(a.as.s, a.len), str_n(b.as.s, b.len)) < 0;
}
static bool less_int(struct rendering *r, value a, value b)
{
    (void)r;
    return a.as.i < b.as.i;
}
static bool less_any(struct rendering *r, value a, value b)
{
    return !r->failed && rendering_spend(r, 1) && value_compare(r, COMPARE_LT, a, b);
}

static bool less_wrapped(struct rendering *r, value a, value b)
{
    if (value_same(a, b) || value_equal(r, a, b))
        return false;
    return less_any(r, a, b);
}

/* The fast ways, where all keys are of one simple type; else `slow`. */
static less_fn *less_for(const struct pair *pairs, size_t count, less_fn *slow)
{
    uint8_t type = count ? pairs[0].key.type : VIAL_NONE;

    for (size_t i = 1; i < count; i++)
        if (pairs[i].key.type != type)
            return slow;
    return type == VIAL_STR ? less_text : type == VIAL_INT ? less_int : slow;
}

/* Two sorted rows that lie side by side, into `to`. */
static void merge(struct rendering *r, const struct pair *from, size_t left, size_t right,
                  struct pair *to, less_fn *less)
{
    const struct pair *a = from, *b = from + left, *a_end = b, *b_end = b + right;

    while (a < a_end && b < b_end)
        *to++ = less(r, b->key, a->key) ? *b++ : *a++;
    memcpy(to, a, (size_t)(a_end - a) * sizeof *a);
    to += a_end - a;
    memcpy(to, b, (size_t)(b_end - b) * sizeof *b);
}

enum { RUN = 8 }; /* sorted by insertion first */

static void insertion(struct rendering *r, struct pair *pairs, size_t count, less_fn *less)
{
    for (size_t i = 1; i < count; i++) {
        struct pair pair = pairs[i];
        size_t at = i;

        for (; at && less(r, pair.key, pairs[at - 1].key); at--)
            pairs[at] = pairs[at - 1];
        pairs[at] = pair;
    }
}

static bool is_sorted(struct rendering *r, const struct pair *pairs, size_t count, less_fn *less)
{
    for (size_t i = 1; i < count; i++)
        if (less(r, pairs[i].key, pairs[i - 1].key))
            return false;
    return true;
}

static struct pair *sort_pairs(struct rendering *r, struct pair *pairs, struct pair *other,
                               size_t count, less_fn *less)
{
    if (is_sorted(r, pairs, count, less))
        return pairs;
    for (size_t i = 0; i < count; i += RUN)
        insertion(r, pairs + i, count - i < RUN ? count - i : RUN, less);
    for (size_t width = RUN; width < count && !r->failed; width *= 2) {
        for (size_t i = 0; i < count; i += 2 * width) {
            size_t left = count - i < width ? count - i : width;
            size_t right = count - i - left < width ? count - i - left : width;

            merge(r, pairs + i, left, right, other + i, less);
        }
        struct pair *swap = pairs;

        pairs = other;
        other = swap;
    }
    return pairs;
}

static void turn_round(value *items, size_t count)
{
    for (size_t i = 0, j = count; i + 1 < j; i++) {
        value swap = items[i];

        items[i] = items[--j];
        items[j] = swap;
    }
}

static bool sort_with(struct rendering *r, value v, sort_key_fn *key, const void *how, bool reverse,
                      less_fn *slow)
{
    struct list *list = list_inside(v);
    size_t count = list->count, bytes = count * 2 * sizeof(struct pair);

    if (!rendering_spend(r, count) || !rendering_take(r, bytes))
        return false;
    struct pair *pairs = arena_alloc(r->arena, bytes);

    /* Reversed before and after, so that equal ones keep their order. */
    if (reverse)
        turn_round(list->items, count);
    for (size_t i = 0; i < count && !r->failed; i++)
        pairs[i] =
            (struct pair){ key ? key(r, list->items[i], how) : list->items[i], list->items[i] };
    if (r->failed)
        return false;
    struct pair *sorted = sort_pairs(r, pairs, pairs + count, count, less_for(pairs, count, slow));

    for (size_t i = 0; i < count; i++)
        list->items[i] = sorted[i].item;
    if (reverse)
        turn_round(list->items, count);
    return !r->failed;
}

bool sort_list(struct rendering *r, value v, sort_key_fn *key, const void *how, bool reverse)
{
    return sort_with(r, v, key, how, reverse, less_any);
}

bool sort_list_wrapped(struct rendering *r, value v, sort_key_fn *key, const void *how,
                       bool reverse)
{
    return sort_with(r, v, key, how, reverse, less_wrapped);
}

bool sort_direction(struct rendering *r, value reverse, bool *turned)
{
    int64_t i = 0;

    if (!value_to_index(r, reverse, &i))
        return false;
    *turned = i != 0;
    return true;
}

value sort_by_call(struct rendering *r, value item, const void *how)
{
    value key = *(const value *)how;
    struct call call = { .args = &item, .nargs = 1 };

    return key.type == VIAL_NONE ? item : value_call(r, key, &call);
}
