/*
 * text.c - characters, words and lines, as Python's str sees them
 *
 *   comes in:  text, or one code point of it
 *   goes out:  its kind; the pieces, which are slices of the text
 *
 * The kinds are Unicode's properties, from libunistring. Its version of Unicode, 14, is the same as
 * that of Python 3.11.
 */
#include "vial/template/text.h"
#include "vial/base/utf8.h"
#include <unictype.h>

/* ---- characters ---- */

bool char_is_printable(uint32_t c)
{
    if (c < 0x7F)
        return c >= ' ';
    return !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Z);
}

bool char_is_alpha(uint32_t c)
{
    return c < 0x80 ? is_alpha((int)c) : uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

bool char_is_decimal(uint32_t c)
{
    return c < 0x80 ? is_digit((int)c) : uc_decimal_value(c) >= 0;
}

int char_decimal(uint32_t c)
{
    return c < 0x80 ? (is_digit((int)c) ? (int)c - '0' : -1) : uc_decimal_value(c);
}

bool char_is_digit(uint32_t c)
{
    return c < 0x80 ? is_digit((int)c) : uc_digit_value(c) >= 0;
}

bool char_is_numeric(uint32_t c)
{
    return c < 0x80 ? is_digit((int)c) : uc_numeric_value(c).denominator != 0;
}

bool char_is_upper(uint32_t c)
{
    return c < 0x80 ? is_upper((int)c) : uc_is_property_uppercase(c);
}

bool char_is_lower(uint32_t c)
{
    return c < 0x80 ? is_lower((int)c) : uc_is_property_lowercase(c);
}

bool char_is_title(uint32_t c)
{
    return c >= 0x80 && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Lt);
}

bool char_is_cased(uint32_t c)
{
    return char_is_upper(c) || char_is_lower(c) || char_is_title(c);
}

static inline bool is_ascii_space(uint32_t c)
{
    return c <= ' ' && (0x1F0003E00 >> c & 1); /* tab to return, FS to US, space */
}

bool char_is_space(uint32_t c)
{
    if (c < 0x80)
        return is_ascii_space(c);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool char_starts_name(uint32_t c)
{
    return c == '_' || (c < 0x80 ? is_alpha((int)c) : uc_is_property_xid_start(c));
}

bool char_continues_name(uint32_t c)
{
    return c == '_' || (c < 0x80 ? is_alnum((int)c) : uc_is_property_xid_continue(c));
}

bool char_is_word(uint32_t c)
{
    return c == '_' || (c < 0x80 ? is_alnum((int)c) : char_is_alpha(c) || char_is_numeric(c));
}

uint32_t text_last(str s, size_t *at)
{
    size_t last = s.len - 1;

    while (last && ((unsigned char)s.p[last] & 0xC0) == 0x80)
        last--;
    *at = last;
    str tail = str_from(s, last);

    return utf8_next(&tail);
}

/* ---- ends ---- */

static bool is_stripped(uint32_t c, const str *chars)
{
    if (!chars)
        return char_is_space(c);
    for (str rest = *chars; rest.len;)
        if (utf8_next(&rest) == c)
            return true;
    return false;
}

str text_strip(str s, const str *chars, bool left, bool right)
{
    while (left && s.len) {
        str rest = s;

        if (!is_stripped(utf8_next(&rest), chars))
            break;
        s = rest;
    }
    while (right && s.len) {
        size_t at;

        if (!is_stripped(text_last(s, &at), chars))
            break;
        s.len = at;
    }
    return s;
}

/* ---- words ---- */

enum { WORD = 1, SPACE = 2 };

/* Bytes that are a character by themselves, in a word or between two. */
static const uint8_t kinds[256] = {
    [0 ... '\t' - 1] = WORD, ['\t' ... '\r'] = SPACE,   ['\r' + 1 ... 0x1B] = WORD,
    [0x1C ... ' '] = SPACE,  [' ' + 1 ... 0x7F] = WORD,
};

/* Most characters are ASCII and need no decoding. */
size_t text_span(str s, bool spaces)
{
    const uint8_t kind = spaces ? SPACE : WORD;
    size_t at = 0;

    for (;;) {
        while (at < s.len && kinds[(unsigned char)s.p[at]] == kind)
            at++;
        if (at == s.len || (unsigned char)s.p[at] < 0x80)
            return at;
        str rest = str_from(s, at);

        if (char_is_space(utf8_next(&rest)) != spaces)
            return at;
        at = s.len - rest.len;
    }
}

bool text_next_word(str *rest, str *word)
{
    str s = str_from(*rest, text_span(*rest, true));

    *word = str_slice(s, 0, text_span(s, false));
    *rest = str_from(s, word->len);
    return word->len != 0;
}

bool text_last_word(str *rest, str *word)
{
    str s = text_strip(*rest, NULL, false, true);
    size_t end = s.len, at;

    while (s.len && !char_is_space(text_last(s, &at)))
        s.len = at;
    *word = str_n(s.p + s.len, end - s.len);
    *rest = s;
    return word->len != 0;
}

/* ---- lines ---- */

/* The bytes of the line's end that `s` begins with, or 0. */
static size_t line_end(str s)
{
    unsigned char c = (unsigned char)s.p[0];

    if (c == '\r')
        return s.len > 1 && s.p[1] == '\n' ? 2 : 1;
    if (c == '\n' || c == '\v' || c == '\f' || (c >= 0x1C && c <= 0x1E))
        return 1;
    if (c < 0x80)
        return 0;
    if (str_starts(s, S("\xC2\x85")))
        return 2;
    return str_starts(s, S("\xE2\x80\xA8")) || str_starts(s, S("\xE2\x80\xA9")) ? 3 : 0;
}

bool text_next_line(str *rest, str *line, str *end)
{
    size_t at = 0, ended = 0;

    if (!rest->len)
        return false;
    while (at < rest->len && !(ended = line_end(str_from(*rest, at))))
        at++;
    *line = str_slice(*rest, 0, at);
    if (end)
        *end = str_slice(*rest, at, at + ended);
    *rest = str_from(*rest, at + ended);
    return true;
}

/* ---- parts ---- */

ptrdiff_t text_rfind(str s, str part)
{
    for (size_t at = s.len - part.len; part.len <= s.len; at--) {
        if (!part.len || !memcmp(s.p + at, part.p, part.len))
            return (ptrdiff_t)at;
        if (!at)
            break;
    }
    return STR_NONE;
}

size_t text_count(str s, str part)
{
    size_t count = 0;
    ptrdiff_t at;

    if (!part.len)
        return utf8_count(s) + 1;
    while ((at = str_find(s, part)) != STR_NONE) {
        count++;
        s = str_from(s, (size_t)at + part.len);
    }
    return count;
}
