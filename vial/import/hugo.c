/*
 * hugo.c - sites of Hugo: what they are called and how they are set up
 *
 *   comes in:  hugo.toml, config.yaml, config/_default/...: whichever there is
 *   goes out:  vial.yaml, with the menus, taxonomies and languages of the old site
 *
 * Templates are Go's there and Jinja's here: they are named, one by one, and not converted.
 */
#include "vial/import/hugo.h"
#include <stdlib.h>

static const char *const used[] = {
    "baseurl",         "title",        "languagecode", "defaultcontentlanguage",
    "theme",           "params",       "menu",         "menus",
    "taxonomies",      "permalinks",   "languages",    "contentdir",
    "uglyurls",        "timezone",     "markup",       "disablepathtolower",
    "copyright",       "author",       "publishdir",   "defaultcontentlanguageinsubdir",
    "paginate",        "pagination",   "staticdir",    "disablekinds",
    "enablerobotstxt", "builddrafts",  "buildfuture",  "buildexpired",
    "canonifyurls",    "relativeurls", "minify",       "sitemap",
    "caches",          "imaging",      "locale",       "label",
    "languagename",    "module",       "enableemoji",  NULL
};

/* Hugo's keys are the same in any case. */
static const struct yaml_node *get(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++)
        if (str_ieq(map->entries[i].key->text, str_of(key)))
            return map->entries[i].node;
    return NULL;
}

static bool truth(const struct yaml_node *node)
{
    return node && node->kind == YAML_BOOL && node->as.truth;
}

static str text(const struct yaml_node *node)
{
    return node && node->kind != YAML_MAP && node->kind != YAML_LIST && node->kind != YAML_NULL
               ? node->text
               : S("");
}

/* ---- the files of the configuration ---- */

static bool find_config(struct importing *im)
{
    static const char *const names[] = { "hugo", "config" };
    static const char *const folders[] = { "", "config/_default" };
    static const char *const ends[] = { "toml", "yaml", "yml", "json" };

    for (size_t f = 0; f < 2; f++)
        for (size_t n = 0; n < 2; n++)
            for (size_t e = 0; e < 4; e++) {
                str path = path_join(im->a, str_of(folders[f]),
                                     str_fmt(im->a, "%s.%s", names[n], ends[e]));

                if (file_info(path_join(im->a, im->from, path)).kind == FILE_REGULAR) {
                    im->config_file = path;
                    return true;
                }
            }
    return false;
}

/* What is in config/_default/params.toml; or under the key, in the one file. */
static const struct yaml_node *part(struct importing *im, const char *key)
{
    static const char *const ends[] = { "toml", "yaml", "yml", "json" };
    const struct yaml_node *there = get(im->old, key);

    for (size_t e = 0; !there && e < 4; e++) {
        str path = str_fmt(im->a, "config/_default/%s.%s", key, ends[e]);

        if (file_exists(path_join(im->a, im->from, path)))
            there = read_tree(im, path);
    }
    return there;
}

/* ---- taxonomies, languages ---- */

static void read_taxonomies(struct importing *im, const struct yaml_node *map)
{
    value all = dict_new(im->a, 2);

    map_put(&im->kept, S("tags"));
    map_put(&im->kept, S("categories"));
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++) {
        str name = text(map->entries[i].node);

        if (!name.len)
            continue;
        map_put(&im->kept, name);
        dict_set(all, name, dict_new(im->a, 0));
    }
    if (dict_len(all))
        config_set(im, "taxonomies", all);
}

static void read_language(struct importing *im, struct hugo *own, value all,
                          const struct yaml_entry *entry)
{
    struct hugo_language *language = &own->languages[own->nlanguages++];
    const struct yaml_node *node = entry->node;
    const struct yaml_node *params = get(node, "params");
    value said = dict_new(im->a, 4);
    str name = text(get(node, "languagename")), title = text(get(node, "title"));

    if (!name.len)
        name = text(get(node, "label"));
    language->code = entry->key->text;
    language->folder = text(get(node, "contentdir"));
    if (language->folder.len)
        language->folder = path_normal(im->a, language->folder);
    language->prefix = str_eq(language->code, own->main_language)
                           ? own->main_prefix
                           : str_fmt(im->a, "/%.*s", STR(language->code));
    if (name.len)
        dict_set(said, S("name"), value_str(name));
    if (title.len)
        dict_set(said, S("title"), value_str(title));
    if (str_eq(language->code, own->main_language) && own->main_prefix.len)
        dict_set(said, S("prefix"), value_str(language->code));
    if (params && params->count)
        dict_set(said, S("params"), yaml_value(params, im->a));
    dict_set(all, language->code, said);
    map_put(&im->languages, language->code);
}

static void read_languages(struct importing *im, struct hugo *own, const struct yaml_node *map)
{
    str code = text(get(im->old, "languagecode"));
    value all = dict_new(im->a, 2);

    own->main_language = text(get(im->old, "defaultcontentlanguage"));
    if (!own->main_language.len)
        own->main_language = S("en");
    if (!code.len)
        code = text(get(im->old, "locale"));
    if (!map || map->kind != YAML_MAP || !map->count) {
        str said = code.len ? code : own->main_language;
        str language = str_cut(&said, '-');

        config_set(im, "language", value_str(str_lower(im->a, language)));
        return;
    }
    if (truth(get(im->old, "defaultcontentlanguageinsubdir")))
        own->main_prefix = str_fmt(im->a, "/%.*s", STR(own->main_language));
    own->languages = arena_array(im->a, struct hugo_language, map->count);
    for (size_t i = 0; i < map->count; i++)
        read_language(im, own, all, &map->entries[i]);
    config_set(im, "language", value_str(own->main_language));
    config_set(im, "languages", all);
}

/* ---- menus ---- */

struct line {
    const struct yaml_node *node;
    str name, target;
    int64_t weight;
    size_t order;
};

/* What vial calls the target: a page's path, or an address. */
static str menu_target(struct importing *im, const struct yaml_node *node)
{
    str ref = text(get(node, "pageref")), url = text(get(node, "url"));
    const struct item *item = NULL;

    if (ref.len)
        item = hugo_find(im, NULL, ref);
    if (!item && (ref.len || str_starts(url, S("/")) || !str_has(url, ':')))
        item = item_at(im, url_joined(im->a, S("/"), ref.len ? ref : url));
    if (item && item->page)
        return str_from(item->file, sizeof "content/" - 1);
    if (ref.len)
        return url_joined(im->a, S("/"), str_fmt(im->a, "%.*s/", STR(ref)));
    return str_has(url, ':') || !url.len ? url : url_joined(im->a, S("/"), url);
}

static int by_weight(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    int64_t one = a->weight ? a->weight : INT32_MAX, other = b->weight ? b->weight : INT32_MAX;

    if (one != other)
        return one < other ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* The lines whose parent is `parent`, and those below them. */
static value menu_lines(struct importing *im, const struct yaml_node *list, str parent, int depth)
{
    struct line *lines = arena_array(im->a, struct line, list->count + 1);
    value out = list_new(im->a, 4);
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->entries[i].node;

        if (node->kind != YAML_MAP || !str_eq(text(get(node, "parent")), parent))
            continue;
        lines[count] = (struct line){ .node = node,
                                      .name = text(get(node, "name")),
                                      .target = menu_target(im, node),
                                      .order = i };
        str_int(text(get(node, "weight")), &lines[count].weight);
        count++;
    }
    qsort(lines, count, sizeof *lines, by_weight);
    for (size_t i = 0; i < count; i++) {
        str id = text(get(lines[i].node, "identifier")), name = lines[i].name;
        value line = dict_new(im->a, 1), below = value_undefined();

        if (!id.len)
            id = name;
        if (depth && id.len)
            below = menu_lines(im, list, id, depth - 1);
        if (list_len(below)) {
            if (lines[i].target.len) {
                value all = list_new(im->a, list_len(below) + 1);

                list_push(all, value_str(lines[i].target));
                for (size_t n = 0; n < list_len(below); n++)
                    list_push(all, list_at(below, n));
                below = all;
            }
            dict_set(line, name.len ? name : id, below);
        } else if (!lines[i].target.len) {
            left_node(im, lines[i].node, "a line of a menu that leads nowhere");
            continue;
        } else if (!name.len) {
            list_push(out, value_str(lines[i].target));
            continue;
        } else {
            dict_set(line, name, value_str(lines[i].target));
        }
        list_push(out, line);
    }
    return out;
}

static void read_menus(struct importing *im, const struct yaml_node *menus)
{
    value all = dict_new(im->a, 2);

    for (size_t i = 0; menus && menus->kind == YAML_MAP && i < menus->count; i++) {
        value lines;

        if (menus->entries[i].node->kind != YAML_LIST)
            continue;
        lines = menu_lines(im, menus->entries[i].node, S(""), IMPORT_DEPTH);
        if (list_len(lines))
            dict_set(all, menus->entries[i].key->text, lines);
    }
    if (dict_len(all))
        config_set(im, "menus", all);
}

/* ---- all of it ---- */

static void read_rest(struct importing *im)
{
    const struct yaml_node *params = part(im, "params");
    const struct yaml_node *typographer =
        get(get(get(get(im->old, "markup"), "goldmark"), "extensions"), "typographer");
    value kept = dict_new(im->a, 8);
    str copyright = text(get(im->old, "copyright"));
    const struct yaml_node *node;

    for (size_t i = 0; params && params->kind == YAML_MAP && i < params->count; i++) {
        str key = params->entries[i].key->text;

        if (str_ieq(key, S("description")) && text(params->entries[i].node).len)
            config_set(im, "description", value_str(text(params->entries[i].node)));
        else if (str_ieq(key, S("author")) && text(params->entries[i].node).len)
            config_set(im, "author", value_str(text(params->entries[i].node)));
        else
            dict_set(kept, key, yaml_value(params->entries[i].node, im->a));
    }
    if (copyright.len)
        dict_set(kept, S("copyright"), value_str(copyright));
    if (dict_len(kept))
        config_set(im, "params", kept);
    if (!typographer || typographer->kind != YAML_BOOL || typographer->as.truth)
        dict_set(dict_below(im->a, im->config, "markdown"), S("smart"), value_bool(true));
    if (truth(get(im->old, "enableemoji")))
        dict_set(dict_below(im->a, im->config, "markdown"), S("emoji"), value_bool(true));
    node = get(im->old, "theme");
    if (node)
        left_node(im, node, "the theme is not taken over; the site wears 'plain'");
    for (size_t i = 0; i < im->old->count; i++) {
        str key = str_lower(im->a, im->old->entries[i].key->text);

        if (!word_in(key, used))
            left_node(im, im->old->entries[i].key, "'%.*s' says nothing here",
                      STR(im->old->entries[i].key->text));
    }
}

/* Files that only Hugo's templates use. */
static void tell_folders(struct importing *im)
{
    static const struct {
        const char *folder, *sentence;
    } folders[] = {
        { "assets", "goes through Hugo's templates: it is not published" },
        { "i18n", "has words of Hugo's templates: see i18n/ of vial's themes" },
    };
    struct file_walk walk;

    left_templates(im, S("layouts"), "Go's language");
    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        str folder = str_of(folders[f].folder);

        if (!file_is_folder(path_join(im->a, im->from, folder)) ||
            !file_walk(&walk, path_join(im->a, im->from, folder), S(""), im->a, NULL))
            continue;
        for (size_t i = 0; i < walk.count; i++)
            left_file(im, path_join(im->a, folder, walk.entries[i].path), "%s",
                      folders[f].sentence);
    }
}

/* module.mounts: where content/ really is. */
static void read_mounts(struct importing *im, struct hugo *own)
{
    const struct yaml_node *module = part(im, "module"), *mounts = get(module, "mounts");
    bool content = false;

    for (size_t i = 0; mounts && mounts->kind == YAML_LIST && i < mounts->count; i++) {
        const struct yaml_node *one = mounts->entries[i].node;
        str source = text(get(one, "source")), target = text(get(one, "target"));

        if (str_eq(target, S("content")) && path_inside(source) && !content) {
            own->content = path_normal(im->a, source);
            content = true;
        } else if (!str_eq(source, target)) {
            left_node(im, one, "a mount that is not known here");
        }
    }
    if (get(module, "imports"))
        left_node(im, get(module, "imports"), "modules are not fetched: what they give is missing");
}

static bool read_statics(struct importing *im, struct error *err)
{
    const struct yaml_node *node = get(im->old, "staticdir");
    bool good = true;

    if (!node)
        return files_add(im, S("static"), S("content"), S("/"), err);
    if (node->kind != YAML_LIST)
        return files_add(im, path_normal(im->a, text(node)), S("content"), S("/"), err);
    for (size_t i = 0; i < node->count && good; i++)
        good = files_add(im, path_normal(im->a, text(node->entries[i].node)), S("content"), S("/"),
                         err);
    return good;
}

static bool read(struct importing *im, struct error *err)
{
    struct hugo *own = arena_make(im->a, struct hugo);
    const struct yaml_node *menus;

    im->own = own;
    if (!find_config(im)) {
        error_set(err, "there is no hugo.toml, hugo.yaml or config.toml in %.*s", STR(im->from));
        return error_hint(err, "name the folder that it is in");
    }
    if (!tree_of_config(im, err))
        return false;
    config_set(im, "title", value_str(text(get(im->old, "title"))));
    config_base_url(im, text(get(im->old, "baseurl")));
    config_set(im, "theme", value_str(S("plain")));
    if (text(get(im->old, "timezone")).len)
        config_set(im, "timezone", value_str(text(get(im->old, "timezone"))));
    if (text(get(im->old, "author")).len)
        config_set(im, "author", value_str(text(get(im->old, "author"))));
    own->content = text(get(im->old, "contentdir"));
    own->content = own->content.len ? path_normal(im->a, own->content) : S("content");
    read_mounts(im, own);
    own->ugly = truth(get(im->old, "uglyurls"));
    own->keep_case = truth(get(im->old, "disablepathtolower"));
    own->permalinks = part(im, "permalinks");
    if (own->ugly)
        config_set(im, "ugly_urls", value_bool(true));
    read_languages(im, own, part(im, "languages"));
    read_taxonomies(im, part(im, "taxonomies"));
    if (!value_is_undefined(dict_get(im->config, S("base_url")))) {
        value feeds = dict_new(im->a, 2), of = list_new(im->a, 3);

        list_push(of, value_str(S("site")));
        list_push(of, value_str(S("sections")));
        list_push(of, value_str(S("terms")));
        dict_set(feeds, S("formats"), texts_of(im->a, value_str(S("rss")), 0));
        dict_set(feeds, S("of"), of);
        config_set(im, "feeds", feeds);
        config_set(im, "sitemap", value_bool(true));
        left_file(im, im->config_file,
                  "feeds were at /index.xml, /posts/index.xml and so on, and are at /rss.xml, "
                  "/posts/rss.xml now");
    }
    if (!hugo_pages(im, err) || !read_statics(im, err) ||
        !files_add(im, S("data"), S("data"), S(""), err))
        return false;
    items_by_address(im);
    menus = part(im, "menus");
    read_menus(im, menus ? menus : part(im, "menu"));
    read_rest(im);
    hugo_archetypes(im);
    tell_folders(im);
    return true;
}

const struct origin origin_hugo = {
    .name = "hugo", .read = read, .tag = hugo_tag, .tag_in_code = hugo_tag_in_code, .opens = "{"
};
