/*
 * target.c - what is to be built
 *
 *   comes in:  URLs, from the site and from what was rendered
 *   goes out:  one target for each file, in rounds
 *
 * No two may have one file, and none may be a folder that another needs: "/x" and "/x/" cannot both
 * be built.
 */
#include "builder/target.h"

#include "vial/base/path.h"
#include "vial/http/http.h"
#include <stdlib.h>

/* Decoded segments may hold no slash, and no name may be one that leads elsewhere. */
static bool is_plain_name(str name)
{
    enum { LONGEST = 255 }; /* of a file's name, on every file system here */

    if (!path_inside(name))
        return false;
    while (name.len) {
        str segment = str_cut(&name, '/');

        if (!segment.len || segment.len > LONGEST || str_eq(segment, S(".")))
            return false;
    }
    return true;
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
        name = str_join(a, (str[]){ name, S("index.html") }, 2, S(""));
    return is_plain_name(name) ? name : none;
}

struct targets targets_in(struct arena *a)
{
    return (struct targets){
        .arena = a, .by_name = map_in(a), .by_url = map_in(a), .folders = map_in(a)
    };
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

/* The target whose file is one of the folders above `name`. */
static const struct target *file_above(const struct targets *targets, str name)
{
    const struct target *there = NULL;

    for (str dir = path_dir(name); dir.len && !there; dir = path_dir(dir))
        there = map_get(&targets->by_name, dir);
    return there;
}

static void note_folders(struct targets *targets, struct target *target)
{
    for (str dir = path_dir(target->name); dir.len; dir = path_dir(dir)) {
        struct map_entry *entry = map_put(&targets->folders, dir);

        if (entry->data)
            return; /* and so are those above it */
        entry->data = target;
    }
}

/* "'/x/' of content/x.md" */
static str named(const struct target *target, struct arena *a)
{
    str of = target->source.len ? S(" of ") : S("");

    return str_fmt(a, "'%.*s'%.*s%.*s", STR(target->url), STR(of), STR(target->source));
}

/* True when `name` is free for `url`; what else is to be there comes from another URL. */
static bool is_free(const struct targets *targets, str name, str url, struct place place,
                    struct error *err)
{
    const struct target *there = map_get(&targets->by_name, name);
    struct arena *a = targets->arena;

    if (there)
        return error_at(err, place, "'%.*s' and %.*s would both be the file %.*s", STR(url),
                        STR(named(there, a)), STR(name));
    there = file_above(targets, name);
    if (there)
        return error_at(err, place, "'%.*s' needs a folder %.*s, which is to be the file of %.*s",
                        STR(url), STR(there->name), STR(named(there, a)));
    there = map_get(&targets->folders, name);
    if (there)
        return error_at(err, place,
                        "'%.*s' would be the file %.*s, which is a folder that %.*s needs",
                        STR(url), STR(name), STR(named(there, a)));
    return true;
}

static bool is_same(const struct target *there, str url)
{
    return there && str_ends(there->url, S("/")) == str_ends(url, S("/"));
}

bool targets_add(struct targets *targets, str url, str source, struct error *err)
{
    struct place place = { .file = source };
    str name;

    if (map_find(&targets->by_url, url))
        return true;
    name = target_name(targets->arena, url);
    if (!name.p)
        return error_at(err, place, "the address '%.*s' names no file below the output", STR(url));

    if (is_same(map_get(&targets->by_name, name), url)) { /* encoded otherwise */
        map_set(&targets->by_url, str_copy(targets->arena, url), map_get(&targets->by_name, name));
        return true;
    }
    if (!is_free(targets, name, url, place, err))
        return false;

    struct target *target = arena_make(targets->arena, struct target);
    target->url = str_copy(targets->arena, url);
    target->name = str_copy(targets->arena, name); /* it may be a slice of the URL that was given */
    target->source = str_copy(targets->arena, source);
    map_set(&targets->by_name, target->name, target);
    map_set(&targets->by_url, target->url, target);
    note_folders(targets, target);
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
    size_t count = targets->count - targets->ready;

    targets->round = targets->ready;
    targets->ready = targets->count;
    if (count)
        qsort(targets->list + targets->round, count, each, by_name);
    return count > 0;
}
