/*
 * Tokens: a text, word by word, as both searches see it.
 *
 *     struct tokens tokens = { .text = S("Grey herons, 東京都") };
 *     while (tokens_next(&tokens, &token)) ...      Grey  herons  東京  京都
 *
 * A word is a run of letters, digits and their marks. Scripts that are written without spaces have
 * no words to see: of these, each pair of neighbours is one, and it is found by any piece of two
 * signs or more. own/static/search.js cuts what is typed in the same way.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { TOKEN_MOST = 40 }; /* code points of a word: what is beyond does not tell it from others */

struct tokens {
    str text; /* UTF-8 */
    size_t at, piece, end;
    bool last_signs; /* also the last sign of a run alone, so that it is found by itself */
};

struct token {
    size_t from, to; /* of its bytes in the text */
    bool unspaced;   /* signs of a script without spaces */
};

bool tokens_next(struct tokens *tokens, struct token *token);

/* Words that a reader takes for one: NFKC, small letters. For a whole text or for a word. */
str token_plain(str text, struct arena *a);
/* The same without accents, of a word that is plain: what is compared in the end. */
str token_bare(str word, struct arena *a);

#ifdef __cplusplus
}
#endif
