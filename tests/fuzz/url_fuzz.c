/*
 * Any bytes are decoded to text or refused; what is encoded is decoded to itself; any query is cut
 * into fields that, written again, are cut alike; and a link leads somewhere from anywhere.
 */
#include "vial/base/utf8.h"
#include "vial/http/http.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_query(str text, struct arena *a)
{
    struct params params, again;
    struct buf out = buf_in(a);

    assert(params_parse(&params, text, text.len + 1, a));
    for (size_t i = 0; i < params.count; i++) {
        if (i)
            buf_addc(&out, '&');
        query_add(&out, params.list[i].name, params.list[i].value);
    }
    assert(params_parse(&again, buf_str(&out), text.len + 1, a));
    assert(again.count == params.count);
    for (size_t i = 0; i < params.count; i++) {
        assert(utf8_valid(params.list[i].value, NULL));
        assert(str_eq(again.list[i].name, params.list[i].name));
        assert(str_eq(again.list[i].value, params.list[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    str text = str_n((const char *)data, size), out, link = text;
    struct headers headers = { .arena = &arena };

    if (url_decode(&out, text, &arena)) {
        assert(utf8_valid(out, NULL) && !str_has(out, '\0'));
        assert(url_decode(&out, url_encode(&arena, out, "/"), &arena));
    }
    str encoded = url_encode(&arena, text, "");
    assert(header_is_legal(S("Location"), encoded));
    if (utf8_valid(text, NULL) && !str_has(text, '\0')) {
        assert(url_decode(&out, encoded, &arena));
        assert(str_eq(out, text));
    }
    check_query(text, &arena);
    str base = str_cut(&link, '\n');
    url_join(&arena, base, link);
    headers_add(&headers, S("Cookie"), text);
    cookie_get(&headers, S("a"), &arena);
    media_type(text);
    arena_free(&arena);
    return 0;
}
