/*
 * conditional.c - does the other side have it already?
 *
 *   comes in:  a request's If-None-Match and If-Modified-Since, what the answer would be
 *   goes out:  true: 304 is the answer; and for what changes things: may it go on, by If-Match
 *
 * RFC 9110 §13.2.2: an If-None-Match alone decides where there is one, and dates count only
 * without. Anything that does not parse is as if it were not there.
 */
#include "vial/base/date.h"
#include "vial/http/http.h"

/* The tag at the front of `*rest` without its "W/"; false when there is none. */
static bool next_tag(str *rest, str *tag, bool *weak)
{
    while (rest->len && (is_space(rest->p[0]) || rest->p[0] == ','))
        *rest = str_from(*rest, 1);
    *weak = str_starts(*rest, S("W/"));
    if (*weak)
        *rest = str_from(*rest, 2);
    if (!str_starts(*rest, S("\"")))
        return false;

    ptrdiff_t end = str_find_char(str_from(*rest, 1), '"');
    if (end < 0)
        return false;
    *tag = str_slice(*rest, 0, (size_t)end + 2);
    *rest = str_from(*rest, (size_t)end + 2);
    return true;
}

static bool tags_have(str list, str etag)
{
    bool weak;
    str tag;

    if (str_eq(str_trim(list), S("*")))
        return true;
    if (str_starts(etag, S("W/")))
        etag = str_from(etag, 2);
    while (next_tag(&list, &tag, &weak))
        if (str_eq(tag, etag))
            return true;
    return false;
}

bool http_not_modified(const struct request *req, str etag, int64_t last_modified)
{
    bool reading = str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"));
    int64_t since;

    if (!reading)
        return false;

    str tags = headers_get(&req->headers, S("If-None-Match"));
    if (tags.p)
        return etag.len && tags_have(tags, etag);

    str date = headers_get(&req->headers, S("If-Modified-Since"));
    return date.p && last_modified > 0 && date_http_parse(date, &since) && last_modified <= since;
}

/* By strong comparison: a weak tag is equal to nothing. */
static bool tags_have_strong(str list, str etag)
{
    bool weak;
    str tag;

    if (str_eq(str_trim(list), S("*")))
        return etag.len > 0;
    while (next_tag(&list, &tag, &weak))
        if (!weak && str_eq(tag, etag))
            return true;
    return false;
}

bool http_precondition(const struct request *req, str etag, int64_t last_modified)
{
    str tags = headers_get(&req->headers, S("If-Match"));
    str none = headers_get(&req->headers, S("If-None-Match"));
    str date = headers_get(&req->headers, S("If-Unmodified-Since"));
    int64_t since;

    if (tags.p)
        return tags_have_strong(tags, etag);
    if (none.p) /* "only if there is none yet" */
        return !etag.len || !tags_have(none, etag);
    return !date.p || last_modified <= 0 || !date_http_parse(date, &since) ||
           last_modified <= since;
}
