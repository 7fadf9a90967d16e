/*
 * look.c - which files differ from the last time somebody looked
 *
 *   comes in:  trees to look at
 *   goes out:  the paths that are new, gone, or not what they were
 *
 * A look is a walk that keeps what tells one version of a file from another: its number, size and
 * times. What the walk before had and this one has not went away. Two arenas take turns, so a look
 * costs no memory that stays. Folders count by their files alone: their own times change with each.
 */
#include "server/look.h"

#include "vial/base/path.h"
#include <dirent.h>
#include <sys/stat.h>

enum { DEEPEST = 128 };

struct seen {
    ino_t inode;
    off_t size;
    struct timespec changed, written; /* the inode; the contents */
};

/* The folders from a tree down to where the look is: a link to one of them is a circle, and two
 * circles would be walked in every order. */
struct above {
    const struct above *next;
    dev_t device;
    ino_t inode;
    int depth;
};

/* One look under way. */
struct looking {
    struct arena *arena;
    struct map now;
    str root;
    const struct look_calls *calls;
};

static bool is_same(const struct seen *a, const struct seen *b)
{
    return a->inode == b->inode && a->size == b->size && a->written.tv_sec == b->written.tv_sec &&
           a->written.tv_nsec == b->written.tv_nsec && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

static void see_file(struct looking *l, str path, const struct stat *st)
{
    struct seen *seen = arena_make(l->arena, struct seen);

    *seen = (struct seen){ st->st_ino, st->st_size, st->st_ctim, st->st_mtim };
    map_set(&l->now, path, seen);
}

static void see(struct looking *l, str path, const struct above *above);

static bool is_circle(const struct above *above, const struct stat *st)
{
    for (; above; above = above->next)
        if (above->device == st->st_dev && above->inode == st->st_ino)
            return true;
    return false;
}

static void see_folder(struct looking *l, str path, const char *name, const struct stat *st,
                       const struct above *above)
{
    struct above here = { above, st->st_dev, st->st_ino, above ? above->depth + 1 : 1 };
    const struct dirent *entry;
    DIR *folder;

    if (here.depth > DEEPEST || is_circle(above, st) || !(folder = opendir(name)))
        return;
    while ((entry = readdir(folder))) {
        str inner = path_join(l->arena, path, str_of(entry->d_name));

        if (l->calls->is_wanted(l->calls->self, inner))
            see(l, inner, &here);
    }
    closedir(folder);
}

static void see(struct looking *l, str path, const struct above *above)
{
    const char *name = str_cstr(l->arena, path_join(l->arena, l->root, path));
    struct stat st;

    if (stat(name, &st) != 0 || map_find(&l->now, path))
        return;
    if (S_ISDIR(st.st_mode))
        see_folder(l, path, name, &st, above);
    else
        see_file(l, path, &st);
}

static void compare(const struct looking *l, const struct map *was)
{
    const struct map *now = &l->now;

    for (size_t i = 0; i < now->count; i++) {
        const struct seen *before = map_get(was, now->entries[i].key);

        if (!before || !is_same(before, now->entries[i].data))
            l->calls->differs(l->calls->self, now->entries[i].key);
    }
    for (size_t i = 0; i < was->count; i++)
        if (!map_get(now, was->entries[i].key))
            l->calls->differs(l->calls->self, was->entries[i].key);
}

bool look_add(struct look *look, str root, str path, const struct look_calls *calls)
{
    struct arena *arena = &look->arenas[look->turn];

    if (!look->trees.arena)
        look->trees = map_in(&look->arena);
    if (!look->seen.arena)
        look->seen = map_in(arena);
    if (map_find(&look->trees, path))
        return false;
    map_put(&look->trees, str_copy(&look->arena, path));

    struct looking l = { arena, look->seen, root, calls };
    see(&l, str_copy(arena, path), NULL);
    look->seen = l.now;
    return true;
}

void look_again(struct look *look, str root, const struct look_calls *calls)
{
    struct arena *arena = &look->arenas[!look->turn];

    arena_reset(arena);
    struct looking l = { arena, map_in(arena), root, calls };
    for (size_t i = 0; i < look->trees.count; i++)
        see(&l, look->trees.entries[i].key, NULL);
    compare(&l, &look->seen);
    look->seen = l.now;
    look->turn = !look->turn;
}

void look_free(struct look *look)
{
    arena_free(&look->arenas[0]);
    arena_free(&look->arenas[1]);
    arena_free(&look->arena);
}
