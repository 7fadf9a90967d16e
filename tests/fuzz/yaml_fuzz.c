/*
 * Any bytes are YAML, or an error whose place lies inside them; each node's place does so as well,
 * and the values that templates get are no more than the caps allow.
 */
#include "vial/app/yaml.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A page: the front matter is a span of it. */
static const char before[] = "---\n", after[] = "---\ntext\n";

static size_t check(const struct yaml_node *node, struct place span)
{
    struct place at = yaml_place(node);
    size_t nodes = 1;

    assert(at.offset >= span.offset && at.offset + at.len <= span.offset + span.len);
    assert(node->kind >= YAML_LIST || node->text.p);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAP) {
            nodes += check(node->entries[i].key, span);
            assert(yaml_get(node, node->entries[i].key->text) == node->entries[i].node);
        }
        nodes += check(node->entries[i].node, span);
    }
    assert(nodes == node->size);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct buf page = buf_in(&arena);
    struct place span = { S("page.md"), { NULL, 0 }, sizeof before - 1, size };

    buf_add(&page, str_of(before));
    buf_add(&page, str_n((const char *)data, size));
    buf_add(&page, str_of(after));
    span.source = buf_str(&page);

    const struct yaml_node *top = yaml_parse(span, &arena, &err);
    if (top) {
        assert(check(top, span) <= size * 2 + 2 * YAML_EXPANDED + 2);
        yaml_value(top, &arena);
    } else {
        unsigned lines = 1;

        for (size_t i = 0; i < span.source.len; i++)
            lines += span.source.p[i] == '\n';
        assert(err.sentence.len && err.line >= 2 && err.line <= lines && err.col >= 1);
    }
    error_free(&err);
    arena_free(&arena);
    return 0;
}
