/*
 * markdown.c - Markdown to HTML
 *
 *   comes in:  a text, and what is wanted
 *   goes out:  HTML, headings, links, a summary, a number of words, all in the caller's arena
 *
 * The way: is it text and not too much (here), the tree (tree.c, with offsets.c and guards.c), the
 * HTML (render.c, blocks.c, inlines.c; source.c for where things stand). The tree is gone when the
 * call returns, but the memory it took stays with the thread for the next.
 */
#include "vial/markdown/markdown.h"

#include "vial/base/utf8.h"
#include "vial/markdown/heading.h"
#include "vial/markdown/render.h"
#include "vial/markdown/tree.h"
#include <pthread.h>

enum { DEFAULT_MAX = 16 << 20, LARGEST_MAX = 256 << 20 };

static pthread_key_t spare_key; /* an arena of each thread's own, while no call uses it */

static void delete_spare(void *spare)
{
    arena_delete(spare);
}

static void start_once(void)
{
    pthread_key_create(&spare_key, delete_spare);
    tree_start();
}

void markdown_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start_once);
}

/* The thread's arena, or a new one when a resolver renders while it is asked. */
static struct arena *take_arena(void)
{
    struct arena *a = pthread_getspecific(spare_key);

    pthread_setspecific(spare_key, NULL);
    return a ? a : arena_new();
}

static void keep_arena(struct arena *a)
{
    arena_delete(pthread_getspecific(spare_key));
    arena_reset(a);
    pthread_setspecific(spare_key, a);
}

static bool is_too_large(str file, str text, size_t max, struct error *err)
{
    struct place place = { .file = file, .source = text };

    if (max == 0)
        max = DEFAULT_MAX;
    if (max > LARGEST_MAX)
        max = LARGEST_MAX;
    if (text.len <= max)
        return false;
    place.source = str_slice(text, 0, 80); /* the excerpt; the rest need not even be text */
    error_at(err, place, "this text has %zu bytes; %zu are the most", text.len, max);
    return true;
}

static bool is_text(str file, str text, struct error *err)
{
    struct place place = { .file = file, .source = text };

    if (utf8_valid(text, &place.offset))
        return true;
    error_at(err, place, "this is not UTF-8: byte 0x%02X", (unsigned char)text.p[place.offset]);
    return error_hint(err, "save the file as UTF-8");
}

/* What is said of the text counts its lines; hooks know those of the file. */
static bool said_of_text(const struct markdown_options *options, struct error *err)
{
    if (err)
        err->line += options->first_line - 1;
    return false;
}

static bool render(struct markdown *out, str file, str text, const struct markdown_options *options,
                   struct arena *a, struct error *err)
{
    if (is_too_large(file, text, options->max_size, err) || !is_text(file, text, err))
        return said_of_text(options, err);

    struct arena *scratch = take_arena();
    cmark_node *root = tree_parse(file, text, options->without, options->with, scratch, err);
    bool good =
        root ? render_tree(out, root, text, options, a, scratch, err) : said_of_text(options, err);
    keep_arena(scratch);
    return good;
}

bool markdown_render(struct markdown *out, str file, str text,
                     const struct markdown_options *options, struct arena *a, struct error *err)
{
    struct markdown_options wanted = options ? *options : (struct markdown_options){ 0 };

    *out = (struct markdown){ 0 };
    markdown_start();
    if (wanted.plain)
        wanted.with = wanted.hooks = wanted.profile = 0;
    if (wanted.first_line == 0)
        wanted.first_line = 1;
    return render(out, file, text, &wanted, a, err);
}

str markdown_slug(struct arena *a, str text)
{
    return heading_slug(a, text);
}
