/*
 * Any value can be a cookie's, and comes back as it was; what is printed is one header and ends
 * where it should.
 */
#include "vial/http/cookie.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    str rest = str_n((const char *)data, size), name = str_cut(&rest, '\n'),
        path = str_cut(&rest, '\n'), domain = str_cut(&rest, '\n');
    struct cookie cookie = { .name = name,
                             .value = rest,
                             .path = path,
                             .domain = domain,
                             .has_age = size % 2,
                             .max_age = (int64_t)size };
    struct headers headers = { .arena = &arena };
    str header;

    if (cookie_print(&cookie, 1, &header, &arena)) {
        str back = header;

        assert(header_is_legal(S("Set-Cookie"), header));
        headers_add(&headers, S("Cookie"), str_cut(&back, ';'));
        str value = cookie_get(&headers, name, &arena);
        assert(value.p && str_eq(value, rest));
    }
    headers_add(&headers, S("Cookie"), rest);
    cookie_get(&headers, S("a"), &arena);
    arena_free(&arena);
    return 0;
}
