/*
 * lexer.c - lexers, from bytes to what matches
 *
 *   comes in:  the name of a language
 *   goes out:  its lexer; and of each state one compiled pattern
 *
 * A state's rules are tried in order. They become one pattern, so that this order costs one call:
 *
 *     (?|(?:RULE 0)(*:0)|(?:RULE 1)(*:1)|...)
 *
 * In (?|...) the groups of each rule count from one, so what a rule says of its groups holds, and
 * the mark tells which rule it was. A few states are too large for PCRE2 and fall in chunks.
 */
#include "vial/markdown/highlight/lexer.h"

#include "vial/base/buf.h"
#include "vial/base/named.h"
#include "vial/markdown/highlight/data.h"
#include <pthread.h>
#include <stdlib.h>

enum { CHUNK = 16 << 10 }; /* bytes of patterns; PCRE2 takes 64 KiB of what it makes of them */
enum { CASE_INSENSITIVE = 1, DOT_ALL = 2, NOT_MULTILINE = 4 };
enum { EMIT_NOTHING, EMIT_CLASS, EMIT_GROUPS, EMIT_SELF, EMIT_LEXER, EMIT_NAMED };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena lexers_arena; /* behind the lock */
static _Atomic(struct lexer *) *lexers;
static pcre2_compile_context *compiling; /* likewise */

static void make_table(void)
{
    lexers = calloc(lexer_count, sizeof *lexers);
    compiling = pcre2_compile_context_create(NULL);
    if (!lexers || !compiling)
        out_of_memory(lexer_count * sizeof *lexers);
    pcre2_set_newline(compiling, PCRE2_NEWLINE_LF);
}

static str read_text(const unsigned char **at)
{
    uint32_t len = lexer_read(at);
    str text = str_n((const char *)*at, len);

    *at += len;
    return text;
}

static void skip_emit(const unsigned char **at)
{
    unsigned kind = *(*at)++;

    if (kind == EMIT_NAMED)
        lexer_read(at), lexer_read(at);
    if (kind == EMIT_NOTHING)
        return;
    uint32_t count = lexer_read(at);
    for (uint32_t i = 0; (kind == EMIT_GROUPS || kind == EMIT_NAMED) && i < count; i++)
        skip_emit(at);
}

static void skip_change(const unsigned char **at)
{
    for (uint32_t count = lexer_read(at); count; count--)
        if (*(*at)++ != 2)
            lexer_read(at);
}

static void cut_chunks(struct lexer_state *state, const str *patterns)
{
    size_t size = 0;

    state->chunks = arena_array(&lexers_arena, struct lexer_chunk, state->count + 1);
    state->nchunks = 1;
    for (uint32_t i = 0; i < state->count; i++) {
        size += patterns[state->rules[i].pattern].len;
        if (size > CHUNK && i > 0) {
            state->chunks[state->nchunks++].first = i;
            size = patterns[state->rules[i].pattern].len;
        }
        state->chunks[state->nchunks - 1].end = i + 1;
    }
}

static void read_state(struct lexer_state *state, const str *patterns, const unsigned char **at)
{
    state->count = lexer_read(at);
    state->rules = arena_array(&lexers_arena, struct lexer_rule, state->count);
    for (uint32_t i = 0; i < state->count; i++) {
        state->rules[i].pattern = lexer_read(at);
        state->rules[i].emit = *at;
        skip_emit(at);
        state->rules[i].change = *at;
        skip_change(at);
    }
    cut_chunks(state, patterns);
}

static uint32_t options_of(unsigned flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_ANCHORED | PCRE2_DOLLAR_ENDONLY |
                       PCRE2_NEVER_BACKSLASH_C;

    if (flags & CASE_INSENSITIVE)
        options |= PCRE2_CASELESS;
    if (flags & DOT_ALL)
        options |= PCRE2_DOTALL;
    if (!(flags & NOT_MULTILINE))
        options |= PCRE2_MULTILINE;
    return options;
}

static struct lexer *read_lexer(unsigned number)
{
    const unsigned char *at = (const unsigned char *)lexer_data + lexer_starts[number];
    struct lexer *lexer = arena_make(&lexers_arena, struct lexer);

    lexer->name = read_text(&at);
    lexer->flags = lexer_read(&at);
    lexer->options = options_of(lexer->flags);
    uint32_t npatterns = lexer_read(&at);
    lexer->patterns = arena_array(&lexers_arena, str, npatterns);
    for (uint32_t i = 0; i < npatterns; i++)
        lexer->patterns[i] = read_text(&at);
    lexer->nstates = lexer_read(&at);
    lexer->states = arena_array(&lexers_arena, struct lexer_state, lexer->nstates);
    for (uint32_t i = 0; i < lexer->nstates; i++)
        read_state(&lexer->states[i], lexer->patterns, &at);
    return lexer;
}

const struct lexer *lexer_number(unsigned number)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct lexer *lexer;

    pthread_once(&once, make_table);
    lexer = atomic_load(&lexers[number]);
    if (lexer)
        return lexer;
    pthread_mutex_lock(&lock);
    lexer = atomic_load(&lexers[number]);
    if (!lexer) {
        lexer = read_lexer(number);
        atomic_store(&lexers[number], lexer);
    }
    pthread_mutex_unlock(&lock);
    return lexer;
}

static pcre2_code *compile(const struct lexer *lexer, const struct lexer_state *state,
                           const struct lexer_chunk *chunk, uint32_t options)
{
    struct buf all = { 0 };
    PCRE2_SIZE where;
    int why;

    buf_lit(&all, "(?|");
    for (uint32_t i = chunk->first; i < chunk->end; i++) {
        buf_add(&all, i > chunk->first ? S("|(?:") : S("(?:"));
        buf_add(&all, lexer->patterns[state->rules[i].pattern]);
        buf_addf(&all, ")(*:%u)", (unsigned)i);
    }
    buf_lit(&all, ")");
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)all.p, all.len, options, &why, &where, compiling);
    buf_free(&all);
    if (code)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where it cannot, it is interpreted */
    return code;
}

const pcre2_code *lexer_code(const struct lexer *lexer, const struct lexer_state *state,
                             uint32_t number, bool unicode)
{
    struct lexer_chunk *chunk = &state->chunks[number];
    pcre2_code *code = atomic_load_explicit(&chunk->code[unicode], memory_order_acquire);

    if (code)
        return code;
    pthread_mutex_lock(&lock);
    code = atomic_load(&chunk->code[unicode]);
    if (!code) {
        code = compile(lexer, state, chunk, lexer->options | (unicode ? PCRE2_UCP : 0));
        atomic_store_explicit(&chunk->code[unicode], code, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

const struct lexer *lexer_find(str language)
{
    const struct lexer_name *found;
    char small[64];

    if (!language.len || language.len > sizeof small)
        return NULL;
    for (size_t i = 0; i < language.len; i++)
        small[i] = to_lower(language.p[i]);
    found =
        named_find(lexer_names, lexer_names_count, sizeof *lexer_names, str_n(small, language.len));
    return found ? lexer_number(found->lexer) : NULL;
}
