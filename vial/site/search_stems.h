/*
 * Stems: which words of a language are forms of one.
 *
 * By libstemmer, which knows some thirty languages; of others each word stands for itself. A reader
 * may type a form that no page has: for the index that is sent to browsers, stems_reach() says
 * which usual endings lead to the same stem, each asked of libstemmer. One thread at a time.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stems;

struct stems *stems_new(str language, struct arena *a); /* "pt-BR"; ended with stems_end() */
void stems_end(struct stems *stems);

/* The stem of a word that is plain (search_tokens.h), until the next call. */
str stems_of(struct stems *stems, str word);

/*
 * The endings that are tried, without accents: "~ing" is behind the letter that was there before,
 * "ies" in its place, "~~ing" behind two of that letter. None where the language has none here.
 */
enum { ENDINGS_MOST = 64 };
size_t stems_endings(const struct stems *stems, const str **endings);

/*
 * Which of the endings make other forms of `stem` from `form`, a word with that stem: a bit for
 * each. They are put behind the first `*keep` bytes of the form, whose next letter is the one "~"
 * stands for. 0: none do.
 */
uint64_t stems_reach(struct stems *stems, str stem, str form, size_t *keep);

#ifdef __cplusplus
}
#endif
