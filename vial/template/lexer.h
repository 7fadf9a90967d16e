/*
 * The lexer: a template's text as tokens, one at a time.
 *
 * It follows Jinja's own: what is stripped around tags, which delimiter wins where several fit,
 * and what is said of text that is no token. Positions are byte offsets into `text`, the source
 * with its line ends made "\n"; tokens borrow from it, or from the arena where they had to change.
 */
#pragma once
#include "vial/template/template.h"

enum token_type {
    T_EOF,
    T_DATA,
    T_VARIABLE_BEGIN,
    T_VARIABLE_END,
    T_BLOCK_BEGIN,
    T_BLOCK_END,
    T_NAME,
    T_STRING,
    T_INTEGER,
    T_FLOAT,
    T_ADD,
    T_SUB,
    T_DIV,
    T_FLOORDIV,
    T_MUL,
    T_MOD,
    T_POW,
    T_TILDE,
    T_LBRACKET,
    T_RBRACKET,
    T_LPAREN,
    T_RPAREN,
    T_LBRACE,
    T_RBRACE,
    T_EQ,
    T_NE,
    T_GT,
    T_GTEQ,
    T_LT,
    T_LTEQ,
    T_ASSIGN,
    T_DOT,
    T_COLON,
    T_PIPE,
    T_COMMA,
    T_SEMICOLON,
    T_COUNT
};

/* The names that expressions give a meaning to; all others are WORD_OTHER. */
enum word {
    WORD_OTHER,
    WORD_AND,
    WORD_ELSE,
    WORD_IF,
    WORD_IN,
    WORD_IS,
    WORD_NOT,
    WORD_OR,
};

struct token {
    enum token_type type;
    enum word word; /* of T_NAME */
    size_t offset, len;
    str text; /* a name, digits, a string without quotes and escapes, data without what is stripped
               */
};

/* Of openers of one length the last of these is tried first, as Jinja sorts them. */
enum opener_kind {
    OPEN_BLOCK,
    OPEN_COMMENT,
    OPEN_LINE_COMMENT,
    OPEN_LINE_STATEMENT,
    OPEN_VARIABLE,
    OPEN_RAW
};

/* The delimiters of an environment, put in order once. */
struct syntax {
    str block_start, block_end, variable_start, variable_end, comment_start, comment_end;
    str line_statement, line_comment; /* empty: none */
    str newline;
    bool trim_blocks, lstrip_blocks, keep_trailing_newline;

    struct opener {
        str start;
        unsigned char kind; /* enum opener_kind */
    } openers[5];           /* the first that fits at a place wins */
    size_t count;
    char first;     /* the byte that all of them begin with ... */
    bool one_first; /* ... if they do                           */
};
void syntax_init(struct syntax *syntax, const struct env_options *options);

struct lexer {
    const struct syntax *syntax;
    struct arena *arena;
    struct error *err;
    str file, text;
    size_t at;
    size_t tag; /* where the tag it stands in begins */
    unsigned char state;
    bool opened;        /* the tag's begin is still to be given                        */
    bool line_starting; /* what was read last ended a line: lstrip_blocks asks for it   */
    char *closers;      /* of the brackets open now */
    size_t depth, cap;
    struct token last; /* the one given last: the end of the template stands there too */
};

/* The source as it is lexed: line ends are "\n", and the last one is dropped unless it is kept. */
str lexer_text(const struct syntax *syntax, str source, struct arena *a);

/* `text` is what lexer_text() gave, and outlives the lexer, as the arena does. */
void lexer_init(struct lexer *lexer, const struct syntax *syntax, str file, str text,
                struct arena *a, struct error *err);
bool lexer_next(struct lexer *lexer, struct token *token);

/* As messages call it: "end of print statement", "+", a name itself. */
str token_describe(const struct token *token);
str token_type_name(enum token_type type);

/* literals.c: what numbers, names and strings look like. */

/* The text of a string literal without its quotes; false, and `why`, when an escape is none. */
bool literal_unescape(str raw, struct arena *a, str *text, const char **why);
/* The length of the number at the front of `s`; `after_dot` when a '.' stands before it. */
size_t literal_number(str s, bool after_dot, bool *is_float);
/* The length of the letters, digits and underscores at the front, of any script. */
size_t literal_name(str s);
bool literal_is_name(str s); /* str.isidentifier() */
