/*
 * Jekyll's sites, between the files that read them: jekyll.c configuration and pages, jekyll_text.c
 * Liquid.
 */
#pragma once
#include "vial/import/inside.h"

struct jekyll {
    const struct yaml_node *permalink; /* of the site; may be NULL */
    const struct yaml_node *collections, *defaults;
};

bool jekyll_tag(struct converting *c);
