/*
 * json.c - values as JSON that may stand in HTML
 *
 *   comes in:  text, numbers, lists, tuples and dicts
 *   goes out:  what Python's json.dumps() writes, with < > & ' as \u003c and so on: Markup
 *
 * The policy json.dumps_kwargs has a say: sort_keys (true unless changed), indent, ensure_ascii,
 * separators, allow_nan, skipkeys.
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/number.h"
#include "vial/template/sort.h"
#include "vial/template/undefined.h"
#include <math.h>

struct json {
    struct rendering *r;
    struct buf *out;
    value indention; /* text, or how many spaces */
    str indent;      /* of one level; only with `lines`                               */
    bool lines, sort, ascii, allow_nan, skip;
    str item_separator, key_separator;
    size_t level;
};

static bool write(struct json *j, value v);

/* ---- text ---- */

static void add_unit(struct buf *out, uint32_t unit)
{
    static const char hex[] = "0123456789abcdef";
    const char text[6] = {
        '\\', 'u', hex[unit >> 12], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]
    };

    buf_add(out, str_n(text, sizeof text));
}

static void add_unicode(struct buf *out, uint32_t c)
{
    if (c >= 0x10000) { /* as two halves, as JavaScript has it */
        add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
        c = 0xDC00 + (c & 0x3FF);
    }
    add_unit(out, c);
}

static inline bool is_plain(unsigned char c)
{
    /* A bit for each of ! # $ % ( ... ~, by halves of ASCII: all but controls and " & ' < > \ DEL
     */
    static const uint64_t halves[2] = { 0xAFFFFF3B00000000, 0x7FFFFFFFEFFFFFFF };

    return c < 0x80 && (halves[c >> 6] >> (c & 63) & 1);
}

static void add_escaped(struct json *j, uint32_t c, str as_it_is)
{
    switch (c) {
    case '"':
        buf_lit(j->out, "\\\"");
        break;
    case '\\':
        buf_lit(j->out, "\\\\");
        break;
    case '\n':
        buf_lit(j->out, "\\n");
        break;
    case '\r':
        buf_lit(j->out, "\\r");
        break;
    case '\t':
        buf_lit(j->out, "\\t");
        break;
    case '\f':
        buf_lit(j->out, "\\f");
        break;
    case '\b':
        buf_lit(j->out, "\\b");
        break;
    default:
        if (c >= 0x7F && !j->ascii)
            buf_add(j->out, as_it_is);
        else
            add_unicode(j->out, c);
    }
}

static void write_text(struct json *j, str s)
{
    buf_reserve(j->out, s.len + 2);
    buf_lit(j->out, "\"");
    while (s.len) {
        size_t plain = 0;

        while (plain < s.len && is_plain((unsigned char)s.p[plain]))
            plain++;
        buf_add_short(j->out, str_slice(s, 0, plain));
        s = str_from(s, plain);
        if (!s.len)
            break;
        str before = s;
        uint32_t c = utf8_next(&s);

        add_escaped(j, c, str_n(before.p, before.len - s.len));
    }
    buf_lit(j->out, "\"");
}

static bool write_float(struct json *j, double d)
{
    if (isfinite(d)) {
        float_repr(d, j->out);
    } else if (!j->allow_nan) {
        fail(j->r, "ValueError", "Out of range float values are not JSON compliant");
        return false;
    } else {
        buf_add(j->out, isnan(d) ? S("NaN") : d < 0 ? S("-Infinity") : S("Infinity"));
    }
    return true;
}

/* ---- containers ---- */

static void new_line(struct json *j)
{
    if (!j->lines)
        return;
    buf_lit(j->out, "\n");
    for (size_t i = 0; i < j->level; i++)
        buf_add(j->out, j->indent);
}

static bool write_list(struct json *j, const struct list *list)
{
    if (!list->count) {
        buf_lit(j->out, "[]");
        return true;
    }
    buf_lit(j->out, "[");
    j->level++;
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_add_short(j->out, j->item_separator);
        new_line(j);
        if (!write(j, list->items[i]))
            return false;
    }
    j->level--;
    new_line(j);
    buf_lit(j->out, "]");
    return true;
}

/* Keys are made text; false: TypeError, or this one is skipped. */
static bool write_key(struct json *j, value key)
{
    switch (key.type) {
    case VIAL_STR:
        write_text(j, value_text(key));
        return true;
    case VIAL_NONE:
    case VIAL_BOOL:
    case VIAL_INT:
    case VIAL_FLOAT:
        buf_lit(j->out, "\"");
        write(j, key);
        buf_lit(j->out, "\"");
        return !j->r->failed;
    default:
        if (value_is_bigint(key)) {
            buf_lit(j->out, "\"");
            value_print(j->r, key, j->out);
            buf_lit(j->out, "\"");
            return !j->r->failed;
        }
        fail(j->r, "TypeError", "keys must be str, int, float, bool or None, not %s",
             value_type_name(key));
        return false;
    }
}

static bool is_key(value key)
{
    return key.type != VIAL_UNDEFINED && (key.type <= VIAL_STR || value_is_bigint(key));
}

/* ---- dicts ---- */

enum { FEW = 16 };

/* A few keys of text, put in order in `row`; false when they are more, or others. */
static bool few_in_order(const struct dict *dict, const struct dict_entry **row)
{
    if (dict->count > FEW)
        return false;
    for (size_t i = 0; i < dict->count; i++) {
        const struct dict_entry *entry = &dict->entries[i];
        size_t at = i;

        if (entry->key.type != VIAL_STR)
            return false;
        for (; at && str_cmp(value_text(entry->key), value_text(row[at - 1]->key)) < 0; at--)
            row[at] = row[at - 1];
        row[at] = entry;
    }
    return true;
}

static value key_of(struct rendering *r, value pair, const void *how)
{
    (void)r;
    (void)how;
    return list_at(pair, 0);
}

/* Any keys, which may fail to have an order: sorted as pairs of key and number. */
static const struct dict_entry **all_in_order(struct json *j, const struct dict *dict)
{
    if (!rendering_take(j->r, dict->count * 96))
        return NULL;
    const struct dict_entry **row =
        arena_array(j->r->arena, const struct dict_entry *, dict->count);
    value pairs = list_new(j->r->arena, dict->count);

    for (size_t i = 0; i < dict->count; i++)
        list_push(pairs, tuple_of(j->r->arena,
                                  (value[]){ dict->entries[i].key, value_int((int64_t)i) }, 2));
    if (!sort_list(j->r, pairs, key_of, NULL, false))
        return NULL;
    for (size_t i = 0; i < dict->count; i++)
        row[i] = &dict->entries[list_at(list_at(pairs, i), 1).as.i];
    return row;
}

static bool write_entry(struct json *j, const struct dict_entry *entry, bool first)
{
    if (!first)
        buf_add_short(j->out, j->item_separator);
    new_line(j);
    if (!write_key(j, entry->key))
        return false;
    buf_add_short(j->out, j->key_separator);
    return write(j, entry->v);
}

static bool write_dict(struct json *j, const struct dict *dict)
{
    const struct dict_entry *few[FEW], **row = few;
    bool first = true;

    if (j->sort && !few_in_order(dict, few))
        row = all_in_order(j, dict);
    if (!row)
        return false;
    j->level++;
    buf_lit(j->out, "{");
    for (size_t i = 0; i < dict->count; i++) {
        const struct dict_entry *entry = j->sort ? row[i] : &dict->entries[i];

        if (j->skip && !is_key(entry->key))
            continue;
        if (!write_entry(j, entry, first))
            return false;
        first = false;
    }
    j->level--;
    if (!first)
        new_line(j);
    buf_lit(j->out, "}");
    return !j->r->failed;
}

static bool write_container(struct json *j, value v)
{
    bool *mark = v.type == VIAL_DICT ? &dict_inside(v)->printing : &list_inside(v)->printing;
    const struct arena *arena = v.type == VIAL_DICT ? dict_inside(v)->arena : list_inside(v)->arena;
    bool own = rendering_made(j->r, arena), good;

    if (own && *mark) {
        fail(j->r, "ValueError", "Circular reference detected");
        return false;
    }
    if (!rendering_enter(j->r))
        return false;
    if (own)
        *mark = true;
    good = v.type == VIAL_DICT ? write_dict(j, dict_inside(v)) : write_list(j, list_inside(v));
    if (own)
        *mark = false;
    rendering_leave(j->r);
    return good;
}

static bool write(struct json *j, value v)
{
    if (!rendering_spend(j->r, 1) || !rendering_take(j->r, 0))
        return false;
    switch (v.type) {
    case VIAL_NONE:
        buf_lit(j->out, "null");
        return true;
    case VIAL_BOOL:
        buf_add(j->out, v.as.b ? S("true") : S("false"));
        return true;
    case VIAL_INT:
        buf_add_int(j->out, v.as.i);
        return true;
    case VIAL_FLOAT:
        return write_float(j, v.as.d);
    case VIAL_STR:
        write_text(j, value_text(v));
        return true;
    case VIAL_LIST:
    case VIAL_TUPLE:
    case VIAL_DICT:
        return write_container(j, v);
    default:
        if (!value_is_bigint(v)) {
            fail(j->r, "TypeError", "Object of type %s is not JSON serializable",
                 value_type_shown(j->r, v));
            return false;
        }
        value_print(j->r, v, j->out);
        return !j->r->failed;
    }
}

/* ---- how ---- */

static void set_indent(struct json *j, value indent)
{
    j->lines = indent.type != VIAL_NONE;
    j->indention = indent;
}

/* Indentions and separators are the template's, and may not end a script either. */
static str safe_in_html(struct json *j, str s)
{
    struct buf safe = buf_in(j->r->arena);

    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];

        if (c == '<' || c == '>' || c == '&' || c == '\'')
            add_unit(&safe, (unsigned char)c);
        else
            buf_addc(&safe, c);
    }
    return buf_str(&safe);
}

static bool set_option(struct json *j, value key, value v)
{
    str name = value_text(key);

    if (str_eq(name, S("indent"))) {
        set_indent(j, v);
        return true;
    }
    if (str_eq(name, S("separators"))) {
        if (list_len(v) == 2) {
            j->item_separator = safe_in_html(j, value_text(list_at(v, 0)));
            j->key_separator = safe_in_html(j, value_text(list_at(v, 1)));
        }
        return true;
    }
    bool *flag = str_eq(name, S("sort_keys"))      ? &j->sort
                 : str_eq(name, S("ensure_ascii")) ? &j->ascii
                 : str_eq(name, S("allow_nan"))    ? &j->allow_nan
                 : str_eq(name, S("skipkeys"))     ? &j->skip
                                                   : NULL;

    if (!flag) {
        fail(j->r, "TypeError", "JSONEncoder.__init__() got an unexpected keyword argument '%.*s'",
             STR(name));
        return false;
    }
    *flag = value_truth(j->r, v);
    return true;
}

/* Text needs none, so a wrong one is no error there. */
static bool find_indent(struct json *j, value input)
{
    if (!j->lines || input.type == VIAL_STR)
        return true;
    if (j->indention.type != VIAL_STR)
        j->indention = value_multiply(j->r, value_str(S(" ")), j->indention);
    j->indent = safe_in_html(j, value_text(j->indention));
    return !j->r->failed;
}

value filter_tojson(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct json j = { .r = r, .out = &text, .ascii = true, .allow_nan = true };
    value kwargs = env_policies(r->env)->json_dumps_kwargs, key, v;

    j.key_separator = S(": ");
    for (size_t i = 0; dict_entry(kwargs, i, &key, &v); i++)
        if (!set_option(&j, key, v))
            return value_undefined();
    if (args[0].type != VIAL_NONE)
        set_indent(&j, args[0]);
    if (!j.item_separator.p)
        j.item_separator = j.lines ? S(",") : S(", ");
    if (!find_indent(&j, input) || !write(&j, input))
        return value_undefined();
    return value_safe(buf_str(&text));
}
