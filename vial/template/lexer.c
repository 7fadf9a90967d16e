/*
 * lexer.c - from text to tokens
 *
 *   comes in:  a template's text, the delimiters
 *   goes out:  one token at each call
 *
 * Outside of tags the lexer looks for the next opener; where all of them begin with the same byte,
 * as they mostly do, that is one memchr(). What stands before it is data, cut as the tag's sign or
 * lstrip_blocks asks. Inside of tags a token is known by its first byte. An end delimiter counts
 * only when no brace is open, so `{{ {"a": {}} }}` ends where it should.
 */
#include "vial/template/lexer.h"
#include "vial/template/slips.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include <stdarg.h>
#include <stdio.h>

enum state {
    IN_DATA,
    IN_COMMENT,
    IN_RAW,
    IN_BLOCK,
    IN_VARIABLE,
    IN_LINE_STATEMENT,
    IN_LINE_COMMENT
};

void lexer_init(struct lexer *lexer, const struct syntax *syntax, str file, str text,
                struct arena *a, struct error *err)
{
    *lexer = (struct lexer){
        .syntax = syntax, .arena = a, .err = err, .file = file, .text = text, .line_starting = true
    };
}

static bool syntax_error(struct lexer *l, size_t offset, size_t len, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static bool syntax_error(struct lexer *l, size_t offset, size_t len, const char *fmt, ...)
{
    struct place place = { l->file, l->text, offset, len };
    char sentence[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    str slip = slip_at(l->text, offset);

    error_at(l->err, place, "%s", sentence);
    if (slip.len)
        error_hint(l->err, "%.*s", STR(slip));
    return error_kind(l->err, "TemplateSyntaxError");
}

static bool at(const struct lexer *l, size_t offset, str what)
{
    const char *p = l->text.p + offset;

    if (offset >= l->text.len || *p != what.p[0] || l->text.len - offset < what.len)
        return false;
    return what.len == 1 || memcmp(p + 1, what.p + 1, what.len - 1) == 0;
}

static bool is_ascii_space(unsigned char c)
{
    return is_space(c) || (c >= 0x1c && c <= 0x1f);
}

/* The offset behind the white space, Unicode's, that stands at `offset`. */
static size_t skip_space(const struct lexer *l, size_t offset)
{
    while (offset < l->text.len) {
        unsigned char c = (unsigned char)l->text.p[offset];
        str rest = str_from(l->text, offset);

        if (c < 0x80 ? !is_ascii_space(c) : !unicode_is_space(utf8_next(&rest)))
            break;
        offset = c < 0x80 ? offset + 1 : l->text.len - rest.len;
    }
    return offset;
}

static bool space_before(const struct lexer *l, size_t offset, size_t *begin)
{
    size_t from = offset - 1;

    while (from > 0 && ((unsigned char)l->text.p[from] & 0xC0) == 0x80)
        from--;
    *begin = from;
    return skip_space(l, from) >= offset;
}

/* `end` moved back over white space, not beyond `begin`. */
static size_t trim_space(const struct lexer *l, size_t begin, size_t end)
{
    size_t from;

    while (end > begin && space_before(l, end, &from))
        end = from;
    return end;
}

/* ---- data ---- */

/* An opener found: from where it takes up text, to where, and its sign: '-', '+' or none. */
struct opening {
    enum opener_kind kind;
    size_t from, to;
    char sign;
};

static char sign_at(const struct lexer *l, size_t offset)
{
    char c = offset < l->text.len ? l->text.p[offset] : '\0';

    return c == '-' || c == '+' ? c : '\0';
}

/* "{% raw %}" at `offset`, as its regular expression has it: "+%}" does not end it. */
static bool find_raw(const struct lexer *l, size_t offset, struct opening *o)
{
    size_t end = offset + l->syntax->block_start.len;
    char sign = sign_at(l, end);

    end = skip_space(l, end + (sign != '\0'));
    if (!at(l, end, S("raw")))
        return false;
    end = skip_space(l, end + 3);
    if (at(l, end, l->syntax->block_end))
        end += l->syntax->block_end.len;
    else if (at(l, end, S("-")) && at(l, end + 1, l->syntax->block_end))
        end = skip_space(l, end + 1 + l->syntax->block_end.len);
    else
        return false;
    *o = (struct opening){ OPEN_RAW, offset, end, sign };
    return true;
}

static bool opener_fits(const struct lexer *l, const struct opener *opener, size_t offset,
                        size_t *end)
{
    size_t from = offset, ignored;
    bool at_line = offset == 0 || l->text.p[offset - 1] == '\n';

    if (opener->kind == OPEN_LINE_STATEMENT) {
        if (!at_line)
            return false;
        while (from < l->text.len &&
               (l->text.p[from] == ' ' || l->text.p[from] == '\t' || l->text.p[from] == '\v'))
            from++;
    } else if (opener->kind == OPEN_LINE_COMMENT) {
        if (!at_line && space_before(l, offset, &ignored))
            return false;
        from = skip_space(l, offset);
        ptrdiff_t newline = str_find_char(str_slice(l->text, offset, from), '\n');
        if (newline != STR_NONE)
            from = offset + (size_t)newline;
    }
    if (!at(l, from, opener->start))
        return false;
    *end = from + opener->start.len;
    return true;
}

static bool opening_at(const struct lexer *l, size_t offset, struct opening *o)
{
    const struct syntax *syntax = l->syntax;

    if (at(l, offset, syntax->block_start) && find_raw(l, offset, o))
        return true;
    for (size_t i = 0; i < syntax->count; i++) {
        size_t end;

        if (!opener_fits(l, &syntax->openers[i], offset, &end))
            continue;
        char sign = sign_at(l, end);
        *o = (struct opening){ syntax->openers[i].kind, offset, end + (sign != '\0'), sign };
        return true;
    }
    return false;
}

static bool find_opening(const struct lexer *l, struct opening *o)
{
    size_t offset = l->at;

    if (!l->syntax->one_first) {
        for (; offset < l->text.len; offset++)
            if (opening_at(l, offset, o))
                return true;
        return false;
    }
    while (offset < l->text.len) {
        const char *found = memchr(l->text.p + offset, l->syntax->first, l->text.len - offset);

        if (!found)
            return false;
        offset = (size_t)(found - l->text.p);
        if (opening_at(l, offset, o))
            return true;
        offset++;
    }
    return false;
}

/* Where the data before an opener ends, when its sign or lstrip_blocks cuts it. */
static size_t data_end(const struct lexer *l, size_t begin, const struct opening *o)
{
    size_t line = o->from;

    if (o->sign == '-')
        return trim_space(l, begin, o->from);
    if (o->sign == '+' || !l->syntax->lstrip_blocks || o->kind == OPEN_VARIABLE)
        return o->from;
    while (line > begin && l->text.p[line - 1] != '\n')
        line--;
    if (line == begin && !l->line_starting)
        return o->from;
    return trim_space(l, line, o->from) == line ? line : o->from;
}

static struct token token_of(const struct lexer *l, enum token_type type, size_t from, size_t to)
{
    return (struct token){
        .type = type, .offset = from, .len = to - from, .text = str_slice(l->text, from, to)
    };
}

/* Data with the environment's line ends. */
static str with_newlines(const struct lexer *l, str text)
{
    if (str_eq(l->syntax->newline, S("\n")) || !str_has(text, '\n'))
        return text;

    struct buf out = buf_in(l->arena);
    while (text.len) {
        ptrdiff_t newline = str_find_char(text, '\n');
        if (newline == STR_NONE)
            break;
        buf_add(&out, str_slice(text, 0, (size_t)newline));
        buf_add(&out, l->syntax->newline);
        text = str_from(text, (size_t)newline + 1);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static struct token data_token(const struct lexer *l, size_t from, size_t to)
{
    struct token t = token_of(l, T_DATA, from, to);

    t.text = with_newlines(l, t.text);
    return t;
}

static void ended_at(struct lexer *l, size_t offset)
{
    l->line_starting = offset > l->at && l->text.p[offset - 1] == '\n';
    l->at = offset;
}

static const unsigned char state_after[] = {
    [OPEN_BLOCK] = IN_BLOCK,
    [OPEN_COMMENT] = IN_COMMENT,
    [OPEN_LINE_COMMENT] = IN_LINE_COMMENT,
    [OPEN_LINE_STATEMENT] = IN_LINE_STATEMENT,
    [OPEN_VARIABLE] = IN_VARIABLE,
    [OPEN_RAW] = IN_RAW,
};

/* What follows outside of tags: data if there is some, and then the lexer stands in the tag. */
static bool next_data(struct lexer *l, struct token *t, bool *found)
{
    struct opening o;
    size_t begin = l->at;

    if (!find_opening(l, &o)) {
        *t = data_token(l, begin, l->text.len);
        *found = begin < l->text.len;
        ended_at(l, l->text.len);
        return true;
    }
    size_t end = data_end(l, begin, &o);
    *found = end > begin;
    if (*found)
        *t = data_token(l, begin, end);
    ended_at(l, o.to);
    l->state = state_after[o.kind];
    l->tag = o.from;
    return true;
}

/* The end delimiter of a comment or a block at `offset`, with what it strips behind it. */
static bool end_at(const struct lexer *l, size_t offset, str delimiter, bool trims, size_t *end)
{
    char sign = sign_at(l, offset);

    if (sign && at(l, offset + 1, delimiter)) {
        *end = offset + 1 + delimiter.len;
        if (sign == '-')
            *end = skip_space(l, *end);
        return true;
    }
    if (!at(l, offset, delimiter))
        return false;
    *end = offset + delimiter.len;
    if (trims && l->syntax->trim_blocks && at(l, *end, S("\n")))
        ++*end;
    return true;
}

static bool skip_comment(struct lexer *l)
{
    size_t end;

    for (size_t i = l->at; i < l->text.len; i++) {
        if (!end_at(l, i, l->syntax->comment_end, true, &end))
            continue;
        ended_at(l, end);
        l->state = IN_DATA;
        return true;
    }
    if (l->at == l->text.len)
        return true;
    syntax_error(l, l->tag, l->at - l->tag, "Missing end of comment tag");
    return error_hint(l->err, "the comment is not closed: '%.*s' is missing",
                      STR(l->syntax->comment_end));
}

static void skip_line_comment(struct lexer *l)
{
    ptrdiff_t newline = str_find_char(str_from(l->text, l->at), '\n');

    ended_at(l, newline == STR_NONE ? l->text.len : l->at + (size_t)newline);
    l->state = IN_DATA;
}

static bool find_endraw(const struct lexer *l, size_t offset, struct opening *o)
{
    size_t end = offset + l->syntax->block_start.len;
    char sign = sign_at(l, end);

    end = skip_space(l, end + (sign != '\0'));
    if (!at(l, end, S("endraw")))
        return false;
    end = skip_space(l, end + 6);
    if (!end_at(l, end, l->syntax->block_end, true, &end))
        return false;
    *o = (struct opening){ OPEN_RAW, offset, end, sign };
    return true;
}

static bool next_raw(struct lexer *l, struct token *t, bool *found)
{
    struct opening o;
    size_t begin = l->at;

    for (size_t i = begin; i < l->text.len; i++) {
        if (!at(l, i, l->syntax->block_start) || !find_endraw(l, i, &o))
            continue;
        size_t end = data_end(l, begin, &o);
        *found = end > begin;
        if (*found)
            *t = data_token(l, begin, end);
        ended_at(l, o.to);
        l->state = IN_DATA;
        return true;
    }
    *found = false;
    if (begin == l->text.len)
        return true;
    syntax_error(l, l->tag, begin - l->tag, "Missing end of raw directive");
    return error_hint(l->err, "'endraw' is missing for this 'raw'");
}

/* ---- inside of tags ---- */

static bool is_name_byte(unsigned char c)
{
    return is_alnum(c) || c == '_' || c >= 0x80;
}

static enum word word_of(str s)
{
    switch (s.len) {
    case 2:
        return s.p[0] == 'i'        ? s.p[1] == 'f'   ? WORD_IF
                                      : s.p[1] == 'n' ? WORD_IN
                                      : s.p[1] == 's' ? WORD_IS
                                                      : WORD_OTHER
               : str_eq(s, S("or")) ? WORD_OR
                                    : WORD_OTHER;
    case 3:
        return str_eq(s, S("and")) ? WORD_AND : str_eq(s, S("not")) ? WORD_NOT : WORD_OTHER;
    case 4:
        return str_eq(s, S("else")) ? WORD_ELSE : WORD_OTHER;
    default:
        return WORD_OTHER;
    }
}

static bool unexpected_char(struct lexer *l)
{
    str rest = str_from(l->text, l->at), after = rest;
    size_t count = utf8_count(str_slice(l->text, 0, l->at));

    utf8_next(&after);
    str c = str_n(rest.p, rest.len - after.len);
    const char *quote = str_eq(c, S("'")) ? "\"" : "'";
    return syntax_error(l, l->at, c.len, "unexpected char %s%s%.*s%s at %zu", quote,
                        str_eq(c, S("\\")) ? "\\" : "", STR(c), quote, count);
}

/* Letters of all scripts: bytes above ASCII are looked at only when there are any. */
static bool next_name(struct lexer *l, struct token *t)
{
    str rest = str_from(l->text, l->at);
    bool ascii = true;
    size_t len = 0;

    while (len < rest.len && is_name_byte((unsigned char)rest.p[len]))
        ascii &= (unsigned char)rest.p[len++] < 0x80;
    if (!ascii)
        len = literal_name(rest);
    if (!len)
        return unexpected_char(l);
    *t = token_of(l, T_NAME, l->at, l->at + len);
    t->word = word_of(t->text);
    if (!ascii && !literal_is_name(t->text))
        return syntax_error(l, l->at, len, "Invalid character in identifier");
    ended_at(l, l->at + len);
    return true;
}

static bool next_string(struct lexer *l, struct token *t)
{
    char quote = l->text.p[l->at];
    size_t end = l->at + 1;
    bool plain = true;
    const char *why;

    for (; end < l->text.len && l->text.p[end] != quote; end++) {
        plain &= l->text.p[end] != '\\' && l->text.p[end] != '\n';
        if (l->text.p[end] == '\\')
            end++;
    }
    if (end >= l->text.len) {
        size_t begin = l->at;
        unexpected_char(l);
        return error_hint(l->err, "the string that begins here is not closed: %c is missing",
                          l->text.p[begin]);
    }

    *t = token_of(l, T_STRING, l->at, end + 1);
    t->text = str_slice(l->text, l->at + 1, end);
    if (!plain && !literal_unescape(with_newlines(l, t->text), l->arena, &t->text, &why))
        return syntax_error(l, t->offset, t->len, "%s", why);
    ended_at(l, end + 1);
    return true;
}

static void push_closer(struct lexer *l, char closer)
{
    if (l->depth == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 32;
        l->closers = arena_grow(l->arena, l->closers, l->cap, cap);
        l->cap = cap;
    }
    l->closers[l->depth++] = closer;
}

static bool balance(struct lexer *l, char c)
{
    if (c == '(' || c == '[' || c == '{') {
        push_closer(l, c == '(' ? ')' : c == '[' ? ']' : '}');
        return true;
    }
    if (c != ')' && c != ']' && c != '}')
        return true;
    if (!l->depth)
        return syntax_error(l, l->at, 1, "unexpected '%c'", c);
    char expected = l->closers[--l->depth];
    if (expected != c)
        return syntax_error(l, l->at, 1, "unexpected '%c', expected '%c'", c, expected);
    return true;
}

/* An operator's two letters, or one. */
static enum token_type operator_at(str rest, size_t *len)
{
    char second = rest.len > 1 ? rest.p[1] : '\0';

#define TWO(with, pair, single) (second == (with) ? (*len = 2, (pair)) : (*len = 1, (single)))
    switch (rest.p[0]) {
    case '+':
        return *len = 1, T_ADD;
    case '-':
        return *len = 1, T_SUB;
    case '/':
        return TWO('/', T_FLOORDIV, T_DIV);
    case '*':
        return TWO('*', T_POW, T_MUL);
    case '%':
        return *len = 1, T_MOD;
    case '~':
        return *len = 1, T_TILDE;
    case '[':
        return *len = 1, T_LBRACKET;
    case ']':
        return *len = 1, T_RBRACKET;
    case '(':
        return *len = 1, T_LPAREN;
    case ')':
        return *len = 1, T_RPAREN;
    case '{':
        return *len = 1, T_LBRACE;
    case '}':
        return *len = 1, T_RBRACE;
    case '=':
        return TWO('=', T_EQ, T_ASSIGN);
    case '!':
        return TWO('=', T_NE, T_EOF);
    case '>':
        return TWO('=', T_GTEQ, T_GT);
    case '<':
        return TWO('=', T_LTEQ, T_LT);
    case '.':
        return *len = 1, T_DOT;
    case ':':
        return *len = 1, T_COLON;
    case '|':
        return *len = 1, T_PIPE;
    case ',':
        return *len = 1, T_COMMA;
    case ';':
        return *len = 1, T_SEMICOLON;
    default:
        return T_EOF;
    }
#undef TWO
}

/* "\s*(\n|$)": all the empty lines, up to the last line end. */
static bool line_statement_end(const struct lexer *l, size_t *end)
{
    size_t run = skip_space(l, l->at);

    if (run == l->text.len) {
        *end = run;
        return true;
    }
    while (run > l->at && l->text.p[run - 1] != '\n')
        run--;
    *end = run;
    return run > l->at;
}

static bool tag_ends(const struct lexer *l, size_t *end, enum token_type *type)
{
    switch ((enum state)l->state) {
    case IN_VARIABLE:
        *type = T_VARIABLE_END;
        if (at(l, l->at, S("-")) && at(l, l->at + 1, l->syntax->variable_end)) {
            *end = skip_space(l, l->at + 1 + l->syntax->variable_end.len);
            return true;
        }
        *end = l->at + l->syntax->variable_end.len;
        return at(l, l->at, l->syntax->variable_end);
    case IN_LINE_STATEMENT:
        *type = T_BLOCK_END;
        return line_statement_end(l, end);
    default:
        *type = T_BLOCK_END;
        return end_at(l, l->at, l->syntax->block_end, true, end);
    }
}

static bool next_in_tag(struct lexer *l, struct token *t)
{
    enum token_type type;
    size_t end, len;
    bool is_float;

    if (!l->depth && tag_ends(l, &end, &type)) {
        *t = token_of(l, type, l->at, end);
        ended_at(l, end);
        l->state = IN_DATA;
        return true;
    }
    if (l->at == l->text.len) {
        *t = token_of(l, T_EOF, l->at, l->at);
        return true;
    }

    str rest = str_from(l->text, l->at);
    char c = rest.p[0];
    if (is_digit(c)) {
        bool after_dot = l->at > 0 && l->text.p[l->at - 1] == '.';

        len = literal_number(rest, after_dot, &is_float);
        *t = token_of(l, is_float ? T_FLOAT : T_INTEGER, l->at, l->at + len);
        ended_at(l, l->at + len);
        return true;
    }
    if (c == '"' || c == '\'')
        return next_string(l, t);
    if (is_name_byte((unsigned char)c))
        return next_name(l, t);
    type = operator_at(rest, &len);
    if (type == T_EOF)
        return unexpected_char(l);
    if (!balance(l, c))
        return false;
    *t = token_of(l, type, l->at, l->at + len);
    ended_at(l, l->at + len);
    return true;
}

static void skip_tag_space(struct lexer *l)
{
    size_t end;

    /* the end of a line ends a line statement, unless a brace is open */
    if (l->state == IN_LINE_STATEMENT && !l->depth && line_statement_end(l, &end))
        return;
    end = skip_space(l, l->at);
    if (end > l->at)
        ended_at(l, end);
}

static bool next(struct lexer *l, struct token *t)
{
    for (;;) {
        bool found = false;

        if (l->opened) {
            l->opened = false;
            *t = token_of(l, l->state == IN_VARIABLE ? T_VARIABLE_BEGIN : T_BLOCK_BEGIN, l->tag,
                          l->at);
            return true;
        }
        switch ((enum state)l->state) {
        case IN_DATA:
            if (l->at == l->text.len) {
                *t = token_of(l, T_EOF, l->at, l->at);
                return true;
            }
            next_data(l, t, &found);
            l->opened =
                l->state == IN_BLOCK || l->state == IN_VARIABLE || l->state == IN_LINE_STATEMENT;
            break;
        case IN_COMMENT:
            if (!skip_comment(l))
                return false;
            if (l->state == IN_COMMENT) /* opened by the very last bytes: Jinja lets it be */
                l->state = IN_DATA;
            break;
        case IN_LINE_COMMENT:
            skip_line_comment(l);
            break;
        case IN_RAW:
            if (!next_raw(l, t, &found))
                return false;
            if (l->state == IN_RAW)
                l->state = IN_DATA;
            break;
        default:
            skip_tag_space(l);
            return next_in_tag(l, t);
        }
        if (found)
            return true;
    }
}

bool lexer_next(struct lexer *l, struct token *t)
{
    if (!next(l, t))
        return false;
    if (t->type == T_EOF) { /* Jinja sees the end where the last token stood */
        t->offset = l->last.offset;
        t->len = l->last.len;
    }
    l->last = *t;
    return true;
}
