/*
 * The lexers that vial was built with, as lexers.py wrote them; it says what the bytes mean.
 */
#pragma once

struct lexer_name {
    const char *name; /* in small letters */
    unsigned lexer;
};

extern const struct lexer_name lexer_names[]; /* sorted */
extern const unsigned lexer_names_count, lexer_count;
extern const unsigned lexer_starts[]; /* in lexer_data */
extern const char lexer_data[];
extern const char *const lexer_classes[];           /* Pygments' short names, by a token's class */
extern const unsigned char token_text, token_error; /* two of these classes */
