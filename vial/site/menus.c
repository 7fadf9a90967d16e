/*
 * menus.c - lists of links that a site's templates show
 *
 *   comes in:  `menus:` in vial.yaml, and `menu:` in the front matter of pages
 *   goes out:  a list of titles and addresses for each name
 *
 *     menus:                                  menu: main
 *       main:                                 menu: [main, footer]
 *         - blog/_index.md                    menu: {main: {title: Who, weight: 2}}
 *         - Tags: /tags/
 *
 * Each language has menus of its own: those it names, or else the site's, as far as its pages go.
 * What vial.yaml names comes first, in its order, and stays where it is if the page asks for the
 * menu as well. Behind it come the pages that ask: by their weight, then by title, then by path.
 */
#include "vial/base/nearest.h"
#include "vial/site/index.h"
#include <stdlib.h>

/* A page that asks for a place in a menu. */
struct asking {
    const struct page *page;
    str menu, title;
    struct maybe_int weight;
};

struct menus {
    struct index *index;
    const struct index_inputs *in;
    struct errors *errors;
    unsigned language;
    struct map named; /* by "MENU/PATH": vial.yaml has that page in that menu */
    struct asking *asking;
    size_t count, cap;
};

static void refuse(struct menus *m, const struct page *page, str unknown)
{
    struct nearest nearest = nearest_to(unknown);
    struct arena a = { 0 };
    struct error err = { 0 };
    struct place place = page_place(m->in->content, page, S("menu"), &a);

    if (page->source) { /* it is told of the page itself */
        arena_free(&a);
        return;
    }
    if (unknown.len) {
        nearest_try(&nearest, S("title"));
        nearest_try(&nearest, S("weight"));
        error_at(&err, place, "a page's place in a menu has no '%.*s'", STR(unknown));
        if (nearest.best.len)
            error_meant(&err, nearest.best);
        else
            error_hint(&err, "it has 'title' and 'weight'");
    } else {
        error_at(&err, place, "'menu' names a menu, or several");
        error_hint(&err, "write 'main', '[main, footer]' or '{main: {title: Who, weight: 2}}'");
    }
    errors_add(m->errors, &err);
    arena_free(&a);
}

/* ---- pages that ask ---- */

/* What is said of a place: none, or a dict with `title` and `weight`. */
static bool read_place(struct menus *m, struct asking *ask, value said)
{
    value key, item;

    if (value_is_null(said))
        return true;
    if (said.type != VIAL_DICT) {
        refuse(m, ask->page, S(""));
        return false;
    }
    for (size_t i = 0; dict_entry(said, i, &key, &item); i++) {
        str name = value_text(key);

        if (str_eq(name, S("title")) && item.type == VIAL_STR) {
            ask->title = value_text(item);
        } else if (str_eq(name, S("weight")) && item.type == VIAL_INT) {
            ask->weight = (struct maybe_int){ item.as.i, true };
        } else {
            bool known = str_eq(name, S("title")) || str_eq(name, S("weight"));

            refuse(m, ask->page, known ? S("") : name);
            return false;
        }
    }
    return true;
}

static void ask_for(struct menus *m, const struct page *page, value menu, value said)
{
    struct asking ask = { page, S(""), page->title, page->weight };

    if (menu.type != VIAL_STR) {
        refuse(m, page, S(""));
        return;
    }
    ask.menu = value_text(menu);
    if (!read_place(m, &ask, said) ||
        map_find(&m->named, str_fmt(&m->index->arena, "%.*s/%.*s", STR(ask.menu), STR(page->path))))
        return;
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 16;

        m->asking = arena_grow(&m->index->arena, m->asking, m->cap * sizeof *m->asking,
                               cap * sizeof *m->asking);
        m->cap = cap;
    }
    m->asking[m->count++] = ask;
}

static void ask_page(struct menus *m, const struct page *page)
{
    value menu = page_key(page, S("menu")), key, item;

    if (value_is_null(menu))
        return;
    if (menu.type == VIAL_LIST) {
        for (size_t i = 0; i < list_len(menu); i++)
            ask_for(m, page, list_at(menu, i), value_none());
    } else if (menu.type == VIAL_DICT) {
        for (size_t i = 0; dict_entry(menu, i, &key, &item); i++)
            ask_for(m, page, key, item);
    } else {
        ask_for(m, page, menu, value_none());
    }
}

static int by_weight(const void *left, const void *right)
{
    const struct asking *a = left, *b = right;
    int order;

    if (a->weight.there != b->weight.there)
        return a->weight.there ? -1 : 1;
    if (a->weight.there && a->weight.number != b->weight.number)
        return a->weight.number < b->weight.number ? -1 : 1;
    order = str_cmp(a->title, b->title);
    return order ? order : str_cmp(a->page->path, b->page->path);
}

static void append(struct menus *m, const struct asking *ask)
{
    struct nav *line = arena_make(&m->index->arena, struct nav), *last;
    struct map_entry *menu = map_put(&m->index->languages[m->language].menus, ask->menu);

    *line = (struct nav){ .title = ask->title, .url = ask->page->url, .page = ask->page };
    if (!menu->data) {
        menu->data = line;
        return;
    }
    for (last = menu->data; last->next; last = last->next)
        ;
    last->next = line;
}

/* ---- what vial.yaml says ---- */

static void note_named(struct menus *m, str menu, const struct nav *line)
{
    for (; line; line = line->next) {
        if (line->page)
            map_put(&m->named,
                    str_fmt(&m->index->arena, "%.*s/%.*s", STR(menu), STR(line->page->path)));
        note_named(m, menu, line->children);
    }
}

static void read_menu(struct menus *m, const struct yaml_entry *entry, struct errors *warnings)
{
    struct error err = { 0 };
    str name = entry->key->text;

    if (entry->node->kind != YAML_LIST) {
        error_at(&err, yaml_place(entry->node), "the menu '%.*s' is a list of lines", STR(name));
        error_hint(&err, "write '- about.md' or '- About: about.md' below it");
        errors_add(m->errors, &err);
        return;
    }
    struct nav *lines =
        nav_lines(m->index, m->in, m->language, entry->node, "a menu", m->errors, warnings);
    map_put(&m->index->languages[m->language].menus, name)->data = lines;
    note_named(m, name, lines);
}

static void read_menus(struct index *index, const struct index_inputs *in, unsigned language,
                       struct errors *errors, struct errors *warnings)
{
    struct menus m = { .index = index, .in = in, .errors = errors, .language = language };
    const struct yaml_node *own = in->config->languages[language].menus;
    const struct yaml_node *said = own ? own : in->config->menus;

    m.named = map_in(&index->arena);
    for (size_t i = 0; said && i < said->count; i++)
        read_menu(&m, &said->entries[i], warnings);
    for (size_t i = 0; i < in->npages; i++)
        if (in->pages[i]->shown == PAGE_SHOWN && in->pages[i]->language == language)
            ask_page(&m, in->pages[i]);
    if (m.count)
        qsort(m.asking, m.count, sizeof *m.asking, by_weight);
    for (size_t i = 0; i < m.count; i++)
        append(&m, &m.asking[i]);
}

void index_menus(struct index *index, const struct index_inputs *in, struct errors *errors,
                 struct errors *warnings)
{
    for (unsigned language = 0; language < index->nlanguages; language++)
        read_menus(index, in, language, errors, warnings);
}
