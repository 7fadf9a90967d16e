/*
 * search_known.c - words of pages, in numbers
 *
 *   comes in:  what search_pack() made of pages
 *   goes out:  numbers, and what is known of each word
 *
 * A word that nobody uses any more stays until the next run, which gives its number to another.
 */
#include "vial/site/search_known.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/site/search_index.h"
#include "vial/site/search_stems.h"
#include "vial/site/search_tokens.h"
#include <stdlib.h>

struct search_known *search_known_new(str language)
{
    struct search_known *known = calloc(1, sizeof *known);

    if (!known)
        out_of_memory(sizeof *known);
    known->stems = stems_new(language, &known->arena);
    known->by_plain = map_in(&known->arena);
    known->by_stem = map_in(&known->arena);
    known->texts = map_in(&known->arena);
    return known;
}

void search_known_delete(struct search_known *known)
{
    if (!known)
        return;
    for (size_t i = 0; i < known->texts.count; i++) {
        struct known_text *text = known->texts.entries[i].data;

        free(text->own);
    }
    stems_end(known->stems);
    free(known->words);
    free(known->order);
    free(known->stem);
    arena_free(&known->arena);
    free(known);
}

/* ---- words ---- */

/* Room for `count` things in a list on the heap; what is new is zero. */
static void *grown(void *list, size_t count, size_t *cap, size_t size)
{
    size_t had = *cap;

    if (count <= had)
        return list;
    *cap = count > had * 2 ? count + 1024 : had * 2;
    list = realloc(list, *cap * size);
    if (!list)
        out_of_memory(*cap * size);
    memset((char *)list + had * size, 0, (*cap - had) * size);
    return list;
}

uint32_t search_known_stem(struct search_known *known, str stem)
{
    struct map_entry *entry = map_find(&known->by_stem, stem);

    if (!entry) {
        known->stem =
            grown(known->stem, known->ngroups + 1, &known->groups_cap, sizeof *known->stem);
        known->stem[known->ngroups] = str_copy(&known->arena, stem);
        entry = map_put(&known->by_stem, known->stem[known->ngroups++]);
        entry->data = (void *)(uintptr_t)known->ngroups;
    }
    return (uint32_t)((uintptr_t)entry->data - 1);
}

static bool is_of_signs(str word)
{
    return word.len && unicode_is_unspaced(utf8_next(&word));
}

static uint32_t group_of(struct search_known *known, str word)
{
    str stem = is_of_signs(word) ? word : stems_of(known->stems, word);

    return search_known_stem(known, token_bare(stem, &known->arena));
}

static uint32_t unused_number(struct search_known *known)
{
    while (known->unused < known->nwords && known->words[known->unused])
        known->unused++;
    return (uint32_t)known->unused;
}

void search_known_word(struct search_known *known, const struct known_word *as)
{
    struct known_word *word = arena_make(&known->arena, struct known_word);
    size_t number = as->number;

    *word = *as;
    known->words = grown(known->words, number + 1, &known->words_cap, sizeof(struct known_word *));
    known->order =
        grown(known->order, known->norder + 1, &known->order_cap, sizeof(struct known_word *));
    known->words[number] = word;
    known->order[known->norder++] = word;
    if (number >= known->nwords)
        known->nwords = number + 1;
    map_set(&known->by_plain, word->plain, word);
}

static uint32_t number_of(struct search_known *known, str plain)
{
    const struct known_word *there = map_get(&known->by_plain, plain);
    struct known_word word = { 0 };

    if (there)
        return there->number;
    word.plain = str_copy(&known->arena, plain);
    word.bare = token_bare(word.plain, &known->arena);
    word.group = group_of(known, word.plain);
    word.number = unused_number(known);
    search_known_word(known, &word);
    return word.number;
}

/* ---- texts ---- */

const struct known_text *search_known_find(const struct search_known *known, str path,
                                           struct digest key)
{
    const struct known_text *text = map_get(&known->texts, path);

    return text && digest_eq(text->key, key) ? text : NULL;
}

/* A word of a page, and its places as they were packed. */
struct used {
    uint32_t number;
    uint64_t count;
    struct unpack places;
};

static int by_number(const void *left, const void *right)
{
    const struct used *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

static void put_places(struct buf *out, struct used *used)
{
    uint64_t part = 0;

    pack_number(out, used->count);
    for (uint64_t i = 0; i < used->count; i++) {
        uint64_t place = unpack_number(&used->places);

        pack_number(out, place - part * 4);
        part = place / 4;
    }
}

static void put_words(struct search_known *known, struct buf *out, struct unpack *u,
                      struct arena *scratch)
{
    size_t count = unpack_count(u, 2);
    struct used *words = arena_array(scratch, struct used, count);
    uint32_t number = 0;

    for (size_t i = 0; i < count; i++) {
        words[i].number = number_of(known, unpack_text(u));
        words[i].count = unpack_number(u);
        words[i].places = *u;
        for (uint64_t n = words[i].count; n && !u->bad; n--)
            unpack_number(u);
    }
    if (count)
        qsort(words, count, sizeof *words, by_number);
    pack_number(out, count);
    for (size_t i = 0; i < count; i++) {
        pack_number(out, words[i].number - number);
        number = words[i].number;
        put_places(out, &words[i]);
    }
}

static str numbered(struct search_known *known, str packed, struct arena *scratch)
{
    struct unpack u = unpack_of(packed);
    struct buf out = buf_in(scratch);
    uint64_t parts = unpack_number(&u);

    pack_number(&out, parts);
    for (; parts && !u.bad; parts--)
        pack_text(&out, unpack_text(&u));
    put_words(known, &out, &u, scratch);
    return buf_str(&out);
}

struct known_text *search_known_text(struct search_known *known, str path)
{
    struct map_entry *entry = map_find(&known->texts, path);

    if (!entry) {
        entry = map_put(&known->texts, str_copy(&known->arena, path));
        entry->data = arena_make(&known->arena, struct known_text);
    }
    return entry->data;
}

const struct known_text *search_known_keep(struct search_known *known, str path, struct digest key,
                                           str packed)
{
    struct known_text *text = search_known_text(known, path);
    struct arena scratch = { 0 };
    str numbers = numbered(known, packed, &scratch);
    char *own = malloc(numbers.len + 1);

    if (!own)
        out_of_memory(numbers.len);
    memcpy(own, numbers.p, numbers.len);
    free(text->own);
    *text = (struct known_text){ key, str_n(own, numbers.len), own };
    known->unsaved++;
    arena_free(&scratch);
    return text;
}

/* ---- their order ---- */

static int compare(const struct search_known *known, const struct known_word *a,
                   const struct known_word *b)
{
    int order = str_cmp(a->bare, b->bare);

    if (!order && a->group != b->group)
        order = str_cmp(known->stem[a->group], known->stem[b->group]);
    return order ? order : str_cmp(a->plain, b->plain);
}

static int by_bytes(const void *left, const void *right, void *known)
{
    return compare(known, *(struct known_word *const *)left, *(struct known_word *const *)right);
}

/* Those that came last are few: they are sorted by themselves and put between the others. */
void search_known_sort(struct search_known *known)
{
    size_t more = known->norder - known->sorted, at = known->norder, from = known->sorted;
    struct known_word **came = malloc((more + 1) * sizeof *came);

    if (!came)
        out_of_memory(more * sizeof *came);
    if (more) {
        memcpy(came, known->order + from, more * sizeof *came);
        qsort_r(came, more, sizeof *came, by_bytes, known);
    }
    while (more)
        if (from && compare(known, known->order[from - 1], came[more - 1]) > 0)
            known->order[--at] = known->order[--from];
        else
            known->order[--at] = came[--more];
    known->sorted = known->norder;
    free(came);
}
