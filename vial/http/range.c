/*
 * range.c - a part of a response instead of all of it
 *
 *   comes in:  a request and the whole response to it, whoever made that
 *   goes out:  206 and a part, 416, or the response as it was
 *
 * It is done by who carries responses, after the handler, so that pages, files and what a site's
 * own C code answers can all be asked for in parts, and the builder never meets one.
 */
#include "vial/http/range.h"

#include "vial/base/date.h"

enum asked { ALL, PART, NO_SUCH_PART };

/* A number that is all digits; what is too large for any file stays too large. */
static bool number(str s, uint64_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.p[i]))
            return false;
        if (*n <= UINT64_MAX / 10 - 9)
            *n = *n * 10 + (uint64_t)(s.p[i] - '0');
    }
    return s.len > 0;
}

/* "bytes=0-99", "bytes=100-", "bytes=-5". What does not parse is as if it were not there. */
static enum asked read_range(str value, uint64_t size, uint64_t *from, uint64_t *length)
{
    str unit = str_cut(&value, '=');
    uint64_t last;

    if (!str_ieq(str_trim(unit), S("bytes")) || str_has(value, ','))
        return ALL;
    str first = str_trim(str_cut(&value, '-'));
    value = str_trim(value);
    if (first.len == 0) {
        if (!number(value, &last))
            return ALL;
        *length = last < size ? last : size;
        *from = size - *length;
        return *length ? PART : NO_SUCH_PART;
    }
    if (!number(first, from) || (value.len && (!number(value, &last) || last < *from)))
        return ALL;
    if (*from >= size)
        return NO_SUCH_PART;
    *length = value.len && last < size ? last - *from + 1 : size - *from;
    return PART;
}

/* If-Range: the part is only of use to who has the rest of this very version (RFC 9110 §13.1.5). */
static bool is_same_version(const struct request *req, const struct response *res)
{
    str version = headers_get(&req->headers, S("If-Range"));
    str etag = headers_get(&res->headers, S("ETag"));
    str modified = headers_get(&res->headers, S("Last-Modified"));
    int64_t theirs, ours;

    if (!version.p)
        return true;
    if (version.len && version.p[0] == '"') /* strong tags only: "W/..." is equal to nothing */
        return str_eq(version, etag);
    return modified.p && date_http_parse(version, &theirs) && date_http_parse(modified, &ours) &&
           theirs == ours;
}

void range_apply(const struct request *req, struct response *res, struct arena *a)
{
    str value = headers_get(&req->headers, S("Range"));
    uint64_t from = 0, length = 0;

    if (!value.p || res->status != 200 || !str_eq(req->method, S("GET")) ||
        (res->body != BODY_TEXT && res->body != BODY_FILE) || !is_same_version(req, res))
        return;

    uint64_t size = res->body == BODY_TEXT ? res->text.len : res->length;
    switch (read_range(value, size, &from, &length)) {
    case ALL:
        return;
    case NO_SUCH_PART:
        response_end(res);
        res->status = 416;
        headers_remove(&res->headers, S("Content-Type"));
        headers_set(&res->headers, S("Content-Range"),
                    str_fmt(a, "bytes */%llu", (unsigned long long)size));
        return;
    case PART:
        break;
    }
    res->status = 206;
    headers_set(&res->headers, S("Content-Range"),
                str_fmt(a, "bytes %llu-%llu/%llu", (unsigned long long)from,
                        (unsigned long long)(from + length - 1), (unsigned long long)size));
    if (res->body == BODY_TEXT) {
        res->text = str_slice(res->text, (size_t)from, (size_t)(from + length));
    } else {
        res->from += from;
        res->length = length;
    }
}
