/*
 * objects_site.c - what every template of a site sees: site, config, data, and functions to find
 * things by
 *
 *   comes in:  `site.title`, `get_page('about.md')`
 *   goes out:  values, and notes of what was read
 *
 * They are globals of the environment, so that imported templates see them as well; the visit they
 * belong to is found by the request that the template is rendered for.
 */
#include "vial/base/file.h"
#include "vial/base/path.h"
#include "vial/site/locale.h"
#include "vial/site/search_index.h"
#include "vial/site/visit.h"
#include "vial/template/ops.h"

#define SITE_OF(o, member)                                                                         \
    ((struct site *)(void *)((char *)(uintptr_t)(o)-offsetof(struct site, member)))

/* ---- navigation ---- */

value nav_value(struct visit *v, const struct nav *nav)
{
    value list = list_new(v->arena, 0);

    for (; nav; nav = nav->next) {
        value entry = dict_new(v->arena, 5);
        bool here = nav->page || nav->inside;

        dict_set(entry, S("title"), value_str(nav->title));
        dict_set(entry, S("url"),
                 value_str(here         ? local_url(v, nav->url)
                           : nav->url.p ? nav->url
                                        : S("")));
        dict_set(entry, S("page"), page_value(v, nav->page));
        dict_set(entry, S("number"), value_str(nav->number));
        dict_set(entry, S("children"), nav_value(v, nav->children));
        list_push(list, entry);
    }
    return list;
}

/* A page is around another where it is one of its ancestors; the home page is around all, so none.
 */
static bool is_around(const struct page *self, const struct page *page)
{
    const struct section *section = self->section;

    for (const struct page *up = self->above; up; up = up->above)
        if (up == page)
            return true;
    for (; section && section->parent; section = section->parent)
        if (section->page == page)
            return true;
    return false;
}

/* The lines from `nav` on. `*active`: one of them leads to where the reader is, or around it. */
static value menu_value(struct visit *v, const struct nav *nav, bool *active)
{
    const struct page *self = visit_self(v);
    value list = nav_value(v, nav);

    for (size_t i = 0; nav; nav = nav->next, i++) {
        bool current = nav->page && nav->page == self;
        bool open = current || (nav->page && self && is_around(self, nav->page));
        value entry = list_at(list, i), children = menu_value(v, nav->children, &open);

        dict_set(entry, S("children"), children);
        dict_set(entry, S("current"), value_bool(current));
        dict_set(entry, S("active"), value_bool(open));
        *active = *active || open;
    }
    return list;
}

/* "site.nav", or "site.nav:de" of another language than the site's own. */
static void note_of_language(struct visit *v, const char *key)
{
    const struct config_language *language = visit_language(v)->config;

    if (language->main)
        reads_note(v->reads, str_of(key));
    else
        visit_note_key(v, key, language->code);
}

static value get_menus(struct visit *v)
{
    const struct map *menus = &visit_language(v)->menus;
    value dict = dict_new(v->arena, menus->count);

    note_of_language(v, "site.menus");
    const struct page *self = visit_self(v);
    if (menus->count && self)
        visit_note(v, self, "ancestors");
    for (size_t i = 0; i < menus->count; i++) {
        bool ignored = false;

        dict_set(dict, menus->entries[i].key, menu_value(v, menus->entries[i].data, &ignored));
    }
    return dict;
}

/* ---- site ---- */

static value get_config_text(struct visit *v, const char *key, str text)
{
    visit_note_key(v, "config", str_of(key));
    return value_str(text);
}

/* A site that has no title is called as its home page is. */
static value get_title(struct visit *v)
{
    const struct language *language = visit_language(v);
    const struct page *home = language->root->page;
    str own = language->config->title, title = own.len ? own : v->site->config->title;

    visit_note(v, home, "title");
    return get_config_text(v, "title", title.len ? title : home->title);
}

static value get_base_url(struct visit *v)
{
    return get_config_text(v, "base_url", v->site->config->base_url);
}

static value get_language(struct visit *v)
{
    return get_config_text(v, "language", visit_language(v)->config->code);
}

static value get_description(struct visit *v)
{
    str own = visit_language(v)->config->description;

    return get_config_text(v, "description", own.p ? own : v->site->config->description);
}

static value get_author(struct visit *v)
{
    str own = visit_language(v)->config->author;

    return get_config_text(v, "author", own.p ? own : v->site->config->author);
}

static value get_url(struct visit *v)
{
    visit_note_key(v, "config", S("base_url"));
    return value_str(local_url(v, visit_language(v)->root->url));
}

static value get_dir(struct visit *v)
{
    return value_str(visit_language(v)->config->rtl ? S("rtl") : S("ltr"));
}

/* Where the search is, of a site that has one. */
static value get_search(struct visit *v)
{
    str path = site_search_path(v->site, v->language, v->arena);

    visit_note_key(v, "config", S("search"));
    return value_str(path.len ? local_url(v, path) : S(""));
}

/* The index that a browser searches, of a site that has one; and the script that does it. */
static value get_search_index(struct visit *v)
{
    const struct config *config = v->site->config;
    str code = visit_language(v)->config->code;

    visit_note_key(v, "config", S("search"));
    if (!config->search_index)
        return value_str(S(""));
    return value_str(
        local_url(v, search_file_address(code, (struct search_cut){ 0 }, 0, v->arena)));
}

static value get_search_script(struct visit *v)
{
    visit_note_key(v, "config", S("search"));
    return value_str(v->site->config->search_index ? local_url(v, S(SEARCH_SCRIPT)) : S(""));
}

static value get_pages(struct visit *v)
{
    const struct language *language = visit_language(v);
    str key = language->config->main
                  ? S("site.pages")
                  : str_fmt(v->arena, "site.pages:%.*s", STR(language->config->code));

    return pages_value_of(v, key, language->all, language->nall);
}

static value get_sections(struct visit *v)
{
    const struct section *root = visit_language(v)->root;

    visit_note_key(v, "section", root->path);
    return sections_value(v, root->sections, root->nsections);
}

static value get_home(struct visit *v)
{
    return section_value(v, visit_language(v)->root);
}

static value get_nav(struct visit *v)
{
    note_of_language(v, "site.nav");
    return nav_value(v, visit_language(v)->nav);
}

static value get_params(struct visit *v)
{
    visit_note_key(v, "config", S("params"));
    return v->site->params[v->language];
}

static value get_data(struct visit *v)
{
    return value_object(&v->site->data_object);
}

static value get_build(struct visit *v)
{
    value build = dict_new(v->arena, 2);

    dict_set(build, S("version"), value_str(S(VIAL_VERSION)));
    dict_set(build, S("drafts"), value_bool(v->site->options.drafts));
    return build;
}

static const struct {
    const char *name;
    value (*get)(struct visit *v);
} fields[] = {
    { "title", get_title },
    { "base_url", get_base_url },
    { "language", get_language },
    { "description", get_description },
    { "author", get_author },
    { "url", get_url },
    { "pages", get_pages },
    { "sections", get_sections },
    { "home", get_home },
    { "nav", get_nav },
    { "search", get_search },
    { "search_index", get_search_index },
    { "search_script", get_search_script },
    { "params", get_params },
    { "data", get_data },
    { "build", get_build },
    { "taxonomies", taxonomies_value },
    { "menus", get_menus },
    { "dir", get_dir },
    { "languages", languages_value },
};

static bool site_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct visit *v = visit_from(SITE_OF(o, site_object), r);

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(name, str_of(fields[i].name))) {
            *out = fields[i].get(v);
            return true;
        }
    return false;
}

static bool site_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && site_attr(r, o, value_text(key), out);
}

static void site_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_addf(out, "<site %.*s>", STR(SITE_OF(o, site_object)->config->title));
}

static const struct object_type site_type = {
    .name = "site",
    .attr = site_attr,
    .item = site_item,
    .print = site_print,
};

/* ---- config and data: dicts whose keys are noted when they are read ---- */

static bool noted_item(struct rendering *r, struct site *site, const char *kind, value dict,
                       str name, value *out)
{
    visit_note_key(visit_from(site, r), kind, name);
    *out = dict_get(dict, name);
    return !value_is_undefined(*out);
}

static bool config_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct site *site = SITE_OF(o, config_object);

    return noted_item(r, site, "config", site->config->all, name, out);
}

static bool config_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && config_attr(r, o, value_text(key), out);
}

/* To walk over all is to read all. */
static value whole(struct rendering *r, struct site *site, const char *kind, value dict)
{
    value key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        visit_note_key(visit_from(site, r), kind, value_text(key));
    visit_note_key(visit_from(site, r), kind, S(""));
    return dict;
}

static value config_iterate(struct rendering *r, const struct object *o)
{
    struct site *site = SITE_OF(o, config_object);

    return value_iterator(r, whole(r, site, "config", site->config->all));
}

static bool config_contains(struct rendering *r, const struct object *o, value key)
{
    value ignored;

    return config_item(r, o, key, &ignored);
}

static void config_print(struct rendering *r, const struct object *o, struct buf *out)
{
    struct site *site = SITE_OF(o, config_object);

    value_print(r, whole(r, site, "config", site->config->all), out);
}

static const struct object_type config_type = {
    .name = "config",
    .attr = config_attr,
    .item = config_item,
    .iterate = config_iterate,
    .contains = config_contains,
    .print = config_print,
};

static bool data_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct site *site = SITE_OF(o, data_object);

    return noted_item(r, site, "data", site->data, name, out);
}

static bool data_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && data_attr(r, o, value_text(key), out);
}

static value data_iterate(struct rendering *r, const struct object *o)
{
    struct site *site = SITE_OF(o, data_object);

    return value_iterator(r, whole(r, site, "data", site->data));
}

static bool data_contains(struct rendering *r, const struct object *o, value key)
{
    value ignored;

    return data_item(r, o, key, &ignored);
}

static void data_print(struct rendering *r, const struct object *o, struct buf *out)
{
    struct site *site = SITE_OF(o, data_object);

    value_print(r, whole(r, site, "data", site->data), out);
}

static const struct object_type data_type = {
    .name = "data",
    .attr = data_attr,
    .item = data_item,
    .iterate = data_iterate,
    .contains = data_contains,
    .print = data_print,
};

/* ---- functions ---- */

static bool one_path(struct rendering *r, const struct call *call, const char *function, str *path)
{
    if (call->nargs != 1 || call->nnamed || call->args[0].type != VIAL_STR) {
        fail(r, "TypeError", "%s() takes one path, relative to content/", function);
        return false;
    }
    *path = value_text(call->args[0]);
    while (str_starts(*path, S("/")))
        *path = str_from(*path, 1);
    *path = path_normal(rendering_arena(r), *path);
    if (str_eq(*path, S(".")))
        *path = S("");
    return true;
}

static const struct page *page_or_folder(struct visit *v, str path)
{
    const struct index *index = v->site->index;
    const struct page *page = index_page_at(index, path);
    const struct section *section = map_get(&index->sections, path);

    visit_note_path(v, path);
    if (!page)
        page = map_get(&index->bundles, path);
    return page || !section ? page : section->page;
}

/*
 * In another language than the site's own, both this and get_section() look there first.
 * get_page('blog/hello.md'), or a folder that is a page of its own; none when there is none.
 */
static value call_get_page(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    str path;

    if (!one_path(r, call, "get_page", &path))
        return value_undefined();
    const struct page *page = NULL;
    if (v->language)
        page = page_or_folder(v, config_in_language(v->site->config, v->language, path, v->arena));
    if (!page)
        page = page_or_folder(v, path);
    return page && !page->shown ? page_value(v, page) : value_none();
}

static value call_get_section(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    str path;

    if (!one_path(r, call, "get_section", &path))
        return value_undefined();
    if (page_names_folder(path) && path_ext(path).len)
        path = path_dir(path);
    str own = config_in_language(v->site->config, v->language, path, v->arena);
    visit_note_key(v, "section", own);
    const struct section *section = map_get(&v->site->index->sections, own);
    if (!section && v->language) {
        visit_note_key(v, "section", path);
        section = map_get(&v->site->index->sections, path);
    }
    return section_value(v, section);
}

/* get_taxonomy('tags'); none when there is none. */
static value call_get_taxonomy(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);

    if (call->nargs != 1 || call->nnamed || call->args[0].type != VIAL_STR)
        return fail(r, "TypeError", "get_taxonomy() takes one name");
    visit_note_key(v, "taxonomy", S(""));
    str key = config_in_language(v->site->config, v->language, value_text(call->args[0]), v->arena);
    return taxonomy_value(v, map_get(&v->site->index->taxonomies, key));
}

/*
 * load_data('blog/trip/track.csv'): a file of content/ as data/ would have it; or one beside the
 * page whose text this is for, by its name alone.
 */
static value call_load_data(struct rendering *r, const struct call *call, void *self)
{
    enum { DATA_SIZE = 64 << 20 };
    struct visit *v = visit_from(self, r);
    struct arena *a = rendering_arena(r);
    struct error err = { 0 };
    str path, text;
    value data;

    if (!one_path(r, call, "load_data", &path))
        return value_undefined();
    const struct page *page = visit_needs(v);
    str beside = page ? path_join(a, path_dir(page_text(page)), path) : path;
    visit_note_path(v, beside);
    visit_note_path(v, path);
    const struct asset *asset = map_get(&v->site->index->assets, beside);
    if (!asset)
        asset = map_get(&v->site->index->assets, path);
    if (!asset)
        return fail(r, "ContentError", "there is no file '%.*s' in %.*s", STR(path),
                    STR(v->site->config->content));
    visit_note_file(v, asset->file);
    if (file_read(&text, asset->file, DATA_SIZE, NULL, a, &err) &&
        data_parse(&data, asset->path, (struct place){ asset->file, text, 0, text.len }, a, &err))
        return data;
    vial_abort_error(v->req, &err); /* the file's own error is the one that is told */
    return fail(r, "ContentError", "%.*s cannot be read", STR(asset->path));
}

static value call_now(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);

    if (call->nargs || call->nnamed)
        return fail(r, "TypeError", "now() takes no arguments");
    reads_note(v->reads, S("now"));
    vial_glance(v->req);
    struct date now = { .unix_time = now_unix(), .has_time = true, .has_zone = true };
    if (v->site->config->zone)
        now.offset = zone_offset(v->site->config->zone, now.unix_time);
    return date_value(v->arena, now);
}

void site_globals(struct site *site)
{
    struct env *env = vial_env(site->app);
    const struct {
        const char *name;
        function_fn *call;
    } functions[] = {
        { "get_page", call_get_page },
        { "get_section", call_get_section },
        { "get_taxonomy", call_get_taxonomy },
        { "load_data", call_load_data },
        { "asset", call_asset },
        { "resize_image", call_resize_image },
        { "srcset", call_srcset },
        { "now", call_now },
        { "t", call_t },
    };

    site->site_object.type = &site_type;
    site->config_object.type = &config_type;
    site->data_object.type = &data_type;
    env_global(env, S("site"), value_object(&site->site_object));
    env_global(env, S("config"), value_object(&site->config_object));
    env_global(env, S("data"), value_object(&site->data_object));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        env_global(env, str_of(functions[i].name),
                   function_new(&site->arena, functions[i].name, functions[i].call, site));
}
