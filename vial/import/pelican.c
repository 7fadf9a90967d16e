/*
 * pelican.c - sites of Pelican
 *
 *   comes in:  pelicanconf.py and content/, whose files begin with lines "Title: ..."
 *   goes out:  the same files with front matter; categories, tags and authors at their addresses
 *
 * reStructuredText becomes Markdown (rst.c).
 */
#include "vial/import/pelican.h"
#include "vial/base/date.h"
#include "vial/import/rst.h"
#include "vial/site/slug.h"

struct pelican {
    value settings;
    str content, category; /* the folder; what has none is in this one */
    value pages, articles; /* folders, below content                  */
    bool folders;          /* a folder is a category                  */
    struct map terms;      /* of taxonomies: "tags/linux"             */
};

static str setting(const struct importing *im, const char *name, str usual)
{
    const struct pelican *own = im->own;
    value v = dict_get(own->settings, str_of(name));

    return v.type == VIAL_STR ? value_text(v) : usual;
}

static value setting_list(const struct importing *im, const char *name, const char *usual)
{
    const struct pelican *own = im->own;
    value v = dict_get(own->settings, str_of(name));

    if (value_is_undefined(v))
        return texts_of(im->a, value_str(str_of(usual)), 0);
    return texts_of(im->a, v, 0);
}

/* ---- addresses ---- */

/* Pelican's slug: letters are made ASCII ones there; here other scripts keep theirs. */
static str slugged(struct importing *im, str text)
{
    struct buf out = buf_in(im->a);
    str whole = str_lower(im->a, text);

    for (size_t i = 0; i < whole.len; i++) {
        char c = whole.p[i];

        if (is_alnum(c) || c == '_' || (c & 0x80))
            buf_addc(&out, c);
        else if ((is_space(c) || c == '-') && out.len && out.p[out.len - 1] != '-')
            buf_lit(&out, "-");
    }
    while (out.len && out.p[out.len - 1] == '-')
        out.len--;
    return buf_str(&out);
}

static bool add_part(struct importing *im, const struct item *item, str part, struct buf *out)
{
    struct date date = { 0 };
    str format = part, name = str_cut(&format, ':');
    char text[64];

    front_date(item, &date);
    struct civil day = date_civil(date);
    if (str_eq(name, S("slug")))
        buf_add(out, front_text(item, "slug"));
    else if (str_eq(name, S("category")))
        buf_add(out, slugged(im, value_text(list_at(dict_get(item->front, S("categories")), 0))));
    else if (str_eq(name, S("lang")))
        buf_add(out, front_text(item, "lang"));
    else if (str_eq(name, S("date"))) {
        struct tm tm = { .tm_year = day.year - 1900,
                         .tm_mon = day.month - 1,
                         .tm_mday = day.day,
                         .tm_hour = day.hour,
                         .tm_min = day.minute };

        if (!format.len)
            format = S("%Y-%m-%d");
        buf_add(out, str_n(text, strftime(text, sizeof text, str_cstr(im->a, format), &tm)));
    } else
        return false;
    return true;
}

/* "{date:%Y}/{slug}.html" as an address. */
static str filled(struct importing *im, const struct item *item, str pattern)
{
    struct buf out = buf_in(im->a);

    while (pattern.len) {
        ptrdiff_t end = pattern.p[0] == '{' ? str_find_char(pattern, '}') : STR_NONE;

        if (end == STR_NONE) {
            buf_addc(&out, pattern.p[0]);
            pattern = str_from(pattern, 1);
            continue;
        }
        if (!add_part(im, item, str_slice(pattern, 1, (size_t)end), &out))
            left_file(im, item->source, "'%.*s' in its address is not known here",
                      STR(str_slice(pattern, 0, (size_t)end + 1)));
        pattern = str_from(pattern, (size_t)end + 1);
    }
    str url = url_joined(im->a, S("/"), buf_str(&out));
    return str_ends(url, S("/index.html")) ? str_slice(url, 0, url.len - sizeof "index.html" + 1)
                                           : url;
}

/* The files's name decides, where it is not the address's. */
static str pattern_of(struct importing *im, const char *kind, const char *usual)
{
    str save = setting(im, path_cstr(im->a, str_fmt(im->a, "%s_SAVE_AS", kind)), S(""));
    str url = setting(im, path_cstr(im->a, str_fmt(im->a, "%s_URL", kind)), str_of(usual));

    return save.len ? save : url;
}

/* ---- metadata ---- */

/* "Title: x" lines, with further lines of a value indented, up to an empty line. */
static void read_head(struct importing *im, struct item *item)
{
    str rest = item->body, line, name = S("");
    str before = rest;

    if (str_starts(rest, S("\xEF\xBB\xBF")))
        before = rest = str_from(rest, 3);
    while (str_line(&rest, &line) && str_trim(line).len) {
        str behind = line, key = str_cut(&behind, ':');
        bool word = key.len > 0 && key.len < line.len;

        for (size_t i = 0; i < key.len; i++)
            word = word && (is_alnum(key.p[i]) || strchr("_-", key.p[i]));
        if (is_space(line.p[0]) && name.len) {
            str whole = text_of(im->a, dict_get(item->front, name));

            dict_set(item->front, name,
                     value_str(str_fmt(im->a, "%.*s %.*s", STR(whole), STR(str_trim(line)))));
        } else if (word) {
            name = str_copy(im->a, str_lower(im->a, key));
            dict_set(item->front, name, value_str(str_trim(behind)));
        } else {
            rest = before; /* no metadata, but the text's first line */
            break;
        }
        before = rest;
    }
    item->body = rest;
}

/* <meta name="date" content="..."> and <title>, then the body's inside. */
static void read_html_head(struct importing *im, struct item *item)
{
    str text = item->body;
    ptrdiff_t at, end;

    if ((at = str_find(text, S("<title>"))) != STR_NONE &&
        (end = str_find(text, S("</title>"))) != STR_NONE && end > at)
        front_set(item, "title", value_str(str_trim(str_slice(text, (size_t)at + 7, (size_t)end))));
    for (str rest = text; (at = str_find(rest, S("<meta "))) != STR_NONE;) {
        struct tag_args args;

        rest = str_from(rest, (size_t)at + 6);
        end = str_find_char(rest, '>');
        if (end == STR_NONE)
            break;
        str inside = str_slice(rest, 0, (size_t)end);
        while (str_ends(inside, S("/")))
            inside = str_slice(inside, 0, inside.len - 1);
        tag_read(inside, &args, im->a);
        str name = str_lower(im->a, tag_named(&args, "name"));
        if (name.len && tag_named(&args, "content").len)
            dict_set(item->front, name, value_str(tag_named(&args, "content")));
    }
    if ((at = str_find(text, S("<body>"))) != STR_NONE)
        item->body = str_from(text, (size_t)at + 6);
    if ((end = str_find(item->body, S("</body>"))) != STR_NONE)
        item->body = str_slice(item->body, 0, (size_t)end);
}

static void note_terms(struct importing *im, const char *taxonomy, value list)
{
    struct pelican *own = im->own;

    for (size_t i = 0; i < list_len(list); i++) {
        str term = value_text(list_at(list, i));
        str key = str_fmt(im->a, "%s/%.*s", taxonomy, STR(slugged(im, term)));

        if (!map_find(&own->terms, key))
            map_put(&own->terms, key)->data = (void *)str_cstr(im->a, term);
    }
}

static void read_front(struct importing *im, struct item *item, bool article)
{
    struct pelican *own = im->own;
    str status = front_text(item, "status"), dir = path_dir(item->source);
    value v, authors;

    front_rename(item, "modified", "updated");
    front_rename(item, "category", "categories");
    front_take(item, "status");
    if (str_ieq(status, S("draft")))
        front_set(item, "draft", value_bool(true));
    else if (str_ieq(status, S("hidden")))
        front_set(item, "sitemap", value_bool(false));
    v = texts_of(im->a, dict_get(item->front, S("categories")), 0);
    if (article && !list_len(v)) {
        str name = path_name(dir);
        bool folder = own->folders && !str_eq(dir, own->content);

        v = texts_of(im->a, value_str(folder ? name : own->category), 0);
    }
    front_set(item, "categories", list_len(v) ? v : value_undefined());
    if (article)
        note_terms(im, "categories", v);
    v = dict_get(item->front, S("tags"));
    v = texts_of(im->a, v, str_has(text_of(im->a, v), ';') ? ';' : ',');
    front_set(item, "tags", list_len(v) ? v : value_undefined());
    if (article)
        note_terms(im, "tags", v);
    v = dict_get(item->front, S("keywords"));
    if (v.type == VIAL_STR)
        front_set(item, "keywords", texts_of(im->a, v, ','));
    authors = front_take(item, "authors");
    if (value_is_null(authors))
        authors = front_take(item, "author");
    authors = texts_of(im->a, authors, str_has(text_of(im->a, authors), ';') ? ';' : ',');
    if (!list_len(authors) && article)
        authors = texts_of(im->a, value_str(setting(im, "AUTHOR", S(""))), 0);
    if (list_len(authors))
        front_set(item, "authors", authors);
    if (article)
        note_terms(im, "authors", authors);
}

/* The date and the slug of "2012-11-30_filename-metadata", as FILENAME_METADATA is at first. */
static void read_name(struct importing *im, struct item *item)
{
    str stem = path_stem(item->source), rest;
    struct date date;

    if (value_is_undefined(dict_get(item->front, S("date"))) && stem.len >= 10 &&
        date_parse(str_slice(stem, 0, 10), 0, &date))
        front_set(item, "date", value_str(str_slice(stem, 0, 10)));
    if (front_text(item, "slug").len)
        return;
    rest = front_text(item, "title");
    if (str_eq(setting(im, "SLUGIFY_SOURCE", S("title")), S("basename")) || !rest.len)
        rest = stem;
    front_set(item, "slug", value_str(slugged(im, rest)));
}

/* ---- files ---- */

static bool lies_below(str path, value folders)
{
    for (size_t i = 0; i < list_len(folders); i++) {
        str folder = value_text(list_at(folders, i));

        if (!folder.len || path_below(path, folder).p)
            return true;
    }
    return false;
}

/* "Title:" is "title:" to Pelican. */
static void small_keys(struct importing *im, struct item *item)
{
    value out = dict_new(im->a, 8), key, v;

    for (size_t i = 0; dict_entry(item->front, i, &key, &v); i++)
        dict_set(out, str_copy(im->a, str_lower(im->a, value_text(key))), v);
    item->front = out;
}

/* A text in reStructuredText, which is Markdown from here on. */
static struct item *add_rst(struct importing *im, str source, str file)
{
    struct item *item = item_add(im, source, file, S(""));

    if (!item)
        return NULL;
    item->page = true;
    item->front = dict_new(im->a, 8);
    if (read_old(im, source, &item->text))
        item->body = rst_convert(im, item);
    return item;
}

static void add_page(struct importing *im, str path)
{
    struct pelican *own = im->own;
    str source = path_join(im->a, own->content, path);
    bool html = !is_markdown(path), paged = lies_below(path, own->pages);
    bool article = !paged && (!list_len(own->articles) || lies_below(path, own->articles));
    str file =
        str_fmt(im->a, "content/%.*s.md", STR(str_slice(path, 0, path.len - path_ext(path).len)));
    struct item *item;

    if (!paged && !article) {
        left_file(im, source, "lies neither among articles nor among pages");
        return;
    }
    if (str_ieq(path_ext(path), S(".rst"))) {
        html = false;
        item = add_rst(im, source, file);
    } else {
        item = page_add(im, source, file);
    }
    if (!item)
        return;
    small_keys(im, item);
    item->html = html;
    item->hint = paged ? S("page") : S("article");
    if (html)
        read_html_head(im, item);
    else if (!item->has_front && item->body.p == item->text.p)
        read_head(im, item);
    read_front(im, item, article);
    read_name(im, item);
    str url =
        front_text(item, "save_as").len ? front_text(item, "save_as") : front_text(item, "url");
    bool translated = front_text(item, "lang").len &&
                      !str_eq(front_text(item, "lang"), setting(im, "DEFAULT_LANG", S("en")));
    const char *kind =
        paged ? (translated ? "PAGE_LANG" : "PAGE") : (translated ? "ARTICLE_LANG" : "ARTICLE");
    const char *usual = paged ? (translated ? "pages/{slug}-{lang}.html" : "pages/{slug}.html")
                              : (translated ? "{slug}-{lang}.html" : "{slug}.html");
    item->url = filled(im, item, url.len ? url : pattern_of(im, kind, usual));
    front_take(item, "save_as");
    front_take(item, "url");
    if (front_true(item, "draft"))
        item->url = S("");
    if (translated)
        front_rename(item, "lang", "lang");
}

static bool read_pages(struct importing *im, struct error *err)
{
    struct pelican *own = im->own;
    value statics = setting_list(im, "STATIC_PATHS", "images");
    struct file_walk walk;

    if (!file_walk(&walk, path_join(im->a, im->from, own->content), S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, source = path_join(im->a, own->content, path);
        str ext = path_ext(path);
        bool html = str_ieq(ext, S(".html")) || str_ieq(ext, S(".htm"));

        if (is_markdown(path) || html || str_ieq(ext, S(".rst")))
            add_page(im, path);
        else {
            value extra = dict_get(dict_get(own->settings, S("EXTRA_PATH_METADATA")), path);
            str to = text_of(im->a, dict_get(extra, S("path")));
            bool known = lies_below(path, statics) || to.len;

            for (size_t n = 0; n < list_len(statics); n++)
                known = known || str_eq(value_text(list_at(statics, n)), path);
            to = to.len && path_inside(to) ? to : path;
            item_add(im, source, path_join(im->a, S("content"), to),
                     known ? str_fmt(im->a, "/%.*s", STR(to)) : S(""));
        }
    }
    return true;
}

/* ---- configuration ---- */

static bool is_taken(const struct importing *im, str url)
{
    for (size_t i = 0; i < im->count; i++)
        if (str_eq(im->items[i]->url, url))
            return true;
    return false;
}

/* A term's page, so that it stays at "/tag/linux.html". */
static void add_terms(struct importing *im)
{
    static const struct {
        const char *taxonomy, *kind, *usual;
    } kinds[] = { { "tags", "TAG", "tag/{slug}.html" },
                  { "categories", "CATEGORY", "category/{slug}.html" },
                  { "authors", "AUTHOR", "author/{slug}.html" } };
    struct pelican *own = im->own;

    for (size_t i = 0; i < own->terms.count; i++) {
        str key = own->terms.entries[i].key, taxonomy = key, slug;
        const char *term = own->terms.entries[i].data;
        value front = dict_new(im->a, 2);
        struct buf out = buf_in(im->a);
        size_t k = 0;

        slug = key;
        taxonomy = str_cut(&slug, '/');
        while (!str_eq(taxonomy, str_of(kinds[k].taxonomy)))
            k++;
        struct item made = { .source = S(""), .front = dict_new(im->a, 1) };
        dict_set(made.front, S("slug"), value_str(slug));
        str url = filled(im, &made, pattern_of(im, kinds[k].kind, kinds[k].usual));
        if (is_taken(im, url)) /* save_as of a page, which stands in the place of the list */
            continue;
        dict_set(front, S("title"), value_str(str_of(term)));
        dict_set(front, S("url"), value_str(url));
        buf_lit(&out, "---\n");
        yaml_write(front, &out);
        buf_lit(&out, "---\n");
        struct item *item = new_file_add(im,
                                         str_fmt(im->a, "content/%.*s/%.*s.md", STR(taxonomy),
                                                 STR(slug_of(im->a, str_of(term)))),
                                         buf_str(&out));
        if (item)
            item->url = url;
    }
}

static void read_menu(struct importing *im, const char *name, const char *menu)
{
    const struct pelican *own = im->own;
    value list = dict_get(own->settings, str_of(name)), lines = list_new(im->a, 4);

    for (size_t i = 0; i < list_len(list); i++) {
        value line = list_at(list, i), out = dict_new(im->a, 1);
        str target = text_of(im->a, list_at(line, 1)), title = text_of(im->a, list_at(line, 0));

        if (!title.len || !target.len || str_eq(target, S("#")))
            continue;
        const struct item *item = item_at(im, url_joined(im->a, S("/"), target));
        if (item && item->page)
            target = str_from(item->file, sizeof "content/" - 1);
        dict_set(out, title, value_str(target));
        list_push(lines, out);
    }
    if (list_len(lines))
        dict_set(dict_below(im->a, im->config, "menus"), str_of(menu), lines);
}

static void read_config(struct importing *im)
{
    static const char *const kept[] = { "SOCIAL", "GITHUB_URL", "TWITTER_USERNAME", "SITESUBTITLE",
                                        NULL };
    struct pelican *own = im->own;
    value params = dict_new(im->a, 4), taxonomies = dict_new(im->a, 3), key, v;
    str theme = setting(im, "THEME", S(""));

    config_set(im, "title", value_str(setting(im, "SITENAME", S("A Pelican Blog"))));
    config_base_url(im, setting(im, "SITEURL", S("")));
    if (setting(im, "AUTHOR", S("")).len)
        config_set(im, "author", value_str(setting(im, "AUTHOR", S(""))));
    config_set(im, "language", value_str(setting(im, "DEFAULT_LANG", S("en"))));
    if (setting(im, "TIMEZONE", S("")).len)
        config_set(im, "timezone", value_str(setting(im, "TIMEZONE", S(""))));
    config_set(im, "theme", value_str(S("blog")));
    config_set(im, "sort_by", value_str(S("date")));
    dict_set(dict_below(im->a, im->config, "markdown"), S("profile"),
             value_str(S("python-markdown")));
    dict_set(taxonomies, S("tags"), dict_new(im->a, 0));
    dict_set(taxonomies, S("categories"), dict_new(im->a, 0));
    dict_set(taxonomies, S("authors"), dict_new(im->a, 0));
    config_set(im, "taxonomies", taxonomies);
    if (!value_is_undefined(dict_get(im->config, S("base_url")))) {
        config_set(im, "feeds", value_str(S("atom")));
        config_set(im, "sitemap", value_bool(true));
        left_file(im, im->config_file, "feeds were in feeds/, and the site's is at /atom.xml now");
    }
    if (theme.len)
        left_file(im, im->config_file, "the theme '%.*s' is not taken over; the site wears 'blog'",
                  STR(theme));
    if (theme.len)
        left_templates(im, path_join(im->a, path_normal(im->a, theme), S("templates")),
                       "Pelican's Jinja");
    for (size_t i = 0; dict_entry(own->settings, i, &key, &v); i++)
        if (word_in(value_text(key), kept) && list_len(v) + (v.type == VIAL_STR) > 0)
            dict_set(params, str_lower(im->a, value_text(key)), v);
    v = setting_list(im, "PLUGINS", "");
    for (size_t i = 0; i < list_len(v); i++)
        left_file(im, im->config_file, "the plugin '%.*s' is not known here",
                  STR(value_text(list_at(v, i))));
    if (dict_len(params))
        config_set(im, "params", params);
}

static bool read(struct importing *im, struct error *err)
{
    static const char *const names[] = { "pelicanconf.py", "pelican.conf.py", "settings.py" };
    struct pelican *own = arena_make(im->a, struct pelican);

    im->own = own;
    own->terms = map_in(im->a);
    for (size_t i = 0; i < 3 && !im->config_file.len; i++)
        if (file_exists(path_join(im->a, im->from, str_of(names[i]))))
            im->config_file = str_of(names[i]);
    if (!im->config_file.len) {
        error_set(err, "there is no pelicanconf.py in %.*s", STR(im->from));
        return error_hint(err, "name the folder that it is in");
    }
    own->settings = pelican_settings(im, im->config_file);
    if (file_exists(path_join(im->a, im->from, S("publishconf.py")))) {
        value published = pelican_settings(im, S("publishconf.py"));

        if (value_text(dict_get(published, S("SITEURL"))).len)
            dict_set(own->settings, S("SITEURL"), dict_get(published, S("SITEURL")));
    }
    own->content = path_normal(im->a, setting(im, "PATH", S("content")));
    if (!path_inside(own->content) || !file_is_folder(path_join(im->a, im->from, own->content)))
        return error_set(err, "the folder of texts, '%.*s', is not in %.*s", STR(own->content),
                         STR(im->from));
    own->category = setting(im, "DEFAULT_CATEGORY", S("misc"));
    own->pages = setting_list(im, "PAGE_PATHS", "pages");
    own->articles = setting_list(im, "ARTICLE_PATHS", "");
    value folders = dict_get(own->settings, S("USE_FOLDER_AS_CATEGORY"));
    own->folders = folders.type != VIAL_BOOL || folders.as.b;
    map_put(&im->kept, S("tags"));
    map_put(&im->kept, S("categories"));
    map_put(&im->kept, S("authors"));
    read_config(im);
    if (!read_pages(im, err))
        return false;
    add_terms(im);
    items_by_address(im);
    read_menu(im, "MENUITEMS", "main");
    read_menu(im, "LINKS", "footer");
    return true;
}

/* ---- texts ---- */

static bool no_tag(struct converting *c)
{
    (void)c;
    return false;
}

/* {filename}../a.md, |filename|a.md, {static}/img/a.png, {attach}a.pdf, {tag}x, {index} */
static bool find_target(struct converting *c, str target, struct item **item, str *address)
{
    struct importing *im = c->im;
    const struct pelican *own = im->own;
    char close = str_starts(target, S("{")) ? '}' : '|';
    str rest = str_from(target, 1), word, more;

    if (target.p[0] != '{' && target.p[0] != '|')
        return false;
    word = str_cut(&rest, close);
    if (str_eq(word, S("index"))) {
        *address = S("/");
        return true;
    }
    if (str_eq(word, S("tag")) || str_eq(word, S("category")) || str_eq(word, S("author"))) {
        str taxonomy = str_eq(word, S("tag"))        ? S("tags")
                       : str_eq(word, S("category")) ? S("categories")
                                                     : S("authors");
        str file = str_fmt(im->a, "content/%.*s/%.*s.md", STR(taxonomy), STR(slug_of(im->a, rest)));

        *item = map_get(&im->by_file, file);
        *address = *item ? S("") : target;
        return true;
    }
    if (!str_eq(word, S("filename")) && !str_eq(word, S("static")) && !str_eq(word, S("attach")))
        return false;
    more = str_from(rest, 0);
    rest = str_cut(&more, '#');
    str path = str_starts(rest, S("/"))
                   ? path_join(im->a, own->content, str_from(rest, 1))
                   : path_normal(im->a, path_join(im->a, path_dir(c->item->source), rest));
    *item = item_of(im, path);
    *address = more.len ? str_fmt(im->a, "#%.*s", STR(more)) : S("");
    if (*item)
        return true;
    left_here(c, 0, "there is no '%.*s'", STR(path));
    *address = target;
    return true;
}

const struct origin origin_pelican = { .name = "pelican",
                                       .read = read,
                                       .tag = no_tag,
                                       .opens = "",
                                       .target = find_target,
                                       .same_ids = true };
