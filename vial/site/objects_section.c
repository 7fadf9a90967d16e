/*
 * objects_section.c - sections, as templates see them
 *
 *   comes in:  `section.pages`
 *   goes out:  its pages, and a note that they were asked for
 *
 * A section answers as its own page does, and to a few names more.
 */
#include "vial/site/visit.h"

struct section_object {
    struct object object;
    struct visit *visit;
    const struct section *section;
};

static bool section_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct section_object *object = (const struct section_object *)o;
    const struct section *section = object->section;
    struct visit *v = object->visit;

    if (str_eq(name, S("pages"))) {
        str key = str_fmt(v->arena, "section:%.*s", STR(section->path));

        *out = pages_value_of(v, key, section->pages, section->npages);
        return true;
    }
    if (str_eq(name, S("sections"))) {
        visit_note_key(v, "section", section->path);
        *out = sections_value(v, section->sections, section->nsections);
        return true;
    }
    if (str_eq(name, S("parent"))) {
        *out = section_value(v, section->parent);
        return true;
    }
    if (str_eq(name, S("page"))) {
        *out = page_value(v, section->page);
        return true;
    }
    return page_attr(r, v, section->page, name, out);
}

static bool section_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && section_attr(r, o, value_text(key), out);
}

static const struct object_type section_type;

static bool section_equal(struct rendering *r, const struct object *o, value other)
{
    const struct section_object *object = (const struct section_object *)o;
    const struct section_object *that = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && that->object.type == &section_type &&
           that->section == object->section;
}

static uint64_t section_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)(uintptr_t)((const struct section_object *)o)->section;
}

static const void *section_same(const struct object *o)
{
    const struct section_object *object = (const struct section_object *)o;

    return object->section->page == object->visit->self ? NULL : object->section;
}

static void section_print(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct section_object *object = (const struct section_object *)o;

    (void)r;
    buf_addf(out, "<section %.*s>", STR(object->section->path));
}

static const struct object_type section_type = {
    .name = "section",
    .attr = section_attr,
    .item = section_item,
    .equal = section_equal,
    .hash = section_hash,
    .print = section_print,
    .same = section_same,
};

value section_value(struct visit *v, const struct section *section)
{
    if (!section)
        return value_none();

    struct section_object *object = arena_make(v->arena, struct section_object);
    object->object.type = &section_type;
    object->visit = v;
    object->section = section;
    return value_object(&object->object);
}
