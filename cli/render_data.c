/*
 * render_data.c - what a batch's JSON stands for
 *
 *   comes in:  JSON, in which an object with one special key is a thing JSON has no word for
 *   goes out:  values: Markup, tuples, ranges, iterators, objects, functions
 */
#include "cli/render.h"
#include "vial/template/containers.h"
#include "vial/template/range.h"
#include <math.h>

/* ---- {"__iter__": [...]}: walked once ---- */

struct once {
    struct object object;
    value list;
    size_t at;
};

static bool once_next(struct rendering *r, struct object *o, value *out)
{
    struct once *once = (struct once *)o;

    (void)r;
    if (once->at >= list_len(once->list))
        return false;
    *out = list_at(once->list, once->at++);
    return true;
}

static const struct object_type once_type = { .name = "list_iterator", .next = once_next };

static value make_once(value list, struct arena *a)
{
    struct once *once = arena_make(a, struct once);

    once->object.type = &once_type;
    once->list = list;
    return value_object(&once->object);
}

/* ---- {"__obj__": {"attrs", "str", "html"}} ---- */

struct thing {
    struct object object;
    value attrs, text, html;
};

static bool thing_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct dict_entry *entry;
    value attrs = ((const struct thing *)o)->attrs;

    (void)r;
    entry = attrs.type == VIAL_DICT ? dict_text_entry(dict_inside(attrs), name) : NULL;
    if (entry)
        *out = entry->v;
    return entry != NULL;
}

static void thing_print(struct rendering *r, const struct object *o, struct buf *out)
{
    value text = ((const struct thing *)o)->text;

    (void)r;
    buf_add(out, text.type == VIAL_STR ? value_text(text) : S("<object>"));
}

static bool thing_html(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_add(out, value_text(((const struct thing *)o)->html));
    return true;
}

static const struct object_type thing_type = { .name = "Obj",
                                               .attr = thing_attr,
                                               .print = thing_print };
static const struct object_type html_thing_type = {
    .name = "Obj", .attr = thing_attr, .print = thing_print, .html = thing_html
};

static value make_thing(value parts, struct arena *a)
{
    struct thing *thing = arena_make(a, struct thing);

    thing->attrs = dict_get(parts, S("attrs"));
    thing->text = dict_get(parts, S("str"));
    thing->html = dict_get(parts, S("html"));
    thing->object.type = thing->html.type == VIAL_STR ? &html_thing_type : &thing_type;
    return value_object(&thing->object);
}

/* ---- {"__func__": value} ---- */

static value give(struct rendering *r, const struct call *call, void *self)
{
    (void)r;
    (void)call;
    return *(const value *)self;
}

static value make_function(value result, struct arena *a)
{
    value *kept = arena_make(a, value);

    *kept = result;
    return function_new(a, "func", give, kept);
}

/* ---- the rest ---- */

static value make_tuple(value list, struct arena *a)
{
    value tuple = tuple_new(a, list_len(list));

    for (size_t i = 0; i < list_len(list); i++)
        list_push(tuple, list_at(list, i));
    return tuple;
}

static value make_map(value pairs, struct arena *a)
{
    value map = dict_new(a, list_len(pairs));

    for (size_t i = 0; i < list_len(pairs); i++) {
        value pair = list_at(pairs, i);
        dict_put(NULL, map, list_at(pair, 0), list_at(pair, 1));
    }
    return map;
}

static value make_float(value text)
{
    str s = value_text(text);

    return value_float(str_eq(s, S("inf")) ? INFINITY : str_eq(s, S("-inf")) ? -INFINITY : NAN);
}

static value make_range(value parts, struct arena *a)
{
    return range_new(a, list_at(parts, 0).as.i, list_at(parts, 1).as.i, list_at(parts, 2).as.i);
}

static value render_list(value list, struct arena *a)
{
    value made = list_new(a, list_len(list));

    for (size_t i = 0; i < list_len(list); i++)
        list_push(made, render_data(list_at(list, i), a));
    return made;
}

static value render_dict(value dict, struct arena *a)
{
    value made = dict_new(a, dict_len(dict)), key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        dict_set(made, value_text(key), render_data(v, a));
    return made;
}

static bool tagged(str tag, value inside, struct arena *a, value *made)
{
    if (str_eq(tag, S("__markup__")))
        *made = value_safe(value_text(inside));
    else if (str_eq(tag, S("__tuple__")))
        *made = make_tuple(render_list(inside, a), a);
    else if (str_eq(tag, S("__map__")))
        *made = make_map(render_list(inside, a), a);
    else if (str_eq(tag, S("__dict__")))
        *made = render_dict(inside, a);
    else if (str_eq(tag, S("__float__")))
        *made = make_float(inside);
    else if (str_eq(tag, S("__range__")))
        *made = make_range(inside, a);
    else if (str_eq(tag, S("__iter__")))
        *made = make_once(render_list(inside, a), a);
    else if (str_eq(tag, S("__obj__")))
        *made = make_thing(render_dict(inside, a), a);
    else if (str_eq(tag, S("__func__")))
        *made = make_function(render_data(inside, a), a);
    else
        return false;
    return true;
}

value render_data(value json, struct arena *a)
{
    value key, inside, made;

    if (json.type == VIAL_LIST)
        return render_list(json, a);
    if (json.type != VIAL_DICT)
        return json;
    if (dict_len(json) == 1 && dict_entry(json, 0, &key, &inside) &&
        tagged(value_text(key), inside, a, &made))
        return made;
    return render_dict(json, a);
}
