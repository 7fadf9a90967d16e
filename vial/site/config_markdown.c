/*
 * config_markdown.c - what `markdown:` in vial.yaml asks for
 *
 *   comes in:  a map of true and false
 *   goes out:  the features of Markdown that are on
 *
 * On from the beginning is what cannot surprise: what GitHub shows in the same way, and what no
 * text has by accident. What gives a sign another meaning (~, ==, :) waits to be asked for.
 */
#include "vial/markdown/markdown.h"
#include "vial/site/config.h"

struct markdown_keys {
    bool highlight;
};

#define FIELD(name) offsetof(struct markdown_keys, name)

static const struct key keys[] = {
    { "highlight", KEY_BOOL, FIELD(highlight), NULL },
    { 0 },
};

bool config_read_markdown(struct config *config, struct arena *a, struct errors *errors)
{
    struct markdown_keys read = { .highlight = true };
    const struct yaml_node *map = yaml_get(config->top, S("markdown"));

    if (map && !keys_read(map, keys, UNKNOWN_REFUSED, "'markdown'", &read, a, errors))
        return false;
    config->markdown = (read.highlight ? MARKDOWN_HIGHLIGHT : 0);
    return true;
}
