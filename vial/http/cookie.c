/*
 * cookie.c - cookies, as they are set and as they come back
 *
 *   comes in:  a name, a value, how long and for whom; or a request's headers
 *   goes out:  the header, or false: nothing of what was asked for may end it early; the value
 */
#include "vial/http/cookie.h"
#include "vial/base/date.h"

enum { COOKIE_MAX = 4093 }; /* name, value and attributes: what browsers agree on */

/* RFC 6265: cookie-octet, which leaves out quotes, commas, semicolons, backslashes and blanks. */
static bool is_plain(str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if (c <= ' ' || c >= 0x7F || strchr("\",;\\", c))
            return false;
    }
    return true;
}

static void add_quoted(struct buf *out, str value)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c < ' ' || c >= 0x7F || c == ',' || c == ';')
            buf_addf(out, "\\%03o", c);
        else
            buf_addc(out, (char)c);
    }
    buf_addc(out, '"');
}

/* Of a path or a domain. */
static bool is_attribute(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == ';' || s.p[i] == 0x7F)
            return false;
    return true;
}

/* What browsers demand of names that begin so (RFC 6265bis §4.1.3). */
static bool keeps_its_prefix(const struct cookie *cookie)
{
    bool root = !cookie->path.len || str_eq(cookie->path, S("/"));

    if (str_istarts(cookie->name, S("__Host-")))
        return cookie->secure && root && !cookie->domain.len;
    return !str_istarts(cookie->name, S("__Secure-")) || cookie->secure;
}

bool cookie_print(const struct cookie *cookie, int64_t now, str *header, struct arena *a)
{
    struct buf out = buf_in(a);

    if (!header_is_legal(cookie->name, S("")) || !is_attribute(cookie->path) ||
        !is_attribute(cookie->domain) || !keeps_its_prefix(cookie))
        return false;

    buf_addf(&out, "%.*s=", STR(cookie->name));
    if (is_plain(cookie->value))
        buf_add(&out, cookie->value);
    else
        add_quoted(&out, cookie->value);
    if (cookie->domain.len)
        buf_addf(&out, "; Domain=%.*s", STR(cookie->domain));
    if (cookie->has_age) {
        int64_t age = cookie->max_age > 0 ? cookie->max_age : 0;

        buf_addf(&out, "; Expires=%.*s; Max-Age=%lld", STR(date_http(a, age ? now + age : 0)),
                 (long long)age);
    }
    if (cookie->secure)
        buf_lit(&out, "; Secure");
    if (cookie->http_only)
        buf_lit(&out, "; HttpOnly");
    buf_addf(&out, "; Path=%.*s", STR(cookie->path.len ? cookie->path : S("/")));
    if (cookie->samesite.len)
        buf_addf(&out, "; SameSite=%.*s", STR(cookie->samesite));
    if (cookie->partitioned)
        buf_lit(&out, "; Partitioned");
    *header = buf_str(&out);
    return header->len <= COOKIE_MAX && is_attribute(cookie->samesite);
}

static int octal_byte(str s)
{
    int byte = 0;

    if (s.len < 4)
        return -1;
    for (size_t i = 1; i < 4; i++) {
        if (s.p[i] < '0' || s.p[i] > '7')
            return -1;
        byte = byte * 8 + (s.p[i] - '0');
    }
    return byte <= 255 ? byte : -1;
}

str cookie_unquoted(str value, struct arena *a)
{
    if (value.len < 2 || !str_starts(value, S("\"")) || !str_ends(value, S("\"")))
        return value;
    value = str_slice(value, 1, value.len - 1);
    if (!str_has(value, '\\'))
        return value;

    struct buf out = buf_in(a);
    for (size_t i = 0; i < value.len; i++) {
        int byte = octal_byte(str_from(value, i));

        if (value.p[i] == '\\' && byte >= 0) {
            buf_addc(&out, (char)byte);
            i += 3;
        } else if (value.p[i] == '\\' && i + 1 < value.len) {
            buf_addc(&out, value.p[++i]);
        } else {
            buf_addc(&out, value.p[i]);
        }
    }
    return buf_str(&out);
}

str cookie_get(const struct headers *headers, str name, struct arena *a)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (!str_ieq(headers->list[i].name, S("Cookie")))
            continue;
        for (str rest = headers->list[i].value; rest.len;) {
            str value = str_cut(&rest, ';');

            if (str_eq(str_trim(str_cut(&value, '=')), name))
                return cookie_unquoted(str_trim(value), a);
        }
    }
    return (str){ NULL, 0 };
}
