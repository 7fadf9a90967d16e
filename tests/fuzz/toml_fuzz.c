/* Any bytes are TOML, or an error whose place lies inside them; each node's place does so as well.
 */
#include "vial/app/toml.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct yaml_node *node, struct place span)
{
    struct place at = yaml_place(node);

    assert(at.offset >= span.offset && at.offset + at.len <= span.offset + span.len);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAP) {
            check(node->entries[i].key, span);
            assert(yaml_get(node, node->entries[i].key->text) == node->entries[i].node);
        }
        check(node->entries[i].node, span);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    str text = str_copy(&arena, str_n((const char *)data, size));
    struct place span = { S("a.toml"), text, 0, size };
    const struct yaml_node *node = toml_parse(span, &arena, &err);

    if (node) {
        check(node, span);
        yaml_value(node, &arena);
    } else {
        assert(err.sentence.len && err.line >= 1);
    }
    error_free(&err);
    arena_free(&arena);
    return 0;
}
