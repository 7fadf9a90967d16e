/*
 * str_split.c - text cut into pieces, and characters replaced one for one
 *
 *   comes in:  text and what separates its parts
 *   goes out:  lists and tuples of slices of it, Markup when the text is
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/str_methods.h"
#include "vial/template/text.h"

static bool push(struct rendering *r, value list, value self, str piece)
{
    if (!rendering_spend(r, 1) || !rendering_take(r, 2 * sizeof(value)))
        return false;
    list_push(list, text_like(self, piece));
    return true;
}

static void turn_round(value list)
{
    struct list *row = list_inside(list);

    for (size_t i = 0, j = row->count; i + 1 < j; i++) {
        value swap = row->items[i];

        row->items[i] = row->items[--j];
        row->items[j] = swap;
    }
}

/* ---- at white space ---- */

static value split_words(struct rendering *r, value self, int64_t limit)
{
    value list = list_new(r->arena, 0);
    str rest = value_text(self), word;

    while (limit-- != 0 && text_next_word(&rest, &word))
        if (!push(r, list, self, word))
            return value_undefined();
    rest = text_strip(rest, NULL, true, false);
    if (rest.len && !push(r, list, self, rest))
        return value_undefined();
    return list;
}

static value rsplit_words(struct rendering *r, value self, int64_t limit)
{
    value list = list_new(r->arena, 0);
    str rest = value_text(self), word;

    while (limit-- != 0 && text_last_word(&rest, &word))
        if (!push(r, list, self, word))
            return value_undefined();
    rest = text_strip(rest, NULL, false, true);
    if (rest.len && !push(r, list, self, rest))
        return value_undefined();
    turn_round(list);
    return list;
}

/* ---- at a separator ---- */

static value split_at(struct rendering *r, value self, str separator, int64_t limit)
{
    value list = list_new(r->arena, 0);
    str rest = value_text(self);
    ptrdiff_t at;

    while (limit-- != 0 && (at = str_find(rest, separator)) != STR_NONE) {
        if (!push(r, list, self, str_slice(rest, 0, (size_t)at)))
            return value_undefined();
        rest = str_from(rest, (size_t)at + separator.len);
    }
    return push(r, list, self, rest) ? list : value_undefined();
}

static value rsplit_at(struct rendering *r, value self, str separator, int64_t limit)
{
    value list = list_new(r->arena, 0);
    str rest = value_text(self);
    ptrdiff_t at;

    while (limit-- != 0 && (at = text_rfind(rest, separator)) != STR_NONE) {
        if (!push(r, list, self, str_from(rest, (size_t)at + separator.len)))
            return value_undefined();
        rest.len = (size_t)at;
    }
    if (!push(r, list, self, rest))
        return value_undefined();
    turn_round(list);
    return list;
}

static value split_by(struct rendering *r, value self, const value *args, bool from_right)
{
    int64_t limit;
    str separator = value_text(args[0]);

    if (!value_to_index(r, args[1], &limit))
        return value_undefined();
    if (args[0].type == VIAL_NONE)
        return from_right ? rsplit_words(r, self, limit) : split_words(r, self, limit);
    if (args[0].type != VIAL_STR)
        return fail(r, "TypeError", "must be str or None, not %s", value_type_name(args[0]));
    if (!separator.len)
        return fail(r, "ValueError", "empty separator");
    return from_right ? rsplit_at(r, self, separator, limit) : split_at(r, self, separator, limit);
}

value method_split(struct rendering *r, value self, const value *args)
{
    return split_by(r, self, args, false);
}

value method_rsplit(struct rendering *r, value self, const value *args)
{
    return split_by(r, self, args, true);
}

value method_splitlines(struct rendering *r, value self, const value *args)
{
    value list = list_new(r->arena, 0);
    str rest = value_text(self), line, end;
    bool keep = value_truth(r, args[0]);

    while (text_next_line(&rest, &line, &end))
        if (!push(r, list, self, keep ? str_n(line.p, line.len + end.len) : line))
            return value_undefined();
    return list;
}

/* ---- in three ---- */

static value three(struct rendering *r, value self, str before, str separator, str after)
{
    return tuple_of(
        r->arena,
        (value[]){ text_like(self, before), text_like(self, separator), text_like(self, after) },
        3);
}

static value parted(struct rendering *r, value self, value separator, bool last)
{
    str s = value_text(self), by;

    if (!text_argument(r, separator, "", &by))
        return value_undefined();
    if (!by.len)
        return fail(r, "ValueError", "empty separator");
    ptrdiff_t at = last ? text_rfind(s, by) : str_find(s, by);

    if (at == STR_NONE)
        return last ? three(r, self, S(""), S(""), s) : three(r, self, s, S(""), S(""));
    return three(r, self, str_slice(s, 0, (size_t)at), by, str_from(s, (size_t)at + by.len));
}

value method_partition(struct rendering *r, value self, const value *args)
{
    return parted(r, self, args[0], false);
}

value method_rpartition(struct rendering *r, value self, const value *args)
{
    return parted(r, self, args[0], true);
}

/* ---- one for one ---- */

/* The table maps code points to code points, texts, or None, which drops the character. */
value method_translate(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    str s = value_text(self);

    while (s.len && rendering_spend(r, 1)) {
        uint32_t c = utf8_next(&s);
        value to = value_int(c);
        value found;

        if (value_item_only(r, args[0], value_int(c), &found))
            to = found;
        if (r->failed)
            return value_undefined();
        if (to.type == VIAL_STR)
            buf_add(&text, value_text(to));
        else if (value_is_small_int(to) && value_small_int(to) >= 0 &&
                 value_small_int(to) <= 0x10FFFF)
            buf_add_utf8(&text, (uint32_t)value_small_int(to));
        else if (to.type != VIAL_NONE)
            return fail(r, "TypeError", "character mapping must return integer, None or str");
        if (!rendering_take(r, 4))
            return value_undefined();
    }
    return text_like(self, buf_str(&text));
}

static bool map_key(struct rendering *r, value key, value *code)
{
    str s = value_text(key);

    *code = key;
    if (key.type != VIAL_STR)
        return true;
    if (utf8_count(s) != 1) {
        fail(r, "ValueError", "string keys in translate table must be of length 1");
        return false;
    }
    *code = value_int(utf8_next(&s));
    return true;
}

value method_maketrans(struct rendering *r, value self, const value *args)
{
    value table = dict_new(r->arena, 0), key, v;
    str from = value_text(args[0]), to = value_text(args[1]), gone = value_text(args[2]);

    (void)self;
    if (args[1].type == VIAL_NONE) {
        if (args[0].type != VIAL_DICT)
            return fail(r, "TypeError",
                        "if you give only one argument to maketrans it must be a dict");
        for (size_t i = 0; dict_entry(args[0], i, &key, &v); i++)
            if (!rendering_take(r, 64) || !map_key(r, key, &key) || !dict_put(r, table, key, v))
                return value_undefined();
        return table;
    }
    if (utf8_count(from) != utf8_count(to))
        return fail(r, "ValueError", "the first two maketrans arguments must have equal length");
    while (from.len && rendering_take(r, 64))
        dict_put(r, table, value_int(utf8_next(&from)), value_int(utf8_next(&to)));
    while (gone.len && rendering_take(r, 64))
        dict_put(r, table, value_int(utf8_next(&gone)), value_none());
    return table;
}
