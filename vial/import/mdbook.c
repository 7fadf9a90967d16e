/*
 * mdbook.c - books of mdBook
 *
 *   comes in:  src/ with its SUMMARY.md, and book.toml where it is there
 *   goes out:  src/ as content/: vial reads SUMMARY.md and {{#include}} as they are
 *
 * Chapters link to each other by the names of their files or by what mdBook makes of them: both
 * lead to the file. What a listing hides for rustdoc is shown, for nobody here compiles it.
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

static void read_config(struct importing *im)
{
    struct mdbook *own = im->own;
    const struct yaml_node *book = yaml_get(im->old, S("book")), *node;
    const struct yaml_node *html = yaml_get(yaml_get(im->old, S("output")), S("html"));
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
        config_set(im, "author", value_str(node->entries[0].node->text));
    if ((node = yaml_get(book, S("src"))))
        own->src = path_normal(im->a, node->text);
    if ((node = yaml_get(html, S("site-url"))))
        config_base_url(im, node->text);
    if ((node = yaml_get(html, S("theme"))))
        left_node(im, node, "the theme is not taken over; the site wears 'book'");
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
    return read_pages(im, err);
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

/* "{{#rustdoc_include a.rs:3:5}}" and "{{#playground a.rs editable}}" are includes. */
static bool convert_helper(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    ptrdiff_t end = str_find(rest, S("}}"));

    if (!str_starts(rest, S("{{#")) || end == STR_NONE)
        return false;
    str inside = str_trim(str_slice(rest, 3, (size_t)end)), word = str_cut(&inside, ' ');
    size_t len = (size_t)end + 2;
    bool escaped = c->at && c->text.p[c->at - 1] == '\\';

    if (escaped) {
        keep_here(c, len);
    } else if (str_eq(word, S("include")) || str_eq(word, S("rustdoc_include")) ||
               str_eq(word, S("playground")) || str_eq(word, S("playpen"))) {
        inside = str_trim(inside);
        str path = str_cut(&inside, ' ');

        buf_addf(c->out, "{{#include %.*s}}", STR(bring_file(c, path)));
        c->at += len;
    } else if (str_eq(word, S("title"))) {
        front_set(c->item, "title", value_str(str_trim(inside)));
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
                                      .opens = "{",
                                      .paths = true };
