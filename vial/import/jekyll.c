/*
 * jekyll.c - sites of Jekyll
 *
 *   comes in:  _config.yml, _posts/, _drafts/, collections, and every other file
 *   goes out:  posts in content/posts/, collections in content/NAME/, pages where they were
 *
 * Any file with front matter is a page there; any other that no rule leaves out is copied. Liquid
 * in texts is converted as far as it says something fixed (jekyll_text.c); a page that is nothing
 * but a program over other pages is kept as a comment, for vial makes such lists itself.
 */
#include "vial/import/jekyll.h"
#include "vial/base/date.h"

static const char *const used[] = { "title",
                                    "url",
                                    "baseurl",
                                    "description",
                                    "author",
                                    "timezone",
                                    "permalink",
                                    "collections",
                                    "defaults",
                                    "plugins",
                                    "gems",
                                    "exclude",
                                    "include",
                                    "markdown",
                                    "kramdown",
                                    "theme",
                                    "remote_theme",
                                    "lang",
                                    "source",
                                    "destination",
                                    "future",
                                    "show_drafts",
                                    "highlighter",
                                    "paginate",
                                    "paginate_path",
                                    "sass",
                                    "keep_files",
                                    "encoding",
                                    "port",
                                    "host",
                                    "livereload",
                                    "incremental",
                                    "email",
                                    "liquid",
                                    "feed",
                                    "collections_dir",
                                    "excerpt_separator",
                                    "markdown_ext",
                                    "locale",
                                    NULL };

static str text(const struct yaml_node *node)
{
    return node && node->kind != YAML_MAP && node->kind != YAML_LIST && node->kind != YAML_NULL
               ? node->text
               : S("");
}

/* ---- configuration ---- */

static void read_config(struct importing *im, struct jekyll *own)
{
    static const char *const needless[] = { "jekyll-feed",
                                            "jekyll-sitemap",
                                            "jekyll-seo-tag",
                                            "jekyll-redirect-from",
                                            "jekyll-relative-links",
                                            "jekyll-paginate",
                                            "jekyll-titles-from-headings",
                                            "jekyll-optional-front-matter",
                                            "jekyll-readme-index",
                                            "jekyll-mentions",
                                            NULL };
    const struct yaml_node *plugins = yaml_get(im->old, S("plugins")), *node;
    bool posts = file_is_folder(path_join(im->a, im->from, S("_posts")));
    value params = dict_new(im->a, 4);
    str url = text(yaml_get(im->old, S("url"))), base = text(yaml_get(im->old, S("baseurl")));

    config_text_key(im, "title", "title");
    if (value_is_undefined(dict_get(im->config, S("title"))))
        config_set(im, "title", value_str(S("Site")));
    config_base_url(im, str_fmt(im->a, "%.*s%.*s", STR(url), STR(base)));
    config_text_key(im, "description", "description");
    node = yaml_get(im->old, S("author"));
    if (node && node->kind == YAML_MAP && text(yaml_get(node, S("name"))).len)
        config_set(im, "author", value_str(text(yaml_get(node, S("name")))));
    else
        config_text_key(im, "author", "author");
    config_text_key(im, "lang", "language");
    config_text_key(im, "timezone", "timezone");
    config_set(im, "theme", value_str(posts ? S("blog") : S("plain")));
    if (!plugins)
        plugins = yaml_get(im->old, S("gems"));
    for (size_t i = 0; plugins && i < plugins->count; i++) {
        const struct yaml_node *one = plugins->entries[i].node;

        if (!word_in(text(one), needless))
            left_node(im, one, "the plugin '%.*s' is not known here", STR(text(one)));
    }
    if (!value_is_undefined(dict_get(im->config, S("base_url")))) {
        config_set(im, "feeds", value_str(S("atom")));
        config_set(im, "sitemap", value_bool(true));
        left_file(im, im->config_file, "where a feed was at /feed.xml, it is at /atom.xml now");
    }
    node = yaml_get(im->old, S("theme"));
    if (!node)
        node = yaml_get(im->old, S("remote_theme"));
    if (node)
        left_node(im, node, "the theme is not taken over; the site wears '%s'",
                  posts ? "blog" : "plain");
    for (size_t i = 0; i < im->old->count; i++)
        if (!word_in(im->old->entries[i].key->text, used))
            dict_set(params, im->old->entries[i].key->text,
                     yaml_value(im->old->entries[i].node, im->a));
    if (dict_len(params))
        config_set(im, "params", params);
    own->permalink = yaml_get(im->old, S("permalink"));
    own->collections = yaml_get(im->old, S("collections"));
    own->defaults = yaml_get(im->old, S("defaults"));
}

/* ---- addresses ---- */

/* "My Post_1" is "my-post_1". */
static str slugified(struct importing *im, str name, bool lower)
{
    struct buf out = buf_in(im->a);

    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];

        if (is_alnum(c) || (c & 0x80))
            buf_addc(&out, lower ? to_lower(c) : c);
        else if (out.len && out.p[out.len - 1] != '-')
            buf_lit(&out, "-");
    }
    while (out.len && out.p[out.len - 1] == '-')
        out.len--;
    return buf_str(&out);
}

static str categories_path(struct importing *im, const struct item *item)
{
    value list = texts_of(im->a, dict_get(item->front, S("categories")), ' ');
    struct buf out = buf_in(im->a);

    for (size_t i = 0; i < list_len(list); i++)
        buf_addf(&out, "%s%.*s", i ? "/" : "", STR(str_lower(im->a, value_text(list_at(list, i)))));
    return buf_str(&out);
}

static const char *named_pattern(str name, bool dated)
{
    static const struct {
        const char *name, *post, *page;
    } styles[] = {
        { "date", "/:categories/:year/:month/:day/:title:output_ext",
          "/:path/:basename:output_ext" },
        { "pretty", "/:categories/:year/:month/:day/:title/", "/:path/:basename/" },
        { "ordinal", "/:categories/:year/:y_day/:title:output_ext", "/:path/:basename:output_ext" },
        { "none", "/:categories/:title:output_ext", "/:path/:basename:output_ext" },
    };

    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (str_eq(name, str_of(styles[i].name)))
            return dated ? styles[i].post : styles[i].page;
    return NULL;
}

static void add_part(struct importing *im, const struct item *item, str token, str path,
                     str collection, struct buf *out)
{
    struct date date = { 0 }, named;
    str stem = path_stem(path), rest, slug = front_text(item, "slug");
    struct civil day;

    front_date(item, &date);
    day = date_civil(date);
    if (date_from_name(stem, 0, &named, &rest) && rest.len)
        stem = rest;
    if (str_eq(token, S("year")))
        buf_addf(out, "%04d", day.year);
    else if (str_eq(token, S("month")))
        buf_addf(out, "%02d", day.month);
    else if (str_eq(token, S("i_month")))
        buf_addf(out, "%d", day.month);
    else if (str_eq(token, S("day")))
        buf_addf(out, "%02d", day.day);
    else if (str_eq(token, S("i_day")))
        buf_addf(out, "%d", day.day);
    else if (str_eq(token, S("short_year")))
        buf_addf(out, "%02d", day.year % 100);
    else if (str_eq(token, S("y_day")))
        buf_addf(out, "%03d", day.yearday);
    else if (str_eq(token, S("categories")))
        buf_add(out, categories_path(im, item));
    else if (str_eq(token, S("title")))
        buf_add(out, slug.len ? slug : slugified(im, stem, false));
    else if (str_eq(token, S("slug")))
        buf_add(out, slug.len ? slug : slugified(im, stem, true));
    else if (str_eq(token, S("name")) || str_eq(token, S("basename")))
        buf_add(out, stem);
    else if (str_eq(token, S("path")))
        buf_add(out, collection.len ? path_join(im->a, path_dir(path), stem) : path_dir(path));
    else if (str_eq(token, S("collection")))
        buf_add(out, collection);
    else if (str_eq(token, S("output_ext")))
        buf_lit(out, ".html");
    else
        left_file(im, item->source, "':%.*s' in its address is not known here", STR(token));
}

static str jekyll_address(struct importing *im, const struct item *item, str pattern, str path,
                          str collection)
{
    struct buf out = buf_in(im->a);

    for (size_t at = 0; at < pattern.len;) {
        size_t end = at + 1;

        if (pattern.p[at] != ':') {
            buf_addc(&out, pattern.p[at++]);
            continue;
        }
        while (end < pattern.len && (is_alpha(pattern.p[end]) || pattern.p[end] == '_'))
            end++;
        add_part(im, item, str_slice(pattern, at + 1, end), path, collection, &out);
        at = end;
    }
    str url = url_joined(im->a, S("/"), buf_str(&out));
    if (str_ends(url, S("/index.html")))
        url = str_slice(url, 0, url.len - sizeof "index.html" + 1);
    if (!str_ends(url, S("/")) && !path_ext(url).len)
        url = str_fmt(im->a, "%.*s.html", STR(url));
    return url;
}

/* ---- front matter ---- */

/* What _config.yml says for files in a folder, or of a kind; the longest path comes first. */
static void apply_defaults(struct importing *im, struct item *item, const char *kind)
{
    const struct jekyll *own = im->own;

    for (size_t i = own->defaults && own->defaults->kind == YAML_LIST ? own->defaults->count : 0;
         i-- > 0;) {
        const struct yaml_node *one = own->defaults->entries[i].node;
        const struct yaml_node *scope = yaml_get(one, S("scope"));
        const struct yaml_node *values = yaml_get(one, S("values"));
        str path = text(yaml_get(scope, S("path"))), type = text(yaml_get(scope, S("type")));

        if ((type.len && !str_eq(type, str_of(kind))) ||
            (path.len && !str_starts(item->source, path)))
            continue;
        for (size_t n = 0; values && values->kind == YAML_MAP && n < values->count; n++) {
            str key = values->entries[n].key->text;

            if (value_is_undefined(dict_get(item->front, key)))
                dict_set(item->front, key, yaml_value(values->entries[n].node, im->a));
        }
    }
}

static void read_front(struct importing *im, struct item *item)
{
    value v;

    front_rename(item, "last_modified_at", "updated");
    front_rename(item, "tag", "tags");
    front_rename(item, "category", "categories");
    front_rename(item, "excerpt", "summary");
    v = front_take(item, "published");
    if (v.type == VIAL_BOOL && !v.as.b)
        front_set(item, "draft", value_bool(true));
    v = dict_get(item->front, S("tags"));
    if (!value_is_null(v))
        front_set(item, "tags", texts_of(im->a, v, str_has(text_of(im->a, v), ',') ? ',' : ' '));
    v = dict_get(item->front, S("categories"));
    if (!value_is_null(v))
        front_set(item, "categories", texts_of(im->a, v, ' '));
    v = texts_of(im->a, front_take(item, "redirect_from"), 0);
    for (size_t i = 0; i < list_len(v); i++)
        front_alias(im, item, value_text(list_at(v, i)), S("/"));
    if (!value_is_null(v = front_take(item, "redirect_to"))) {
        left_file(im, item->source, "led elsewhere: see params.redirect_to");
        dict_set(dict_below(im->a, item->front, "params"), S("redirect_to"), v);
    }
    front_take(item, "permalink");
}

/* A text that is a program: loops over what other pages say. */
static bool is_program(str body)
{
    return str_find(body, S("{% for ")) != STR_NONE || str_find(body, S("{%- for ")) != STR_NONE ||
           str_find(body, S("paginator.")) != STR_NONE;
}

/* ---- pages ---- */

static struct item *add_page(struct importing *im, str source, str file, str path, const char *kind,
                             str collection, str pattern)
{
    struct item *item = page_add(im, source, file);
    str own;
    struct date ignored;
    str rest;

    if (!item)
        return NULL;
    item->html = !is_markdown(source);
    item->hint = collection;
    apply_defaults(im, item, kind);
    front_rename(item, "category", "categories");
    if (value_is_undefined(dict_get(item->front, S("date"))) &&
        date_from_name(path_stem(path), 0, &ignored, &rest))
        front_set(item, "date", value_str(str_slice(path_stem(path), 0, 10)));
    own = front_text(item, "permalink");
    if (own.len && named_pattern(own, collection.len > 0))
        own = str_of(named_pattern(own, collection.len > 0));
    item->url = jekyll_address(im, item, own.len ? own : pattern, path, collection);
    read_front(im, item);
    item->listing = item->html && is_program(item->body);
    return item;
}

static str as_markdown(struct importing *im, str path)
{
    return str_fmt(im->a, "%.*s.md", STR(str_slice(path, 0, path.len - path_ext(path).len)));
}

static bool is_texts(str path)
{
    return is_markdown(path) || str_ieq(path_ext(path), S(".html")) ||
           str_ieq(path_ext(path), S(".htm"));
}

/* "_posts/", "cooking/_posts/": the folders above it are categories. */
static void add_post(struct importing *im, str source, bool draft)
{
    const struct jekyll *own = im->own;
    str style = text(own->permalink), name = path_name(source), above = S(""), part;
    struct item *item;
    ptrdiff_t at = str_find(source, draft ? S("_drafts/") : S("_posts/"));
    str inside = str_from(source, (size_t)at + (draft ? 8 : 7));

    if (at > 0)
        above = str_slice(source, 0, (size_t)at - 1);
    if (named_pattern(style, true))
        style = str_of(named_pattern(style, true));
    else if (!style.len)
        style = str_of(named_pattern(S("date"), true));
    item = page_add(im, source, path_join(im->a, S("content/posts"), as_markdown(im, inside)));
    if (!item)
        return;
    item->html = !is_markdown(source);
    item->hint = S("posts");
    apply_defaults(im, item, draft ? "drafts" : "posts");
    apply_defaults(im, item, "posts");
    struct date day;
    if (value_is_undefined(dict_get(item->front, S("date"))) &&
        date_from_name(path_stem(name), 0, &day, &part))
        front_set(item, "date", value_str(str_slice(name, 0, 10)));
    str permalink = front_text(item, "permalink");
    if (named_pattern(permalink, true))
        permalink = str_of(named_pattern(permalink, true));
    read_front(im, item);
    front_hide_future(im, item, "future");
    if (above.len) {
        value list = texts_of(im->a, dict_get(item->front, S("categories")), 0);
        value all = list_new(im->a, 4);

        for (str folders = above; folders.len;)
            list_push(all, value_str(str_cut(&folders, '/')));
        for (size_t i = 0; i < list_len(list); i++)
            list_push(all, list_at(list, i));
        front_set(item, "categories", all);
    }
    if (draft)
        front_set(item, "draft", value_bool(true));
    if (!draft || permalink.len)
        item->url = jekyll_address(im, item, permalink.len ? permalink : style, name, S("posts"));
}

/* A file in a folder "_NAME" that is a collection. */
static void add_member(struct importing *im, str source, str name)
{
    const struct jekyll *own = im->own;
    const struct yaml_node *said = yaml_get(own->collections, name);
    const struct yaml_node *output = yaml_get(said, S("output"));
    str path = str_from(source, name.len + 2), pattern = text(yaml_get(said, S("permalink")));
    str style = text(own->permalink);
    bool shown = output && output->kind == YAML_BOOL && output->as.truth;
    struct item *item;

    if (!pattern.len)
        pattern = str_eq(style, S("pretty")) ? S("/:collection/:path/")
                                             : S("/:collection/:path:output_ext");
    if (!is_texts(source)) {
        if (shown)
            item_add(im, source, str_fmt(im->a, "content/%.*s/%.*s", STR(name), STR(path)),
                     str_fmt(im->a, "/%.*s/%.*s", STR(name), STR(path)));
        return;
    }
    item = add_page(im, source,
                    str_fmt(im->a, "content/%.*s/%.*s", STR(name), STR(as_markdown(im, path))),
                    path, path_cstr(im->a, name), name, pattern);
    if (!item || shown)
        return;
    item->url = S("");
    front_set(item, "draft", value_bool(true));
    left_file(im, source, "had no page of its own, in a collection without output: it is a draft");
}

static bool has_front(struct importing *im, str source)
{
    str text = { 0 };

    return file_read(&text, path_join(im->a, im->from, source), IMPORT_TEXT, NULL, im->a, NULL) &&
           (str_starts(text, S("---\n")) || str_starts(text, S("---\r\n")) ||
            str_starts(text, S("\xEF\xBB\xBF---")));
}

static void add_file(struct importing *im, str source)
{
    const struct jekyll *own = im->own;
    str file = path_join(im->a, S("content"), source);
    str style = text(own->permalink);
    bool texts = is_texts(source);

    if (!texts && str_eq(path_ext(source), S(".scss"))) {
        left_file(im, source, "is not compiled: vial has no Sass");
        return;
    }
    if (!has_front(im, source)) {
        if (is_markdown(source))
            left_file(im, source,
                      "has no front matter and was published as it is; vial would make "
                      "a page of it");
        else
            item_add(im, source, file, str_fmt(im->a, "/%.*s", STR(source)));
        return;
    }
    if (!texts) {
        left_file(im, source, "is made by Liquid: it is left out");
        return;
    }
    const char *pattern = named_pattern(style.len ? style : S("date"), false);
    if (!pattern)
        pattern = str_ends(style, S("/")) ? "/:path/:basename/" : "/:path/:basename:output_ext";
    if (str_eq(path_stem(source), S("404")))
        pattern = "/:path/:basename:output_ext";
    str to = as_markdown(im, file);
    if (str_eq(path_stem(source), S("index")))
        to = path_join(im->a, path_dir(file), S("_index.md"));
    struct item *item = add_page(im, source, to, source, "pages", S(""), str_of(pattern));
    if (item && str_eq(path_stem(source), S("index")) && !front_text(item, "permalink").len &&
        !str_ends(item->url, S("/")))
        item->url = url_joined(im->a, S("/"), str_fmt(im->a, "%.*s/", STR(path_dir(source))));
}

/* ---- all files ---- */

static bool is_excluded(struct importing *im, str path)
{
    static const char *const usual[] = { "Gemfile",  "Gemfile.lock", "node_modules",      "vendor",
                                         "Rakefile", "package.json", "package-lock.json", NULL };
    const struct yaml_node *list = yaml_get(im->old, S("exclude"));
    str rest = path, first = str_cut(&rest, '/');

    if (word_in(first, usual) || str_ends(path, S(".gemspec")))
        return true;
    for (size_t i = 0; list && list->kind == YAML_LIST && i < list->count; i++) {
        str one = text(list->entries[i].node);

        while (str_starts(one, S("/")))
            one = str_from(one, 1);
        while (str_ends(one, S("/")) || str_ends(one, S("*")))
            one = str_slice(one, 0, one.len - 1);
        if (one.len && path_lies_in(path, one))
            return true;
    }
    return false;
}

static void add_any(struct importing *im, str path)
{
    const struct jekyll *own = im->own;
    str rest = path, first = str_cut(&rest, '/'), inside = path;
    bool posts = str_starts(path, S("_posts/")) || str_find(path, S("/_posts/")) != STR_NONE;
    bool drafts = str_starts(path, S("_drafts/")) || str_find(path, S("/_drafts/")) != STR_NONE;

    if (posts || drafts) {
        if (is_texts(path))
            add_post(im, path, drafts);
        else
            left_file(im, path, "lies among posts and is none");
    } else if (str_starts(path, S("_data/"))) {
        item_add(im, path, str_from(path, 1), S(""));
    } else if (str_starts(first, S("_")) && yaml_get(own->collections, str_from(first, 1))) {
        add_member(im, path, str_from(first, 1));
    } else if (str_starts(path, S("_layouts/")) || str_starts(path, S("_includes/"))) {
        left_template(im, path, path, "Liquid");
    } else {
        while (inside.len) {
            str part = str_cut(&inside, '/');

            if (str_starts(part, S("_")) || str_starts(part, S("#"))) {
                if (!str_eq(path, im->config_file) && !str_starts(path, S("_site/")))
                    left_file(im, path, "lies in a folder for Jekyll alone: it is left out");
                return;
            }
        }
        add_file(im, path);
    }
}

static bool read(struct importing *im, struct error *err)
{
    struct jekyll *own = arena_make(im->a, struct jekyll);
    struct file_walk walk;

    im->own = own;
    im->config_file = S("_config.yml");
    if (!file_exists(path_join(im->a, im->from, im->config_file))) {
        error_set(err, "there is no _config.yml in %.*s", STR(im->from));
        return error_hint(err, "name the folder that it is in");
    }
    if (!tree_of_config(im, err))
        return false;
    map_put(&im->kept, S("tags"));
    map_put(&im->kept, S("categories"));
    read_config(im, own);
    if (!file_walk(&walk, im->from, S("_site"), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        if (!is_excluded(im, walk.entries[i].path) &&
            !str_eq(walk.entries[i].path, im->config_file))
            add_any(im, walk.entries[i].path);
    return true;
}

/* A link may be a file's path, for which a plugin of Jekyll finds the address. */
const struct origin origin_jekyll = {
    .name = "jekyll", .read = read, .tag = jekyll_tag, .tag_in_code = jekyll_tag, .opens = "{*"
};
