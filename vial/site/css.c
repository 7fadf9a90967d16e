/*
 * css.c - CSS in pieces
 *
 *   comes in:  the text of a sheet
 *   goes out:  its tokens
 *
 * The rules are those of CSS Syntax Level 3, §4. They ask for three characters ahead at most, and
 * every character is in some token: nothing is skipped, so that what is put together again is the
 * sheet.
 */
#include "vial/site/css.h"
#include "vial/base/utf8.h"

static int peek(const struct css_scan *s, size_t ahead)
{
    size_t at = s->at + ahead;

    return at < s->text.len ? (unsigned char)s->text.p[at] : -1;
}

static bool is_newline(int c)
{
    return c == '\n' || c == '\r' || c == '\f';
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || is_newline(c);
}

static bool starts_name(int c)
{
    return is_alpha(c) || c == '_' || c >= 0x80;
}

static bool is_in_name(int c)
{
    return starts_name(c) || is_digit(c) || c == '-' || c == 0; /* NUL is read as U+FFFD */
}

static bool is_escape(const struct css_scan *s, size_t ahead)
{
    int next = peek(s, ahead + 1);

    return peek(s, ahead) == '\\' && next >= 0 && !is_newline(next);
}

static bool is_name_here(const struct css_scan *s, size_t ahead)
{
    int c = peek(s, ahead);

    if (c == '-') {
        int next = peek(s, ahead + 1);

        return starts_name(next) || next == 0 || next == '-' || is_escape(s, ahead + 1);
    }
    return starts_name(c) || c == 0 || is_escape(s, ahead);
}

static bool is_number_here(const struct css_scan *s)
{
    size_t ahead = peek(s, 0) == '+' || peek(s, 0) == '-';

    return is_digit(peek(s, ahead)) || (peek(s, ahead) == '.' && is_digit(peek(s, ahead + 1)));
}

/* ---- pieces ---- */

/* Behind the backslash: up to six hexadecimal digits and one white space, or one character. */
static void skip_escape(struct css_scan *s)
{
    s->at++;
    if (hex_digit(peek(s, 0)) < 0) {
        s->at++;
        while (peek(s, 0) >= 0x80 && peek(s, 0) < 0xC0)
            s->at++;
        return;
    }
    for (int i = 0; i < 6 && hex_digit(peek(s, 0)) >= 0; i++)
        s->at++;
    if (peek(s, 0) == '\r' && peek(s, 1) == '\n')
        s->at++;
    if (is_blank(peek(s, 0)))
        s->at++;
}

static void skip_name(struct css_scan *s)
{
    for (;;) {
        if (is_escape(s, 0))
            skip_escape(s);
        else if (is_in_name(peek(s, 0)))
            s->at++;
        else
            return;
    }
}

static void skip_blanks(struct css_scan *s)
{
    while (is_blank(peek(s, 0)))
        s->at++;
}

static enum css_kind scan_string(struct css_scan *s)
{
    int quote = peek(s, 0);

    for (s->at++;; s->at++) {
        int c = peek(s, 0);

        if (c < 0)
            return CSS_STRING; /* the end of the sheet ends it as well */
        if (c == quote) {
            s->at++;
            return CSS_STRING;
        }
        if (is_newline(c))
            return CSS_BAD_STRING;
        if (c == '\\' && peek(s, 1) >= 0) {
            s->at++;
            if (peek(s, 0) == '\r' && peek(s, 1) == '\n')
                s->at++;
        }
    }
}

static enum css_kind scan_number(struct css_scan *s)
{
    if (peek(s, 0) == '+' || peek(s, 0) == '-')
        s->at++;
    while (is_digit(peek(s, 0)))
        s->at++;
    if (peek(s, 0) == '.' && is_digit(peek(s, 1)))
        for (s->at++; is_digit(peek(s, 0));)
            s->at++;
    if (to_lower((char)peek(s, 0)) == 'e') {
        size_t sign = peek(s, 1) == '+' || peek(s, 1) == '-';

        if (is_digit(peek(s, 1 + sign)))
            for (s->at += 1 + sign; is_digit(peek(s, 0));)
                s->at++;
    }
    if (is_name_here(s, 0)) {
        skip_name(s);
        return CSS_DIMENSION;
    }
    if (peek(s, 0) != '%')
        return CSS_NUMBER;
    s->at++;
    return CSS_PERCENTAGE;
}

static enum css_kind scan_bad_url(struct css_scan *s)
{
    while (peek(s, 0) >= 0 && peek(s, 0) != ')') {
        if (is_escape(s, 0))
            skip_escape(s);
        else
            s->at++;
    }
    s->at += peek(s, 0) == ')';
    return CSS_BAD_URL;
}

/* Behind "url(", where no quote follows. */
static enum css_kind scan_url(struct css_scan *s)
{
    skip_blanks(s);
    for (;;) {
        int c = peek(s, 0);

        if (c < 0)
            return CSS_URL;
        if (c == ')') {
            s->at++;
            return CSS_URL;
        }
        if (is_blank(c)) {
            skip_blanks(s);
            if (peek(s, 0) < 0 || peek(s, 0) == ')')
                continue;
            return scan_bad_url(s);
        }
        if (c == '"' || c == '\'' || c == '(' || (c > 0 && c < 0x20) || c == 0x7F ||
            (c == '\\' && !is_escape(s, 0)))
            return scan_bad_url(s);
        if (c == '\\')
            skip_escape(s);
        else
            s->at++;
    }
}

static enum css_kind scan_ident(struct css_scan *s)
{
    size_t from = s->at, ahead = 1;

    skip_name(s);
    if (peek(s, 0) != '(')
        return CSS_IDENT;
    str name = str_slice(s->text, from, s->at);
    s->at++;
    while (is_blank(peek(s, ahead - 1)))
        ahead++;
    int c = peek(s, ahead - 1);
    if (!str_ieq(name, S("url")) || c == '"' || c == '\'')
        return CSS_FUNCTION;
    return scan_url(s);
}

static enum css_kind scan_comment(struct css_scan *s)
{
    ptrdiff_t end = str_find(str_from(s->text, s->at + 2), S("*/"));

    s->at = end == STR_NONE ? s->text.len : s->at + 2 + (size_t)end + 2;
    return CSS_COMMENT;
}

static enum css_kind take(struct css_scan *s, size_t bytes, enum css_kind kind)
{
    s->at += bytes;
    return kind;
}

static enum css_kind scan_token(struct css_scan *s)
{
    int c = peek(s, 0);

    if (is_blank(c)) {
        skip_blanks(s);
        return CSS_SPACE;
    }
    if (c == '/' && peek(s, 1) == '*')
        return scan_comment(s);
    if (c == '"' || c == '\'')
        return scan_string(s);
    if (is_number_here(s) && (is_digit(c) || c == '+' || c == '-' || c == '.'))
        return scan_number(s);
    if (str_starts(str_from(s->text, s->at), S("-->")))
        return take(s, 3, CSS_CDC);
    if (is_name_here(s, 0))
        return scan_ident(s);
    if (str_starts(str_from(s->text, s->at), S("<!--")))
        return take(s, 4, CSS_CDO);
    if (c == '@' && is_name_here(s, 1)) {
        s->at++;
        skip_name(s);
        return CSS_AT;
    }
    if (c == '#' && (is_in_name(peek(s, 1)) || is_escape(s, 1))) {
        s->at++;
        skip_name(s);
        return CSS_HASH;
    }
    return take(s, 1, CSS_DELIM);
}

bool css_next(struct css_scan *s, struct css_token *token)
{
    if (s->at >= s->text.len)
        return false;
    token->at = s->at;
    token->kind = scan_token(s);
    token->text = str_slice(s->text, token->at, s->at);
    return true;
}

/* Both are read again, side by side: when the first that comes out is another, they join. */
bool css_would_join(const struct css_token *left, const struct css_token *right)
{
    enum { LONGEST = 8 }; /* what the right one begins with decides; long names are cut */
    char both[256];
    str l = left->text, r = str_slice(right->text, 0, LONGEST);
    size_t keep = l.len < sizeof both - LONGEST ? l.len : sizeof both - LONGEST;
    struct css_token token;

    if (left->kind == CSS_COMMENT || left->kind == CSS_SPACE || right->kind == CSS_SPACE)
        return false;
    if (left->kind == CSS_STRING || left->kind == CSS_URL || left->kind == CSS_FUNCTION)
        return false;
    if (keep < l.len) { /* names: an end of it is one as well, but not one cut within an escape */
        bool right_goes_on = right->kind != CSS_DELIM && right->kind != CSS_STRING;

        return right_goes_on || css_is(right, '(') || css_is(right, '-') || css_is(right, '%');
    }
    memcpy(both, l.p, keep);
    memcpy(both + keep, r.p, r.len);
    struct css_scan scan = { str_n(both, keep + r.len), 0 };
    return !css_next(&scan, &token) || token.text.len != keep || token.kind != left->kind;
}

/* ---- strings ---- */

static void add_escaped(struct buf *out, str text, size_t *at)
{
    uint32_t code = 0;
    int digits = 0;

    for (; digits < 6 && *at < text.len && hex_digit((unsigned char)text.p[*at]) >= 0; digits++)
        code = code * 16 + (uint32_t)hex_digit((unsigned char)text.p[(*at)++]);
    if (!digits) {
        if (*at < text.len && text.p[*at] == '\r' && *at + 1 < text.len && text.p[*at + 1] == '\n')
            *at += 2;
        else if (*at < text.len && is_newline((unsigned char)text.p[*at]))
            *at += 1;
        else if (*at < text.len)
            buf_addc(out, text.p[(*at)++]);
        return;
    }
    if (*at < text.len && is_blank((unsigned char)text.p[*at]))
        *at += 1;
    bool none = code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    buf_add_utf8(out, none ? 0xFFFD : code);
}

str css_unescape(struct arena *a, str text)
{
    struct buf out = buf_in(a);

    for (size_t at = 0; at < text.len;) {
        char c = text.p[at++];

        if (c == '\\')
            add_escaped(&out, text, &at);
        else
            buf_addc(&out, c);
    }
    return buf_str(&out);
}

void css_add_string(struct buf *out, str text)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            buf_addf(out, "\\%x ", c);
        else
            buf_addc(out, (char)c);
    }
    buf_addc(out, '"');
}
