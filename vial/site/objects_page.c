/*
 * objects_page.c - pages, as templates see them
 *
 *   comes in:  `page.title`
 *   goes out:  the title, and a note that it was read
 *
 * A table says what each name gives. What it does not name is looked for among the other keys of
 * the front matter.
 */
#include "vial/base/path.h"
#include "vial/site/visit.h"
#include "vial/template/ops.h"

/* A sign of Chinese or Japanese is less than a word. */
enum { WORDS_PER_MINUTE = 220, SIGNS_PER_MINUTE = 500 };

struct page_object {
    struct object object;
    struct visit *visit;
    const struct page *page;
    struct read *read;       /* what is noted of it in `part` of the reads */
    const void *part;        /* NULL: nothing yet                          */
    struct list_reads *list; /* the list it was taken out of; NULL: none   */
};

static value text_value(str text)
{
    return value_str(text.p ? text : S(""));
}

static value date_or_none(struct visit *v, const struct maybe_date *date)
{
    return date->there ? date_value(v->arena, date->date) : value_none();
}

str local_url(struct visit *v, str url)
{
    str base = v->site->config->base_path;

    return base.len ? str_fmt(v->arena, "%.*s%.*s", STR(base), STR(url)) : url;
}

str permalink(struct visit *v, str url)
{
    return str_fmt(v->arena, "%.*s%.*s", STR(v->site->config->base_url),
                   STR(str_from(url, str_starts(url, S("/")))));
}

/* ---- what is rendered ---- */

/*
 * NULL: the request has failed, with the content's own error, and so has the rendering: the first
 * is the one that is told.
 */
static const struct rendered *render(struct rendering *r, struct visit *v, const struct page *page)
{
    struct error err = { 0 };
    const struct rendered *rendered = visit_render(v, page, &err);

    if (rendered)
        return rendered;
    vial_abort_error(v->req, &err);
    fail(r, "ContentError", "%.*s cannot be rendered", STR(page->path));
    return NULL;
}

static value get_content(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct rendered *rendered = render(r, v, page);

    return rendered ? value_safe(rendered->out.html) : value_undefined();
}

static value get_summary(struct rendering *r, struct visit *v, const struct page *page)
{
    struct markdown out;
    struct error err = { 0 };

    if (!page->summary.len) {
        const struct rendered *rendered = render(r, v, page);
        return rendered ? value_safe(rendered->out.summary) : value_undefined();
    }
    if (!markdown_render(&out, page->path, page->summary,
                         &(struct markdown_options){ .with = v->site->config->markdown }, v->arena,
                         &err)) {
        vial_abort_error(v->req, &err);
        return fail(r, "ContentError", "the summary of %.*s cannot be rendered", STR(page->path));
    }
    return value_safe(out.html);
}

static value get_raw(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct rendered *rendered = render(r, v, page);

    return rendered ? value_str(str_from(rendered->text, rendered->body)) : value_undefined();
}

static value get_word_count(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct rendered *rendered = render(r, v, page);

    return rendered ? value_int((int64_t)rendered->out.words) : value_undefined();
}

static value get_reading_time(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct rendered *rendered = render(r, v, page);

    if (!rendered)
        return value_undefined();
    size_t signs = rendered->out.signs, words = rendered->out.words - signs;
    size_t both = WORDS_PER_MINUTE * SIGNS_PER_MINUTE;
    size_t parts = words * SIGNS_PER_MINUTE + signs * WORDS_PER_MINUTE; /* of `both` a minute */
    return value_int((int64_t)((parts + both - 1) / both));
}

static value heading_value(struct arena *a, const struct markdown_heading *heading)
{
    value dict = dict_new(a, 5);

    dict_set(dict, S("level"), value_int(heading->level));
    dict_set(dict, S("id"), value_str(heading->id));
    dict_set(dict, S("title"), value_str(heading->text));
    dict_set(dict, S("html"), value_safe(heading->html));
    dict_set(dict, S("children"), list_new(a, 0));
    return dict;
}

/* A heading is a child of the last one of a smaller level. */
static value get_toc(struct rendering *r, struct visit *v, const struct page *page)
{
    enum { LEVELS = 7 };
    const struct rendered *rendered = render(r, v, page);
    struct {
        unsigned level;
        value children;
    } open[LEVELS + 1];
    size_t depth = 1;
    value toc = list_new(v->arena, 0);

    open[0].level = 0;
    open[0].children = toc;
    for (size_t i = 0; rendered && i < rendered->out.nheadings; i++) {
        const struct markdown_heading *heading = &rendered->out.headings[i];
        value entry = heading_value(v->arena, heading);

        while (depth > 1 && open[depth - 1].level >= heading->level)
            depth--;
        list_push(open[depth - 1].children, entry);
        open[depth].level = heading->level;
        open[depth++].children = dict_get(entry, S("children"));
    }
    return rendered ? toc : value_undefined();
}

/* ---- what the front matter says ---- */

static value get_title(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return text_value(page->title);
}

static value get_title_from(struct rendering *r, struct visit *v, const struct page *page)
{
    static const char *const words[] = { "front matter", "heading", "name" };

    (void)r;
    (void)v;
    return value_str(str_of(words[page->title_from]));
}

static value get_description(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return text_value(page->description);
}

static value get_date(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return date_or_none(v, &page->date);
}

static value get_updated(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return date_or_none(v, &page->updated);
}

static value get_weight(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return page->weight.there ? value_int(page->weight.number) : value_none();
}

static value get_draft(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return value_bool(page->draft);
}

static value get_slug(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return text_value(page->slug);
}

static value get_template(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return text_value(page->template);
}

static value get_aliases(struct rendering *r, struct visit *v, const struct page *page)
{
    value list = list_new(v->arena, page->aliases.count);

    (void)r;
    for (size_t i = 0; i < page->aliases.count; i++)
        list_push(list, value_str(page->aliases.list[i]));
    return list;
}

static value get_params(struct rendering *r, struct visit *v, const struct page *page)
{
    value own = page_own(page, S("params")), above = dict_get(page->cascade, S("params"));
    value params = dict_new(v->arena, dict_len(own) + dict_len(above)), key, item;

    (void)r;
    for (size_t i = 0; dict_entry(above, i, &key, &item); i++)
        dict_set(params, value_text(key), item);
    for (size_t i = 0; dict_entry(own, i, &key, &item); i++)
        dict_set(params, value_text(key), item);
    return params;
}

/* ---- where it is ---- */

static value get_path(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    (void)v;
    return text_value(page_text(page));
}

static value get_url(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return value_str(local_url(v, page->url));
}

static value get_permalink(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return value_str(permalink(v, page->url));
}

static value get_kind(struct rendering *r, struct visit *v, const struct page *page)
{
    static const char *const words[] = { "page",  "page",     "section", "404",
                                         "route", "taxonomy", "term" };

    (void)r;
    (void)v;
    if (page->kind == PAGE_SECTION && page->section && !page->section->parent)
        return value_str(S("home"));
    return value_str(str_of(words[page->kind]));
}

static value get_outputs(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_outputs(v, page);
}

static value get_section(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return section_value(v, page->section);
}

/*
 * From content/ itself down to what the page is in: sections, or of a term those above it. A
 * section is not its own ancestor.
 */
static void add_sections(struct visit *v, const struct section *section, value list)
{
    if (!section)
        return;
    add_sections(v, section->parent, list);
    list_push(list, section_value(v, section));
}

static void add_above(struct visit *v, const struct page *page, value list)
{
    if (!page)
        return;
    add_above(v, page->above, list);
    list_push(list, page_value(v, page));
}

static value get_ancestors(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct section *nearest = page->section;
    value list = list_new(v->arena, 4);

    (void)r;
    if (page->kind == PAGE_SECTION && nearest)
        nearest = nearest->parent;
    add_sections(v, nearest, list);
    add_above(v, page->above, list);
    return list;
}

static value get_taxonomies(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_taxonomies(v, page);
}

static value get_feeds(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_feeds(v, page);
}

static value get_related(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return related_pages(v, page);
}

static value get_lang(struct rendering *r, struct visit *v, const struct page *page)
{
    value own = page_key(page, S("lang"));

    (void)r;
    return own.type == VIAL_STR ? own : value_str(v->site->config->languages[page->language].code);
}

static value get_translations(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return translations_value(v, page);
}

/* The page whose text this one shows, in want of a translation. */
static value get_fallback(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_value(v, page->source);
}

static value get_backlinks(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return backlinks_value(v, page);
}

static value get_prev(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_value(v, page->prev);
}

static value get_next(struct rendering *r, struct visit *v, const struct page *page)
{
    (void)r;
    return page_value(v, page->next);
}

static value asset_value(struct visit *v, const struct asset *asset)
{
    value dict = dict_new(v->arena, 4);

    dict_set(dict, S("name"), value_str(path_name(asset->path)));
    dict_set(dict, S("path"), value_str(asset->path));
    dict_set(dict, S("url"), value_str(local_url(v, asset->url)));
    dict_set(dict, S("permalink"), value_str(permalink(v, asset->url)));
    return dict;
}

/* The first of them that lies in `folder` or below: they are sorted by path. */
static size_t first_in(const struct map *assets, str folder)
{
    size_t from = 0, to = assets->count;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (str_cmp(assets->entries[middle].key, folder) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* The files beside it; of a page that has a folder to itself, those in folders below as well. */
static value get_assets(struct rendering *r, struct visit *v, const struct page *page)
{
    const struct map *assets = &v->site->index->assets;
    str folder = path_dir(page_text(page));
    str prefix = folder.len ? str_fmt(v->arena, "%.*s/", STR(folder)) : S("");
    value list = list_new(v->arena, 0);

    (void)r;
    visit_note_key(v, "assets", folder);
    if (!page->has_file)
        return list;
    for (size_t i = first_in(assets, prefix); i < assets->count; i++) {
        str path = assets->entries[i].key;

        if (!str_starts(path, prefix))
            break;
        if (page->kind == PAGE_BUNDLE || str_eq(path_dir(path), folder))
            list_push(list, asset_value(v, assets->entries[i].data));
    }
    return list;
}

typedef value get_fn(struct rendering *r, struct visit *v, const struct page *page);

static const struct {
    const char *name;
    get_fn *get;
} fields[] = {
    { "title", get_title },
    { "url", get_url },
    { "content", get_content },
    { "date", get_date },
    { "summary", get_summary },
    { "description", get_description },
    { "permalink", get_permalink },
    { "path", get_path },
    { "prev", get_prev },
    { "next", get_next },
    { "section", get_section },
    { "ancestors", get_ancestors },
    { "toc", get_toc },
    { "word_count", get_word_count },
    { "reading_time", get_reading_time },
    { "updated", get_updated },
    { "weight", get_weight },
    { "draft", get_draft },
    { "params", get_params },
    { "assets", get_assets },
    { "raw", get_raw },
    { "slug", get_slug },
    { "kind", get_kind },
    { "template", get_template },
    { "aliases", get_aliases },
    { "title_from", get_title_from },
    { "taxonomies", get_taxonomies },
    { "related", get_related },
    { "feeds", get_feeds },
    { "outputs", get_outputs },
    { "backlinks", get_backlinks },
    { "lang", get_lang },
    { "translations", get_translations },
    { "fallback", get_fallback },
};

static get_fn *find_field(str name, const char **field)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(name, str_of(fields[i].name))) {
            *field = fields[i].name;
            return fields[i].get;
        }
    return NULL;
}

/* As page_attr(), with the field's bit in `noted`. */
static bool get_field(struct rendering *r, struct visit *v, const struct page *page, str name,
                      uint64_t *noted, value *out)
{
    const char *field;
    get_fn *get = find_field(name, &field);

    *noted = reads_field(name);
    *out = get ? get(r, v, page) : page_key(page, name);
    return !value_is_undefined(*out);
}

bool page_attr(struct rendering *r, struct visit *v, const struct page *page, str name, value *out)
{
    uint64_t field;
    bool there = get_field(r, v, page, name, &field, out);

    visit_page(v, page)->fields |= field;
    return there;
}

/* ---- the page object ---- */

static unsigned bit_of(uint64_t field)
{
    return (unsigned)__builtin_ctzll(field);
}

/* Whether `page` is one too many. What was noted elsewhere does not count: so it does not matter
 * what is noted first. */
static bool is_many(struct list_reads *list, unsigned bit, const struct page *page, struct arena *a)
{
    struct few *few = list->few[bit];

    if (!few)
        few = list->few[bit] = arena_make(a, struct few);
    for (unsigned i = 0; i < few->count; i++)
        if (few->pages[i] == page)
            return false;
    if (few->count == LIST_FEW)
        return true;
    few->pages[few->count++] = page;
    return false;
}

static void note_field(struct page_object *object, uint64_t field)
{
    struct list_reads *list = object->list;
    struct visit *v = object->visit;
    struct read *whole = list ? list_reads_whole(v, list) : NULL;

    if (whole && whole->fields & field)
        return;
    if (object->part != v->reads->part) {
        object->read = visit_page(v, object->page);
        object->part = v->reads->part;
    }
    object->read->fields |= field;
    if (whole && is_many(list, bit_of(field), object->page, v->arena))
        whole->fields |= field;
}

static bool page_object_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    struct page_object *object = (struct page_object *)(uintptr_t)o;
    uint64_t field;
    bool there = get_field(r, object->visit, object->page, name, &field, out);

    note_field(object, field);
    return there;
}

static bool page_object_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && page_object_attr(r, o, value_text(key), out);
}

static const struct object_type page_type;

static bool page_object_equal(struct rendering *r, const struct object *o, value other)
{
    const struct page_object *object = (const struct page_object *)o;
    const struct page_object *that = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && that->object.type == &page_type &&
           that->page == object->page;
}

static uint64_t page_object_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)(uintptr_t)((const struct page_object *)o)->page;
}

/*
 * Pages of routes, and the one for what is not there, may be of one request only. And the page that
 * answers is another thing than the same page seen from elsewhere: its faults are told.
 */
static const void *page_object_same(const struct object *o)
{
    const struct page_object *object = (const struct page_object *)o;
    const struct page *page = object->page;
    bool fleeting = page->kind == PAGE_ROUTE || page->kind == PAGE_NOT_FOUND;

    return fleeting || page == object->visit->self ? NULL : page;
}

static void page_object_print(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct page_object *object = (const struct page_object *)o;

    (void)r;
    buf_addf(out, "<page %.*s>", STR(object->page->path));
}

static const struct object_type page_type = {
    .name = "page",
    .attr = page_object_attr,
    .item = page_object_item,
    .equal = page_object_equal,
    .hash = page_object_hash,
    .print = page_object_print,
    .same = page_object_same,
};

value page_value_in(struct visit *v, const struct page *page, struct list_reads *list)
{
    if (!page)
        return value_none();

    struct page_object *object = arena_make(v->arena, struct page_object);
    object->object.type = &page_type;
    object->visit = v;
    object->page = page;
    object->list = list;
    return value_object(&object->object);
}

value page_value(struct visit *v, const struct page *page)
{
    return page_value_in(v, page, NULL);
}
