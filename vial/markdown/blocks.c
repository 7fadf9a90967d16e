/*
 * blocks.c - the HTML of paragraphs, headings, lists, tables, code and footnotes
 *
 *   comes in:  block nodes, as the walk (render.c) meets them
 *   goes out:  their HTML; headings noted with their ids, and the paragraph that may be the summary
 */
#include "vial/markdown/attributes.h"
#include "vial/markdown/block_attributes.h"
#include "vial/markdown/code.h"
#include "vial/markdown/containers.h"
#include "vial/markdown/definitions.h"
#include "vial/markdown/emoji.h"
#include "vial/markdown/escape.h"
#include "vial/markdown/flavour.h"
#include "vial/markdown/heading.h"
#include "vial/markdown/hooks.h"
#include "vial/markdown/python.h"
#include "vial/markdown/rendering.h"
#include <cmark-gfm-core-extensions.h>

static void add_line_end(struct rendering *r)
{
    if (r->html.len && r->html.p[r->html.len - 1] != '\n')
        buf_addc(&r->html, '\n');
}

static void enter_html_block(struct rendering *r, const cmark_node *node)
{
    bool shown = r->options->escape_raw_html &&
                 (r->options->plain || !raw_is_more(tree_str(node->as.literal)));

    add_line_end(r);
    if (shown)
        buf_lit(&r->html, "<p>");
    raw_add(r, node);
    if (shown)
        buf_lit(&r->html, "</p>");
    add_line_end(r);
}

/* "rust,ignore" is Rust for all but cmark. */
static str language_of(const struct rendering *r, str info)
{
    size_t len = 0;

    if (!r->options->plain)
        return code_language(info);
    while (len < info.len && !tree_is_space(info.p[len]))
        len++;
    return str_slice(info, 0, len);
}

/* The one place where a block of code is written. */
static void enter_code_block(struct rendering *r, const cmark_node *node)
{
    str info = tree_str(node->as.code.info), code = code_text(r, node);
    str language = language_of(r, info);

    add_line_end(r);
    if ((info.len || is_python(r)) && r->options->with & MARKDOWN_HIGHLIGHT) {
        code_add(r, node, info, code, (unsigned)node->start_line + r->options->first_line - 1);
        return;
    }
    if (language.len || (r->options->plain && info.len)) {
        buf_lit(&r->html, "<pre><code class=\"language-");
        escape_html(&r->html, language);
        buf_lit(&r->html, "\">");
    } else {
        buf_lit(&r->html, "<pre><code>");
    }
    escape_html(&r->html, code);
    buf_lit(&r->html, "</code></pre>\n");
}

static void add_id(struct rendering *r, str id)
{
    buf_lit(&r->html, " id=\"");
    escape_html(&r->html, id);
    buf_addc(&r->html, '"');
    r->anchors++;
}

/* The heading and, in a list beside it, where its inside will be. */
static void note_heading(struct rendering *r, cmark_node *node)
{
    size_t n = r->out->nheadings++;
    struct buf text = buf_in(r->arena), words = buf_in(r->scratch);
    struct attributes attributes = { 0 };

    r->headings = list_grown(r->arena, r->headings, &r->headings_cap, n, sizeof *r->headings);
    r->titles = list_grown(r->scratch, r->titles, &r->titles_cap, n, sizeof *r->titles);
    if (r->options->with & MARKDOWN_ATTRIBUTES)
        attributes_take_last(r, node, &attributes);
    plain_text_add(&text, node, true);
    r->headings[n] = (struct markdown_heading){
        .level = (unsigned)node->as.heading.level,
        .line = source_line(&r->source, node) + r->options->first_line - 1,
        .text = str_trim(buf_str(&text)),
    };
    r->titles[n] = (struct part){ .first = node->first_child };
    if (r->options->plain)
        return;
    plain_text_add(&words, node, false);
    str said = buf_str(&words);
    emoji_heading(r, node, &said);
    str id = attributes.id.len ? str_copy(r->arena, attributes.id)
             : is_python(r)    ? python_slug(r->arena, said)
                               : heading_slug(r->arena, said);
    r->headings[n].id = is_python(r) ? python_unique(&r->ids, id) : heading_unique(&r->ids, id);
    add_id(r, r->headings[n].id);
    attributes.id = S("");
    attributes_add(r, node, &attributes);
}

static void enter_heading(struct rendering *r, cmark_node *node)
{
    r->block = node;
    add_line_end(r);
    buf_lit(&r->html, "<h");
    buf_addc(&r->html, (char)('0' + node->as.heading.level));
    if (!r->again)
        note_heading(r, node);
    buf_addc(&r->html, '>');
    if (!r->again)
        r->titles[r->out->nheadings - 1].from = r->html.len;
}

static void add_anchor(struct rendering *r)
{
    buf_lit(&r->html, "<a class=\"headerlink\" href=\"#");
    escape_html(&r->html, r->headings[r->out->nheadings - 1].id);
    buf_lit(&r->html, "\" title=\"Permanent link\">&para;</a>");
}

static void leave_heading(struct rendering *r, cmark_node *node)
{
    if (!r->again)
        r->titles[r->out->nheadings - 1].to = r->html.len;
    if (!r->again && r->options->with & MARKDOWN_ANCHORS)
        add_anchor(r);
    words_break(&r->words);
    buf_lit(&r->html, "</h");
    buf_addc(&r->html, (char)('0' + node->as.heading.level));
    buf_lit(&r->html, ">\n");
}

/* The ways back to where the footnote was called from; false when they are there already. */
static bool add_returns(struct rendering *r, const cmark_node *definition, bool apart)
{
    str name = tree_str(definition->as.literal);

    if (r->footnotes_returned >= r->footnotes)
        return false;
    r->footnotes_returned = r->footnotes;
    if (is_python(r)) {
        python_returns(r, definition, apart);
        return true;
    }
    for (int i = 1; i <= definition->footnote.def_count || i == 1; i++) {
        buf_add(&r->html, i > 1 ? S(" <a href=\"#fnref-") : S("<a href=\"#fnref-"));
        escape_url(&r->html, name);
        if (i > 1) {
            buf_addc(&r->html, '-');
            buf_add_int(&r->html, i);
        }
        buf_lit(&r->html, "\" class=\"footnote-backref\" data-footnote-backref"
                          " aria-label=\"Back to content\">↩");
        if (i > 1) {
            buf_lit(&r->html, "<sup class=\"footnote-ref\">");
            buf_add_int(&r->html, i);
            buf_lit(&r->html, "</sup>");
        }
        buf_lit(&r->html, "</a>");
    }
    return true;
}

static void enter_footnote(struct rendering *r, const cmark_node *node)
{
    r->footnotes++;
    if (is_python(r)) {
        python_footnote(r, node, r->footnotes);
        return;
    }
    if (r->footnotes == 1)
        buf_lit(&r->html, "<section class=\"footnotes\" data-footnotes>\n<ol>\n");
    buf_lit(&r->html, "<li id=\"fn-");
    escape_url(&r->html, tree_str(node->as.literal));
    buf_lit(&r->html, "\">\n");
}

static void leave_footnote(struct rendering *r, const cmark_node *node)
{
    if (add_returns(r, node, true))
        buf_addc(&r->html, '\n');
    buf_lit(&r->html, "</li>\n");
}

static bool is_tight(const cmark_node *paragraph)
{
    const cmark_node *list = paragraph->parent->parent;

    if (is_terms(paragraph))
        return false;
    if (definition_is_tight(paragraph))
        return true;
    return list && list->type == CMARK_NODE_LIST && list->as.list.tight;
}

static void enter_paragraph(struct rendering *r, cmark_node *node)
{
    bool tight = is_tight(node);
    struct attributes attributes = { 0 };

    r->block = node;
    if (!tight && !container_is_title(node))
        add_line_end(r);
    if (!tight && r->options->with & MARKDOWN_ATTRIBUTES)
        attributes_take_last(r, node, &attributes);
    if (!r->again && node == r->top) {
        r->paragraph = (struct part){
            .first = node, .end = node->next, .from = r->html.len, .anchors = r->anchors
        };
        r->words_before = r->words.count;
    }
    if (tight || (r->options->with && paragraph_enter_as(r, node, &attributes)))
        return;
    r->bare = !attributes.list && r->options->hooks && hooks_take_paragraph(r, node);
    if (r->bare)
        return;
    buf_lit(&r->html, "<p");
    attributes_add(r, node, &attributes);
    buf_lit(&r->html, ">");
}

/* Without a mark, the summary is the first paragraph of the page's own that says something. */
static void note_paragraph(struct rendering *r)
{
    if (r->summary.first || r->words.count == r->words_before)
        return;
    r->summary = r->paragraph;
    r->summary.to = r->html.len;
    r->summary.twice = r->anchors > r->paragraph.anchors;
}

static void leave_paragraph(struct rendering *r, cmark_node *node)
{
    words_break(&r->words);
    if (!is_tight(node) && !(r->options->with && paragraph_leave_as(r, node))) {
        if (node->parent->type == CMARK_NODE_FOOTNOTE_DEFINITION && !node->next) {
            if (!is_python(r))
                buf_addc(&r->html, ' ');
            add_returns(r, node->parent, false);
        }
        buf_add(&r->html, r->bare ? S("\n") : S("</p>\n"));
    }
    r->bare = false;
    if (!r->again && node == r->top && !is_terms(node))
        note_paragraph(r);
}

static void enter_list(struct rendering *r, const cmark_node *node)
{
    add_line_end(r);
    if (node->as.list.list_type == CMARK_BULLET_LIST) {
        buf_lit(&r->html, "<ul");
    } else if (node->as.list.start == 1) {
        buf_lit(&r->html, "<ol");
    } else {
        buf_lit(&r->html, "<ol start=\"");
        buf_add_int(&r->html, node->as.list.start);
        buf_addc(&r->html, '"');
    }
    if (is_python(r) && python_has_tasks(node))
        buf_lit(&r->html, " class=\"task-list\"");
    block_attributes_add(r, node);
    buf_lit(&r->html, ">\n");
}

static void enter_item(struct rendering *r, const cmark_node *node)
{
    add_line_end(r);
    buf_lit(&r->html, "<li");
    if (is_python(r) && node->extension)
        buf_lit(&r->html, " class=\"task-list-item\"");
    block_attributes_add(r, node);
    buf_lit(&r->html, ">");
    if (!node->extension) /* only a task has one */
        return;
    if (node->as.list.checked)
        buf_lit(&r->html, "<input type=\"checkbox\" checked=\"\" disabled=\"\" /> ");
    else
        buf_lit(&r->html, "<input type=\"checkbox\" disabled=\"\" /> ");
}

static void enter_row(struct rendering *r, cmark_node *row)
{
    add_line_end(r);
    r->column = 0;
    r->in_table_head = tree_is_table_header(row);
    if (r->in_table_head) {
        buf_lit(&r->html, "<thead>\n");
    } else if (!r->in_table_body) {
        buf_lit(&r->html, "<tbody>\n");
        r->in_table_body = true;
    }
    buf_lit(&r->html, "<tr>");
}

static void leave_row(struct rendering *r)
{
    add_line_end(r);
    buf_lit(&r->html, "</tr>");
    if (r->in_table_head)
        buf_lit(&r->html, "\n</thead>");
    r->in_table_head = false;
}

/* HTML has no align any more; in plain mode it is written as cmark-gfm does. */
static void add_alignment(struct rendering *r, uint8_t letter)
{
    str word = letter == 'l' ? S("left") : letter == 'c' ? S("center") : S("right");

    if (!letter)
        return;
    buf_add(&r->html, r->options->plain ? S(" align=\"") : S(" style=\"text-align: "));
    buf_add(&r->html, word);
    buf_addc(&r->html, '"');
}

static void enter_cell(struct rendering *r, cmark_node *cell)
{
    const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(cell->parent->parent);

    r->block = cell;
    add_line_end(r);
    buf_add(&r->html, r->in_table_head ? S("<th") : S("<td"));
    add_alignment(r, alignments[r->column++]);
    buf_addc(&r->html, '>');
}

static void leave_cell(struct rendering *r)
{
    words_break(&r->words);
    buf_add(&r->html, r->in_table_head ? S("</th>") : S("</td>"));
}

static void leave_table(struct rendering *r)
{
    add_line_end(r);
    if (r->in_table_body)
        buf_lit(&r->html, "</tbody>\n");
    r->in_table_body = false;
    buf_lit(&r->html, "</table>\n");
}

static void enter_table_part(struct rendering *r, cmark_node *node)
{
    if (node->type == tree_cell) {
        enter_cell(r, node);
    } else if (node->type == tree_row) {
        enter_row(r, node);
    } else if (node->type == tree_table) {
        add_line_end(r);
        buf_lit(&r->html, "<table");
        block_attributes_add(r, node);
        buf_addc(&r->html, '>');
        r->in_table_body = false;
    }
}

static void leave_table_part(struct rendering *r, cmark_node *node)
{
    if (node->type == tree_cell)
        leave_cell(r);
    else if (node->type == tree_row)
        leave_row(r);
    else if (node->type == tree_table)
        leave_table(r);
}

void blocks_enter(struct rendering *r, cmark_node *node)
{
    switch (node->type) {
    case CMARK_NODE_DOCUMENT:
        break;
    case CMARK_NODE_PARAGRAPH:
        enter_paragraph(r, node);
        break;
    case CMARK_NODE_HEADING:
        enter_heading(r, node);
        break;
    case CMARK_NODE_CODE_BLOCK:
        enter_code_block(r, node);
        break;
    case CMARK_NODE_LIST:
        enter_list(r, node);
        break;
    case CMARK_NODE_ITEM:
        enter_item(r, node);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        add_line_end(r);
        if (alert_enter(r, node))
            break;
        buf_lit(&r->html, "<blockquote");
        block_attributes_add(r, node);
        buf_lit(&r->html, ">\n");
        break;
    case CMARK_NODE_HTML_BLOCK:
        enter_html_block(r, node);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        add_line_end(r);
        buf_lit(&r->html, "<hr />\n");
        break;
    case CMARK_NODE_FOOTNOTE_DEFINITION:
        enter_footnote(r, node);
        break;
    default:
        if (node->type == tree_container)
            container_enter(r, node);
        else if (is_definition(node))
            definition_enter(r, node);
        else
            enter_table_part(r, node);
        break;
    }
}

void blocks_leave(struct rendering *r, cmark_node *node)
{
    switch (node->type) {
    case CMARK_NODE_PARAGRAPH:
        leave_paragraph(r, node);
        break;
    case CMARK_NODE_HEADING:
        leave_heading(r, node);
        break;
    case CMARK_NODE_LIST:
        buf_add(&r->html,
                node->as.list.list_type == CMARK_BULLET_LIST ? S("</ul>\n") : S("</ol>\n"));
        break;
    case CMARK_NODE_ITEM:
        buf_lit(&r->html, "</li>\n");
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        if (alert_leave(r, node))
            break;
        add_line_end(r);
        buf_lit(&r->html, "</blockquote>\n");
        break;
    case CMARK_NODE_FOOTNOTE_DEFINITION:
        leave_footnote(r, node);
        break;
    default:
        if (node->type == tree_container)
            container_leave(r, node);
        else if (is_definition(node))
            definition_leave(r, node);
        else
            leave_table_part(r, node);
        break;
    }
}
