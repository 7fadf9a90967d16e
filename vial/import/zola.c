/*
 * zola.c - sites of Zola
 *
 *   comes in:  config.toml (or zola.toml), content/, static/, data that templates load
 *   goes out:  nearly the same folders: the two have much in common
 *
 * Shortcodes are called alike in both, so a call stays what it is where vial has a shortcode of its
 * name. Those of the site's own are templates for Tera; they are told, not guessed at.
 */
#include "vial/base/date.h"
#include "vial/import/inside.h"
#include "vial/site/slug.h"

/* ---- configuration ---- */

static const char *const used[] = { "base_url",
                                    "title",
                                    "description",
                                    "default_language",
                                    "theme",
                                    "taxonomies",
                                    "generate_feed",
                                    "generate_feeds",
                                    "feed_filename",
                                    "feed_filenames",
                                    "feed_limit",
                                    "markdown",
                                    "extra",
                                    "languages",
                                    "author",
                                    "build_search_index",
                                    "output_dir",
                                    "generate_sitemap",
                                    "generate_robots_txt",
                                    "compile_sass",
                                    "minify_html",
                                    "search",
                                    "slugify",
                                    "link_checker",
                                    "highlight_code",
                                    "highlight_theme",
                                    "hard_link_static",
                                    NULL };

static void read_taxonomies(struct importing *im, const struct yaml_node *list)
{
    value all = dict_new(im->a, 4);

    for (size_t i = 0; list && list->kind == YAML_LIST && i < list->count; i++) {
        const struct yaml_node *one = list->entries[i].node, *name = yaml_get(one, S("name"));
        const struct yaml_node *by = yaml_get(one, S("paginate_by"));
        value said = dict_new(im->a, 2);

        if (!name || !name->text.len)
            continue;
        map_put(&im->kept, name->text);
        if (by && by->kind == YAML_INT && by->as.number > 0)
            dict_set(said, S("paginate"), value_int(by->as.number));
        dict_set(all, name->text, said);
    }
    if (dict_len(all))
        config_set(im, "taxonomies", all);
}

static void read_feeds(struct importing *im)
{
    const struct yaml_node *limit = yaml_get(im->old, S("feed_limit"));
    value feeds = dict_new(im->a, 2), formats = list_new(im->a, 2);
    const struct yaml_node *names = yaml_get(im->old, S("feed_filenames"));
    const struct yaml_node *name = yaml_get(im->old, S("feed_filename"));

    if (!tree_truth(im->old, "generate_feed") && !tree_truth(im->old, "generate_feeds"))
        return;
    for (size_t i = 0; names && names->kind == YAML_LIST && i < names->count; i++)
        list_push(
            formats,
            value_str(str_eq(names->entries[i].node->text, S("rss.xml")) ? S("rss") : S("atom")));
    if (!list_len(formats))
        list_push(formats,
                  value_str(name && str_eq(name->text, S("rss.xml")) ? S("rss") : S("atom")));
    dict_set(feeds, S("formats"), formats);
    if (limit && limit->kind == YAML_INT && limit->as.number > 0)
        dict_set(feeds, S("limit"), value_int(limit->as.number));
    config_set(im, "feeds", feeds);
}

static void read_markdown(struct importing *im, const struct yaml_node *said)
{
    value out = dict_new(im->a, 4);
    struct buf rel = buf_in(im->a);

    if (tree_truth(said, "smart_punctuation"))
        dict_set(out, S("smart"), value_bool(true));
    if (tree_truth(said, "lazy_async_image"))
        dict_set(out, S("lazy_images"), value_bool(true));
    if (tree_truth(said, "external_links_no_follow"))
        buf_lit(&rel, "nofollow");
    if (tree_truth(said, "external_links_no_referrer"))
        buf_addf(&rel, "%snoreferrer", rel.len ? " " : "");
    if (rel.len)
        dict_set(out, S("external_rel"), value_str(buf_str(&rel)));
    if (tree_truth(said, "render_emoji"))
        dict_set(out, S("emoji"), value_bool(true));
    if (dict_len(out))
        config_set(im, "markdown", out);
}

static void read_languages(struct importing *im, const struct yaml_node *map)
{
    const struct yaml_node *main = yaml_get(im->old, S("default_language"));
    value all = dict_new(im->a, 4);

    if (!map || map->kind != YAML_MAP || !map->count)
        return;
    dict_set(all, main ? main->text : S("en"), dict_new(im->a, 0));
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *one = map->entries[i].node;
        const struct yaml_node *title = yaml_get(one, S("title"));
        const struct yaml_node *text = yaml_get(one, S("description"));
        value said = dict_new(im->a, 2);

        if (title)
            dict_set(said, S("title"), value_str(title->text));
        if (text)
            dict_set(said, S("description"), value_str(text->text));
        dict_set(all, map->entries[i].key->text, said);
        map_put(&im->languages, map->entries[i].key->text);
    }
    config_set(im, "languages", all);
}

static void read_config(struct importing *im)
{
    const struct yaml_node *node;

    config_text_key(im, "title", "title");
    if ((node = yaml_get(im->old, S("base_url"))))
        config_base_url(im, node->text);
    config_text_key(im, "description", "description");
    config_text_key(im, "author", "author");
    config_text_key(im, "default_language", "language");
    config_set(im, "theme", value_str(S("plain")));
    if ((node = yaml_get(im->old, S("theme"))))
        left_node(im, node, "the theme '%.*s' is not taken over; the site wears 'plain'",
                  STR(node->text));
    read_languages(im, yaml_get(im->old, S("languages")));
    read_taxonomies(im, yaml_get(im->old, S("taxonomies")));
    read_markdown(im, yaml_get(im->old, S("markdown")));
    if (!value_is_undefined(dict_get(im->config, S("base_url")))) {
        read_feeds(im);
        if (!yaml_get(im->old, S("generate_sitemap")) || tree_truth(im->old, "generate_sitemap"))
            config_set(im, "sitemap", value_bool(true));
    }
    if (tree_truth(im->old, "build_search_index"))
        config_set(im, "search", value_bool(true));
    if ((node = yaml_get(im->old, S("extra"))) && node->count)
        config_set(im, "params", yaml_value(node, im->a));
    for (size_t i = 0; i < im->old->count; i++)
        if (!word_in(im->old->entries[i].key->text, used))
            left_node(im, im->old->entries[i].key, "'%.*s' says nothing here",
                      STR(im->old->entries[i].key->text));
}

/* ---- pages ---- */

/* Of "blog/2020-01-02-hello" without the date, as Zola's addresses have it: ASCII, one hyphen
 * between words. Letters of other scripts are kept: vial has the last word about them. */
static str slug_part(struct importing *im, str name)
{
    struct date ignored;
    str rest;

    if (date_from_name(name, 0, &ignored, &rest) && rest.len)
        name = rest;
    else if (name.len > 11 && name.p[10] == '_' && date_parse(str_slice(name, 0, 10), 0, &ignored))
        name = str_from(name, 11);
    str slug = slug_of(im->a, name);
    return slug.len ? slug : name;
}

/* Takes the language off "hello.fr". */
static str take_language(struct importing *im, str *stem)
{
    ptrdiff_t dot = str_rfind_char(*stem, '.');
    str code = dot == STR_NONE ? S("") : str_from(*stem, (size_t)dot + 1);

    if (!code.len || !map_find(&im->languages, code))
        return S("");
    *stem = str_slice(*stem, 0, (size_t)dot);
    return code;
}

static str folder_address(struct importing *im, str folder)
{
    struct buf out = buf_in(im->a);

    buf_lit(&out, "/");
    for (str rest = folder; rest.len;) {
        str part = str_cut(&rest, '/');

        buf_addf(&out, "%.*s/", STR(slug_part(im, part)));
    }
    return buf_str(&out);
}

static str address(struct importing *im, const struct item *item, str path)
{
    str stem = path_stem(path), dir = path_dir(path), prefix = S(""), code;
    str own = front_text(item, "path"), slug = front_text(item, "slug");

    code = take_language(im, &stem);
    if (code.len)
        prefix = str_fmt(im->a, "/%.*s", STR(code));
    if (own.len) {
        own = url_joined(im->a, S("/"), own);
        return str_fmt(im->a, "%.*s%.*s%s", STR(prefix), STR(own),
                       str_ends(own, S("/")) || path_ext(own).len ? "" : "/");
    }
    if (str_eq(stem, S("_index")))
        return str_fmt(im->a, "%.*s%.*s", STR(prefix), STR(folder_address(im, dir)));
    if (str_eq(stem, S("index"))) {
        stem = path_name(dir);
        dir = path_dir(dir);
    }
    str last = slug.len ? slug : slug_part(im, stem);
    return str_fmt(im->a, "%.*s%.*s%.*s/", STR(prefix), STR(folder_address(im, dir)), STR(last));
}

static void sort_by(struct importing *im, struct item *item)
{
    str by = front_text(item, "sort_by");

    if (str_eq(by, S("none")) || str_eq(by, S("slug")))
        front_set(item, "sort_by", value_str(S("path")));
    else if (str_eq(by, S("title_bytes")))
        front_set(item, "sort_by", value_str(S("title")));
    else if (str_eq(by, S("update_date")))
        front_set(item, "sort_by", value_str(S("date")));
    else
        return;
    (void)im;
}

static void read_front(struct importing *im, struct item *item)
{
    value taxonomies = front_take(item, "taxonomies"), extra = front_take(item, "extra"), v;
    value key, one;

    for (size_t i = 0; dict_entry(taxonomies, i, &key, &one); i++) {
        map_put(&im->kept, value_text(key));
        dict_set(item->front, value_text(key), one);
    }
    if (extra.type == VIAL_DICT)
        front_set(item, "params", extra);
    front_take(item, "path");
    front_rename(item, "authors", "author");
    front_rename(item, "template", "layout");
    front_rename(item, "page_template", "page_layout");
    sort_by(im, item);
    v = front_take(item, "paginate_by");
    if (v.type == VIAL_INT && v.as.i > 0)
        front_set(item, "paginate", v);
    front_take(item, "insert_anchor_links");
    if (item->keys && tree_truth(item->keys, "draft"))
        front_set(item, "draft", value_bool(true));
    if (item->keys && yaml_get(item->keys, S("render")) && !tree_truth(item->keys, "render"))
        left_node(im, yaml_get(item->keys, S("render")),
                  "'render = false' is not known: it is shown");

    v = front_take(item, "aliases");
    v = texts_of(im->a, v, 0);
    for (size_t i = 0; i < list_len(v); i++)
        front_alias(im, item, value_text(list_at(v, i)), S("/"));
}

static bool read_pages(struct importing *im, struct error *err)
{
    struct file_walk walk;

    if (!file_walk(&walk, path_join(im->a, im->from, S("content")), S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, source = path_join(im->a, S("content"), path);

        if (!is_markdown(path)) {
            str dir = path_dir(path);
            item_add(
                im, source, source,
                str_fmt(im->a, "%.*s%.*s", STR(folder_address(im, dir)), STR(path_name(path))));
            continue;
        }
        struct item *item = page_add(im, source, source);
        if (!item)
            continue;
        item->url = address(im, item, path);
        read_front(im, item);
    }
    return true;
}

static void tell_templates(struct importing *im)
{
    struct file_walk walk;

    left_templates(im, S("templates"), "Tera");
    if (!file_is_folder(path_join(im->a, im->from, S("sass"))) ||
        !file_walk(&walk, path_join(im->a, im->from, S("sass")), S(""), im->a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++)
        left_file(im, path_join(im->a, S("sass"), walk.entries[i].path),
                  "is not compiled: vial has no Sass");
}

static bool read(struct importing *im, struct error *err)
{
    im->config_file =
        file_exists(path_join(im->a, im->from, S("zola.toml"))) ? S("zola.toml") : S("config.toml");
    if (!file_exists(path_join(im->a, im->from, im->config_file)) ||
        !file_is_folder(path_join(im->a, im->from, S("content")))) {
        error_set(err, "there is no config.toml with a content folder in %.*s", STR(im->from));
        return error_hint(err, "name the folder that config.toml is in");
    }
    if (!tree_of_config(im, err))
        return false;
    read_config(im);
    tell_templates(im);
    return read_pages(im, err) && files_add(im, S("static"), S("content"), S("/"), err);
}

/* ---- texts ---- */

/* How long the call is that `rest` begins with, with its braces; its name and arguments. 0: none.
 */
static size_t call_len(str rest, str *name, str *args)
{
    size_t at = 2, from, depth = 0;
    char quote = 0;

    while (at < rest.len && strchr(" \t\n", rest.p[at]))
        at++;
    for (from = at; at < rest.len && (is_alnum(rest.p[at]) || rest.p[at] == '_');)
        at++;
    *name = str_slice(rest, from, at);
    if (!name->len || at == rest.len || rest.p[at] != '(')
        return 0;
    for (from = ++at; at < rest.len; at++) {
        char sign = rest.p[at];

        if (quote)
            quote = sign == quote ? 0 : quote;
        else if (strchr("\"'`", sign))
            quote = sign;
        else if (sign == '(' || sign == '[')
            depth++;
        else if (sign == ']' || (sign == ')' && depth))
            depth -= depth > 0;
        else if (sign == ')')
            break;
    }
    *args = str_slice(rest, from, at);
    for (at++; at < rest.len && strchr(" \t\n", rest.p[at]);)
        at++;
    str close = rest.p[1] == '{' ? S("}}") : S("%}");
    return at < rest.len && str_starts(str_from(rest, at), close) ? at + 2 : 0;
}

/* "{{/" "* x() *" "/}}" is how a call is shown and not made. */
static bool convert_shown(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    bool body = str_starts(rest, S("{%/*"));
    ptrdiff_t end = str_find(rest, body ? S("*/%}") : S("*/}}"));

    if ((!body && !str_starts(rest, S("{{/*"))) || end == STR_NONE)
        return false;
    buf_addf(c->out, "%s%s%.*s%s", c->in_code ? "" : "\\", body ? "{%" : "{{",
             STR(str_slice(rest, 4, (size_t)end)), body ? "%}" : "}}");
    c->at += (size_t)end + 4;
    return true;
}

static bool is_vials(str name)
{
    static const char *const names[] = { "figure", "gallery", "details", "include", "ref", NULL };

    return word_in(name, names);
}

static bool convert_call(struct converting *c)
{
    str rest = str_from(c->text, c->at), name, text;
    struct tag_args args;

    if (convert_shown(c))
        return true;
    if (!str_starts(rest, S("{{")) && !str_starts(rest, S("{%")))
        return false;
    size_t len = call_len(rest, &name, &text);
    if (!len)
        return false;
    tag_read(text, &args, c->im->a);
    if (rest.p[1] == '{' && tag_call(c, name, &args)) {
        c->at += len;
        return true;
    }
    if (!is_vials(name))
        left_here(c, len, "the shortcode '%.*s' is not known here", STR(name));
    if (is_vials(name)) {
        buf_add(c->out, str_slice(rest, 0, len));
        c->at += len;
    } else {
        keep_here(c, len);
    }
    return true;
}

static bool find_target(struct converting *c, str target, struct item **item, str *address)
{
    struct importing *im = c->im;

    if (!str_starts(target, S("@/")))
        return false;
    str more = str_from(target, 2), path = str_cut(&more, '#');
    *item = item_of(im, path_join(im->a, S("content"), path));
    *address = more.len ? str_fmt(im->a, "#%.*s", STR(more)) : S("");
    if (*item)
        return true;
    left_here(c, 0, "there is no '%.*s'", STR(target));
    *address = str_fmt(im->a, "/%.*s", STR(str_from(target, 2)));
    return true;
}

const struct origin origin_zola = { .name = "zola",
                                    .read = read,
                                    .tag = convert_call,
                                    .tag_in_code = convert_shown,
                                    .opens = "{",
                                    .target = find_target };
