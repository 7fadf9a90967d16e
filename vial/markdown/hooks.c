/*
 * hooks.c - what somebody else writes in the place of our HTML
 *
 *   comes in:  nodes of the tree before and after they are written, as the walk (render.c) meets
 * them goes out:  the HTML of the hook, in the place of what was written
 *
 * What a hook takes the place of is written first, into the same buffer: so it can be handed over
 * as it is, its inside is a part of it, and the hooks of what stands inside have been asked before.
 * What was noted of places within it no longer holds, and is written anew where it is needed.
 */
#include "vial/markdown/hooks.h"

#include "vial/markdown/code.h"
#include "vial/markdown/escape.h"
#include <cmark-gfm-core-extensions.h>

enum { CELL = 1 << 16 }; /* no hook's own: kept for that of its table */

struct hook_open {
    const cmark_node *node;
    unsigned kind;
    size_t from, inside, inside_end; /* in the buffer                  */
    size_t links, unknown;           /* how many there were before it  */
    const struct markdown_attribute *attributes;
};

static unsigned kind_of(const struct rendering *r, const cmark_node *node)
{
    switch (node->type) {
    case CMARK_NODE_LINK:
        return r->unlinked ? 0 : MARKDOWN_HOOK_LINK;
    case CMARK_NODE_IMAGE:
        return MARKDOWN_HOOK_IMAGE;
    case CMARK_NODE_HEADING:
        return r->again ? 0 : MARKDOWN_HOOK_HEADING; /* there it has no id */
    case CMARK_NODE_CODE_BLOCK:
        return MARKDOWN_HOOK_CODE;
    case CMARK_NODE_BLOCK_QUOTE:
        return MARKDOWN_HOOK_QUOTE;
    default:
        return node->type == tree_table ? MARKDOWN_HOOK_TABLE : 0;
    }
}

/* True also for the cells of tables that a hook writes. */
static bool is_wanted(const struct rendering *r, const cmark_node *node, unsigned *kind)
{
    bool cell = node->type == tree_cell && r->options->hooks & MARKDOWN_HOOK_TABLE;

    *kind = cell ? CELL : kind_of(r, node) & r->options->hooks;
    return *kind && !r->hooks.failed;
}

bool hooks_open(struct rendering *r, cmark_node *node)
{
    struct hooks *h = &r->hooks;
    unsigned kind;

    if (!is_wanted(r, node, &kind))
        return false;
    if (!is_inline(node) && r->html.len && r->html.p[r->html.len - 1] != '\n')
        buf_addc(&r->html, '\n');
    if (kind == MARKDOWN_HOOK_TABLE)
        h->ncells = h->rows = 0;
    h->open = list_grown(r->scratch, h->open, &h->cap, h->count, sizeof *h->open);
    h->open[h->count++] = (struct hook_open){
        .node = node,
        .kind = kind,
        .from = r->html.len,
        .links = r->out->nlinks,
        .unknown = r->out->nunknown,
    };
    return true;
}

void hooks_entered(struct rendering *r)
{
    r->hooks.open[r->hooks.count - 1].inside = r->html.len;
}

bool hooks_leave(struct rendering *r, const cmark_node *node)
{
    struct hook_open *last = &r->hooks.open[r->hooks.count - 1];

    if (last->node != node)
        return false;
    last->inside_end = r->html.len;
    return true;
}

static void note_one(struct rendering *r, struct hook_open *open, const char *name, str value)
{
    struct markdown_attribute *one;

    if (!value.len)
        return;
    one = arena_make(r->scratch, struct markdown_attribute);
    *one = (struct markdown_attribute){ open->attributes, str_of(name), value };
    open->attributes = one;
}

void hooks_note(struct rendering *r, const cmark_node *node, const struct attributes *attributes)
{
    struct hook_open *last = &r->hooks.open[r->hooks.count - 1];

    if (last->node != node)
        return; /* of something within */
    last->attributes = attributes->list;
    note_one(r, last, "class", attributes->classes);
    note_one(r, last, "id", attributes->id);
}

/* ---- what a hook is told ---- */

static str plain_text(struct rendering *r, const cmark_node *node)
{
    struct buf text = buf_in(r->scratch);

    plain_text_add(&text, node, true);
    return str_trim(buf_str(&text));
}

/* The title of an alert is no part of what it says. */
static str without_title(str html)
{
    ptrdiff_t end = str_find(html, S("</p>\n"));

    if (!str_starts(html, S("<p class=\"admonition-title\">")) || end == STR_NONE)
        return html;
    return str_from(html, (size_t)end + S("</p>\n").len);
}

static void tell_link(struct rendering *r, const struct hook_open *open,
                      struct markdown_hooked *what)
{
    const cmark_node *node = open->node;

    if (!r->again)
        what->line = r->links[open->links].line - r->options->first_line + 1;
    what->url = tree_str(node->as.link.url);
    what->title = tree_str(node->as.link.title);
    what->text = plain_text(r, node);
    if (what->kind == MARKDOWN_HOOK_IMAGE)
        tree_size(node, &what->width, &what->height);
    what->alone = node->type == CMARK_NODE_IMAGE && node->parent->type == CMARK_NODE_PARAGRAPH &&
                  image_alone(r, node->parent);
}

static void tell_heading(struct rendering *r, const cmark_node *node, struct markdown_hooked *what)
{
    const struct markdown_heading *heading = &r->headings[r->out->nheadings - 1];

    what->line = heading->line - r->options->first_line + 1;
    what->level = (unsigned)node->as.heading.level;
    what->id = heading->id;
    what->text = heading->text;
    what->inside = str_slice(buf_str(&r->html), r->titles[r->out->nheadings - 1].from,
                             r->titles[r->out->nheadings - 1].to);
}

static void tell_code(struct rendering *r, const cmark_node *node, struct markdown_hooked *what)
{
    what->info = tree_str(node->as.code.info);
    what->language = code_language(what->info);
    what->code = code_text(r, node);
}

static struct markdown_hooked tell(struct rendering *r, const struct hook_open *open)
{
    const cmark_node *node = open->node;
    str html = buf_str(&r->html);
    struct markdown_hooked what = {
        .kind = (enum markdown_hooks)open->kind,
        .line = (unsigned)node->start_line,
        .html = str_trim(str_from(html, open->from)),
        .inside = str_slice(html, open->inside, open->inside_end),
        .attributes = open->attributes,
    };

    switch (open->kind) {
    case MARKDOWN_HOOK_LINK:
    case MARKDOWN_HOOK_IMAGE:
        tell_link(r, open, &what);
        break;
    case MARKDOWN_HOOK_HEADING:
        tell_heading(r, node, &what);
        break;
    case MARKDOWN_HOOK_CODE:
        tell_code(r, node, &what);
        break;
    case MARKDOWN_HOOK_QUOTE:
        if (node->user_data)
            what.alert = *(const str *)node->user_data;
        what.inside = without_title(what.inside);
        break;
    default:
        what.cells = r->hooks.cells;
        what.ncells = r->hooks.ncells;
        break;
    }
    what.line += r->options->first_line - 1;
    return what;
}

/* ---- what comes of it ---- */

static str alignment_of(const cmark_node *cell, size_t column)
{
    const uint8_t *letters = cmark_gfm_extensions_get_table_alignments(cell->parent->parent);
    uint8_t letter = letters[column];

    return letter == 'l'   ? S("left")
           : letter == 'c' ? S("center")
           : letter == 'r' ? S("right")
                           : S("");
}

static void note_cell(struct rendering *r, const struct hook_open *open)
{
    struct hooks *h = &r->hooks;
    str html = str_slice(buf_str(&r->html), open->inside, open->inside_end);

    h->rows += open->node->prev == NULL;
    h->cells = list_grown(r->scratch, h->cells, &h->cells_cap, h->ncells, sizeof *h->cells);
    h->cells[h->ncells++] = (struct markdown_cell){
        .html = str_copy(r->scratch, html),
        .alignment = alignment_of(open->node, r->column - 1),
        .row = h->rows - 1,
        .head = r->in_table_head,
    };
}

/* Titles whose place in the buffer was within what has been replaced. */
static void forget_titles(struct rendering *r, size_t from)
{
    if (r->again)
        return;
    for (size_t i = r->out->nheadings; i && r->titles[i - 1].from >= from; i--)
        r->titles[i - 1].twice = true;
}

static void put(struct rendering *r, const struct hook_open *open, str html)
{
    bool block = !is_inline(open->node);

    r->html.len = open->from;
    buf_add(&r->html, html);
    if (block && !str_ends(html, S("\n")))
        buf_addc(&r->html, '\n');
    forget_titles(r, open->from);
    r->anchors += block; /* who knows what ids it has */
    r->out->nunknown = open->unknown;
    if (r->has_toc && r->toc_at > r->html.len)
        r->toc_at = r->html.len;
}

void hooks_close(struct rendering *r)
{
    struct hooks *h = &r->hooks;
    struct hook_open open = h->open[--h->count];
    str html = { 0 };

    if (open.kind == CELL) {
        note_cell(r, &open);
        return;
    }
    struct markdown_hooked what = tell(r, &open);
    if (h->failed)
        return;
    if (!r->options->hook(r->options->self, &what, &html, h->err))
        h->failed = true;
    else if (html.p)
        put(r, &open, html);
}

bool hooks_take_paragraph(struct rendering *r, const cmark_node *paragraph)
{
    return r->options->hooks & MARKDOWN_HOOK_IMAGE && image_alone(r, paragraph);
}
