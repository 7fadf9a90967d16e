/*
 * abbreviations.c - *[HTML]: Hypertext Markup Language
 *
 *   comes in:  the tree; later its texts
 *   goes out:  the tree without the lines that explain; <abbr title="..."> around what they explain
 *
 * Lines that explain are paragraphs of nothing else, anywhere on the page. What is looked for are
 * whole words: a place in a text where a word begins, tried for each length that an abbreviation of
 * the page has.
 */
#include "vial/markdown/abbreviations.h"

#include "vial/markdown/escape.h"
#include "vial/markdown/texts.h"

enum { LONGEST = 63 }; /* bytes: there is a bit for each length */

/* "*[HTML]: Hypertext Markup Language" */
static bool read_line(str line, str *name, str *meaning)
{
    ptrdiff_t end;

    line = str_trim(line);
    if (!str_starts(line, S("*[")))
        return false;
    line = str_from(line, 2);
    end = str_find_char(line, ']');
    if (end < 1 || end > LONGEST)
        return false;
    *name = str_trim(str_slice(line, 0, (size_t)end));
    line = str_ltrim(str_from(line, (size_t)end + 1));
    *meaning = str_trim(str_from(line, 1));
    return name->len && str_starts(line, S(":"));
}

static bool explains(const cmark_node *node)
{
    str rest = tree_content(node), line, name, meaning;

    if (node->type != CMARK_NODE_PARAGRAPH || !str_starts(rest, S("*[")))
        return false;
    while (str_line(&rest, &line))
        if (!read_line(line, &name, &meaning))
            return false;
    return true;
}

static void keep(struct rendering *r, const cmark_node *paragraph)
{
    struct abbreviations *all = &r->abbreviations;
    str rest = tree_content(paragraph), line, name, meaning;

    while (str_line(&rest, &line)) {
        struct map_entry *entry;

        if (!read_line(line, &name, &meaning))
            continue;
        entry = map_put(&all->meanings, name);
        entry->data = arena_make(r->scratch, str);
        *(str *)entry->data = meaning;
        all->lengths |= UINT64_C(1) << name.len;
    }
}

static void take_out(cmark_node *node)
{
    *(node->prev ? &node->prev->next : &node->parent->first_child) = node->next;
    *(node->next ? &node->next->prev : &node->parent->last_child) = node->prev;
}

/* So that "C++" and "a_b" are one text again. */
static void join_texts(struct rendering *r)
{
    struct text_runs runs = { .root = r->root, .arena = r->scratch };

    while (text_runs_next(&runs))
        text_run_set(&runs, runs.text);
}

void abbreviations_take(struct rendering *r)
{
    cmark_node *next;

    r->abbreviations.meanings = map_in(r->scratch);
    for (cmark_node *node = r->root->first_child; node; node = next) {
        next = tree_next(node, r->root, !tree_has_lines(node));
        if (!explains(node))
            continue;
        keep(r, node);
        take_out(node);
    }
    if (r->abbreviations.lengths)
        join_texts(r);
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (c & 0x80);
}

/* The longest that `rest` begins with and that no letter follows; 0: none. */
static size_t found_at(const struct abbreviations *all, str rest, const str **meaning)
{
    for (size_t len = rest.len < LONGEST ? rest.len : LONGEST; len; len--) {
        if (!(all->lengths >> len & 1) ||
            (len < rest.len && is_word(rest.p[len - 1]) && is_word(rest.p[len])))
            continue;
        *meaning = map_get(&all->meanings, str_slice(rest, 0, len));
        if (*meaning)
            return len;
    }
    return 0;
}

void abbreviations_add(struct rendering *r, str text, char before)
{
    const struct abbreviations *all = &r->abbreviations;
    size_t copied = 0;

    for (size_t at = 0; all->lengths && at < text.len; before = text.p[at++]) {
        const str *meaning;
        size_t len = is_word(before) ? 0 : found_at(all, str_from(text, at), &meaning);

        if (!len)
            continue;
        escape_html(&r->html, str_slice(text, copied, at));
        buf_lit(&r->html, "<abbr title=\"");
        escape_html(&r->html, *meaning);
        buf_lit(&r->html, "\">");
        escape_html(&r->html, str_slice(text, at, at + len));
        buf_lit(&r->html, "</abbr>");
        copied = at + len;
        at = copied - 1;
    }
    escape_html(&r->html, str_from(text, copied));
}
