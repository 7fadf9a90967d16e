/*
 * pattern.c - does a URL have this form, and what stands where its names are?
 *
 *   comes in:  "/news/:year/:slug", a request
 *   goes out:  yes, with year and slug; or no
 *
 * A pattern is a row of parts: text, a name (up to the next slash), the star (anything). There is
 * at most one star, so a match needs no more than one place to go back to.
 */
#include "server/pattern.h"

enum { PARTS_MOST = 64 };

size_t pattern_name(str s)
{
    size_t len = 1;

    if (s.len < 2 || s.p[0] != ':' || !(is_alpha(s.p[1]) || s.p[1] == '_'))
        return 0;
    while (len < s.len && (is_alnum(s.p[len]) || s.p[len] == '_'))
        len++;
    return len;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reading {
    struct pattern *pattern;
    struct place place; /* of the whole pattern */
    struct arena *arena;
    struct error *err;
    const char *from; /* its first byte */
    size_t names;
    bool star;
};

static struct place place_of(const struct reading *r, str s)
{
    struct place place = r->place;

    place.offset += (size_t)(s.p - r->from);
    place.len = s.len;
    return place;
}

static bool add_part(struct reading *r, enum pattern_kind kind, str text)
{
    struct pattern *p = r->pattern;

    if (!text.len && kind == PATTERN_TEXT)
        return true;
    if (p->count == PARTS_MOST)
        return error_at(r->err, r->place, "a pattern has at most %d parts", PARTS_MOST);
    if (!p->parts)
        p->parts = arena_array(r->arena, struct pattern_part, PARTS_MOST);
    p->parts[p->count++] = (struct pattern_part){ kind, text };
    return true;
}

static bool add_text(struct reading *r, str text)
{
    str plain;

    if (!url_decode(&plain, text, r->arena))
        return error_at(r->err, place_of(r, text), "this is no encoded path");
    return add_part(r, PATTERN_TEXT, plain);
}

static bool add_star(struct reading *r, str star)
{
    if (r->star) {
        error_at(r->err, place_of(r, star), "a pattern has one star at most");
        return error_hint(r->err, "write ':name' for a single segment");
    }
    r->star = true;
    return add_part(r, PATTERN_SPLAT, S("splat"));
}

static bool add_name(struct reading *r, str name)
{
    if (++r->names == PATTERN_NAMES)
        return error_at(r->err, place_of(r, name), "a pattern has at most %d names",
                        PATTERN_NAMES - 1);
    return add_part(r, PATTERN_NAME, str_from(name, 1));
}

static bool read_path(struct reading *r, str path)
{
    size_t text = 0, at = 0;

    while (at < path.len) {
        bool first = at > 0 && path.p[at - 1] == '/';
        size_t len = path.p[at] == '*' ? 1 : first ? pattern_name(str_from(path, at)) : 0;

        if (len == 0) {
            at++;
            continue;
        }
        str special = str_slice(path, at, at + len);
        if (!add_text(r, str_slice(path, text, at)) ||
            !(special.p[0] == '*' ? add_star(r, special) : add_name(r, special)))
            return false;
        at += len;
        text = at;
        if (special.p[0] == ':' && at < path.len && path.p[at] != '/')
            return error_at(r->err, place_of(r, str_slice(path, at, at + 1)),
                            "a name stands for a whole segment: after it comes a slash");
    }
    return add_text(r, str_from(path, text));
}

static bool read_host(struct reading *r, str *rest)
{
    struct pattern *p = r->pattern;
    ptrdiff_t mark = str_find(*rest, S("://"));

    p->scheme = str_slice(*rest, 0, (size_t)mark);
    *rest = str_from(*rest, (size_t)mark + 3);
    ptrdiff_t slash = str_find_char(*rest, '/');
    p->host = slash < 0 ? *rest : str_slice(*rest, 0, (size_t)slash);
    *rest = slash < 0 ? S("/") : str_from(*rest, (size_t)slash);
    if (!str_eq(p->scheme, S("http")) && !str_eq(p->scheme, S("https")))
        return error_at(r->err, place_of(r, p->scheme), "the scheme is http or https");
    if (!p->host.len || str_has(p->host, '*') || str_has(p->host, '@'))
        return error_at(r->err, r->place, "a host is told by its name, without a star");
    return true;
}

bool pattern_read(struct pattern *p, struct place place, struct arena *a, struct error *err)
{
    str text = str_slice(place.source, place.offset, place.offset + place.len);
    struct reading r = { p, place, a, err, text.p, 0, false };

    *p = (struct pattern){ 0 };
    if (!str_starts(text, S("/"))) {
        if (str_find(text, S("://")) < 0) {
            error_at(err, place, "a path begins with a slash");
            return error_hint(err, "write '/%.*s'", STR(text));
        }
        if (!read_host(&r, &text))
            return false;
    }
    ptrdiff_t mark = str_find_char(text, '?');
    if (mark >= 0)
        return error_at(err, place_of(&r, str_from(text, (size_t)mark)),
                        "a pattern is of a path, and a query is no part of it");
    if (!read_path(&r, text))
        return false;
    p->exact = p->count == 1 && p->parts[0].kind == PATTERN_TEXT;
    if (p->exact)
        p->path = p->parts[0].text;
    return true;
}

/* --- matching --------------------------------------------------------------------------------- */

bool captures_add(struct captures *captures, str name, str value)
{
    if (captures->count == PATTERN_NAMES)
        return false;
    captures->list[captures->count++] = (struct capture){ name, value };
    return true;
}

static bool parts_match(const struct pattern_part *parts, size_t count, str path,
                        struct captures *captures)
{
    for (; count; parts++, count--) {
        switch (parts->kind) {
        case PATTERN_TEXT:
            if (!str_starts(path, parts->text))
                return false;
            path = str_from(path, parts->text.len);
            break;
        case PATTERN_NAME: {
            ptrdiff_t slash = str_find_char(path, '/');
            str value = slash < 0 ? path : str_slice(path, 0, (size_t)slash);

            if (!value.len || !captures_add(captures, parts->text, value))
                return false;
            path = str_from(path, value.len);
            break;
        }
        case PATTERN_SPLAT: {
            size_t before = captures->count;

            for (size_t len = path.len + 1; len-- > 0;) {
                captures->count = before;
                if (captures_add(captures, parts->text, str_slice(path, 0, len)) &&
                    parts_match(parts + 1, count - 1, str_from(path, len), captures))
                    return true;
            }
            return false;
        }
        }
    }
    return path.len == 0;
}

static bool host_matches(const struct pattern *p, const struct request *req)
{
    str host = req->host;

    if (!p->host.len)
        return true;
    ptrdiff_t colon = str_rfind_char(host, ':');
    if (colon >= 0 && !str_has(p->host, ':'))
        host = str_slice(host, 0, (size_t)colon);
    return str_ieq(host, p->host) && str_eq(req->scheme, p->scheme);
}

static bool path_matches(const struct pattern *p, str path, struct captures *captures)
{
    captures->count = 0;
    return p->exact ? str_eq(p->path, path) : parts_match(p->parts, p->count, path, captures);
}

bool pattern_matches(const struct pattern *p, const struct request *req, bool any_slash,
                     struct captures *captures)
{
    str path = req->path;
    char room[1024];

    if (!host_matches(p, req))
        return false;
    if (path_matches(p, path, captures))
        return true;
    if (!any_slash || path.len < 2)
        return false;
    if (str_ends(path, S("/")))
        return path_matches(p, str_slice(path, 0, path.len - 1), captures);
    if (path.len >= sizeof room)
        return false;
    memcpy(room, path.p, path.len);
    room[path.len] = '/';
    if (!path_matches(p, str_n(room, path.len + 1), captures))
        return false;
    for (size_t i = 0; i < captures->count; i++) { /* what was caught lies in the path as well */
        str *value = &captures->list[i].value;
        size_t from = (size_t)(value->p - room);

        *value = str_slice(path, from, from + value->len);
    }
    return true;
}

/* --- filling ---------------------------------------------------------------------------------- */

static const struct capture *captured(const struct captures *captures, str name)
{
    for (size_t i = 0; i < captures->count; i++)
        if (str_eq(captures->list[i].name, name))
            return &captures->list[i];
    return NULL;
}

str captures_fill(const struct captures *captures, str text, struct arena *a)
{
    struct buf out = buf_in(a);
    bool query = false;

    if (!captures->count)
        return text;
    while (text.len) {
        size_t len = pattern_name(text);
        const struct capture *c = len ? captured(captures, str_slice(text, 1, len)) : NULL;

        if (c) {
            bool many = str_eq(c->name, S("splat"));

            url_encode_to(&out, c->value, query ? "" : many ? "/:@!$'()*+,;=" : ":@!$'()*+,;=");
            text = str_from(text, len);
            continue;
        }
        query |= text.p[0] == '?';
        buf_addc(&out, text.p[0]);
        text = str_from(text, 1);
    }
    return buf_str(&out);
}
