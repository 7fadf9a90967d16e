/*
 * anchors.c - headings that links lead to
 *
 *   comes in:  "#what-s-new", as the old program made an id of "What's new"
 *   goes out:  "#whats-new", as vial does
 *
 * Programs differ in what they make of the signs between letters, not of the letters: two ids of
 * the same letters and digits mean the same heading.
 */
#include "vial/base/unicode.h"
#include "vial/http/http.h"
#include "vial/import/inside.h"
#include "vial/markdown/markdown.h"

struct headings {
    struct map ids, bare; /* ids there are; letters of a heading, to its id */
};

static str letters_of(struct arena *a, str text)
{
    struct buf out = buf_in(a);

    text = unicode_nfkd(a, text); /* "búsqueda" is "busqueda" to some: U+0300 to U+036F are marks */
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.p[i] == 0xcc || (unsigned char)text.p[i] == 0xcd)
            i++;
        else if (is_alnum(text.p[i]) || (text.p[i] & 0x80))
            buf_addc(&out, to_lower(text.p[i]));
    return buf_str(&out);
}

/* A heading's text without `code`, [links](to) and {attributes}; an id that is given in those. */
static str plain_text(struct arena *a, str line, str *id)
{
    struct buf out = buf_in(a);
    ptrdiff_t brace = str_find(line, S("{"));

    *id = S("");
    if (brace != STR_NONE && str_ends(line, S("}"))) {
        str inside = str_slice(line, (size_t)brace + 1, line.len - 1);
        ptrdiff_t hash = str_find_char(inside, '#');

        if (hash != STR_NONE) {
            *id = str_from(inside, (size_t)hash + 1);
            *id = str_cut(id, ' ');
            line = str_slice(line, 0, (size_t)brace);
        }
    }
    for (size_t i = 0; i < line.len; i++) {
        ptrdiff_t close = line.p[i] == ']' ? str_find_char(str_from(line, i), ')') : STR_NONE;

        if (str_starts(str_from(line, i), S("](")) && close != STR_NONE)
            i += (size_t)close;
        else if (!strchr("`*[]", line.p[i]))
            buf_addc(&out, line.p[i]);
    }
    return str_trim(buf_str(&out));
}

static void add_heading(struct importing *im, struct headings *all, str line, struct map *taken)
{
    str id, text = plain_text(im->a, line, &id), slug = markdown_slug(im->a, text);
    struct map_entry *again = map_find(taken, slug);
    str whole = id.len ? id : slug;

    if (again && !id.len)
        whole = str_fmt(im->a, "%.*s-%zu", STR(slug), (size_t)(uintptr_t)again->data);
    map_put(taken, slug)->data = (void *)((uintptr_t)(again ? again->data : 0) + 1);
    map_put(&all->ids, whole);
    str letters = letters_of(im->a, text);
    if (!map_find(&all->bare, letters))
        map_put(&all->bare, letters)->data = (void *)str_cstr(im->a, whole);
}

static const struct headings *headings_of(struct importing *im, struct item *item)
{
    struct headings *all = item->headings;
    struct map taken = map_in(im->a);
    str rest = item->body, line, before = S("");
    bool code = false;

    if (all)
        return all;
    all = item->headings = arena_make(im->a, struct headings);
    all->ids = map_in(im->a);
    all->bare = map_in(im->a);
    while (str_line(&rest, &line)) {
        size_t level = 0;
        str bare = str_trim(line);

        if (str_starts(bare, S("```")) || str_starts(bare, S("~~~")))
            code = !code;
        while (level < bare.len && bare.p[level] == '#')
            level++;
        if (!code && level && level <= 6 && level < bare.len && is_space(bare.p[level])) {
            str text = str_trim(str_from(bare, level));

            while (str_ends(text, S("#")))
                text = str_slice(text, 0, text.len - 1);
            if (str_starts(rest, S("{:"))) { /* kramdown has them below */
                str attributes;

                str_line(&rest, &attributes);
                text = str_fmt(im->a, "%.*s %.*s", STR(text), STR(str_trim(attributes)));
            }
            add_heading(im, all, str_trim(text), &taken);
        } else if (!code && before.len && bare.len >= 3 &&
                   (str_starts(bare, S("===")) || str_starts(bare, S("---")))) {
            add_heading(im, all, before, &taken);
        }
        before = bare;
    }
    return all;
}

str anchor_convert(struct importing *im, struct item *item, str more)
{
    str id, decoded;

    if (im->origin->same_ids || !item->page || !str_starts(more, S("#")) || more.len == 1)
        return more;
    id = str_from(more, 1);
    if (!url_decode(&decoded, id, im->a))
        decoded = id;
    const struct headings *all = headings_of(im, item);
    if (map_find(&all->ids, decoded))
        return more;
    const char *there = map_get(&all->bare, letters_of(im->a, decoded));
    return there ? str_fmt(im->a, "#%s", there) : more;
}
