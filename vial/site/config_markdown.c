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
    bool highlight, alerts, containers, attributes, definitions, toc, mark, superscript, smart,
        anchors, captions, lazy_images, image_sizes, emoji, abbreviations, shortcodes, snippets,
        hidden_lines;
    str external_rel, external_target;
    int html, profile; /* enum html_policy, markdown_profile */
};

#define FIELD(name) offsetof(struct markdown_keys, name)

static const struct key keys[] = {
    { "highlight", KEY_BOOL, FIELD(highlight), NULL },
    { "alerts", KEY_BOOL, FIELD(alerts), NULL },
    { "containers", KEY_BOOL, FIELD(containers), NULL },
    { "attributes", KEY_BOOL, FIELD(attributes), NULL },
    { "definitions", KEY_BOOL, FIELD(definitions), NULL },
    { "toc", KEY_BOOL, FIELD(toc), NULL },
    { "mark", KEY_BOOL, FIELD(mark), NULL },
    { "superscript", KEY_BOOL, FIELD(superscript), NULL },
    { "smart", KEY_BOOL, FIELD(smart), NULL },
    { "anchors", KEY_BOOL, FIELD(anchors), NULL },
    { "captions", KEY_BOOL, FIELD(captions), NULL },
    { "lazy_images", KEY_BOOL, FIELD(lazy_images), NULL },
    { "image_sizes", KEY_BOOL, FIELD(image_sizes), NULL },
    { "emoji", KEY_BOOL, FIELD(emoji), NULL },
    { "abbreviations", KEY_BOOL, FIELD(abbreviations), NULL },
    { "shortcodes", KEY_BOOL, FIELD(shortcodes), NULL },
    { "snippets", KEY_BOOL, FIELD(snippets), NULL },
    { "hidden_lines", KEY_BOOL, FIELD(hidden_lines), NULL },
    { "external_rel", KEY_TEXT, FIELD(external_rel), NULL },
    { "external_target", KEY_TEXT, FIELD(external_target), NULL },
    { "profile", KEY_CHOICE, FIELD(profile), "plain python-markdown" },
    { "html", KEY_CHOICE, FIELD(html), "keep escape remove" },
    { 0 },
};

bool config_read_markdown(struct config *config, struct arena *a, struct errors *errors)
{
    struct markdown_keys read = {
        .highlight = true,
        .alerts = true,
        .containers = true,
        .attributes = true,
        .definitions = true,
        .toc = true,
        .abbreviations = true,
        .shortcodes = true,
        .snippets = true,
    };
    const struct yaml_node *map = yaml_get(config->top, S("markdown"));

    if (map && !keys_read(map, keys, UNKNOWN_REFUSED, "'markdown'", &read, a, errors))
        return false;
    config->shortcodes = read.shortcodes;
    config->snippets = read.snippets;
    config->external_rel = read.external_rel;
    config->external_target = read.external_target;
    config->html = read.html;
    config->profile = read.profile;
    config->markdown =
        (read.highlight ? MARKDOWN_HIGHLIGHT : 0) | (read.alerts ? MARKDOWN_ALERTS : 0) |
        (read.containers ? MARKDOWN_CONTAINERS : 0) | (read.attributes ? MARKDOWN_ATTRIBUTES : 0) |
        (read.definitions ? MARKDOWN_DEFINITIONS : 0) | (read.toc ? MARKDOWN_TOC : 0) |
        (read.mark ? MARKDOWN_MARK : 0) | (read.superscript ? MARKDOWN_SUPERSCRIPT : 0) |
        (read.smart ? MARKDOWN_SMART : 0) | (read.anchors ? MARKDOWN_ANCHORS : 0) |
        (read.captions ? MARKDOWN_CAPTIONS : 0) |
        (read.lazy_images ? MARKDOWN_LAZY | MARKDOWN_SIZES : 0) | /* else the page jumps */
        (read.image_sizes ? MARKDOWN_SIZES : 0) | (read.emoji ? MARKDOWN_EMOJI : 0) |
        (read.abbreviations ? MARKDOWN_ABBREVIATIONS : 0) |
        (read.hidden_lines ? MARKDOWN_HIDDEN_LINES : 0);
    return true;
}
