/*
 * Any text is read for calls of shortcodes, or refused; what it becomes is as long, has its lines
 * where they were, and a call that was found stands in the text as it says.
 */
#include "vial/site/shortcodes.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    str text = str_n((const char *)data, size);
    struct visit visit = { .arena = &a };
    struct rendered rendered = { .file = S("fuzz.md"), .text = text };
    struct shortcodes s = { .visit = &visit, .rendered = &rendered };
    struct error err = { 0 };
    str marked = shortcodes_mark(&s, text, 0, &err);

    if (!marked.p && text.len) {
        assert(err.sentence.len);
        error_free(&err);
    } else {
        assert(marked.len == text.len);
        for (size_t i = 0; i < text.len; i++)
            assert((marked.p[i] == '\n') == (text.p[i] == '\n'));
        for (size_t i = 0; i < s.count; i++)
            assert(str_eq(s.list[i].source, str_slice(text, s.list[i].offset,
                                                      s.list[i].offset + s.list[i].source.len)));
    }
    arena_free(&a);
    return 0;
}
