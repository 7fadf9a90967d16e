/*
 * import.c - from a site of another program to one of vial's, step by step
 *
 *   comes in:  a folder, and which program it is for
 *   goes out:  a folder with vial.yaml, content/ and what else there is; and a list of what is left
 *
 * First the source says all that there is and where it was, for a link may lead to any of it. Then
 * each text is converted, then all is written, and at last vial itself is asked at which addresses
 * its pages are: where an address would be another than it was, the page is told its old one.
 */
#include "vial/base/file.h"
#include "vial/base/utf8.h"
#include "vial/import/inside.h"
#include <dirent.h>
#include <stdlib.h>

static const struct origin *const origins[] = {
    &origin_mkdocs, &origin_mdbook, &origin_hugo, &origin_jekyll, &origin_zola, &origin_pelican,
};
enum { ORIGINS = sizeof origins / sizeof *origins };

const char *const import_names[] = {
    "mkdocs", "mdbook", "hugo", "jekyll", "zola", "pelican", NULL
};

/* ---- items ---- */

struct item *item_add(struct importing *im, str source, str file, str url)
{
    struct map_entry *place = map_find(&im->by_file, file);

    if (place) {
        left_file(im, source, "would be %.*s, which is made of %.*s", STR(file),
                  STR(((struct item *)place->data)->source));
        return NULL;
    }
    if (im->count == IMPORT_FILES) {
        if (!im->full)
            left_file(im, source, "there are more than %d files: this one and others are left out",
                      IMPORT_FILES);
        im->full = true;
        return NULL;
    }
    if (im->count == im->cap) {
        size_t cap = im->cap ? im->cap * 2 : 256;

        im->items =
            arena_grow(im->a, im->items, im->cap * sizeof *im->items, cap * sizeof *im->items);
        im->cap = cap;
    }
    struct item *item = arena_make(im->a, struct item);
    item->source = str_copy(im->a, source);
    item->file = str_copy(im->a, file);
    item->url = str_copy(im->a, url);
    im->items[im->count++] = item;
    map_put(&im->by_file, item->file)->data = item;
    if (source.len && !map_find(&im->by_source, item->source))
        map_put(&im->by_source, item->source)->data = item;
    return item;
}

struct item *new_file_add(struct importing *im, str file, str text)
{
    struct item *item = item_add(im, S(""), file, S(""));

    if (item)
        item->written = text;
    return item;
}

bool is_markdown(str path)
{
    str ext = path_ext(path);

    return str_ieq(ext, S(".md")) || str_ieq(ext, S(".markdown")) || str_ieq(ext, S(".mkd")) ||
           str_ieq(ext, S(".mdown"));
}

bool read_old(struct importing *im, str path, str *text)
{
    struct error err = { 0 };
    size_t bad;

    map_put(&im->read, str_copy(im->a, path));
    if (!file_read(text, path_join(im->a, im->from, path), IMPORT_TEXT, NULL, im->a, &err)) {
        left_file(im, path, "cannot be read: %.*s", STR(err.sentence));
        error_free(&err);
        return false;
    }
    if (utf8_valid(*text, &bad))
        return true;
    left_place(im, (struct place){ path, *text, bad, 1 },
               "is not UTF-8; what is none was replaced by U+FFFD");
    *text = utf8_mended(im->a, *text);
    return true;
}

/* An error of a file of the old site, under its name as it is reached from here. */
static void left_error(struct importing *im, struct error *err)
{
    err->file = str_copy(&err->own, path_join(im->a, im->from, err->file));
    errors_add(&im->report->left, err);
}

const struct yaml_node *read_tree(struct importing *im, str path)
{
    struct error err = { 0 };
    str text;

    if (!read_old(im, path, &text))
        return NULL;
    struct place place = { .file = path, .source = text, .len = text.len };
    const struct yaml_node *tree = str_ieq(path_ext(path), S(".toml"))
                                       ? toml_parse(place, im->a, &err)
                                       : yaml_parse(place, im->a, &err);
    if (!tree)
        left_error(im, &err);
    return tree;
}

static struct item *refuse_page(struct importing *im, struct item *item, struct error *err)
{
    left_error(im, err);
    item->body = item->text;
    item->front = dict_new(im->a, 4);
    return item;
}

struct item *page_add(struct importing *im, str source, str file)
{
    struct item *item = item_add(im, source, file, S(""));
    struct front_span span;
    struct error err = { 0 };

    if (!item)
        return NULL;
    item->page = true;
    item->front = dict_new(im->a, 8);
    if (!read_old(im, source, &item->text))
        return item;
    item->body = item->text;
    if (!front_matter_find(&span, source, item->text, &err))
        return refuse_page(im, item, &err);
    item->body = str_from(item->text, span.body);
    if (!span.there)
        return item;
    item->front_place = (struct place){ source, item->text, span.from, span.len };
    item->keys = front_matter_parse(&span, source, item->text, im->a, &err);
    if (!item->keys)
        return refuse_page(im, item, &err);
    if (item->keys->kind == YAML_MAP)
        item->front = yaml_value(item->keys, im->a);
    item->has_front = true;
    return item;
}

/* Hidden files are published by nobody here; that one is there is told all the same. */
static void tell_hidden(struct importing *im, str folder)
{
    DIR *dir = opendir(path_cstr(im->a, path_join(im->a, im->from, folder)));
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        str name = str_of(entry->d_name);

        if (str_starts(name, S(".")) && file_is_hidden(name) && !str_eq(name, S(".")) &&
            !str_eq(name, S("..")) && !str_starts(name, S(".git")) && !str_eq(name, S(".DS_Store")))
            left_file(im, path_join(im->a, folder, name), "is hidden; vial publishes no such file");
    }
    if (dir)
        closedir(dir);
}

bool files_add(struct importing *im, str folder, str into, str url, struct error *err)
{
    struct file_walk walk;

    if (!file_is_folder(path_join(im->a, im->from, folder)))
        return true;
    if (!file_walk(&walk, path_join(im->a, im->from, folder), S(""), im->a, err))
        return false;
    tell_hidden(im, folder);
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, source = path_join(im->a, folder, path);

        if (str_eq(path_ext(path), S(".md")) && str_starts(into, S("content")))
            left_file(im, source, "was published as it is; vial would make a page of it");
        else
            item_add(im, source, path_join(im->a, into, path),
                     url.len ? str_fmt(im->a, "%.*s%.*s", STR(url), STR(path)) : S(""));
    }
    return true;
}

/* ---- writing ---- */

static bool write_item(struct importing *im, const struct item *item, struct error *err)
{
    str to = path_join(im->a, im->to, item->file);

    if (item->page)
        return file_create(to, front_write(im, item, item->written), err);
    if (!item->source.len)
        return file_create(to, item->written, err);
    if (file_exists(to))
        return error_set(err, "%.*s is there already", STR(to));
    return file_make_folders(path_dir(to), err) &&
           file_copy(path_join(im->a, im->from, item->source), to, err);
}

static bool write_all(struct importing *im, struct error *err)
{
    struct buf yaml = buf_in(im->a);

    for (size_t i = 0; i < im->count; i++) {
        if (!write_item(im, im->items[i], err))
            return false;
        if (im->items[i]->page)
            im->report->pages++;
        else if (im->items[i]->source.len)
            im->report->files++;
    }
    yaml_write(im->config, &yaml);
    return file_create(path_join(im->a, im->to, S("vial.yaml")), buf_str(&yaml), err) &&
           file_create(path_join(im->a, im->to, S(".gitignore")), S("/public/\n/.vial/\n"), err);
}

/* ---- the steps ---- */

static const struct origin *origin_called(str name)
{
    for (size_t i = 0; i < ORIGINS; i++)
        if (str_eq(name, str_of(origins[i]->name)))
            return origins[i];
    return NULL;
}

static str real_path(struct arena *a, str path)
{
    char *real = realpath(path_cstr(a, path), NULL);
    str copy = str_copy(a, str_of(real));

    free(real);
    return copy;
}

/* `to` is a folder of ours alone, and no part of the old site. */
static bool check_folders(struct importing *im, struct error *err)
{
    struct file_walk walk;

    if (!file_is_folder(im->from))
        return error_set(err, "%.*s is no folder", STR(im->from));
    if (file_exists(im->to)) {
        if (!file_is_folder(im->to) || !file_walk(&walk, im->to, S(""), im->a, err))
            return error_set(err, "%.*s is there already, and no folder", STR(im->to));
        if (walk.count || walk.nfolders > 1) {
            error_set(err, "%.*s is there already and is not empty", STR(im->to));
            return error_hint(err, "name a folder that is not there: nothing is written over");
        }
    }

    str above = im->to, from = real_path(im->a, im->from);
    while (above.len && !file_exists(above))
        above = path_dir(above);
    above = real_path(im->a, above.len ? above : S("."));
    if (!path_lies_in(above, from))
        return true;
    error_set(err, "%.*s lies in the old site, which is only read", STR(im->to));
    return error_hint(err, "name a folder beside it");
}

void items_by_address(struct importing *im)
{
    for (size_t i = 0; i < im->count; i++) {
        struct item *item = im->items[i];
        str key = url_key(im->a, item->url);

        if (item->url.len && !map_find(&im->by_url, key))
            map_put(&im->by_url, key)->data = item;
    }
}

/* The parameter that themes of vial read: there it is a file in static/, or an address. */
static void settle_favicon(struct importing *im)
{
    value params = dict_get(im->config, S("params"));
    value v = dict_get(params, S("favicon"));
    str address = text_of(im->a, v);

    if (value_is_undefined(v) || str_find(address, S("://")) != STR_NONE)
        return;
    address = url_joined(im->a, S("/"), address);
    if (v.type == VIAL_STR && item_at(im, address)) {
        dict_set(params, S("favicon"), value_str(address));
        return;
    }
    left_file(im, im->config_file, "there is no picture for 'favicon': it is 'old_favicon' now");
    dict_set(params, S("old_favicon"), v);
    dict_set(im->config, S("params"), dict_without(im->a, params, S("favicon")));
}

static bool run(struct importing *im, struct error *err)
{
    if (!check_folders(im, err) || !im->origin->read(im, err))
        return false;
    sections_settle(im);
    items_by_address(im);
    settle_favicon(im);
    for (size_t i = 0; i < im->count; i++) {
        struct item *item = im->items[i];

        if (!item->page)
            continue;
        front_finish(im, item);
        text_convert(im, item);
    }
    if (!write_all(im, err) || !addresses_keep(im, err))
        return false;
    for (size_t i = 0; i < im->count; i++)
        if (im->items[i]->page)
            text_tell(im, im->items[i]);
    return files_account(im, err) && dead_links_tell(im, err);
}

bool import_site(str name, str from, str to, struct import_report *report, struct error *err)
{
    struct arena a = { 0 };
    struct importing im = { .a = &a, .report = report, .from = from, .to = to };
    bool done;

    im.origin = origin_called(name);
    if (!im.origin)
        return error_set(err, "'%.*s' is no program that sites are imported from", STR(name));
    im.config = dict_new(&a, 16);
    im.by_url = map_in(&a);
    im.by_source = map_in(&a);
    im.by_file = map_in(&a);
    im.read = map_in(&a);
    im.told = map_in(&a);
    im.kept = map_in(&a);
    im.languages = map_in(&a);
    done = run(&im, err);
    errors_sort(&report->left);
    arena_free(&a);
    return done;
}

void import_report_free(struct import_report *report)
{
    errors_free(&report->left);
}
