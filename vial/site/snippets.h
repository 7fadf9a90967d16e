/*
 * Snippets: files, or parts of them, that a page includes by a line of its own, also in code.
 *
 *     --8<-- "examples/app.c:start"          {{#include ../examples/app.c:10:20}}
 *
 * The first is MkDocs' way (pymdownx), the second mdBook's; each counts lines as it does there.
 */
#pragma once
#include "vial/site/visit.h"

/* `rendered->text` with what it includes, and where each of it came from. False: `err` says why. */
bool snippets_expand(struct visit *v, const struct page *page, struct rendered *rendered,
                     struct error *err);

/* The same of one file: "a.c", "a.c:start", "a.c:3:7"; `asked` is where it is asked for. */
bool snippet_read(struct visit *v, const struct page *page, str spec, struct place asked, str *text,
                  struct error *err);
