/*
 * theme.c - what a site wears
 *
 *   comes in:  the configuration, two folders of templates, two of static files
 *   goes out:  templates by name, static files by address
 */
#include "vial/site/theme.h"
#include "vial/base/file.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/builtins.h"
#include <dirent.h>

enum { THEME_API = 1, TEMPLATE_SIZE = 16 << 20 };

extern const struct builtin_file builtin_blog[], builtin_book[];

const struct builtin_theme builtin_themes[] = {
    { "plain", builtin_plain },
    { "blog", builtin_blog },
    { "book", builtin_book },
    { NULL, NULL },
};

const struct builtin_file *builtin_theme(str name)
{
    for (const struct builtin_theme *theme = builtin_themes; theme->name; theme++)
        if (str_eq(name, str_of(theme->name)))
            return theme->files;
    return NULL;
}

static const struct builtin_file *find_file(const struct builtin_file *files, const char *folder,
                                            str name)
{
    for (; files && files->path; files++) {
        str path = str_of(files->path), prefix = str_of(folder);

        if (str_starts(path, prefix) && str_eq(str_from(path, prefix.len), name))
            return files;
    }
    return NULL;
}

str theme_own(const char *path)
{
    const struct builtin_file *file = find_file(builtin_own, "", str_of(path));

    return file ? str_n(file->data, file->size) : S("");
}

/* ---- opening ---- */

static void try_name(struct nearest *nearest, struct buf *names, str name)
{
    nearest_try(nearest, name);
    buf_addf(names, "%s'%.*s'", names->len ? ", " : "", STR(name));
}

static void refuse_name(const struct config *config, str themes, struct arena *a,
                        struct errors *errors)
{
    struct error err = { 0 };
    struct nearest nearest = nearest_to(config->theme);
    struct buf names = buf_in(a);
    DIR *dir = opendir(path_cstr(a, themes));
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (!file_is_hidden(str_of(entry->d_name)) && !builtin_theme(str_of(entry->d_name)))
            try_name(&nearest, &names, str_copy(a, str_of(entry->d_name)));
    if (dir)
        closedir(dir);
    for (size_t i = 0; builtin_themes[i].name; i++)
        try_name(&nearest, &names, str_of(builtin_themes[i].name));
    error_at(&err, config_place(config, S("theme")), "there is no theme '%.*s'",
             STR(config->theme));
    if (nearest.best.len)
        error_meant(&err, nearest.best);
    else
        error_hint(&err, "there is: %.*s", STR(buf_str(&names)));
    errors_add(errors, &err);
}

struct theme_keys {
    struct maybe_int api;
    const struct yaml_node *params;
};

static const struct key keys[] = {
    { "name", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "version", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "description", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "author", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "license", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "homepage", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "api", KEY_INT, offsetof(struct theme_keys, api), NULL },
    { "params", KEY_MAP, offsetof(struct theme_keys, params), NULL },
    { 0 },
};

static bool read_about(struct theme *theme, str file, str text, struct arena *a,
                       struct errors *errors)
{
    struct theme_keys read = { 0 };
    struct error err = { 0 };
    const struct yaml_node *top = yaml_parse((struct place){ file, text, 0, text.len }, a, &err);

    if (!top) {
        errors_add(errors, &err);
        return false;
    }
    if (!keys_read(top, keys, UNKNOWN_REFUSED, "theme.yaml", &read, a, errors))
        return false;
    if (read.api.there && (read.api.number < 1 || read.api.number > THEME_API)) {
        error_at(&err, yaml_place(yaml_get(top, S("api"))),
                 "this theme is written for theme API %lld, and this vial has %d",
                 (long long)read.api.number, THEME_API);
        errors_add(errors, &err);
        return false;
    }
    if (read.params)
        theme->params = yaml_value(read.params, a);
    return true;
}

static bool read_theme_yaml(struct theme *theme, str folder, struct arena *a, struct errors *errors)
{
    str file = path_join(a, folder, S("theme.yaml")), text;
    const struct builtin_file *inside = find_file(theme->builtin, "", S("theme.yaml"));
    struct error err = { 0 };

    if (inside)
        return read_about(theme, file, str_n(inside->data, inside->size), a, errors);
    if (theme->builtin || !file_exists(file))
        return true;
    if (!file_read(&text, file, TEMPLATE_SIZE, NULL, a, &err)) {
        errors_add(errors, &err);
        return false;
    }
    return read_about(theme, file, text, a, errors);
}

bool theme_open(struct theme *theme, const struct config *config, str folder, struct arena *a,
                struct errors *errors)
{
    str themes = path_join(a, folder, config->themes);

    *theme = (struct theme){ .name = config->theme, .params = dict_new(a, 0) };
    theme->own_templates = path_join(a, folder, config->templates);
    if (!config->has_theme && !file_is_folder(theme->own_templates))
        theme->name = S("plain");
    if (!theme->name.len)
        return true;

    str own = path_join(a, themes, theme->name);
    if (path_inside(theme->name) && file_is_folder(own)) {
        theme->folder = own;
        theme->templates = path_join(a, own, S("templates"));
        theme->static_files = path_join(a, own, S("static"));
    } else if (!(theme->builtin = builtin_theme(theme->name))) {
        refuse_name(config, themes, a, errors);
        return false;
    }
    return read_theme_yaml(theme, own, a, errors);
}

bool theme_file(const struct theme *theme, str path, str *file, str *text, struct arena *a)
{
    const struct builtin_file *inside = find_file(theme->builtin, "", path);

    if (inside) {
        *file = str_fmt(a, "(vial)/themes/%.*s/%s", STR(theme->name), inside->path);
        *text = str_n(inside->data, inside->size);
        return true;
    }
    if (!theme->folder.len)
        return false;
    *file = path_join(a, theme->folder, path);
    return file_info(*file).kind == FILE_REGULAR &&
           file_read(text, *file, TEMPLATE_SIZE, NULL, a, NULL);
}

/* ---- templates ---- */

static bool is_file(str folder, str name, struct arena *a)
{
    return folder.len && file_info(path_join(a, folder, name)).kind == FILE_REGULAR;
}

bool theme_has_template(const struct theme *theme, str name)
{
    struct arena a = { 0 };
    bool has = is_file(theme->own_templates, name, &a) || is_file(theme->templates, name, &a) ||
               find_file(theme->builtin, "templates/", name) ||
               find_file(builtin_own, "templates/", name);

    arena_free(&a);
    return has;
}

static enum loaded load_file(str file, struct source *source, struct arena *a, struct error *err)
{
    source->file = file;
    return file_read(&source->text, file, TEMPLATE_SIZE, NULL, a, err) ? LOAD_FOUND : LOAD_FAILED;
}

enum loaded theme_load_template(void *self, str name, struct source *source, struct arena *a,
                                struct error *err)
{
    const struct theme *theme = self;
    bool replaced = str_starts(name, S("!theme/"));

    if (replaced)
        name = str_from(name, sizeof "!theme/" - 1);
    if (!path_inside(name) || !name.len)
        return LOAD_NOT_FOUND;
    if (!replaced && is_file(theme->own_templates, name, a))
        return load_file(path_join(a, theme->own_templates, name), source, a, err);
    if (is_file(theme->templates, name, a))
        return load_file(path_join(a, theme->templates, name), source, a, err);

    const struct builtin_file *inside = find_file(theme->builtin, "templates/", name);
    str from = str_fmt(a, "themes/%.*s/", STR(theme->name));
    if (!inside) {
        inside = find_file(builtin_own, "templates/", name);
        from = S("");
    }
    if (!inside)
        return LOAD_NOT_FOUND;
    source->text = str_n(inside->data, inside->size);
    source->file = str_fmt(a, "(vial)/%.*s%s", STR(from), inside->path);
    return LOAD_FOUND;
}

static void offer_folder(struct nearest *near, str folder, struct arena *a)
{
    struct file_walk walk;

    if (!folder.len || !file_is_folder(folder) || !file_walk(&walk, folder, S(""), a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++)
        nearest_try(near, walk.entries[i].path);
}

static void offer_builtin(struct nearest *near, const struct builtin_file *file)
{
    str folder = S("templates/");

    for (; file && file->path; file++)
        if (str_starts(str_of(file->path), folder))
            nearest_try(near, str_from(str_of(file->path), folder.len));
}

void theme_template_names(void *self, struct nearest *near, struct arena *a)
{
    const struct theme *theme = self;

    offer_folder(near, theme->own_templates, a);
    offer_folder(near, theme->templates, a);
    offer_builtin(near, theme->builtin);
    offer_builtin(near, builtin_own);
}

/* ---- static files ---- */

struct statics {
    struct asset *list;
    size_t count, cap;
    struct map seen;
    struct arena *arena;
};

static struct asset *add_static(struct statics *s, str path)
{
    if (map_find(&s->seen, path))
        return NULL;
    map_put(&s->seen, path);
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 32;

        s->list = arena_grow(s->arena, s->list, s->cap * sizeof *s->list, cap * sizeof *s->list);
        s->cap = cap;
    }
    struct asset *asset = &s->list[s->count++];
    str encoded = url_encode(s->arena, path, "/!$&'()*+,;=:@");
    *asset = (struct asset){ .path = path };
    asset->url = str_fmt(s->arena, "/static/%.*s", STR(encoded));
    return asset;
}

/* Of the files of `walk` those below `prefix`. */
static void add_files(struct statics *s, str folder, const struct file_walk *walk, str prefix)
{
    for (size_t i = 0; i < walk->count; i++) {
        str path = walk->entries[i].path;
        struct asset *asset =
            str_starts(path, prefix) ? add_static(s, str_from(path, prefix.len)) : NULL;

        if (asset)
            asset->file = path_join(s->arena, folder, asset->path);
    }
}

static bool add_folder(struct statics *s, str folder, struct errors *errors)
{
    struct file_walk walk;
    struct error err = { 0 };

    if (!folder.len)
        return true;
    if (!file_walk(&walk, folder, S(""), s->arena, &err)) {
        errors_add(errors, &err);
        return false;
    }
    add_files(s, folder, &walk, S(""));
    return true;
}

static void add_builtin(struct statics *s, const struct builtin_file *file)
{
    str prefix = S("static/");

    for (; file && file->path; file++) {
        struct asset *asset = NULL;

        if (str_starts(str_of(file->path), prefix))
            asset = add_static(s, str_from(str_of(file->path), prefix.len));
        if (!asset)
            continue;
        asset->text = str_n(file->data, file->size);
        asset->in_memory = true;
    }
}

bool theme_statics(const struct theme *theme, str own_folder, struct asset **statics, size_t *count,
                   struct arena *a, struct errors *errors)
{
    struct statics s = { .seen = map_in(a), .arena = a };

    bool good = add_folder(&s, own_folder, errors) && add_folder(&s, theme->static_files, errors);
    add_builtin(&s, theme->builtin);
    *statics = s.list;
    *count = s.count;
    return good;
}

void theme_statics_of(const struct theme *theme, str own_folder, const struct file_walk *own,
                      const struct file_walk *of_theme, struct asset **statics, size_t *count,
                      struct arena *a)
{
    struct statics s = { .seen = map_in(a), .arena = a };

    add_files(&s, own_folder, own, S(""));
    if (of_theme)
        add_files(&s, theme->static_files, of_theme, S("static/"));
    add_builtin(&s, theme->builtin);
    *statics = s.list;
    *count = s.count;
}
