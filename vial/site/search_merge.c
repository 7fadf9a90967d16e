/*
 * search_merge.c - the words of all pages, put together
 *
 *   comes in:  what is known of the pages (search_known.h), in their order
 *   goes out:  forms of words, sorted; groups of forms with one stem, and the parts they are in
 *
 * Whatever was done before, the same pages make the same: nothing here follows from the number of a
 * word. Which endings lead to a stem is asked of the stemmer once for each.
 */
#include "vial/site/search_merge.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/site/search_stems.h"
#include "vial/site/search_tokens.h"
#include <stdlib.h>

struct merging {
    struct merged *out;
    uint32_t *page_of; /* each part */
};

/* ---- pages ---- */

/* Places come nearly in order: of one page word by word, of one word part by part. */
static void add_place(struct arena *a, struct group *group, uint32_t place)
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

        group->places = arena_grow(a, group->places, group->cap * sizeof *group->places,
                                   cap * sizeof *group->places);
        group->cap = cap;
    }
    for (size_t i = group->count++; i > at; i--)
        group->places[i] = group->places[i - 1];
    group->places[at] = place;
}

static void merge_page(struct merging *m, size_t page)
{
    struct merged *out = m->out;
    struct unpack u = known_text(out->pages[page].text);
    uint32_t word = 0, first = (uint32_t)out->first_part[page];

    for (uint64_t parts = unpack_number(&u); parts; parts--)
        unpack_text(&u);
    for (uint64_t words = unpack_number(&u); words; words--) {
        uint32_t part = first;

        word += (uint32_t)unpack_number(&u);
        struct known_word *known = out->known->words[word];
        struct group *group = &out->groups[known->group];
        known->used = true;
        for (uint64_t n = unpack_number(&u); n; n--) {
            uint32_t place = part * 4 + (uint32_t)unpack_number(&u);

            add_place(out->arena, group, place);
            part = place / 4;
        }
    }
}

/* So that a heading more in one page moves the parts of others seldom. */
static void number_parts(struct merging *m, size_t room)
{
    struct merged *out = m->out;

    out->first_part = arena_array(out->arena, size_t, out->npages + 1);
    for (size_t i = 0; i < out->npages; i++) {
        struct unpack u = known_text(out->pages[i].text);

        out->first_part[i] = out->nparts;
        out->nparts += (unpack_number(&u) + room - 1) / room * room;
    }
    out->first_part[out->npages] = out->nparts;
    m->page_of = arena_array(out->arena, uint32_t, out->nparts + 1);
    for (size_t i = 0; i < out->npages; i++)
        for (size_t part = out->first_part[i]; part < out->first_part[i + 1]; part++)
            m->page_of[part] = (uint32_t)i;
}

/* ---- when all are there ---- */

static void list_forms(struct merging *m)
{
    struct merged *out = m->out;
    const struct search_known *known = out->known;
    const struct known_word *before = NULL;

    out->forms = arena_array(out->arena, struct known_word *, known->norder + 1);
    for (size_t i = 0; i < known->norder; i++) {
        struct known_word *form = known->order[i];

        if (!form->used ||
            (before && before->group == form->group && str_eq(before->bare, form->bare)))
            continue;
        before = out->forms[out->nforms++] = form;
        if (!out->groups[form->group].first)
            out->groups[form->group].first = form;
    }
}

static bool is_of_signs(str word)
{
    return word.len && unicode_is_unspaced(utf8_next(&word));
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

static str reach_of(struct merging *m, const struct known_word *form)
{
    struct stems *stems = m->out->known->stems;
    struct arena *a = &m->out->known->arena;
    size_t keep = 0;
    str stem = str_copy(m->out->arena, stems_of(stems, form->plain));
    uint64_t reach = is_of_signs(form->bare) ? 0 : stems_reach(stems, stem, form->plain, &keep);
    str kept = token_bare(str_slice(form->plain, 0, keep), a);

    return reach && str_starts(form->bare, kept) ? reach_text(form->bare, kept, reach, a) : S("");
}

/* Which endings lead to each group: asked of its first form, and known from then on. */
static void find_reaches(struct merging *m)
{
    struct merged *out = m->out;
    const str *endings;

    if (!stems_endings(out->known->stems, &endings))
        return;
    for (size_t i = 0; i < out->nforms; i++) {
        struct known_word *form = out->forms[i];

        if (!form->reach.p && out->groups[form->group].first == form)
            form->reach = reach_of(m, form);
    }
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

/* Behind the places of the page that begin at `from`. */
static size_t behind_page(const struct merging *m, const struct group *group, size_t from)
{
    uint32_t page = m->page_of[group->places[from] / 4];

    do
        from++;
    while (from < group->count && m->page_of[group->places[from] / 4] == page);
    return from;
}

/* Of each page the best places alone; of words that are in a third of them, titles and headings. */
static void reduce_group(const struct merging *m, struct group *group)
{
    uint32_t *to = group->places;
    size_t pages = 0;

    for (size_t i = 0; i < group->count; i = behind_page(m, group, i))
        pages++;
    group->common = pages > m->out->npages / 3;
    if (group->common) {
        group->count = keep_headings(group->places, group->count);
        return;
    }
    for (size_t i = 0, behind; i < group->count; i = behind) {
        behind = behind_page(m, group, i);
        size_t kept = keep_best(group->places + i, behind - i);
        memmove(to, group->places + i, kept * sizeof *to);
        to += kept;
    }
    group->count = (size_t)(to - group->places);
    for (size_t i = 0; i < group->count; i++)
        if (group->places[i] % 4 == WORD_OFTEN)
            group->places[i] &= ~UINT32_C(3);
}

void search_merge(struct merged *m, struct search_known *known, const struct search_page *pages,
                  size_t npages, size_t room, struct arena *a)
{
    struct merging merging = { .out = m };

    *m = (struct merged){ .arena = a, .known = known, .pages = pages, .npages = npages };
    m->groups = arena_array(a, struct group, known->ngroups + 1);
    for (size_t i = 0; i < known->norder; i++)
        known->order[i]->used = false;
    number_parts(&merging, room);
    for (size_t i = 0; i < npages; i++)
        merge_page(&merging, i);
    for (size_t i = 0; npages > SEARCH_SMALL && i < known->ngroups; i++)
        reduce_group(&merging, &m->groups[i]);
    search_known_sort(known);
    list_forms(&merging);
    find_reaches(&merging);
}
