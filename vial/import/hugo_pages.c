/*
 * hugo_pages.c - Hugo's pages, and the addresses they had
 *
 *   comes in:  content/, in one language or several
 *   goes out:  the same files, with front matter in vial's words
 */
#include "vial/base/date.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/import/hugo.h"

static bool is_word(uint32_t c)
{
    return c > 127 || is_alnum((int)c) || (c && strchr("-_.+~", (int)c));
}

/* "My Post!" is "my-post" in an address. */
static str part_of(const struct importing *im, str name)
{
    const struct hugo *own = im->own;
    struct buf out = buf_in(im->a);
    bool gap = false;

    for (str rest = name; rest.len;) {
        str before = rest;
        uint32_t c = utf8_next(&rest);

        if (c == ' ' || c == '\t') {
            gap = true;
            continue;
        }
        if (!is_word(c))
            continue;
        if (gap && out.len && out.p[out.len - 1] != '-' && c != '-')
            buf_lit(&out, "-");
        gap = false;
        buf_add(&out, str_slice(before, 0, before.len - rest.len));
    }
    if (own->keep_case)
        return buf_str(&out);
    return unicode_lower(im->a, buf_str(&out));
}

static str parts_of(const struct importing *im, str folder)
{
    struct buf out = buf_in(im->a);

    buf_lit(&out, "/");
    while (folder.len) {
        str part = str_cut(&folder, '/');

        buf_addf(&out, "%.*s/", STR(part_of(im, part)));
    }
    return buf_str(&out);
}

static str first_part(str path)
{
    return str_has(path, '/') ? str_cut(&path, '/') : S("");
}

/* ---- permalinks ---- */

static const struct yaml_node *pattern_for(const struct hugo *own, str section)
{
    const struct yaml_node *page = yaml_get(own->permalinks, S("page"));
    const struct yaml_node *node =
        yaml_get(page && page->kind == YAML_MAP ? page : own->permalinks, section);

    return node && node->kind == YAML_STR ? node : NULL;
}

/* False: there is no such part. */
static bool add_part(struct importing *im, const struct item *item, str logical, str token,
                     struct buf *out)
{
    str stem = path_stem(logical), slug = front_text(item, "slug"),
        title = front_text(item, "title");
    struct date date = { 0 };
    bool dated = front_date(item, &date);
    struct civil day = date_civil(date);

    if (str_eq(stem, S("index")))
        stem = path_name(path_dir(logical));
    if (!dated)
        day = (struct civil){ .year = 1, .month = 1, .day = 1 };
    if (str_eq(token, S("year")))
        buf_addf(out, "%04d", day.year);
    else if (str_eq(token, S("month")))
        buf_addf(out, "%02d", day.month);
    else if (str_eq(token, S("day")))
        buf_addf(out, "%02d", day.day);
    else if (str_eq(token, S("section")))
        buf_add(out, part_of(im, first_part(logical)));
    else if (str_eq(token, S("sections"))) {
        str folder =
            parts_of(im, str_eq(path_stem(logical), S("index")) ? path_dir(path_dir(logical))
                                                                : path_dir(logical));
        buf_add(out, str_slice(folder, 1, folder.len - 1));
    } else if (str_eq(token, S("title")))
        buf_add(out, part_of(im, title));
    else if (str_eq(token, S("slug")))
        buf_add(out, part_of(im, slug.len ? slug : title));
    else if (str_eq(token, S("slugorfilename")) || str_eq(token, S("slugorcontentbasename")))
        buf_add(out, part_of(im, slug.len ? slug : stem));
    else if (str_eq(token, S("filename")) || str_eq(token, S("contentbasename")))
        buf_add(out, part_of(im, stem));
    else
        return false;
    return true;
}

static bool by_pattern(struct importing *im, const struct item *item, str logical, str *url)
{
    struct hugo *own = im->own;
    const struct yaml_node *pattern = pattern_for(own, first_part(logical));
    struct buf out = buf_in(im->a);

    if (!pattern || str_eq(path_stem(logical), S("_index")))
        return false;
    for (size_t at = 0; at < pattern->text.len;) {
        size_t end = at + 1;

        if (pattern->text.p[at] != ':') {
            buf_addc(&out, pattern->text.p[at++]);
            continue;
        }
        while (end < pattern->text.len && is_alpha(pattern->text.p[end]))
            end++;
        if (!add_part(im, item, logical, str_slice(pattern->text, at + 1, end), &out)) {
            left_node(im, pattern, "'%.*s' in an address is not known here",
                      STR(str_slice(pattern->text, at, end)));
            return false;
        }
        at = end;
    }
    *url = url_joined(im->a, S("/"), buf_str(&out));
    if (!str_ends(*url, S("/")) && !path_ext(*url).len)
        *url = str_fmt(im->a, own->ugly ? "%.*s.html" : "%.*s/", STR(*url));
    return true;
}

/* Patterns of vial's own for those that all have their like: so new pages follow them too. */
static void read_permalinks(struct importing *im)
{
    static const struct {
        const char *theirs, *ours;
    } tokens[] = {
        { ":year", "<year>" },
        { ":month", "<month>" },
        { ":day", "<day>" },
        { ":slugorfilename", "<slug>" },
        { ":slugorcontentbasename", "<slug>" },
        { ":filename", "<name>" },
        { ":contentbasename", "<name>" },
        { ":sections", "<section>" },
        { ":section", "<section>" },
        { ":title", "<slug>" },
        { ":slug", "<slug>" },
    };
    struct hugo *own = im->own;
    const struct yaml_node *map = own->permalinks, *page = yaml_get(map, S("page"));
    value all = dict_new(im->a, 2);

    if (page && page->kind == YAML_MAP)
        map = page;
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++) {
        struct buf out = buf_in(im->a);
        str rest = map->entries[i].node->text;

        if (map->entries[i].node->kind != YAML_STR)
            continue;
        while (rest.len) {
            size_t t = 0;

            while (t < sizeof tokens / sizeof *tokens &&
                   !str_starts(rest, str_of(tokens[t].theirs)))
                t++;
            if (t < sizeof tokens / sizeof *tokens) {
                buf_add(&out, str_of(tokens[t].ours));
                rest = str_from(rest, strlen(tokens[t].theirs));
            } else {
                buf_addc(&out, rest.p[0]);
                rest = str_from(rest, 1);
            }
        }
        str pattern = buf_str(&out);
        if (!str_starts(pattern, S("/")))
            pattern = str_fmt(im->a, "/%.*s", STR(pattern));
        if (!str_ends(pattern, S("/")) && !path_ext(pattern).len)
            pattern = str_fmt(im->a, "%.*s/", STR(pattern));
        if (!str_has(pattern, ':') && (str_find(pattern, S("<slug>")) != STR_NONE ||
                                       str_find(pattern, S("<name>")) != STR_NONE))
            dict_set(all, map->entries[i].key->text, value_str(pattern));
    }
    if (dict_len(all))
        config_set(im, "permalinks", all);
}

/* ---- addresses ---- */

static str address(struct importing *im, const struct item *item, str logical, str prefix)
{
    struct hugo *own = im->own;
    str url = front_text(item, "url"), slug = front_text(item, "slug");
    str stem = path_stem(logical), dir = path_dir(logical);

    if (url.len) {
        url = url_joined(im->a, S("/"), url);
        return str_ends(url, S("/")) || path_ext(url).len ? url : str_fmt(im->a, "%.*s/", STR(url));
    }
    if (str_eq(stem, S("_index")))
        return str_fmt(im->a, "%.*s%.*s", STR(prefix), STR(parts_of(im, dir)));
    if (by_pattern(im, item, logical, &url))
        return str_fmt(im->a, "%.*s%.*s", STR(prefix), STR(url));
    if (str_eq(stem, S("index"))) {
        stem = path_name(dir);
        dir = path_dir(dir);
    }
    return str_fmt(im->a, own->ugly ? "%.*s%.*s%.*s.html" : "%.*s%.*s%.*s/", STR(prefix),
                   STR(parts_of(im, dir)), STR(part_of(im, slug.len ? slug : stem)));
}

/* ---- front matter ---- */

static void read_menu(struct importing *im, struct item *item)
{
    value menu = front_take(item, "menus"), key, said, out;

    if (value_is_undefined(menu))
        menu = front_take(item, "menu");
    if (value_is_null(menu))
        return;
    if (menu.type != VIAL_DICT) {
        front_set(item, "menu", menu);
        return;
    }
    out = dict_new(im->a, 2);
    for (size_t i = 0; dict_entry(menu, i, &key, &said); i++) {
        value line = dict_new(im->a, 2), name = dict_get(said, S("name")),
              weight = dict_get(said, S("weight"));

        if (name.type == VIAL_STR)
            dict_set(line, S("title"), name);
        if (weight.type == VIAL_INT)
            dict_set(line, S("weight"), weight);
        if (!value_is_null(dict_get(said, S("parent"))))
            left_place(im, (struct place){ .file = item->source },
                       "its line of the menu '%.*s' is below another: say so under 'menus' in "
                       "vial.yaml",
                       STR(value_text(key)));
        dict_set(out, value_text(key), line);
    }
    front_set(item, "menu", out);
}

static void read_cascade(struct importing *im, struct item *item)
{
    static const char *const same[] = { "type", "layout", "sitemap", "params", "toc", NULL };
    value cascade = front_take(item, "cascade"), out = dict_new(im->a, 2), key, v;

    if (value_is_null(cascade))
        return;
    if (cascade.type == VIAL_LIST && list_len(cascade) == 1)
        cascade = list_at(cascade, 0);
    if (cascade.type != VIAL_DICT || !value_is_undefined(dict_get(cascade, S("_target"))) ||
        !value_is_undefined(dict_get(cascade, S("target")))) {
        left_place(im, (struct place){ .file = item->source },
                   "what its pages inherit under conditions is in params.hugo_cascade now");
        dict_set(dict_below(im->a, item->front, "params"), S("hugo_cascade"), cascade);
        return;
    }
    for (size_t i = 0; dict_entry(cascade, i, &key, &v); i++)
        if (map_find(&im->kept, value_text(key)))
            dict_set(out, value_text(key), texts_of(im->a, v, 0));
        else if (word_in(value_text(key), same))
            dict_set(out, value_text(key), v);
        else
            dict_set(dict_below(im->a, out, "params"), value_text(key), v);
    front_set(item, "cascade", out);
}

static void read_front(struct importing *im, struct item *item)
{
    static const struct {
        const char *theirs, *ours;
    } names[] = {
        { "lastmod", "updated" },
        { "modified", "updated" },
        { "publishDate", "publish_date" },
        { "publishdate", "publish_date" },
        { "expiryDate", "expiry_date" },
        { "expirydate", "expiry_date" },
        { "translationKey", "translation_key" },
        { "images", "image" },
    };
    value v, build;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        front_rename(item, names[i].theirs, names[i].ours);
    v = dict_get(item->front, S("image"));
    if (v.type == VIAL_LIST)
        front_set(item, "image", list_len(v) ? list_at(v, 0) : value_undefined());
    front_take(item, "url"); /* it is in item->url */
    build = front_take(item, "build");
    if (value_is_undefined(build))
        build = front_take(item, "_build");
    v = dict_get(build, S("render"));
    if (front_true(item, "headless") || str_eq(text_of(im->a, v), S("never")) ||
        str_eq(text_of(im->a, v), S("false"))) {
        left_place(im, (struct place){ .file = item->source },
                   "was no page of its own: it is a draft now");
        front_set(item, "draft", value_bool(true));
        front_take(item, "headless");
    }
    if (!value_is_undefined(front_take(item, "outputs")))
        left_place(im, (struct place){ .file = item->source }, "had other outputs than HTML");
    read_menu(im, item);
    read_cascade(im, item);
    str beside = url_key(im->a, item->url);
    v = texts_of(im->a, front_take(item, "aliases"), 0);
    for (size_t i = 0; i < list_len(v); i++)
        front_alias(im, item, value_text(list_at(v, i)), beside);
}

/* ---- files ---- */

/* "posts/a.fr.md" without its language; its prefix. */
static str take_language(struct importing *im, str path, str *prefix)
{
    struct hugo *own = im->own;
    str stem = path_stem(path), ext = path_ext(path);

    for (size_t i = 0; i < own->nlanguages; i++) {
        str end = str_fmt(im->a, ".%.*s", STR(own->languages[i].code));

        if (!str_ends(stem, end))
            continue;
        *prefix = own->languages[i].prefix;
        str name =
            str_fmt(im->a, "%.*s%.*s", STR(str_slice(stem, 0, stem.len - end.len)), STR(ext));
        return path_join(im->a, path_dir(path), name);
    }
    return path;
}

static bool is_other_markup(str path)
{
    static const char *const ends[] = { ".org", ".rst",    ".adoc", ".asciidoc",
                                        ".ad",  ".pandoc", ".pdc",  NULL };
    for (size_t i = 0; ends[i]; i++)
        if (str_ieq(path_ext(path), str_of(ends[i])))
            return true;
    return false;
}

/* A file beside pages is at the address of the bundle it is in. */
static str file_address(struct importing *im, str path, str prefix)
{
    return str_fmt(im->a, "%.*s%.*s%.*s", STR(prefix), STR(parts_of(im, path_dir(path))),
                   STR(path_name(path)));
}

static void read_file(struct importing *im, str folder, str path, str prefix, str into)
{
    str source = path_join(im->a, folder, path), file = path_join(im->a, into, path);
    str ext = path_ext(path), logical;
    struct item *item;

    if (is_other_markup(path)) {
        left_file(im, source, "is written in another language than Markdown: it is left out");
        return;
    }
    if (!is_markdown(path) && !str_ieq(ext, S(".html")) && !str_ieq(ext, S(".htm"))) {
        item_add(im, source, file, file_address(im, path, prefix));
        return;
    }
    logical = take_language(im, path, &prefix);
    if (!str_eq(ext, S(".md")))
        file = str_fmt(im->a, "%.*s.md", STR(str_slice(file, 0, file.len - ext.len)));
    item = page_add(im, source, file);
    if (!item)
        return;
    item->html = !is_markdown(path);
    item->url = address(im, item, logical, prefix);
    item->hint = logical;
    read_front(im, item);
    front_hide_future(im, item, "buildFuture");
}

static bool read_folder(struct importing *im, str folder, str prefix, str into, struct error *err)
{
    struct file_walk walk;

    if (!path_inside(folder))
        return error_set(err, "the folder '%.*s' is not in the site", STR(folder));
    if (!file_walk(&walk, path_join(im->a, im->from, folder), S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        read_file(im, folder, walk.entries[i].path, prefix, into);
    return true;
}

bool hugo_pages(struct importing *im, struct error *err)
{
    struct hugo *own = im->own;
    bool main_read = false;

    read_permalinks(im);
    for (size_t i = 0; i < own->nlanguages; i++) {
        const struct hugo_language *language = &own->languages[i];
        bool main = str_eq(language->code, own->main_language);

        if (!language->folder.len || str_eq(language->folder, own->content))
            continue;
        main_read = main_read || main;
        if (!read_folder(im, language->folder, language->prefix,
                         main ? S("content") : str_fmt(im->a, "content/%.*s", STR(language->code)),
                         err))
            return false;
    }
    return main_read || read_folder(im, own->content, own->main_prefix, S("content"), err);
}

/* ---- references ---- */

static bool is_named(const struct importing *im, const struct item *item, str name)
{
    str logical = item->hint, dir = path_dir(logical), stem = path_stem(logical);

    (void)im;
    if (str_eq(stem, S("index")) || str_eq(stem, S("_index")))
        return str_eq(path_name(dir), name);
    return str_eq(stem, name) || str_eq(path_name(logical), name);
}

static struct item *at_path(const struct importing *im, str path)
{
    static const char *const ends[] = { "", ".md", "/index.md", "/_index.md", ".html" };
    const struct hugo *own = im->own;

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        str whole = path_normal(
            im->a, str_fmt(im->a, "%.*s/%.*s%s", STR(own->content), STR(path), ends[i]));
        struct item *item = item_of(im, whole);

        if (item && item->page)
            return item;
    }
    return NULL;
}

struct item *hugo_find(const struct importing *im, const struct item *from, str ref)
{
    struct item *item = NULL;
    str path = ref;

    while (str_starts(path, S("/")))
        path = str_from(path, 1);
    while (str_ends(path, S("/")))
        path = str_slice(path, 0, path.len - 1);
    if (from && !str_starts(ref, S("/")))
        item = at_path(im, path_join(im->a, path_dir(from->hint), path));
    if (!item && from && str_eq(path_stem(from->hint), S("index")) && !str_starts(ref, S("/")))
        item = at_path(im, path_join(im->a, path_dir(path_dir(from->hint)), path));
    if (!item)
        item = at_path(im, path);
    for (size_t i = 0; !item && path.len && !str_has(path, '/') && i < im->count; i++)
        if (im->items[i]->page && im->items[i]->hint.p && is_named(im, im->items[i], path))
            item = im->items[i];
    return item;
}
