/*
 * mkdocs.c - sites of MkDocs
 *
 *   comes in:  mkdocs.yml and docs/
 *   goes out:  docs/ as content/: vial reads the same Markdown, and links between files alike
 *
 * `nav:` is said in the same way there; a folder in it stands for its pages. Of what extensions and
 * plugins do, vial does much by itself; what it does not is told, each by its line.
 */
#include "vial/import/inside.h"

struct mkdocs {
    str docs; /* the folder of its pages */
    bool ugly;
};

static const char *const silent[] = { "INHERIT",
                                      "site_name",
                                      "site_url",
                                      "site_description",
                                      "site_author",
                                      "docs_dir",
                                      "site_dir",
                                      "nav",
                                      "pages",
                                      "theme",
                                      "markdown_extensions",
                                      "plugins",
                                      "extra",
                                      "use_directory_urls",
                                      "dev_addr",
                                      "watch",
                                      "strict",
                                      "copyright",
                                      "repo_url",
                                      "repo_name",
                                      "edit_uri",
                                      "validation",
                                      NULL };

/* ---- what extensions and plugins stand for ---- */

static const struct {
    const char *name, *turns_on; /* a key of `markdown:`, or NULL: nothing is to be turned on */
} extensions[] = {
    { "toc", NULL },
    { "tables", NULL },
    { "fenced_code", NULL },
    { "admonition", NULL },
    { "attr_list", NULL },
    { "def_list", NULL },
    { "footnotes", NULL },
    { "meta", NULL },
    { "extra", NULL },
    { "abbr", NULL },
    { "pymdownx.emoji", "emoji" },
    { "material.extensions.emoji", "emoji" },
    { "codehilite", NULL },
    { "sane_lists", NULL },
    { "callouts", NULL },
    { "smarty", "smart" },
    { "pymdownx.smartsymbols", "smart" },
    { "pymdownx.superfences", NULL },
    { "pymdownx.highlight", NULL },
    { "pymdownx.inlinehilite", NULL },
    { "pymdownx.details", NULL },
    { "pymdownx.tabbed", NULL },
    { "pymdownx.tasklist", NULL },
    { "pymdownx.snippets", NULL },
    { "pymdownx.betterem", NULL },
    { "pymdownx.extra", NULL },
    { "pymdownx.magiclink", NULL },
    { "pymdownx.saneheaders", NULL },
    { "pymdownx.mark", "mark" },
    { "pymdownx.caret", "superscript" },
    { "pymdownx.tilde", "superscript" },
    { "markdown.extensions.tables", NULL },
    { "markdown.extensions.toc", NULL },
};

/* "markdown.extensions.smarty" is "smarty". */
static str short_name(str name)
{
    str prefix = S("markdown.extensions.");

    return str_starts(name, prefix) ? str_from(name, prefix.len) : name;
}

static void read_extension(struct importing *im, const struct yaml_node *name,
                           const struct yaml_node *options)
{
    str called = short_name(name->text);
    const struct yaml_node *permalink = yaml_get(options, S("permalink"));

    if (str_eq(called, S("toc")) && permalink &&
        (permalink->kind != YAML_BOOL || permalink->as.truth) && permalink->kind != YAML_NULL)
        dict_set(dict_below(im->a, im->config, "markdown"), S("anchors"), value_bool(true));
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (str_eq(called, str_of(extensions[i].name))) {
            if (extensions[i].turns_on)
                dict_set(dict_below(im->a, im->config, "markdown"), str_of(extensions[i].turns_on),
                         value_bool(true));
            return;
        }
    left_node(im, name, "the Markdown extension '%.*s' is not known here", STR(name->text));
}

/* Each of a list whose lines are names or {name: options}. */
static void each_named(struct importing *im, const struct yaml_node *list,
                       void (*each)(struct importing *im, const struct yaml_node *name,
                                    const struct yaml_node *options))
{
    for (size_t i = 0; list && i < list->count; i++) {
        const struct yaml_node *node = list->entries[i].node;

        if (list->kind == YAML_MAP)
            each(im, list->entries[i].key, node);
        else if (node->kind == YAML_MAP && node->count)
            each(im, node->entries[0].key, node->entries[0].node);
        else if (node->kind == YAML_STR)
            each(im, node, NULL);
    }
}

/* plugins: redirects: redirect_maps: {old.md: new.md} */
static void read_redirects(struct importing *im, const struct yaml_node *maps);

static void read_plugin(struct importing *im, const struct yaml_node *name,
                        const struct yaml_node *options)
{
    static const char *const needless[] = { "autorefs",      "minify",  "literate-nav", "tags",
                                            "section-index", "offline", "glightbox",    NULL };

    if (str_eq(name->text, S("search")) || str_eq(name->text, S("material/search")))
        config_set(im, "search", value_bool(true));
    else if (str_eq(name->text, S("redirects")))
        read_redirects(im, yaml_get(options, S("redirect_maps")));
    else if (!word_in(name->text, needless))
        left_node(im, name, "the plugin '%.*s' is not known here", STR(name->text));
}

/* ---- pages ---- */

static str address(const struct importing *im, str path)
{
    const struct mkdocs *own = im->own;
    str dir = path_dir(path), stem = path_stem(path), slash = dir.len ? S("/") : S("");

    if (!is_markdown(path))
        return str_fmt(im->a, "/%.*s", STR(path));
    if (str_eq(stem, S("index")) || str_eq(stem, S("README")))
        return str_fmt(im->a, "/%.*s%.*s%s", STR(dir), STR(slash), own->ugly ? "index.html" : "");
    return str_fmt(im->a, own->ugly ? "/%.*s%.*s%.*s.html" : "/%.*s%.*s%.*s/", STR(dir), STR(slash),
                   STR(stem));
}

static struct item *page_of(const struct importing *im, str path)
{
    const struct mkdocs *own = im->own;

    return item_of(im, path_normal(im->a, path_join(im->a, own->docs, path)));
}

/*
 * "Title: X" lines at the head, as MultiMarkdown has them; for what has no front matter in YAML.
 */
static void read_head(struct importing *im, struct item *item)
{
    str rest = item->body, line;
    bool any = false;

    while (str_line(&rest, &line) && line.len) {
        str behind = line, name = str_cut(&behind, ':');
        bool word = name.len > 0 && behind.p > name.p + name.len && is_alpha(name.p[0]);

        for (size_t i = 0; i < name.len; i++)
            word = word && (is_alnum(name.p[i]) || strchr("_-", name.p[i]));
        if (!word || !(behind.len && behind.p[0] == ' '))
            return;
        if (!any && !str_ieq(name, S("title")) && !str_ieq(name, S("authors")) &&
            !str_ieq(name, S("template")) && !str_ieq(name, S("description")) &&
            !str_ieq(name, S("date")) && !str_ieq(name, S("summary")))
            return;
        any = true;
        dict_set(item->front, str_copy(im->a, str_lower(im->a, name)), value_str(str_trim(behind)));
    }
    if (any)
        item->body = rest;
}

static bool read_pages(struct importing *im, struct error *err)
{
    struct mkdocs *own = im->own;
    struct file_walk walk;

    if (!file_walk(&walk, path_join(im->a, im->from, own->docs), S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, source = path_join(im->a, own->docs, path);
        str dir = path_dir(path), file = path_join(im->a, S("content"), path);
        bool readme = str_eq(path_name(path), S("README.md"));

        if (readme && file_exists(path_join(
                          im->a, im->from,
                          path_join(im->a, path_join(im->a, own->docs, dir), S("index.md"))))) {
            left_file(im, source, "is not published: index.md beside it is the folder's page");
            continue;
        }
        if (!is_markdown(path)) {
            item_add(im, source, file, address(im, path));
            continue;
        }
        if (!str_eq(path_ext(path), S(".md")))
            file = str_fmt(
                im->a, "%.*s.md",
                STR(path_join(im->a, path_join(im->a, S("content"), dir), path_stem(path))));
        struct item *item = page_add(im, source, file);
        if (!item)
            continue;
        item->url = address(im, path);
        if (!item->has_front)
            read_head(im, item);
        front_rename(item, "template", "layout");
        front_rename(item, "authors", "author");
    }
    return true;
}

static void read_redirects(struct importing *im, const struct yaml_node *maps)
{
    for (size_t i = 0; maps && maps->kind == YAML_MAP && i < maps->count; i++) {
        str to = maps->entries[i].node->text;
        str path = str_cut(&to, '#');
        struct item *item = page_of(im, path);

        if (item)
            front_alias(im, item, address(im, maps->entries[i].key->text), S("/"));
        else
            left_node(im, maps->entries[i].node, "there is no page to redirect to");
    }
}

/* ---- nav ---- */

static value nav_list(struct importing *im, const struct yaml_node *list);

/* A folder's pages, in the order of their names, the folder's own first. */
static value nav_folder(struct importing *im, str folder)
{
    value out = list_new(im->a, 8);
    str inside = path_join(im->a, S("content"), path_normal(im->a, folder));

    for (int own = 1; own >= 0; own--)
        for (size_t i = 0; i < im->count; i++) {
            const struct item *item = im->items[i];
            str stem = path_stem(item->file);
            bool index = str_eq(stem, S("index")) || str_eq(stem, S("README"));

            if (item->page && index == (own == 1) && str_eq(path_dir(item->file), inside))
                list_push(out, value_str(str_from(item->file, sizeof "content/" - 1)));
        }
    return out;
}

static value nav_target(struct importing *im, const struct yaml_node *node)
{
    const struct item *item;

    if (node->kind == YAML_LIST)
        return nav_list(im, node);
    if (str_find(node->text, S("://")) != STR_NONE)
        return value_str(node->text);
    if (str_ends(node->text, S("/")))
        return nav_folder(im, node->text);
    item = page_of(im, node->text);
    if (item)
        return value_str(str_from(item->file, sizeof "content/" - 1));
    left_node(im, node, "there is no page '%.*s'", STR(node->text));
    return value_undefined();
}

static value nav_list(struct importing *im, const struct yaml_node *list)
{
    value out = list_new(im->a, list->count);

    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->entries[i].node;
        bool named = node->kind == YAML_MAP && node->count;
        value target = nav_target(im, named ? node->entries[0].node : node);

        if (value_is_undefined(target))
            continue;
        if (named || list->kind == YAML_MAP) {
            value line = dict_new(im->a, 1);

            dict_set(line, named ? node->entries[0].key->text : list->entries[i].key->text, target);
            list_push(out, line);
        } else if (target.type == VIAL_LIST) {
            for (size_t n = 0; n < list_len(target); n++)
                list_push(out, list_at(target, n));
        } else {
            list_push(out, target);
        }
    }
    return out;
}

/* ---- all of it ---- */

static void read_theme(struct importing *im, const struct yaml_node *theme)
{
    const struct yaml_node *name =
        theme && theme->kind == YAML_MAP ? yaml_get(theme, S("name")) : theme;
    const struct yaml_node *folder = yaml_get(theme, S("custom_dir"));
    const struct yaml_node *language = yaml_get(theme, S("language"));

    if (!language)
        language = yaml_get(theme, S("locale"));
    if (language && language->kind == YAML_STR)
        config_set(im, "language", value_str(language->text));
    config_set(im, "theme", value_str(S("plain")));
    if (name && name->text.len)
        left_node(im, name, "the theme '%.*s' is not taken over; the site wears 'plain'",
                  STR(name->text));
    if (folder)
        left_templates(im, path_normal(im->a, folder->text), "MkDocs' Jinja");
}

static void read_rest(struct importing *im)
{
    static const char *const kept[] = { "repo_url", "repo_name", "edit_uri", "copyright", NULL };
    value params = dict_below(im->a, im->config, "params");
    const struct yaml_node *extra = yaml_get(im->old, S("extra"));

    for (size_t i = 0; i < im->old->count; i++) {
        const struct yaml_entry *entry = &im->old->entries[i];

        if (word_in(entry->key->text, kept))
            dict_set(params, entry->key->text, yaml_value(entry->node, im->a));
        if (!word_in(entry->key->text, silent))
            left_node(im, entry->key, "'%.*s' says nothing here", STR(entry->key->text));
    }
    for (size_t i = 0; extra && extra->kind == YAML_MAP && i < extra->count; i++)
        dict_set(params, extra->entries[i].key->text, yaml_value(extra->entries[i].node, im->a));
    if (!dict_len(params))
        im->config = dict_without(im->a, im->config, S("params"));
}

/* What `parent` says and `child` does not; maps that both have are one. */
static const struct yaml_node *inherited(struct importing *im, const struct yaml_node *child,
                                         const struct yaml_node *parent, int depth)
{
    struct yaml_node *all;

    if (!child)
        return parent;
    if (child->kind != YAML_MAP || parent->kind != YAML_MAP || !depth)
        return child;
    all = arena_make(im->a, struct yaml_node);
    *all = *child;
    all->entries = arena_array(im->a, struct yaml_entry, child->count + parent->count);
    all->count = 0;
    for (size_t i = 0; i < parent->count; i++) {
        struct yaml_entry entry = parent->entries[i];

        entry.node = inherited(im, yaml_get(child, entry.key->text), entry.node, depth - 1);
        all->entries[all->count++] = entry;
    }
    for (size_t i = 0; i < child->count; i++)
        if (!yaml_get(parent, child->entries[i].key->text))
            all->entries[all->count++] = child->entries[i];
    return all;
}

/* `node` with what the file says that it names by INHERIT, which may do the same. */
static const struct yaml_node *with_inherited(struct importing *im, const struct yaml_node *node,
                                              str folder, int depth)
{
    const struct yaml_node *said = yaml_get(node, S("INHERIT")), *parent;
    struct error err = { 0 };

    if (!said || said->kind != YAML_STR || !depth)
        return node;
    str path = path_normal(im->a, path_join(im->a, folder, said->text));
    if (!path_inside(path) || !file_exists(path_join(im->a, im->from, path))) {
        left_node(im, said, "there is no '%.*s' in the site's folder", STR(said->text));
        return node;
    }
    parent = tree_with_tags(im, path, &err);
    if (!parent) {
        left_node(im, said, "%.*s", STR(err.sentence));
        error_free(&err);
        return node;
    }
    return inherited(im, node, with_inherited(im, parent, path_dir(path), depth - 1), IMPORT_DEPTH);
}

static bool read(struct importing *im, struct error *err)
{
    struct mkdocs *own = arena_make(im->a, struct mkdocs);
    const struct yaml_node *node;

    im->own = own;
    im->config_file = file_exists(path_join(im->a, im->from, S("mkdocs.yml"))) ? S("mkdocs.yml")
                                                                               : S("mkdocs.yaml");
    if (!file_exists(path_join(im->a, im->from, im->config_file))) {
        error_set(err, "there is no mkdocs.yml in %.*s", STR(im->from));
        return error_hint(err, "name the folder that mkdocs.yml is in");
    }
    if (!tree_of_config(im, err))
        return false;
    im->old = with_inherited(im, im->old, S(""), IMPORT_DEPTH);
    config_text_key(im, "site_name", "title");
    if ((node = yaml_get(im->old, S("site_url"))))
        config_base_url(im, node->text);
    config_text_key(im, "site_description", "description");
    config_text_key(im, "site_author", "author");
    node = yaml_get(im->old, S("docs_dir"));
    own->docs = path_normal(im->a, node && node->text.len ? node->text : S("docs"));
    node = yaml_get(im->old, S("use_directory_urls"));
    own->ugly = node && node->kind == YAML_BOOL && !node->as.truth;
    read_theme(im, yaml_get(im->old, S("theme")));
    if (!path_inside(own->docs) || !file_is_folder(path_join(im->a, im->from, own->docs)))
        return error_set(err, "the folder of pages, '%.*s', is not in %.*s", STR(own->docs),
                         STR(im->from));
    if (own->ugly)
        config_set(im, "ugly_urls", value_bool(true));
    if (!value_is_undefined(dict_get(im->config, S("base_url"))))
        config_set(im, "sitemap", value_bool(true));
    dict_set(dict_below(im->a, im->config, "markdown"), S("profile"),
             value_str(S("python-markdown")));
    if (!read_pages(im, err))
        return false;
    each_named(im, yaml_get(im->old, S("markdown_extensions")), read_extension);
    each_named(im, yaml_get(im->old, S("plugins")), read_plugin);
    node = yaml_get(im->old, S("nav"));
    if (node && node->kind == YAML_LIST)
        config_set(im, "nav", nav_list(im, node));
    read_rest(im);
    return true;
}

/* ---- texts ---- */

/*
 * --8<-- "docs/a.md:2:5": a path from the project's folder. A file outside of docs/ comes along.
 */
static bool convert_include(struct converting *c)
{
    struct importing *im = c->im;
    str mark = S("--8<-- \""), rest = str_from(c->text, c->at);
    struct item *item;

    if (!str_starts(rest, mark) || (c->at && c->text.p[c->at - 1] == ';'))
        return false;
    str said = str_from(rest, mark.len), more;
    ptrdiff_t end = str_find_char(said, '"');
    if (end == STR_NONE)
        return false;
    more = str_slice(said, 0, (size_t)end);
    str path = path_normal(im->a, str_cut(&more, ':'));
    item = item_of(im, path);
    if (!item && path_inside(path) &&
        file_info(path_join(im->a, im->from, path)).kind == FILE_REGULAR)
        item = item_add(im, path, path, S(""));
    if (!item)
        return false;
    buf_addf(c->out, "%.*s%.*s%s%.*s\"", STR(mark), STR(item->file), more.len ? ":" : "",
             STR(more));
    c->at += mark.len + (size_t)end + 1;
    return true;
}

const struct origin origin_mkdocs = { .name = "mkdocs",
                                      .read = read,
                                      .tag = convert_include,
                                      .tag_in_code = convert_include,
                                      .opens = "-",
                                      .paths = true,
                                      .same_ids = true };
