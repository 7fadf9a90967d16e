/* Any bytes are JSON, or an error; and what was read and written is read and written alike. */
#include "vial/app/json.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct place whole(str text)
{
    return (struct place){ S("a.json"), text, 0, text.len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct buf once = buf_in(&arena), twice = buf_in(&arena);
    value v;

    if (json_parse(&v, whole(str_n((const char *)data, size)), &arena, &err)) {
        assert(json_print(v, &once));
        assert(json_parse(&v, whole(buf_str(&once)), &arena, NULL));
        assert(json_print(v, &twice));
        assert(str_eq(buf_str(&once), buf_str(&twice)));
    } else {
        assert(err.sentence.len && err.line >= 1 && err.col >= 1);
    }
    error_free(&err);
    arena_free(&arena);
    return 0;
}
