/*
 * objects_multi.c - request.args, request.form, request.files and request.headers: names with many
 * values
 *
 *   comes in:  the fields of a query or a form, files, headers, cookies
 *   goes out:  what Werkzeug's MultiDict is to templates: x.name, x['name'], x.get(), x.getlist(),
 *              keys(), values(), items(), a loop over the names
 */
#include "vial/app/objects.h"
#include "vial/http/cookie.h"

struct multi {
    struct object object;
    const struct params *params;
    const value *values; /* of the same number; NULL: the params' own text */
    bool any_case;
};

static value value_at(const struct multi *multi, size_t i)
{
    return multi->values ? multi->values[i] : value_str(multi->params->list[i].value);
}

static bool is_named(const struct multi *multi, size_t i, str name)
{
    str there = multi->params->list[i].name;

    return multi->any_case ? str_ieq(there, name) : str_eq(there, name);
}

static bool find(const struct multi *multi, str name, value *out)
{
    for (size_t i = 0; i < multi->params->count; i++)
        if (is_named(multi, i, name)) {
            *out = value_at(multi, i);
            return true;
        }
    return false;
}

static bool is_first(const struct multi *multi, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_named(multi, i, multi->params->list[at].name))
            return false;
    return true;
}

enum { KEYS, VALUES, ITEMS };

/* Of each name the first. Names are limited in number, so that comparing all with all is no matter.
 */
static value listed(const struct multi *multi, int what, struct arena *a)
{
    value list = list_new(a, multi->params->count);

    for (size_t i = 0; i < multi->params->count; i++) {
        value pair[2] = { value_str(multi->params->list[i].name), value_at(multi, i) };

        if (is_first(multi, i))
            list_push(list, what == ITEMS ? tuple_of(a, pair, 2) : pair[what]);
    }
    return list;
}

/* ---- methods ---- */

static value multi_get(struct rendering *rendering, const struct call *call, void *self)
{
    value out;

    if (!call->nargs || call->args[0].type != VIAL_STR)
        return fail(rendering, "TypeError",
                    "get() takes a name, and what stands for one that is "
                    "not there");
    if (find(self, value_text(call->args[0]), &out))
        return out;
    return call->nargs > 1 ? call->args[1] : value_none();
}

static value multi_getlist(struct rendering *rendering, const struct call *call, void *self)
{
    const struct multi *multi = self;
    value list = list_new(rendering_arena(rendering), 2);

    if (call->nargs != 1 || call->args[0].type != VIAL_STR)
        return fail(rendering, "TypeError", "getlist() takes a name");
    for (size_t i = 0; i < multi->params->count; i++)
        if (is_named(multi, i, value_text(call->args[0])))
            list_push(list, value_at(multi, i));
    return list;
}

static value multi_keys(struct rendering *rendering, const struct call *call, void *self)
{
    (void)call;
    return listed(self, KEYS, rendering_arena(rendering));
}

static value multi_values(struct rendering *rendering, const struct call *call, void *self)
{
    (void)call;
    return listed(self, VALUES, rendering_arena(rendering));
}

static value multi_items(struct rendering *rendering, const struct call *call, void *self)
{
    (void)call;
    return listed(self, ITEMS, rendering_arena(rendering));
}

static const struct {
    const char *name;
    function_fn *fn;
} methods[] = {
    { "get", multi_get },       { "getlist", multi_getlist }, { "keys", multi_keys },
    { "values", multi_values }, { "items", multi_items },
};

/* ---- as templates ask ---- */

static bool multi_item(struct rendering *rendering, const struct object *o, value key, value *out)
{
    (void)rendering;
    return key.type == VIAL_STR && find((const struct multi *)o, value_text(key), out);
}

static bool multi_attr(struct rendering *rendering, const struct object *o, str name, value *out)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (str_eq(name, str_of(methods[i].name))) {
            *out =
                function_new(rendering_arena(rendering), methods[i].name, methods[i].fn, (void *)o);
            return true;
        }
    return false; /* a template's x.name goes on to x['name'] */
}

static bool multi_contains(struct rendering *rendering, const struct object *o, value v)
{
    value out;

    return multi_item(rendering, o, v, &out);
}

static int64_t multi_length(struct rendering *rendering, const struct object *o)
{
    const struct multi *multi = (const struct multi *)o;
    int64_t count = 0;

    (void)rendering;
    for (size_t i = 0; i < multi->params->count; i++)
        count += is_first(multi, i);
    return count;
}

struct names {
    struct object object;
    const struct multi *multi;
    size_t at;
};

static bool names_next(struct rendering *rendering, struct object *o, value *out)
{
    struct names *names = (struct names *)o;
    const struct params *params = names->multi->params;

    (void)rendering;
    while (names->at < params->count && !is_first(names->multi, names->at))
        names->at++;
    if (names->at == params->count)
        return false;
    *out = value_str(params->list[names->at++].name);
    return true;
}

static const struct object_type names_type = { .name = "dict_keyiterator", .next = names_next };

static value multi_iterate(struct rendering *rendering, const struct object *o)
{
    struct names *names = arena_make(rendering_arena(rendering), struct names);

    *names = (struct names){ { &names_type }, (const struct multi *)o, 0 };
    return value_object(&names->object);
}

static const struct object_type multi_type = {
    .name = "MultiDict",
    .attr = multi_attr,
    .item = multi_item,
    .contains = multi_contains,
    .length = multi_length,
    .iterate = multi_iterate,
    .mapping = true,
};

value multi_new(const struct params *params, const value *values, bool any_case, struct arena *a)
{
    struct multi *multi = arena_make(a, struct multi);

    *multi = (struct multi){ { &multi_type }, params, values, any_case };
    return value_object(&multi->object);
}

/* ---- of what a request has ---- */

value headers_value(const struct headers *headers, struct arena *a)
{
    struct params *params = arena_make(a, struct params);

    for (size_t i = 0; i < headers->count; i++)
        params_add(params, headers->list[i].name, headers->list[i].value, a);
    return multi_new(params, NULL, true, a);
}

value cookies_value(const struct headers *headers, struct arena *a)
{
    enum { COOKIES_MAX = 300 };
    struct params *params = arena_make(a, struct params);

    for (size_t i = 0; i < headers->count; i++) {
        if (!str_ieq(headers->list[i].name, S("Cookie")))
            continue;
        for (str rest = headers->list[i].value; rest.len && params->count < COOKIES_MAX;) {
            str text = str_cut(&rest, ';'), name = str_trim(str_cut(&text, '='));

            if (name.len)
                params_add(params, name, cookie_unquoted(str_trim(text), a), a);
        }
    }
    return multi_new(params, NULL, false, a);
}

static value file_value(const struct upload *file, struct arena *a)
{
    value v = dict_new(a, 4);

    dict_set(v, S("name"), value_str(file->name));
    dict_set(v, S("filename"), value_str(file->filename));
    dict_set(v, S("content_type"), value_str(file->type));
    dict_set(v, S("content_length"), value_int((int64_t)file->content.len));
    return v;
}

value files_value(const struct form *form, struct arena *a)
{
    struct params *params = arena_make(a, struct params);
    value *values = arena_array(a, value, form->file_count + 1);

    for (size_t i = 0; i < form->file_count; i++) {
        params_add(params, form->files[i].name, form->files[i].filename, a);
        values[i] = file_value(&form->files[i], a);
    }
    return multi_new(params, values, false, a);
}
