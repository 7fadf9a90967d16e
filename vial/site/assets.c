/*
 * assets.c - addresses that tell the content
 *
 *   comes in:  a file that a template names, or such an address
 *   goes out:  its address, its digest, its text
 *
 * What was made of a file is kept with the times of all files it was made of, and those are looked
 * at each time: a look costs a millionth of a second, and what a browser keeps for a year may not
 * be wrong. Making happens outside the lock; two threads may make the same, and get the same.
 */
#include "vial/site/assets_inside.h"

#include "vial/base/date.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/fresh.h"
#include "vial/http/http.h"
#include <stdlib.h>

enum { ASSET_SIZE = 64 << 20, FINGERPRINT = 12 };

struct assets {
    pthread_mutex_t lock;
    struct arena arena;      /* of the map */
    struct map by_source;    /* struct made_kept; NULL: it was there */
    pthread_mutex_t running; /* held while a command makes something: one at a time */
    atomic_bool swept;
};

struct assets *assets_new(void)
{
    struct assets *assets = calloc(1, sizeof *assets);

    if (!assets)
        out_of_memory(sizeof *assets);
    pthread_mutex_init(&assets->lock, NULL);
    assets->by_source = map_in(&assets->arena);
    pthread_mutexattr_t again;
    pthread_mutexattr_init(&again);
    pthread_mutexattr_settype(&again, PTHREAD_MUTEX_RECURSIVE); /* what it made may name others */
    pthread_mutex_init(&assets->running, &again);
    pthread_mutexattr_destroy(&again);
    return assets;
}

static void release(struct made_kept *kept)
{
    if (!kept || atomic_fetch_sub(&kept->holders, 1) != 1)
        return;
    arena_free(&kept->arena);
    free(kept);
}

void assets_clear(struct assets *assets)
{
    for (size_t i = 0; i < assets->by_source.count; i++)
        release(assets->by_source.entries[i].data);
    arena_free(&assets->arena);
    assets->by_source = map_in(&assets->arena);
}

void assets_delete(struct assets *assets)
{
    if (!assets)
        return;
    assets_clear(assets);
    pthread_mutex_destroy(&assets->lock);
    pthread_mutex_destroy(&assets->running);
    free(assets);
}

bool assets_were_swept(struct assets *assets)
{
    return atomic_exchange(&assets->swept, true);
}

/* ---- what is kept ---- */

/* Which files there are in a folder, and their times. */
static struct digest listing_of(str folder)
{
    struct arena a = { 0 };
    struct file_walk walk;
    struct digester d;

    digester_begin(&d);
    if (file_walk(&walk, folder, S(""), &a, NULL))
        for (size_t i = 0; i < walk.count; i++) {
            const struct file_entry *entry = &walk.entries[i];
            const int64_t times[] = { (int64_t)entry->info.size, entry->info.changed };

            digester_add(&d, entry->path);
            digester_add(&d, str_n((const char *)times, sizeof times));
        }
    arena_free(&a);
    return digester_end(&d);
}

static str key_of(const struct asset *source)
{
    return source->in_memory ? source->url : source->file;
}

static bool is_as_it_was(const struct made_kept *kept)
{
    for (size_t i = 0; i < kept->ninputs; i++) {
        const struct input *input = &kept->inputs[i];
        struct file_info now, was = input->info;

        if (input->folder && !digest_eq(input->listing, listing_of(input->file)))
            return false;
        if (input->folder)
            continue;
        now = file_info(input->file);
        if (now.kind != was.kind || now.size != was.size || now.changed != was.changed ||
            now.inode != was.inode)
            return false;
    }
    return kept->settled;
}

static struct made_kept *find(struct assets *assets, const struct asset *source)
{
    pthread_mutex_lock(&assets->lock);
    struct made_kept *kept = map_get(&assets->by_source, key_of(source));
    if (kept)
        atomic_fetch_add(&kept->holders, 1);
    pthread_mutex_unlock(&assets->lock);
    if (kept && is_as_it_was(kept))
        return kept;
    release(kept);
    return NULL;
}

static void keep(struct assets *assets, const struct asset *source, struct made_kept *kept)
{
    atomic_fetch_add(&kept->holders, 1);
    pthread_mutex_lock(&assets->lock);
    struct map_entry *entry = map_find(&assets->by_source, key_of(source));
    if (!entry)
        entry = map_put(&assets->by_source, str_copy(&assets->arena, key_of(source)));
    struct made_kept *old = entry->data;
    entry->data = kept;
    pthread_mutex_unlock(&assets->lock);
    release(old);
}

/* ---- making ---- */

static void add_input(struct making *m, str file, bool folder)
{
    str name = site_relative(m->visit->site, file);
    str key = str_fmt(m->arena, "asset:%.*s%s", STR(name), folder ? "/" : "");

    if (reads_has(m->reads, key))
        return;
    reads_note(m->reads, key);
    if (m->ninputs == m->inputs_cap) {
        size_t cap = m->inputs_cap ? m->inputs_cap * 2 : 4;

        m->inputs = arena_grow(m->arena, m->inputs, m->inputs_cap * sizeof *m->inputs,
                               cap * sizeof *m->inputs);
        m->inputs_cap = cap;
    }
    m->inputs[m->ninputs] = (struct input){ .file = str_copy(m->arena, file), .folder = folder };
    if (folder)
        m->inputs[m->ninputs].listing = listing_of(file);
    else
        m->inputs[m->ninputs].info = file_info(file);
    m->ninputs++;
}

void making_input(struct making *m, str file)
{
    add_input(m, file, false);
}

void making_folder(struct making *m, str folder)
{
    add_input(m, folder, true);
}

bool making_read(struct making *m, const struct asset *asset, str *text, struct error *err)
{
    if (asset->in_memory) {
        *text = asset->text;
        return true;
    }
    making_input(m, asset->file);
    return file_read(text, asset->file, ASSET_SIZE, NULL, m->arena, err);
}

/*
 * The piece of the digest that stands in the address. Whoever serves the file tells by letters and
 * digits in it that it is one (http/fresh.h), so it is as long as it takes to have both.
 */
str asset_fingerprint(struct arena *a, str hex)
{
    size_t len = FINGERPRINT;

    while (len < hex.len && !fresh_name_is_fingerprinted(str_fmt(a, "a.%.*s.b", (int)len, hex.p)))
        len++;
    return str_slice(hex, 0, len);
}

/* "/css/site.scss" as "/css/site.3f9a1c0b2d4e.css". */
static str with_fingerprint(struct arena *a, str url, str ending, str fingerprint)
{
    str name = str_from(url, (size_t)(str_rfind_char(url, '/') + 1));
    ptrdiff_t dot = str_rfind_char(name, '.');
    size_t cut = dot > 0 ? (size_t)(name.p - url.p) + (size_t)dot : url.len;

    return str_fmt(a, "%.*s.%.*s%.*s", STR(str_slice(url, 0, cut)), STR(fingerprint), STR(ending));
}

static bool are_settled(const struct making *m)
{
    struct timespec now;
    bool settled = true;

    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < m->ninputs; i++)
        settled = settled && (m->inputs[i].folder ||
                              file_settled(m->inputs[i].info.changed,
                                           (int64_t)now.tv_sec * 1000000000 + now.tv_nsec));
    return settled;
}

static bool sum_up(struct making *m, str text, struct made_kept *kept, struct error *err)
{
    const struct asset *source = m->source;
    struct sha384 sum;

    kept->made.as_it_is = !text.p;
    if (!text.p && source->in_memory)
        text = source->text;
    if (text.p) {
        sum = sha384_of(text);
        kept->made.size = text.len;
    } else {
        making_input(m, source->file);
        if (!sha384_of_file(&sum, source->file, err))
            return false;
        kept->made.size = (size_t)m->inputs[m->ninputs - 1].info.size;
    }
    kept->text = text;
    kept->made.url =
        with_fingerprint(&kept->arena, source->url, m->ending,
                         asset_fingerprint(&kept->arena, sha384_hex(&kept->arena, &sum)));
    kept->made.integrity = sha384_integrity(&kept->arena, &sum);
    return true;
}

static struct made_kept *make(struct visit *v, const struct asset *source, const struct making *up,
                              bool report, struct error *err)
{
    struct made_kept *kept = calloc(1, sizeof *kept);
    struct making m = {
        .up = up,
        .visit = v,
        .source = source,
        .report = report,
        .command = command_for(v->site, source),
    };
    str text = { 0 };

    if (!kept)
        out_of_memory(sizeof *kept);
    atomic_store(&kept->holders, 1);
    m.ending = m.command ? m.command->makes : path_ext(path_name(source->path));
    m.arena = &kept->arena;
    m.reads = reads_new(m.arena);
    if (!asset_make(&m, &text, err) || !sum_up(&m, text, kept, err)) {
        reads_repeat(v->reads, m.reads); /* what it failed for may change as well */
        release(kept);
        return NULL;
    }
    kept->reads = m.reads;
    kept->inputs = m.inputs;
    kept->ninputs = m.ninputs;
    kept->settled = are_settled(&m);
    kept->misses = m.misses;
    keep(v->site->made, source, kept);
    return kept;
}

/* What a command is making already is waited for. */
static struct made_kept *get(struct visit *v, const struct asset *source, const struct making *up,
                             struct error *err)
{
    struct assets *assets = v->site->made;
    struct made_kept *kept = find(assets, source);

    if (kept || !v->site->config->assets.ncommands || !command_for(v->site, source))
        return kept ? kept : make(v, source, up, false, err);
    pthread_mutex_lock(&assets->running);
    kept = find(assets, source);
    if (!kept)
        kept = make(v, source, up, false, err);
    pthread_mutex_unlock(&assets->running);
    return kept;
}

static struct made copy_of(struct arena *a, const struct made *made)
{
    struct made copy = *made;

    copy.url = str_copy(a, made->url);
    copy.integrity = str_copy(a, made->integrity);
    return copy;
}

static bool is_circle(const struct making *m, const struct asset *other, struct error *err)
{
    for (const struct making *up = m; up; up = up->up)
        if (str_eq(key_of(up->source), key_of(other))) {
            error_at(err, (struct place){ .file = key_of(m->source) },
                     "names %.*s, which needs this file to be made first", STR(key_of(other)));
            return !error_hint(err, "the one cannot tell the fingerprint of the other");
        }
    return false;
}

bool making_other(struct making *m, const struct asset *other, struct made *made, struct error *err)
{
    struct made_kept *kept;

    if (is_circle(m, other, err) || !(kept = get(m->visit, other, m, err)))
        return false;
    reads_add(m->reads, kept->reads);
    for (size_t i = 0; i < kept->ninputs; i++)
        add_input(m, kept->inputs[i].file, kept->inputs[i].folder);
    *made = copy_of(m->arena, &kept->made);
    release(kept);
    return true;
}

/* ---- for others ---- */

bool asset_made(struct visit *v, const struct asset *source, struct made *made, struct error *err)
{
    struct made_kept *kept = get(v, source, NULL, err);

    if (!kept)
        return false;
    *made = copy_of(v->arena, &kept->made);
    reads_repeat(v->reads, kept->reads);
    release(kept);
    return true;
}

bool asset_text(struct visit *v, const struct asset *source, struct made *made, str *text,
                struct error *err)
{
    struct made_kept *kept = get(v, source, NULL, err);
    bool good = kept != NULL;

    if (!kept)
        return false;
    *made = copy_of(v->arena, &kept->made);
    reads_repeat(v->reads, kept->reads);
    if (kept->text.p)
        *text = str_copy(v->arena, kept->text);
    else
        good = file_read(text, source->file, ASSET_SIZE, NULL, v->arena, err);
    release(kept);
    return good;
}

static const struct asset *find_recipe(const struct visit *v, str address)
{
    const struct config_assets *config = &v->site->config->assets;
    str path = str_from(address, sizeof "/static/" - 1);

    for (size_t i = 0; str_starts(address, S("/static/")) && i < config->nmade; i++)
        if (str_eq(config->made[i].path, path))
            return &config->made[i];
    return NULL;
}

static bool is_hidden(str path)
{
    while (path.len)
        if (file_is_hidden(str_cut(&path, '/')))
            return true;
    return false;
}

/* A file of assets/, the site's or its theme's, under the address it would have in static/. */
static const struct asset *find_unpublished(struct visit *v, str address)
{
    const struct site *site = v->site;
    str path = str_from(address, sizeof "/static/" - 1), of_theme = site->theme.folder;
    const str folders[] = { site->made_folder,
                            of_theme.len ? path_join(v->arena, of_theme, S("assets")) : S("") };

    if (!str_starts(address, S("/static/")) || !path.len || !path_inside(path) || is_hidden(path))
        return NULL;
    for (size_t i = 0; i < 2 && folders[i].len; i++) {
        str file = path_join(v->arena, folders[i], path);

        visit_note_key(v, "asset", site_relative(site, file));
        if (file_info(file).kind != FILE_REGULAR)
            continue;
        struct asset *asset = arena_make(v->arena, struct asset);
        *asset = (struct asset){ .path = path, .file = file };
        asset->url =
            str_fmt(v->arena, "/static/%.*s", STR(url_encode(v->arena, path, "/!$&'()*+,;=:@")));
        return asset;
    }
    return NULL;
}

const struct asset *asset_at(struct visit *v, str address)
{
    const struct asset *made = find_recipe(v, address);

    if (made)
        return made;
    visit_note_key(v, "url", address);
    const struct target *target = map_get(&v->site->index->targets, address);
    bool file = target && (target->kind == TARGET_STATIC || target->kind == TARGET_ASSET);

    return file ? target->asset : target ? NULL : find_unpublished(v, address);
}

static str without_slash(struct arena *a, str name)
{
    while (str_starts(name, S("/")))
        name = str_from(name, 1);
    return path_normal(a, name);
}

const struct asset *asset_named(struct visit *v, str name)
{
    str path = without_slash(v->arena, name);
    bool whole = str_starts(path, S("static/"));
    const struct asset *asset =
        asset_at(v, str_fmt(v->arena, "/%s%.*s", whole ? "" : "static/", STR(path)));

    if (asset)
        return asset;
    visit_note_path(v, path);
    return map_get(&v->site->index->assets, path);
}

str asset_nearest(struct visit *v, str name)
{
    const struct site *site = v->site;
    struct nearest nearest = nearest_to(without_slash(v->arena, name));

    for (size_t i = 0; i < site->config->assets.nmade; i++)
        nearest_try(&nearest, site->config->assets.made[i].path);
    for (size_t i = 0; i < site->nstatics; i++)
        nearest_try(&nearest, site->statics[i].path);
    for (size_t i = 0; i < site->index->assets.count; i++)
        nearest_try(&nearest, site->index->assets.entries[i].key);
    return nearest.best;
}

/* "/css/site.3f9a1c0b2d4e.css" as "/css/site.css"; empty: it is no such address. */
static str without_fingerprint(struct arena *a, str address)
{
    ptrdiff_t dot = str_rfind_char(address, '.');
    str front = str_slice(address, 0, dot > 0 ? (size_t)dot : 0);
    ptrdiff_t before = str_rfind_char(front, '.'), slash = str_rfind_char(address, '/');

    if (fresh_name_is_fingerprinted(address) && before > slash + 1)
        return str_fmt(a, "%.*s%.*s", STR(str_slice(front, 0, (size_t)before)),
                       STR(str_from(address, (size_t)dot)));
    if (dot > slash + 1 && fresh_name_is_fingerprinted(str_fmt(a, "%.*s.x", STR(address))))
        return front; /* a file without an ending */
    return S("");
}

static bool is_behind(struct visit *v, const struct asset *source, str address, struct made *made,
                      struct error *err)
{
    str decoded;

    return asset_made(v, source, made, err) && url_decode(&decoded, made->url, v->arena) &&
           str_eq(decoded, address);
}

const struct asset *asset_behind(struct visit *v, str address, struct made *made, struct error *err)
{
    str path = without_fingerprint(v->arena, address), stem;
    const struct config_assets *config = &v->site->config->assets;
    const struct asset *source = path.len ? asset_at(v, path) : NULL;

    if (source && is_behind(v, source, address, made, err))
        return source;
    stem = str_slice(path, 0, path.len - path_ext(path_name(path)).len);
    for (size_t i = 0; path.len && !err->sentence.len && i < config->ncommands; i++) {
        const struct config_command *command = &config->commands[i];

        if (!str_eq(command->makes, path_ext(path_name(path))))
            continue;
        source = asset_at(
            v, str_fmt(v->arena, "%.*s%.*s", STR(stem), STR(path_ext(path_name(command->files)))));
        if (source && command_for(v->site, source) == command &&
            is_behind(v, source, address, made, err))
            return source;
    }
    return NULL;
}

/* What a sheet names and is not there is told by the response that is the sheet, each time. */
static bool tell_missing(struct visit *v, const struct asset *source, struct error *err)
{
    struct made_kept *kept = get(v, source, NULL, err);
    bool misses = kept && kept->misses;

    release(kept);
    if (misses)
        release(make(v, source, NULL, true, err));
    return kept != NULL;
}

vial_res *asset_show(struct visit *v, const struct asset *source, const struct made *made,
                     struct error *err)
{
    struct made now;
    str text = { 0 };

    if (made->as_it_is && !source->in_memory)
        return vial_send_file(v->req, path_cstr(v->arena, path_dir(source->file)),
                              path_cstr(v->arena, path_name(source->file)));
    if (!tell_missing(v, source, err) || !asset_text(v, source, &now, &text, err))
        return NULL;
    vial_res *res = vial_reply(v->req, 200, media_type(made->url), text);
    return vial_set(res, "Cache-Control", "public, max-age=31536000, immutable");
}
