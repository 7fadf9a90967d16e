/*
 * walk.c - one thing after another
 *
 *   comes in:  whatever can be walked: lists, tuples, dicts (their keys), text (its characters),
 *              objects that iterate, undefined values (nothing)
 *   goes out:  the items, one by one; a list of them; an iterator that lives on
 *
 * A list is walked by number and may grow meanwhile; a dict may not, as in Python.
 */
#include "vial/template/containers.h"
#include "vial/template/ops.h"
#include "vial/template/undefined.h"

static const struct object_type *type_of(value v)
{
    return ((const struct object *)v.as.object)->type;
}

bool value_is_iterable(value v)
{
    switch (v.type) {
    case VIAL_UNDEFINED:
    case VIAL_STR:
    case VIAL_LIST:
    case VIAL_TUPLE:
    case VIAL_DICT:
        return true;
    case VIAL_OBJECT:
        return type_of(v)->next || type_of(v)->iterate;
    default:
        return false;
    }
}

bool walk_begin(struct rendering *r, struct walk *w, value v)
{
    *w = (struct walk){ .over = v };
    if (v.type == VIAL_UNDEFINED)
        return !undefined_strict(r, v);
    if (!value_is_iterable(v)) {
        fail(r, "TypeError", "'%s' object is not iterable", value_type_name(v));
        return false;
    }
    if (v.type == VIAL_DICT)
        w->count = dict_inside(v)->count;
    if (v.type == VIAL_OBJECT && !type_of(v)->next)
        w->over = type_of(v)->iterate(r, v.as.object);
    return !r->failed;
}

static bool next_character(struct walk *w, value *item)
{
    const unsigned char *p = (const unsigned char *)w->over.as.s + w->at;
    size_t left = w->over.len - w->at, len = 1;

    if (!left)
        return false;
    while (len < left && (p[len] & 0xC0) == 0x80)
        len++;
    *item = w->over;
    item->as.s = (const char *)p;
    item->len = (uint32_t)len;
    item->flags = 0;
    w->at += len;
    return true;
}

static bool next_key(struct rendering *r, struct walk *w, value *item)
{
    const struct dict *dict = dict_inside(w->over);

    if (dict->count != w->count) {
        fail(r, "RuntimeError", "dictionary changed size during iteration");
        return false;
    }
    if (w->at >= dict->count)
        return false;
    *item = dict->entries[w->at++].key;
    return true;
}

/* An iterator outlives what is made now. */
static bool next_of(struct rendering *r, struct object *o, value *item)
{
    struct arena *before = r->arena;

    r->arena = r->lasting;
    bool more = o->type->next(r, o, item) && !r->failed;
    r->arena = before;
    return more;
}

bool walk_next_any(struct rendering *r, struct walk *w, value *item)
{
    switch (w->over.type) {
    case VIAL_LIST:
    case VIAL_TUPLE:
        if (w->at >= list_inside(w->over)->count)
            return false;
        *item = list_inside(w->over)->items[w->at++];
        return true;
    case VIAL_DICT:
        return next_key(r, w, item);
    case VIAL_STR:
        return next_character(w, item);
    case VIAL_OBJECT:
        return next_of(r, w->over.as.object, item);
    default:
        return false;
    }
}

value value_to_list(struct rendering *r, value v)
{
    struct walk w;
    value item, list;
    size_t taken = 0;

    if (!walk_begin(r, &w, v))
        return value_undefined();
    list = list_new(r->arena, list_len(v));
    while (walk_next_any(r, &w, &item)) {
        /* Charged in lots: most lists are short. */
        if ((++taken & 255) == 0 && (!rendering_spend(r, 256) || !rendering_take(r, 4096)))
            return value_undefined();
        list_push(list, item);
    }
    return r->failed ? value_undefined() : list;
}

/* ---- an iterator over what has none of its own ---- */

struct walker {
    struct object object;
    struct walk walk;
};

static bool walker_next(struct rendering *r, struct object *o, value *out)
{
    return walk_next_any(r, &((struct walker *)o)->walk, out);
}

static const struct object_type list_iterator = { .name = "list_iterator", .next = walker_next };
static const struct object_type tuple_iterator = { .name = "tuple_iterator", .next = walker_next };
static const struct object_type str_iterator = { .name = "str_iterator", .next = walker_next };
static const struct object_type dict_iterator = { .name = "dict_keyiterator", .next = walker_next };
static const struct object_type no_iterator = { .name = "generator", .next = walker_next };

value value_iterator(struct rendering *r, value v)
{
    struct walker *walker = arena_make(r->arena, struct walker);

    if (!walk_begin(r, &walker->walk, v))
        return value_undefined();
    switch (v.type) {
    case VIAL_OBJECT:
        return walker->walk.over;
    case VIAL_LIST:
        walker->object.type = &list_iterator;
        break;
    case VIAL_TUPLE:
        walker->object.type = &tuple_iterator;
        break;
    case VIAL_STR:
        walker->object.type = &str_iterator;
        break;
    case VIAL_DICT:
        walker->object.type = &dict_iterator;
        break;
    default:
        walker->object.type = &no_iterator;
    }
    return value_object(&walker->object);
}
