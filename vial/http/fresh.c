/*
 * fresh.c - how long it is good, and is it still?
 *
 *   comes in:  a request and the whole response to it
 *   goes out:  the response with Cache-Control; or a 304 or 412 in its place
 */
#include "vial/http/fresh.h"

#include "vial/base/date.h"

/* ---- names that tell the content ---- */

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Dates and years have no letters in them, words no digits. */
static bool is_fingerprint(str piece)
{
    enum { LEAST = 8 };
    size_t digits = 0;

    for (size_t i = 0; i < piece.len; i++) {
        if (!is_hex((unsigned char)piece.p[i]))
            return false;
        digits += is_digit((unsigned char)piece.p[i]);
    }
    return piece.len >= LEAST && digits > 0 && digits < piece.len;
}

/* The piece before the last dot, from the dot or dash before it. */
bool fresh_name_is_fingerprinted(str path)
{
    str name = str_from(path, (size_t)(str_rfind_char(path, '/') + 1));
    ptrdiff_t dot = str_rfind_char(name, '.');

    if (dot <= 0)
        return false;
    name = str_slice(name, 0, (size_t)dot);
    ptrdiff_t before = str_rfind_char(name, '.'), dash = str_rfind_char(name, '-');
    ptrdiff_t cut = before > dash ? before : dash;
    return cut > 0 && is_fingerprint(str_from(name, (size_t)cut + 1));
}

/* ---- for how long ---- */

static bool has(const struct headers *headers, str name)
{
    return headers_get(headers, name).p != NULL;
}

static bool is_personal(const struct response *res)
{
    str vary = headers_get(&res->headers, S("Vary"));

    while (vary.len)
        if (str_ieq(str_trim(str_cut(&vary, ',')), S("Cookie")))
            return true;
    return has(&res->headers, S("Set-Cookie"));
}

void fresh_rule(const struct request *req, struct response *res)
{
    str rule = S("no-cache");

    if (has(&res->headers, S("Cache-Control")) || res->status >= 500)
        return;
    if (is_personal(res))
        rule = S("private, no-cache");
    else if (res->status == 200 && (res->body == BODY_FILE || res->file.len) &&
             fresh_name_is_fingerprinted(req->path))
        rule = S("public, max-age=31536000, immutable");
    headers_add(&res->headers, S("Cache-Control"), rule);
}

/* ---- is it still good, and is it what is wanted? ---- */

/* RFC 9110 §15.4.5: the headers a cache needs stay, those that describe the body go. */
static void not_sent(struct response *res, int status)
{
    static const char *const gone[] = { "Content-Type", "Content-Encoding", "Content-Language",
                                        "Content-Range" };

    response_end(res);
    res->status = status;
    res->text = S("");
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        headers_remove(&res->headers, str_of(gone[i]));
}

/* Most requests have no condition, and few one that takes a date. */
static bool has_condition(const struct request *req, bool *by_date)
{
    bool any = *by_date = false;

    for (size_t i = 0; i < req->headers.count; i++) {
        str name = req->headers.list[i].name;

        if (!str_istarts(name, S("If-")))
            continue;
        any = true;
        *by_date |=
            str_ieq(name, S("If-Modified-Since")) || str_ieq(name, S("If-Unmodified-Since"));
    }
    return any;
}

void fresh_condition(const struct request *req, struct response *res)
{
    bool reading = str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD")), by_date;
    int64_t modified = 0;

    if (!reading || res->status != 200 || res->body == BODY_PULL || !has_condition(req, &by_date))
        return;
    if (by_date)
        date_http_parse(headers_get(&res->headers, S("Last-Modified")), &modified);
    int status = http_conditions(req, headers_get(&res->headers, S("ETag")), modified);
    if (status)
        not_sent(res, status);
}
