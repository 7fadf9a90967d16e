/*
 * outputs.c - pages in other formats than HTML
 *
 *   comes in:  `outputs:` of vial.yaml, of pages and of what they inherit
 *   goes out:  an address for each format of each page, and which templates may make it
 *
 * A format is the ending of a file, and needs no more to be said: its template has that ending too,
 * and the type it is sent as follows from it. Of JSON vial has a template of its own.
 */
#include "vial/site/outputs.h"
#include "vial/base/path.h"

enum { FORMAT_LONGEST = 16, FORMATS_MOST = 32 };

/* ---- vial.yaml ---- */

#define FIELD(name) offsetof(struct config_outputs, name)

static const struct key keys[] = {
    { "home", KEY_TEXTS, FIELD(home), NULL },
    { "page", KEY_TEXTS, FIELD(page), NULL },
    { "section", KEY_TEXTS, FIELD(section), NULL },
    { "taxonomy", KEY_TEXTS, FIELD(taxonomy), NULL },
    { "term", KEY_TEXTS, FIELD(term), NULL },
    { 0 },
};

static bool is_format(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum(name.p[i]) || (name.p[i] >= 'A' && name.p[i] <= 'Z'))
            return false;
    return name.len && name.len <= FORMAT_LONGEST;
}

static bool check_format(str name, struct place place, struct errors *errors)
{
    struct error err = { 0 };

    if (is_format(name))
        return true;
    error_at(&err, place, "'%.*s' is no format", STR(name));
    error_hint(&err, "a format is an ending in small letters: html, json, txt, ics");
    errors_add(errors, &err);
    return false;
}

bool config_read_outputs(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("outputs"));
    bool good =
        !map || keys_read(map, keys, UNKNOWN_REFUSED, "'outputs'", &config->outputs, a, errors);

    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++) {
        const struct yaml_node *node = map->entries[i].node;

        if (node->kind != YAML_LIST)
            good =
                (node->kind == YAML_NULL || check_format(node->text, yaml_place(node), errors)) &&
                good;
        for (size_t n = 0; node->kind == YAML_LIST && n < node->count; n++) {
            const struct yaml_node *item = node->entries[n].node;
            good = check_format(item->text, yaml_place(item), errors) && good;
        }
    }
    return good;
}

/* ---- a page's formats ---- */

static struct texts of_kind(const struct config *config, const struct page *page)
{
    switch (page->kind) {
    case PAGE_PLAIN:
    case PAGE_BUNDLE:
        return config->outputs.page;
    case PAGE_SECTION:
        return page->section->parent ? config->outputs.section : config->outputs.home;
    case PAGE_TAXONOMY:
        return config->outputs.taxonomy;
    case PAGE_TERM:
        return config->outputs.term;
    default:
        return (struct texts){ 0 };
    }
}

struct formats {
    str list[FORMATS_MOST];
    size_t count;
};

static void add_format(struct formats *formats, str name)
{
    for (size_t i = 0; i < formats->count; i++)
        if (str_eq(formats->list[i], name))
            return;
    if (formats->count < FORMATS_MOST)
        formats->list[formats->count++] = name;
}

static struct place asked_at(const struct giving *g, const struct page *page)
{
    return page->has_file ? page_place(g->in->content, page, S("outputs"), &g->index->arena)
                          : g->in->config->text;
}

/* What the page says or inherits; else what vial.yaml says of its kind. */
static void find_formats(struct giving *g, const struct page *page, struct formats *formats)
{
    value said = page_key(page, S("outputs"));
    struct texts usual = of_kind(g->in->config, page);
    size_t count = said.type == VIAL_LIST ? list_len(said) : said.type == VIAL_STR;

    for (size_t i = 0; i < count; i++) {
        str name = value_text(said.type == VIAL_LIST ? list_at(said, i) : said);

        if (is_format(name))
            add_format(formats, name);
        else
            check_format(name, asked_at(g, page), g->errors);
    }
    for (size_t i = 0; value_is_null(said) && i < usual.count; i++)
        add_format(formats, usual.list[i]);
}

/* ---- addresses ---- */

/* "/blog/hello/" as JSON is "/blog/hello/index.json", and "/about.html" "/about.json". */
static str address_in(struct giving *g, str address, str format)
{
    struct arena *a = &g->index->arena;
    str stem = address;

    if (str_ends(address, S("/")))
        return str_fmt(a, "%.*sindex.%.*s", STR(address), STR(format));
    if (path_ext(path_name(address)).len)
        stem = str_slice(address, 0, address.len - path_ext(path_name(address)).len);
    return str_fmt(a, "%.*s.%.*s", STR(stem), STR(format));
}

/* Whether the page as HTML is among them. */
static bool has_html(const struct formats *formats)
{
    for (size_t i = 0; i < formats->count; i++)
        if (str_eq(formats->list[i], S("html")))
            return true;
    return !formats->count;
}

void outputs_give(struct giving *g, str address, struct page *page, const struct term *term)
{
    struct formats formats = { 0 };
    bool html;

    page->outputs = NULL;
    if (page->kind != PAGE_NOT_FOUND)
        find_formats(g, page, &formats);
    if ((html = has_html(&formats)))
        address_give_page(g, address, page, term);
    if (formats.count <= html)
        return;
    struct page_outputs *outputs =
        arena_alloc(&g->index->arena, sizeof *outputs + formats.count * sizeof *outputs->list);
    outputs->count = formats.count;
    for (size_t i = 0; i < formats.count; i++) {
        struct page_output *output = &outputs->list[i];
        bool is_html = str_eq(formats.list[i], S("html"));
        str at = is_html ? address : address_in(g, address, formats.list[i]);

        *output = (struct page_output){ formats.list[i], address_encoded(g, at) };
        if (!html && i == 0)
            page->url = output->url;
        if (!is_html)
            address_give(g, at,
                         (struct target){ .kind = TARGET_OUTPUT,
                                          .url = output->url,
                                          .page = page,
                                          .format = output->format });
    }
    page->outputs = outputs;
}

/* ---- templates ---- */

size_t output_templates(const struct page *page, str own, str format, str names[OUTPUT_TEMPLATES],
                        struct arena *a)
{
    const char *kind = page->kind == PAGE_TERM       ? "term"
                       : page->kind == PAGE_TAXONOMY ? "taxonomy"
                       : page->kind != PAGE_SECTION  ? "page"
                       : page->section->parent       ? "section"
                                                     : "home";
    bool list = page->kind == PAGE_TERM || page->kind == PAGE_TAXONOMY ||
                (page->kind == PAGE_SECTION && !page->section->parent);
    size_t count = 0;

    if (own.len) {
        str ext = path_ext(path_name(own)), stem = str_slice(own, 0, own.len - ext.len);
        names[count++] = str_fmt(a, "%.*s.%.*s", STR(stem), STR(format));
    }
    names[count++] = str_fmt(a, "%s.%.*s", kind, STR(format));
    if (list)
        names[count++] = str_fmt(a, "section.%.*s", STR(format));
    if (str_eq(format, S("json")))
        names[count++] = S("outputs/page.json");
    return count;
}

struct map outputs_in_use(const struct index *index, struct arena *a)
{
    struct map formats = map_in(a);

    for (size_t i = 0; i < index->targets.count; i++) {
        const struct target *target = index->targets.entries[i].data;

        if (target->kind == TARGET_OUTPUT)
            map_put(&formats, target->format);
    }
    return formats;
}
