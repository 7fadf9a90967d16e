/*
 * config_logic.c - where a site's own C code is
 *
 *   comes in:  `logic:`, a file or folder, a list of them, or a map with flags and libraries
 *   goes out:  names that lie inside the site's folder and are what they look like
 *
 * All of it becomes words of the compiler's command line. So no name may begin as an option does,
 * and a library is a name and nothing else.
 */
#include "vial/base/path.h"
#include "vial/site/config.h"

struct logic_keys {
    struct texts files, flags, libraries;
};

static const struct key keys[] = {
    { "files", KEY_TEXTS, offsetof(struct logic_keys, files), NULL },
    { "flags", KEY_TEXTS, offsetof(struct logic_keys, flags), NULL },
    { "libraries", KEY_TEXTS, offsetof(struct logic_keys, libraries), NULL },
    { 0 },
};

/* "logic" or [a.c, b.c]: the words of a scalar or a list. */
static bool words_of(const struct yaml_node *node, struct texts *words, struct arena *a,
                     struct errors *errors)
{
    static const struct key one[] = { { "logic", KEY_TEXTS, 0, NULL }, { 0 } };
    struct yaml_node name = { .kind = YAML_STR, .text = S("logic"), .text_in = node->text_in };
    struct yaml_entry entry = { &name, node };
    struct yaml_node map = { .kind = YAML_MAP, .entries = &entry, .count = 1 };

    return keys_read(&map, one, UNKNOWN_REFUSED, "vial.yaml", words, a, errors);
}

static bool is_hidden(str path)
{
    return str_starts(path, S(".")) || str_find(path, S("/.")) != STR_NONE;
}

static bool check_path(const struct config_logic *logic, str path, struct error *err)
{
    if (!path.len || !path_inside(path) || str_eq(path, S(".")) || str_starts(path, S("-")) ||
        is_hidden(path) || str_has(path, '\n'))
        return error_at(err, logic->place,
                        "'logic' must name C files or a folder inside the site's, not '%.*s'",
                        STR(path));
    return true;
}

static bool check_flag(const struct config_logic *logic, str flag, struct error *err)
{
    if (str_starts(flag, S("-")) && !str_starts(flag, S("-o")))
        return true;
    return error_at(err, logic->place, "'%.*s' is no flag for the compiler", STR(flag));
}

static bool check_library(const struct config_logic *logic, str name, struct error *err)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum(name.p[i]) && !strchr("_+.-", name.p[i]))
            name.len = 0;
    if (name.len && !str_starts(name, S("-")))
        return true;
    error_at(err, logic->place, "'libraries' takes names such as 'sqlite3'");
    return error_hint(err, "the compiler's option for 'sqlite3' is -lsqlite3; vial writes it");
}

static bool check(struct config_logic *logic, struct arena *a, struct error *err)
{
    str *paths = arena_array(a, str, logic->npaths);

    for (size_t i = 0; i < logic->npaths; i++) {
        paths[i] = path_normal(a, logic->paths[i]);
        if (!check_path(logic, paths[i], err))
            return false;
    }
    logic->paths = paths;
    for (size_t i = 0; i < logic->nflags; i++)
        if (!check_flag(logic, logic->flags[i], err))
            return false;
    for (size_t i = 0; i < logic->nlibraries; i++)
        if (!check_library(logic, logic->libraries[i], err))
            return false;
    return true;
}

bool config_logic(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *node = yaml_get(config->top, S("logic"));
    struct config_logic *logic = &config->logic;
    struct logic_keys read = { 0 };
    struct error err = { 0 };

    if (!node || node->kind == YAML_NULL)
        return true;
    bool good = node->kind == YAML_MAP
                    ? keys_read(node, keys, UNKNOWN_REFUSED, "'logic'", &read, a, errors)
                    : words_of(node, &read.files, a, errors);
    if (!good)
        return false;
    *logic = (struct config_logic){
        .paths = read.files.list,
        .npaths = read.files.count,
        .flags = read.flags.list,
        .nflags = read.flags.count,
        .libraries = read.libraries.list,
        .nlibraries = read.libraries.count,
        .place = yaml_place(node),
    };
    if (!logic->npaths)
        error_at(&err, logic->place, "'logic' names no file");
    if (logic->npaths && check(logic, a, &err))
        return true;
    errors_add(errors, &err);
    return false;
}
