/*
 * css_minify.c - a sheet in fewer bytes that says the same
 *
 *   comes in:  the text of a sheet
 *   goes out:  the same tokens, without comments, with no more space between them than it takes
 *
 * White space means something in selectors (a descendant), in values (calc(1px + 2px)), before "(",
 * and in custom properties, which scripts may read. So each place where it goes is named here, and
 * all others keep one blank. Numbers, colours and rules are not touched: that is where minifiers
 * go wrong, and after compression it gains next to nothing.
 *
 * At the end the two are read side by side; were there ever a token that is another, the sheet
 * would stay as it was.
 *
 * What is within braces is a declaration or a rule (which may be nested in any other): which of the
 * two shows in what comes first, a ";" or a "{".
 */
#include "vial/site/css.h"

enum { DEEPEST = 256 };

enum part {
    RULE,        /* a selector, up to "{" */
    AT_RULE,     /* what follows @media, up to "{" or ";" */
    DECLARATION, /* its name, then its value */
};

struct minify {
    str text;
    struct css_scan scan;
    struct buf *out;
    struct css_token last; /* that was put out; .text.len is 0: none */
    bool space, comment;   /* there was some since */
    enum part part;
    bool value;  /* behind the ":" of a declaration */
    bool begins; /* the next token begins a rule or a declaration */
    bool media;  /* the rule is @media */
    bool full;   /* something stands since the last ";" or brace */
    unsigned parens, braces;
    size_t pending; /* a ";" that goes if a "}" follows: its place in `out`, and 1 */
};

/* ---- whether it is whole ---- */

static char closes(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

static bool is_closed(const struct css_token *token, str text)
{
    char first = token->text.p[0], last = token->text.p[token->text.len - 1];

    if (token->at + token->text.len < text.len)
        return true;
    if (token->kind == CSS_STRING)
        return token->text.len > 1 && last == first;
    if (token->kind == CSS_URL)
        return last == ')';
    return token->kind != CSS_COMMENT || (token->text.len >= 4 && str_ends(token->text, S("*/")));
}

bool css_is_whole(str text, size_t *at)
{
    struct css_scan scan = { text, 0 };
    struct css_token token;
    char expected[DEEPEST];
    size_t places[DEEPEST], depth = 0;

    while (css_next(&scan, &token)) {
        char c = token.text.p[0];
        bool opens = token.kind == CSS_FUNCTION ||
                     (token.kind == CSS_DELIM && (c == '(' || c == '[' || c == '{'));
        bool ends = token.kind == CSS_DELIM && (c == ')' || c == ']' || c == '}');

        *at = token.at;
        if (token.kind == CSS_BAD_STRING || token.kind == CSS_BAD_URL || !is_closed(&token, text) ||
            (opens && depth == DEEPEST) || (ends && (!depth || expected[depth - 1] != c)))
            return false;
        if (opens) {
            places[depth] = token.at;
            expected[depth++] = token.kind == CSS_FUNCTION ? ')' : closes(c);
        }
        depth -= ends;
    }
    if (depth)
        *at = places[depth - 1];
    return !depth;
}

bool css_has_rule(str text, str name)
{
    struct css_scan scan = { text, 0 };
    struct css_token token;

    while (css_next(&scan, &token))
        if (token.kind == CSS_AT && str_ieq(token.text, name))
            return true;
    return false;
}

/* ---- what begins here ---- */

static bool is_blank(const struct css_token *token)
{
    return token->kind == CSS_SPACE || token->kind == CSS_COMMENT;
}

static bool next_token(struct css_scan *scan, struct css_token *token)
{
    while (css_next(scan, token))
        if (!is_blank(token))
            return true;
    return false;
}

/* A custom property is told by its name; else what comes first decides. */
static enum part part_from(const struct minify *m, const struct css_token *first)
{
    struct css_scan scan = m->scan;
    struct css_token token;
    unsigned depth = first->kind == CSS_FUNCTION || css_is(first, '(') || css_is(first, '[');

    if (first->kind == CSS_AT)
        return AT_RULE;
    if (!m->braces)
        return RULE;
    if (first->kind == CSS_IDENT && str_starts(first->text, S("--")) && next_token(&scan, &token) &&
        css_is(&token, ':'))
        return DECLARATION;
    for (scan = m->scan; next_token(&scan, &token);) {
        if (!depth && css_is(&token, '{'))
            return RULE;
        if (!depth && (css_is(&token, ';') || css_is(&token, '}')))
            return DECLARATION;
        depth += token.kind == CSS_FUNCTION || css_is(&token, '(') || css_is(&token, '[');
        depth -= depth && (css_is(&token, ')') || css_is(&token, ']'));
    }
    return DECLARATION;
}

/* ---- space ---- */

static bool is_combinator(const struct css_token *token)
{
    return css_is(token, '>') || css_is(token, '+') || css_is(token, '~');
}

static bool opens(const struct css_token *token)
{
    return token->kind == CSS_FUNCTION || css_is(token, '(');
}

static bool means_nothing(const struct minify *m, const struct css_token *left,
                          const struct css_token *right)
{
    if (m->begins || css_is(left, '{') || css_is(left, '}') || css_is(left, ';') ||
        css_is(right, '{') || css_is(right, '}') || css_is(right, ';'))
        return true;
    if (css_is(left, ',') || css_is(right, ',') || opens(left) || css_is(right, ')'))
        return true;
    if (m->part == RULE)
        return !m->parens && (is_combinator(left) || is_combinator(right));
    if (m->part == AT_RULE)
        return m->media && m->parens && css_is(left, ':');
    if (!m->value)
        return true; /* between the name and its ":" */
    return !m->parens && (css_is(left, ':') || css_is(left, '!') || css_is(right, '!'));
}

/* "a/ * b" must not become a comment, nor two names one. */
static void put(struct minify *m, const struct css_token *token)
{
    bool joins = m->last.text.len && css_would_join(&m->last, token);

    if (m->last.text.len && m->space && (!means_nothing(m, &m->last, token) || joins))
        buf_addc(m->out, ' ');
    else if (m->comment && joins)
        buf_lit(m->out, "/**/");
    buf_add(m->out, token->text);
    m->last = *token;
    m->space = m->comment = false;
}

/* ---- declarations, rules ---- */

/* From behind the ":" up to what ends it, as it stands. */
static void put_custom(struct minify *m)
{
    size_t from = m->scan.at, to = from;
    unsigned depth = 0;
    struct css_token token;

    for (;; to = m->scan.at) {
        if (!css_next(&m->scan, &token))
            break;
        bool open = opens(&token) || css_is(&token, '[') || css_is(&token, '{');
        bool close = css_is(&token, ')') || css_is(&token, ']') || css_is(&token, '}');

        if (!depth && (close || css_is(&token, ';')))
            break;
        depth += open;
        depth -= close;
    }
    m->scan.at = to;
    buf_add(m->out, str_slice(m->text, from, to));
    m->last = (struct css_token){ .kind = CSS_SPACE, .text = S(" ") };
}

static void begin(struct minify *m, const struct css_token *token)
{
    m->part = part_from(m, token);
    m->value = false;
    m->media = m->part == AT_RULE && str_ieq(token->text, S("@media"));
    m->parens = 0;
}

/* Exactly `@charset "x";`, or it is none. */
static bool put_charset(struct minify *m, const struct css_token *token)
{
    size_t end = (size_t)(str_find(m->text, S(";")) + 1);

    if (token->at || !str_eq(token->text, S("@charset")) || !end)
        return false;
    buf_add(m->out, str_slice(m->text, 0, end));
    m->scan.at = end;
    m->last = (struct css_token){ .kind = CSS_DELIM, .text = S(";") };
    return true;
}

static void put_semicolon(struct minify *m, const struct css_token *token)
{
    put(m, token);
    if (m->full && m->braces && m->part == DECLARATION)
        m->pending = m->out->len;
    m->full = false;
    m->begins = true;
}

static void put_brace(struct minify *m, const struct css_token *token)
{
    if (css_is(token, '}') && m->pending == m->out->len && m->pending)
        m->out->len--;
    m->pending = 0;
    put(m, token);
    m->braces += css_is(token, '{');
    m->braces -= m->braces && css_is(token, '}');
    m->full = false;
    m->begins = true;
}

static void put_token(struct minify *m, const struct css_token *token)
{
    if (!m->parens && css_is(token, ';')) {
        put_semicolon(m, token);
        return;
    }
    if (css_is(token, '{') || css_is(token, '}')) {
        put_brace(m, token);
        return;
    }
    if (m->begins) {
        if (put_charset(m, token))
            return;
        begin(m, token);
    }
    put(m, token);
    m->begins = false;
    m->full = true;
    m->parens += opens(token) || css_is(token, '[');
    m->parens -= m->parens && (css_is(token, ')') || css_is(token, ']'));
    m->value = m->value || (m->part == DECLARATION && css_is(token, ':'));
}

/* ---- the whole of it ---- */

/* The last ";" of a block may be missing. */
static bool says_the_same(str text, str shorter)
{
    struct css_scan a = { text, 0 }, b = { shorter, 0 };
    struct css_token was, is;

    for (;;) {
        bool more = next_token(&a, &was), has = next_token(&b, &is);

        if (more && has && css_is(&was, ';') && css_is(&is, '}'))
            more = next_token(&a, &was);
        if (!more || !has)
            return more == has;
        if (was.kind != is.kind || !str_eq(was.text, is.text))
            return false;
    }
}

static void minify(struct minify *m)
{
    struct css_token token;
    bool custom = false;

    while (css_next(&m->scan, &token)) {
        if (token.kind == CSS_SPACE) {
            m->space = true;
        } else if (token.kind == CSS_COMMENT && !str_starts(token.text, S("/*!"))) {
            m->comment = true;
        } else if (token.kind == CSS_COMMENT) {
            buf_add(m->out, token.text);
            m->comment = false;
        } else {
            if (m->begins)
                custom = token.kind == CSS_IDENT && str_starts(token.text, S("--"));
            put_token(m, &token);
            if (custom && m->part == DECLARATION && css_is(&token, ':') && !m->begins) {
                put_custom(m);
                custom = false;
            }
        }
    }
}

bool css_minify(str text, struct buf *out)
{
    struct minify m = { .text = text, .scan = { text, 0 }, .out = out, .begins = true };
    size_t from = out->len, at;
    bool whole = css_is_whole(text, &at);

    if (whole)
        minify(&m);
    if (whole && says_the_same(text, str_from(buf_str(out), from)))
        return true;
    out->len = from;
    buf_add(out, text);
    return whole;
}
