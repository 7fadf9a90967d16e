/*
 * tree.c - from text to tree, by cmark-gfm
 *
 *   comes in:  one document
 *   goes out:  cmark's tree of it, in an arena; or an error at the line that costs too much
 *
 * The library keeps three things that threads share. Two are settled by tree_start(): the list of
 * extensions and their node types, and the table of characters at which inline parsing stops. Every
 * parse would set that table and clear it again, so that threads take each other's `:`, `w` and `~`
 * away; the linker sends those calls here (--wrap, see meson.build), where they do nothing after
 * the first. The third, a global arena, is never touched: memory comes from the caller's arena, and
 * nothing is given back, which also makes freeing the tree cost nothing.
 *
 * Because all memory comes from here, so does the limit on it: what a text asks for is counted, and
 * beyond any honest text's need the parse is left by longjmp(); no state but the arena's is lost.
 */
#include "vial/markdown/tree.h"

#include "vial/markdown/autolinks.h"
#include "vial/markdown/containers.h"
#include "vial/markdown/definitions.h"
#include "vial/markdown/parsing.h"
#include "vial/markdown/tasks.h"
#include <assert.h>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm/inlines.h>
#include <cmark-gfm/parser.h>
#include <cmark-gfm/syntax_extension.h>

enum { HEAD = sizeof(size_t) }; /* before each piece stands its size, for realloc */

cmark_node_type tree_table, tree_row, tree_cell, tree_strikethrough;

_Thread_local struct parsing *parsing;

/* cmark's have a name, ours are made. */
static struct {
    const char *name;
    cmark_syntax_extension *(*make)(void);
    unsigned bit;
    cmark_syntax_extension *extension;
} extensions[] = {
    { "table", NULL, MARKDOWN_TABLES, NULL },
    { "strikethrough", NULL, MARKDOWN_STRIKETHROUGH, NULL },
    { NULL, tasks_new, MARKDOWN_TASKS, NULL },
    { NULL, autolinks_new, MARKDOWN_AUTOLINKS, NULL },
};

static cmark_syntax_extension *containers, *definitions;
static bool started;

void __real_cmark_inlines_add_special_character(unsigned char c, bool emphasis);
void __wrap_cmark_inlines_add_special_character(unsigned char c, bool emphasis);
void __wrap_cmark_inlines_remove_special_character(unsigned char c, bool emphasis);

void __wrap_cmark_inlines_add_special_character(unsigned char c, bool emphasis)
{
    if (!started)
        __real_cmark_inlines_add_special_character(c, emphasis);
}

void __wrap_cmark_inlines_remove_special_character(unsigned char c, bool emphasis)
{
    (void)c, (void)emphasis;
}

/* The three of a table follow one another; only their first is told by a table that was parsed. */
static void learn_types(void)
{
    struct arena a = { 0 };
    cmark_node *root = tree_parse(S(""), S("|a|\n|-|\n\n~b~\n"), 0, 0, &a, NULL);
    cmark_node *table = root->first_child;

    tree_table = (cmark_node_type)table->type;
    tree_row = (cmark_node_type)table->first_child->type;
    tree_cell = (cmark_node_type)table->first_child->first_child->type;
    tree_strikethrough = (cmark_node_type)table->next->first_child->type;
    arena_free(&a);
}

void tree_start(void)
{
    if (started)
        return;
    cmark_gfm_core_extensions_ensure_registered();
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        const char *name = extensions[i].name;

        extensions[i].extension = name ? cmark_find_syntax_extension(name) : extensions[i].make();
        assert(extensions[i].extension);
    }
    containers = containers_new();
    definitions = definitions_new();
    learn_types();
    started = true;
}

void parsing_give_up(void)
{
    longjmp(parsing->too_costly, 1);
}

void parsing_spend(size_t cost)
{
    if (cost > parsing->budget)
        parsing_give_up();
    parsing->budget -= cost;
}

static void *take(size_t count, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(count, size, &all) || all > SIZE_MAX / 2)
        parsing_give_up();
    parsing_spend(all);

    char *piece = arena_alloc(parsing->arena, HEAD + all);
    memset(piece + HEAD, 0, all);
    memcpy(piece, &all, HEAD);
    return piece + HEAD;
}

static void *grow(void *piece, size_t size)
{
    size_t old;

    if (!piece)
        return take(1, size);
    char *start = (char *)piece - HEAD;
    memcpy(&old, start, HEAD);
    if (size <= old)
        return piece;
    parsing_spend(size - old);
    start = arena_grow(parsing->arena, start, HEAD + old, HEAD + size);
    memcpy(start, &size, HEAD);
    return start + HEAD;
}

static void give_back(void *piece)
{
    (void)piece;
}

static cmark_node *run(cmark_parser *parser, str text)
{
    cmark_parser_feed(parser, text.p, text.len);
    return cmark_parser_finish(parser);
}

static bool too_costly(str file, str text, struct error *err)
{
    size_t offset = parsing_offset(text);
    struct place place = { .file = file, .source = text, .offset = offset };

    error_at(err, place, "this Markdown costs too much to read");
    return error_hint(err, "a paragraph, table or nesting here is out of all proportion: split it");
}

cmark_node *tree_parse(str file, str text, unsigned without, unsigned with, struct arena *a,
                       struct error *err)
{
    static cmark_mem memory = { take, grow, give_back };
    struct parsing state = {
        .arena = a,
        .budget = PARSING_LEAST + PARSING_PER_BYTE * text.len,
        .without = without,
    };
    cmark_node *root = NULL;

    parsing = &state;
    if (setjmp(state.too_costly)) {
        too_costly(file, text, err);
        parsing = NULL;
        return NULL;
    }
    int options = (without & MARKDOWN_FOOTNOTES ? 0 : CMARK_OPT_FOOTNOTES) |
                  (with & MARKDOWN_SMART ? CMARK_OPT_SMART : 0);
    state.parser = cmark_parser_new_with_mem(options, &memory);
    if (with & MARKDOWN_CONTAINERS)
        cmark_parser_attach_syntax_extension(state.parser, containers);
    if (with & MARKDOWN_DEFINITIONS)
        cmark_parser_attach_syntax_extension(state.parser, definitions);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        if (!(without & extensions[i].bit))
            cmark_parser_attach_syntax_extension(state.parser, extensions[i].extension);
    }
    root = run(state.parser, text);
    parsing = NULL;
    return root;
}
