/*
 * The themes that are part of vial: plain, blog and book (themes/ in its source).
 *
 * Below example/ each has a small site that shows what it is for; `vial new` begins with that.
 */
#pragma once
#include "vial/site/theme.h"

struct builtin_theme {
    const char *name;
    const struct builtin_file *files;
};
extern const struct builtin_theme builtin_themes[]; /* ended by a NULL name */

/* Its files; NULL when none is called so. */
const struct builtin_file *builtin_theme(str name);
