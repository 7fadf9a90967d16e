/*
 * session_json.c - what stands in a session's cookie: JSON with Flask's tags
 *
 *   comes in:  a dict with tuples, Markup and what else Python has and JSON has not
 *   goes out:  {"a":{" t":[1,2]}}: compact, keys sorted, nothing but ASCII; and the dict again
 *
 * A dict with one key that looks like a tag is wrapped itself: {" di":{" t__":1}}.
 */
#include "vial/app/json.h"
#include "vial/app/session.h"
#include "vial/base/utf8.h"
#include <stdlib.h>

/* ---- bytes, UUIDs, dates: kept as they came ---- */

struct tagged {
    struct object object;
    char tag;
    str text;
};

static void tagged_print(struct rendering *rendering, const struct object *o, struct buf *out)
{
    (void)rendering;
    buf_add(out, ((const struct tagged *)o)->text);
}

static const struct object_type tagged_type = { .name = "SessionValue", .print = tagged_print };

value tagged_new(struct arena *a, char tag, str text)
{
    struct tagged *tagged = arena_make(a, struct tagged);

    *tagged = (struct tagged){ { &tagged_type }, tag, str_copy(a, text) };
    return value_object(&tagged->object);
}

bool tagged_is(value v, char *tag, str *text)
{
    const struct tagged *tagged = v.as.object;

    if (v.type != VIAL_OBJECT || tagged->object.type != &tagged_type)
        return false;
    *tag = tagged->tag;
    *text = tagged->text;
    return true;
}

/* ---- writing ---- */

static bool print(value v, size_t depth, struct buf *out, struct error *err);

static void print_text(str s, struct buf *out)
{
    static const char shorts[] = "\b\t\n\f\r\"\\", words[] = "btnfr\"\\";

    buf_addc(out, '"');
    while (s.len) {
        uint32_t c = utf8_next(&s);
        const char *at = c && c < 0x80 ? strchr(shorts, (int)c) : NULL;

        if (at)
            buf_addf(out, "\\%c", words[at - shorts]);
        else if (c >= ' ' && c <= '~')
            buf_addc(out, (char)c);
        else if (c >= 0x10000)
            buf_addf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                     0xDC00 + ((c - 0x10000) & 0x3FF));
        else
            buf_addf(out, "\\u%04x", c);
    }
    buf_addc(out, '"');
}

static bool print_list(value list, size_t depth, struct buf *out, struct error *err)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < list_len(list); i++) {
        if (i)
            buf_addc(out, ',');
        if (!print(list_at(list, i), depth, out, err))
            return false;
    }
    buf_addc(out, ']');
    return true;
}

struct entry {
    str key;
    value v;
};

static int by_key(const void *left, const void *right)
{
    return str_cmp(((const struct entry *)left)->key, ((const struct entry *)right)->key);
}

static bool is_tag(str key)
{
    static const char *const tags[] = { " di", " t", " b", " m", " u", " d" };

    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (str_eq(key, str_of(tags[i])))
            return true;
    return false;
}

static bool print_dict(value dict, size_t depth, struct buf *out, struct error *err)
{
    struct arena a = { 0 };
    size_t count = dict_len(dict);
    struct entry *entries = arena_array(&a, struct entry, count ? count : 1);
    bool good = true, wrapped = false;
    value key;

    for (size_t i = 0; good && dict_entry(dict, i, &key, &entries[i].v); i++) {
        good = key.type == VIAL_STR;
        entries[i].key = value_text(key);
    }
    if (!good)
        error_set(err, "a session's keys have to be text");
    qsort(entries, count, sizeof *entries, by_key);
    if (count == 1 && is_tag(entries[0].key)) {
        wrapped = true;
        entries[0].key = str_fmt(&a, "%.*s__", STR(entries[0].key));
        buf_lit(out, "{\" di\":");
    }
    buf_addc(out, '{');
    for (size_t i = 0; good && i < count; i++) {
        if (i)
            buf_addc(out, ',');
        print_text(entries[i].key, out);
        buf_addc(out, ':');
        good = print(entries[i].v, depth, out, err);
    }
    buf_addc(out, '}');
    if (wrapped)
        buf_addc(out, '}');
    arena_free(&a);
    return good;
}

static bool print(value v, size_t depth, struct buf *out, struct error *err)
{
    char tag;
    str text;

    if (depth++ == SESSION_DEPTH)
        return error_set(err, "the session is nested more than %d deep", SESSION_DEPTH);
    switch ((enum vial_type)v.type) {
    case VIAL_STR:
        if (v.flags & VIAL_SAFE)
            buf_lit(out, "{\" m\":");
        print_text(value_text(v), out);
        if (v.flags & VIAL_SAFE)
            buf_addc(out, '}');
        return true;
    case VIAL_LIST:
        return print_list(v, depth, out, err);
    case VIAL_TUPLE:
        buf_lit(out, "{\" t\":");
        if (!print_list(v, depth, out, err))
            return false;
        buf_addc(out, '}');
        return true;
    case VIAL_DICT:
        return print_dict(v, depth, out, err);
    default:
        break;
    }
    if (tagged_is(v, &tag, &text)) {
        buf_addf(out, "{\" %c\":", tag);
        print_text(text, out);
        buf_addc(out, '}');
        return true;
    }
    return json_print(v, out) || error_set(err, "a session cannot hold a value of this kind");
}

bool session_json_print(value v, struct buf *out, struct error *err)
{
    return print(v, 0, out, err);
}

/* ---- reading ---- */

static value untag(value v, struct arena *a);

static value untag_list(value list, bool tuple, struct arena *a)
{
    size_t count = list_len(list);
    value *items = arena_array(a, value, count ? count : 1);
    value made;

    for (size_t i = 0; i < count; i++)
        items[i] = untag(list_at(list, i), a);
    if (tuple)
        return tuple_of(a, items, count);
    made = list_new(a, count);
    for (size_t i = 0; i < count; i++)
        list_push(made, items[i]);
    return made;
}

static value untag_dict(value dict, struct arena *a)
{
    value made = dict_new(a, dict_len(dict)), key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        dict_set(made, value_text(key), untag(v, a));
    return made;
}

/* {" di": {" t__": 1}} to {" t": 1} */
static value unwrap(value inner, struct arena *a)
{
    value made = dict_new(a, 1), key, v;

    for (size_t i = 0; dict_entry(inner, i, &key, &v); i++) {
        str name = value_text(key);

        if (str_ends(name, S("__")))
            name.len -= 2;
        dict_set(made, name, untag(v, a));
    }
    return made;
}

/* What a dict with one key means when that is a tag and its value fits; else undefined. */
static value untag_one(str tag, value inner, struct arena *a)
{
    bool text = inner.type == VIAL_STR;

    if (str_eq(tag, S(" di")) && inner.type == VIAL_DICT)
        return unwrap(inner, a);
    if (str_eq(tag, S(" t")) && inner.type == VIAL_LIST)
        return untag_list(inner, true, a);
    if (str_eq(tag, S(" m")) && text)
        return value_safe(value_text(inner));
    if (text && (str_eq(tag, S(" b")) || str_eq(tag, S(" u")) || str_eq(tag, S(" d"))))
        return tagged_new(a, tag.p[1], value_text(inner));
    return value_undefined();
}

static value untag(value v, struct arena *a)
{
    value key, inner;

    if (v.type == VIAL_LIST)
        return untag_list(v, false, a);
    if (v.type != VIAL_DICT)
        return v;
    if (dict_len(v) == 1 && dict_entry(v, 0, &key, &inner)) {
        value meant = untag_one(value_text(key), inner, a);

        if (!value_is_undefined(meant))
            return meant;
    }
    return untag_dict(v, a);
}

bool session_json_parse(value *v, str json, struct arena *a, struct error *err)
{
    if (!json_parse(v, (struct place){ S("session"), json, 0, json.len }, a, err))
        return false;
    *v = untag(*v, a);
    return true;
}
