/*
 * flavour.c - alerts, containers, captions, [TOC], marked text
 *
 *   comes in:  nodes of the tree, as the walk (render.c) meets them
 *   goes out:  HTML with the class names that themes for Python-Markdown style ("admonition note")
 *
 * What cmark knows nothing of is a paragraph or a quotation to it. It is known here by how its text
 * begins, and what only said what it is (the line "[!NOTE]") is taken out of the tree.
 */
#include "vial/markdown/flavour.h"

#include "vial/markdown/abbreviations.h"
#include "vial/markdown/block_attributes.h"
#include "vial/markdown/containers.h"
#include "vial/markdown/definitions.h"
#include "vial/markdown/escape.h"
#include "vial/markdown/python.h"

static bool is_on(const struct rendering *r, unsigned feature)
{
    return r->options->with & feature;
}

static void line_end(struct rendering *r)
{
    if (r->html.len && r->html.p[r->html.len - 1] != '\n')
        buf_addc(&r->html, '\n');
}

static void unlink_first(cmark_node *parent, cmark_node *first)
{
    parent->first_child = first;
    if (first)
        first->prev = NULL;
    else
        parent->last_child = NULL;
}

/* ---- > [!NOTE] ---- */

static const str alerts[] = { S("note"), S("tip"), S("important"), S("warning"), S("caution") };

/* The alert that the quotation's first line names; NULL: it is a quotation. */
static const str *alert_named(const cmark_node *quote)
{
    const cmark_node *first = quote->first_child;

    if (!first || first->type != CMARK_NODE_PARAGRAPH)
        return NULL;
    str rest = tree_content(first), line;
    if (!str_starts(rest, S("[!")) || !str_line(&rest, &line))
        return NULL;
    line = str_trim(line);
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (line.len == alerts[i].len + 3 && line.p[line.len - 1] == ']' &&
            str_ieq(str_slice(line, 2, line.len - 1), alerts[i]))
            return &alerts[i];
    return NULL;
}

static void take_first_line(cmark_node *quote)
{
    cmark_node *paragraph = quote->first_child, *node = paragraph->first_child;

    while (node && node->type != CMARK_NODE_SOFTBREAK && node->type != CMARK_NODE_LINEBREAK)
        node = node->next;
    if (node && node->next)
        unlink_first(paragraph, node->next);
    else
        unlink_first(quote, paragraph->next);
}

/* What is said of one that has no title of its own: the first of its classes, "Note". */
static void add_capital(struct rendering *r, str classes)
{
    str word = str_cut(&classes, ' ');

    if (!word.len)
        return;
    str said = r->options->note_title ? r->options->note_title(r->options->self, word) : S("");
    if (said.len) {
        escape_html(&r->html, said);
        return;
    }
    buf_addc(&r->html, to_upper(word.p[0]));
    escape_html(&r->html, str_from(word, 1));
}

static void add_title(struct rendering *r, str classes)
{
    buf_lit(&r->html, "<p class=\"admonition-title\">");
    add_capital(r, classes);
    buf_lit(&r->html, "</p>\n");
}

bool alert_enter(struct rendering *r, cmark_node *quote)
{
    const str *alert = quote->user_data;

    if (!is_on(r, MARKDOWN_ALERTS))
        return false;
    if (!alert) {
        alert = alert_named(quote);
        if (!alert)
            return false;
        quote->user_data = (void *)(uintptr_t)alert;
        take_first_line(quote);
    }
    struct attributes none = { 0 }, *own = block_attributes_of(r, quote);
    struct attributes others = own ? *own : none;
    buf_lit(&r->html, "<div class=\"admonition ");
    buf_add(&r->html, *alert);
    if (others.classes.len) {
        buf_addc(&r->html, ' ');
        escape_html(&r->html, others.classes);
        others.classes = S("");
    }
    buf_addc(&r->html, '"');
    attributes_add(r, quote, &others);
    buf_lit(&r->html, ">\n");
    add_title(r, *alert);
    return true;
}

bool alert_leave(struct rendering *r, const cmark_node *quote)
{
    if (!quote->user_data)
        return false;
    line_end(r);
    buf_lit(&r->html, "</div>\n");
    return true;
}

/* ---- !!! ??? === ::: ---- */

static bool is_tab(const cmark_node *node)
{
    return node && node->type == tree_container && container_of(node)->kind == CONTAINER_TAB;
}

/* Tabs that follow one another are a set; labels and inputs switch them without a script. */
static void open_tab(struct rendering *r, const cmark_node *node)
{
    struct container *tab = node->user_data;
    const struct container *before = is_tab(node->prev) ? container_of(node->prev) : NULL;

    tab->set = before ? before->set : ++r->tab_sets; /* sets may stand in sets */
    tab->number = before ? before->number + 1 : 1;
    r->anchors++;
    if (is_python(r)) {
        if (!before)
            python_tabs(r, node, tab->set);
        buf_lit(&r->html, "<div class=\"tabbed-block\">\n");
        return;
    }
    if (!before)
        buf_lit(&r->html, "<div class=\"tabbed-set\">\n");
    buf_addf(&r->html,
             "<input%s id=\"__tabbed_%u_%u\" name=\"__tabbed_%u\" type=\"radio\" /><label "
             "for=\"__tabbed_%u_%u\">",
             before ? "" : " checked=\"checked\"", tab->set, tab->number, tab->set, tab->set,
             tab->number);
    escape_html(&r->html, tab->title);
    buf_lit(&r->html, "</label>\n<div class=\"tabbed-content\">\n");
}

/* Those of all but tabs: its classes, and what else its braces say. */
static void add_container_attributes(struct rendering *r, const cmark_node *node, str classes)
{
    struct attributes attributes = { 0 };
    str braces = container_of(node)->braces;

    if (braces.len)
        attributes_read(&attributes, braces, r->options->escape_raw_html, r->arena);
    attributes.classes = classes;
    attributes_add(r, node, &attributes);
}

static void open_details(struct rendering *r, const cmark_node *node)
{
    const struct container *container = container_of(node);
    str classes = container->classes;

    buf_lit(&r->html, "<details");
    add_container_attributes(r, node, classes);
    buf_add(&r->html, container->open ? S(" open=\"open\">\n<summary>") : S(">\n<summary>"));
    if (container->title.len)
        return; /* a paragraph of its own */
    if (!container->title.p)
        add_capital(r, classes);
    buf_lit(&r->html, "</summary>\n");
}

void container_enter(struct rendering *r, const cmark_node *node)
{
    const struct container *container = container_of(node);

    line_end(r);
    switch (container->kind) {
    case CONTAINER_TAB:
        open_tab(r, node);
        break;
    case CONTAINER_DETAILS:
        open_details(r, node);
        break;
    case CONTAINER_NOTE:
        buf_lit(&r->html, "<div");
        add_container_attributes(r, node,
                                 str_fmt(r->scratch, "admonition %.*s", STR(container->classes)));
        buf_lit(&r->html, ">\n");
        if (!container->title.p)
            add_title(r, container->classes);
        break;
    case CONTAINER_BOX:
        buf_lit(&r->html, "<div");
        add_container_attributes(r, node, container->classes);
        buf_lit(&r->html, ">\n");
        break;
    }
}

void container_leave(struct rendering *r, const cmark_node *node)
{
    line_end(r);
    switch (container_of(node)->kind) {
    case CONTAINER_DETAILS:
        buf_lit(&r->html, "</details>\n");
        break;
    case CONTAINER_TAB:
        buf_lit(&r->html, "</div>\n");
        if (!is_tab(node->next))
            buf_add(&r->html, is_python(r) ? S("</div>\n</div>\n") : S("</div>\n"));
        break;
    default:
        buf_lit(&r->html, "</div>\n");
        break;
    }
}

/* ---- paragraphs that are something else ---- */

static char is_toc; /* its address marks the paragraph */

static bool names_toc(str text)
{
    text = str_trim(text);
    return str_ieq(text, S("[TOC]")) || str_ieq(text, S("[[TOC]]"));
}

static bool is_figure(struct rendering *r, const cmark_node *paragraph)
{
    const cmark_node *only = is_on(r, MARKDOWN_CAPTIONS) ? image_alone(r, paragraph) : NULL;

    return only && only->as.link.title.len;
}

static bool is_summary(const cmark_node *title)
{
    return container_of(title->parent)->kind == CONTAINER_DETAILS;
}

bool paragraph_enter_as(struct rendering *r, cmark_node *paragraph,
                        const struct attributes *attributes)
{
    if (container_is_title(paragraph)) {
        if (!is_summary(paragraph))
            buf_lit(&r->html, "<p class=\"admonition-title\">");
        return true;
    }
    if (is_on(r, MARKDOWN_TOC) &&
        (paragraph->user_data == &is_toc || names_toc(tree_content(paragraph)))) {
        if (!r->again && !r->has_toc) {
            r->has_toc = true;
            r->toc_at = r->html.len;
        }
        paragraph->user_data = &is_toc;
        unlink_first(paragraph, NULL);
        return true;
    }
    if (is_figure(r, paragraph)) {
        buf_lit(&r->html, "<figure");
        attributes_add(r, paragraph, attributes);
        buf_lit(&r->html, ">");
        return true;
    }
    if (!is_terms(paragraph))
        return false;
    terms_enter(r, paragraph);
    return true;
}

bool paragraph_leave_as(struct rendering *r, const cmark_node *paragraph)
{
    if (paragraph->user_data == &is_toc)
        return true;
    if (container_is_title(paragraph)) {
        buf_add(&r->html, is_summary(paragraph) ? S("</summary>\n") : S("</p>\n"));
        return true;
    }
    if (is_figure(r, paragraph)) {
        buf_lit(&r->html, "<figcaption>");
        escape_html(&r->html, tree_str(paragraph->first_child->as.link.title));
        buf_lit(&r->html, "</figcaption></figure>\n");
        return true;
    }
    if (!is_terms(paragraph))
        return false;
    terms_leave(r);
    return true;
}

/* ---- [TOC] ---- */

static void add_entry(struct buf *out, const struct markdown_heading *heading, bool plain)
{
    buf_lit(out, "<li><a href=\"#");
    escape_html(out, heading->id);
    buf_lit(out, "\">");
    if (plain)
        escape_html(out, heading->text);
    else
        buf_add(out, heading->html);
    buf_lit(out, "</a>");
}

/* All headings, in one profile but the page's title; a smaller one stands in a list below the one
 * before. */
static str toc_html(struct rendering *r)
{
    struct buf out = buf_in(r->scratch);
    unsigned open[7], depth = 0;

    buf_lit(&out, "<div class=\"toc\">\n");
    for (size_t i = 0; i < r->out->nheadings; i++) {
        const struct markdown_heading *heading = &r->headings[i];

        if (heading->level == 1 && !is_python(r))
            continue;
        while (depth > 1 && open[depth - 1] > heading->level && open[depth - 2] >= heading->level) {
            buf_lit(&out, "</li>\n</ul>\n");
            depth--;
        }
        if (depth && open[depth - 1] >= heading->level) {
            buf_lit(&out, "</li>\n");
        } else {
            buf_add(&out, depth ? S("\n<ul>\n") : S("<ul>\n"));
            depth++;
        }
        open[depth - 1] = heading->level;
        add_entry(&out, heading, is_python(r));
    }
    for (; depth; depth--)
        buf_lit(&out, "</li>\n</ul>\n");
    buf_lit(&out, "</div>\n");
    return buf_str(&out);
}

str toc_put(struct rendering *r, str html)
{
    str toc;

    if (!r->has_toc)
        return html;
    toc = toc_html(r);
    return str_fmt(r->arena, "%.*s%.*s%.*s", STR(str_slice(html, 0, r->toc_at)), STR(toc),
                   STR(str_from(html, r->toc_at)));
}

/* ---- ==marked== ^^inserted^^ ^raised^ ---- */

/* Whether the mark that opens here is closed in this text or those beside it. */
static bool is_closed(const cmark_node *node, str rest, str sign)
{
    size_t looked = 0;

    if (!rest.len || is_space(rest.p[0]) || rest.p[0] == sign.p[0])
        return false;
    for (;;) {
        ptrdiff_t at = str_find(rest, sign);

        if (at != STR_NONE && (at == 0 || !is_space(rest.p[at - 1])))
            return true;
        do
            node = node->next;
        while (node && node->type != CMARK_NODE_TEXT && ++looked < 64);
        if (!node || node->type != CMARK_NODE_TEXT || ++looked >= 64)
            return false;
        rest = tree_str(node->as.literal);
    }
}

/* "^x^": no spaces, at least one sign. What is inside; its .len is 0 when it is none. */
static str raised(str rest)
{
    ptrdiff_t end = str_find_char(str_from(rest, 1), '^');
    str inside = end == STR_NONE ? S("") : str_slice(rest, 1, (size_t)end + 1);

    for (size_t i = 0; i < inside.len; i++)
        if (is_space(inside.p[i]))
            return S("");
    return inside;
}

/* "==" or "^^", which opens here or closes what is open beside it; false: it is text. */
static bool add_pair(struct rendering *r, const cmark_node *node, str rest, cmark_node **open,
                     const char *tag)
{
    if (*open == node->parent) {
        buf_addf(&r->html, "</%s>", tag);
        *open = NULL;
        return true;
    }
    if (*open || !is_closed(node, str_from(rest, 2), str_slice(rest, 0, 2)))
        return false;
    buf_addf(&r->html, "<%s>", tag);
    *open = node->parent;
    return true;
}

void marks_close(struct rendering *r, const cmark_node *node)
{
    if (r->marked == node)
        buf_lit(&r->html, "</mark>");
    if (r->inserted == node)
        buf_lit(&r->html, "</ins>");
    r->marked = r->marked == node ? NULL : r->marked;
    r->inserted = r->inserted == node ? NULL : r->inserted;
}

static size_t add_sign(struct rendering *r, const cmark_node *node, str rest)
{
    str inside;

    if (is_on(r, MARKDOWN_MARK) && str_starts(rest, S("==")) &&
        add_pair(r, node, rest, &r->marked, "mark"))
        return 2;
    if (is_on(r, MARKDOWN_SUPERSCRIPT) && str_starts(rest, S("^^")) &&
        add_pair(r, node, rest, &r->inserted, "ins"))
        return 2;
    if (is_on(r, MARKDOWN_SUPERSCRIPT) && rest.p[0] == '^') {
        inside = raised(rest);
        if (inside.len) {
            buf_lit(&r->html, "<sup>");
            escape_html(&r->html, inside);
            buf_lit(&r->html, "</sup>");
            return inside.len + 2;
        }
    }
    escape_html(&r->html, str_slice(rest, 0, 1));
    return 1;
}

void text_add_marked(struct rendering *r, const cmark_node *node)
{
    bool signs = r->options->with & (MARKDOWN_MARK | MARKDOWN_SUPERSCRIPT);
    str rest = tree_str(node->as.literal);
    char before = '\0';

    while (rest.len) {
        size_t len = signs ? 0 : rest.len;

        while (len < rest.len && rest.p[len] != '=' && rest.p[len] != '^')
            len++;
        abbreviations_add(r, str_slice(rest, 0, len), before);
        rest = str_from(rest, len);
        if (rest.len)
            rest = str_from(rest, add_sign(r, node, rest));
        before = '=';
    }
}
