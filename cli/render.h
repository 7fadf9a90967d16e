/*
 * `vial render` from the inside: plain, and as a batch for tests and other programs.
 */
#pragma once
#include "vial/template/template.h"

int render_batch(void);

/*
 * `json` with what its data tags stand for: {"__markup__": "<b>"} is Markup and so on, as
 * contracts/render.md lists them. Made in `a`.
 */
value render_data(value json, struct arena *a);
