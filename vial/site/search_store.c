/*
 * search_store.c - what is known of words, kept in a file
 *
 *   comes in:  words and texts
 *   goes out:  .vial/search/LANGUAGE; and the same again in the next run
 *
 * First the digest of all that follows, so that damage is noticed, and what all of it depends on.
 * Then the stems; the words, in their order, which so is not sorted again; the texts, as they are:
 * numbers of words stay what they were. What the pages of now do not need is left out.
 */
#include "vial/site/search_known.h"

#include "vial/base/file.h"
#include "vial/site/search_index.h"
#include <stdlib.h>

enum { DIGEST = 16 };

/* ---- written ---- */

static void put_word(struct buf *out, const struct known_word *word, str before, uint32_t group)
{
    pack_name(out, before, word->bare);
    pack_text(out, str_eq(word->plain, word->bare) ? (str){ 0 } : word->plain);
    pack_number(out, word->number);
    pack_number(out, group);
    pack_text(out, word->reach);
}

/* Stems are numbered anew: by the first of their words. */
static void put_words(struct buf *out, const struct search_known *known)
{
    uint32_t *groups = calloc(known->ngroups + 1, sizeof *groups), ngroups = 0;
    struct buf stems = { 0 }, words = { 0 };
    size_t count = 0;
    str before = S("");

    if (!groups)
        out_of_memory(known->ngroups * sizeof *groups);
    for (size_t i = 0; i < known->sorted; i++) {
        const struct known_word *word = known->order[i];

        if (!word->used)
            continue;
        if (!groups[word->group]) {
            groups[word->group] = ++ngroups;
            pack_text(&stems, known->stem[word->group]);
        }
        put_word(&words, word, before, groups[word->group] - 1);
        before = word->bare;
        count++;
    }
    pack_number(out, ngroups);
    buf_add(out, buf_str(&stems));
    pack_number(out, count);
    buf_add(out, buf_str(&words));
    buf_free(&stems);
    buf_free(&words);
    free(groups);
}

static void put_texts(struct buf *out, const struct search_page *pages, size_t npages)
{
    str before = S("");

    pack_number(out, npages);
    for (size_t i = 0; i < npages; i++) {
        pack_name(out, before, pages[i].path);
        pack_digest(out, pages[i].text->key);
        pack_text(out, pages[i].text->numbers);
        before = pages[i].path;
    }
}

void search_known_save(struct search_known *known, str file, struct digest state,
                       const struct search_page *pages, size_t npages)
{
    struct buf out = { 0 }, digest = { 0 };

    pack_digest(&out, (struct digest){ 0 });
    pack_digest(&out, state);
    put_words(&out, known);
    put_texts(&out, pages, npages);
    pack_digest(&digest, digest_of(str_from(buf_str(&out), DIGEST)));
    memcpy(out.p, digest.p, DIGEST);
    if (file_replace(file, buf_str(&out), NULL, NULL))
        known->unsaved = 0, known->saved = npages;
    buf_free(&digest);
    buf_free(&out);
}

/* ---- read ---- */

static void take_words(struct search_known *known, struct unpack *from)
{
    size_t ngroups = unpack_count(from, 1);
    str before = S("");

    for (size_t i = 0; i < ngroups; i++)
        search_known_stem(known, unpack_text(from));
    for (size_t count = unpack_count(from, 6); count && !from->bad; count--) {
        struct known_word word = { .bare = unpack_name(from, before, &known->arena) };
        str plain = unpack_text(from);

        before = word.bare;
        word.plain = plain.p ? plain : word.bare;
        word.number = (uint32_t)unpack_number(from);
        word.group = (uint32_t)unpack_number(from);
        word.reach = unpack_text(from);
        search_known_word(known, &word);
    }
    known->sorted = known->norder;
}

static void take_texts(struct search_known *known, struct unpack *from)
{
    str path = S("");

    for (size_t count = unpack_count(from, DIGEST + 3); count && !from->bad; count--) {
        path = unpack_name(from, path, &known->arena);
        struct known_text *text = search_known_text(known, path);
        text->key = unpack_digest(from);
        text->numbers = unpack_text(from);
    }
}

static bool is_whole(str text, struct digest state)
{
    struct unpack from = unpack_of(text);

    return text.len >= 2 * DIGEST &&
           digest_eq(unpack_digest(&from), digest_of(str_from(text, DIGEST))) &&
           digest_eq(unpack_digest(&from), state);
}

/* What is read lies in the file's text, which is kept as it is. */
void search_known_load(struct search_known *known, str file, struct digest state)
{
    struct arena_mark mark = arena_mark(&known->arena);
    str text;

    if (file_read(&text, file, 0, NULL, &known->arena, NULL) && is_whole(text, state)) {
        struct unpack from = unpack_of(str_from(text, 2 * DIGEST));

        take_words(known, &from);
        take_texts(known, &from);
    } else {
        arena_rewind(&known->arena, mark);
    }
}
