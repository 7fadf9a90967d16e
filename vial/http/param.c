/*
 * param.c - the parameters of a header: `form-data; name="a b"; filename*=UTF-8''a%20b`
 *
 *   comes in:  a header's value
 *   goes out:  what stands before the first ";", and each parameter without its quotes
 *
 * RFC 9110 §5.6.6 for the common way, RFC 8187 for `name*`, which wins over `name`. Browsers escape
 * a quote in a file's name as %22 and nothing else, and so a backslash only counts before a quote
 * or a backslash: C:\new.txt stays what it is.
 */
#include "vial/base/utf8.h"
#include "vial/http/form.h"

str header_value(str header)
{
    return str_trim(str_cut(&header, ';'));
}

/* The length of the quoted string that `s` begins with, quotes and all; all of it when it has no
 * end. */
static size_t quoted_length(str s)
{
    for (size_t i = 1; i < s.len; i++) {
        if (s.p[i] == '\\' && i + 1 < s.len)
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return s.len;
}

static str unquoted(str s, struct arena *a)
{
    if (!str_starts(s, S("\"")))
        return s;
    s = str_slice(s, 1, s.len > 1 && str_ends(s, S("\"")) ? s.len - 1 : s.len);
    if (!str_has(s, '\\'))
        return s;

    struct buf text = buf_in(a);
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\\' && i + 1 < s.len && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
            i++;
        buf_addc(&text, s.p[i]);
    }
    return buf_str(&text);
}

/* The next `name=value` of `*rest`; false at the end. */
static bool next_param(str *rest, str *name, str *value)
{
    while (rest->len && (is_space(rest->p[0]) || rest->p[0] == ';'))
        *rest = str_from(*rest, 1);
    if (!rest->len)
        return false;

    size_t end = 0;
    while (end < rest->len && rest->p[end] != '=' && rest->p[end] != ';')
        end++;
    *name = str_trim(str_slice(*rest, 0, end));
    *rest = str_from(*rest, end);
    *value = S("");
    if (!str_starts(*rest, S("=")))
        return true;

    *rest = str_ltrim(str_from(*rest, 1));
    if (str_starts(*rest, S("\""))) {
        size_t length = quoted_length(*rest);

        *value = str_slice(*rest, 0, length);
        *rest = str_from(*rest, length);
        str_cut(rest, ';');
    } else {
        *value = str_trim(str_cut(rest, ';'));
    }
    return true;
}

/* "UTF-8''a%20b" to "a b". False for other character sets and what does not decode. */
static bool extended(str *out, str value, struct arena *a)
{
    str charset = str_cut(&value, '\'');

    str_cut(&value, '\'');
    return str_ieq(charset, S("utf-8")) && url_decode(out, value, a);
}

str header_param(str header, str wanted, struct arena *a)
{
    str found = { NULL, 0 }, name, value, text;

    str_cut(&header, ';');
    while (next_param(&header, &name, &value)) {
        if (str_ieq(name, wanted) && !found.p)
            found = unquoted(value, a);
        if (name.len == wanted.len + 1 && str_ends(name, S("*")) && str_istarts(name, wanted) &&
            extended(&text, value, a))
            return text;
    }
    return found;
}

/* ---- names of files ---- */

static bool is_hostile(uint32_t c)
{
    bool steers = (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
                  (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;

    return c < ' ' || (c >= 0x7F && c < 0xA0) || steers || c == UTF8_REPLACEMENT ||
           (c < 0x80 && strchr("/\\:*?\"<>|", (int)c));
}

str filename_safe(str filename, struct arena *a)
{
    enum { LONGEST = 200 }; /* file systems take 255 bytes: room for a suffix */
    struct buf name = buf_in(a);
    ptrdiff_t slash = str_rfind_char(filename, '/'), back = str_rfind_char(filename, '\\');
    str rest = str_from(filename, (size_t)((slash > back ? slash : back) + 1));

    while (rest.len) {
        uint32_t c = utf8_next(&rest);
        char bytes[UTF8_MAX];
        size_t count = utf8_encode(bytes, c == ' ' ? '_' : c);

        if (is_hostile(c) || (!name.len && (c == '.' || c == ' ' || c == '-')))
            continue;
        if (name.len + count > LONGEST)
            break;
        buf_add(&name, str_n(bytes, count));
    }
    while (name.len && (name.p[name.len - 1] == '.' || name.p[name.len - 1] == '_'))
        name.len--;
    return name.len ? str_copy(a, buf_str(&name)) : S("file");
}
