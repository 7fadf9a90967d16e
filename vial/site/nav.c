/*
 * nav.c - the site's navigation, where its writer gave one
 *
 *   comes in:  `nav:` in vial.yaml, or content/SUMMARY.md as books have it; for each language
 *   goes out:  a tree of titles and pages; the pages read in its order
 *
 *     nav:                              - [Getting Started](start.md)
 *       - start.md                        - [Installation](install.md)
 *       - Guide: [guide/a.md, guide/b.md]
 *       - Source: https://example.org/
 *
 * A language may have one of its own, `nav:` below `languages:` or SUMMARY.de.md. Without, it has
 * the site's as far as its pages go: a page that is translated is called there as its translation
 * calls itself, and a heading with nothing left below it is left out.
 *
 * Lines of SUMMARY.md that stand in no list are a foreword and its like, which books do not number,
 * and a heading below the first is the title of a part.
 *
 * With a navigation, previous and next follow it through the whole site, and the pages of each
 * section are in its order, those that it does not name behind.
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/markdown/markdown.h"
#include "vial/site/index.h"
#include "vial/site/slug.h"
#include <stdlib.h>

struct reading {
    struct index *index;
    const struct index_inputs *in;
    struct errors *errors, *warnings;
    const struct page **pages; /* in the order they are named, each once */
    size_t npages;
    struct map seen;  /* by path */
    const char *what; /* is read, for messages */
    unsigned language;
    bool shared; /* it is another language's as well: what this one has not is left out */
};

/* In a navigation of another language, a title is in that one too. */
static void take_title(struct reading *r, struct nav *nav, const struct page *page)
{
    bool translated = page->title_from != TITLE_NAME && !page->source;

    if (!nav->title.len || (r->shared && translated))
        nav->title = page->title;
}

static bool is_elsewhere(str link)
{
    return str_find(link, S("://")) != STR_NONE || str_starts(link, S("mailto:")) ||
           str_starts(link, S("#"));
}

static void complain(struct reading *r, struct place place, str link)
{
    struct error err = { 0 };
    struct nearest nearest = nearest_to(link);
    bool warn = r->in->config->links == LINKS_WARN;

    if (r->in->config->links == LINKS_IGNORE || r->shared)
        return;
    for (size_t i = 0; i < r->index->pages.count; i++)
        nearest_try(&nearest, r->index->pages.entries[i].key);
    error_at(&err, place, "there is no page '%.*s'", STR(link));
    error_meant(&err, nearest.best);
    errors_add(warn ? r->warnings : r->errors, &err);
}

/* The page in the language that is read, where it is there. */
static const struct page *in_language(const struct reading *r, const struct page *page)
{
    const struct page *other = NULL;

    if (page && page->language != r->language && page->translations)
        other = page->translations[r->language];
    return other ? other : page;
}

/* What is at this address below the language's prefix. */
static const struct target *target_below(struct reading *r, unsigned language, str decoded)
{
    str prefix = r->in->config->languages[language].prefix;
    str own = str_fmt(&r->index->arena, "/%.*s%.*s", STR(prefix), STR(decoded));

    return map_get(&r->index->targets, prefix.len ? own : decoded);
}

/* "/tags/", "/atom.xml": an address of this site that is no file of content/. */
static bool follow_address(struct reading *r, struct nav *nav, str decoded)
{
    const struct target *target = target_below(r, r->language, decoded);

    if (!target)
        target = map_get(&r->index->targets, decoded);
    if (!target) /* the site's own language may have a prefix as well */
        target = target_below(r, 0, decoded);
    if (!str_starts(decoded, S("/")) || !target)
        return false;
    nav->url = target->url;
    nav->inside = true;
    if (target->kind != TARGET_PAGE)
        return true;
    nav->page = in_language(r, target->page);
    if (nav->page != target->page)
        nav->url = nav->page->url;
    take_title(r, nav, nav->page);
    return true;
}

static void note_page(struct reading *r, const struct page *page)
{
    if (page->language != r->language || map_find(&r->seen, page->path))
        return;
    map_put(&r->seen, page->path);
    r->pages[r->npages++] = page;
}

static const struct page *page_or_folder(const struct index *index, str path)
{
    const struct page *page = index_page_at(index, path);
    const struct section *section = page ? NULL : map_get(&index->sections, path);

    return page ? page : section ? section->page : map_get(&index->bundles, path);
}

/* Where `link` leads, as written from content/. False: to a page that is not there. */
static bool follow(struct reading *r, struct nav *nav, str link, struct place place)
{
    struct arena *a = &r->index->arena;
    str decoded, path = link;

    nav->url = link;
    if (!link.len || is_elsewhere(link))
        return true;
    path = str_cut(&path, '#');
    if (!url_decode(&decoded, path, a))
        decoded = path;
    if (follow_address(r, nav, decoded))
        return !r->shared || !nav->page || nav->page->language == r->language;
    path = path_normal(a, decoded);
    if (str_eq(path, S(".")))
        path = S("");
    str own = config_in_language(r->in->config, r->language, path, a);
    const struct page *page = page_or_folder(r->index, own);
    if (!page)
        page = in_language(r, page_or_folder(r->index, path));
    if (page && page->shown)
        return false; /* a draft: its line waits for it */
    if (page && r->shared && page->language != r->language)
        return false;
    if (!page) {
        complain(r, place, link);
        return false;
    }
    nav->page = page;
    nav->url = page->url;
    take_title(r, nav, page);
    if (page->kind != PAGE_SECTION || page->has_file || r->in->lists)
        note_page(r, page);
    return true;
}

/* ---- nav: in vial.yaml ---- */

static struct nav **read_list(struct reading *r, const struct yaml_node *list, struct nav **last);

static void nav_error(struct reading *r, const struct yaml_node *node)
{
    struct error err = { 0 };

    error_at(&err, yaml_place(node), "a line of %s is a file, or a title and a file or a list",
             r->what);
    error_hint(&err, "write '- about.md', '- About: about.md' or '- Guide: [a.md, b.md]'");
    errors_add(r->errors, &err);
}

static struct nav **append(struct reading *r, struct nav **last, str title)
{
    *last = arena_make(&r->index->arena, struct nav);
    (*last)->title = title;
    return last;
}

static struct nav **read_line(struct reading *r, const struct yaml_node *node, struct nav **last)
{
    const struct yaml_node *what = node;
    str title = S("");

    if (node->kind == YAML_MAP && node->count == 1) {
        title = node->entries[0].key->text;
        what = node->entries[0].node;
    }
    append(r, last, title);
    if (what->kind == YAML_LIST && title.len) {
        read_list(r, what, &(*last)->children);
    } else if (what->kind != YAML_STR) {
        nav_error(r, node);
        *last = NULL;
        return last;
    } else if (!follow(r, *last, what->text, yaml_place(what))) {
        *last = NULL;
        return last;
    }
    if (!(*last)->title.len)
        (*last)->title = (*last)->url;
    return &(*last)->next;
}

static struct nav **read_list(struct reading *r, const struct yaml_node *list, struct nav **last)
{
    for (size_t i = 0; i < list->count; i++)
        last = read_line(r, list->entries[i].node, last);
    return last;
}

/* ---- SUMMARY.md ---- */

enum { DEPTH = 16 };

/* Of a Markdown title: "The `match` Construct" without its signs. */
static str plain_title(struct reading *r, str title)
{
    struct arena *a = &r->index->arena;
    str heading = str_fmt(a, "# %.*s", STR(title));
    struct markdown out;

    if (!str_has(title, '`') && !str_has(title, '*') && !str_has(title, '_') &&
        !str_has(title, '\\') && !str_has(title, '&'))
        return str_copy(a, title);
    if (!markdown_render(&out, S(""), heading, &(struct markdown_options){ 0 }, a, NULL) ||
        !out.nheadings)
        return str_copy(a, title);
    return out.headings[0].text;
}

/* "[Title](path)" in a line; `at` is where its "[" stands. */
static bool find_link(str line, str *title, str *path, size_t *at)
{
    ptrdiff_t open = str_find_char(line, '['), middle = str_find(line, S("]("));
    ptrdiff_t close = str_rfind_char(line, ')');

    if (open == STR_NONE || middle < open || close < middle)
        return false;
    *at = (size_t)open;
    *title = str_slice(line, (size_t)open + 1, (size_t)middle);
    *path = str_trim(str_slice(line, (size_t)middle + 2, (size_t)close));
    return true;
}

static size_t indent_of(str line)
{
    size_t columns = 0;

    for (size_t i = 0; i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
        columns += line.p[i] == '\t' ? 4 : 1;
    return columns;
}

/* "# Reference" above some chapters; the first heading is the book's, which is no part. */
static bool find_part(str line, bool *first, str *title)
{
    if (!str_starts(line, S("# ")))
        return false;
    *title = str_trim(str_from(line, 2));
    bool is_first = *first;
    *first = false;
    return !is_first && title->len;
}

static bool in_list(str line)
{
    line = str_ltrim(line);
    return line.len && (strchr("-*+", line.p[0]) || is_digit(line.p[0]));
}

struct level {
    size_t indent;
    struct nav **last;
};

/* The level a line of this indent belongs to: the innermost that is not indented more. */
static struct level *level_for(struct level *levels, size_t *depth, size_t indent)
{
    while (*depth > 1 && levels[*depth - 1].indent > indent)
        --*depth;
    return &levels[*depth - 1];
}

static void read_summary(struct reading *r, const struct summary *summary)
{
    str file = path_join(&r->index->arena, r->in->content, summary->path);
    str rest = summary->text, line, title, path;
    struct level levels[DEPTH] = { { 0, &r->index->languages[r->language].nav } };
    size_t depth = 1, at;
    bool first = true;

    while (rest.len) {
        size_t begin = summary->text.len - rest.len;

        str_line(&rest, &line);
        if (find_part(line, &first, &title)) {
            struct nav **part = append(r, levels[0].last, plain_title(r, title));

            (*part)->unnumbered = true;
            levels[0].last = &(*part)->next;
            depth = 1;
            continue;
        }
        if (!find_link(line, &title, &path, &at))
            continue;
        first = false;
        struct place place = { file, summary->text, begin + at, title.len + 2 };
        struct level *level = level_for(levels, &depth, indent_of(line));
        struct nav **here = append(r, level->last, plain_title(r, title));
        if (!follow(r, *here, path, place)) {
            *here = NULL;
            continue;
        }
        (*here)->unnumbered = !in_list(line);
        level->last = &(*here)->next;
        if (depth < DEPTH)
            levels[depth++] = (struct level){ indent_of(line) + 1, &(*here)->children };
    }
}

/* Headings whose pages are not there in this language. */
static void drop_empty(struct nav **line)
{
    while (*line) {
        drop_empty(&(*line)->children);
        if (!(*line)->url.len && !(*line)->children && !(*line)->unnumbered)
            *line = (*line)->next;
        else
            line = &(*line)->next;
    }
}

static void give_numbers(struct reading *r, struct nav *nav, str above)
{
    unsigned number = 0;

    for (; nav; nav = nav->next) {
        if (nav->unnumbered)
            continue;
        nav->number =
            str_fmt(&r->index->arena, "%.*s%s%u", STR(above), above.len ? "." : "", ++number);
        give_numbers(r, nav->children, nav->number);
    }
}

/* ---- what pages make of it ---- */

static int rank(const struct reading *r, const struct page *page)
{
    struct map_entry *entry = map_find(&r->seen, page->path);

    return entry ? (int)(entry - r->seen.entries) : -1;
}

struct ranked {
    int rank, before; /* in the navigation, and where it stood before */
    const void *thing;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if ((a->rank < 0) != (b->rank < 0))
        return a->rank < 0 ? 1 : -1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->before < b->before ? -1 : 1;
}

/* Those the navigation names in its order, then the others as they were. */
static void follow_ranks(struct ranked *list, const void **things, size_t count)
{
    qsort(list, count, sizeof *list, by_rank);
    for (size_t i = 0; i < count; i++)
        things[i] = list[i].thing;
}

static void order_pages(const struct reading *r, const struct page **pages, size_t count)
{
    struct ranked *list = arena_array(&r->index->arena, struct ranked, count);

    for (size_t i = 0; i < count; i++)
        list[i] = (struct ranked){ rank(r, pages[i]), (int)i, pages[i] };
    follow_ranks(list, (const void **)pages, count);
}

/* A section stands where its first page does. */
static int section_rank(const struct reading *r, const struct section *section)
{
    int best = rank(r, section->page);

    for (size_t i = 0; i < section->npages; i++) {
        int here = rank(r, section->pages[i]);

        if (here >= 0 && (best < 0 || here < best))
            best = here;
    }
    for (size_t i = 0; i < section->nsections; i++) {
        int here = section_rank(r, section->sections[i]);

        if (here >= 0 && (best < 0 || here < best))
            best = here;
    }
    return best;
}

static void order_sections(const struct reading *r, struct section *section)
{
    struct ranked *list = arena_array(&r->index->arena, struct ranked, section->nsections);

    for (size_t i = 0; i < section->nsections; i++)
        list[i] =
            (struct ranked){ section_rank(r, section->sections[i]), (int)i, section->sections[i] };
    follow_ranks(list, (const void **)section->sections, section->nsections);
}

/* What it does not name keeps its neighbours, but for those that are in it: they have others. */
static void leave_out(struct reading *r)
{
    const struct language *language = &r->index->languages[r->language];

    for (size_t i = 0; i < language->nall; i++) {
        struct page *page = (struct page *)(uintptr_t)language->all[i];

        if (map_find(&r->seen, page->path))
            continue;
        if (page->prev && map_find(&r->seen, page->prev->path))
            page->prev = NULL;
        if (page->next && map_find(&r->seen, page->next->path))
            page->next = NULL;
    }
}

static void apply(struct reading *r)
{
    for (size_t i = 0; i < r->index->sections.count; i++) {
        struct section *section = r->index->sections.entries[i].data;

        if (section->language != r->language)
            continue;
        order_pages(r, section->pages, section->npages);
        order_sections(r, section);
    }
    struct language *language = &r->index->languages[r->language];
    order_pages(r, language->all, language->nall);
    leave_out(r);
    for (size_t i = 0; i < r->npages; i++) {
        struct page *page = (struct page *)r->pages[i];

        page->prev = i ? r->pages[i - 1] : NULL;
        page->next = i + 1 < r->npages ? r->pages[i + 1] : NULL;
    }
}

struct nav *nav_lines(struct index *index, const struct index_inputs *in, unsigned language,
                      const struct yaml_node *list, const char *what, struct errors *errors,
                      struct errors *warnings)
{
    bool shared = language && !in->config->languages[language].menus;
    struct reading r = { index, in,       errors, warnings, NULL, 0, map_in(&index->arena),
                         what,  language, shared };
    struct nav *first = NULL;

    r.pages =
        arena_array(&index->arena, const struct page *, index->pages.count + index->sections.count);
    read_list(&r, list, &first);
    if (shared)
        drop_empty(&first);
    return first;
}

static void read_nav(struct index *index, const struct index_inputs *in, unsigned language,
                     struct errors *errors, struct errors *warnings)
{
    bool own = in->config->languages[language].nav || in->summaries[language].text.p;
    unsigned from = own ? language : 0;
    bool shared = from != language;
    const struct yaml_node *nav = in->config->languages[from].nav;
    const struct summary *summary = &in->summaries[from];

    if (!nav && !from)
        nav = in->config->nav;
    if (!nav && !summary->text.p)
        return;
    struct reading r = { index,   in,       errors, warnings, NULL, 0, map_in(&index->arena),
                         "'nav'", language, shared };
    r.pages =
        arena_array(&index->arena, const struct page *, index->pages.count + index->sections.count);
    if (nav)
        read_list(&r, nav, &index->languages[language].nav);
    else
        read_summary(&r, summary);
    if (shared)
        drop_empty(&index->languages[language].nav);
    give_numbers(&r, index->languages[language].nav, S(""));
    apply(&r);
}

void index_nav(struct index *index, const struct index_inputs *in, struct errors *errors,
               struct errors *warnings)
{
    for (unsigned language = 0; language < index->nlanguages; language++)
        read_nav(index, in, language, errors, warnings);
}
