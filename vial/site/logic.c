/*
 * logic.c - a site's own module: found, made when it has to be, loaded
 *
 *   comes in:  `logic:` of vial.yaml
 *   goes out:  a module in memory, whose site_logic() sets up the app
 *
 * Beside the module lies a list of what it was made from, with the digest of each file. If all of
 * them are still the same, so is the module. Two processes that open a site at once wait for each
 * other here. A file that is saved while the compiler reads it is noticed by its time, and all is
 * compiled once more.
 */
#include "vial/site/logic.h"
#include "vial/base/date.h"
#include "vial/base/pack.h"
#include "vial/base/path.h"
#include "vial/site/logic_inside.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define FORMAT "logic 1"

enum { KNOWN_SIZE = 4 << 20, SAID_SIZE = 4 << 20, TRIES = 3, FILES_MOST = 1000 };

struct logic {
    struct arena arena;
    str key, file;    /* of the module */
    const str *parts; /* what it was made from, relative to the site's folder; sorted */
    size_t nparts;
    struct place place; /* of `logic:` */
    void *handle;
    void (*start)(vial *app);
};

/* What is known of the module that is there. */
struct known {
    struct digest compiler, settings, module;
    str said;
    const str *parts;
    struct digest *digests;
    size_t nparts;
};

str logic_path(const struct logic_work *w, str path)
{
    return path_join(w->a, w->folder, path);
}

/* ---- which files ---- */

/* Links that lead out of the site's folder are not followed: what runs was put there. */
static bool lies_inside(const struct logic_work *w, str path, struct error *err)
{
    char *root = realpath(str_cstr(w->a, w->folder), NULL);
    char *real = realpath(str_cstr(w->a, path_join(w->a, w->folder, path)), NULL);
    size_t len = root ? strlen(root) : 0;
    bool inside = root && real && !strncmp(real, root, len) && (real[len] == '/' || len == 1);

    free(root);
    free(real);
    if (inside)
        return true;
    error_at(err, w->config->place, "'%.*s' leads out of the site's folder", STR(path));
    return error_hint(err, "'logic' runs what is in the site's folder and nothing else");
}

static bool add_folder(struct logic_work *w, str folder, struct map *sources, struct error *err)
{
    struct file_walk walk = { 0 };
    size_t before = sources->count;

    if (!file_walk(&walk, path_join(w->a, w->folder, folder), S(""), w->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        if (str_eq(path_ext(walk.entries[i].path), S(".c")))
            map_put(sources, path_join(w->a, folder, walk.entries[i].path));
    if (sources->count > before)
        return true;
    return error_at(err, w->config->place, "there is no C file in '%.*s'", STR(folder));
}

static bool add_path(struct logic_work *w, str path, struct map *sources, struct error *err)
{
    switch (file_info(path_join(w->a, w->folder, path)).kind) {
    case FILE_FOLDER:
        return add_folder(w, path, sources, err);
    case FILE_REGULAR:
        map_put(sources, path);
        return true;
    default:
        return error_at(err, w->config->place, "there is no file or folder '%.*s'", STR(path));
    }
}

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

static bool find_sources(struct logic_work *w, struct error *err)
{
    struct map found = map_in(w->a);

    for (size_t i = 0; i < w->config->npaths; i++)
        if (!add_path(w, w->config->paths[i], &found, err))
            return false;
    if (found.count > FILES_MOST)
        return error_at(err, w->config->place, "'logic' has more than %d files", FILES_MOST);
    str *sources = arena_array(w->a, str, found.count);
    for (size_t i = 0; i < found.count; i++) {
        sources[i] = found.entries[i].key;
        if (!lies_inside(w, sources[i], err))
            return false;
    }
    qsort(sources, found.count, sizeof *sources, by_text);
    w->sources = sources;
    w->nsources = found.count;
    return true;
}

/* ---- what it is made from, as digests ---- */

static struct digest compiler_digest(const struct logic_work *w)
{
    struct buf text = buf_in(w->a);
    struct file_info info = file_info(w->compiler_file);

    for (size_t i = 0; i < w->ncompiler; i++)
        pack_text(&text, str_of(w->compiler[i]));
    pack_text(&text, w->compiler_file);
    pack_number(&text, info.size);
    pack_signed(&text, info.mtime);
    return digest_of(buf_str(&text));
}

/* Names of headers count, for one that is new may take the place of another. */
static void add_headers(const struct logic_work *w, str path, struct buf *text)
{
    struct file_walk walk = { 0 };
    str folder = path_dir(path);

    if (file_info(path_join(w->a, w->folder, path)).kind == FILE_FOLDER)
        folder = path;
    if (!folder.len || !file_walk(&walk, path_join(w->a, w->folder, folder), S(""), w->a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++)
        if (str_eq(path_ext(walk.entries[i].path), S(".h")))
            pack_text(text, walk.entries[i].path);
}

static struct digest settings_digest(const struct logic_work *w)
{
    const struct config_logic *config = w->config;
    struct buf text = buf_in(w->a);

    pack_text(&text, S(VIAL_VERSION));
    pack_digest(&text, logic_headers_digest());
    for (size_t i = 0; i < config->nflags; i++)
        pack_text(&text, config->flags[i]);
    pack_text(&text, S(""));
    for (size_t i = 0; i < config->nlibraries; i++)
        pack_text(&text, config->libraries[i]);
    pack_text(&text, S(""));
    for (size_t i = 0; i < w->nsources; i++)
        pack_text(&text, w->sources[i]);
    pack_text(&text, S(""));
    for (size_t i = 0; i < config->npaths; i++)
        add_headers(w, config->paths[i], &text);
    return digest_of(buf_str(&text));
}

static bool digest_parts(const struct logic_work *w, struct known *known, struct error *err)
{
    known->digests = arena_array(w->a, struct digest, w->nparts);
    known->parts = w->parts;
    known->nparts = w->nparts;
    for (size_t i = 0; i < w->nparts; i++)
        if (!file_digest(&known->digests[i], path_join(w->a, w->folder, w->parts[i]), err))
            return false;
    return true;
}

static struct digest module_digest(const struct known *known, struct arena *a)
{
    struct buf text = buf_in(a);

    pack_digest(&text, known->compiler);
    pack_digest(&text, known->settings);
    for (size_t i = 0; i < known->nparts; i++) {
        pack_text(&text, known->parts[i]);
        pack_digest(&text, known->digests[i]);
    }
    return digest_of(buf_str(&text));
}

/* ---- the list beside the module ---- */

static str in_store(const struct logic_work *w, const char *name)
{
    return path_join(w->a, w->store, str_of(name));
}

static str module_file(const struct logic_work *w, struct digest module)
{
    return path_join(w->a, w->store, str_fmt(w->a, "%.*s.so", STR(digest_text(w->a, module))));
}

static bool known_read(const struct logic_work *w, struct known *known)
{
    str text;

    if (!file_read(&text, in_store(w, "known"), KNOWN_SIZE, NULL, w->a, NULL))
        return false;
    struct unpack from = unpack_of(text);
    if (!str_eq(unpack_text(&from), S(FORMAT)))
        return false;
    known->compiler = unpack_digest(&from);
    known->settings = unpack_digest(&from);
    known->module = unpack_digest(&from);
    known->said = unpack_text(&from);
    known->nparts = unpack_count(&from, 2);
    str *parts = arena_array(w->a, str, known->nparts);
    known->digests = arena_array(w->a, struct digest, known->nparts);
    for (size_t i = 0; i < known->nparts; i++) {
        parts[i] = unpack_text(&from);
        known->digests[i] = unpack_digest(&from);
    }
    known->parts = parts;
    return !from.bad;
}

static bool known_write(const struct logic_work *w, const struct known *known, struct error *err)
{
    struct buf out = buf_in(w->a);

    pack_text(&out, S(FORMAT));
    pack_digest(&out, known->compiler);
    pack_digest(&out, known->settings);
    pack_digest(&out, known->module);
    pack_text(&out, known->said);
    pack_number(&out, known->nparts);
    for (size_t i = 0; i < known->nparts; i++) {
        pack_text(&out, known->parts[i]);
        pack_digest(&out, known->digests[i]);
    }
    return file_replace(in_store(w, "known"), buf_str(&out), NULL, err);
}

/* Whether the module that is there is the one that would be made. */
static bool known_holds(const struct logic_work *w, const struct known *known)
{
    if (!digest_eq(known->settings, settings_digest(w)) ||
        (w->ncompiler && !digest_eq(known->compiler, compiler_digest(w))) ||
        !file_exists(module_file(w, known->module)))
        return false;
    for (size_t i = 0; i < known->nparts; i++) {
        struct digest now;

        if (!file_digest(&now, path_join(w->a, w->folder, known->parts[i]), NULL) ||
            !digest_eq(now, known->digests[i]))
            return false;
    }
    return true;
}

/* ---- making it ---- */

static int64_t wall_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A file that was saved since, or so shortly before that its time cannot tell. */
static bool changed_since(const struct logic_work *w, int64_t begun)
{
    enum { TICK = 20000000 }; /* the file system's clock is coarse */

    for (size_t i = 0; i < w->nparts; i++)
        if (file_info(path_join(w->a, w->folder, w->parts[i])).changed > begun - TICK)
            return true;
    return false;
}

/* The modules of before: who has one loaded keeps it. */
static void sweep(const struct logic_work *w, str keep)
{
    struct file_walk walk = { 0 };

    if (!file_walk(&walk, w->store, S("include"), w->a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++) {
        str file = path_join(w->a, w->store, walk.entries[i].path);

        if (!str_eq(file, keep) && !str_eq(walk.entries[i].path, S("known")) &&
            !str_eq(walk.entries[i].path, S("lock")))
            file_remove(file, NULL);
    }
}

static bool keep_made(const struct logic_work *w, struct known *known, struct error *err)
{
    known->compiler = compiler_digest(w);
    known->settings = settings_digest(w);
    known->module = module_digest(known, w->a);
    str file = module_file(w, known->module);

    if (rename(str_cstr(w->a, in_store(w, LOGIC_MADE)), str_cstr(w->a, file)) != 0)
        return error_errno(err, file, "can't be written");
    if (!known_write(w, known, err))
        return false;
    sweep(w, file);
    return true;
}

static void nothing_understood(const struct logic_work *w, str said, struct errors *errors)
{
    struct error err = { 0 };
    str line = S("");

    while (said.len && !str_trim(line).len)
        str_line(&said, &line);
    error_at(&err, w->config->place, "the C compiler '%s' failed: %.*s", w->compiler[0], STR(line));
    errors_add(errors, &err);
}

/* False, and `errors` say why. */
static bool make(struct logic_work *w, struct known *known, struct errors *errors,
                 struct errors *warnings)
{
    struct error err = { 0 };
    bool good = logic_find_compiler(w, &err);

    for (int turn = 0; good && turn < TRIES; turn++) {
        struct buf said = buf_in(w->a);
        int64_t begun = wall_ns();
        size_t before = errors->count;

        good = logic_compile(w, &said, &err);
        known->said = buf_str(&said);
        if (!good && !err.sentence.len) {
            logic_says(w, known->said, errors, warnings);
            if (errors->count == before)
                nothing_understood(w, known->said, errors);
            return false;
        }
        good = good && digest_parts(w, known, &err);
        if (good && !changed_since(w, begun))
            break;
    }
    if (good && keep_made(w, known, &err))
        return true;
    errors_add(errors, &err);
    return false;
}

/* ---- loading it ---- */

/* "FILE: undefined symbol: sqrt" becomes a sentence about the site's code. */
static void cannot_load(const struct logic_work *w, str why, struct error *err)
{
    ptrdiff_t at = str_find(why, S("undefined symbol: "));

    if (at == STR_NONE) {
        error_at(err, w->config->place, "the compiled module can't be loaded: %.*s", STR(why));
        return;
    }
    str name = str_from(why, (size_t)at + S("undefined symbol: ").len);
    size_t n = 0;
    while (n < name.len && (is_alnum(name.p[n]) || name.p[n] == '_'))
        n++;
    error_at(err, w->config->place, "the site's code calls '%.*s', which nothing defines", (int)n,
             name.p);
    error_hint(err, "is a C file missing in 'logic', or a library in its 'libraries'?");
}

static bool load(const struct logic_work *w, struct logic *logic, struct error *err)
{
    char *file = realpath(str_cstr(w->a, logic->file), NULL);

    logic->handle = file ? dlopen(file, RTLD_NOW | RTLD_LOCAL) : NULL;
    free(file);
    if (!logic->handle) {
        cannot_load(w, str_of(dlerror()), err);
        return false;
    }
    void *start = dlsym(logic->handle, "site_logic");
    if (!start) {
        error_at(err, w->config->place, "no C file of 'logic' defines site_logic()");
        return error_hint(err,
                          "write 'void site_logic(vial *app)' behind '#include <vial/vial.h>'");
    }
    memcpy(&logic->start, &start, sizeof start);
    logic_watch(start, logic->file.p, str_cstr(w->a, logic_path(w, w->config->paths[0])));
    return true;
}

/* ---- the whole of it ---- */

/* What is remembered is this machine's own. */
static bool make_store(const struct logic_work *w, struct error *err)
{
    str ignore = path_join(w->a, w->folder, S(".vial/.gitignore"));

    if (!file_make_folders(w->store, err))
        return error_hint(err, "the module of 'logic' is kept there");
    if (!file_exists(ignore))
        file_replace(ignore, S("*\n"), NULL, NULL);
    return true;
}

/* -1 where there are no locks, or nothing may be written: then nothing is. */
static int lock(const struct logic_work *w)
{
    int fd = open(str_cstr(w->a, in_store(w, "lock")), O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR)
        ;
    return fd;
}

static bool find_module(struct logic_work *w, struct known *known, struct errors *errors,
                        struct errors *warnings)
{
    struct error err = { 0 };

    if (known_read(w, known) && known_holds(w, known))
        return true;
    if (make_store(w, &err))
        return make(w, known, errors, warnings);
    errors_add(errors, &err);
    return false;
}

static struct logic *keep(const struct logic_work *w, const struct known *known)
{
    struct logic *logic = calloc(1, sizeof *logic);
    struct arena *a = logic ? &logic->arena : NULL;

    if (!logic)
        abort();
    logic->key = digest_text(a, known->module);
    logic->file = str_copy(a, module_file(w, known->module));
    logic->place = w->config->place;
    str *parts = arena_array(a, str, known->nparts);
    for (size_t i = 0; i < known->nparts; i++)
        parts[i] = str_copy(a, known->parts[i]);
    logic->parts = parts;
    logic->nparts = known->nparts;
    return logic;
}

static struct logic *open_module(struct logic_work *w, struct errors *errors,
                                 struct errors *warnings)
{
    struct known known = { 0 };
    struct error err = { 0 };

    if (!find_module(w, &known, errors, warnings))
        return NULL;
    size_t before = errors->count;
    logic_says(w, known.said, errors, warnings);
    struct logic *logic = keep(w, &known);
    if (errors->count == before && load(w, logic, &err))
        return logic;
    if (err.sentence.len)
        errors_add(errors, &err);
    logic_close(logic);
    return NULL;
}

struct logic *logic_open(const struct config_logic *config, str folder, struct errors *errors,
                         struct errors *warnings)
{
    struct arena a = { 0 };
    struct error err = { 0 };
    struct logic_work w = {
        .a = &a,
        .config = config,
        .folder = folder,
        .store = path_join(&a, folder, S(".vial/logic")),
    };
    struct logic *logic = NULL;

    if (find_sources(&w, &err)) {
        logic_find_compiler(&w, NULL);
        make_store(&w, NULL);
        int held = lock(&w);
        logic = open_module(&w, errors, warnings);
        if (held >= 0)
            close(held);
    } else {
        errors_add(errors, &err);
    }
    arena_free(&a);
    return logic;
}

void logic_close(void *self)
{
    struct logic *logic = self;

    if (!logic)
        return;
    logic_unwatch(logic->file.p);
    if (logic->handle)
        dlclose(logic->handle);
    arena_free(&logic->arena);
    free(logic);
}

str logic_key(const struct logic *logic)
{
    return logic ? logic->key : S("");
}

bool logic_start(const struct logic *logic, vial *app, struct errors *errors)
{
    struct error err = { 0 };

    vial_notes_code(app);
    logic->start(app);
    str why = vial_refused(app);
    if (!why.len)
        return true;
    error_at(&err, logic->place, "site_logic(): %.*s", STR(why));
    errors_add(errors, &err);
    return false;
}

/* Watched are folders: of a file below the site's own folder, the one that it is in. */
static void add_watched(str path, bool is_file, str *paths, size_t *count, size_t max)
{
    str watched = is_file && path_dir(path).len ? path_dir(path) : path;

    for (size_t i = 0; i < *count; i++)
        if (path_lies_in(watched, paths[i]))
            return;
    if (*count < max)
        paths[(*count)++] = watched;
}

size_t logic_watched(const struct logic *logic, const struct config_logic *config, str *paths,
                     size_t max)
{
    size_t count = 0;

    if (!config->npaths)
        add_watched(S("logic"), false, paths, &count, max);
    for (size_t i = 0; i < config->npaths; i++)
        add_watched(config->paths[i], str_eq(path_ext(config->paths[i]), S(".c")), paths, &count,
                    max);
    for (size_t i = 0; logic && i < logic->nparts; i++)
        if (path_inside(logic->parts[i]))
            add_watched(logic->parts[i], true, paths, &count, max);
    return count;
}

bool logic_is_made_of(const struct logic *logic, const struct config_logic *config, str path)
{
    for (size_t i = 0; i < config->npaths; i++)
        if (path_lies_in(path, config->paths[i]) || path_lies_in(config->paths[i], path))
            return true;
    for (size_t i = 0; logic && i < logic->nparts; i++)
        if (str_eq(logic->parts[i], path))
            return true;
    return false;
}
