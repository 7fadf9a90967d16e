/*
 * http1.c - from bytes to a request's head
 *
 *   comes in:  what has arrived on a connection since the last request
 *   goes out:  slices of it: method, target, fields, and how the body is framed; or more is needed;
 *              or the status with which it is refused
 *
 * Two passes. The first goes over the bytes once, in their order, and stops at the first one that
 * may not stand where it stands; so a head is judged alike however it was cut into pieces, and a
 * bad one is refused as soon as it can be known. The second, over the whole head, asks what the
 * fields mean together: who is asked (Host), and where the request ends (Content-Length,
 * Transfer-Encoding). There is one reading of each or none: two of them, even the same twice, are
 * refused, because every known way to smuggle a request past a proxy begins with a second reading.
 */
#include "server/http1.h"

#include "vial/base/eight.h"

enum { METHOD_MAX = 32 };

enum { TOKEN = 1, VALUE = 2, TARGET = 4, HOST = 8 };

/* What may stand in a token, in a field's value, in a target, in a host's name. */
static const uint8_t classes[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = TOKEN | VALUE | TARGET,
    ['"'] = VALUE | TARGET,
    ['#'] = TOKEN | VALUE,
    ['$' ... '\''] = TOKEN | VALUE | TARGET,
    ['('] = VALUE | TARGET,
    [')'] = VALUE | TARGET,
    ['*'] = TOKEN | VALUE | TARGET,
    ['+'] = TOKEN | VALUE | TARGET,
    [','] = VALUE | TARGET,
    ['-'] = TOKEN | VALUE | TARGET | HOST,
    ['.'] = TOKEN | VALUE | TARGET | HOST,
    ['/'] = VALUE | TARGET,
    ['0' ... '9'] = TOKEN | VALUE | TARGET | HOST,
    [':' ... '@'] = VALUE | TARGET,
    ['A' ... 'Z'] = TOKEN | VALUE | TARGET | HOST,
    ['[' ... ']'] = VALUE | TARGET,
    ['^'] = TOKEN | VALUE | TARGET,
    ['_'] = TOKEN | VALUE | TARGET | HOST,
    ['`'] = TOKEN | VALUE | TARGET,
    ['a' ... 'z'] = TOKEN | VALUE | TARGET | HOST,
    ['{'] = VALUE | TARGET,
    ['|'] = TOKEN | VALUE | TARGET,
    ['}'] = VALUE | TARGET,
    ['~'] = TOKEN | VALUE | TARGET | HOST,
    [0x80 ... 0xff] = VALUE,
};

static bool is(char c, int class)
{
    return classes[(uint8_t)c] & class;
}

/* The bytes, and where we are. Each take_*() is false when it must stop: for more, or at `why`. */
struct input {
    const char *p, *end;
    int status;
    const char *why;
};

static bool refuse(struct input *in, int status, const char *why)
{
    in->status = status;
    in->why = why;
    return false;
}

static str run_of(struct input *in, int class)
{
    const char *from = in->p;

    while (in->p < in->end && is(*in->p, class))
        in->p++;
    return str_n(from, (size_t)(in->p - from));
}

/* Values are most of what comes. */
static str value_at(struct input *in)
{
    const char *from = in->p;

    while (in->end - in->p >= 8 && !controls_in(eight_at(in->p)))
        in->p += 8;
    run_of(in, VALUE);
    return str_n(from, (size_t)(in->p - from));
}

static bool take_char(struct input *in, char c, const char *why)
{
    if (in->p == in->end)
        return false;
    if (*in->p != c)
        return refuse(in, 400, why);
    in->p++;
    return true;
}

static bool take_line_end(struct input *in, const char *why)
{
    return take_char(in, '\r', why) && take_char(in, '\n', "a CR stands alone");
}

static bool take_method(struct input *in, str *method)
{
    *method = run_of(in, TOKEN);
    if (method->len > METHOD_MAX)
        return refuse(in, 501, "the method is longer than any there is");
    if (in->p < in->end && method->len == 0)
        return refuse(in, 400, "the request does not begin with a method");
    return take_char(in, ' ', "the method is not followed by one space");
}

static bool take_target(struct input *in, size_t most, str *target)
{
    *target = run_of(in, TARGET);
    if (target->len > most)
        return refuse(in, 414, "the request target is too long");
    if (in->p < in->end && target->len == 0)
        return refuse(in, 400, "the request has no target");
    return take_char(in, ' ', "the target has a character that must be encoded");
}

static bool take_version(struct input *in, int *minor)
{
    for (const char *c = "HTTP/"; *c; c++)
        if (!take_char(in, *c, "the request line does not end with HTTP/1.1"))
            return false;
    if (in->p == in->end)
        return false;
    char major = *in->p++;
    if (!is_digit(major))
        return refuse(in, 400, "the version is no number");
    if (!take_char(in, '.', "the version has no dot"))
        return false;
    if (in->p == in->end)
        return false;
    if (!is_digit(*in->p))
        return refuse(in, 400, "the version is no number");
    *minor = *in->p++ == '0' ? 0 : 1; /* 1.2 and above are to be read as 1.1 */
    if (!take_line_end(in, "the version is not followed by CR LF"))
        return false;
    if (major != '1')
        return refuse(in, 505, "only HTTP/1 is spoken here");
    return true;
}

static str without_space(str s)
{
    while (s.len && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_from(s, 1);
    while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static bool take_field(struct input *in, struct header *field)
{
    field->name = run_of(in, TOKEN);
    if (in->p < in->end && field->name.len == 0)
        return refuse(in, 400,
                      *in->p == ' ' || *in->p == '\t' ? "a field is folded over two lines"
                                                      : "a field has no name");
    if (!take_char(in, ':', "a field's name has a character that names do not have"))
        return false;
    field->value = without_space(value_at(in));
    return take_line_end(in, "a field's value has a control character");
}

static bool take_fields(struct input *in, struct http1_head *head, size_t most)
{
    struct incoming *request = &head->request;

    for (;;) {
        if (in->p == in->end)
            return false;
        if (*in->p == '\r')
            return take_line_end(in, "");
        if (request->count == most)
            return refuse(in, 431, "there are too many fields");
        if (!take_field(in, &head->fields[request->count]))
            return false;
        request->count++;
    }
}

/* --- what the fields mean together ----------------------------------------------------------- */

bool http1_is_target(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.p[i], TARGET))
            return false;
    return s.len > 0;
}

static bool is_port(str s)
{
    int port = 0;

    if (s.len > 5)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.p[i]))
            return false;
        port = port * 10 + (s.p[i] - '0');
    }
    return port <= 65535;
}

/* "[::1]" of "[::1]:80"; 0 when it is none. */
static size_t bracketed(str s)
{
    size_t i = 1, colons = 0;

    while (i < s.len && (hex_digit(s.p[i]) >= 0 || s.p[i] == ':' || s.p[i] == '.'))
        colons += s.p[i++] == ':';
    return i < s.len && s.p[i] == ']' && colons >= 2 ? i + 1 : 0;
}

bool http1_is_authority(str s)
{
    size_t host = 0;

    if (s.len && s.p[0] == '[')
        host = bracketed(s);
    else
        while (host < s.len && is(s.p[host], HOST))
            host++;
    if (host == 0)
        return false;
    return host == s.len || (s.p[host] == ':' && is_port(str_from(s, host + 1)));
}

/* "GET http://example.org/a?b HTTP/1.1": the authority is taken from here (RFC 9112 §3.2.2). */
static bool read_absolute(struct input *in, struct incoming *request, str *rest)
{
    str target = request->target;
    size_t scheme = str_istarts(target, S("http://"))    ? 4
                    : str_istarts(target, S("https://")) ? 5
                                                         : 0;

    if (!scheme)
        return refuse(in, 400, "the target is neither a path nor an http URL");
    str after = str_from(target, scheme + 3);
    size_t host = 0;
    while (host < after.len && after.p[host] != '/' && after.p[host] != '?')
        host++;
    request->scheme = scheme == 4 ? S("http") : S("https");
    request->authority = str_slice(after, 0, host);
    *rest = str_from(after, host);
    if (!http1_is_authority(request->authority))
        return refuse(in, 400, "the target names no host that there could be");
    return true;
}

static bool read_target(struct input *in, struct incoming *request)
{
    str rest = request->target;

    request->scheme = S("http");
    if (str_eq(request->method, S("CONNECT")))
        return refuse(in, 501, "this is no proxy");
    if (str_eq(rest, S("*"))) {
        if (!str_eq(request->method, S("OPTIONS")))
            return refuse(in, 400, "only OPTIONS may ask for '*'");
        request->path = rest;
        return true;
    }
    if (rest.p[0] != '/' && !read_absolute(in, request, &rest))
        return false;

    ptrdiff_t mark = str_find_char(rest, '?');
    request->path = mark < 0 ? rest : str_slice(rest, 0, (size_t)mark);
    request->query = mark < 0 ? S("") : str_from(rest, (size_t)mark + 1);
    if (request->path.len == 0)
        request->path = S("/");
    return true;
}

/* The fields that say where the request goes and where it ends. */
struct meaning {
    str host, length, coding, expect;
    unsigned hosts, lengths, codings, expects;
    bool close, keep_alive;
};

static void note_connection(struct meaning *m, str value)
{
    while (value.len) {
        str word = without_space(str_cut(&value, ','));

        m->close |= str_ieq(word, S("close"));
        m->keep_alive |= str_ieq(word, S("keep-alive"));
    }
}

static void note_field(struct meaning *m, const struct header *field)
{
    switch (field->name.len) { /* most names are none of these, and their length says so */
    case 4:
        if (str_ieq(field->name, S("Host"))) {
            m->host = field->value;
            m->hosts++;
        }
        break;
    case 6:
        if (str_ieq(field->name, S("Expect"))) {
            m->expect = field->value;
            m->expects++;
        }
        break;
    case 10:
        if (str_ieq(field->name, S("Connection")))
            note_connection(m, field->value);
        break;
    case 14:
        if (str_ieq(field->name, S("Content-Length"))) {
            m->length = field->value;
            m->lengths++;
        }
        break;
    case 17:
        if (str_ieq(field->name, S("Transfer-Encoding"))) {
            m->coding = field->value;
            m->codings++;
        }
        break;
    default:
        break;
    }
}

/*
 * Whom an absolute target names is asked, and what Host says is replaced by it (RFC 9112 §3.2.2),
 * so that whoever looks at the fields sees no other host than whoever looks at the request.
 */
static void replace_host(struct http1_head *head)
{
    const struct incoming *request = &head->request;

    for (size_t i = 0; i < request->count; i++)
        if (str_ieq(head->fields[i].name, S("Host")))
            head->fields[i].value = request->authority;
}

static bool read_host(struct input *in, struct incoming *request, const struct meaning *m)
{
    if (m->hosts > 1)
        return refuse(in, 400, "there are two Host fields");
    if (m->hosts == 0 && request->minor > 0)
        return refuse(in, 400, "there is no Host field");
    if (m->hosts && !http1_is_authority(m->host))
        return refuse(in, 400, "the Host field names no host that there could be");
    if (!request->authority.len)
        request->authority = m->host;
    return true;
}

static bool read_length(struct input *in, struct incoming *request, str digits, uint64_t most)
{
    int64_t length = 0;

    if (digits.len == 0)
        return refuse(in, 400, "Content-Length is empty");
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_digit(digits.p[i]))
            return refuse(in, 400, "Content-Length is no number");
        if (length < INT64_MAX / 10 - 9) /* beyond that it only has to stay too large */
            length = length * 10 + (digits.p[i] - '0');
    }
    request->length = length;
    if ((uint64_t)length > most)
        return refuse(in, 413, "the body is too large");
    return true;
}

bool http1_is_token(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.p[i], TOKEN))
            return false;
    return s.len > 0;
}

/* "chunked", once and last, is all that is understood (RFC 9112 §6.1 and §7). */
static bool read_coding(struct input *in, struct incoming *request, const struct meaning *m)
{
    str rest = m->coding;
    bool known = true, chunked = false;

    if (request->minor == 0)
        return refuse(in, 400, "HTTP/1.0 knows no Transfer-Encoding");
    if (m->lengths)
        return refuse(in, 400, "there are both Content-Length and Transfer-Encoding");
    if (m->codings > 1)
        return refuse(in, 400, "there are two Transfer-Encoding fields");
    do {
        str word = without_space(str_cut(&rest, ','));

        if (chunked || !http1_is_token(word))
            return refuse(in, 400, "Transfer-Encoding does not end with one chunked");
        chunked = str_ieq(word, S("chunked"));
        known &= chunked;
    } while (rest.len);
    if (!chunked || str_ends(m->coding, S(",")))
        return refuse(in, 400, "Transfer-Encoding does not end with one chunked");
    if (!known)
        return refuse(in, 501, "a transfer coding that is not known here");
    request->length = -1;
    return true;
}

static bool read_meaning(struct input *in, struct http1_head *head, const struct limits *limits)
{
    struct incoming *request = &head->request;
    struct meaning m = { 0 };

    for (size_t i = 0; i < request->count; i++)
        note_field(&m, &head->fields[i]);

    if (!read_target(in, request))
        return false;
    bool absolute = request->authority.len > 0;
    if (!read_host(in, request, &m))
        return false;
    if (absolute)
        replace_host(head);
    if (m.lengths > 1)
        return refuse(in, 400, "there are two Content-Length fields");
    if (m.codings && !read_coding(in, request, &m))
        return false;
    if (m.lengths && !read_length(in, request, m.length, limits->body))
        return false;
    if (m.expects && !str_ieq(m.expect, S("100-continue")))
        return refuse(in, 417, "an expectation that is not known here");
    head->wants_continue = m.expects && request->minor > 0 && request->length != 0;
    head->keep_alive = !m.close && (request->minor > 0 || m.keep_alive);
    return true;
}

enum http1_found http1_read_head(struct http1_head *head, str bytes, const struct limits *limits)
{
    struct header *fields = head->fields;
    struct input in = { .p = bytes.p, .end = bytes.p + bytes.len };
    bool full = bytes.len >= limits->head;

    if (full)
        in.end = bytes.p + limits->head;
    *head = (struct http1_head){ .fields = fields, .request = { .fields = fields, .major = 1 } };

    struct incoming *request = &head->request;
    bool line = (in.p == in.end || *in.p != '\r' || take_line_end(&in, "")) && /* one is forgiven */
                take_method(&in, &request->method) &&
                take_target(&in, limits->target, &request->target) &&
                take_version(&in, &request->minor);
    if (line && take_fields(&in, head, limits->fields)) {
        head->size = (size_t)(in.p - bytes.p);
        if (read_meaning(&in, head, limits))
            return HTTP1_DONE;
    }
    if (!in.status && full)
        refuse(&in, line ? 431 : 414, "the head is too long");
    head->status = in.status;
    head->why = in.why;
    return in.status ? HTTP1_BAD : HTTP1_MORE;
}

/* --- keeping one ------------------------------------------------------------------------------ */

static str moved_to(str s, str bytes, char *copy)
{
    size_t at = (uintptr_t)s.p - (uintptr_t)bytes.p;

    return at < bytes.len ? str_n(copy + at, s.len) : s; /* "http" and "/" may be constants */
}

size_t http1_owned_size(const struct incoming *request, str bytes)
{
    return request->count * sizeof(struct header) + bytes.len;
}

str http1_own_head(struct incoming *to, const struct incoming *request, str bytes, void *room)
{
    struct header *fields = room;
    char *copy = (char *)(fields + request->count);

    memcpy(copy, bytes.p, bytes.len);
    for (size_t i = 0; i < request->count; i++) {
        fields[i].name = moved_to(request->fields[i].name, bytes, copy);
        fields[i].value = moved_to(request->fields[i].value, bytes, copy);
    }
    *to = *request;
    to->fields = fields;
    to->method = moved_to(request->method, bytes, copy);
    to->target = moved_to(request->target, bytes, copy);
    to->path = moved_to(request->path, bytes, copy);
    to->query = moved_to(request->query, bytes, copy);
    to->scheme = moved_to(request->scheme, bytes, copy);
    to->authority = moved_to(request->authority, bytes, copy);
    return str_n(copy, bytes.len);
}
