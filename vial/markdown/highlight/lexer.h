/*
 * Lexers: a language's states and rules, ready to match.
 *
 * A lexer is read when its language is met first, and a state's patterns are compiled when the
 * state is: a page without code costs nothing, and a page of JSON does not pay for C++. Any number
 * of threads may meet them at once. They stay until the program ends.
 */
#pragma once
#include "vial/base/str.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>

/* What a match leads to: bytes in lexer_data, which lexers.py describes. */
struct lexer_rule {
    uint32_t pattern;
    const unsigned char *emit, *change;
};

/* Some of a state's rules as one pattern, whose mark is the number of the rule. */
struct lexer_chunk {
    uint32_t first, end;           /* of the rules                            */
    _Atomic(pcre2_code *) code[2]; /* for ASCII, for Unicode; NULL: not yet   */
};

struct lexer_state {
    struct lexer_rule *rules;
    struct lexer_chunk *chunks; /* one, but for a state that is too large for PCRE2 */
    uint32_t count, nchunks;
};

struct lexer {
    str name;
    unsigned flags;
    str *patterns;
    struct lexer_state *states;
    uint32_t nstates;
    uint32_t options; /* PCRE2's */
};

/* By any of its names, in any case; NULL: there is none. */
const struct lexer *lexer_find(str language);
const struct lexer *lexer_number(unsigned number);

/*
 * The chunk as PCRE2 knows it; NULL when that does not take it (a test says there is none). With
 * `unicode`, "\w" and its like know more than ASCII, which costs time that ASCII need not pay.
 */
const pcre2_code *lexer_code(const struct lexer *lexer, const struct lexer_state *state,
                             uint32_t chunk, bool unicode);

/* A number in lexer_data; `*at` is then behind it. */
static inline uint32_t lexer_read(const unsigned char **at)
{
    uint32_t number = 0;

    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = *(*at)++;

        number |= (uint32_t)(byte & 127) << shift;
        if (byte < 128)
            return number;
    }
}
