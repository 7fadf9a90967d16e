/*
 * render.c - from tree to HTML
 *
 *   comes in:  cmark's tree
 *   goes out:  HTML, in plain mode to the byte what cmark-gfm would print; and what was met on the
 *              way: headings with their ids, links with their places, a summary, a number of words
 *
 * One walk without recursion, so that no nesting is too deep, writes into one buffer. A heading's
 * and the summary's HTML are parts of it. Only a part that holds what may stand on a page but once
 * (an id, a footnote), or may not stand in a link, is written again.
 */
#include "vial/markdown/render.h"

#include "vial/markdown/abbreviations.h"
#include "vial/markdown/block_attributes.h"
#include "vial/markdown/emoji.h"
#include "vial/markdown/flavour.h"
#include "vial/markdown/hooks.h"
#include "vial/markdown/python.h"
#include "vial/markdown/rendering.h"

static void enter(struct rendering *r, cmark_node *node)
{
    bool hooked = r->options->hooks && hooks_open(r, node);

    if (is_inline(node))
        inlines_enter(r, node);
    else
        blocks_enter(r, node);
    if (hooked)
        hooks_entered(r);
}

static void leave(struct rendering *r, cmark_node *node)
{
    bool hooked;

    if (r->marked == node || r->inserted == node)
        marks_close(r, node);
    hooked = r->hooks.count && hooks_leave(r, node);
    if (is_inline(node))
        inlines_leave(r, node);
    else
        blocks_leave(r, node);
    if (hooked)
        hooks_close(r);
}

/* An image's inside is its alt text, written with it. */
static bool is_open(const cmark_node *node)
{
    return node->first_child && node->type != CMARK_NODE_IMAGE;
}

static void walk(struct rendering *r, cmark_node *from)
{
    cmark_node *node = from;

    for (;;) {
        enter(r, node);
        if (is_open(node)) {
            node = node->first_child;
            continue;
        }
        leave(r, node);
        while (node != from && !node->next) {
            node = node->parent;
            leave(r, node);
        }
        if (node == from)
            return;
        node = node->next;
    }
}

str render_again(struct rendering *r, const struct part *part, bool unlinked)
{
    struct rendering part_only = *r;

    part_only.html = buf_in(r->scratch);
    part_only.again = true;
    part_only.hooks.count = 0;
    part_only.unlinked = unlinked;
    for (cmark_node *node = part->first; node != part->end; node = node->next)
        walk(&part_only, node);
    r->hooks.failed |= part_only.hooks.failed;
    return str_copy(r->arena, str_trim(buf_str(&part_only.html)));
}

/* True when something in the heading may not stand in a table of contents, which is all links. */
static bool is_unfit(cmark_node *child)
{
    for (cmark_node *node = child; node; node = tree_next(node, child->parent, true)) {
        if (node->type == CMARK_NODE_LINK || node->type == CMARK_NODE_FOOTNOTE_REFERENCE ||
            node->type == CMARK_NODE_HTML_INLINE)
            return true;
    }
    return false;
}

/* The buffer has come to rest: what are parts of it can be told. */
static void give_parts(struct rendering *r)
{
    str html = r->out->html;

    for (size_t i = 0; i < r->out->nheadings; i++) {
        const struct part *title = &r->titles[i];

        r->headings[i].html = title->twice || is_unfit(title->first)
                                  ? render_again(r, title, true)
                                  : str_slice(html, title->from, title->to);
    }
    if (r->summary.twice)
        r->out->summary = render_again(r, &r->summary, false);
    else
        r->out->summary = str_trim(str_slice(html, r->summary.from, r->summary.to));
}

/* What has to be known, or be another, before the first byte is written. */
static void prepare(struct rendering *r, str text)
{
    unsigned with = r->options->with;

    if (with & MARKDOWN_ABBREVIATIONS && str_find(text, S("*[")) != STR_NONE)
        abbreviations_take(r);
    if (with & MARKDOWN_ATTRIBUTES && str_has(text, '{'))
        block_attributes_take(r);
    if (with & MARKDOWN_EMOJI && str_has(text, ':'))
        emoji_put(r);
}

bool render_tree(struct markdown *out, cmark_node *root, str text,
                 const struct markdown_options *options, struct arena *a, struct arena *scratch,
                 struct error *err)
{
    struct rendering r = {
        .html = buf_in(scratch),
        .options = options,
        .out = out,
        .arena = a,
        .scratch = scratch,
        .root = root,
        .source = source_of(text, scratch),
        .ids = map_in(a),
        .hooks.err = err,
    };

    buf_reserve(&r.html, text.len + text.len / 4 + 64);
    prepare(&r, text);
    for (r.top = root->first_child; r.top; r.top = r.top->next) {
        walk(&r, r.top);
        if (r.top == root->first_child)
            r.first_end = r.html.len;
    }
    if (r.footnotes)
        buf_add(&r.html, is_python(&r) ? S("</ol>\n</div>\n") : S("</ol>\n</section>\n"));
    out->html = str_copy(a, buf_str(&r.html));
    give_parts(&r);
    out->html = toc_put(&r, out->html);
    out->headings = r.headings;
    out->links = r.links;
    out->unknown = r.unknown;
    out->words = r.words.count;
    out->signs = r.words.signs;
    return !r.hooks.failed;
}
