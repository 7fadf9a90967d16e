/*
 * config_assets.c - what is made of assets
 *
 *   comes in:  `assets:` of vial.yaml
 *   goes out:  struct config_assets, or errors
 */
#include "vial/site/config.h"

#define FIELD(name) offsetof(struct config_assets, name)

static const struct key keys[] = {
    { "fingerprint_urls", KEY_BOOL, FIELD(fingerprint_urls), NULL },
    { 0 },
};

bool config_read_assets(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *node = yaml_get(config->top, S("assets"));

    return !node || node->kind != YAML_MAP ||
           keys_read(node, keys, UNKNOWN_REFUSED, "'assets'", &config->assets, a, errors);
}
