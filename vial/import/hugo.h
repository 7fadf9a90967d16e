/*
 * Hugo's sites, between the files that read them: hugo.c the configuration, hugo_pages.c the pages
 * and their addresses, hugo_text.c shortcodes.
 */
#pragma once
#include "vial/import/inside.h"

struct hugo_language {
    str code, folder; /* of its pages; empty: the site's own, its files end in ".fr.md" */
    str prefix;       /* of its addresses: "/fr" or ""                                  */
};

struct hugo {
    const struct yaml_node *permalinks;
    str content;
    bool ugly, keep_case;
    struct hugo_language *languages;
    size_t nlanguages;
    str main_language, main_prefix;
};

bool hugo_pages(struct importing *im, struct error *err);
/* `{{ .Date }}` in archetypes. (hugo_archetypes.c) */
void hugo_archetypes(struct importing *im);
/* The page that a reference means: "posts/a.md", "/posts/a", "a". NULL: none. */
struct item *hugo_find(const struct importing *im, const struct item *from, str ref);
bool hugo_tag(struct converting *c);
bool hugo_tag_in_code(struct converting *c);
