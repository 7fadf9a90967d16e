/*
 * search_merge.c - the words of all pages, put together
 *
 *   comes in:  pages and their packed words, in their order
 *   goes out:  forms of words, sorted; groups of forms with one stem, and the parts they are in
 *
 * Each form is asked of the stemmer once. Forms are kept by the letters that were written, so that
 * accents can tell stems apart, and are compared without.
 */
#include "vial/site/search_merge.h"

#include "vial/base/pack.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/site/search_tokens.h"
#include <stdlib.h>

struct merging {
    struct merged *out;
    struct map words;   /* by what was written, to struct form */
    struct map groups;  /* by bare stem, to struct group       */
    struct map reaches; /* by text, to struct reach            */
};

/* ---- groups and forms ---- */

static bool is_of_signs(str word)
{
    return word.len && unicode_is_unspaced(utf8_next(&word));
}

static struct group *group_of(struct merging *m, str word)
{
    struct arena *a = m->out->arena;
    str stem = is_of_signs(word) ? word : stems_of(m->out->stems, word);
    str bare = token_bare(stem, a);
    struct group *group = map_get(&m->groups, bare);

    if (group)
        return group;
    group = arena_make(a, struct group);
    group->stem = str_copy(a, stem);
    map_set(&m->groups, bare.p == stem.p ? group->stem : bare, group);
    return group;
}

static struct form *form_of(struct merging *m, str word)
{
    struct map_entry *entry = map_find(&m->words, word);
    struct arena *a = m->out->arena;

    if (entry)
        return entry->data;
    struct form *form = arena_make(a, struct form);
    form->plain = str_copy(a, word);
    form->text = token_bare(form->plain, a);
    form->group = group_of(m, form->plain);
    map_set(&m->words, form->plain, form);
    return form;
}

/* Places come nearly in order: of one page word by word, of one word part by part. */
static void add_place(struct merging *m, struct group *group, uint32_t place)
{
    size_t at = group->count;

    while (at && group->places[at - 1] / 4 > place / 4)
        at--;
    if (at && group->places[at - 1] / 4 == place / 4) {
        if (place > group->places[at - 1])
            group->places[at - 1] = place;
        return;
    }
    if (group->count == group->cap) {
        size_t cap = group->cap ? group->cap * 2 : 2;

        group->places = arena_grow(m->out->arena, group->places, group->cap * sizeof *group->places,
                                   cap * sizeof *group->places);
        group->cap = cap;
    }
    memmove(group->places + at + 1, group->places + at,
            (group->count - at) * sizeof *group->places);
    group->places[at] = place;
    group->count++;
}

/* ---- pages ---- */

/* The id that a heading of plain letters gets: what need not be said. */
static bool is_usual_id(str id, str heading)
{
    size_t at = 0;

    for (size_t i = 0; i < heading.len; i++) {
        char c = to_lower(heading.p[i]);

        if ((unsigned char)c >= 0x80)
            return false;
        if (!is_alnum(c) && c != ' ' && c != '-' && c != '_')
            continue;
        if (at == id.len || id.p[at++] != (c == ' ' ? '-' : c))
            return false;
    }
    return at == id.len;
}

static str part_line(const struct search_page *page, str id, str heading, struct arena *a)
{
    if (!id.len)
        return str_fmt(a, "%.*s\t%.*s", STR(page->url), STR(heading));
    if (is_usual_id(id, heading))
        return str_fmt(a, "-%.*s", STR(heading));
    return str_fmt(a, "#%.*s\t%.*s", STR(id), STR(heading));
}

/* A page without words has its title all the same. */
static void merge_page(struct merging *m, const struct search_page *page, size_t *room)
{
    struct merged *out = m->out;
    struct unpack u = unpack_of(page->words);
    size_t first = out->nparts, count = page->words.len ? unpack_count(&u, 2) : 0;

    if (first + count + 1 > *room) {
        size_t more = (first + count + 1) * 2;

        out->parts = arena_grow(out->arena, out->parts, *room * sizeof(str), more * sizeof(str));
        *room = more;
    }
    if (!count)
        out->parts[out->nparts++] = part_line(page, S(""), page->title, out->arena);
    for (size_t i = 0; i < count; i++) {
        str id = unpack_text(&u), heading = unpack_text(&u);

        out->parts[out->nparts++] = part_line(page, id, heading, out->arena);
    }
    for (uint64_t words = count ? unpack_number(&u) : 0; words && !u.bad; words--) {
        struct form *form = form_of(m, unpack_text(&u));

        for (uint64_t n = unpack_number(&u); n && !u.bad; n--)
            add_place(m, form->group, (uint32_t)(first * 4 + unpack_number(&u)));
    }
}

/* ---- when all are there ---- */

static int by_text(const void *left, const void *right)
{
    const struct form *a = left, *b = right;
    int order = str_cmp(a->text, b->text);

    return order ? order : str_cmp(a->group->stem, b->group->stem);
}

/* Sorted; what differs in accents alone and is of one group is one. */
static void sort_forms(struct merging *m)
{
    struct merged *out = m->out;
    size_t count = 0;

    out->forms = arena_array(out->arena, struct form, m->words.count + 1);
    for (size_t i = 0; i < m->words.count; i++)
        out->forms[i] = *(struct form *)m->words.entries[i].data;
    qsort(out->forms, m->words.count, sizeof *out->forms, by_text);
    for (size_t i = 0; i < m->words.count; i++) {
        const struct form *form = &out->forms[i], *before = count ? &out->forms[count - 1] : NULL;

        if (!before || before->group != form->group || !str_eq(before->text, form->text))
            out->forms[count++] = *form;
    }
    out->nforms = count;
}

/* Units of UTF-16, by which a browser counts. */
static size_t units(str text)
{
    size_t count = 0;

    while (text.len)
        count += utf8_next(&text) > 0xFFFF ? 2 : 1;
    return count;
}

/* How many units of the form go, and six endings in each number. */
static str reach_text(str form, str kept, uint64_t reach, struct arena *a)
{
    struct buf out = buf_in(a);

    search_put_number(&out, units(form) - units(kept));
    for (; reach; reach >>= 6)
        search_put_number(&out, reach & 63);
    return buf_str(&out);
}

static void find_reach(struct merging *m, struct group *group)
{
    struct arena *a = m->out->arena;
    const struct form *form = group->first;
    size_t keep = 0;
    uint64_t reach =
        is_of_signs(form->text) ? 0 : stems_reach(m->out->stems, group->stem, form->plain, &keep);
    str kept = token_bare(str_slice(form->plain, 0, keep), a);

    if (!reach || !str_starts(form->text, kept))
        return;
    str text = reach_text(form->text, kept, reach, a);
    struct map_entry *entry = map_put(&m->reaches, text);
    if (!entry->data)
        entry->data = arena_make(a, struct reach);
    group->reach = entry->data;
    group->reach->text = text;
    group->reach->groups++;
}

static int by_groups(const void *left, const void *right)
{
    const struct reach *a = *(struct reach *const *)left, *b = *(struct reach *const *)right;

    return a->groups != b->groups ? (a->groups < b->groups) - (a->groups > b->groups)
                                  : str_cmp(a->text, b->text);
}

static void find_reaches(struct merging *m)
{
    struct merged *out = m->out;
    const str *endings;

    for (size_t i = 0; i < out->nforms; i++)
        if (!out->forms[i].group->first)
            out->forms[i].group->first = &out->forms[i];
    if (stems_endings(out->stems, &endings))
        for (size_t i = 0; i < out->nforms; i++)
            if (out->forms[i].group->first == &out->forms[i])
                find_reach(m, out->forms[i].group);
    out->nreaches = m->reaches.count;
    out->reaches = arena_array(out->arena, struct reach *, out->nreaches + 1);
    for (size_t i = 0; i < out->nreaches; i++)
        out->reaches[i] = m->reaches.entries[i].data;
    qsort(out->reaches, out->nreaches, sizeof *out->reaches, by_groups);
    for (size_t i = 0; i < out->nreaches; i++)
        out->reaches[i]->number = i + 1;
}

/* ---- what a large site leaves out ---- */

/* Which of two places of a page says more. */
static bool is_better(uint32_t place, uint32_t than)
{
    return place % 4 != than % 4 ? place % 4 > than % 4 : place < than;
}

/* The best of `places`, which are of one page, in their order; returns how many. */
static size_t keep_best(uint32_t *places, size_t count)
{
    enum { BEST = 2 };
    uint32_t best[BEST] = { 0 };
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (kept < BEST)
            best[kept++] = places[i];
        else if (is_better(places[i], best[is_better(best[0], best[1])]))
            best[is_better(best[0], best[1])] = places[i];
    }
    if (kept == BEST && best[0] > best[1]) {
        uint32_t first = best[1];

        best[1] = best[0];
        best[0] = first;
    }
    memcpy(places, best, kept * sizeof *places);
    return kept;
}

static size_t keep_headings(uint32_t *places, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (places[i] % 4 >= WORD_HEADING)
            places[kept++] = places[i];
    return kept;
}

/* Of each page the best places alone; of words that are in a third of them, titles and headings. */
static void reduce_group(const struct merged *m, struct group *group, size_t npages)
{
    uint32_t *to = group->places;
    size_t pages = 0, page = 0, from = 0;

    for (size_t i = 0; i < group->count; i = from, pages++) {
        while (m->first_part[page + 1] <= group->places[i] / 4)
            page++;
        while (from < group->count && group->places[from] / 4 < m->first_part[page + 1])
            from++;
    }
    group->common = pages > npages / 3;
    if (group->common) {
        group->count = keep_headings(group->places, group->count);
        return;
    }
    for (size_t i = page = from = 0; i < group->count; i = from) {
        while (m->first_part[page + 1] <= group->places[i] / 4)
            page++;
        while (from < group->count && group->places[from] / 4 < m->first_part[page + 1])
            from++;
        size_t kept = keep_best(group->places + i, from - i);
        memmove(to, group->places + i, kept * sizeof *to);
        to += kept;
    }
    group->count = (size_t)(to - group->places);
    for (size_t i = 0; i < group->count; i++)
        if (group->places[i] % 4 == WORD_OFTEN)
            group->places[i] &= ~UINT32_C(3);
}

void search_merge(struct merged *m, const struct search_page *pages, size_t npages, str language,
                  struct arena *a)
{
    struct merging merging = { m, map_in(a), map_in(a), map_in(a) };
    size_t room = 0;

    *m = (struct merged){ .arena = a, .stems = stems_new(language, a) };
    m->first_part = arena_array(a, size_t, npages + 1);
    for (size_t i = 0; i < npages; i++) {
        m->first_part[i] = m->nparts;
        merge_page(&merging, &pages[i], &room);
    }
    m->first_part[npages] = m->nparts;
    for (size_t i = 0; npages > SEARCH_SMALL && i < merging.groups.count; i++)
        reduce_group(m, merging.groups.entries[i].data, npages);
    sort_forms(&merging);
    find_reaches(&merging);
}
