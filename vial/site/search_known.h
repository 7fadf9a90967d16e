/*
 * Known words: what was read of a language's pages, in numbers.
 *
 * Each word has a number, and each page a text that tells by these which words are in it and where.
 * So an index is put together without a page that was not changed being read, or a word being
 * stemmed, a second time. All of it is kept in .vial/search/ as well, for the next run. What is
 * made of it depends on the pages alone, not on when their words got their numbers.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/hash.h"
#include "vial/base/map.h"
#include "vial/base/pack.h"

struct known_word {
    str plain;       /* as it was written, in small letters: what the stemmer is asked of */
    str bare;        /* as it is compared                                                 */
    uint32_t number; /* which word it is                                                  */
    uint32_t group;  /* which stem                                                        */
    str reach;       /* the endings that lead to it; NULL: nobody asked (search_merge.c)  */
    bool used;       /* in a page that was merged the last time                           */
};

/* What was read of a page. */
struct known_text {
    struct digest key; /* of all that it was made from          */
    str numbers;       /* its parts and words: see known_text() */
    char *own;         /* where these are, on the heap; NULL: in what was loaded */
};

struct search_known {
    struct arena arena;
    struct stems *stems;
    struct known_word **words; /* by number; NULL: none has it    */
    struct known_word **order; /* those that are there, by their bytes: bare, stem, plain */
    str *stem;                 /* of each group, bare             */
    size_t nwords, words_cap, norder, order_cap, ngroups, groups_cap;
    size_t sorted;         /* of `order`                      */
    size_t unused;         /* no number below is free         */
    struct map by_plain;   /* struct known_word               */
    struct map by_stem;    /* the number of a group + 1       */
    struct map texts;      /* struct known_text, by path      */
    size_t unsaved, saved; /* texts, since the last time and then */
};

struct search_known *search_known_new(str language);  /* on the heap */
void search_known_delete(struct search_known *known); /* NULL is fine */

/* The text of the page at `path`, if it was made from that. */
const struct known_text *search_known_find(const struct search_known *known, str path,
                                           struct digest key);

/* Keeps what search_pack() made of a page, in place of what was there. */
const struct known_text *search_known_keep(struct search_known *known, str path, struct digest key,
                                           str packed);

/* Sorts what came since the last time. */
void search_known_sort(struct search_known *known);

/*
 * A text, number by number: how many parts; the line of each (of the first, the title); how many
 * words. Then for each word by how much its number is greater than the one before; how many places;
 * these, each less the part before: part * 4 + enum word_level.
 */
static inline struct unpack known_text(const struct known_text *text)
{
    return unpack_of(text->numbers);
}

/* ---- on disk (search_store.c) ---- */

/*
 * `state` stands for all that decides what is read of pages, besides these. What cannot be used is
 * as if it were not there.
 */
void search_known_load(struct search_known *known, str file, struct digest state);
/* What was merged the last time, of these pages. */
struct search_page;
void search_known_save(struct search_known *known, str file, struct digest state,
                       const struct search_page *pages, size_t npages);

/* What was loaded takes its place: all stems, then all words, in their order, then texts. */
uint32_t search_known_stem(struct search_known *known, str stem);
void search_known_word(struct search_known *known, const struct known_word *word);
struct known_text *search_known_text(struct search_known *known, str path);
