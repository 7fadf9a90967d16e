/*
 * url_join.c - where a link leads, from the page it stands on
 *
 *   comes in:  "http://host/a/b?q", and "../c#d"
 *   goes out:  "http://host/c#d", by RFC 3986 §5.2
 */
#include "vial/http/http.h"

struct url {
    str scheme, host, path, query, fragment; /* .p is NULL: not there */
};

/* Everything before `c` when it is there; `*rest` is what stands behind. */
static str cut_at(str *s, char c)
{
    ptrdiff_t at = str_find_char(*s, c);

    if (at < 0)
        return (str){ NULL, 0 };
    str after = str_from(*s, (size_t)at + 1);
    *s = str_slice(*s, 0, (size_t)at);
    return after;
}

static bool is_scheme(str s)
{
    if (!s.len || !is_alpha(s.p[0]))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '+' && s.p[i] != '-' && s.p[i] != '.')
            return false;
    return true;
}

static struct url split(str s)
{
    struct url url = { .fragment = cut_at(&s, '#') };
    ptrdiff_t colon;

    url.query = cut_at(&s, '?');
    colon = str_find_char(s, ':');
    if (colon > 0 && is_scheme(str_slice(s, 0, (size_t)colon))) {
        url.scheme = str_slice(s, 0, (size_t)colon);
        s = str_from(s, (size_t)colon + 1);
    }
    if (str_starts(s, S("//"))) {
        str rest = str_from(s, 2);
        ptrdiff_t slash = str_find_char(rest, '/');
        size_t end = slash < 0 ? rest.len : (size_t)slash;

        url.host = str_slice(rest, 0, end);
        s = str_from(rest, end);
    }
    url.path = s;
    return url;
}

/* Without "." and "..", which never lead above the root. */
static str without_dots(struct arena *a, str path)
{
    struct buf out = buf_in(a);
    bool rooted = str_starts(path, S("/"));
    str rest = rooted ? str_from(path, 1) : path;
    bool more = true;

    if (rooted)
        buf_addc(&out, '/');
    while (more) {
        more = str_has(rest, '/');
        str segment = str_cut(&rest, '/');

        if (str_eq(segment, S(".."))) {
            if (out.len > rooted)
                out.len--; /* the slash before */
            while (out.len > rooted && out.p[out.len - 1] != '/')
                out.len--;
        } else if (!str_eq(segment, S("."))) {
            buf_add(&out, segment);
            if (more)
                buf_addc(&out, '/');
        }
    }
    return buf_str(&out);
}

static str merge(struct arena *a, const struct url *base, str path)
{
    ptrdiff_t slash = str_rfind_char(base->path, '/');

    if (base->host.p && !base->path.len)
        return str_fmt(a, "/%.*s", STR(path));
    return str_fmt(a, "%.*s%.*s", STR(str_slice(base->path, 0, (size_t)(slash + 1))), STR(path));
}

static str unsplit(struct arena *a, const struct url *url)
{
    struct buf out = buf_in(a);

    if (url->scheme.p)
        buf_addf(&out, "%.*s:", STR(url->scheme));
    if (url->host.p)
        buf_addf(&out, "//%.*s", STR(url->host));
    buf_add(&out, url->path);
    if (url->query.p)
        buf_addf(&out, "?%.*s", STR(url->query));
    if (url->fragment.p)
        buf_addf(&out, "#%.*s", STR(url->fragment));
    return buf_str(&out);
}

str url_join(struct arena *a, str base_url, str link)
{
    struct url base = split(base_url), url = split(link);

    if (url.scheme.p) {
        url.path = without_dots(a, url.path);
        return unsplit(a, &url);
    }
    url.scheme = base.scheme;
    if (url.host.p) {
        url.path = without_dots(a, url.path);
        return unsplit(a, &url);
    }
    url.host = base.host;
    if (!url.path.len) {
        url.path = base.path;
        if (!url.query.p)
            url.query = base.query;
    } else if (str_starts(url.path, S("/"))) {
        url.path = without_dots(a, url.path);
    } else {
        url.path = without_dots(a, merge(a, &base, url.path));
    }
    return unsplit(a, &url);
}
