/*
 * Any bytes are a style sheet: its tokens put together are the sheet; and with its addresses left
 * as they are, so is what css_urls() writes. Made shorter
 * it is not longer, and made shorter again it is the same.
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

    struct buf shorter = buf_in(&a), again = buf_in(&a);
    bool whole = css_minify(text, &shorter);
    size_t at;
    assert(shorter.len <= size && whole == css_is_whole(text, &at));
    css_minify(buf_str(&shorter), &again);
    assert(str_eq(buf_str(&again), buf_str(&shorter)));

    struct css_head head = css_head(text, &a);
    for (size_t i = 0; i < head.count; i++)
        assert(head.imports[i].at + head.imports[i].len <= head.rest);
    assert(head.rest <= size && head.charset <= head.rest);
    arena_free(&a);
    return 0;
}
