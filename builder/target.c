/*
 * target.c - what is to be built
 *
 *   comes in:  URLs, from the site and from what was rendered
 *   goes out:  one target for each file, in rounds
 */
#include "builder/target.h"

#include "vial/base/path.h"
#include "vial/http/http.h"
#include <stdlib.h>

/* Decoded segments may hold no slash, and no name may be one that leads elsewhere. */
static bool is_plain_name(str name)
{
    return path_inside(name) && !str_starts(name, S("./")) &&
           str_find(name, S("/./")) == STR_NONE && str_find(name, S("//")) == STR_NONE;
}

static bool has_encoded_slash(str url)
{
    return str_find(url, S("%2F")) != STR_NONE || str_find(url, S("%2f")) != STR_NONE;
}

str target_name(struct arena *a, str url)
{
    str none = { 0 }, name, path = url;

    path = str_cut(&path, '#');
    path = str_cut(&path, '?');
    if (!str_starts(path, S("/")) || has_encoded_slash(path) || !url_decode(&name, path, a))
        return none;
    name = str_from(name, 1);
    if (!name.len || str_ends(name, S("/")))
        name = str_fmt(a, "%.*sindex.html", STR(name));
    return is_plain_name(name) ? name : none;
}

static void append(struct targets *targets, struct target *target)
{
    if (targets->count == targets->cap) {
        size_t cap = targets->cap ? targets->cap * 2 : 64;

        targets->list =
            arena_grow(targets->arena, targets->list, targets->cap * sizeof *targets->list,
                       cap * sizeof *targets->list);
        targets->cap = cap;
    }
    targets->list[targets->count++] = target;
}

bool targets_add(struct targets *targets, str url, str source, struct error *err)
{
    struct place place = { .file = source };
    str name = target_name(targets->arena, url);

    if (!name.p)
        return error_at(err, place, "the address '%.*s' names no file below the output", STR(url));

    struct map_entry *entry = map_put(&targets->by_name, name);
    const struct target *there = entry->data;
    if (there && str_eq(there->url, url))
        return true;
    if (there)
        return error_at(err, place, "'%.*s' and '%.*s'%s%.*s would both be the file %.*s", STR(url),
                        STR(there->url), there->source.len ? " of " : "", STR(there->source),
                        STR(name));

    struct target *target = arena_make(targets->arena, struct target);
    target->url = str_copy(targets->arena, url);
    target->name = name;
    target->source = str_copy(targets->arena, source);
    entry->data = target;
    append(targets, target);
    return true;
}

static int by_name(const void *left, const void *right)
{
    const struct target *const *a = left, *const *b = right;

    return str_cmp((*a)->name, (*b)->name);
}

bool targets_next_round(struct targets *targets)
{
    static const size_t each = sizeof *targets->list;
    size_t from = targets->round;

    while (from < targets->count && targets->list[from]->done)
        from++;
    targets->round = from;
    if (from == targets->count)
        return false;
    qsort(targets->list + from, targets->count - from, each, by_name);
    return true;
}
