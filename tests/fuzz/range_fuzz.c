/*
 * range_fuzz.c - whatever parts are asked for, no byte is sent that is not there, each part says
 * truly what it is, and together they are never much more than the whole
 */
#include "vial/http/range.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WHOLE = 1000, MOST = WHOLE + 16 * 300 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* "bytes 5-9/1000": the part it names is what stands in `text`. */
static void check_part(str place, str text, str whole)
{
    int64_t from = 0, last = 0, size = 0;
    str rest = str_from(place, 6), first = str_cut(&rest, '-'), to = str_cut(&rest, '/');

    must(str_starts(place, S("bytes ")));
    must(str_int(first, &from) && str_int(to, &last) && str_int(rest, &size));
    must(size == WHOLE && from >= 0 && from <= last && last < size);
    must(text.len >= (size_t)(last - from + 1));
    must(str_eq(str_slice(text, 0, (size_t)(last - from + 1)),
                str_slice(whole, (size_t)from, (size_t)last + 1)));
}

static void check_parts(struct response *res, str whole, struct arena *a)
{
    struct buf got = buf_in(a);
    char room[97];
    ptrdiff_t n;

    while ((n = res->stream->pull(res->stream, room, sizeof room)) > 0)
        buf_add(&got, str_n(room, (size_t)n));
    must(n == STREAM_END && got.len == res->length && got.len <= MOST);
    str rest = buf_str(&got);
    for (ptrdiff_t at; (at = str_find(rest, S("Content-Range: "))) >= 0;) {
        rest = str_from(rest, (size_t)at + 15);
        ptrdiff_t end = str_find(rest, S("\r\n\r\n"));

        must(end > 0);
        check_part(str_slice(rest, 0, (size_t)end), str_from(rest, (size_t)end + 4), whole);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str value = str_n((const char *)data, size), version = str_cut(&value, '\n');
    struct arena a = { 0 };
    char text[WHOLE];

    for (int i = 0; i < WHOLE; i++)
        text[i] = (char)('a' + i % 23);
    struct request req = { .method = S("GET"), .headers.arena = &a };
    struct response res = {
        .status = 200, .headers.arena = &a, .body = BODY_TEXT, .text = str_n(text, WHOLE)
    };
    headers_add(&res.headers, S("ETag"), S("\"a\""));
    if (version.len)
        headers_add(&req.headers, S("If-Range"), version);
    headers_add(&req.headers, S("Range"), value);
    range_apply(&req, &res, &a);

    str place = headers_get(&res.headers, S("Content-Range"));
    if (res.status == 206 && res.body == BODY_TEXT)
        check_part(place, res.text, str_n(text, WHOLE));
    else if (res.status == 206)
        check_parts(&res, str_n(text, WHOLE), &a);
    else if (res.status == 416)
        must(str_eq(place, S("bytes */1000")) && res.body == BODY_NONE);
    else
        must(res.status == 200 && res.text.len == WHOLE && !place.p);
    response_end(&res);
    arena_free(&a);
    return 0;
}
