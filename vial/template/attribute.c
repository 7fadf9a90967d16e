/*
 * attribute.c - from an item to what a filter is to look at
 *
 *   comes in:  "author.name" or "age,name", read once; then items
 *   goes out:  what each item has there, for sorting, grouping, joining, mapping
 */
#include "vial/template/attribute.h"
#include "vial/base/unicode.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"

value ignore_case(struct rendering *r, value v)
{
    return v.type == VIAL_STR ? text_like(v, unicode_lower(r->arena, value_text(v))) : v;
}

static bool is_number(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.len > 0;
}

static size_t parts_in(str s, char separator)
{
    size_t count = 1;

    for (size_t i = 0; i < s.len; i++)
        count += s.p[i] == separator;
    return count;
}

struct path path_of(struct rendering *r, value attribute, bool ignore_case)
{
    struct path path = { NULL, 0, ignore_case, value_none() };
    str s = value_text(attribute);

    if (attribute.type == VIAL_NONE)
        return path;
    path.count = attribute.type == VIAL_STR ? parts_in(s, '.') : 1;
    value *parts = arena_array(r->arena, value, path.count);

    parts[0] = attribute;
    for (size_t i = 0; attribute.type == VIAL_STR && i < path.count; i++) {
        str part = str_cut(&s, '.');

        parts[i] = is_number(part) ? int_parse(r->arena, part, 10) : text_like(attribute, part);
    }
    path.parts = parts;
    return path;
}

value path_follow(struct rendering *r, const struct path *path, value item)
{
    for (size_t i = 0; i < path->count && !r->failed; i++) {
        item = value_item(r, item, path->parts[i]);
        if (item.type == VIAL_UNDEFINED && path->otherwise.type != VIAL_NONE)
            item = path->otherwise;
    }
    return path->ignore_case ? ignore_case(r, item) : item;
}

struct paths paths_of(struct rendering *r, value attributes, bool ignore_case)
{
    str s = value_text(attributes);
    struct paths paths = { NULL, attributes.type == VIAL_STR ? parts_in(s, ',') : 1 };

    paths.list = arena_array(r->arena, struct path, paths.count);
    for (size_t i = 0; i < paths.count; i++)
        paths.list[i] = path_of(
            r, attributes.type == VIAL_STR ? value_str(str_cut(&s, ',')) : attributes, ignore_case);
    return paths;
}

/* Of one path the value itself will do: sort_list_wrapped() orders it as a list of one would be. */
value paths_follow(struct rendering *r, const struct paths *paths, value item)
{
    if (paths->count == 1)
        return path_follow(r, &paths->list[0], item);
    value list = list_new(r->arena, paths->count);

    for (size_t i = 0; i < paths->count && !r->failed; i++)
        list_push(list, path_follow(r, &paths->list[i], item));
    return list;
}

value path_key(struct rendering *r, value item, const void *path)
{
    return path_follow(r, path, item);
}

value paths_key(struct rendering *r, value item, const void *paths)
{
    return paths_follow(r, paths, item);
}
