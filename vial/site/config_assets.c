/*
 * config_assets.c - what is made of assets
 *
 *   comes in:  `assets:` of vial.yaml
 *   goes out:  struct config_assets, or errors
 */
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/config.h"

struct assets_keys {
    bool fingerprint_urls, minify, bundle_imports;
    const struct yaml_node *bundles, *commands;
};

#define FIELD(name) offsetof(struct assets_keys, name)

static const struct key keys[] = {
    { "fingerprint_urls", KEY_BOOL, FIELD(fingerprint_urls), NULL },
    { "minify", KEY_BOOL, FIELD(minify), NULL },
    { "bundle_imports", KEY_BOOL, FIELD(bundle_imports), NULL },
    { "bundles", KEY_MAP, FIELD(bundles), NULL },
    { "commands", KEY_LIST, FIELD(commands), NULL },
    { 0 },
};

static bool refuse(struct errors *errors, struct error *err)
{
    errors_add(errors, err);
    return false;
}

/* What has a recipe is called as if it lay in static/. */
static bool name_made(struct asset *asset, const struct yaml_node *key, struct arena *a,
                      struct errors *errors)
{
    struct error err = { 0 };
    str name = path_normal(a, key->text);

    if (!path_inside(name) || !path_ext(name).len) {
        error_at(&err, yaml_place(key), "'%.*s' is no name for a file below /static/",
                 STR(key->text));
        error_hint(&err, "write a relative path with an ending, such as css/all.css");
        return refuse(errors, &err);
    }
    asset->path = name;
    asset->url = str_fmt(a, "/static/%.*s", STR(url_encode(a, name, "/!$&'()*+,;=:@")));
    asset->in_memory = true;
    return true;
}

static bool read_parts(struct recipe *recipe, const struct asset *made,
                       const struct yaml_node *node, struct arena *a, struct errors *errors)
{
    static const struct key one[] = { { "parts", KEY_TEXTS, 0, NULL }, { 0 } };
    struct yaml_node name = { .kind = YAML_STR, .text = S("parts"), .text_in = node->text_in };
    struct yaml_entry entry = { &name, node };
    struct yaml_node map = { .kind = YAML_MAP, .entries = &entry, .count = 1 };
    struct texts parts = { 0 };
    struct error err = { 0 };

    if (!keys_read(&map, one, UNKNOWN_REFUSED, "a bundle", &parts, a, errors))
        return false;
    recipe->parts = parts.list;
    recipe->nparts = parts.count;
    if (!parts.count) {
        error_at(&err, yaml_place(node), "the bundle '%.*s' has no files", STR(made->path));
        return refuse(errors, &err);
    }
    for (size_t i = 0; i < parts.count; i++)
        if (!str_ieq(path_ext(parts.list[i]), path_ext(made->path))) {
            error_at(&err, yaml_place(node), "'%.*s' does not end as the bundle '%.*s' does",
                     STR(parts.list[i]), STR(made->path));
            return refuse(errors, &err);
        }
    return true;
}

static bool read_bundles(struct config_assets *assets, const struct yaml_node *map, struct arena *a,
                         struct errors *errors)
{
    bool good = true;

    assets->made = arena_array(a, struct asset, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *entry = &map->entries[i];
        struct asset *made = &assets->made[assets->nmade++];
        struct recipe *recipe = arena_make(a, struct recipe);

        recipe->place = yaml_place(entry->key);
        made->recipe = recipe;
        good = name_made(made, entry->key, a, errors) &&
               read_parts(recipe, made, entry->node, a, errors) && good;
    }
    return good;
}

/* ---- commands ---- */

enum { SECONDS = 60, MOST_SECONDS = 3600 };

struct command_keys {
    str files, makes, shell;
    struct texts run, inputs;
    struct maybe_int seconds;
};

#define OF_COMMAND(name) offsetof(struct command_keys, name)

static const struct key command_keys[] = {
    { "files", KEY_TEXT, OF_COMMAND(files), NULL },
    { "makes", KEY_TEXT, OF_COMMAND(makes), NULL },
    { "run", KEY_TEXTS, OF_COMMAND(run), NULL },
    { "shell", KEY_TEXT, OF_COMMAND(shell), NULL },
    { "inputs", KEY_TEXTS, OF_COMMAND(inputs), NULL },
    { "seconds", KEY_INT, OF_COMMAND(seconds), NULL },
    { 0 },
};

static const char **words_of(const struct command_keys *read, struct arena *a)
{
    const char **words = arena_array(a, const char *, read->run.count + 4);
    size_t count = 0;

    if (read->shell.len) {
        words[count++] = "/bin/sh";
        words[count++] = "-c";
        words[count++] = str_cstr(a, read->shell);
    }
    for (size_t i = 0; i < read->run.count; i++)
        words[count++] = str_cstr(a, read->run.list[i]);
    return words;
}

static bool check_command(const struct command_keys *read, struct place place, struct error *err)
{
    str ending = path_ext(path_name(read->files));
    int64_t seconds = read->seconds.number;

    if (!ending.len || str_has(ending, '*') || str_has(ending, '?') || str_has(ending, '['))
        return error_at(err, place,
                        "a command needs 'files', a pattern with an ending such as "
                        "scss/*.scss");
    if (!str_starts(read->makes, S(".")) || read->makes.len < 2 || str_has(read->makes, '/'))
        return error_at(err, place,
                        "a command needs 'makes', the ending of what it makes, such "
                        "as .css");
    if (!read->run.count == !read->shell.len) {
        error_at(err, place, "a command needs 'run', a list of words, or 'shell', a line");
        return error_hint(err, "write run: [sass, \"{in}\"]; its standard output is taken, or "
                               "what it writes to {out}");
    }
    if (read->seconds.there && (seconds < 1 || seconds > MOST_SECONDS))
        return error_at(err, place, "'seconds' is between 1 and %d", MOST_SECONDS);
    for (size_t i = 0; i < read->inputs.count; i++)
        if (!path_inside(read->inputs.list[i]))
            return error_at(err, place, "'inputs' are inside the site's folder, not '%.*s'",
                            STR(read->inputs.list[i]));
    return true;
}

static bool read_command(struct config_command *command, const struct yaml_node *node,
                         struct arena *a, struct errors *errors)
{
    struct command_keys read = { 0 };
    struct error err = { 0 };

    if (node->kind != YAML_MAP) {
        error_at(&err, yaml_place(node), "a command is a map with 'files', 'makes' and 'run'");
        return refuse(errors, &err);
    }
    if (!keys_read(node, command_keys, UNKNOWN_REFUSED, "a command", &read, a, errors))
        return false;
    *command = (struct config_command){
        .files = read.files,
        .words = words_of(&read, a),
        .makes = read.makes,
        .inputs = read.inputs.list,
        .ninputs = read.inputs.count,
        .seconds = read.seconds.there ? (unsigned)read.seconds.number : SECONDS,
        .place = yaml_place(node),
    };
    return check_command(&read, command->place, &err) || refuse(errors, &err);
}

static bool read_commands(struct config_assets *assets, const struct yaml_node *list,
                          struct arena *a, struct errors *errors)
{
    bool good = true;

    assets->commands = arena_array(a, struct config_command, list->count);
    for (size_t i = 0; i < list->count; i++)
        good = read_command(&assets->commands[assets->ncommands++], list->entries[i].node, a,
                            errors) &&
               good;
    return good;
}

bool config_read_assets(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *node = yaml_get(config->top, S("assets"));
    struct assets_keys read = { 0 };

    if (!node || node->kind != YAML_MAP)
        return true;
    if (!keys_read(node, keys, UNKNOWN_REFUSED, "'assets'", &read, a, errors))
        return false;
    config->assets = (struct config_assets){
        .fingerprint_urls = read.fingerprint_urls,
        .minify = read.minify,
        .bundle_imports = read.bundle_imports,
    };
    bool good = !read.bundles || read_bundles(&config->assets, read.bundles, a, errors);
    return (!read.commands || read_commands(&config->assets, read.commands, a, errors)) && good;
}
