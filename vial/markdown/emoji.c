/*
 * emoji.c - :tada:
 *
 *   comes in:  the tree
 *   goes out:  the same, with the sign in the place of each name that GitHub knows
 *
 * It is done before anything is made of the tree, so that ids, summaries, titles in lists and the
 * search see the sign as well. A colon right behind a letter or a digit opens nothing: "12:100:7"
 * is a time.
 */
#include "vial/markdown/emoji.h"

#include "vial/markdown/texts.h"

enum { LONGEST = 40 };

str emoji_named(str name)
{
    size_t from = 0, to = emoji_count;

    while (from < to) {
        size_t middle = (from + to) / 2;
        str there = str_of(emoji_texts + emoji_starts[middle]);
        int order = str_cmp(name, there);

        if (!order)
            return str_of(there.p + there.len + 1);
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return S("");
}

static bool is_name(char c)
{
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '+';
}

/* The name between the colon at `at` and the next; empty: there is none. */
static str name_at(str text, size_t at)
{
    size_t end = at + 1;

    if (at && is_alnum(text.p[at - 1]))
        return S("");
    while (end < text.len && end - at <= LONGEST && is_name(text.p[end]))
        end++;
    return end < text.len && text.p[end] == ':' ? str_slice(text, at + 1, end) : S("");
}

/* NULL text: there are none in it. */
static str replaced(str text, struct arena *a)
{
    struct buf out = buf_in(a);
    size_t copied = 0;

    for (size_t at = 0; at < text.len; at++) {
        str name = text.p[at] == ':' ? name_at(text, at) : S("");
        str sign = name.len ? emoji_named(name) : S("");

        if (!sign.len)
            continue;
        buf_add(&out, str_slice(text, copied, at));
        buf_add(&out, sign);
        at += name.len + 1;
        copied = at + 1;
    }
    if (!copied)
        return (str){ 0 };
    buf_add(&out, str_from(text, copied));
    return buf_str(&out);
}

static str key_of(const cmark_node *const *heading)
{
    return str_n((const char *)heading, sizeof *heading);
}

static void keep_words(struct rendering *r, const cmark_node *heading)
{
    struct buf words = buf_in(r->scratch);
    str *kept;

    if (map_find(&r->heading_words, key_of(&heading)))
        return;
    plain_text_add(&words, heading, false);
    kept = arena_make(r->scratch, str);
    *kept = buf_str(&words);
    map_set(&r->heading_words, str_copy(r->scratch, key_of(&heading)), kept);
}

bool emoji_heading(const struct rendering *r, const cmark_node *heading, str *words)
{
    const str *kept = r->heading_words.count ? map_get(&r->heading_words, key_of(&heading)) : NULL;

    if (kept)
        *words = *kept;
    return kept;
}

void emoji_put(struct rendering *r)
{
    struct text_runs runs = { .root = r->root, .arena = r->scratch, .sign = ':' };

    r->heading_words = map_in(r->scratch);
    while (text_runs_next(&runs)) {
        str text = replaced(runs.text, r->scratch);

        if (!text.p)
            continue;
        if (runs.block && runs.block->type == CMARK_NODE_HEADING)
            keep_words(r, runs.block);
        text_run_set(&runs, text);
    }
}
