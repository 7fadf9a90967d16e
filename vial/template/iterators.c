/*
 * iterators.c - dict views, and things walked backwards
 *
 *   comes in:  a dict; a list, tuple, dict, text or range
 *   goes out:  objects that are walked, and make nothing before
 */
#include "vial/template/iterators.h"
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/markup.h"
#include "vial/template/range.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"

/* ---- dict views ---- */

struct dict_view {
    struct object object;
    value dict;
    enum view view;
};
struct view_walk {
    struct object object;
    struct walk walk;
    enum view view;
};

static value view_of(struct rendering *r, const struct dict_entry *entry, enum view view)
{
    if (view == VIEW_KEYS)
        return entry->key;
    if (view == VIEW_VALUES)
        return entry->v;
    return tuple_of(r->arena, (value[]){ entry->key, entry->v }, 2);
}

static bool view_next(struct rendering *r, struct object *o, value *out)
{
    struct view_walk *w = (struct view_walk *)o;
    value key;

    if (!walk_next_any(r, &w->walk, &key))
        return false;
    if (w->view == VIEW_ITEMS && !rendering_take(r, 0))
        return false;
    *out = view_of(r, &dict_inside(w->walk.over)->entries[w->walk.at - 1], w->view);
    return true;
}

static const struct object_type view_walk_types[] = {
    { .name = "dict_keyiterator", .next = view_next },
    { .name = "dict_valueiterator", .next = view_next },
    { .name = "dict_itemiterator", .next = view_next },
};

static value view_iterate(struct rendering *r, const struct object *o)
{
    const struct dict_view *view = (const struct dict_view *)o;
    struct view_walk *w = arena_make(r->arena, struct view_walk);

    w->object.type = &view_walk_types[view->view];
    w->view = view->view;
    walk_begin(r, &w->walk, view->dict);
    return value_object(&w->object);
}

static int64_t view_length(struct rendering *r, const struct object *o)
{
    (void)r;
    return (int64_t)dict_len(((const struct dict_view *)o)->dict);
}

static bool view_contains(struct rendering *r, const struct object *o, value v)
{
    const struct dict_view *view = (const struct dict_view *)o;
    const struct dict *dict = dict_inside(view->dict);
    value found;

    if (view->view == VIEW_KEYS)
        return dict_find(r, view->dict, v, &found);
    if (view->view == VIEW_ITEMS)
        return v.type == VIAL_TUPLE && list_len(v) == 2 &&
               dict_find(r, view->dict, list_at(v, 0), &found) &&
               value_equal(r, found, list_at(v, 1));
    for (size_t i = 0; i < dict->count && rendering_spend(r, 1); i++)
        if (value_same(dict->entries[i].v, v) || value_equal(r, dict->entries[i].v, v))
            return true;
    return false;
}

static void view_print(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct dict_view *view = (const struct dict_view *)o;

    buf_addf(out, "%s(", o->type->name);
    value_repr(r, value_to_list(r, value_object(&view->object)), out);
    buf_lit(out, ")");
}

/* Keys and items are sets to Python: equal when both hold the same. */
static bool view_equal(struct rendering *r, const struct object *o, value other)
{
    const struct dict_view *a = (const struct dict_view *)o, *b = other.as.object;
    struct walk w;
    value item;

    if (other.type != VIAL_OBJECT || b->object.type != o->type)
        return false;
    if (a == b || a->view == VIEW_VALUES)
        return a == b;
    if (view_length(r, o) != view_length(r, &b->object) || !walk_begin(r, &w, value_object(o)))
        return false;
    while (walk_next_any(r, &w, &item))
        if (!view_contains(r, &b->object, item))
            return false;
    return !r->failed;
}

#define VIEW_TYPE(word)                                                                            \
    {                                                                                              \
        .name = word, .iterate = view_iterate, .length = view_length, .contains = view_contains,   \
        .print = view_print, .equal = view_equal                                                   \
    }
static const struct object_type view_types[] = { VIEW_TYPE("dict_keys"), VIEW_TYPE("dict_values"),
                                                 VIEW_TYPE("dict_items") };

value dict_view(struct rendering *r, value dict, enum view view)
{
    struct dict_view *made = arena_alloc(r->arena, sizeof *made);

    *made = (struct dict_view){ { &view_types[view] }, dict, view };
    return value_object(&made->object);
}

/* ---- backwards ---- */

struct backwards {
    struct object object;
    value over;
    size_t left;    /* of a list or dict: entries; of text: bytes */
    enum view view; /* of a dict */
};

static bool back_list_next(struct rendering *r, struct object *o, value *out)
{
    struct backwards *b = (struct backwards *)o;

    (void)r;
    if (!b->left || b->left > list_len(b->over))
        return false;
    *out = list_at(b->over, --b->left);
    return true;
}

static bool back_dict_next(struct rendering *r, struct object *o, value *out)
{
    struct backwards *b = (struct backwards *)o;

    if (!b->left || b->left > dict_len(b->over))
        return false;
    *out = view_of(r, &dict_inside(b->over)->entries[--b->left], b->view);
    return true;
}

static bool back_text_next(struct rendering *r, struct object *o, value *out)
{
    struct backwards *b = (struct backwards *)o;
    size_t at;

    (void)r;
    if (!b->left)
        return false;
    text_last(str_n(b->over.as.s, b->left), &at);
    *out = text_like(b->over, str_n(b->over.as.s + at, b->left - at));
    b->left = at;
    return true;
}

/* What has a length and items by number is a sequence, whoever made it. */
static bool back_sequence_next(struct rendering *r, struct object *o, value *out)
{
    struct backwards *b = (struct backwards *)o;
    const struct object *over = b->over.as.object;

    return b->left && over->type->item(r, over, value_int((int64_t)--b->left), out);
}

static const struct object_type back_list = { .name = "list_reverseiterator",
                                              .next = back_list_next };
static const struct object_type back_tuple = { .name = "reversed", .next = back_list_next };
static const struct object_type back_text = { .name = "reversed", .next = back_text_next };
static const struct object_type back_dict = { .name = "dict_reversekeyiterator",
                                              .next = back_dict_next };

static const struct object_type back_sequence = { .name = "reversed", .next = back_sequence_next };

static bool sequence_reversed(struct rendering *r, value v, struct backwards *b)
{
    const struct object *over = v.as.object;

    if (!over->type->item || !over->type->length)
        return false;
    int64_t length = over->type->length(r, over);
    b->object.type = &back_sequence;
    b->left = length > 0 ? (size_t)length : 0;
    return !r->failed;
}

static bool is_view(value v)
{
    const struct object_type *type = ((const struct object *)v.as.object)->type;

    return type >= view_types && type <= &view_types[VIEW_ITEMS];
}

bool value_reversed(struct rendering *r, value v, value *out)
{
    struct backwards *b = arena_make(r->arena, struct backwards);

    b->over = v;
    *out = value_object(&b->object);
    switch (v.type) {
    case VIAL_UNDEFINED: /* of no length */
        b->object.type = &back_text;
        return !undefined_strict(r, v);
    case VIAL_LIST:
    case VIAL_TUPLE:
        b->object.type = v.type == VIAL_LIST ? &back_list : &back_tuple;
        b->left = list_len(v);
        return true;
    case VIAL_STR:
        b->object.type = &back_text;
        b->left = v.len;
        return true;
    case VIAL_DICT:
        b->object.type = &back_dict;
        b->left = dict_len(v);
        return true;
    case VIAL_OBJECT:
        if (range_reversed(r, v, out))
            return true;
        if (is_view(v)) {
            const struct dict_view *view = v.as.object;

            *b = (struct backwards){ { &back_dict }, view->dict, dict_len(view->dict), view->view };
            return true;
        }
        if (sequence_reversed(r, v, b))
            return true;
        break;
    default:
        break;
    }
    fail(r, "TypeError", "'%s' object is not reversible", value_type_name(v));
    return false;
}
