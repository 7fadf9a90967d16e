/*
 * utf8.c - text as code points
 *
 *   comes in:  bytes
 *   goes out:  code points; where the bytes are none, U+FFFD and the offset
 *
 * Nearly all text is ASCII, so the loops that look at whole texts take eight bytes at a time until
 * one of them is not.
 */
#include "vial/base/utf8.h"

#include "vial/base/buf.h"

/* The length of the sequence at the front of `s` and its code point; 0 when it is none. */
static size_t decode(str s, uint32_t *codepoint)
{
    const unsigned char *p = (const unsigned char *)s.p;
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t c = p[0];
    size_t len;

    if (c < 0x80) {
        *codepoint = c;
        return 1;
    }
    if (c >= 0xC2 && c <= 0xDF) {
        len = 2;
        c &= 0x1F;
    } else if (c >= 0xE0 && c <= 0xEF) {
        len = 3;
        c &= 0x0F;
    } else if (c >= 0xF0 && c <= 0xF4) {
        len = 4;
        c &= 0x07;
    } else {
        return 0;
    }
    if (s.len < len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *codepoint = c;
    return len;
}

static size_t ascii_prefix(str s)
{
    size_t i = 0;
    uint64_t eight;

    while (i + sizeof eight <= s.len) {
        memcpy(&eight, s.p + i, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
        i += sizeof eight;
    }
    while (i < s.len && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

bool utf8_ascii(str s)
{
    return ascii_prefix(s) == s.len;
}

bool utf8_valid(str s, size_t *bad)
{
    size_t at = 0;
    uint32_t ignored;

    while ((at += ascii_prefix(str_from(s, at))) < s.len) {
        size_t len = decode(str_from(s, at), &ignored);

        if (!len) {
            if (bad)
                *bad = at;
            return false;
        }
        at += len;
    }
    return true;
}

uint32_t utf8_next(str *rest)
{
    uint32_t codepoint = UTF8_REPLACEMENT;
    size_t len = decode(*rest, &codepoint);

    *rest = str_from(*rest, len ? len : 1);
    return codepoint;
}

size_t utf8_encode(char out[UTF8_MAX], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t utf8_count(str s)
{
    size_t count = 0;

    while (s.len) {
        size_t ascii = ascii_prefix(s);

        count += ascii;
        s = str_from(s, ascii);
        if (s.len) {
            utf8_next(&s);
            count++;
        }
    }
    return count;
}

size_t utf8_offset(str s, size_t count)
{
    str rest = s;

    for (; count && rest.len; count--)
        utf8_next(&rest);
    return s.len - rest.len;
}

str utf8_mended(struct arena *a, str s)
{
    if (utf8_valid(s, NULL))
        return s;

    struct buf b = buf_in(a);
    while (s.len)
        buf_add_utf8(&b, utf8_next(&s));
    return buf_str(&b);
}
