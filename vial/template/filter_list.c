/*
 * filter_list.c - filters that take a whole row of things: sort, join, first, sum, groupby, ...
 *
 *   comes in:  whatever can be walked
 *   goes out:  one value, or a list
 *
 * What need not be made at once is in filter_lazy.c.
 */
#include "vial/template/attribute.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/iterators.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/random.h"
#include "vial/template/sort.h"
#include "vial/template/undefined.h"

/* ---- one of them ---- */

value filter_first(struct rendering *r, value input, const value *args)
{
    struct walk w;
    value item;

    (void)args;
    if (!walk_begin(r, &w, input))
        return value_undefined();
    if (walk_next_any(r, &w, &item))
        return item;
    return r->failed ? value_undefined() : undefined_hint(r, "No first item, sequence was empty.");
}

value filter_last(struct rendering *r, value input, const value *args)
{
    struct walk w;
    value item, reversed;

    (void)args;
    if (value_is_list(input) && list_len(input))
        return list_at(input, list_len(input) - 1);
    if (!value_reversed(r, input, &reversed) || !walk_begin(r, &w, reversed))
        return value_undefined();
    if (walk_next_any(r, &w, &item))
        return item;
    return r->failed ? value_undefined() : undefined_hint(r, "No last item, sequence was empty.");
}

value filter_random(struct rendering *r, value input, const value *args)
{
    int64_t length = value_length(r, input);
    value item;

    (void)args;
    if (length <= 0)
        return r->failed ? value_undefined()
                         : undefined_hint(r, "No random item, sequence was empty.");
    rendering_unsteady(r);

    int64_t at = (int64_t)random_below((uint64_t)length);

    if (value_item_only(r, input, value_int(at), &item) || r->failed)
        return item;
    if (input.type == VIAL_DICT)
        return fail(r, "KeyError", "%lld", (long long)at);
    return fail(r, "TypeError", "'%s' object is not subscriptable", value_type_name(input));
}

/* The first that no other is before (min) or behind (max). */
static value extreme(struct rendering *r, value input, const value *args, enum comparison how)
{
    struct path path = path_of(r, args[1], !value_truth(r, args[0]));
    struct walk w;
    value item, best, best_key;

    if (r->failed || !walk_begin(r, &w, input))
        return value_undefined();
    if (!walk_next_any(r, &w, &best))
        return r->failed ? value_undefined()
                         : undefined_hint(r, "No aggregated item, sequence was empty.");
    best_key = path_follow(r, &path, best);
    while (!r->failed && walk_next_any(r, &w, &item)) {
        value key = path_follow(r, &path, item);

        if (r->failed || !rendering_spend(r, 1))
            break;
        if (value_compare(r, how, key, best_key)) {
            best = item;
            best_key = key;
        }
    }
    return r->failed ? value_undefined() : best;
}

value filter_min(struct rendering *r, value input, const value *args)
{
    return extreme(r, input, args, COMPARE_LT);
}

value filter_max(struct rendering *r, value input, const value *args)
{
    return extreme(r, input, args, COMPARE_GT);
}

value filter_length(struct rendering *r, value input, const value *args)
{
    int64_t length = value_length(r, input);

    (void)args;
    return r->failed ? value_undefined() : value_int(length);
}

value filter_sum(struct rendering *r, value input, const value *args)
{
    struct path path = path_of(r, args[0], false);
    value sum = args[1], item;
    struct walk w;

    if (!walk_begin(r, &w, input))
        return value_undefined();
    if (sum.type == VIAL_STR)
        return fail(r, "TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
    while (walk_next_any(r, &w, &item)) {
        item = path_follow(r, &path, item);
        if (r->failed || !rendering_spend(r, 1))
            break;
        sum = value_add(r, sum, item);
    }
    return r->failed ? value_undefined() : sum;
}

/* ---- text of them ---- */

static bool any_html(value list)
{
    for (size_t i = 0; i < list_len(list); i++)
        if (value_has_html(list_at(list, i)))
            return true;
    return false;
}

static value join_as(struct rendering *r, value list, value separator, const struct path *path,
                     bool html)
{
    struct buf text = buf_in(r->arena);
    struct walk w;
    value item;

    if (!walk_begin(r, &w, list))
        return value_undefined();
    for (bool first = true; walk_next_any(r, &w, &item); first = false) {
        size_t from = text.len;

        item = path_follow(r, path, item);
        if (!first && html)
            value_print_html(r, separator, &text);
        else if (!first)
            value_print(r, separator, &text);
        if (html)
            value_print_html(r, item, &text);
        else
            value_print(r, item, &text);
        if (r->failed || !rendering_spend(r, 1) || !rendering_take(r, text.len - from))
            return value_undefined();
    }
    if (r->failed)
        return value_undefined();
    return html ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}

/*
 * Without auto-escape the texts are put together. With it, Markup among the items or as separator
 * makes the whole Markup, and all else in it is escaped; so the items have to be known first.
 */
value filter_join(struct rendering *r, value input, const value *args)
{
    struct path path = path_of(r, args[1], false), none = path_of(r, value_none(), false);
    value separator = args[0];

    if (!r->autoescape)
        return join_as(r, input, separator, &path, false);
    if (value_is_safe(separator))
        return join_as(r, input, separator, &path, true);
    if (path.count || !value_is_list(input)) {
        value list = list_new(r->arena, list_len(input)), item;
        struct walk w;

        if (!walk_begin(r, &w, input))
            return value_undefined();
        while (walk_next_any(r, &w, &item)) {
            list_push(list, path_follow(r, &path, item));
            if (r->failed || !rendering_spend(r, 1) || !rendering_take(r, 0))
                return value_undefined();
        }
        if (r->failed)
            return value_undefined();
        input = list;
    }
    return join_as(r, input, separator, &none, any_html(input));
}

/* ---- all of them in another order ---- */

value filter_list(struct rendering *r, value input, const value *args)
{
    (void)args;
    return value_to_list(r, input);
}

value filter_reverse(struct rendering *r, value input, const value *args)
{
    value reversed;

    (void)args;
    if (input.type == VIAL_STR)
        return value_slice(r, input, value_none(), value_none(), value_int(-1));
    if (value_reversed(r, input, &reversed))
        return reversed;
    fail_forget(r);
    if (!value_is_iterable(input))
        return fail(r, "FilterArgumentError", "argument must be iterable");
    value list = value_to_list(r, input);

    if (!r->failed && value_reversed(r, list, &reversed))
        list = value_to_list(r, reversed);
    return list;
}

value filter_sort(struct rendering *r, value input, const value *args)
{
    struct paths paths = paths_of(r, args[2], !value_truth(r, args[1]));
    value list = value_to_list(r, input);
    bool reverse = false;

    if (!r->failed && sort_direction(r, args[0], &reverse))
        sort_list_wrapped(r, list, paths_key, &paths, reverse);
    return r->failed ? value_undefined() : list;
}

struct dictsort {
    size_t position;
    bool ignore_case;
};

static value dictsort_key(struct rendering *r, value item, const void *how)
{
    const struct dictsort *by = how;
    value key = list_at(item, by->position);

    return by->ignore_case ? ignore_case(r, key) : key;
}

value filter_dictsort(struct rendering *r, value input, const value *args)
{
    struct dictsort by = { 0, !value_truth(r, args[0]) };
    bool reverse;
    str word = value_text(args[1]);
    value items;

    if (str_eq(word, S("value")))
        by.position = 1;
    else if (!str_eq(word, S("key")))
        return fail(r, "FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
    if (!items_of(r, input, &items))
        return value_undefined();
    items = value_to_list(r, items);
    if (!r->failed && sort_direction(r, args[2], &reverse))
        sort_list(r, items, dictsort_key, &by, reverse);
    return r->failed ? value_undefined() : items;
}

bool items_of(struct rendering *r, value v, value *items)
{
    struct call call = { 0 };

    if (v.type == VIAL_DICT) {
        *items = dict_view(r, v, VIEW_ITEMS);
        return true;
    }
    if (value_attr_only(r, v, S("items"), items)) {
        *items = value_call(r, *items, &call);
        return !r->failed;
    }
    if (!r->failed)
        fail(r, "AttributeError", "'%s' object has no attribute 'items'", value_type_name(v));
    return false;
}

/* ---- groups ---- */

static bool group_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct list *pair = (const struct list *)o;

    (void)r;
    if (str_eq(name, S("grouper")))
        *out = pair->items[0];
    else if (str_eq(name, S("list")))
        *out = pair->items[1];
    else
        return false;
    return true;
}

/* A tuple whose two parts have names. */
static const struct object_type group_type = { .name = "jinja2.filters._GroupTuple",
                                               .attr = group_attr };

static value group_of(struct rendering *r, value grouper, value members)
{
    value group = tuple_of(r->arena, (value[]){ grouper, members }, 2);

    list_inside(group)->object.type = &group_type;
    return group;
}

value filter_groupby(struct rendering *r, value input, const value *args)
{
    struct path path = path_of(r, args[0], !value_truth(r, args[2])), shown;
    value sorted = value_to_list(r, input), groups = list_new(r->arena, 0);
    value key = value_undefined(), members = value_undefined();

    path.otherwise = args[1];
    shown = path;
    shown.ignore_case = false; /* a group is called as its first member has it */
    if (r->failed || !sort_list(r, sorted, path_key, &path, false))
        return value_undefined();
    for (size_t i = 0; i < list_len(sorted) && !r->failed; i++) {
        value item = list_at(sorted, i), next = path_follow(r, &path, item);

        if (!rendering_spend(r, 1) || !rendering_take(r, 64))
            break;
        if (i == 0 || !value_equal(r, key, next)) {
            members = list_new(r->arena, 0);
            list_push(groups, group_of(r, path_follow(r, &shown, item), members));
            key = next;
        }
        list_push(members, item);
    }
    return r->failed ? value_undefined() : groups;
}

/* ---- one attribute ---- */

/* As a dot, but that it never falls back to the item. */
value filter_attr(struct rendering *r, value input, const value *args)
{
    value found;
    str name = value_text(args[0]);

    uint64_t hash;

    if (args[0].type != VIAL_STR && !value_hash(r, args[0], &hash))
        return value_undefined();
    if (args[0].type != VIAL_STR)
        return fail(r, "TypeError", "attribute name must be string, not '%s'",
                    value_type_shown(r, args[0]));
    if (!value_attr_only(r, input, name, &found))
        return r->failed ? value_undefined() : undefined_element(r, input, args[0]);
    return value_attr(r, input, name);
}
