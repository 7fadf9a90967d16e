/*
 * page.c - a content file becomes a page
 *
 *   comes in:  a file's text
 *   goes out:  what its front matter says, with what follows from its name and its first heading
 *
 * The body is looked at only for a title, where the front matter has none: the first heading that
 * is not inside of a code block. It is rendered later, and then read again.
 */
#include "vial/site/page.h"
#include "vial/base/path.h"
#include "vial/base/utf8.h"
#include "vial/markdown/markdown.h"
#include "vial/site/locale.h"
#include "vial/site/schema.h"
#include "vial/site/slug.h"

bool page_names_folder(str path)
{
    str stem = path_stem(path);

    return str_eq(stem, S("_index")) || str_eq(stem, S("index")) || str_eq(stem, S("README"));
}

/* The name a page's slug, title and date come from: its own, or its folder's. */
static str naming(str path)
{
    return page_names_folder(path) ? path_name(path_dir(path)) : path_stem(path);
}

/* ---- the first heading ---- */

/* A line of at least three ` or ~ opens a code block, and the same again closes it. */
static size_t fence_length(str line, char mark)
{
    size_t n = 0;

    while (n < line.len && line.p[n] == mark)
        n++;
    return n >= 3 ? n : 0;
}

struct fence {
    char mark; /* '\0': no code block is open */
    size_t length;
};

/* True when `line` belongs to a code block, its fences included. */
static bool in_fence(struct fence *fence, str line)
{
    if (fence->mark) {
        size_t n = fence_length(line, fence->mark);

        if (n >= fence->length && !str_trim(str_from(line, n)).len)
            fence->mark = '\0';
        return true;
    }
    char mark = line.len ? line.p[0] : '\0';
    size_t n = mark == '`' || mark == '~' ? fence_length(line, mark) : 0;
    if (!n || (mark == '`' && str_has(str_from(line, n), '`')))
        return false;
    *fence = (struct fence){ mark, n };
    return true;
}

static bool is_atx(str line)
{
    size_t n = 0;

    while (n < line.len && line.p[n] == '#')
        n++;
    return n >= 1 && n <= 6 && (n == line.len || line.p[n] == ' ' || line.p[n] == '\t');
}

static bool is_underline(str line)
{
    str rest = str_rtrim(line);

    if (!rest.len || (rest.p[0] != '=' && rest.p[0] != '-'))
        return false;
    for (size_t i = 1; i < rest.len; i++)
        if (rest.p[i] != rest.p[0])
            return false;
    return true;
}

static str indent_cut(str line)
{
    for (int i = 0; i < 3 && str_starts(line, S(" ")); i++)
        line = str_from(line, 1);
    return line;
}

/* The source of the first heading: "# Title", or a line and its underline; empty: there is none. */
static str find_heading(str body)
{
    struct fence fence = { 0 };
    str rest = body, line, above = S("");

    while (str_line(&rest, &line)) {
        str text = indent_cut(line);

        if (in_fence(&fence, text) || !str_trim(line).len || str_starts(text, S("    "))) {
            above = S("");
            continue;
        }
        if (is_atx(text))
            return text;
        if (above.len && is_underline(text))
            return str_n(above.p, (size_t)(line.p + line.len - above.p));
        if (strchr(">-*+|<", text.p[0]))
            above = S(""); /* no paragraph begins so, and only a paragraph is underlined */
        else if (!above.len)
            above = text;
    }
    return S("");
}

static str heading_text(str body, struct arena *scratch)
{
    str source = find_heading(body);
    struct markdown out;

    if (!source.len ||
        !markdown_render(&out, S(""), source,
                         &(struct markdown_options){ .with = MARKDOWN_ATTRIBUTES }, scratch,
                         NULL) ||
        !out.nheadings)
        return S("");
    return out.headings[0].text;
}

/* ---- the page ---- */

static void take_title(struct page *page, const struct front_matter *front, str name, str body,
                       struct arena *a, struct arena *scratch)
{
    page->title = front->title;
    page->title_from = TITLE_WRITTEN;
    if (front->title.len)
        return;
    page->title = str_copy(a, heading_text(body, scratch));
    page->title_from = TITLE_HEADING;
    if (page->title.len)
        return;
    page->title = slug_title(a, name);
    page->title_from = TITLE_NAME;
}

/* "2026-11-21-hello": the name is "hello", and the date is the page's unless it says another. */
static str take_date(struct page *page, const struct front_matter *front, str name)
{
    struct date date;
    str rest;

    page->date = front->date;
    if (!date_from_name(name, 0, &date, &rest) || !rest.len)
        return name;
    if (!page->date.there)
        page->date = (struct maybe_date){ date, true };
    return rest;
}

/* A clock whose zone is not told is the site's. */
static void read_in_zone(struct maybe_date *date, const struct config *config)
{
    if (!date->there || date->date.has_zone || !config->zone)
        return;
    date->date.offset = zone_offset_of_local(config->zone, date->date.unix_time);
    date->date.unix_time -= date->date.offset * 60;
}

static void read_dates(struct front_matter *front, const struct config *config)
{
    read_in_zone(&front->date, config);
    read_in_zone(&front->updated, config);
    read_in_zone(&front->publish_date, config);
    read_in_zone(&front->expiry_date, config);
}

static void take_front(struct page *page, const struct front_matter *front)
{
    page->description = front->description;
    page->summary = front->summary;
    page->template = front->template;
    page->own_url = front->url;
    page->updated = front->updated;
    page->publish = front->publish_date.there ? front->publish_date.date.unix_time : 0;
    page->expiry = front->expiry_date.there ? front->expiry_date.date.unix_time : 0;
    page->weight = front->weight;
    page->aliases = front->aliases;
    page->paging = front->paging;
    page->sort_by = (int8_t)front->sort_by;
    page->reverse = front->reverse.truth;
    page->reverse_said = front->reverse.there;
    page->draft = front->draft;
    page->more = front->more;
}

static bool check_utf8(str file, str text, struct errors *errors)
{
    struct error err = { 0 };
    size_t bad;

    if (utf8_valid(text, &bad))
        return true;
    error_at(&err, (struct place){ file, text, bad, 1 }, "this byte (0x%02X) is no UTF-8",
             (unsigned)(unsigned char)text.p[bad]);
    error_hint(&err, "save the file as UTF-8");
    errors_add(errors, &err);
    return false;
}

struct page *page_read(str path, str file, str text, struct file_info info,
                       const struct config *config, struct arena *a, struct arena *scratch,
                       struct errors *errors, struct errors *warnings)
{
    struct front_span span;
    struct front_matter front;
    struct error err = { 0 };

    if (!check_utf8(file, text, errors))
        return NULL;
    if (!front_matter_find(&span, file, text, &err)) {
        errors_add(errors, &err);
        return NULL;
    }
    str own_path = str_copy(a, path);
    struct located where = config_locate(config, own_path, a);
    const struct schema *schema = schema_for(config, where.language, where.place);
    if (!front_matter_read(&front, file, text, &span, schema, a, scratch, errors, warnings))
        return NULL;

    struct page *page = arena_make(a, struct page);
    str body = str_from(text, span.body);
    page->path = own_path;
    page->place = where.place;
    page->language = where.language;
    page->has_file = true;
    page->info = info;
    page->digest = digest_of(text);
    page->body_digest = digest_of(body);
    page->calls = str_find(body, S("{{")) != STR_NONE || str_find(body, S("{%")) != STR_NONE ||
                  str_find(body, S("--8<--")) != STR_NONE;
    read_dates(&front, config);
    take_front(page, &front);
    str name = take_date(page, &front, naming(where.logical));
    if (!front.date.there)
        read_in_zone(&page->date, config);
    take_title(page, &front, name, body, a, scratch);
    page->slug = front.slug.len ? front.slug : str_copy(a, slug_of(scratch, name));
    if (!page->slug.len)
        page->slug = str_copy(a, name); /* a name of signs only is its own address */
    return page;
}

struct place page_place(str content, const struct page *page, str key, struct arena *a)
{
    struct place file = { .file = path_join(a, content, page_text(page)) };
    struct front_span span;
    str text;

    if (!file_read(&text, file.file, PAGE_SIZE, NULL, a, NULL) ||
        !front_matter_find(&span, file.file, text, NULL) || !span.there)
        return file;
    const struct yaml_node *map = front_matter_parse(&span, file.file, text, a, NULL);
    const struct yaml_node *node = yaml_get(map, key);
    return node ? yaml_place(node) : file;
}

enum page_shown page_shown_at(const struct page *page, int64_t now)
{
    if (page->draft)
        return PAGE_DRAFT;
    if (page->publish > now)
        return PAGE_FUTURE;
    return page->expiry && page->expiry <= now ? PAGE_EXPIRED : PAGE_SHOWN;
}
