/*
 * TOML 1.0: front matter between lines of "+++", and data files, as the tree that YAML becomes.
 *
 * Whoever reads the tree need not know which of the two it was: tables are maps, arrays are lists,
 * dates are text as they were written. Nesting is limited as YAML's is.
 */
#pragma once
#include "vial/app/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As yaml_parse(): the part of a file that `text` marks. NULL: `err` says what is wrong and where.
 */
const struct yaml_node *toml_parse(struct place text, struct arena *a, struct error *err);

#ifdef __cplusplus
}
#endif
