/*
 * highlight.c - from source code to tokens
 *
 *   comes in:  a lexer and a text
 *   goes out:  its tokens, neighbours of one class joined
 *
 * A stack of states; the topmost says which rules are tried where the text was read to. A rule
 * names the class of what it matched, or one for each of its groups, or another lexer for some of
 * it; then it pops or pushes states. Where no rule matches, a character is an error, and the end of
 * a line goes back to the first state, as in Pygments.
 *
 * Nobody's code may cost more than it is worth: a match sees no further than WINDOW, PCRE2 counts
 * what it tries, and after a few matches that were cut short the rest is plain.
 */
#include "vial/markdown/highlight/highlight.h"

#include "vial/markdown/highlight/data.h"
#include "vial/markdown/highlight/lexer.h"
#include <pthread.h>
#include <stdlib.h>

enum {
    LONGEST = 1 << 20, /* bytes of one block of code                   */
    WINDOW = 32 << 10, /* bytes that a match sees before it            */
    TRIES = 100000,    /* of PCRE2 for one match                       */
    STRIKES = 4,       /* matches cut short, then the rest is plain    */
    IDLE = 64,         /* steps in a row that do not lead on           */
    DEEPEST = 8,       /* lexers within lexers                         */
    GROUPS = 64,       /* of a pattern that are looked at              */
    STACK = 256,       /* states                                       */
};

/* A thread's own, made when it first highlights. */
struct tools {
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

static pthread_key_t tools_key;

static void tools_free(void *self)
{
    struct tools *tools = self;

    pcre2_match_data_free(tools->match);
    pcre2_match_context_free(tools->context);
    pcre2_jit_stack_free(tools->stack);
    free(tools);
}

static void make_key(void)
{
    pthread_key_create(&tools_key, tools_free);
}

static struct tools *tools_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct tools *tools;

    pthread_once(&once, make_key);
    tools = pthread_getspecific(tools_key);
    if (tools)
        return tools;
    tools = calloc(1, sizeof *tools);
    if (!tools)
        out_of_memory(sizeof *tools);
    tools->match = pcre2_match_data_create(GROUPS, NULL);
    tools->context = pcre2_match_context_create(NULL);
    tools->stack = pcre2_jit_stack_create(32 << 10, 512 << 10, NULL);
    if (!tools->match || !tools->context)
        out_of_memory(GROUPS);
    pcre2_set_match_limit(tools->context, TRIES);
    pcre2_set_depth_limit(tools->context, TRIES);
    pcre2_jit_stack_assign(tools->context, NULL, tools->stack);
    pthread_setspecific(tools_key, tools);
    return tools;
}

/* One block of code. */
struct block {
    struct code_tokens tokens;
    struct arena *arena;
    struct tools *tools;
    size_t at; /* tokens are made up to here */
    unsigned strikes;
    bool unicode;                    /* it has more than ASCII       */
    struct part *parts[DEEPEST + 1]; /* one at each depth, used again */
};

/* A lexer at work on a part of it; offsets count from the part's start. */
struct part {
    struct block *block;
    const struct lexer *lexer;
    str text;
    size_t base; /* where it begins in the block */
    unsigned deep;
    uint32_t first; /* state */
    uint32_t stack[STACK];
    size_t depth;
    unsigned idle;
    uint32_t ngroups; /* of the match that is being told */
};

static void run_on(struct block *block, unsigned deep, const struct lexer *lexer, uint32_t state,
                   str text, size_t base);

static void add(struct block *block, size_t end, uint8_t class)
{
    struct code_tokens *tokens = &block->tokens;

    if (end <= block->at)
        return;
    block->at = end;
    if (tokens->count && tokens->list[tokens->count - 1].class == class) {
        tokens->list[tokens->count - 1].end = (uint32_t)end;
        return;
    }
    if (tokens->count == tokens->cap) {
        size_t more = tokens->cap ? tokens->cap * 2 : 64;

        tokens->list = arena_grow(block->arena, tokens->list, tokens->cap * sizeof *tokens->list,
                                  more * sizeof *tokens->list);
        tokens->cap = more;
    }
    tokens->list[tokens->count++] = (struct code_token){ (uint32_t)end, class };
}

/* ---- what a rule says of what it matched ---- */

/* Another lexer, or another state of the same, for what lies between. */
static void hand_over(struct part *part, const struct lexer *lexer, uint32_t state, size_t from,
                      size_t to)
{
    struct block *block = part->block;

    if (from + part->base < block->at)
        from = block->at - part->base;
    if (from >= to)
        return;
    add(block, part->base + from, token_text);
    if (part->deep < DEEPEST)
        run_on(block, part->deep + 1, lexer, state, str_slice(part->text, from, to),
               part->base + from);
    add(block, part->base + to, token_text);
}

static void emit_groups(struct part *part, const unsigned char **at, uint32_t name, uint32_t code);

/* What the bytes at `*at` say about the text between. */
static void emit(struct part *part, const unsigned char **at, size_t from, size_t to)
{
    switch (*(*at)++) {
    case 1: {
        uint8_t class = (uint8_t)lexer_read(at);

        add(part->block, part->base + from, token_text);
        add(part->block, part->base + to, class);
        break;
    }
    case 2:
        emit_groups(part, at, 0, 0);
        break;
    case 3: {
        uint32_t state = lexer_read(at);

        hand_over(part, part->lexer, state, from, to);
        break;
    }
    case 4: {
        uint32_t number = lexer_read(at);

        hand_over(part, lexer_number(number), 0, from, to);
        break;
    }
    case 5: {
        uint32_t name = lexer_read(at), code = lexer_read(at);

        emit_groups(part, at, name, code);
        break;
    }
    default:
        break;
    }
}

/* A group's span; a group that took no part is empty. */
struct span {
    size_t from, to;
};

static uint32_t groups_of_match(struct part *part, struct span *groups)
{
    pcre2_match_data *match = part->block->tools->match;
    const PCRE2_SIZE *found = pcre2_get_ovector_pointer(match);

    for (uint32_t i = 0; i < part->ngroups; i++) {
        bool there = found[2 * i] != PCRE2_UNSET;

        groups[i] = (struct span){ there ? found[2 * i] : 0, there ? found[2 * i + 1] : 0 };
    }
    return part->ngroups;
}

/* Group by group; what lies between groups is plain. `code` is the group that the lexer is for
 * whose name stands in the group `name`. */
static void emit_groups(struct part *part, const unsigned char **at, uint32_t name, uint32_t code)
{
    struct span groups[GROUPS], none = { 0, 0 };
    uint32_t ngroups = groups_of_match(part, groups), count = lexer_read(at);
    const struct lexer *named = NULL;

    if (name && name < ngroups)
        named = lexer_find(str_trim(str_slice(part->text, groups[name].from, groups[name].to)));
    for (uint32_t i = 1; i <= count; i++) {
        struct span group = i < ngroups ? groups[i] : none;

        if (i == code && named) {
            hand_over(part, named, 0, group.from, group.to);
            group = none;
        }
        emit(part, at, group.from, group.to);
    }
}

/* ---- states ---- */

static void push(struct part *part, uint32_t state)
{
    if (part->depth == STACK) { /* nested beyond reason: the outermost are forgotten */
        memmove(part->stack, part->stack + STACK / 2, STACK / 2 * sizeof *part->stack);
        part->depth = STACK / 2;
    }
    part->stack[part->depth++] = state;
}

static void change(struct part *part, const unsigned char *at)
{
    uint32_t same = part->stack[part->depth - 1];

    for (uint32_t steps = lexer_read(&at); steps; steps--) {
        unsigned kind = *at++;
        uint32_t number = kind == 2 ? same : lexer_read(&at);

        if (kind != 0)
            push(part, number);
        else
            part->depth -= number < part->depth ? number : part->depth;
    }
}

/* ---- matching ---- */

static size_t char_end(str text, size_t at)
{
    at++;
    while (at < text.len && (text.p[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/* As pcre2_match(), with the rules of the topmost state. */
static int match(struct part *part, size_t at)
{
    const struct lexer_state *state = &part->lexer->states[part->stack[part->depth - 1]];
    struct tools *tools = part->block->tools;
    int found = PCRE2_ERROR_NOMATCH;
    size_t len = part->text.len;

    if (len - at > WINDOW) {
        len = at + WINDOW;
        while (len > at && (part->text.p[len] & 0xC0) == 0x80)
            len--;
    }
    for (uint32_t i = 0; i < state->nchunks && found == PCRE2_ERROR_NOMATCH; i++) {
        const pcre2_code *code = lexer_code(part->lexer, state, i, part->block->unicode);

        if (code)
            found = pcre2_match(code, (PCRE2_SPTR)part->text.p, len, at, PCRE2_NO_UTF_CHECK,
                                tools->match, tools->context);
    }
    return found;
}

/* No rule fits: the end of a line begins anew, all else is an error. */
static size_t no_match(struct part *part, size_t at, int why)
{
    size_t end = char_end(part->text, at);

    if (why != PCRE2_ERROR_NOMATCH)
        part->block->strikes++;
    if (part->text.p[at] == '\n' && part->stack[part->depth - 1] != part->first &&
        part->idle++ < IDLE) {
        part->depth = 0;
        push(part, part->first);
        return at;
    }
    part->idle = 0;
    add(part->block, part->base + end, part->text.p[at] == '\n' ? token_text : token_error);
    return end;
}

static size_t matched(struct part *part, size_t at, int ngroups)
{
    pcre2_match_data *match = part->block->tools->match;
    const PCRE2_SIZE *found = pcre2_get_ovector_pointer(match);
    uint32_t number = (uint32_t)strtoul((const char *)pcre2_get_mark(match), NULL, 10);
    const struct lexer_rule *rule =
        &part->lexer->states[part->stack[part->depth - 1]].rules[number];
    const unsigned char *emission = rule->emit;
    size_t end = found[1];

    part->ngroups = ngroups ? (uint32_t)ngroups : GROUPS;
    change(part, rule->change);
    part->idle = end > at ? 0 : part->idle + 1;
    emit(part, &emission, at, end);
    add(part->block, part->base + end, token_text);
    if (part->idle <= IDLE)
        return end;
    part->idle = 0;
    end = char_end(part->text, at);
    add(part->block, part->base + end, token_error);
    return end;
}

static void run(struct part *part)
{
    size_t at = 0;

    push(part, part->first);
    while (at < part->text.len && part->depth && part->block->strikes < STRIKES) {
        int found = match(part, at);

        at = found >= 0 ? matched(part, at, found) : no_match(part, at, found);
    }
}

static void run_on(struct block *block, unsigned deep, const struct lexer *lexer, uint32_t state,
                   str text, size_t base)
{
    struct part *part = block->parts[deep];

    if (!part)
        part = block->parts[deep] = arena_make(block->arena, struct part);
    part->block = block;
    part->lexer = lexer;
    part->text = text;
    part->base = base;
    part->deep = deep;
    part->first = state;
    part->depth = part->idle = 0;
    run(part);
}

static bool is_ascii(str text)
{
    unsigned char all = 0;

    for (size_t i = 0; i < text.len; i++)
        all |= (unsigned char)text.p[i];
    return all < 0x80;
}

struct code_tokens highlight(const struct lexer *lexer, str code, struct arena *a)
{
    struct block block = { .arena = a };

    if (code.len <= LONGEST) {
        block.tools = tools_of_thread();
        block.unicode = !is_ascii(code);
        run_on(&block, 0, lexer, 0, code, 0);
    }
    add(&block, code.len, token_text);
    return block.tokens;
}

void highlight_none(struct code_tokens *tokens, str code, struct arena *a)
{
    struct block block = { .arena = a };

    add(&block, code.len, token_text);
    *tokens = block.tokens;
}

bool highlight_is_plain(str language)
{
    static const str names[] = { S("text"),      S("txt"),  S("plain"),
                                 S("plaintext"), S("none"), S("nohighlight") };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(language, names[i]))
            return true;
    return false;
}

const char *token_class(const struct code_token *token)
{
    return lexer_classes[token->class];
}
