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
#include "vial/http/byteranges.h"

enum asked { ALL, PARTS, NO_SUCH_PART };

/*
 * More than that many are no honest wish: all is sent. What overlaps, or lies so near that a head
 * between would be longer, is one part; so what is sent is never much more than there is.
 */
enum { PARTS_MOST = 16, NEAR = 80 };

struct wish {
    struct byterange parts[PARTS_MOST];
    size_t count;
};

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

/* "0-99", "100-", "-5". What does not parse makes the whole field as if it were not there. */
static enum asked read_part(str spec, uint64_t size, struct byterange *part)
{
    uint64_t last;

    if (!str_has(spec, '-'))
        return ALL;
    str first = str_trim(str_cut(&spec, '-'));
    spec = str_trim(spec);
    if (first.len == 0) {
        if (!number(spec, &last))
            return ALL;
        part->length = last < size ? last : size;
        part->from = size - part->length;
        return part->length ? PARTS : NO_SUCH_PART;
    }
    if (!number(first, &part->from) || (spec.len && (!number(spec, &last) || last < part->from)))
        return ALL;
    if (part->from >= size)
        return NO_SUCH_PART;
    part->length = spec.len && last < size ? last - part->from + 1 : size - part->from;
    return PARTS;
}

static bool are_near(const struct byterange *a, const struct byterange *b)
{
    return a->from <= b->from + b->length + NEAR && b->from <= a->from + a->length + NEAR;
}

static void unite(struct byterange *a, const struct byterange *b)
{
    uint64_t a_end = a->from + a->length, b_end = b->from + b->length;

    a->from = a->from < b->from ? a->from : b->from;
    a->length = (a_end > b_end ? a_end : b_end) - a->from;
}

/* In the order in which they were asked for; one that grows may meet others in turn. */
static void add_part(struct wish *wish, struct byterange part)
{
    size_t kept = 0, place = SIZE_MAX;

    for (bool grown = true; grown;) {
        grown = false;
        kept = 0;
        for (size_t i = 0; i < wish->count; i++) {
            if (are_near(&wish->parts[i], &part)) {
                unite(&part, &wish->parts[i]);
                place = kept < place ? kept : place;
                grown = true;
            } else {
                wish->parts[kept++] = wish->parts[i];
            }
        }
        wish->count = kept;
    }
    if (place > kept)
        place = kept;
    memmove(&wish->parts[place + 1], &wish->parts[place], (kept - place) * sizeof part);
    wish->parts[place] = part;
    wish->count++;
}

/* "bytes=0-99", "bytes=0-0,-1". */
static enum asked read_range(str value, uint64_t size, struct wish *wish)
{
    str unit = str_cut(&value, '=');
    size_t asked = 0;

    wish->count = 0;
    if (!str_ieq(str_trim(unit), S("bytes")))
        return ALL;
    while (value.len) {
        str spec = str_trim(str_cut(&value, ','));
        struct byterange part;

        if (spec.len == 0) /* an empty element of a list is none */
            continue;
        if (asked++ == PARTS_MOST)
            return ALL;
        switch (read_part(spec, size, &part)) {
        case ALL:
            return ALL;
        case NO_SUCH_PART:
            break;
        case PARTS:
            add_part(wish, part);
        }
    }
    return wish->count ? PARTS : asked ? NO_SUCH_PART : ALL;
}

/*
 * If-Range: the part is only of use to who has the rest of this very version (RFC 9110 §13.1.5). A
 * date tells versions apart only when that second is over (§8.8.2.2).
 */
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
           theirs == ours && ours < (int64_t)time(NULL);
}

static void refuse(struct response *res, uint64_t size, struct arena *a)
{
    response_end(res);
    res->status = 416;
    headers_remove(&res->headers, S("Content-Type"));
    headers_set(&res->headers, S("Content-Range"),
                str_fmt(a, "bytes */%llu", (unsigned long long)size));
}

static void cut_out(struct response *res, const struct byterange *part, uint64_t size,
                    struct arena *a)
{
    uint64_t end = part->from + part->length;

    res->status = 206;
    headers_set(&res->headers, S("Content-Range"),
                str_fmt(a, "bytes %llu-%llu/%llu", (unsigned long long)part->from,
                        (unsigned long long)(end - 1), (unsigned long long)size));
    if (res->body == BODY_TEXT) {
        res->text = str_slice(res->text, (size_t)part->from, (size_t)end);
    } else {
        res->from += part->from;
        res->length = part->length;
    }
}

/* The field stands alone: two of them are none. */
static str range_of(const struct request *req)
{
    str value = { NULL, 0 };

    for (size_t i = 0; i < req->headers.count; i++) {
        if (!str_ieq(req->headers.list[i].name, S("Range")))
            continue;
        if (value.p)
            return (str){ NULL, 0 };
        value = req->headers.list[i].value;
    }
    return value;
}

void range_apply(const struct request *req, struct response *res, struct arena *a)
{
    str value = range_of(req);
    struct wish wish;

    if (!value.p || res->status != 200 || !str_eq(req->method, S("GET")) ||
        (res->body != BODY_TEXT && res->body != BODY_FILE) || !is_same_version(req, res))
        return;

    uint64_t size = res->body == BODY_TEXT ? res->text.len : res->length;
    switch (read_range(value, size, &wish)) {
    case ALL:
        break;
    case NO_SUCH_PART:
        refuse(res, size, a);
        break;
    case PARTS:
        if (wish.count == 1)
            cut_out(res, &wish.parts[0], size, a);
        else
            byteranges_apply(res, wish.parts, wish.count, size, a);
    }
}
