/*
 * values.c - values, as C makes and reads them
 *
 *   comes in:  C's ints and strings, KV() lists
 *   goes out:  the values that templates and JSON know; and back
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"

vial_val vial_b(bool b)
{
    return value_bool(b);
}

vial_val vial_i(int64_t i)
{
    return value_int(i);
}

vial_val vial_d(double d)
{
    return value_float(d);
}

vial_val vial_s(const char *text)
{
    return text ? value_str(str_of(text)) : value_none();
}

vial_val vial_same(vial_val v)
{
    return v;
}

vial_val vial_safe(vial_req *r, const char *html)
{
    return html ? value_safe(str_copy(r->arena, str_of(html))) : value_none();
}

void values_add(value dict, const vial_kv *entries, struct arena *a)
{
    for (; entries && entries->k; entries++)
        dict_set(dict, str_copy(a, str_of(entries->k)), entries->v);
}

vial_val vial_map(vial_req *r, const vial_kv *entries)
{
    value dict = dict_new(r->arena, 4);

    values_add(dict, entries, r->arena);
    return dict;
}

vial_val vial_list(vial_req *r, size_t n, const vial_val *items)
{
    value list = list_new(r->arena, n);

    for (size_t i = 0; i < n; i++)
        list_push(list, items[i]);
    return list;
}

void vial_put(vial_req *r, vial_val map, const char *key, vial_val v)
{
    dict_set(map, str_copy(r->arena, str_of(key)), v);
}

vial_val vial_json_parse(vial_req *r, const char *text, size_t n)
{
    str copy = str_copy(r->arena, str_n(text, n));
    value v;

    if (!json_parse(&v, (struct place){ S(""), copy, 0, copy.len }, r->arena, NULL))
        return value_none();
    return v;
}

const char *vial_json_text(vial_req *r, vial_val v)
{
    struct buf out = buf_in(r->arena);

    return json_print(v, &out) ? buf_cstr(&out) : NULL;
}

static value none_for_undefined(value v)
{
    return value_is_undefined(v) ? value_none() : v;
}

vial_val vial_get(vial_val map, const char *key)
{
    return none_for_undefined(dict_get(map, str_of(key)));
}

vial_val vial_at(vial_val list, size_t i)
{
    return none_for_undefined(list_at(list, i));
}

size_t vial_len(vial_val v)
{
    return v.type == VIAL_DICT ? dict_len(v) : list_len(v);
}

bool vial_isnull(vial_val v)
{
    return value_is_null(v);
}

int64_t vial_int(vial_val v, int64_t otherwise)
{
    int64_t number;

    if (v.type == VIAL_INT)
        return v.as.i;
    if (v.type == VIAL_BOOL)
        return v.as.b;
    return v.type == VIAL_STR && str_int(value_text(v), &number) ? number : otherwise;
}

const char *vial_cstr(vial_req *r, vial_val v, const char *otherwise)
{
    return v.type == VIAL_STR ? str_cstr(r->arena, value_text(v)) : otherwise;
}
