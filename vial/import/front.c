/*
 * front.c - what a page says of itself, in vial's words
 *
 *   comes in:  the front matter as the old program had it, its keys renamed by the source
 *   goes out:  keys of the types that vial wants; all others below `params`; and the lines of it
 */
#include "vial/app/json.h"
#include "vial/base/date.h"
#include "vial/import/inside.h"
#include <time.h>

/* ---- dicts ---- */

value dict_without(struct arena *a, value dict, str key)
{
    value out = dict_new(a, dict_len(dict)), k, v;

    for (size_t i = 0; dict_entry(dict, i, &k, &v); i++)
        if (!str_eq(value_text(k), key))
            dict_set(out, value_text(k), v);
    return out;
}

value dict_below(struct arena *a, value dict, const char *key)
{
    value there = dict_get(dict, str_of(key));

    if (there.type != VIAL_DICT) {
        there = dict_new(a, 4);
        dict_set(dict, str_of(key), there);
    }
    return there;
}

str text_of(struct arena *a, value v)
{
    struct buf out = buf_in(a);

    if (v.type == VIAL_STR)
        return value_text(v);
    if (v.type == VIAL_BOOL)
        return v.as.b ? S("true") : S("false");
    if (v.type != VIAL_INT && v.type != VIAL_FLOAT)
        return S("");
    json_print(v, &out);
    return buf_str(&out);
}

value texts_of(struct arena *a, value v, char separator)
{
    value out = list_new(a, 4);
    str rest, part;

    if (v.type == VIAL_LIST) {
        for (size_t i = 0; i < list_len(v); i++) {
            part = str_trim(text_of(a, list_at(v, i)));
            if (part.len)
                list_push(out, value_str(part));
        }
        return out;
    }
    rest = text_of(a, v);
    if (!separator && str_trim(rest).len)
        list_push(out, value_str(str_trim(rest)));
    while (separator && rest.len) {
        part = str_trim(str_cut(&rest, separator));
        if (part.len)
            list_push(out, value_str(part));
    }
    return out;
}

/* ---- keys of a page ---- */

value front_take(struct item *item, const char *key)
{
    value v = dict_get(item->front, str_of(key));

    if (!value_is_undefined(v))
        dict_set(item->front, str_of(key), value_undefined());
    return v;
}

void front_rename(struct item *item, const char *from, const char *to)
{
    value v = dict_get(item->front, str_of(from));

    if (value_is_undefined(v))
        return;
    dict_set(item->front, str_of(from), value_undefined());
    if (value_is_null(dict_get(item->front, str_of(to))))
        dict_set(item->front, str_of(to), v);
}

void front_set(struct item *item, const char *key, value v)
{
    dict_set(item->front, str_of(key), v);
}

str front_text(const struct item *item, const char *key)
{
    return value_text(dict_get(item->front, str_of(key)));
}

bool front_true(const struct item *item, const char *key)
{
    value v = dict_get(item->front, str_of(key));

    return v.type == VIAL_BOOL && v.as.b;
}

/* "2016-01-01 00:00:00 +0000", "2016/1/1", "... UTC" as vial reads them; NULL text: it is no date.
 */
static str date_text(struct arena *a, str text)
{
    struct date date;
    char *mended;

    text = str_trim(text);
    if (date_parse(text, 0, &date))
        return text;
    if (str_ends(text, S(" UTC")) || str_ends(text, S(" GMT")))
        text = str_fmt(a, "%.*sZ", STR(str_slice(text, 0, text.len - 4)));
    mended = (char *)str_cstr(a, text);
    for (size_t i = 0; i < text.len && i < 10; i++)
        if (mended[i] == '/' || mended[i] == '.')
            mended[i] = '-';
    text = str_n(mended, text.len);
    size_t end = text.len;
    if (!date_parse(text, 0, &date) && end > 5 && strchr("+-", text.p[end - 5])) {
        str before = str_trim(str_slice(text, 0, end - 5));

        text = str_fmt(a, "%.*s%.*s:%.*s", STR(before), STR(str_slice(text, end - 5, end - 2)),
                       STR(str_from(text, end - 2)));
    }
    return date_parse(text, 0, &date) ? text : (str){ 0 };
}

bool front_date(const struct item *item, struct date *date)
{
    struct arena a = { 0 };
    str text = date_text(&a, front_text(item, "date"));
    bool good = text.p && date_parse(text, 0, date);

    arena_free(&a);
    return good;
}

void front_hide_future(struct importing *im, struct item *item, const char *shown)
{
    value until = dict_get(item->front, S("publish_date"));
    struct date date;

    if (value_is_undefined(until) && front_date(item, &date) && date.unix_time > time(NULL) &&
        !(im->old && tree_truth(im->old, shown)))
        front_set(item, "publish_date", dict_get(item->front, S("date")));
}

void front_alias(struct importing *im, struct item *item, str alias, str base)
{
    value list = dict_get(item->front, S("aliases"));

    if (list.type != VIAL_LIST) {
        list = texts_of(im->a, list, 0);
        front_set(item, "aliases", list);
    }
    alias = str_trim(alias);
    for (size_t i = 0; i < alias.len; i++)
        if (strchr("?#", alias.p[i]))
            alias = str_slice(alias, 0, i);
    if (!alias.len)
        return;
    str whole = url_joined(im->a, base.len ? base : S("/"), alias);
    if (!str_eq(url_key(im->a, whole), url_key(im->a, item->url)))
        list_push(list, value_str(whole));
}

/* ---- types ---- */

enum wants { TEXT, DATE, TRUTH, NUMBER, TEXTS, ANY };
static const struct {
    const char *name;
    enum wants wants;
} known[] = {
    { "title", TEXT },
    { "description", TEXT },
    { "date", DATE },
    { "updated", DATE },
    { "draft", TRUTH },
    { "publish_date", DATE },
    { "expiry_date", DATE },
    { "weight", NUMBER },
    { "slug", TEXT },
    { "url", TEXT },
    { "aliases", TEXTS },
    { "summary", TEXT },
    { "tags", TEXTS },
    { "categories", TEXTS },
    { "keywords", TEXTS },
    { "author", ANY },
    { "image", ANY },
    { "layout", TEXT },
    { "type", TEXT },
    { "lang", TEXT },
    { "translation_key", TEXT },
    { "sort_by", TEXT },
    { "reverse", TRUTH },
    { "paginate", ANY },
    { "transparent", TRUTH },
    { "menu", ANY },
    { "cascade", ANY },
    { "sitemap", TRUTH },
    { "in_search_index", TRUTH },
};
enum { KNOWN = sizeof known / sizeof *known };

/* The value as vial wants it; undefined: it is none of that kind. */
static value typed(struct arena *a, value v, enum wants wants)
{
    int64_t number;
    str text;

    switch (wants) {
    case TEXT:
        text = text_of(a, v);
        return text.len || v.type == VIAL_STR ? value_str(text) : value_undefined();
    case DATE:
        text = date_text(a, text_of(a, v));
        return text.p ? value_str(text) : value_undefined();
    case TRUTH:
        text = text_of(a, v);
        if (str_ieq(text, S("true")) || str_ieq(text, S("yes")) || str_ieq(text, S("on")))
            return value_bool(true);
        if (str_ieq(text, S("false")) || str_ieq(text, S("no")) || str_ieq(text, S("off")))
            return value_bool(false);
        return value_undefined();
    case NUMBER:
        if (v.type == VIAL_FLOAT && v.as.d >= -1e9 && v.as.d <= 1e9)
            return value_int((int64_t)v.as.d);
        return str_int(text_of(a, v), &number) ? value_int(number) : value_undefined();
    case TEXTS:
        v = texts_of(a, v, 0);
        return list_len(v) ? v : value_none();
    default:
        return v;
    }
}

static struct place key_place(const struct item *item, str key)
{
    const struct yaml_entry *entry = item->keys ? yaml_find(item->keys, key) : NULL;

    return entry ? yaml_place(entry->key) : (struct place){ .file = item->source };
}

/* A value that is none of its key's kind. Nothing, and the day that means "never", say nothing. */
static void keep_wrong(struct importing *im, struct item *item, value params, str key, value v)
{
    if (value_is_null(v) || (v.type == VIAL_STR && !v.len) ||
        str_starts(text_of(im->a, v), S("0001-01-01")))
        return;
    left_place(im, key_place(item, key), "'%.*s' has no value that vial knows: it is in params now",
               STR(key));
    dict_set(params, key, v);
}

/* Lines that are a comment above a key or below the last: they are kept, above all others. */
static void keep_comments(struct importing *im, struct item *item)
{
    str rest = str_slice(item->front_place.source, item->front_place.offset,
                         item->front_place.offset + item->front_place.len),
        line;
    struct buf out = buf_in(im->a);

    if (item->front_place.len && str_starts(str_ltrim(rest), S("{")))
        return;
    while (str_line(&rest, &line))
        if (str_starts(line, S("#")))
            buf_addf(&out, "%.*s\n", STR(line));
    item->notes = buf_str(&out);
}

void front_finish(struct importing *im, struct item *item)
{
    value out = dict_new(im->a, 8), params = dict_new(im->a, 4), key, v;

    keep_comments(im, item);
    v = dict_get(item->front, S("params"));
    for (size_t i = 0; v.type == VIAL_DICT && i < dict_len(v); i++) {
        value k, one;

        dict_entry(v, i, &k, &one);
        dict_set(params, value_text(k), one);
    }
    for (size_t i = 0; dict_entry(item->front, i, &key, &v); i++) {
        str name = value_text(key);
        size_t n = 0;

        if (value_is_undefined(v) || (str_eq(name, S("params")) && v.type == VIAL_DICT))
            continue;
        while (n < KNOWN && !str_eq(name, str_of(known[n].name)))
            n++;
        if (map_find(&im->kept, name)) {
            v = texts_of(im->a, v, 0);
            if (list_len(v))
                dict_set(out, name, v);
        } else if (n == KNOWN) {
            dict_set(params, name, v);
        } else {
            value good = typed(im->a, v, known[n].wants);

            if (value_is_undefined(good))
                keep_wrong(im, item, params, name, v);
            else if (!value_is_none(good))
                dict_set(out, name, good);
        }
    }
    if (dict_len(params))
        dict_set(out, S("params"), params);
    item->front = out;
}

str front_write(struct importing *im, const struct item *item, str body)
{
    struct buf out = buf_in(im->a);
    bool opens =
        str_starts(body, S("---")) || str_starts(body, S("+++")) || str_starts(body, S("{"));

    if (dict_len(item->front) || item->notes.len || opens) {
        buf_lit(&out, "---\n");
        buf_add(&out, item->notes);
        yaml_write(item->front, &out);
        buf_lit(&out, "---\n");
    }
    buf_add(&out, body);
    return buf_str(&out);
}
