/*
 * Highlighting: source code as coloured pieces, by the lexers of vial/markdown/highlight/lexer.h.
 *
 * Classes are Pygments' short names ("k" is a keyword), which the themes of many generators style.
 * Together the tokens are the code, to the byte. Time is bounded whatever the code: what asks for
 * too much stays uncoloured.
 */
#pragma once
#include "vial/base/str.h"

struct lexer;

struct code_token {
    uint32_t end;  /* in the code; it begins where the one before ends */
    uint8_t class; /* for token_class()                                */
};

struct code_tokens {
    struct code_token *list;
    size_t count, cap;
};

/* NULL: there is none. `language` is any of a language's names or file endings. */
const struct lexer *lexer_find(str language);

/* "text", "plain" and such: a language that has nothing to colour. */
bool highlight_is_plain(str language);

/* `code` is valid UTF-8. The tokens live in `a`. */
struct code_tokens highlight(const struct lexer *lexer, str code, struct arena *a);

/* All of it as one plain token. */
void highlight_none(struct code_tokens *tokens, str code, struct arena *a);

const char *token_class(const struct code_token *token); /* "" for plain text */
