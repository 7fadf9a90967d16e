/*
 * h2_head.c - from the fields of an HTTP/2 request to what an answerer is asked
 *
 *   comes in:  fields, one by one, as they were decompressed
 *   goes out:  the parcel's request, as HTTP/1.1 would have made it; or why it is none
 *
 * libnghttp2 has seen to what RFC 9113 §8.2 and §8.3 say of each field for itself: names in lower
 * case, no control characters, the four pseudo fields once and first, nothing of HTTP/1.1's
 * connections. Here is the rest, as strictly as in http1.c: who is asked, for what, and how long
 * the body is. What cannot be a request is malformed; what could be one but is too much, or is not
 * done here, gets its status.
 *
 * Cookies may come in crumbs and are put together (§8.2.3); a Host field is made of :authority, so
 * that handlers find the same fields by both versions.
 */
#include "server/h2_inside.h"

enum {
    METHOD_MAX = 32,
    FIELDS_FIRST = 16,
    TOO_MUCH = 4 /* times the limit: not even listened to */
};

static enum h2_judged refuse(struct h2_stream *s, int status, const char *why)
{
    if (!s->status) {
        s->status = status;
        s->why = why;
    }
    return H2_REFUSED;
}

static enum h2_judged malformed(struct h2_stream *s, const char *why)
{
    s->why = why;
    return H2_MALFORMED;
}

/* --- as they come ----------------------------------------------------------------------------- */

static str copy(struct h2_stream *s, str text)
{
    return str_copy(&s->parcel->arena, text);
}

static void keep_pseudo(struct h2_stream *s, str name, str value)
{
    str *where = str_eq(name, S(":method"))      ? &s->method
                 : str_eq(name, S(":scheme"))    ? &s->scheme
                 : str_eq(name, S(":authority")) ? &s->authority
                                                 : &s->path;

    if (where == &s->path && value.len > h2_hub(s->h2)->limits.target)
        refuse(s, 414, "the request target is too long");
    else
        *where = copy(s, value);
}

static void add(struct h2_stream *s, str name, str value)
{
    size_t cap = s->cap ? 2 * s->cap : FIELDS_FIRST;

    if (s->count == s->cap) {
        s->fields = arena_grow(&s->parcel->arena, s->fields, s->cap * sizeof *s->fields,
                               cap * sizeof *s->fields);
        s->cap = cap;
    }
    s->fields[s->count++] = (struct header){ name, value };
}

/*
 * Crumbs come at any place among the fields: the first one's place is theirs. They are gathered in
 * one growing piece of memory, since a compressed crumb costs its sender a byte and there may be
 * a thousand of them.
 */
static void add_crumb(struct h2_stream *s, str value)
{
    if (!s->cookies.arena) {
        s->cookies.arena = &s->parcel->arena;
        add(s, S("cookie"), S(""));
    } else {
        buf_lit(&s->cookies, "; ");
    }
    buf_add(&s->cookies, value);
}

static void put_cookies(struct h2_stream *s)
{
    for (size_t i = 0; s->cookies.arena && i < s->count; i++)
        if (str_eq(s->fields[i].name, S("cookie")))
            s->fields[i].value = buf_str(&s->cookies);
}

static void keep_field(struct h2_stream *s, str name, str value)
{
    if (str_eq(name, S("cookie"))) {
        add_crumb(s, value);
        return;
    }
    value = copy(s, value);
    if (str_eq(name, S("host"))) { /* it goes to the front, made of :authority: below */
        s->host = value;
        s->hosts++;
        return;
    }
    if (str_eq(name, S("content-length")))
        s->length = value;
    else if (str_eq(name, S("expect")))
        s->expect = value;
    add(s, copy(s, name), value);
}

void h2_head_field(struct h2_stream *s, str name, str value)
{
    const struct limits *limits = &h2_hub(s->h2)->limits;

    s->size += name.len + value.len + 4; /* as in a line of HTTP/1.1 */
    if (s->size > TOO_MUCH * limits->head)
        h2_terminate(s->h2, NGHTTP2_ENHANCE_YOUR_CALM, "the head is far too long");
    else if (s->size > limits->head)
        refuse(s, 431, "the head is too long");
    else if (name.len && name.p[0] == ':')
        keep_pseudo(s, name, value);
    else if (s->count >= limits->fields)
        refuse(s, 431, "there are too many fields");
    else
        keep_field(s, name, value);
}

/* --- together --------------------------------------------------------------------------------- */

static bool hosts_agree(const struct h2_stream *s)
{
    return s->hosts == 0 || !s->authority.len || str_ieq(s->host, s->authority);
}

static bool read_length(struct h2_stream *s, int64_t *length)
{
    int64_t n = 0;

    for (size_t i = 0; i < s->length.len; i++) {
        if (!is_digit(s->length.p[i]))
            return false;
        if (n < INT64_MAX / 10 - 9) /* beyond that it only has to stay too large */
            n = n * 10 + (s->length.p[i] - '0');
    }
    *length = n;
    return true;
}

static void split_target(struct incoming *request, str target)
{
    ptrdiff_t mark = str_find_char(target, '?');

    request->target = target;
    request->path = mark < 0 ? target : str_slice(target, 0, (size_t)mark);
    request->query = mark < 0 ? S("") : str_from(target, (size_t)mark + 1);
}

static enum h2_judged judge_target(struct h2_stream *s)
{
    if (str_eq(s->method, S("CONNECT")))
        return refuse(s, 501, "this is no proxy");
    if (s->method.len > METHOD_MAX)
        return refuse(s, 501, "the method is longer than any there is");
    if (!http1_is_token(s->method))
        return malformed(s, "the method has a character that methods do not have");
    if (!str_eq(s->scheme, S("http")) && !str_eq(s->scheme, S("https")))
        return malformed(s, "the scheme is neither http nor https");
    if (str_eq(s->path, S("*")))
        return str_eq(s->method, S("OPTIONS")) ? H2_FINE
                                               : malformed(s, "only OPTIONS may ask for '*'");
    if (!str_starts(s->path, S("/")))
        return malformed(s, "the path does not begin with '/'");
    if (!http1_is_target(s->path))
        return malformed(s, "the path has a character that must be encoded");
    return H2_FINE;
}

static enum h2_judged judge_body(struct h2_stream *s)
{
    struct incoming *request = &s->parcel->exchange.request;

    if (!read_length(s, &request->length))
        return malformed(s, "Content-Length is no number");
    if ((uint64_t)request->length > h2_hub(s->h2)->limits.body)
        return refuse(s, 413, "the body is too large");
    if (request->length == 0 && !s->heard)
        request->length = -1;
    if (s->expect.len && !str_ieq(s->expect, S("100-continue")))
        return refuse(s, 417, "an expectation that is not known here");
    return H2_FINE;
}

static void put_host_first(struct h2_stream *s)
{
    add(s, S(""), S(""));
    memmove(s->fields + 1, s->fields, (s->count - 1) * sizeof *s->fields);
    s->fields[0] = (struct header){ S("host"), s->authority };
}

enum h2_judged h2_head_done(struct h2_stream *s)
{
    struct incoming *request = &s->parcel->exchange.request;
    const struct conn *c = s->h2->conn;
    enum h2_judged judged;

    request->method = s->method;
    if (s->status)
        return H2_REFUSED;
    if (s->hosts > 1 || !hosts_agree(s))
        return malformed(s, "it names two hosts");
    if (!s->authority.len)
        s->authority = s->host;
    if (!http1_is_authority(s->authority))
        return malformed(s, "it names no host that there could be");
    judged = judge_target(s);
    if (judged == H2_FINE)
        judged = judge_body(s);
    if (judged != H2_FINE)
        return judged;
    put_cookies(s);
    put_host_first(s);
    split_target(request, s->path);
    request->authority = s->authority;
    request->scheme = c->secure ? S("https") : s->scheme;
    request->peer = str_copy(&s->parcel->arena, str_n(c->peer, c->peer_len));
    request->major = 2;
    request->fields = s->fields;
    request->count = s->count;
    return H2_FINE;
}
