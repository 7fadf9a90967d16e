/*
 * objects_list.c - lists of pages and sections, as templates walk them
 *
 *   comes in:  an array of the index
 *   goes out:  an object that gives a page when it is asked for one
 *
 * A list of ten thousand pages costs a template nothing until it looks at one.
 */
#include "vial/site/visit.h"
#include "vial/template/ops.h"

struct list_object;
typedef value give_fn(const struct list_object *list, const void *thing);

struct list_object {
    struct object object;
    struct visit *visit;
    const void *const *things;
    size_t count;
    give_fn *give;
    struct list_reads *reads; /* of pages that belong to a list with a key; else NULL */
};

struct list_walk {
    struct object object;
    const struct list_object *list;
    size_t at;
};

static bool walk_next(struct rendering *r, struct object *o, value *out)
{
    struct list_walk *walk = (struct list_walk *)o;

    (void)r;
    if (walk->at == walk->list->count)
        return false;
    *out = walk->list->give(walk->list, walk->list->things[walk->at++]);
    return true;
}

static value walk_iterate(struct rendering *r, const struct object *o)
{
    (void)r;
    return value_object(o);
}

static const struct object_type walk_type = {
    .name = "list_iterator",
    .iterate = walk_iterate,
    .next = walk_next,
};

static value list_iterate(struct rendering *r, const struct object *o)
{
    struct list_walk *walk = arena_make(rendering_arena(r), struct list_walk);

    walk->object.type = &walk_type;
    walk->list = (const struct list_object *)o;
    return value_object(&walk->object);
}

static int64_t list_length(struct rendering *r, const struct object *o)
{
    (void)r;
    return (int64_t)((const struct list_object *)o)->count;
}

static bool list_item(struct rendering *r, const struct object *o, value key, value *out)
{
    const struct list_object *list = (const struct list_object *)o;
    int64_t count = (int64_t)list->count, i = key.as.i;

    (void)r;
    if (key.type != VIAL_INT)
        return false;
    if (i < 0)
        i += count;
    if (i < 0 || i >= count)
        return false;
    *out = list->give(list, list->things[i]);
    return true;
}

static bool list_contains(struct rendering *r, const struct object *o, value v)
{
    const struct list_object *list = (const struct list_object *)o;

    for (size_t i = 0; i < list->count; i++)
        if (value_equal(r, list->give(list, list->things[i]), v))
            return true;
    return false;
}

static value list_whole(const struct list_object *list, struct arena *a)
{
    value all = list_new(a, list->count);

    for (size_t i = 0; i < list->count; i++)
        list_push(all, list->give(list, list->things[i]));
    return all;
}

static value list_slice(struct rendering *r, const struct object *o, value start, value stop,
                        value step)
{
    value all = list_whole((const struct list_object *)o, rendering_arena(r));

    return value_slice(r, all, start, stop, step);
}

static bool list_equal(struct rendering *r, const struct object *o, value other)
{
    const struct list_object *list = (const struct list_object *)o;

    return value_equal(r, list_whole(list, rendering_arena(r)), other);
}

static void list_print(struct rendering *r, const struct object *o, struct buf *out)
{
    value_print(r, list_whole((const struct list_object *)o, rendering_arena(r)), out);
}

static const struct object_type list_type = {
    .name = "list",
    .item = list_item,
    .iterate = list_iterate,
    .length = list_length,
    .contains = list_contains,
    .slice = list_slice,
    .equal = list_equal,
    .print = list_print,
};

static struct list_object *list_of(struct visit *v, const void *const *things, size_t count,
                                   give_fn *give)
{
    struct list_object *list = arena_make(v->arena, struct list_object);

    list->object.type = &list_type;
    list->visit = v;
    list->things = things;
    list->count = count;
    list->give = give;
    return list;
}

static value give_page(const struct list_object *list, const void *thing)
{
    return page_value_in(list->visit, thing, list->reads);
}

static value give_section(const struct list_object *list, const void *thing)
{
    return section_value(list->visit, thing);
}

value pages_value(struct visit *v, const struct page *const *pages, size_t count)
{
    return value_object(&list_of(v, (const void *const *)pages, count, give_page)->object);
}

struct read *list_reads_whole(struct visit *v, struct list_reads *list)
{
    if (list->part != v->reads->part) {
        list->whole = reads_of(v->reads, list->key);
        list->part = v->reads->part;
    }
    return list->whole;
}

value pages_value_of(struct visit *v, str key, const struct page *const *pages, size_t count)
{
    struct list_object *list = list_of(v, (const void *const *)pages, count, give_page);

    list->reads = arena_make(v->arena, struct list_reads);
    list->reads->key = key;
    list_reads_whole(v, list->reads)->fields |= READ_ITSELF;
    return value_object(&list->object);
}

value sections_value(struct visit *v, const struct section *const *sections, size_t count)
{
    return value_object(&list_of(v, (const void *const *)sections, count, give_section)->object);
}
