/*
 * Template tags: what a template's text says of other templates, and which blocks it fills; read
 * from the tags alone, without compiling or running them.
 */
#pragma once
#include "vial/base/map.h"

/* A name that an include, extends or import asks for. What is only known while it runs is a '*'. */
struct template_use {
    str pattern; /* "base.html", or "cards/" and a star and ".html" */
    bool extends;
};

struct template_block {
    str name;    /* borrowed from the text               */
    size_t at;   /* its name's offset in the text        */
    bool nested; /* inside of another block of this file */
};

struct template_tags {
    struct template_use *uses;
    size_t nuses;
    struct template_block *blocks;
    size_t nblocks;
};

/* Reads `text`; lists and patterns are made in `a`. What does not parse gives what was read of it.
 */
void template_tags_read(struct template_tags *tags, str text, struct arena *a);
