/*
 * inlines.c - the HTML of what stands in lines: text, emphasis, links, images, raw tags
 *
 *   comes in:  inline nodes, as the walk (render.c) meets them
 *   goes out:  their HTML; each link and image noted with its place and led where it belongs
 */
#include "vial/markdown/attributes.h"
#include "vial/markdown/containers.h"
#include "vial/markdown/definitions.h"
#include "vial/markdown/escape.h"
#include "vial/markdown/flavour.h"
#include "vial/markdown/python.h"
#include "vial/markdown/rendering.h"

/* The text in `node`, as a reader would say it, without markup. */
/* NULs stand only where guards.c put them. */
static void add_without_nul(struct buf *out, str text)
{
    while (text.len)
        buf_add(out, str_cut(&text, '\0'));
}

void plain_text_add(struct buf *out, const cmark_node *node, bool alts)
{
    cmark_node *at = node->first_child;

    for (; at; at = tree_next(at, node, alts || at->type != CMARK_NODE_IMAGE)) {
        if (at->type == CMARK_NODE_TEXT || at->type == CMARK_NODE_CODE)
            add_without_nul(out, tree_str(at->as.literal));
        else if (at->type == CMARK_NODE_SOFTBREAK || at->type == CMARK_NODE_LINEBREAK)
            buf_addc(out, ' ');
    }
}

/* Raw HTML. */

static bool is_filtered(str tag)
{
    static const str names[] = { S("title"),    S("textarea"), S("style"),
                                 S("xmp"),      S("iframe"),   S("noembed"),
                                 S("noframes"), S("script"),   S("plaintext") };

    if (tag.len < 3)
        return false;
    tag = str_from(tag, tag.p[1] == '/' ? 2 : 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str rest = str_from(tag, names[i].len);

        if (str_istarts(tag, names[i]) && rest.len &&
            (tree_is_space(rest.p[0]) || rest.p[0] == '>' || str_starts(rest, S("/>"))))
            return true;
    }
    return false;
}

/* GitHub's filter: what would swallow the rest of a page is shown as text. */
static void add_filtered(struct buf *out, str html, bool all)
{
    ptrdiff_t at;

    while ((at = str_find_char(html, '<')) != STR_NONE) {
        buf_add(out, str_slice(html, 0, (size_t)at));
        html = str_from(html, (size_t)at);
        buf_add(out, is_filtered(html) ? S("&lt;") : S("<"));
        html = str_from(html, 1);
        if (!all)
            break;
    }
    buf_add(out, html);
}

bool raw_is_more(str html)
{
    html = str_trim(html);
    if (!str_starts(html, S("<!--")) || !str_ends(html, S("-->")) || html.len < 7)
        return false;
    return str_eq(str_trim(str_slice(html, 4, html.len - 3)), S("more"));
}

static bool is_tab(const cmark_node *node)
{
    return node && node->type == tree_container && container_of(node)->kind == CONTAINER_TAB;
}

/* Tabs and definitions that follow one another are one piece of HTML, which is not cut in two. */
static cmark_node *end_of_group(cmark_node *end)
{
    while (end && (is_definition(end) || (is_terms(end) && is_definition(end->prev)) ||
                   (is_tab(end) && is_tab(end->prev))))
        end = end->next;
    return end;
}

/* The summary is what stands above the mark, in whole blocks: the one that has it within ends it.
 */
static void cut_summary(struct rendering *r, const cmark_node *mark)
{
    bool within = mark != r->top;
    cmark_node *first = r->root->first_child;
    size_t from = 0;

    if (r->cut || r->again)
        return;
    r->cut = true;
    if (first->type == CMARK_NODE_HEADING && first->as.heading.level == 1 && first != r->top) {
        from = r->first_end;
        first = first->next;
    }
    r->summary = (struct part){
        .first = first,
        .end = within ? end_of_group(r->top->next) : r->top,
        .from = from,
        .to = r->html.len,
        .twice = within || r->anchors > (from ? 1 : 0),
    };
}

void raw_add(struct rendering *r, const cmark_node *node)
{
    str html = tree_str(node->as.literal);
    bool plain = r->options->plain;

    if (!plain && raw_is_more(html))
        cut_summary(r, node);
    else if (r->unlinked || r->options->drop_raw_html)
        return;
    else if (r->options->escape_raw_html)
        escape_html(&r->html, html);
    else if (plain && !(r->options->without & MARKDOWN_TAGFILTER))
        add_filtered(&r->html, html, !is_inline(node));
    else
        buf_add(&r->html, html);
}

/* Links and images. */

static void note_link(struct rendering *r, cmark_node *node)
{
    struct markdown_target to = { 0 };
    struct markdown_link *link;

    r->links = list_grown(r->arena, r->links, &r->links_cap, r->out->nlinks, sizeof *r->links);
    link = &r->links[r->out->nlinks++];
    *link = (struct markdown_link){
        .url = str_copy(r->arena, tree_str(node->as.link.url)),
        .title = str_copy(r->arena, tree_str(node->as.link.title)),
        .image = node->type == CMARK_NODE_IMAGE,
        .offset = source_find(&r->source, r->block, node),
    };
    source_place(&r->source, link->offset, &link->line, &link->col);
    link->line += r->options->first_line - 1;
    if (!r->options->resolve || !r->options->resolve(r->options->self, link, &to))
        return;
    node->as.link.url =
        (cmark_chunk){ (unsigned char *)(uintptr_t)to.url.p, (bufsize_t)to.url.len, 0 };
    if (link->image)
        tree_set_size(node, to.width, to.height);
}

static void add_url(struct rendering *r, const cmark_node *node)
{
    str url = tree_str(node->as.link.url);

    if (!r->options->escape_raw_html || !is_dangerous_url(url))
        escape_url(&r->html, url);
}

static void add_title(struct rendering *r, const cmark_node *node)
{
    if (!node->as.link.title.len)
        return;
    buf_lit(&r->html, "\" title=\"");
    escape_html(&r->html, tree_str(node->as.link.title));
}

static void add_one(struct rendering *r, const char *name, str value)
{
    buf_addf(&r->html, " %s=\"", name);
    escape_html(&r->html, value);
    buf_lit(&r->html, "\"");
}

static bool says(const struct attributes *attributes, const char *name)
{
    return attributes_value(attributes, name).p;
}

/* Of another site; one's own, written out, is none. */
static bool is_external(const struct rendering *r, str url)
{
    str own = r->options->own_url;

    if (str_ends(own, S("/")))
        own.len--;
    if (!str_istarts(url, S("http://")) && !str_istarts(url, S("https://")) &&
        !str_starts(url, S("//")))
        return false;
    return !own.len || !str_istarts(url, own) ||
           (url.len > own.len && !strchr("/?#", url.p[own.len]));
}

/* What stands in the tag of a link behind what every one has; what its writer says of it stands. */
static void add_to_link(struct rendering *r, cmark_node *node)
{
    str rel = r->options->external_rel, target = r->options->external_target;
    struct attributes own = { 0 };

    if (r->options->with & MARKDOWN_ATTRIBUTES)
        attributes_take_next(r, node, &own);
    if ((rel.len || target.len) && is_external(r, tree_str(node->as.link.url))) {
        if (rel.len && !says(&own, "rel"))
            add_one(r, "rel", rel);
        if (target.len && !says(&own, "target"))
            add_one(r, "target", target);
    }
    attributes_add(r, node, &own);
}

static void enter_link(struct rendering *r, cmark_node *node)
{
    if (!r->again)
        note_link(r, node);
    if (r->unlinked)
        return;
    buf_lit(&r->html, "<a href=\"");
    add_url(r, node);
    add_title(r, node);
    buf_lit(&r->html, "\"");
    add_to_link(r, node);
    buf_lit(&r->html, ">");
}

/* What stands for the image: its texts; those of images in it as well. */
static void add_alt(struct rendering *r, const cmark_node *image)
{
    for (cmark_node *at = image->first_child; at; at = tree_next(at, image, true)) {
        if (at->type == CMARK_NODE_TEXT || at->type == CMARK_NODE_CODE ||
            at->type == CMARK_NODE_HTML_INLINE)
            escape_html(&r->html, tree_str(at->as.literal));
        else if (at->type == CMARK_NODE_SOFTBREAK || at->type == CMARK_NODE_LINEBREAK)
            buf_addc(&r->html, ' ');
    }
}

/* What a writer says of the picture stands; what is known of it besides is added. */
static void add_to_image(struct rendering *r, cmark_node *node)
{
    struct attributes own = { 0 };
    unsigned width, height;

    if (r->options->with & MARKDOWN_ATTRIBUTES)
        attributes_take_next(r, node, &own);
    if (r->options->with & MARKDOWN_SIZES && !says(&own, "width") && !says(&own, "height") &&
        tree_size(node, &width, &height))
        buf_addf(&r->html, " width=\"%u\" height=\"%u\"", width, height);
    if (r->options->with & MARKDOWN_LAZY) {
        if (!says(&own, "loading"))
            buf_lit(&r->html, " loading=\"lazy\"");
        if (!says(&own, "decoding"))
            buf_lit(&r->html, " decoding=\"async\"");
    }
    attributes_add(r, node, &own);
}

static void enter_image(struct rendering *r, cmark_node *node)
{
    if (!r->again)
        note_link(r, node);
    buf_lit(&r->html, "<img src=\"");
    add_url(r, node);
    buf_lit(&r->html, "\" alt=\"");
    add_alt(r, node);
    add_title(r, node);
    buf_lit(&r->html, "\"");
    add_to_image(r, node);
    buf_lit(&r->html, " />");
}

/* Footnotes and the rest. */

static void add_reference(struct rendering *r, const cmark_node *node)
{
    str name = tree_str(node->parent_footnote_def->as.literal);

    if (r->again)
        return;
    r->anchors++;
    if (is_python(r)) {
        python_reference(r, node);
        return;
    }
    buf_lit(&r->html, "<sup class=\"footnote-ref\"><a href=\"#fn-");
    escape_url(&r->html, name);
    buf_lit(&r->html, "\" id=\"fnref-");
    escape_url(&r->html, name);
    if (node->footnote.ref_ix > 1) {
        buf_addc(&r->html, '-');
        buf_add_int(&r->html, node->footnote.ref_ix);
    }
    buf_lit(&r->html, "\" data-footnote-ref>");
    escape_url(&r->html, tree_str(node->as.literal));
    buf_lit(&r->html, "</a></sup>");
}

/* `vial`'s: right behind code or stressed words the parser takes an apostrophe for a quotation. */
static void mend_apostrophe(const struct rendering *r, cmark_node *node)
{
    static const str opens = S("\u2018"), apostrophe = S("\u2019");
    const cmark_node *before = node->prev, *next = node->next;
    str text = tree_str(node->as.literal);

    if (!(r->options->with & MARKDOWN_SMART) || !before || !str_starts(text, opens))
        return;
    if (before->type != CMARK_NODE_CODE && before->type != CMARK_NODE_LINK &&
        before->type != CMARK_NODE_EMPH && before->type != CMARK_NODE_STRONG)
        return;
    str behind = str_from(text, opens.len);
    if (!behind.len && next && next->type == CMARK_NODE_TEXT)
        behind = tree_str(next->as.literal);
    if (!behind.len || !is_alpha(behind.p[0]))
        return;
    text = str_fmt(r->arena, "%.*s%.*s", STR(apostrophe), STR(str_from(text, opens.len)));
    node->as.literal = (cmark_chunk){ (unsigned char *)(uintptr_t)text.p, (bufsize_t)text.len, 0 };
}

static void add_text(struct rendering *r, const cmark_node *node)
{
    str text = tree_str(node->as.literal);

    if (!r->again)
        words_add(&r->words, text);
    if (node->type == CMARK_NODE_TEXT &&
        (r->abbreviations.lengths || r->options->with & (MARKDOWN_MARK | MARKDOWN_SUPERSCRIPT)))
        text_add_marked(r, node);
    else
        escape_html(&r->html, text);
}

/* One ~ on each side: the parser takes it for struck out, as it does two. */
static bool is_lowered(const struct rendering *r, const cmark_node *node)
{
    const cmark_node *first = node->first_child;

    if (!(r->options->with & MARKDOWN_SUPERSCRIPT) || !first || first->type != CMARK_NODE_TEXT)
        return false;
    size_t offset = tree_offset(first);
    str content = tree_content(r->block);
    return offset >= 2 && offset <= content.len && content.p[offset - 2] == '~' &&
           (offset < 3 || content.p[offset - 3] != '~');
}

static void add_break(struct rendering *r, str html)
{
    words_break(&r->words);
    buf_add(&r->html, html);
}

static void open_tag(struct rendering *r, cmark_node *node, str tag)
{
    struct attributes own = { 0 };

    buf_add(&r->html, tag);
    if (r->options->with & MARKDOWN_ATTRIBUTES && attributes_take_next(r, node, &own))
        attributes_add(r, node, &own);
    buf_addc(&r->html, '>');
}

void inlines_enter(struct rendering *r, cmark_node *node)
{
    switch (node->type) {
    case CMARK_NODE_TEXT:
        mend_apostrophe(r, node);
        add_text(r, node);
        break;
    case CMARK_NODE_SOFTBREAK:
        if (terms_break(r, node))
            words_break(&r->words);
        else
            add_break(r, S("\n"));
        break;
    case CMARK_NODE_LINEBREAK:
        add_break(r, S("<br />\n"));
        break;
    case CMARK_NODE_CODE:
        open_tag(r, node, S("<code"));
        add_text(r, node);
        buf_lit(&r->html, "</code>");
        break;
    case CMARK_NODE_HTML_INLINE:
        raw_add(r, node);
        break;
    case CMARK_NODE_EMPH:
        open_tag(r, node, S("<em"));
        break;
    case CMARK_NODE_STRONG:
        open_tag(r, node, S("<strong"));
        break;
    case CMARK_NODE_LINK:
        enter_link(r, node);
        break;
    case CMARK_NODE_IMAGE:
        enter_image(r, node);
        break;
    case CMARK_NODE_FOOTNOTE_REFERENCE:
        add_reference(r, node);
        break;
    default:
        buf_add(&r->html,
                is_lowered(r, node) ? S("<sub>") : S("<del>")); /* of an extension the only one */
        break;
    }
}

void inlines_leave(struct rendering *r, cmark_node *node)
{
    switch (node->type) {
    case CMARK_NODE_EMPH:
        buf_lit(&r->html, "</em>");
        break;
    case CMARK_NODE_STRONG:
        buf_lit(&r->html, "</strong>");
        break;
    case CMARK_NODE_LINK:
        if (!r->unlinked)
            buf_lit(&r->html, "</a>");
        break;
    default:
        if (node->type == tree_strikethrough)
            buf_add(&r->html, is_lowered(r, node) ? S("</sub>") : S("</del>"));
        break;
    }
}
