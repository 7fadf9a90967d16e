/*
 * The page that a preview shows in place of one that failed.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * HTML, in `a`: each error with its lines, as the file has them now, the span marked, and how it
 * came there. `page` is the path that was asked for; `last_good` an address where its last good
 * version is, or empty.
 */
str fail_page(const struct error *errors, size_t count, str page, str last_good, struct arena *a);

#ifdef __cplusplus
}
#endif
