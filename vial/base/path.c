/*
 * path.c - names of files as text
 *
 *   comes in:  paths
 *   goes out:  slices of them where possible, else copies in the arena
 */
#include "vial/base/path.h"

#include "vial/base/buf.h"

str path_join(struct arena *a, str base, str rel)
{
    if (!rel.len && base.len)
        return base;
    if (!base.len || str_eq(base, S(".")) || rel.p[0] == '/')
        return rel;
    str between = base.p[base.len - 1] == '/' ? S("") : S("/");
    return str_join(a, (str[]){ base, rel }, 2, between);
}

bool path_lies_in(str path, str folder)
{
    return str_starts(path, folder) && (path.len == folder.len || path.p[folder.len] == '/');
}

str path_below(str path, str folder)
{
    bool below = path.len > folder.len && path_lies_in(path, folder);

    return below ? str_from(path, folder.len + 1) : (str){ 0 };
}

static bool is_dots(str segment)
{
    return str_eq(segment, S(".."));
}

str path_normal(struct arena *a, str path)
{
    bool absolute = path.len && path.p[0] == '/';
    struct buf out = buf_in(a);
    size_t floor; /* what ".." may not take away */

    if (absolute)
        buf_addc(&out, '/');
    floor = out.len;
    while (path.len) {
        str segment = str_cut(&path, '/');

        if (!segment.len || str_eq(segment, S(".")))
            continue;
        if (is_dots(segment) && out.len > floor) {
            ptrdiff_t slash = str_rfind_char(buf_str(&out), '/');
            out.len = slash < (ptrdiff_t)floor ? floor : (size_t)slash;
            continue;
        }
        if (is_dots(segment) && absolute)
            continue;
        if (out.len && out.p[out.len - 1] != '/')
            buf_addc(&out, '/');
        buf_add(&out, segment);
        if (is_dots(segment))
            floor = out.len;
    }
    if (!out.len)
        buf_addc(&out, '.');
    buf_cstr(&out);
    return buf_str(&out);
}

bool path_inside(str rel)
{
    if ((rel.len && rel.p[0] == '/') || str_has(rel, '\0'))
        return false;
    while (rel.len)
        if (is_dots(str_cut(&rel, '/')))
            return false;
    return true;
}

str path_dir(str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');

    return slash == STR_NONE ? str_slice(path, 0, 0)
                             : str_slice(path, 0, slash ? (size_t)slash : 1);
}

str path_name(str path)
{
    return str_from(path, (size_t)(str_rfind_char(path, '/') + 1));
}

str path_ext(str path)
{
    str name = path_name(path);
    ptrdiff_t dot = str_rfind_char(name, '.');

    return dot > 0 ? str_from(name, (size_t)dot) : str_from(name, name.len);
}

str path_stem(str path)
{
    str name = path_name(path);

    return str_slice(name, 0, name.len - path_ext(name).len);
}

str path_relative(struct arena *a, str from, str to)
{
    struct buf out = buf_in(a);
    str from_rest = str_eq(from, S(".")) ? S("") : from, to_rest = to;

    for (;;) {
        str from_next = from_rest, to_next = to_rest;
        str segment = str_cut(&from_next, '/');

        if (!from_rest.len || !str_eq(segment, str_cut(&to_next, '/')) || !to_next.len)
            break;
        from_rest = from_next;
        to_rest = to_next;
    }
    while (from_rest.len) {
        str_cut(&from_rest, '/');
        buf_lit(&out, "../");
    }
    buf_add(&out, to_rest);
    buf_cstr(&out);
    return buf_str(&out);
}

const char *path_cstr(struct arena *a, str path)
{
    return str_cstr(a, path);
}
