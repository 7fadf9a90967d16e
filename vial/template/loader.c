/*
 * loader.c - where templates come from
 *
 *   comes in:  a template's name
 *   goes out:  its text, from a folder or from a table in memory
 */
#include "vial/template/env.h"

#include "vial/base/file.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"

enum { MAX_TEMPLATE = 64 << 20 };

void env_add_loader(struct env *env, loader_fn *load, void *self)
{
    struct loader *loader = arena_make(&env->arena, struct loader);

    loader->load = load;
    loader->self = self;
    *env->last_loader = loader;
    env->last_loader = &loader->next;
}

void env_on_missing(struct env *env, template_names_fn *names, void *self, str hint)
{
    env->offer = names;
    env->offer_self = self;
    env->missing_hint = hint;
}

/* ---- folders ---- */

struct folder {
    str path;
};

static enum loaded load_from_folder(void *self, str name, struct source *source, struct arena *a,
                                    struct error *err)
{
    const struct folder *folder = self;
    str path;

    if (!name.len || !path_inside(name))
        return LOAD_NOT_FOUND;
    path = str_eq(folder->path, S(".")) ? str_copy(a, name) : path_join(a, folder->path, name);
    if (file_info(path).kind != FILE_REGULAR)
        return LOAD_NOT_FOUND;
    source->file = path;
    return file_read(&source->text, path, MAX_TEMPLATE, NULL, a, err) ? LOAD_FOUND : LOAD_FAILED;
}

void env_add_folder(struct env *env, str path)
{
    struct folder *folder = arena_make(&env->arena, struct folder);

    folder->path = str_copy(&env->arena, path);
    env_add_loader(env, load_from_folder, folder);
}

/* ---- memory ---- */

struct table {
    struct map sources; /* struct source */
};

static enum loaded load_from_table(void *self, str name, struct source *source, struct arena *a,
                                   struct error *err)
{
    const struct table *table = self;
    const str *text = map_get(&table->sources, name);

    (void)a;
    (void)err;
    if (!text)
        return LOAD_NOT_FOUND;
    source->text = *text;
    return LOAD_FOUND;
}

/* All sources are in one table, asked where the first of them was added. */
void env_add_source(struct env *env, str name, str text)
{
    struct table *table = env->table;
    str *kept = arena_make(&env->arena, str);

    if (!table) {
        env->table = table = arena_make(&env->arena, struct table);
        table->sources = map_in(&env->arena);
        env_add_loader(env, load_from_table, table);
    }
    *kept = text;
    map_set(&table->sources, str_copy(&env->arena, name), kept);
}

/* ---- for "did you mean" ---- */

static void try_folder(struct nearest *near, str path, struct arena *a)
{
    struct file_walk walk;

    if (!file_walk(&walk, path, S(""), a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++)
        nearest_try(near, walk.entries[i].path);
}

/* "wide.html" and "page.html" have only their ending in common, "tags/a.html" and "tags/b.html"
 * more. */
static bool is_near_without_ending(str name, str other)
{
    str mine = path_name(name), its = path_name(other), ending = path_ext(mine);

    if (str_eq(mine, its) || !str_eq(ending, path_ext(its)))
        return true;
    struct nearest near = nearest_to(str_slice(mine, 0, mine.len - ending.len));

    nearest_try(&near, str_slice(its, 0, its.len - ending.len));
    return near.best.len > 0;
}

str env_nearest_template(const struct env *env, str name, struct arena *a)
{
    struct nearest near = nearest_to(name);
    const struct table *table = env->table;

    for (size_t i = 0; table && i < table->sources.count; i++)
        nearest_try(&near, table->sources.entries[i].key);
    for (const struct loader *loader = env->loaders; loader; loader = loader->next)
        if (loader->load == load_from_folder)
            try_folder(&near, ((const struct folder *)loader->self)->path, a);
    if (env->offer)
        env->offer(env->offer_self, &near, a);
    return is_near_without_ending(name, near.best) ? near.best : S("");
}

str env_missing_hint(const struct env *env, str name, struct arena *a)
{
    str near = env_nearest_template(env, name, a);

    return near.len ? str_fmt(a, "did you mean '%.*s'?", STR(near)) : env->missing_hint;
}
