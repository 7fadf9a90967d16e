/*
 * python.c - what Python-Markdown writes in another way
 *
 *   comes in:  footnotes, tabs, tasks and headings of the tree
 *   goes out:  HTML as its extensions `footnotes`, `toc`, pymdownx.tabbed (in its alternate style)
 * and pymdownx.tasklist write it, with their class names and ids
 *
 * tests/peers/python_markdown asks them.
 */
#include "vial/markdown/python.h"

#include "vial/base/unicode.h"
#include "vial/markdown/containers.h"
#include "vial/markdown/escape.h"

/* ---- footnotes ---- */

/* "fnref:a", and of the second call "fnref2:a". */
static void add_call(struct rendering *r, str name, int number)
{
    buf_lit(&r->html, "fnref");
    if (number > 1)
        buf_add_int(&r->html, number);
    buf_addc(&r->html, ':');
    escape_url(&r->html, name);
}

void python_reference(struct rendering *r, const cmark_node *reference)
{
    str name = tree_str(reference->parent_footnote_def->as.literal);

    buf_lit(&r->html, "<sup id=\"");
    add_call(r, name, reference->footnote.ref_ix);
    buf_lit(&r->html, "\"><a class=\"footnote-ref\" href=\"#fn:");
    escape_url(&r->html, name);
    buf_lit(&r->html, "\">");
    escape_url(&r->html, tree_str(reference->as.literal));
    buf_lit(&r->html, "</a></sup>");
}

void python_footnote(struct rendering *r, const cmark_node *definition, unsigned number)
{
    if (number == 1)
        buf_lit(&r->html, "<div class=\"footnote\">\n<hr />\n<ol>\n");
    buf_lit(&r->html, "<li id=\"fn:");
    escape_url(&r->html, tree_str(definition->as.literal));
    buf_lit(&r->html, "\">\n");
}

void python_returns(struct rendering *r, const cmark_node *definition, bool apart)
{
    str name = tree_str(definition->as.literal);

    buf_add(&r->html, apart ? S("<p>") : S("&#160;"));
    for (int i = 1; i <= definition->footnote.def_count || i == 1; i++) {
        buf_lit(&r->html, "<a class=\"footnote-backref\" href=\"#");
        add_call(r, name, i);
        buf_addf(&r->html, "\" title=\"Jump back to footnote %u in the text\">&#8617;</a>",
                 r->footnotes);
    }
    if (apart)
        buf_lit(&r->html, "</p>");
}

/* ---- tabs ---- */

static bool is_tab(const cmark_node *node)
{
    return node && node->type == tree_container && container_of(node)->kind == CONTAINER_TAB;
}

static void add_labels(struct rendering *r, const cmark_node *first, unsigned set)
{
    unsigned number = 1;

    for (const cmark_node *tab = first; is_tab(tab); tab = tab->next, number++) {
        buf_addf(&r->html, "<label for=\"__tabbed_%u_%u\">", set, number);
        escape_html(&r->html, container_of(tab)->title);
        buf_lit(&r->html, "</label>");
    }
}

void python_tabs(struct rendering *r, const cmark_node *first, unsigned set)
{
    unsigned count = 0;

    for (const cmark_node *tab = first; is_tab(tab); tab = tab->next)
        count++;
    buf_addf(&r->html, "<div class=\"tabbed-set tabbed-alternate\" data-tabs=\"%u:%u\">", set,
             count);
    for (unsigned i = 1; i <= count; i++)
        buf_addf(&r->html, "<input%s id=\"__tabbed_%u_%u\" name=\"__tabbed_%u\" type=\"radio\" />",
                 i == 1 ? " checked=\"checked\"" : "", set, i, set);
    buf_lit(&r->html, "<div class=\"tabbed-labels\">");
    add_labels(r, first, set);
    buf_lit(&r->html, "</div>\n<div class=\"tabbed-content\">\n");
}

/* ---- tasks ---- */

bool python_has_tasks(const cmark_node *list)
{
    const cmark_node *item = list->first_child;

    while (item && !item->extension)
        item = item->next;
    return item;
}

/* ---- ids ---- */

str python_slug(struct arena *a, str text)
{
    str rest = unicode_nfkd(a, text);
    struct buf slug = buf_in(a);
    bool gap = false;

    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.p[i];

        if (is_space(c) || c == '-') {
            gap = true;
            continue;
        }
        if (!is_alnum(c) && c != '_')
            continue;
        if (gap && (slug.len || c == '-'))
            buf_addc(&slug, '-');
        gap = false;
        buf_addc(&slug, to_lower(c));
    }
    return buf_str(&slug);
}

/* "setup_1" of "setup"; after "setup_1" comes "setup_2", whoever was called so. */
static str base_of(str slug, int64_t *number)
{
    ptrdiff_t sign = str_rfind_char(slug, '_');
    size_t from = sign == STR_NONE ? slug.len : (size_t)sign + 1;

    *number = 0;
    if (from < slug.len && slug.len - from < 9 && is_digit(slug.p[from]) &&
        str_int(str_from(slug, from), number))
        return str_slice(slug, 0, from - 1);
    return slug;
}

/*
 * What is kept for a base, under a key that is no id, is the last number given to it, so that a
 * thousand "setup" are quick.
 */
str python_unique(struct map *taken, str slug)
{
    struct arena *a = taken->arena;
    int64_t number;
    str id = slug, base = base_of(slug, &number);

    if (slug.len && !map_find(taken, slug)) {
        map_put(taken, slug);
        return slug;
    }
    struct map_entry *last = map_put(taken, str_fmt(a, "\x01%.*s", STR(base)));
    if ((intptr_t)last->data > number)
        number = (intptr_t)last->data;
    do {
        id = str_fmt(a, "%.*s_%lld", STR(base), (long long)++number);
    } while (map_find(taken, id));
    last->data = (void *)(intptr_t)number;
    map_put(taken, id);
    return id;
}
