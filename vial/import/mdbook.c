/*
 * mdbook.c - books of mdBook
 *
 *   comes in:  src/ with its SUMMARY.md, and book.toml where it is there
 *   goes out:  src/ as content/: vial reads SUMMARY.md and {{#include}} as they are
 *
 * Chapters link to each other by the names of their files or by what mdBook makes of them: both
 * lead to the file. What a listing hides for rustdoc is hidden by `hidden_lines` here.
 */
#include "vial/import/inside.h"

struct mdbook {
    str src;
};

static str address(struct importing *im, str path)
{
    str dir = path_dir(path), stem = path_stem(path), slash = dir.len ? S("/") : S("");

    if (!is_markdown(path))
        return str_fmt(im->a, "/%.*s", STR(path));
    if (str_eq(stem, S("README")) || str_eq(stem, S("index")))
        return str_fmt(im->a, "/%.*s%.*sindex.html", STR(dir), STR(slash));
    return str_fmt(im->a, "/%.*s%.*s%.*s.html", STR(dir), STR(slash), STR(stem));
}

/* The home page is the first chapter, which SUMMARY.md names. */
static struct item *first_chapter(struct importing *im)
{
    struct mdbook *own = im->own;
    str text, rest, line;

    if (!read_old(im, path_join(im->a, own->src, S("SUMMARY.md")), &text))
        return NULL;
    for (rest = text; str_line(&rest, &line);) {
        ptrdiff_t at = str_find(line, S("]("));

        if (at == STR_NONE)
            continue;
        str path = str_from(line, (size_t)at + 2);
        path = str_cut(&path, ')');
        return item_of(im, path_normal(im->a, path_join(im->a, own->src, path)));
    }
    return NULL;
}

/* mdBook's index.html is the first chapter once more. */
static str home_page(struct importing *im, const struct item *first)
{
    struct buf out = buf_in(im->a);
    value front = dict_new(im->a, 1);

    dict_set(front, S("title"), dict_get(im->config, S("title")));
    buf_lit(&out, "---\n");
    yaml_write(front, &out);
    buf_addf(&out, "---\n{{#include %.*s}}\n",
             STR(path_relative(im->a, S("content"), first->file)));
    return buf_str(&out);
}

static bool read_pages(struct importing *im, struct error *err)
{
    struct mdbook *own = im->own;
    struct file_walk walk;

    if (!file_walk(&walk, path_join(im->a, im->from, own->src), S(""), im->a, err))
        return false;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, source = path_join(im->a, own->src, path);
        str file = path_join(im->a, S("content"), path);

        if (str_eq(path, S("SUMMARY.md"))) {
            item_add(im, source, file, S(""));
        } else if (is_markdown(path)) {
            struct item *item = page_add(im, source, file);

            if (item)
                item->url = address(im, path);
        } else {
            item_add(im, source, file, address(im, path));
        }
    }

    struct item *first = first_chapter(im);
    if (first && first->page && !item_of(im, path_join(im->a, own->src, S("index.md"))) &&
        !item_of(im, path_join(im->a, own->src, S("README.md"))))
        new_file_add(im, S("content/_index.md"), home_page(im, first));
    return true;
}

static void read_html(struct importing *im, const struct yaml_node *html)
{
    static const char *const silent[] = { "site-url",
                                          "redirect",
                                          "search",
                                          "smart-punctuation",
                                          "curly-quotes",
                                          "no-section-label",
                                          "theme",
                                          "default-theme",
                                          "preferred-dark-theme",
                                          "print",
                                          "fold",
                                          "playground",
                                          "playpen",
                                          "copy-fonts",
                                          "input-404",
                                          "hash-files",
                                          NULL };
    const struct yaml_node *node;

    if (tree_truth(html, "smart-punctuation") || tree_truth(html, "curly-quotes"))
        dict_set(dict_get(im->config, S("markdown")), S("smart"), value_bool(true));
    if (tree_truth(html, "no-section-label"))
        dict_set(dict_below(im->a, im->config, "params"), S("numbers"), value_bool(false));
    if ((node = yaml_get(html, S("site-url"))))
        config_base_url(im, node->text);
    if ((node = yaml_get(html, S("theme"))))
        left_node(im, node, "the theme is not taken over; the site wears 'book'");
    left_templates(im, node ? path_normal(im->a, node->text) : S("theme"), "Handlebars");
    for (size_t i = 0; html && html->kind == YAML_MAP && i < html->count; i++)
        if (!word_in(html->entries[i].key->text, silent))
            left_node(im, html->entries[i].key, "'%.*s' says nothing here",
                      STR(html->entries[i].key->text));
}

/* Old addresses, which lead on: to a chapter of this book by its alias. */
static void read_redirects(struct importing *im, const struct yaml_node *map)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++) {
        str from = map->entries[i].key->text, to = map->entries[i].node->text, fragment = to;
        str base = url_joined(im->a, S("/"), from);
        str path = str_cut(&fragment, '#');
        str address = url_joined(im->a, path_dir(base), path);
        struct item *item = NULL;

        for (size_t k = 0; k < im->count && !item; k++)
            if (im->items[k]->page && str_eq(im->items[k]->url, address))
                item = im->items[k];
        if (item)
            front_alias(im, item, base, S("/"));
        else
            left_node(im, map->entries[i].key,
                      "'%.*s' leads to '%.*s', which is no chapter: let your server do it",
                      STR(from), STR(to));
    }
}

static str names_joined(struct importing *im, const struct yaml_node *list)
{
    struct buf out = buf_in(im->a);

    for (size_t i = 0; i < list->count; i++)
        buf_addf(&out, "%s%.*s", i ? ", " : "", STR(list->entries[i].node->text));
    return buf_str(&out);
}

static void read_config(struct importing *im)
{
    struct mdbook *own = im->own;
    const struct yaml_node *book = yaml_get(im->old, S("book")), *node;
    const struct yaml_node *outputs = yaml_get(im->old, S("output"));
    static const char *const known[] = { "title",    "authors",      "description",    "src",
                                         "language", "multilingual", "text-direction", NULL };

    for (size_t i = 0; book && i < book->count; i++)
        if (!word_in(book->entries[i].key->text, known))
            left_node(im, book->entries[i].key, "'%.*s' says nothing here",
                      STR(book->entries[i].key->text));
    if ((node = yaml_get(book, S("title"))))
        config_set(im, "title", value_str(node->text));
    if ((node = yaml_get(book, S("description"))))
        config_set(im, "description", value_str(node->text));
    if ((node = yaml_get(book, S("language"))))
        config_set(im, "language", value_str(node->text));
    if ((node = yaml_get(book, S("authors"))) && node->count)
        config_set(im, "author", value_str(names_joined(im, node)));
    if ((node = yaml_get(book, S("src"))))
        own->src = path_normal(im->a, node->text);
    read_html(im, yaml_get(outputs, S("html")));
    for (size_t i = 0; outputs && i < outputs->count; i++)
        if (!str_eq(outputs->entries[i].key->text, S("html")))
            left_node(im, outputs->entries[i].key, "the output '%.*s' is not made here",
                      STR(outputs->entries[i].key->text));
    node = yaml_get(im->old, S("preprocessor"));
    for (size_t i = 0; node && i < node->count; i++)
        left_node(im, node->entries[i].key, "the preprocessor '%.*s' is not known here",
                  STR(node->entries[i].key->text));
}

static bool read(struct importing *im, struct error *err)
{
    struct mdbook *own = arena_make(im->a, struct mdbook);

    im->own = own;
    own->src = S("src");
    config_set(im, "title", value_str(S("Book")));
    dict_set(dict_below(im->a, im->config, "markdown"), S("hidden_lines"), value_bool(true));
    if (file_exists(path_join(im->a, im->from, S("book.toml")))) {
        im->config_file = S("book.toml");
        if (!tree_of_config(im, err))
            return false;
        read_config(im);
    }
    if (!path_inside(own->src) ||
        !file_exists(path_join(im->a, im->from, path_join(im->a, own->src, S("SUMMARY.md"))))) {
        error_set(err, "there is no %.*s/SUMMARY.md in %.*s", STR(own->src), STR(im->from));
        return error_hint(err, "name the folder that book.toml is in");
    }
    config_set(im, "theme", value_str(S("book")));
    config_set(im, "ugly_urls", value_bool(true));
    if (!read_pages(im, err))
        return false;
    read_redirects(im,
                   yaml_get(yaml_get(yaml_get(im->old, S("output")), S("html")), S("redirect")));
    return true;
}

/* ---- {{#...}} ---- */

/* "../listings/a.rs:3:5" as it is called here; a file outside of src/ comes along. */
static str bring_file(struct converting *c, str said)
{
    struct importing *im = c->im;
    struct mdbook *own = im->own;
    str more = said, path = str_cut(&more, ':');
    str source = path_normal(im->a, path_join(im->a, path_dir(c->item->source), path));
    struct item *item = item_of(im, source);

    if (!item && path_inside(source) && !str_starts(source, own->src) &&
        file_info(path_join(im->a, im->from, source)).kind == FILE_REGULAR)
        item = item_add(im, source, source, S(""));
    if (!item)
        return said;
    path = path_relative(im->a, path_dir(c->item->file), item->file);
    return more.len ? str_fmt(im->a, "%.*s:%.*s", STR(path), STR(more)) : path;
}

/* The tag from `from` to `end` has its line to itself: only there vial looks for one. */
static bool is_alone(const struct converting *c, size_t from, size_t end)
{
    while (from && strchr(" \t", c->text.p[from - 1]))
        from--;
    while (end < c->text.len && strchr(" \t\r", c->text.p[end]))
        end++;
    return (!from || c->text.p[from - 1] == '\n') && (end == c->text.len || c->text.p[end] == '\n');
}

/* "\{{#include a.rs}}" is shown without its backslash; vial does so where it would include. */
static bool convert_shown(struct converting *c, str rest, size_t len)
{
    bool includes = str_starts(rest, S("\\{{#include ")) && is_alone(c, c->at, c->at + len);

    buf_add(c->out, str_slice(rest, includes ? 0 : 1, len));
    c->at += len;
    return true;
}

/* A listing that can be tried out in mdBook: a block of code of its own. */
static void write_playground(struct converting *c, str path, str words)
{
    struct buf info = buf_in(c->im->a);

    while (words.len) {
        str word = str_cut(&words, ' ');

        if (word.len)
            buf_addf(&info, ",%.*s", STR(word));
    }
    if (c->in_code)
        buf_addf(c->out, "{{#include %.*s}}", STR(bring_file(c, path)));
    else
        buf_addf(c->out, "```rust%.*s\n{{#include %.*s}}\n```", STR(buf_str(&info)),
                 STR(bring_file(c, path)));
}

/* "{{#rustdoc_include a.rs:3:5}}" is an include whose other lines are hidden. */
static bool convert_helper(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    ptrdiff_t end = str_find(rest, S("}}"));

    if ((!str_starts(rest, S("{{#")) && !str_starts(rest, S("\\{{#"))) || end == STR_NONE)
        return false;
    size_t len = (size_t)end + 2;
    if (rest.p[0] == '\\')
        return convert_shown(c, rest, len);
    str inside = str_trim(str_slice(rest, 3, (size_t)end)), word = str_cut(&inside, ' ');
    inside = str_trim(inside);

    if (!inside.len)
        return false;
    str path = str_cut(&inside, ' ');
    if (str_eq(word, S("include")) || str_eq(word, S("rustdoc_include"))) {
        if (!is_alone(c, c->at, c->at + len))
            left_here(c, len, "a file is included on a line of its own here");
        buf_addf(c->out, "{{#include %.*s}}", STR(bring_file(c, path)));
        c->at += len;
    } else if (str_eq(word, S("playground")) || str_eq(word, S("playpen"))) {
        write_playground(c, path, str_trim(inside));
        c->at += len;
    } else if (str_eq(word, S("title"))) {
        front_set(c->item, "title",
                  value_str(str_trim(str_slice(rest, sizeof "{{#title" - 1, (size_t)end))));
        c->at += len;
    } else {
        left_here(c, len, "'{{#%.*s}}' is not known here", STR(word));
        keep_here(c, len);
    }
    return true;
}

const struct origin origin_mdbook = { .name = "mdbook",
                                      .read = read,
                                      .tag = convert_helper,
                                      .tag_in_code = convert_helper,
                                      .opens = "{\\",
                                      .paths = true };
