/*
 * config.c - vial.yaml
 *
 *   comes in:  the file
 *   goes out:  a struct config; or every defect of the file, each with its place
 *
 * A table says what may stand there; what a table cannot say (folders that stay inside the site,
 * an address that is one, routes) is checked behind it, one function per thing.
 */
#include "vial/site/config.h"
#include "vial/base/file.h"
#include "vial/base/path.h"

enum { CONFIG_SIZE = 4 << 20 };

#define FIELD(name) offsetof(struct config, name)

static const struct key keys[] = {
    { "title", KEY_TEXT, FIELD(title), NULL },
    { "base_url", KEY_TEXT, FIELD(base_url), NULL },
    { "language", KEY_TEXT, FIELD(language), NULL },
    { "languages", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "description", KEY_TEXT, FIELD(description), NULL },
    { "author", KEY_TEXT, FIELD(author), NULL },
    { "theme", KEY_TEXT, FIELD(theme), NULL },
    { "output", KEY_TEXT, FIELD(output), NULL },
    { "content", KEY_TEXT, FIELD(content), NULL },
    { "static", KEY_TEXT, FIELD(static_files), NULL },
    { "templates", KEY_TEXT, FIELD(templates), NULL },
    { "themes", KEY_TEXT, FIELD(themes), NULL },
    { "data", KEY_TEXT, FIELD(data), NULL },
    { "links", KEY_CHOICE, FIELD(links), "error warn ignore" },
    { "sort_by", KEY_CHOICE, FIELD(sort_by), SORT_BY_WORDS },
    { "reverse", KEY_BOOL, FIELD(reverse), NULL },
    { "nav", KEY_LIST, FIELD(nav), NULL },
    { "menus", KEY_MAP, FIELD(menus), NULL },
    { "markdown", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "params", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "routes", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "feeds", KEY_NODE, KEY_CHECKED_ONLY, NULL },
    { "search", KEY_NODE, KEY_CHECKED_ONLY, NULL },
    { "timezone", KEY_TEXT, FIELD(timezone), NULL },
    { "sitemap", KEY_BOOL, FIELD(sitemap), NULL },
    { "ugly_urls", KEY_BOOL, FIELD(ugly_urls), NULL },
    { "checks", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "permalinks", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "schema", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "outputs", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "taxonomies", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "logic", KEY_NODE, KEY_CHECKED_ONLY, NULL },
    { "assets", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { 0 },
};

static bool refuse(struct errors *errors, struct error *err)
{
    errors_add(errors, err);
    return false;
}

struct place config_place(const struct config *config, str key)
{
    const struct yaml_node *node = yaml_get(config->top, key);

    return node ? yaml_place(node) : config->text;
}

/* The folders; what is empty is meant to be the usual one, but for a theme that is left out. */
static bool check_folders(struct config *config, struct arena *a, struct errors *errors)
{
    const struct {
        const char *key;
        str *folder;
        str usual;
    } folders[] = {
        { "output", &config->output, S("public") },
        { "content", &config->content, S("content") },
        { "static", &config->static_files, S("static") },
        { "templates", &config->templates, S("templates") },
        { "themes", &config->themes, S("themes") },
        { "data", &config->data, S("data") },
    };
    bool good = true;
    struct error err = { 0 };

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        str *folder = folders[i].folder;
        bool may_leave = i == 0;

        if (!folder->len)
            *folder = folders[i].usual;
        *folder = path_normal(a, *folder);
        if (may_leave || (path_inside(*folder) && !str_eq(*folder, S("."))))
            continue;
        error_at(&err, config_place(config, str_of(folders[i].key)),
                 "'%s' must name a folder inside the site's, not '%.*s'", folders[i].key,
                 STR(*folder));
        good = refuse(errors, &err);
    }
    return good;
}

/* "https://example.org/docs" becomes "https://example.org/docs/", and "/docs" its base path. */
static bool check_base_url(struct config *config, str given, struct arena *a, struct errors *errors)
{
    struct error err = { 0 };
    str *url = &config->base_url;

    if (given.len)
        *url = str_copy(a, given);
    if (!url->len)
        *url = S("/");
    if (!str_ends(*url, S("/")))
        *url = str_fmt(a, "%.*s/", STR(*url));
    if (str_eq(*url, S("/")))
        return true;

    str rest = str_from(*url, str_istarts(*url, S("https://")) ? 8 : 7);
    ptrdiff_t slash = str_find_char(rest, '/');
    if ((!str_istarts(*url, S("https://")) && !str_istarts(*url, S("http://"))) || slash <= 0 ||
        str_has(*url, ' ') || str_has(*url, '?') || str_has(*url, '#')) {
        struct place place = given.len ? (struct place){ .file = S("--base-url") }
                                       : config_place(config, S("base_url"));
        error_at(&err, place, "'base_url' is no address: '%.*s'", STR(*url));
        error_hint(&err, "write https://, the host, and the folder below it if there is one");
        return refuse(errors, &err);
    }
    str path = str_from(rest, (size_t)slash);
    config->base_path = str_slice(path, 0, path.len - 1);
    return true;
}

struct route_keys {
    str template, title, list, as;
    bool dynamic;
    const struct yaml_node *paginate;
};

static const struct key route_keys[] = {
    { "template", KEY_TEXT, offsetof(struct route_keys, template), NULL },
    { "title", KEY_TEXT, offsetof(struct route_keys, title), NULL },
    { "for", KEY_TEXT, offsetof(struct route_keys, list), NULL },
    { "as", KEY_TEXT, offsetof(struct route_keys, as), NULL },
    { "dynamic", KEY_BOOL, offsetof(struct route_keys, dynamic), NULL },
    { "paginate", KEY_NODE, offsetof(struct route_keys, paginate), NULL },
    { 0 },
};

/* What a route's map says beyond the keys we know: its page answers to it. */
static value other_keys(const struct yaml_node *map, const struct key *known, struct arena *a)
{
    value more = dict_new(a, map->count);

    for (size_t i = 0; i < map->count; i++)
        if (!key_find(known, map->entries[i].key->text))
            dict_set(more, map->entries[i].key->text, yaml_value(map->entries[i].node, a));
    return more;
}

static bool check_route(const struct config_route *route, const struct yaml_node *node,
                        struct error *err)
{
    if (!str_starts(route->rule, S("/"))) {
        error_at(err, route->place, "a route begins with '/'");
        return error_hint(err, "write '/%.*s'", STR(route->rule));
    }
    if (!route->template.len) {
        error_at(err, yaml_place(node), "the route '%.*s' names no template", STR(route->rule));
        return error_hint(err, "write {template: NAME.html}");
    }
    if (route->list.len && !route->as.len)
        return error_at(err, yaml_place(node), "'for' needs 'as', the name of the item");
    if (route->as.len && !route->list.len)
        return error_at(err, yaml_place(node), "'as' needs 'for', the list to go through");
    if (str_has(route->rule, '<') && !route->list.len && !route->dynamic) {
        error_at(err, route->place, "nothing says which pages '%.*s' stands for", STR(route->rule));
        return error_hint(err, "add 'for: data.NAME' and 'as: NAME', or 'dynamic: true'");
    }
    if (route->paging && (route->dynamic || route->list.len))
        return error_at(err, yaml_place(yaml_get(node, S("paginate"))),
                        "'paginate' is for a route that is one page");
    if (route->list.len && !str_starts(route->list, S("data."))) {
        error_at(err, yaml_place(yaml_get(node, S("for"))), "'for' goes through data only");
        return error_hint(err, "write 'for: data.NAME', where data/NAME.yaml is the file");
    }
    return true;
}

static bool read_route(struct config_route *route, const struct yaml_entry *entry, struct arena *a,
                       struct errors *errors)
{
    struct route_keys read = { 0 };
    struct error err = { 0 };

    route->rule = entry->key->text;
    route->place = yaml_place(entry->key);
    if (!keys_read(entry->node, route_keys, UNKNOWN_KEPT, "a route", &read, a, errors))
        return false;
    route->template = read.template;
    route->title = read.title;
    route->list = read.list;
    route->as = read.as;
    route->dynamic = read.dynamic;
    route->more = other_keys(entry->node, route_keys, a);
    if (read.paginate && !(route->paging = paging_read(read.paginate, a, errors)))
        return false;
    if (!check_route(route, entry->node, &err))
        return refuse(errors, &err);
    if (route->list.len)
        route->list = str_from(route->list, sizeof "data." - 1);
    return true;
}

static bool read_routes(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("routes"));
    bool good = true;

    if (!map || map->kind != YAML_MAP)
        return true;
    config->routes = arena_array(a, struct config_route, map->count);
    for (size_t i = 0; i < map->count; i++)
        good = read_route(&config->routes[config->nroutes++], &map->entries[i], a, errors) && good;
    return good;
}

/* As templates see it: what the file says, and what holds where it says nothing. */
static void fill_all(struct config *config, struct arena *a)
{
    static const char *const policies[] = { "error", "warn", "ignore" };
    const struct {
        const char *key;
        str text;
    } filled[] = {
        { "title", config->title },         { "base_url", config->base_url },
        { "language", config->language },   { "description", config->description },
        { "author", config->author },       { "theme", config->theme },
        { "output", config->output },       { "content", config->content },
        { "static", config->static_files }, { "templates", config->templates },
        { "themes", config->themes },       { "data", config->data },
    };

    config->all = config->top->kind == YAML_MAP ? yaml_value(config->top, a) : dict_new(a, 16);
    for (size_t i = 0; i < sizeof filled / sizeof *filled; i++)
        dict_set(config->all, str_of(filled[i].key), value_str(filled[i].text));
    dict_set(config->all, S("links"), value_str(str_of(policies[config->links])));
    if (value_is_null(dict_get(config->all, S("params"))))
        dict_set(config->all, S("params"), dict_new(a, 0));
}

struct config *config_parse(str file, str text, str base_url, struct arena *a,
                            struct errors *errors)
{
    struct config *config = arena_make(a, struct config);
    struct error err = { 0 };

    config->text = (struct place){ .file = file, .source = text, .len = text.len };
    config->top = yaml_parse(config->text, a, &err);
    if (!config->top) {
        refuse(errors, &err);
        return NULL;
    }
    config->text.len = 0;
    config->language = S("en");
    bool good = keys_read(config->top, keys, UNKNOWN_REFUSED, "vial.yaml", config, a, errors);
    config->has_theme = yaml_get(config->top, S("theme")) != NULL;
    good = check_folders(config, a, errors) && good;
    good = check_base_url(config, base_url, a, errors) && good;
    good = read_routes(config, a, errors) && good;
    good = config_feeds(config, base_url.len || yaml_get(config->top, S("base_url")), a, errors) &&
           good;
    good = config_read_markdown(config, a, errors) && good;
    good = config_read_checks(config, a, errors) && good;
    good = config_search(config, a, errors) && good;
    good = config_permalinks(config, a, errors) && good;
    good = config_taxonomies(config, a, errors) && good;
    good = config_timezone(config, a, errors) && good;
    good = config_languages(config, a, errors) && config_words(config, a, errors) && good;
    good = config_logic(config, a, errors) && good;
    good = config_schema(config, a, errors) && good;
    good = config_read_outputs(config, a, errors) && good;
    good = config_read_assets(config, a, errors) && good;
    if (!good)
        return NULL;
    fill_all(config, a);
    return config;
}

struct config *config_load(str file, str base_url, struct arena *a, struct errors *errors)
{
    struct error err = { 0 };
    str text;

    if (file_info(file).kind == FILE_NONE) {
        error_at(&err, (struct place){ .file = file }, "there is no such file");
        error_hint(&err, "'vial new DIR' makes a site; an empty vial.yaml makes one of a folder");
        refuse(errors, &err);
        return NULL;
    }
    if (!file_read(&text, file, CONFIG_SIZE, NULL, a, &err)) {
        refuse(errors, &err);
        return NULL;
    }
    return config_parse(file, text, base_url, a, errors);
}
