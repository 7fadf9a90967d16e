/*
 * str_methods.c - what templates call on text: finding, cutting, replacing, padding
 *
 *   comes in:  text, plain or Markup, and the arguments its signature has sorted
 *   goes out:  what Python's str gives; of Markup the same, marked as Markup again
 *
 * Positions count code points. (Three of the newer methods make plain text of Markup, as they do in
 * markupsafe.) Arguments that become part of a Markup are escaped first
 * (markup_methods.c wraps those). Questions about characters are in str_tests.c.
 */
#include "vial/template/str_methods.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/format.h"
#include "vial/template/lookup.h"
#include "vial/template/markup.h"
#include "vial/template/methods.h"
#include "vial/template/number.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"

/* ---- arguments ---- */

bool text_argument(struct rendering *r, value v, const char *method, str *text)
{
    *text = value_text(v);
    if (v.type == VIAL_STR)
        return true;
    fail(r, "TypeError", "%s%smust be str, not %s", method, *method ? " " : "",
         *method && v.type == VIAL_NONE ? "None" : value_type_shown(r, v));
    return false;
}

static value made(struct rendering *r, value self, const struct buf *text)
{
    return r->failed ? value_undefined() : text_like(self, buf_str(text));
}

/* ---- case ---- */

value method_upper(struct rendering *r, value self, const value *args)
{
    (void)args;
    return text_like(self, unicode_upper(r->arena, value_text(self)));
}

value method_lower(struct rendering *r, value self, const value *args)
{
    (void)args;
    return text_like(self, unicode_lower(r->arena, value_text(self)));
}

static value method_casefold(struct rendering *r, value self, const value *args)
{
    (void)args;
    return value_str(unicode_casefold(r->arena, value_text(self)));
}

/* One character's title case: "ǆ" becomes "ǅ", "ß" becomes "Ss". */
static void add_title(struct rendering *r, str c, struct buf *out)
{
    str rest = c;
    uint32_t point = utf8_next(&rest), title = unicode_titlecase(point);

    if (title != point || point < 0x80) {
        buf_add_utf8(out, title);
        return;
    }
    str upper = unicode_upper(r->arena, c);
    size_t first = utf8_offset(upper, 1);

    buf_add(out, str_slice(upper, 0, first));
    buf_add(out, unicode_lower(r->arena, str_from(upper, first)));
}

value method_capitalize(struct rendering *r, value self, const value *args)
{
    str s = value_text(self);
    struct buf text = buf_in(r->arena);
    size_t first = utf8_offset(s, 1);

    (void)args;
    if (!s.len)
        return self;
    add_title(r, str_slice(s, 0, first), &text);
    /* Lower as part of the whole, which decides of a sigma; without the first one's own. */
    str lower = unicode_lower(r->arena, s);

    buf_add(&text, str_from(lower, unicode_lower(r->arena, str_slice(s, 0, first)).len));
    return made(r, self, &text);
}

static value method_title(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    str s = value_text(self), lower = unicode_lower(r->arena, s);
    bool within = false;

    (void)args;
    if (!rendering_take(r, s.len * 2))
        return value_undefined();
    for (size_t at = 0, len; at < s.len; at += len) {
        str c = str_from(s, at), rest = c;
        bool cased = char_is_cased(utf8_next(&rest));

        len = c.len - rest.len;
        c.len = len;
        if (!cased)
            buf_add(&text, c);
        else if (within && lower.len == s.len)
            buf_add(&text, str_slice(lower, at, at + len)); /* knows the final sigma */
        else if (within)
            buf_add(&text, unicode_lower(r->arena, c));
        else
            add_title(r, c, &text);
        within = cased;
    }
    return made(r, self, &text);
}

static value method_swapcase(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    str s = value_text(self), whole = s, lower = unicode_lower(r->arena, s);

    (void)args;
    if (!rendering_take(r, s.len * 2))
        return value_undefined();
    while (s.len) {
        str before = s;
        uint32_t c = utf8_next(&s);
        str one = str_n(before.p, before.len - s.len);

        if (c < 0x80)
            buf_addc(&text, is_upper((int)c) ? to_lower((char)c) : to_upper((char)c));
        else
            buf_add(&text, char_is_upper(c) && lower.len == whole.len
                               ? str_n(lower.p + (one.p - whole.p), one.len)
                           : char_is_upper(c) ? unicode_lower(r->arena, one)
                           : char_is_lower(c) ? unicode_upper(r->arena, one)
                                              : one);
    }
    return made(r, self, &text);
}

/* ---- width ---- */

static value padded(struct rendering *r, value self, const value *args, char align,
                    const char *name)
{
    struct buf text = buf_in(r->arena);
    struct layout how = { .align = align, .precision = -1 };
    str s = value_text(self), fill;

    if (!value_to_index(r, args[0], &how.width))
        return value_undefined();
    if (args[1].type != VIAL_STR || utf8_count(value_text(args[1])) != 1)
        return fail(r, "TypeError",
                    args[1].type == VIAL_STR
                        ? "The fill character must be exactly one character long"
                        : "The fill character must be a unicode character, not %s",
                    value_type_name(args[1]));
    (void)name;
    fill = value_text(args[1]);
    how.fill = utf8_next(&fill);
    if (align == '^' && how.width > (int64_t)utf8_count(s)) {
        /* str.center() puts the odd space left when the width is odd; format() always right. */
        int64_t missing = how.width - (int64_t)utf8_count(s);

        if (!rendering_take(r, (size_t)missing * 2))
            return value_undefined();
        int64_t left = missing / 2 + (missing & how.width & 1);

        how.align = '>';
        how.width -= missing - left;
        struct buf first = buf_in(r->arena);

        layout_text(r, s, &how, &first);
        how.align = '<';
        how.width += missing - left;
        layout_text(r, buf_str(&first), &how, &text);
        return made(r, self, &text);
    }
    layout_text(r, s, &how, &text);
    return made(r, self, &text);
}

value method_center(struct rendering *r, value self, const value *args)
{
    return padded(r, self, args, '^', "center");
}
static value method_ljust(struct rendering *r, value self, const value *args)
{
    return padded(r, self, args, '<', "ljust");
}
static value method_rjust(struct rendering *r, value self, const value *args)
{
    return padded(r, self, args, '>', "rjust");
}

static value method_zfill(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct layout how = { .align = '>', .fill = '0', .precision = -1 };
    str s = value_text(self);
    bool sign = s.len && (s.p[0] == '-' || s.p[0] == '+');

    if (!value_to_index(r, args[0], &how.width))
        return value_undefined();
    if (sign) {
        buf_addc(&text, s.p[0]);
        s = str_from(s, 1);
        how.width--;
    }
    layout_text(r, s, &how, &text);
    return made(r, self, &text);
}

static value method_expandtabs(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    str s = value_text(self);
    int64_t size, column = 0;

    if (!value_to_index(r, args[0], &size))
        return value_undefined();
    for (size_t i = 0; i < s.len && !r->failed; i++) {
        if (s.p[i] != '\t') {
            column = s.p[i] == '\n' || s.p[i] == '\r'         ? 0
                     : ((unsigned char)s.p[i] & 0xC0) != 0x80 ? column + 1
                                                              : column;
            buf_addc(&text, s.p[i]);
            continue;
        }
        int64_t spaces = size > 0 ? size - column % size : 0;

        if (spaces > 64 && !rendering_take(r, (size_t)spaces))
            break;
        for (column += spaces; spaces > 0; spaces--)
            buf_addc(&text, ' ');
    }
    return made(r, self, &text);
}

/* ---- ends ---- */

static value stripped(struct rendering *r, value self, value chars, bool left, bool right)
{
    str given = value_text(chars);

    if (chars.type != VIAL_STR && chars.type != VIAL_NONE)
        return fail(r, "TypeError", "%sstrip arg must be None or str",
                    left && right ? ""
                    : left        ? "l"
                                  : "r");
    return text_like(
        self, text_strip(value_text(self), chars.type == VIAL_STR ? &given : NULL, left, right));
}

value method_strip(struct rendering *r, value self, const value *args)
{
    return stripped(r, self, args[0], true, true);
}
static value method_lstrip(struct rendering *r, value self, const value *args)
{
    return stripped(r, self, args[0], true, false);
}
static value method_rstrip(struct rendering *r, value self, const value *args)
{
    return stripped(r, self, args[0], false, true);
}

static value method_removeprefix(struct rendering *r, value self, const value *args)
{
    str s = value_text(self), end;

    if (!text_argument(r, args[0], "removeprefix() argument", &end))
        return value_undefined();
    return value_str(str_starts(s, end) ? str_from(s, end.len) : s);
}
static value method_removesuffix(struct rendering *r, value self, const value *args)
{
    str s = value_text(self), end;

    if (!text_argument(r, args[0], "removesuffix() argument", &end))
        return value_undefined();
    return value_str(str_ends(s, end) ? str_slice(s, 0, s.len - end.len) : s);
}

/* ---- finding ---- */

/* The part of `s` between two positions, and where it begins in code points; false: none. */
static bool between(struct rendering *r, str s, const value *args, str *part, size_t *begin)
{
    int64_t from, to, count = (int64_t)utf8_count(s);

    if (!slice_part(r, args[1], 0, &from) || !slice_part(r, args[2], INT64_MAX, &to))
        return false;
    from = from < 0 ? (from < -count ? 0 : from + count) : from;
    to = to < 0 ? (to < -count ? 0 : to + count) : to > count ? count : to;
    if (from > to)
        return false;
    size_t at = utf8_offset(s, (size_t)from);

    *part = str_slice(s, at, at + utf8_offset(str_from(s, at), (size_t)(to - from)));
    *begin = (size_t)from;
    return true;
}

static value found_at(struct rendering *r, value self, const value *args, bool last, bool must)
{
    str within = S(""), what;
    size_t begin = 0;
    ptrdiff_t at = STR_NONE;

    bool some = between(r, value_text(self), args, &within, &begin);

    if (r->failed || !text_argument(r, args[0], "", &what))
        return value_undefined();
    if (some && rendering_spend(r, within.len / 64))
        at = last ? text_rfind(within, what) : str_find(within, what);
    if (r->failed)
        return value_undefined();
    if (at == STR_NONE)
        return must ? fail(r, "ValueError", "substring not found") : value_int(-1);
    return value_int((int64_t)(begin + utf8_count(str_slice(within, 0, (size_t)at))));
}

static value method_find_at(struct rendering *r, value self, const value *args)
{
    return found_at(r, self, args, false, false);
}
static value method_rfind_at(struct rendering *r, value self, const value *args)
{
    return found_at(r, self, args, true, false);
}
static value method_index(struct rendering *r, value self, const value *args)
{
    return found_at(r, self, args, false, true);
}
static value method_rindex(struct rendering *r, value self, const value *args)
{
    return found_at(r, self, args, true, true);
}

static value method_count(struct rendering *r, value self, const value *args)
{
    str within, what;
    size_t begin;

    bool some = between(r, value_text(self), args, &within, &begin);

    if (r->failed || !text_argument(r, args[0], "", &what))
        return value_undefined();
    return value_int(!some ? 0 : (int64_t)text_count(within, what));
}

static bool has_end(str s, str end, bool front)
{
    return front ? str_starts(s, end) : str_ends(s, end);
}

/* The argument is one text, or a tuple of them. */
static value ends_with(struct rendering *r, value self, const value *args, bool front)
{
    const char *name = front ? "startswith" : "endswith";
    str within;
    size_t begin;

    if (args[0].type != VIAL_STR && args[0].type != VIAL_TUPLE)
        return fail(r, "TypeError", "%s first arg must be str or a tuple of str, not %s", name,
                    value_type_name(args[0]));
    if (!between(r, value_text(self), args, &within, &begin))
        return r->failed ? value_undefined() : value_bool(false);
    if (args[0].type == VIAL_STR)
        return value_bool(has_end(within, value_text(args[0]), front));
    for (size_t i = 0; i < list_len(args[0]); i++) {
        value end = list_at(args[0], i);

        if (end.type != VIAL_STR)
            return fail(r, "TypeError", "tuple for %s must only contain str, not %s", name,
                        value_type_name(end));
        if (has_end(within, value_text(end), front))
            return value_bool(true);
    }
    return value_bool(false);
}

static value method_startswith(struct rendering *r, value self, const value *args)
{
    return ends_with(r, self, args, true);
}
static value method_endswith(struct rendering *r, value self, const value *args)
{
    return ends_with(r, self, args, false);
}

/* ---- replacing, joining ---- */

value text_replace(struct rendering *r, value self, str old, str with, int64_t limit)
{
    struct buf text = buf_in(r->arena);
    str rest = value_text(self);
    uint64_t count = text_count(rest, old);
    size_t room;

    if (limit >= 0 && count > (uint64_t)limit)
        count = (uint64_t)limit;
    if (!count)
        return self;
    if (__builtin_mul_overflow((size_t)count, with.len, &room) || room > UINT32_MAX - rest.len)
        return fail(r, "MemoryError", "replacing makes too large a text");
    if (!rendering_spend(r, room / 64) || !rendering_take(r, room + rest.len))
        return value_undefined();
    buf_reserve(&text, room + rest.len);
    for (; count; count--) {
        size_t at = old.len ? (size_t)str_find(rest, old) : 0;

        buf_add(&text, str_slice(rest, 0, at));
        buf_add(&text, with);
        rest = str_from(rest, at + old.len);
        if (!old.len && rest.len) { /* between all characters */
            size_t one = utf8_offset(rest, 1);

            buf_add(&text, str_slice(rest, 0, one));
            rest = str_from(rest, one);
        }
    }
    buf_add(&text, rest);
    return made(r, self, &text);
}

static value method_replace(struct rendering *r, value self, const value *args)
{
    int64_t limit;
    str old, with;

    if (!text_argument(r, args[0], "replace() argument 1", &old) ||
        !text_argument(r, args[1], "replace() argument 2", &with) ||
        !value_to_index(r, args[2], &limit))
        return value_undefined();
    return text_replace(r, self, old, with, limit);
}

static value method_join(struct rendering *r, value self, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct walk w;
    value item;
    int64_t number = 0;

    if (!value_is_iterable(args[0]) && !value_is_safe(self))
        return fail(r, "TypeError", "can only join an iterable");
    if (!walk_begin(r, &w, args[0]))
        return value_undefined();
    for (; walk_next_any(r, &w, &item); number++) {
        if (item.type != VIAL_STR && !(value_is_safe(self) && value_has_html(item)) &&
            !value_is_safe(self))
            return fail(r, "TypeError", "sequence item %lld: expected str instance, %s found",
                        (long long)number, value_type_name(item));
        if (number)
            buf_add(&text, value_text(self));
        if (value_is_safe(self))
            value_print_html(r, item, &text);
        else
            buf_add(&text, value_text(item));
        if (r->failed || !rendering_spend(r, 1) || !rendering_take(r, item.len))
            return value_undefined();
    }
    return made(r, self, &text);
}

/* ---- the table ---- */

/* clang-format off */
#define POSITIONS OPTIONAL_NONE("start"), OPTIONAL_NONE("end")
#define FILL      REQUIRED("width"), OPTIONAL_STR("fillchar", " ")
#define SPLIT     OPTIONAL_NONE("sep"), OPTIONAL_INT("maxsplit", -1)

static const struct method table[] = {
    C_METHOD("str", "capitalize", method_capitalize),
    C_METHOD("str", "casefold", method_casefold),
    C_METHOD("str", "center", method_center, FILL),
    C_METHOD("str", "count", method_count, REQUIRED("sub"), POSITIONS),
    C_METHOD("str", "endswith", method_endswith, REQUIRED("suffix"), POSITIONS),
    C_METHOD_NAMED("str", "expandtabs", method_expandtabs, OPTIONAL_INT("tabsize", 8)),
    C_METHOD("str", "find", method_find_at, REQUIRED("sub"), POSITIONS),
    { .name = "format", .raw = method_format },
    C_METHOD("str", "format_map", method_format_map, REQUIRED("mapping")),
    C_METHOD("str", "index", method_index, REQUIRED("sub"), POSITIONS),
    C_METHOD("str", "isalnum", method_isalnum),
    C_METHOD("str", "isalpha", method_isalpha),
    C_METHOD("str", "isascii", method_isascii),
    C_METHOD("str", "isdecimal", method_isdecimal),
    C_METHOD("str", "isdigit", method_isdigit),
    C_METHOD("str", "isidentifier", method_isidentifier),
    C_METHOD("str", "islower", method_islower),
    C_METHOD("str", "isnumeric", method_isnumeric),
    C_METHOD("str", "isprintable", method_isprintable),
    C_METHOD("str", "isspace", method_isspace),
    C_METHOD("str", "istitle", method_istitle),
    C_METHOD("str", "isupper", method_isupper),
    C_METHOD("str", "join", method_join, REQUIRED("iterable")),
    C_METHOD("str", "ljust", method_ljust, FILL),
    C_METHOD("str", "lower", method_lower),
    C_METHOD("str", "lstrip", method_lstrip, OPTIONAL_NONE("chars")),
    C_METHOD("str", "maketrans", method_maketrans, REQUIRED("x"), OPTIONAL_NONE("y"),
             OPTIONAL_NONE("z")),
    C_METHOD("str", "partition", method_partition, REQUIRED("sep")),
    C_METHOD("str", "removeprefix", method_removeprefix, REQUIRED("prefix")),
    C_METHOD("str", "removesuffix", method_removesuffix, REQUIRED("suffix")),
    C_METHOD("str", "replace", method_replace, REQUIRED("old"), REQUIRED("new"),
             OPTIONAL_INT("count", -1)),
    C_METHOD("str", "rfind", method_rfind_at, REQUIRED("sub"), POSITIONS),
    C_METHOD("str", "rindex", method_rindex, REQUIRED("sub"), POSITIONS),
    C_METHOD("str", "rjust", method_rjust, FILL),
    C_METHOD("str", "rpartition", method_rpartition, REQUIRED("sep")),
    C_METHOD_NAMED("str", "rsplit", method_rsplit, SPLIT),
    C_METHOD("str", "rstrip", method_rstrip, OPTIONAL_NONE("chars")),
    C_METHOD_NAMED("str", "split", method_split, SPLIT),
    C_METHOD_NAMED("str", "splitlines", method_splitlines, OPTIONAL_BOOL("keepends", false)),
    C_METHOD("str", "startswith", method_startswith, REQUIRED("prefix"), POSITIONS),
    C_METHOD("str", "strip", method_strip, OPTIONAL_NONE("chars")),
    C_METHOD("str", "swapcase", method_swapcase),
    C_METHOD("str", "title", method_title),
    C_METHOD("str", "translate", method_translate, REQUIRED("table")),
    C_METHOD("str", "upper", method_upper),
    C_METHOD("str", "zfill", method_zfill, REQUIRED("width")),
};
/* clang-format on */
const struct methods str_methods = METHODS(table);
