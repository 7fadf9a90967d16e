/*
 * What a plain word of YAML means: YAML 1.2's core schema. For yaml.c alone.
 */
#pragma once
#include "vial/app/yaml.h"

/* Gives `node`, whose text is a plain scalar, its kind and value. */
void yaml_resolve(struct yaml_node *node);

/* The same for a scalar with an explicit tag; false when its text does not fit, or it is unknown.
 */
bool yaml_resolve_as(struct yaml_node *node, str tag, struct place at, struct error *err);
