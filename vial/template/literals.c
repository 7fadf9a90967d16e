/*
 * literals.c - numbers, names and strings as Python writes them
 *
 *   comes in:  what stands in a tag
 *   goes out:  how long the number or the name is; the text that a string literal means
 *
 * Strings are read as Jinja reads them: everything that is not ASCII is first written as an escape
 * and then all escapes are undone. So a backslash before "é" takes the backslash of that escape,
 * and leaves "\xe9" as text; rare, but what a template written for Jinja gets there.
 */
#include "vial/template/lexer.h"

#include "vial/base/utf8.h"
#include <stdio.h>
#include <unictype.h>
#include <uniname.h>

/* ---- names ---- */

static bool is_word(uint32_t c)
{
    return uc_is_property(c, UC_PROPERTY_XID_CONTINUE) ||
           uc_is_general_category(c, uc_general_category_or(UC_CATEGORY_L, UC_CATEGORY_N));
}

size_t literal_name(str s)
{
    str rest = s;

    while (rest.len) {
        str after = rest;

        if (!is_word(utf8_next(&after)))
            break;
        rest = after;
    }
    return s.len - rest.len;
}

bool literal_is_name(str s)
{
    bool first = true;

    if (!s.len)
        return false;
    for (; s.len; first = false) {
        uint32_t c = utf8_next(&s);

        if (c == '_')
            continue;
        if (!uc_is_property(c, first ? UC_PROPERTY_XID_START : UC_PROPERTY_XID_CONTINUE))
            return false;
    }
    return true;
}

/* ---- numbers ---- */

/* The length of digits that may have single underscores between them. */
static size_t digits(str s, size_t from, int base, bool leading_underscore)
{
    size_t i = from;

    if (leading_underscore && i < s.len && s.p[i] == '_')
        i++;
    if (i >= s.len || hex_digit(s.p[i]) < 0 || hex_digit(s.p[i]) >= base)
        return 0;
    for (;;) {
        size_t next = i + 1;

        if (next < s.len && s.p[next] == '_')
            next++;
        if (next >= s.len || hex_digit(s.p[next]) < 0 || hex_digit(s.p[next]) >= base)
            return i + 1 - from;
        i = next;
    }
}

static size_t integer(str s)
{
    static const struct {
        char letter;
        int base;
    } prefixes[] = { { 'b', 2 }, { 'o', 8 }, { 'x', 16 } };

    if (s.p[0] != '0')
        return digits(s, 0, 10, false);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && s.len > 1; i++) {
        size_t len;

        if (to_lower(s.p[1]) != prefixes[i].letter)
            continue;
        len = digits(s, 2, prefixes[i].base, true);
        if (len)
            return 2 + len;
    }
    size_t len = 1; /* "00" is a zero, "01" is two numbers */
    for (;;) {
        size_t next = len + (len < s.len && s.p[len] == '_');

        if (next >= s.len || s.p[next] != '0')
            return len;
        len = next + 1;
    }
}

size_t literal_number(str s, bool after_dot, bool *is_float)
{
    size_t whole = digits(s, 0, 10, false), len = whole;
    bool fraction = false, exponent = false;

    if (len < s.len && s.p[len] == '.') {
        size_t more = digits(s, len + 1, 10, false);
        fraction = more > 0;
        len += fraction ? 1 + more : 0;
    }
    if (len < s.len && to_lower(s.p[len]) == 'e') {
        size_t sign = len + 1 < s.len && (s.p[len + 1] == '+' || s.p[len + 1] == '-');
        size_t more = digits(s, len + 1 + sign, 10, false);
        exponent = more > 0;
        len += exponent ? 1 + sign + more : 0;
    }
    *is_float = (fraction || exponent) && !after_dot;
    return *is_float ? len : integer(s);
}

/* ---- strings ---- */

static bool hex_escape(str raw, size_t *at, size_t want, uint32_t *c)
{
    *c = 0;
    for (size_t i = 0; i < want; i++, ++*at) {
        int digit = *at < raw.len ? hex_digit(raw.p[*at]) : -1;

        if (digit < 0)
            return false;
        *c = *c << 4 | (uint32_t)digit;
    }
    return true;
}

static bool named_escape(str raw, size_t *at, uint32_t *c, const char **why)
{
    char name[UNINAME_MAX];
    str rest = str_from(raw, *at);
    ptrdiff_t end = str_find_char(rest, '}');

    *why = "malformed \\N character escape";
    if (!rest.len || rest.p[0] != '{' || end == STR_NONE || end == 1)
        return false;
    *why = "unknown Unicode character name";
    if ((size_t)end > sizeof name)
        return false;
    memcpy(name, rest.p + 1, (size_t)end - 1);
    name[end - 1] = '\0';
    *c = unicode_name_character(name);
    if (*c == UNINAME_INVALID)
        return false;
    *at += (size_t)end + 1;
    return true;
}

static uint32_t octal_escape(str raw, size_t *at)
{
    uint32_t c = 0;

    for (int i = 0; i < 3 && *at < raw.len && raw.p[*at] >= '0' && raw.p[*at] <= '7'; i++)
        c = c * 8 + (uint32_t)(raw.p[(*at)++] - '0');
    return c;
}

/* What a backslash before a letter that is not ASCII leaves behind. */
static void add_escaped_escape(str *rest, struct buf *out)
{
    uint32_t c = utf8_next(rest);

    buf_addf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

/* The escape whose letter stands at `*at`, behind the backslash. */
static bool unescape(str raw, size_t *at, struct buf *out, const char **why)
{
    static const char letters[] = "abfnrtv\\'\"", meanings[] = "\a\b\f\n\r\t\v\\'\"";
    char letter = raw.p[(*at)++];
    const char *simple = memchr(letters, letter, sizeof letters - 1);
    uint32_t c;

    if (simple) {
        buf_addc(out, meanings[simple - letters]);
        return true;
    }
    switch (letter) {
    case '\n':
        return true;
    case 'x':
        *why = "truncated \\xXX escape";
        if (!hex_escape(raw, at, 2, &c))
            return false;
        break;
    case 'u':
        *why = "truncated \\uXXXX escape";
        if (!hex_escape(raw, at, 4, &c))
            return false;
        break;
    case 'U':
        *why = "truncated \\UXXXXXXXX escape";
        if (!hex_escape(raw, at, 8, &c))
            return false;
        *why = "illegal Unicode character";
        if (c > 0x10FFFF)
            return false;
        break;
    case 'N':
        if (!named_escape(raw, at, &c, why))
            return false;
        break;
    default:
        if (letter >= '0' && letter <= '7') {
            --*at;
            c = octal_escape(raw, at);
            break;
        }
        buf_addc(out, '\\');
        buf_addc(out, letter);
        return true;
    }
    buf_add_utf8(out, c);
    return true;
}

bool literal_unescape(str raw, struct arena *a, str *text, const char **why)
{
    struct buf out = buf_in(a);

    for (size_t at = 0; at < raw.len;) {
        if (raw.p[at] != '\\') {
            buf_addc(&out, raw.p[at++]);
            continue;
        }
        at++;
        if ((unsigned char)raw.p[at] >= 0x80) {
            str rest = str_from(raw, at);
            add_escaped_escape(&rest, &out);
            at = raw.len - rest.len;
        } else if (!unescape(raw, &at, &out, why)) {
            return false;
        }
    }
    *text = buf_str(&out);
    return true;
}
