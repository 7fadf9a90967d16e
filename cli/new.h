/*
 * vial new, between its files: new.c a page, new_site.c a site.
 */
#pragma once
#include "cli/cli.h"
#include "vial/base/error.h"

/* A site in `folder`, in `theme`: the name of one that is part of vial, or a folder. The exit code.
 */
int new_site(str folder, str theme, const char *usage, struct arena *a);

/* A new file, never over another; the day of the writer's calendar; a failure, told and ended. */
bool write_new(str path, str text, struct error *err);
str today(struct arena *a);
int failed_with(struct error *err);
