/*
 * escape.c - text made safe to stand in HTML
 *
 *   comes in:  text, or a URL as it was written
 *   goes out:  the same in a buffer, to the byte as cmark writes it
 */
#include "vial/markdown/escape.h"

/* What stands for a byte in text; most, those with NULL, stand for themselves, and NUL for nothing.
 */
static const str text_entities[256] = {
    ['\0'] = S(""), ['&'] = S("&amp;"), ['<'] = S("&lt;"), ['>'] = S("&gt;"), ['"'] = S("&quot;"),
};

/* The same as a table that is small, for most bytes need no more. */
static const bool is_special[256] = {
    ['\0'] = true, ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true,
};

void escape_html(struct buf *out, str text)
{
    const char *at = text.p, *end = text.p + text.len;

    for (;;) {
        const char *from = at;

        while (at < end && !is_special[(unsigned char)*at])
            at++;
        buf_add(out, str_n(from, (size_t)(at - from)));
        if (at == end)
            return;
        buf_add(out, text_entities[(unsigned char)*at++]);
    }
}

static bool is_plain_in_url(unsigned char c)
{
    return is_alnum(c) || (c && strchr("-_.+!*(),%#@?=;:/$~", c));
}

void escape_url(struct buf *out, str url)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.p[i];

        if (is_plain_in_url(c))
            buf_addc(out, (char)c);
        else if (c == '&')
            buf_lit(out, "&amp;");
        else if (c == '\'')
            buf_lit(out, "&#x27;");
        else {
            buf_addc(out, '%');
            buf_addc(out, hex[c >> 4]);
            buf_addc(out, hex[c & 15]);
        }
    }
}

bool is_dangerous_url(str url)
{
    static const str schemes[] = { S("javascript:"), S("vbscript:"), S("file:"), S("data:") };
    static const str images[] = { S("data:image/png"), S("data:image/gif"), S("data:image/jpeg"),
                                  S("data:image/webp") };

    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        if (str_istarts(url, images[i]))
            return false;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (str_istarts(url, schemes[i]))
            return true;
    }
    return false;
}
