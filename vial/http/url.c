/*
 * url.c - percent-encoding and queries: text as URLs carry it
 *
 *   comes in:  "a%20b", "q=1&q=2+3"
 *   goes out:  the text that was meant; and the other way round
 */
#include "vial/base/utf8.h"
#include "vial/http/http.h"

/* The byte that "%XX" at the front of `s` stands for, or -1. */
static int escaped_byte(str s)
{
    if (s.len < 3 || s.p[0] != '%')
        return -1;

    int high = hex_digit((unsigned char)s.p[1]), low = hex_digit((unsigned char)s.p[2]);

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool url_decode(str *out, str s, struct arena *a)
{
    if (!str_has(s, '%') && !str_has(s, '\0')) {
        *out = s;
        return utf8_valid(s, NULL);
    }

    char *text = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        int byte = (unsigned char)s.p[i];

        if (byte == '%') {
            byte = escaped_byte(str_from(s, i));
            i += 2;
        }
        if (byte <= 0)
            return false;
        text[len++] = (char)byte;
    }
    text[len] = '\0';
    *out = str_n(text, len);
    return utf8_valid(*out, NULL);
}

const char url_path_safe[] = "!$&'()*+,/:;=@";

static bool is_unreserved(int c)
{
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void url_encode_to(struct buf *out, str s, const char *safe)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t plain = 0; /* where those begin that stand as they are */

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (is_unreserved(c) || (c && strchr(safe, c)))
            continue;

        char escape[3] = { '%', digits[c >> 4], digits[c & 15] };
        buf_add(out, str_slice(s, plain, i));
        buf_add(out, str_n(escape, 3));
        plain = i + 1;
    }
    buf_add(out, str_from(s, plain));
}

str url_encode(struct arena *a, str s, const char *safe)
{
    struct buf out = buf_in(a);

    buf_reserve(&out, s.len + 1);
    url_encode_to(&out, s, safe);
    return buf_str(&out);
}

void query_add(struct buf *out, str name, str value)
{
    static const char safe[] = "!$'()*,/:;?@ "; /* the URL standard's, and blanks become '+' */

    for (int part = 0; part < 2; part++) {
        size_t from = out->len;

        url_encode_to(out, part ? value : name, safe);
        for (size_t i = from; i < out->len; i++)
            if (out->p[i] == ' ')
                out->p[i] = '+';
        if (!part)
            buf_addc(out, '=');
    }
}

/* As the URL standard has it: '+' is a blank, a bad escape is left as it is, bad UTF-8 is mended.
 */
static str form_decode(struct arena *a, str s)
{
    if (!str_has(s, '%') && !str_has(s, '+'))
        return utf8_mended(a, s);

    char *text = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        int byte = escaped_byte(str_from(s, i));

        if (byte >= 0)
            i += 2;
        else
            byte = s.p[i] == '+' ? ' ' : (unsigned char)s.p[i];
        text[len++] = (char)byte;
    }
    text[len] = '\0';
    return utf8_mended(a, str_n(text, len));
}

void params_add(struct params *params, str name, str value, struct arena *a)
{
    if (params->count == params->cap) {
        size_t cap = params->cap ? params->cap * 2 : 8;

        params->list = arena_grow(a, params->list, params->cap * sizeof *params->list,
                                  cap * sizeof *params->list);
        params->cap = cap;
    }
    params->list[params->count++] = (struct param){ name, value };
}

bool params_parse(struct params *params, str query, size_t most, struct arena *a)
{
    *params = (struct params){ 0 };
    while (query.len) {
        str value = str_cut(&query, '&');

        if (!value.len)
            continue;
        if (params->count == most)
            return false;
        str name = str_cut(&value, '=');
        params_add(params, form_decode(a, name), form_decode(a, value), a);
    }
    return true;
}

str params_get(const struct params *params, str name)
{
    for (size_t i = 0; i < params->count; i++)
        if (str_eq(params->list[i].name, name))
            return params->list[i].value;
    return (str){ NULL, 0 };
}
