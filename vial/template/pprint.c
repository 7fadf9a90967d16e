/*
 * pprint.c - values laid out over lines of 80 characters, for people who look for a mistake
 *
 *   comes in:  any value
 *   goes out:  what Python's pprint writes: the repr when it fits, else one item a line
 *
 * Whatever does not fit is opened up: containers item by item, long text in pieces.
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/sort.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"

enum { WIDTH = 80 };

struct pretty {
    struct rendering *r;
    struct buf *out;
    unsigned depth; /* below it containers are "{...}"; 0: there is no end */
    bool compact;   /* as many items of a list on one line as fit          */
};

static void add_flat(struct pretty *p, value v, unsigned level, struct buf *out);
static void add(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level);

/* ---- on one line ---- */

static value key_of(struct rendering *r, value pair, const void *how)
{
    (void)r;
    (void)how;
    return list_at(pair, 0);
}

static value key_type(struct rendering *r, value pair, const void *how)
{
    (void)r;
    (void)how;
    return value_str(str_of(value_qualified_type(list_at(pair, 0))));
}

static bool forgive(struct rendering *r)
{
    if (r->failed && !strcmp(r->failure.kind, "TypeError"))
        fail_forget(r);
    return !r->failed;
}

/* Keys that have no order stand by their types, and in each type by their order, if it has one. */
static void sort_by_types(struct rendering *r, value pairs)
{
    struct list *all = list_inside(pairs);

    if (!sort_list(r, pairs, key_type, NULL, false))
        return;
    for (size_t from = 0, to; from < all->count; from = to) {
        for (to = from + 1; to < all->count &&
                            list_at(all->items[to], 0).type == list_at(all->items[from], 0).type;)
            to++;
        struct list part = { .object = all->object,
                             .items = all->items + from,
                             .count = to - from };
        value same = { .type = VIAL_LIST, .as.object = &part };

        if (!sort_list(r, same, key_of, NULL, false) && !forgive(r))
            return;
    }
}

/* Dicts are shown in the order of their keys. */
static value sorted_pairs(struct pretty *p, const struct dict *dict)
{
    struct arena *a = p->r->arena;
    value pairs = list_new(a, dict->count);

    for (size_t i = 0; i < dict->count; i++)
        list_push(pairs, tuple_of(a, (value[]){ dict->entries[i].key, dict->entries[i].v }, 2));
    if (!p->r->failed && !sort_list(p->r, pairs, key_of, NULL, false) && forgive(p->r))
        sort_by_types(p->r, pairs);
    return pairs;
}

static void add_flat_row(struct pretty *p, value v, unsigned level, str open, str close,
                         struct buf *out)
{
    buf_add(out, open);
    for (size_t i = 0; i < list_len(v) && !p->r->failed; i++) {
        if (i)
            buf_lit(out, ", ");
        add_flat(p, list_at(v, i), level + 1, out);
    }
    buf_add(out, close);
}

static void add_flat_dict(struct pretty *p, value v, unsigned level, struct buf *out)
{
    value pairs = sorted_pairs(p, dict_inside(v));

    buf_lit(out, "{");
    for (size_t i = 0; i < list_len(pairs) && !p->r->failed; i++) {
        if (i)
            buf_lit(out, ", ");
        add_flat(p, list_at(list_at(pairs, i), 0), level + 1, out);
        buf_lit(out, ": ");
        add_flat(p, list_at(list_at(pairs, i), 1), level + 1, out);
    }
    buf_lit(out, "}");
}

static bool too_deep(const struct pretty *p, value v, unsigned level)
{
    return p->depth && level >= p->depth && (v.type == VIAL_DICT ? dict_len(v) : list_len(v));
}

static void add_flat(struct pretty *p, value v, unsigned level, struct buf *out)
{
    if (v.type < VIAL_LIST || v.type == VIAL_OBJECT) {
        value_repr(p->r, v, out);
        return;
    }
    if (too_deep(p, v, level)) {
        buf_add(out, v.type == VIAL_DICT   ? S("{...}")
                     : v.type == VIAL_LIST ? S("[...]")
                                           : S("(...)"));
        return;
    }
    bool own = (v.type == VIAL_DICT ? dict_inside(v)->arena : list_inside(v)->arena) == p->r->arena;
    bool *mark = v.type == VIAL_DICT ? &dict_inside(v)->printing : &list_inside(v)->printing;

    if (own && *mark) {
        buf_addf(out, "<Recursion on %s>", value_type_name(v));
        return;
    }
    if (!rendering_spend(p->r, 1) || !rendering_take(p->r, 0) || !rendering_enter(p->r))
        return;
    if (own)
        *mark = true;
    if (v.type == VIAL_DICT)
        add_flat_dict(p, v, level, out);
    else if (v.type == VIAL_LIST)
        add_flat_row(p, v, level, S("["), S("]"), out);
    else
        add_flat_row(p, v, level, S("("), list_len(v) == 1 ? S(",)") : S(")"), out);
    if (own)
        *mark = false;
    rendering_leave(p->r);
}

static str flat(struct pretty *p, value v, unsigned level)
{
    struct buf text = buf_in(p->r->arena);

    add_flat(p, v, level, &text);
    return buf_str(&text);
}

/* ---- on many lines ---- */

static void new_line(struct pretty *p, size_t indent)
{
    buf_lit(p->out, "\n");
    for (size_t i = 0; i < indent; i++)
        buf_lit(p->out, " ");
}

/* Lines are filled with what fits flat. */
static void add_compact(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level)
{
    size_t count = list_len(v), most = WIDTH - indent, left = most;
    bool begun = false;

    for (size_t i = 0; i < count && !p->r->failed; i++) {
        str item = flat(p, list_at(v, i), level);
        size_t width = utf8_count(item) + 2;

        if (i + 1 == count) {
            most = most > allowance ? most - allowance : 0;
            left = left > allowance ? left - allowance : 0;
        }
        if (begun)
            buf_lit(p->out, ",");
        if (begun && left < width) {
            new_line(p, indent + 1);
            left = most;
        } else if (begun) {
            buf_lit(p->out, " ");
        }
        begun = true;
        if (left >= width)
            buf_add(p->out, item);
        else
            add(p, list_at(v, i), indent + 1, i + 1 == count ? allowance : 1, level);
        left = left >= width ? left - width : 0;
    }
}

static void add_row(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level)
{
    size_t count = list_len(v);
    str close = v.type == VIAL_LIST ? S("]") : count == 1 ? S(",)") : S(")");

    buf_add(p->out, v.type == VIAL_LIST ? S("[") : S("("));
    if (p->compact)
        add_compact(p, v, indent, allowance + close.len, level);
    for (size_t i = 0; i < count && !p->r->failed && !p->compact; i++) {
        if (i) {
            buf_lit(p->out, ",");
            new_line(p, indent + 1);
        }
        add(p, list_at(v, i), indent + 1, i + 1 == count ? allowance + close.len : 1, level);
    }
    buf_add(p->out, close);
}

static void add_dict(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level)
{
    value pairs = sorted_pairs(p, dict_inside(v));
    size_t count = list_len(pairs);

    buf_lit(p->out, "{");
    for (size_t i = 0; i < count && !p->r->failed; i++) {
        str key = flat(p, list_at(list_at(pairs, i), 0), level);

        if (i) {
            buf_lit(p->out, ",");
            new_line(p, indent + 1);
        }
        buf_add(p->out, key);
        buf_lit(p->out, ": ");
        add(p, list_at(list_at(pairs, i), 1), indent + 1 + utf8_count(key) + 2,
            i + 1 == count ? allowance + 1 : 1, level);
    }
    buf_lit(p->out, "}");
}

/* ---- long text ---- */

struct pieces {
    struct pretty *p;
    value list; /* of reprs */
};

static str repr_of(struct pretty *p, str s)
{
    return value_repr_str(p->r, value_str(s));
}

static void push(struct pieces *pieces, str s)
{
    if (s.len)
        list_push(pieces->list, value_str(repr_of(pieces->p, s)));
}

/* A line that is too long is cut behind white space. */
static void cut_line(struct pieces *pieces, str line, int64_t width, int64_t last_width)
{
    str current = str_n(line.p, 0);

    while (line.len && rendering_spend(pieces->p->r, 1) && rendering_take(pieces->p->r, 0)) {
        str rest = line, before = line, part, candidate;

        while (rest.len && !char_is_space(utf8_next(&rest)))
            before = rest;
        rest = text_strip(before, NULL, true, false);
        part = str_n(line.p, line.len - rest.len);
        line = rest;
        candidate = str_n(current.p, current.len + part.len);
        if ((int64_t)utf8_count(repr_of(pieces->p, candidate)) > (line.len ? width : last_width)) {
            push(pieces, current);
            current = part;
        } else {
            current = candidate;
        }
    }
    push(pieces, current);
}

static void add_text(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level)
{
    struct pieces pieces = { p, list_new(p->r->arena, 0) };
    str rest = value_text(v), line, end;

    if (level == 1) {
        indent++;
        allowance++;
    }
    int64_t width = WIDTH - (int64_t)indent;

    while (text_next_line(&rest, &line, &end)) {
        int64_t last = rest.len ? width : width - (int64_t)allowance;

        line.len += end.len;
        str shown = repr_of(p, line);

        if ((int64_t)utf8_count(shown) <= last)
            list_push(pieces.list, value_str(shown));
        else
            cut_line(&pieces, line, width, last);
        if (p->r->failed)
            return;
    }
    size_t count = list_len(pieces.list);

    if (level == 1 && count > 1)
        buf_lit(p->out, "(");
    for (size_t i = 0; i < count; i++) {
        if (i)
            new_line(p, indent);
        buf_add(p->out, value_text(list_at(pieces.list, i)));
    }
    if (level == 1 && count > 1)
        buf_lit(p->out, ")");
}

static void add(struct pretty *p, value v, size_t indent, size_t allowance, unsigned level)
{
    str shown = flat(p, v, level);

    if (p->r->failed || utf8_count(shown) + indent + allowance <= WIDTH ||
        (v.type < VIAL_LIST && v.type != VIAL_STR) || v.type == VIAL_OBJECT ||
        (v.type == VIAL_STR && (v.flags & VIAL_SAFE)) || !rendering_enter(p->r)) {
        buf_add(p->out, shown);
        return;
    }
    if (v.type == VIAL_STR)
        add_text(p, v, indent, allowance, level + 1);
    else if (v.type == VIAL_DICT)
        add_dict(p, v, indent, allowance, level + 1);
    else
        add_row(p, v, indent, allowance, level + 1);
    rendering_leave(p->r);
}

value filter_pprint(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct pretty p = { .r = r, .out = &text };

    (void)args;
    add(&p, input, 0, 0, 0);
    return r->failed ? value_undefined() : value_str(buf_str(&text));
}

value pretty_outline(struct rendering *r, value v, unsigned depth)
{
    struct buf text = buf_in(r->arena);
    struct pretty p = { .r = r, .out = &text, .depth = depth, .compact = true };

    add(&p, v, 0, 0, 0);
    return r->failed ? value_undefined() : value_str(buf_str(&text));
}
