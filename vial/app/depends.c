/*
 * depends.c - what responses are made from that vial does not see for itself
 *
 *   comes in:  a handler's word: this file, this thing of a kind
 *   goes out:  a note of it among the reads; and for whoever makes all responses once, how each of
 *              these things was when it was first spoken of
 *
 * A build remembers that with what it made, and asks the next time how the things are then. A
 * handler speaks of a thing before it reads it, and other threads may do so meanwhile: if it is not
 * the same for two of them, it is changing, and has no version.
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"
#include "vial/base/file.h"
#include "vial/base/pack.h"
#include "vial/base/path.h"
#include "vial/template/template.h"
#include <pthread.h>

struct kind {
    struct kind *next;
    str name;
    const char *(*version)(vial_req *r, const char *id);
};

struct versions {
    pthread_mutex_t lock;
    struct arena arena;
    struct map known; /* struct digest, by key; zero: it is changing */
};

/* ---- how a thing is now ---- */

static struct digest folder_version(str path)
{
    struct arena a = { 0 };
    struct buf all = buf_in(&a);
    struct file_walk walk;

    if (!file_walk(&walk, path, S(""), &a, NULL))
        return (struct digest){ 0 };
    for (size_t i = 0; i < walk.count; i++) {
        struct digest digest = { 0 };

        file_digest(&digest, path_join(&a, path, walk.entries[i].path), NULL);
        pack_text(&all, walk.entries[i].path);
        pack_digest(&all, digest);
    }
    struct digest whole = digest_of(buf_str(&all));
    arena_free(&a);
    return whole;
}

static struct digest file_version(str path)
{
    struct digest digest = { 0 };

    if (file_info(path).kind == FILE_FOLDER)
        return folder_version(path);
    if (!file_exists(path))
        return digest_of(S(""));
    file_digest(&digest, path, NULL);
    return digest;
}

static const struct kind *find_kind(const vial *app, str name)
{
    const struct kind *kind = app->kinds;

    while (kind && !str_eq(kind->name, name))
        kind = kind->next;
    return kind;
}

/* "post:7" */
static struct digest thing_version(vial *app, str thing)
{
    static const struct request nothing = { .scheme = { "http", 4 }, .host = { "localhost", 9 } };
    str id = thing;
    const struct kind *kind = find_kind(app, str_cut(&id, ':'));
    struct digest digest = { 0 };
    struct arena a = { 0 };

    if (!kind)
        return digest;
    vial_req *r = request_new(app, &nothing, &a);
    const char *version = kind->version(r, str_cstr(&a, id));
    if (!r->failed)
        digest = digest_of(str_fmt(&a, "%d%s", version != NULL, version ? version : ""));
    request_end(r, r->failed ? r->failed : 200);
    error_free(&r->err);
    arena_free(&a);
    return digest;
}

/* Zero: nobody can say, or there is none. */
static struct digest version_of(vial *app, str key)
{
    str name = key, prefix = str_cut(&name, ':');
    struct digest digest = { 0 };
    struct arena a = { 0 };

    if (str_eq(prefix, S("depends")) && url_decode(&name, name, &a))
        digest = file_version(name);
    if (str_eq(prefix, S("thing")) && url_decode(&name, name, &a))
        digest = thing_version(app, name);
    if (str_eq(prefix, S("static")) && file_exists(name))
        digest = file_version(name);
    if (str_eq(prefix, S("template")))
        digest = env_version(app->env, name);
    if (str_eq(prefix, S("request"))) /* the same whenever files are made */
        digest = digest_of(S(""));
    arena_free(&a);
    return digest;
}

/* ---- how it was at first ---- */

void vial_versions_begin(vial *app)
{
    struct versions *versions;

    if (app->versions)
        return;
    versions = arena_make(app->arena, struct versions);
    pthread_mutex_init(&versions->lock, NULL);
    versions->known = map_in(&versions->arena);
    app->versions = versions;
}

void versions_free(struct versions *versions)
{
    if (!versions)
        return;
    pthread_mutex_destroy(&versions->lock);
    arena_free(&versions->arena);
}

static bool find_version(struct versions *versions, str key, struct digest *digest)
{
    pthread_mutex_lock(&versions->lock);
    const struct digest *known = map_get(&versions->known, key);
    if (known)
        *digest = *known;
    pthread_mutex_unlock(&versions->lock);
    return known;
}

static struct digest keep_version(struct versions *versions, str key, struct digest digest)
{
    pthread_mutex_lock(&versions->lock);
    struct map_entry *entry = map_find(&versions->known, key);
    if (!entry) {
        entry = map_put(&versions->known, str_copy(&versions->arena, key));
        entry->data = arena_make(&versions->arena, struct digest);
        *(struct digest *)entry->data = digest;
    } else if (!digest_eq(*(struct digest *)entry->data, digest)) {
        *(struct digest *)entry->data = digest = (struct digest){ 0 };
    }
    pthread_mutex_unlock(&versions->lock);
    return digest;
}

struct digest vial_version(vial *app, str key)
{
    struct digest digest;

    if (find_version(app->versions, key, &digest))
        return digest;
    return keep_version(app->versions, key, version_of(app, key));
}

/* ---- spoken of ---- */

/* Behind "#" a key has a field. */
static str quoted(struct arena *a, const char *name)
{
    struct buf out = buf_in(a);

    for (; *name; name++)
        if (*name == '#' || *name == '%')
            buf_addf(&out, "%%%02X", (unsigned char)*name);
        else
            buf_addc(&out, *name);
    return buf_str(&out);
}

static void depend(vial_req *r, str key)
{
    reads_note(r->reads, key);
    note_code_told(r);
    if (r->app->versions)
        vial_version(r->app, key);
}

void vial_depends(vial_req *r, const char *file)
{
    depend(r, str_fmt(r->arena, "depends:%.*s", STR(quoted(r->arena, file))));
}

void vial_depends_on(vial_req *r, const char *kind, const char *id)
{
    if (find_kind(r->app, str_of(kind)))
        depend(r, str_fmt(r->arena, "thing:%s:%.*s", kind, STR(quoted(r->arena, id))));
    else
        vial_abort_str(r, 500,
                       str_fmt(r->arena,
                               "vial_depends_on(): nobody said by vial_versions() how it is known "
                               "whether a '%s' changed",
                               kind));
}

void vial_versions(vial *app, const char *kind, const char *(*version)(vial_req *r, const char *id))
{
    struct kind *added = arena_make(app->arena, struct kind);

    *added = (struct kind){ app->kinds, str_copy(app->arena, str_of(kind)), version };
    app->kinds = added;
}

/* ---- what all have in common ---- */

struct digest vial_settings(const vial *app)
{
    const struct routes *routes = app->routes;
    struct buf all = { 0 };

    pack_text(&all, app->base_scheme);
    pack_text(&all, app->base_host);
    pack_text(&all, app->base_path);
    pack_number(&all, (app->relative_urls ? 1u : 0u) | (app->debug ? 2u : 0u));
    json_print(app->settings, &all);
    buf_add(&all, buf_str(&app->given));
    for (size_t i = 0; i < routes_count(routes); i++) {
        pack_text(&all, routes_at(routes, i)->rule.rule);
        pack_text(&all, routes_at(routes, i)->rule.endpoint);
    }
    struct digest digest = digest_of(buf_str(&all));
    buf_free(&all);
    return digest;
}
