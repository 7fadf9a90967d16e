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

static bool list_has(str list, str etag, bool strong)
{
    bool weak;
    str tag;

    if (str_eq(str_trim(list), S("*")))
        return true;
    while (next_tag(&list, &tag, &weak))
        if (str_eq(tag, etag) && !(strong && weak))
            return true;
    return false;
}

/*
 * Whether one of the fields of this name has the tag: they are one list, on however many lines. By
 * strong comparison a weak tag is equal to nothing. An empty tag says that there is no such thing.
 */
static bool tags_have(const struct request *req, str name, str etag, bool strong)
{
    bool weak = str_starts(etag, S("W/"));

    if (!etag.len)
        return false;
    if (weak && strong)
        etag = S("");
    else if (weak)
        etag = str_from(etag, 2);
    for (size_t i = 0; i < req->headers.count; i++)
        if (str_ieq(req->headers.list[i].name, name) &&
            list_has(req->headers.list[i].value, etag, strong))
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
        return tags_have(req, S("If-None-Match"), etag, false);

    str date = headers_get(&req->headers, S("If-Modified-Since"));
    return date.p && last_modified > 0 && date_http_parse(date, &since) && last_modified <= since;
}

bool http_precondition(const struct request *req, str etag, int64_t last_modified)
{
    str tags = headers_get(&req->headers, S("If-Match"));
    str none = headers_get(&req->headers, S("If-None-Match"));
    str date = headers_get(&req->headers, S("If-Unmodified-Since"));
    int64_t since;

    if (tags.p)
        return tags_have(req, S("If-Match"), etag, true);
    if (none.p) /* "only if there is none yet" */
        return !tags_have(req, S("If-None-Match"), etag, false);
    return !date.p || last_modified <= 0 || !date_http_parse(date, &since) ||
           last_modified <= since;
}

int http_conditions(const struct request *req, str etag, int64_t last_modified)
{
    bool reading = str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"));
    str date = headers_get(&req->headers, S("If-Unmodified-Since"));
    int64_t since;

    if (headers_get(&req->headers, S("If-Match")).p) {
        if (!tags_have(req, S("If-Match"), etag, true))
            return 412;
    } else if (date.p && last_modified > 0 && date_http_parse(date, &since) &&
               last_modified > since) {
        return 412;
    }
    if (reading)
        return http_not_modified(req, etag, last_modified) ? 304 : 0;
    return tags_have(req, S("If-None-Match"), etag, false) ? 412 : 0;
}
