/*
 * Any bytes are a style sheet: its tokens put together are the sheet; and with its addresses left
 * as they are, so is what css_urls() writes.
 */
#include "vial/site/css.h"
#include <assert.h>

static str same(void *self, str url, size_t at, size_t len)
{
    const str *text = self;

    (void)url;
    assert(at + len <= text->len);
    return (str){ 0 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    str text = str_n((const char *)data, size);
    struct css_scan scan = { text, 0 };
    struct css_token token;
    struct buf out = buf_in(&a);
    size_t end = 0;

    while (css_next(&scan, &token)) {
        assert(token.at == end && token.text.len > 0);
        end += token.text.len;
        assert(end <= size);
    }
    assert(end == size);
    css_urls(text, same, &text, &out, &a);
    assert(str_eq(buf_str(&out), text));
    arena_free(&a);
    return 0;
}
